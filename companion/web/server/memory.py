"""A flag that marks a process that has run out of memory. A marked process stops answering, and the web
server replaces the process.
"""

import threading

SPENT = threading.Event()
"""A flag that is set when a request has run out of memory."""
