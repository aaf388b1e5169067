"""Leads' pages about access to records and about data protection."""
