"""Run Companion's web server worker with an application other than Companion."""

from companion.web import worker


class Worker(worker.Worker):
    """A worker class that doesn't import Companion's modules in advance."""

    application = "sys"
