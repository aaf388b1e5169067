"""Repeat earlier attacks on the portal, as docs/security-review.md explains."""
