"""The web server's worker for an application that is not Companion."""

from companion.web import worker


class Worker(worker.Worker):
    """The same, but that it imports nothing beforehand."""

    application = "sys"
