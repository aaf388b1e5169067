"""The rules of Companion: plain classes that know no Flask and no database and never read the clock."""
