"""A process that has run out of memory stops answering, and the web server replaces it."""

import threading

SPENT = threading.Event()
"""Set by the request that ran out of memory."""
