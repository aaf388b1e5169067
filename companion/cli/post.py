"""The post: the neutral letter, and the SMTP server that takes it."""

import logging
import smtplib
import ssl
from datetime import datetime
from email.message import EmailMessage
from email.utils import parseaddr
from urllib.parse import unquote, urlsplit

from flask import g, render_template

from companion.config import Settings
from companion.services.mailing import NotDelivered, deliver
from companion.store.base import Store

log = logging.getLogger(__name__)  # never what a server says: it may name the address

PATIENCE = 15.0
"""Seconds that a server may take for each step."""


class Smtp:
    """Sends letters through the server of the settings."""

    def __init__(self, settings: Settings) -> None:
        self._url = urlsplit(settings.smtp_url)
        self._sender = settings.mail_from

    def __call__(self, address: str, language: str, letter_id: str) -> None:
        """Send the letter to one address. Raises ``NotDelivered``."""
        letter = self._letter(address, language, letter_id)
        try:
            with self._server() as server:
                server.send_message(letter)
        except smtplib.SMTPRecipientsRefused as error:
            code = next(iter(error.recipients.values()))[0]
            log.warning("a notice was refused for its recipient: %s", code)
            raise NotDelivered(for_good=code >= 500) from None
        except (OSError, smtplib.SMTPException) as error:
            log.warning("a notice could not be sent: %s", type(error).__name__)
            raise NotDelivered from None

    def _letter(self, address: str, language: str, letter_id: str) -> EmailMessage:
        g.language = language
        subject, _, body = render_template("emails/notice.txt").partition("\n")
        letter = EmailMessage()
        letter["From"], letter["To"], letter["Subject"] = self._sender, address, subject
        letter["Message-ID"] = f"<{letter_id}@{parseaddr(self._sender)[1].rpartition('@')[2]}>"
        letter["Auto-Submitted"] = "auto-generated"
        letter.set_content(body.strip() + "\n")
        return letter

    def _server(self) -> smtplib.SMTP:
        host, port, scheme = str(self._url.hostname), self._url.port, self._url.scheme
        trusted = ssl.create_default_context()
        if scheme == "smtps":
            server: smtplib.SMTP = smtplib.SMTP_SSL(host, port or 465, timeout=PATIENCE, context=trusted)
        else:
            server = smtplib.SMTP(host, port or 587, timeout=PATIENCE)
        if scheme == "smtp+starttls":
            server.starttls(context=trusted)
        if self._url.username:
            server.login(unquote(self._url.username), unquote(self._url.password or ""))
        return server


def deliver_now(store: Store, settings: Settings, now: datetime) -> int:
    """Send the notices that are due, if there is a server for them; how many letters."""
    return deliver(store, Smtp(settings), now) if settings.smtp_url else 0
