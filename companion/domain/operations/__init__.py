"""The rules for running Companion, such as ``doctor``'s checks and metrics."""
