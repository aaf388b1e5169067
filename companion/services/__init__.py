"""The things that people do in Companion, one module for each act.

Each act runs in one transaction and commits on its last line.
"""
