"""Store and load set work, its answers, the submitted rounds and the feedback."""
