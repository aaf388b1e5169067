"""Services for evaluations of the programme and for anonymous figures."""
