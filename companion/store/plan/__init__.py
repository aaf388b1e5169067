"""Store and load relapse-prevention plans."""
