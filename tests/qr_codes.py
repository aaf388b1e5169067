"""Read the QR codes on a page as a camera would, without opening a browser."""

import re

import zxingcpp
from PIL import Image, ImageDraw

QR_CODE = re.compile(
    r'<svg width="(\d+)" height="\1" class="qr"><path transform="scale\(4\)" [^>]*d="([^"]+)"'
)
STEP = re.compile(r"([Mm])(-?\d+) (-?[\d.]+)|h(\d+)")


def texts(page: str) -> list[str]:
    """Return the texts of the page's QR codes, in order."""
    return [_read(int(size), path) for size, path in QR_CODE.findall(page)]


def _read(size: int, path: str) -> str:
    image = Image.new("L", (size, size), 255)
    draw, x, y = ImageDraw.Draw(image), 0, 0.0
    for kind, across, down, run in STEP.findall(path):
        if run:
            draw.rectangle((4 * x, 4 * (y - 0.5), 4 * (x + int(run)) - 1, 4 * (y + 0.5) - 1), fill=0)
            x += int(run)
        else:
            x, y = (int(across), float(down)) if kind == "M" else (x + int(across), y + float(down))
    (found,) = zxingcpp.read_barcodes(image)
    return found.text
