"""QR codes.

The server draws QR codes itself. No other service learns a QR code's contents.
"""

import segno
from flask import Flask
from markupsafe import Markup


def qr_code(text: str) -> Markup:
    """Return the text as a QR code in inline SVG, with the margin that cameras need."""
    svg = segno.make(text, error="m").svg_inline(scale=4, border=4, svgclass="qr", lineclass=None)
    return Markup(svg)  # nosec B704


def install(app: Flask) -> None:
    """Let templates draw QR codes."""
    app.jinja_env.filters["qr_code"] = qr_code
