"""Storage of set work, its answers, the submitted rounds and the feedback."""
