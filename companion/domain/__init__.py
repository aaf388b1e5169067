"""The rules of Companion: plain classes and functions. No Flask, no database, and they never read the clock."""
