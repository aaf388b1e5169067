"""The delivered programme and its topics."""
