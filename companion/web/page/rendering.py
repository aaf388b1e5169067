"""Safe rendering of text that authors wrote or that people typed.

Text in another language is marked with that language.
"""

import functools

import bleach
from flask import g
from markdown_it import MarkdownIt
from markupsafe import Markup, escape

from companion.domain.signposts.signposts import Words
from companion.translations import ENGLISH, content
from companion.web.page.languages import language

TAGS = {"p", "strong", "em", "ul", "ol", "li", "br", "h2", "h3"}
"""The tags that authored text may have.

If Markdown needs an HTML tag that isn't in ``TAGS``, it's shown as plain text.
"""
_markdown = MarkdownIt("zero", {"html": False, "breaks": True}).enable(
    ["emphasis", "heading", "list", "newline"]
)


def worded(text: str, written_in: str = "") -> Markup:
    """Return a single line of text as safe HTML. If the text isn't in the page's language, mark the text with
    its own language.
    """
    words, spoken = _spoken(text, written_in)
    return (
        escape(words)
        if not text or spoken == language()
        else Markup('<span lang="%s">%s</span>') % (spoken, words)
    )


def said(words: Words) -> Markup:
    """Return a signpost's text in the page's language, or else in English."""
    own = in_language(words, language())
    return escape(own) if own else worded(words[ENGLISH], ENGLISH)


def in_language(words: Words, code: str) -> str | None:
    """Return the text in the language ``code``, or None if the text doesn't exist in this language. The text
    may be written by staff or translated by Companion.
    """
    return words.get(code) or content(words[ENGLISH], code)


def authored(text: str, written_in: str = "") -> Markup:
    """Return authored Markdown as safe HTML. If the text and the page are in different languages, mark the
    language of the text in the HTML.
    """
    words, spoken = _spoken(text, written_in)
    return cleaned(words, "" if spoken == language() else spoken)


def in_short(text: str) -> str:
    """Return the beginning of authored Markdown as plain text, with at most 145 characters."""
    return _shortened(authored(text))


def speaking(written_in: str) -> str:
    """Set the language of the authored text that the template shows next.

    Call this function with an empty string to switch from another language back to the page's own.
    """
    g.written_in = written_in
    return ""


def _spoken(text: str, written_in: str = "") -> tuple[str, str]:
    """Return the text to show on the page, and the language of that text.

    An activity's text may be in a different language from the page. Text that staff write anywhere except in
    activities is in English. Text that comes with Companion is translated, but text that staff write isn't.
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
    """Return Markdown as safe HTML.

    No other function sanitises HTML. Sanitising is slow, so recent results are cached.
    """
    tokens = _markdown.parse(text)
    for token in tokens:
        if spoken and token.level == 0 and token.nesting == 1:
            token.attrSet("lang", spoken)
    html = _markdown.renderer.render(tokens, _markdown.options, {})
    return Markup(bleach.clean(html, tags=TAGS, attributes=["lang"], strip=True))  # nosec B704


def paragraphs(text: str) -> Markup:
    """Return plain text as HTML with paragraphs and line breaks."""
    blocks = [block for block in text.split("\n\n") if block.strip()]
    lines = [Markup("<br>").join(escape(line) for line in block.strip("\n").split("\n")) for block in blocks]
    return Markup("").join(Markup('<p dir="auto">%s</p>') % line for line in lines)
