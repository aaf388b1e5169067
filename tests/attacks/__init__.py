"""Scripts that repeat attacks which were once made on the portal. docs/security-review.md explains how to run
the scripts.
"""
