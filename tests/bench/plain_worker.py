"""The web server's worker class, for an application that isn't Companion."""

from companion.web import worker


class Worker(worker.Worker):
    """Companion's worker class without its early imports."""

    application = "sys"
