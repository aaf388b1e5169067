"""The web server's worker class, for an application that isn't Companion."""

from companion.web import worker


class Worker(worker.Worker):
    """A worker class that doesn't import Companion's modules in advance."""

    application = "sys"
