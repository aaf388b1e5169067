"""Activities, and the guided conversations in which participants answer an activity's questions."""
