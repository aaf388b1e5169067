"""A flag that says that this process has run out of memory. The process then stops answering, and the web
server replaces it.
"""

import threading

SPENT = threading.Event()
"""Set by the request that ran out of memory."""
