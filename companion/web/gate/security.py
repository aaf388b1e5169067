"""Response headers, cookies, and the check that a form comes from this site."""

import hashlib

from flask import Flask, Request, Response, abort, request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from itsdangerous import BadSignature
from werkzeug.middleware.proxy_fix import ProxyFix

from companion.config import Settings
from companion.extensions import csrf

UNSAFE = frozenset({"POST", "PUT", "PATCH", "DELETE"})


class Cookies(SecureCookieSessionInterface):
    """Flask's signed cookie, with SHA-256. Companion doesn't check the cookie's time stamp.

    Flask refuses time stamps from the future: if the server's clock went back, it would reject recent
    cookies.
    """

    digest_method = staticmethod(hashlib.sha256)

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """Return the cookie's contents, or an empty session if the signature is wrong."""
        signer = self.get_signing_serializer(app)
        if signer is None:
            return None
        try:
            return self.session_class(signer.loads(request.cookies.get(self.get_cookie_name(app), "")))
        except BadSignature:
            return self.session_class()


def install(app: Flask, settings: Settings) -> None:
    """Set up cookies, CSRF tokens, response headers, and the check that rejects other websites' requests."""
    app.config.update(
        SESSION_COOKIE_NAME="__Host-companion" if settings.secure_cookies else "companion",
        SESSION_COOKIE_SECURE=settings.secure_cookies,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_PATH="/",
        WTF_CSRF_TIME_LIMIT=None,  # the token lasts as long as the session, and no form expires earlier
        WTF_CSRF_SSL_STRICT=False,  # ``_from_this_site`` checks the origin for every scheme
    )
    app.session_interface = Cookies()
    if settings.mode == "serve":
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=1, x_proto=1, x_host=1)  # type: ignore[method-assign]  # as Flask's documentation recommends
    app.before_request(_from_this_site)
    csrf.init_app(app)
    policy = "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "img-src 'self'",
            "connect-src 'self'",
            f"form-action 'self' {settings.exit_origin}",
            "base-uri 'none'",
            "frame-ancestors 'none'",
        )
    )

    @app.after_request
    def add_headers(response: Response) -> Response:
        response.headers["Content-Security-Policy"] = policy
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Referrer-Policy"] = "same-origin"
        response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        response.headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=()"
        response.headers["X-Robots-Tag"] = "noindex"
        response.headers.setdefault("Cache-Control", "no-store")
        if settings.secure_cookies:
            response.headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
        return response


def came_from_elsewhere() -> bool:
    """Return whether another site made the request (Fetch Metadata, Origin)."""
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        return True
    origin = request.headers.get("Origin")
    return origin is not None and origin != f"{request.scheme}://{request.host}"


def _from_this_site() -> None:
    if request.method in UNSAFE and came_from_elsewhere():
        abort(400, "from_elsewhere")
