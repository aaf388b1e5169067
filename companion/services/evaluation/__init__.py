"""The participants' evaluation, and anonymous figures."""
