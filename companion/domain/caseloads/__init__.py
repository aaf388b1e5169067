"""The rules for boards, queues, the brief and the page after a session."""
