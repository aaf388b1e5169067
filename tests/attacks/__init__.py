"""Attacks once made on the portal, repeated by script: docs/security-review.md says how to run them."""
