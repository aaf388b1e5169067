"""A process that ran out of memory once answers no more: the web server puts another in its place."""

import threading

SPENT = threading.Event()
"""Set where a request met it."""
