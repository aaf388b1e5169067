"""Companion's rules, as plain classes and functions that use no Flask, no database and no clock."""
