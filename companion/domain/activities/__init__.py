"""Activities, and the guided conversation that asks an activity's prompts."""
