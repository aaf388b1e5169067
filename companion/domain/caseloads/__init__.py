"""Caseloads: boards, the brief, adding participants, handing over, pathway steps."""
