"""What was authored, and what people typed, as pages show it: safe, and marked where it is in another language."""

import functools

import bleach
from flask import g
from markdown_it import MarkdownIt
from markupsafe import Markup, escape

from companion.domain.signposts.signposts import Words
from companion.translations import ENGLISH, content
from companion.web.page.languages import language

TAGS = {"p", "strong", "em", "ul", "ol", "li", "br", "h2", "h3"}
"""What authored text may hold. Of other Markdown, such as a main heading, the words alone are left."""
_markdown = MarkdownIt("zero", {"html": False, "breaks": True}).enable(
    ["emphasis", "heading", "list", "newline"]
)


def worded(text: str, written_in: str = "") -> Markup:
    """A line of what was authored, marked where it is not in the language of the page."""
    words, spoken = _spoken(text, written_in)
    return (
        escape(words)
        if not text or spoken == language()
        else Markup('<span lang="%s">%s</span>') % (spoken, words)
    )


def said(words: Words) -> Markup:
    """What a signpost says, in the language of the page or marked as English."""
    own = in_language(words, language())
    return escape(own) if own else worded(words[ENGLISH], ENGLISH)


def in_language(words: Words, code: str) -> str | None:
    """The words in this language: as they were typed, or as they were translated; None where they are in neither."""
    return words.get(code) or content(words[ENGLISH], code)


def authored(text: str, written_in: str = "") -> Markup:
    """Authored Markdown as safe HTML, marked where it is not in the language of the page."""
    words, spoken = _spoken(text, written_in)
    return cleaned(words, "" if spoken == language() else spoken)


def in_short(text: str) -> str:
    """Authored Markdown as plain words, at most about 140 characters of them."""
    return _shortened(authored(text))


def speaking(written_in: str) -> str:
    """From here on the page shows what was authored in this language, such as an activity; empty: no more."""
    g.written_in = written_in
    return ""


def _spoken(text: str, written_in: str = "") -> tuple[str, str]:
    """A text that was authored as the page says it, and the language that it is in then.

    An activity says its language. Everything else is English, and what of it was shipped has its translations.
    """
    written_in = written_in or g.get("written_in", "")
    if written_in or not text:
        return text, written_in or language()
    said = content(text, language())
    return (text, ENGLISH) if said is None else (said, language())


@functools.lru_cache(maxsize=2048)
def _shortened(html: Markup) -> str:
    words = html.striptags()
    return words if len(words) <= 145 else words[:137].rsplit(" ", 1)[0] + "..."


@functools.lru_cache(maxsize=2048)
def cleaned(text: str, spoken: str = "") -> Markup:
    """Markdown as HTML. The one place where HTML is cleaned; it takes long, so the last are kept."""
    tokens = _markdown.parse(text)
    for token in tokens:
        if spoken and token.level == 0 and token.nesting == 1:
            token.attrSet("lang", spoken)
    html = _markdown.renderer.render(tokens, _markdown.options, {})
    return Markup(bleach.clean(html, tags=TAGS, attributes=["lang"], strip=True))  # nosec B704


def paragraphs(text: str) -> Markup:
    """A person's plain text with its paragraphs and line ends."""
    blocks = [block for block in text.split("\n\n") if block.strip()]
    lines = [Markup("<br>").join(escape(line) for line in block.strip("\n").split("\n")) for block in blocks]
    return Markup("").join(Markup('<p dir="auto">%s</p>') % line for line in lines)
