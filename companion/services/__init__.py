"""The actions that people take in Companion.

Each action runs in one transaction, which the action's last line commits.
"""
