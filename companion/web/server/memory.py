"""A flag that marks a process that has run out of memory. If a process has run out of memory, it stops
answering requests, and the web server replaces it with a new process.
"""

import threading

SPENT = threading.Event()
"""A flag that is set when a request has run out of memory, or a thread couldn't be started."""
