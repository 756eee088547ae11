"""What every answer carries and what no request may fake: headers, cookies, CSRF, believed proxies."""

import hmac
from datetime import timedelta
from hashlib import sha256

from flask import Flask, Response, request
from flask_wtf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from incidents.settings import Settings

#: A working shift: longer, and a computer left alone at night would still be signed in next morning.
SHIFT = timedelta(hours=12)

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",  # the arrow of <select> and the marks of ticks are data: in the style sheets
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)

HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
TWO_YEARS = 63_072_000

#: Forms that carry more than words, by endpoint: a handful of photos as a phone makes them, in bytes.
ROOMY = {"photos.add": 45 * 1024 * 1024}

csrf = CSRFProtect()


def prepare(app: Flask, settings: Settings) -> None:
    """Cookies, CSRF, headers and proxies of `app`."""
    https = is_https(settings)
    app.secret_key = secret_of(settings)
    app.config.update(
        SESSION_COOKIE_NAME="incidents",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=https,
        PERMANENT_SESSION_LIFETIME=SHIFT,
        # A page may stay open all day; its token dies with the session, not with an hour.
        WTF_CSRF_TIME_LIMIT=None,
        MAX_CONTENT_LENGTH=1024 * 1024,
        MAX_FORM_MEMORY_SIZE=1024 * 1024,
    )
    app.before_request(_take_more)
    csrf.init_app(app)
    app.after_request(_add_headers)
    if https:
        app.after_request(_demand_https)
    hops = settings.trusted_proxies
    if hops:
        # Only what our own proxies appended is believed: a citizen can write an address of his choice before it.
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]


def _take_more() -> None:
    """Before the token is read out of a form: where photos come in, it may be larger."""
    if request.endpoint in ROOMY:
        request.max_content_length = ROOMY[request.endpoint]


def is_https(settings: Settings) -> bool:
    """Whether people reach the program by https; then no cookie may travel otherwise."""
    return settings.public_url.startswith("https://")


def secret_of(settings: Settings) -> str:
    """The key that signs cookies: derived from the installation's one key, so that neither can stand for the other."""
    return hmac.new(settings.key.encode(), b"incidents: signing of web sessions", sha256).hexdigest()


def _add_headers(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if request.endpoint != "static":
        # Citizens' words must not stay on a shared computer's disk after signing out; a polled part says otherwise itself.
        response.headers.setdefault("Cache-Control", "no-store")
    return response


def _demand_https(response: Response) -> Response:
    response.headers["Strict-Transport-Security"] = f"max-age={TWO_YEARS}"
    return response
