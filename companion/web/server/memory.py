"""A flag for a process that has run out of memory. When the flag is set, the process stops answering, and the
web server replaces the process.
"""

import threading

SPENT = threading.Event()
"""The flag, which is set when a request has run out of memory."""
