"""What was once done to the portal by an attacker, repeated by script: docs/security-review.md says how it is run."""
