"""Write emails and send them by SMTP."""

import logging
import smtplib
import ssl
from contextlib import suppress
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from urllib.parse import unquote, urlsplit

from flask import g, render_template

from companion.config import Settings
from companion.services.notices.send import Letter, NotDelivered, Why, deliver
from companion.store.base import Store

log = logging.getLogger(__name__)  # never log a mail server's messages, which may contain an address

PATIENCE = 15.0
"""The timeout for each command to the mail server, in seconds."""
ACCEPTED = 250
GONE = 421
"""SMTP reply code: the server is closing the connection (RFC 5321)."""


class Smtp:
    """Sends emails through the mail server that the settings name."""

    def __init__(self, settings: Settings) -> None:
        self._url = urlsplit(settings.smtp_url)
        self._sender = settings.mail_from
        self._domain = parseaddr(self._sender)[1].rpartition("@")[2]

    def __call__(self, letter: Letter) -> None:
        """Send an email. Raise ``NotDelivered`` if the server doesn't accept the email."""
        server: _Told | None = None
        try:
            server = self._server()
            server.send_message(self._written(letter))
        except (OSError, smtplib.SMTPException) as error:
            why = _why(error, handed_over=bool(server and server.handed_over))
            log.warning("an email was not accepted", extra={"code": f"{why.name}.{_told(error)}"})
            raise NotDelivered(why) from None
        finally:
            if server is not None:
                _part(server)

    def refusal(self) -> str:
        """Connect to the mail server without sending an email. Return the error, or an empty string if the
        mail server would accept an email.
        """
        server: _Told | None = None
        try:
            server = self._server()
            server.ehlo_or_helo_if_needed()
            code, _ = server.mail(parseaddr(self._sender)[1])
            server.rset()
        except (OSError, smtplib.SMTPException) as error:
            return _told(error)
        finally:
            if server is not None:
                _part(server)
        return "" if code == ACCEPTED else str(code)

    def _written(self, letter: Letter) -> EmailMessage:
        g.language = letter.language
        template = "emails/digest.txt" if letter.digest else "emails/notice.txt"
        subject, _, body = render_template(template, digest=letter.digest).partition("\n")
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = self._sender, letter.address, subject
        message["Date"] = format_datetime(letter.at)
        message["Message-ID"] = f"<{letter.id}@{self._domain}>"
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(body.strip() + "\n")
        return message

    def _server(self) -> "_Told":
        host, port, scheme = str(self._url.hostname), self._url.port, self._url.scheme
        trusted = ssl.create_default_context()
        if scheme == "smtps":
            server: _Told = _ToldTls(host, port or 465, self._domain, timeout=PATIENCE, context=trusted)
        else:
            server = _Told(host, port or 587, self._domain, timeout=PATIENCE)
        try:
            if scheme == "smtp+starttls":
                server.starttls(context=trusted)
            if self._url.username:
                server.login(unquote(self._url.username), unquote(self._url.password or ""))
        except (OSError, smtplib.SMTPException):
            server.close()
            raise
        return server


class _Told(smtplib.SMTP):
    """An SMTP connection that knows whether an email's transmission has begun."""

    handed_over = False

    def data(self, msg: bytes | str) -> tuple[int, bytes]:  # type: ignore[override]  # the type stub differs
        self.handed_over = True
        return super().data(msg)


class _ToldTls(_Told, smtplib.SMTP_SSL):
    """An SMTP connection over TLS that knows whether an email's transmission has begun."""


def _why(error: Exception, *, handed_over: bool) -> Why:
    """Return the reason why an email wasn't delivered."""
    match error:
        case smtplib.SMTPRecipientsRefused():
            code = next(iter(error.recipients.values()))[0]
            refusal = Why.NO_SUCH_ADDRESS
        case smtplib.SMTPDataError():
            code, refusal = error.smtp_code, Why.REFUSED
        case _:
            # An error such as a bad sender address has nothing to do with this particular email.
            return Why.UNSURE if handed_over else Why.AWAY
    if code == GONE:
        return Why.AWAY
    return refusal if code >= 500 else Why.LATER


def _told(error: Exception) -> str:
    """Return the mail server's error code, or else the exception's name.

    Never return a mail server's own message, which may contain an email address.
    """
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return str(next(iter(error.recipients.values()))[0])
    return str(getattr(error, "smtp_code", type(error).__name__))


def _part(server: smtplib.SMTP) -> None:
    """Close the connection to the mail server, and ignore errors."""
    with suppress(OSError, smtplib.SMTPException):
        if server.sock is not None:
            server.sock.settimeout(1)
            server.docmd("QUIT")
    server.close()


def deliver_now(store: Store, settings: Settings, now: datetime) -> int:
    """Send the notices that are due. Return how many emails were sent.

    Without a mail server, send nothing and return 0.
    """
    return deliver(store, Smtp(settings), now) if settings.smtp_url else 0
