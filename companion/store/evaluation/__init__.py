"""Storage of participants' evaluations, and of the service's anonymous figures."""
