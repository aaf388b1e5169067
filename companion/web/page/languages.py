"""Which language a page speaks: its address says it, or the account, or what was chosen in this browser before."""

from collections.abc import Callable

from flask import Flask, g, has_request_context, request, session
from werkzeug.routing import BaseConverter, ValidationError

from companion.domain.people import Viewer
from companion.translations import ENGLISH, content, known, languages, name_of


def language() -> str:
    """The language of the page."""
    code: str | None = g.get("language")
    if code is None:
        code = g.language = _chosen() if has_request_context() else ENGLISH
    return code


def speak(code: str) -> None:
    """From here on the page speaks this language."""
    g.language = known(code)


def speaking_as(code: str, caller: Callable[[], str]) -> str:
    """A part of a page of staff that is for a participant, in his language: ``{% call speaking_as(...) %}``."""
    before = language()
    speak(code)
    try:
        return caller()
    finally:
        speak(before)


def speak_to(viewer: Viewer) -> None:
    """The language of somebody's account. The pages of staff are in English alone."""
    speak(ENGLISH if viewer.role.staff else viewer.language)


def remember(code: str) -> None:
    """Speak this language in this browser from now on."""
    session["language"] = code
    speak(code)


def _chosen() -> str:
    """What was chosen in this browser; before anything was, what the browser asks for."""
    chosen = session.get("language")
    return str(chosen) if chosen in languages() else request.accept_languages.best_match(languages(), ENGLISH)


def called(code: str) -> str:
    """What a language is called in the language of the page."""
    return name_of(code, language())


class InAddress(BaseConverter):
    """The code of a language that there is, as a part of an address."""

    regex = "[a-z]{2,3}"

    def to_python(self, value: str) -> str:
        if value not in languages():
            raise ValidationError
        return value


def install(app: Flask) -> None:
    """Let templates offer the languages, and public pages carry their own in their address."""
    app.url_map.converters["language"] = InAddress
    app.url_map.redirect_defaults = False  # /en/help is there too

    @app.url_defaults
    def in_the_same_language(endpoint: str, values: dict[str, object]) -> None:
        if endpoint in ("public.help", "public.accessibility"):
            values.setdefault("language", language())

    app.jinja_env.globals.update(
        languages=languages,
        name_of=name_of,
        language_called=called,
        translation_of=content,
        speaking_as=speaking_as,
    )
