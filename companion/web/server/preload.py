"""Import every process's modules in advance, so that the processes share the memory."""

from datetime import date

from babel.dates import format_date

from companion.translations import languages
from companion.web import application

__all__ = ["application"]

for _language in languages():
    format_date(date(2026, 1, 1), "d MMMM", locale=_language)  # loads locale data, 4 MB for English
