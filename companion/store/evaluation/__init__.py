"""Store and load participants' evaluations and the service's anonymous figures."""
