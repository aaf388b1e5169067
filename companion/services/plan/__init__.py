"""Services for participants' relapse-prevention plans."""
