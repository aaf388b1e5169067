"""The baseline for benchmarks: a bare Flask application.

This application is written as the documentation of Flask-Login, Flask-WTF and SQLAlchemy recommends. The bare
application runs on the same server as Companion, with as many workers.
"""

import os
from datetime import UTC, datetime
from typing import Any

from flask import Flask, redirect, render_template_string, request
from flask.typing import ResponseReturnValue
from flask_login import LoginManager, UserMixin, login_required, login_user
from flask_wtf.csrf import CSRFProtect, generate_csrf
from sqlalchemy import Engine, create_engine, event, text

FORM = '<!doctype html><title>Bare</title><form method="post"><input name="csrf_token" value="{{ token }}"></form>'
PAGE = "<!doctype html><title>Bare</title>{% for line in lines %}<p>{{ line }}</p>{% endfor %}"
TABLES = (
    "CREATE TABLE IF NOT EXISTS users (id INTEGER PRIMARY KEY)",
    "CREATE TABLE IF NOT EXISTS answers (id {} PRIMARY KEY, user_id INTEGER, words TEXT, at TEXT)",
)
WORKER = "tests.bench.plain_worker.Worker"
"""A worker class that doesn't import Companion's modules in advance."""
LINE = 100
"""The number of bytes in each paragraph on the minimal Flask application's page."""


class User(UserMixin):
    def __init__(self, number: int) -> None:
        self.id = number


def durable(url: str) -> Engine:
    """Return an engine for this database.

    SQLite gets the same settings as in Companion, because these settings affect the speed.
    """
    engine = create_engine(url)
    if engine.dialect.name == "sqlite":

        @event.listens_for(engine, "connect")
        def _set(connection: Any, _record: object) -> None:
            for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=5000"):
                connection.execute(f"PRAGMA {pragma}")

    return engine


def make_tables(url: str, users: int) -> None:
    """Create the bare application's two tables, and add this many users."""
    engine = durable(url)
    numbered = "INTEGER" if engine.dialect.name == "sqlite" else "BIGINT GENERATED ALWAYS AS IDENTITY"
    with engine.begin() as connection:
        for table in TABLES:
            connection.execute(text(table.format(numbered)))
        for number in range(users):
            connection.execute(text("INSERT INTO users VALUES (:number)"), {"number": number})
    engine.dispose()


def make_app() -> Flask:
    """Return a minimal Flask application that uses the database whose URL is in ``BARE_DATABASE_URL``."""
    app = Flask("bare")
    app.secret_key = "a key for the benchmark alone"  # nosec: it protects nothing
    CSRFProtect(app)
    login = LoginManager(app)
    engine = durable(os.environ["BARE_DATABASE_URL"])

    @login.user_loader  # type: ignore[untyped-decorator]  # Flask-Login has no types
    def load(number: str) -> User | None:
        with engine.connect() as connection:
            found = connection.scalar(
                text("SELECT id FROM users WHERE id = :number"), {"number": int(number)}
            )
        return None if found is None else User(found)

    @app.get("/sign-in/<int:number>")
    def sign_in(number: int) -> str:
        login_user(User(number))
        return render_template_string(FORM, token=generate_csrf())

    @app.post("/answers/<int:number>")
    @login_required  # type: ignore[untyped-decorator]  # Flask-Login has no types
    def answer(number: int) -> ResponseReturnValue:
        row = {"user": number, "words": request.form["answer"], "at": datetime.now(UTC).isoformat()}
        with engine.begin() as connection:
            connection.execute(
                text("INSERT INTO answers (user_id, words, at) VALUES (:user, :words, :at)"), row
            )
        return redirect("/page/1000", 303)

    @app.get("/page/<int:size>")
    @login_required  # type: ignore[untyped-decorator]  # Flask-Login has no types
    def page(size: int) -> str:
        return render_template_string(PAGE, lines=["a" * (LINE - len("<p></p>"))] * (size // LINE))

    return app
