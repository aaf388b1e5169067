"""The lead's pages on records: access to them, and data-protection rights."""
