"""Services for participants' evaluations of the programme, and for anonymous figures."""
