"""Services for caseloads, such as practitioners' boards, the brief before a session, handovers and pathway
steps.
"""
