"""Services for set work: setting it, answering it and reviewing it."""
