"""QR codes, drawn on the server: nothing of what they hold goes elsewhere."""

import segno
from flask import Flask
from markupsafe import Markup


def qr_code(text: str) -> Markup:
    """The text as inline SVG, with the quiet zone of four modules that a camera needs around it."""
    svg = segno.make(text, error="m").svg_inline(scale=4, border=4, svgclass="qr", lineclass=None)
    return Markup(svg)  # nosec B704


def install(app: Flask) -> None:
    """Let templates draw them."""
    app.jinja_env.filters["qr_code"] = qr_code
