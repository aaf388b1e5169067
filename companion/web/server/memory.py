"""A flag for a process that has run out of memory: it stops answering, and the web server replaces it."""

import threading

SPENT = threading.Event()
"""Set by the request that ran out of memory."""
