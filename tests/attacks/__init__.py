"""Attacks that were once made on the portal, as scripts that repeat them. docs/security-review.md explains
how to run them.
"""
