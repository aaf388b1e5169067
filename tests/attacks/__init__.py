"""Scripts that repeat earlier attacks on the portal. docs/security-review.md explains how to run them."""
