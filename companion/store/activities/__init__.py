"""Activities, and the conversation that asks their prompts."""
