"""The actions that people take in Companion.

Each action runs in one transaction and commits that transaction.
"""
