"""A page's language, from its URL, the viewer's account or the browser."""

from collections.abc import Callable

from flask import Flask, g, has_request_context, request, session
from werkzeug.routing import BaseConverter, ValidationError

from companion.domain.people import Viewer
from companion.translations import ENGLISH, content, known, languages, name_of


def language() -> str:
    """Return the page's language."""
    code: str | None = g.get("language")
    if code is None:
        code = g.language = _chosen() if has_request_context() else ENGLISH
    return code


def speak(code: str) -> None:
    """Render the rest of the page in the language with the given code."""
    g.language = known(code)


def speaking_as(code: str, caller: Callable[[], str]) -> str:
    """Render part of a staff page in a participant's language."""
    before = language()
    speak(code)
    try:
        return caller()
    finally:
        speak(before)


def speak_to(viewer: Viewer) -> None:
    """Use the language of the viewer's account. Staff pages are only in English."""
    speak(ENGLISH if viewer.role.staff else viewer.language)


def remember(code: str) -> None:
    """Remember this language in the browser's cookie."""
    session["language"] = code
    speak(code)


def _chosen() -> str:
    """Return the language that was chosen in the browser, or else the browser's preferred language."""
    chosen = session.get("language")
    return str(chosen) if chosen in languages() else request.accept_languages.best_match(languages(), ENGLISH)


def called(code: str) -> str:
    """Return a language's name in the page's language."""
    return name_of(code, language())


class InAddress(BaseConverter):
    """The part of a URL that contains a language code."""

    regex = "[a-z]{2,3}"

    def to_python(self, value: str) -> str:
        if value not in languages():
            raise ValidationError
        return value


def install(app: Flask) -> None:
    """Make the languages available to templates, and put the language into public pages' URLs."""
    app.url_map.converters["language"] = InAddress
    app.url_map.redirect_defaults = False  # /en/help works too

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
