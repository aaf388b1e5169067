"""Caseload services: the boards for practitioners and leads, the brief, adding participants, handovers and
pathway steps.
"""
