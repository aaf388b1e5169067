"""The web server's worker, for an application that isn't Companion."""

from companion.web import worker


class Worker(worker.Worker):
    """The same worker without the imports beforehand."""

    application = "sys"
