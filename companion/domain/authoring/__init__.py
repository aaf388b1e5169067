"""The workbench: writing and approving activities."""
