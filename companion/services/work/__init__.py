"""Services for set work: setting work, answering it and reviewing it."""
