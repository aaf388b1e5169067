"""A flag that marks a process that has run out of memory. A process with this flag stops answering, and the
web server replaces it.
"""

import threading

SPENT = threading.Event()
"""A flag that is set when a request has run out of memory."""
