"""Services for caseloads: boards of practitioners and leads, the brief, adding participants, handovers,
pathway steps.
"""
