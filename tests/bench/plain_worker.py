"""The web server's worker class, for an application that isn't Companion."""

from companion.web import worker


class Worker(worker.Worker):
    """Companion's worker class, which doesn't import Companion's modules in advance."""

    application = "sys"
