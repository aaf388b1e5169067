"""A flag that says that this process has run out of memory. The process then stops answering, and the web
server replaces it.
"""

import threading

SPENT = threading.Event()
"""The flag, which is set when a request has run out of memory."""
