"""Access to pages."""
