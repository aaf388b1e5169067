"""Rules about caseloads: boards, queues, the brief before a session and the page after a session."""
