"""The evaluation that participants give, and anonymous figures."""
