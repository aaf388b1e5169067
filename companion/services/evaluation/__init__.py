"""Services for the participants' evaluation of the programme, and for anonymous figures."""
