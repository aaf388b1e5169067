"""Services for caseloads, such as boards, the brief, handovers and pathway steps."""
