"""What a person reads when something does not go: one sentence what happened, one what was kept or what to do.

The same words go out in three forms: a full page, a fragment where htmx asked for one (it swaps error bodies too), and
`application/problem+json` for other programs. A page of an error draws no navigation: it must stand when the database
does not.
"""

from dataclasses import dataclass
from typing import Any

from flask import Flask, Response, g, jsonify, make_response, render_template, request
from flask_babel import gettext, lazy_gettext
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import Conflict, HTTPException, InternalServerError, ServiceUnavailable, UnprocessableEntity

from incidents.rules.acts import Refused
from incidents.web import current, kept, refusals
from incidents.web.logs import log


@dataclass(frozen=True)
class Sentence:
    title: Any
    advice: Any


SENTENCES = {
    400: Sentence(
        lazy_gettext("The request could not be read"),
        lazy_gettext("Nothing was changed. Go back, reload the page and try once more."),
    ),
    401: Sentence(
        lazy_gettext("A token is needed"),
        lazy_gettext("Send the header “Authorization: Bearer …” with a token that the administrator has issued."),
    ),
    403: Sentence(
        lazy_gettext("This page is for another role"),
        lazy_gettext("If you need it for your work, ask the administrator to change your role."),
    ),
    404: Sentence(
        lazy_gettext("There is nothing here"),
        lazy_gettext("The address may have a misprint, or this lies with another department."),
    ),
    405: Sentence(
        lazy_gettext("This cannot be done at this address"),
        lazy_gettext("Nothing was changed. Open the page from the menu."),
    ),
    409: Sentence(
        lazy_gettext("This cannot be done any more"),
        lazy_gettext("Your change was not saved. Go back, reload the page and look what is new."),
    ),
    413: Sentence(
        lazy_gettext("Too much was sent at once"),
        lazy_gettext("Nothing was changed. The limit is one megabyte."),
    ),
    422: Sentence(
        lazy_gettext("Something in the form does not fit"),
        lazy_gettext("Nothing was changed. Go back and correct what is marked."),
    ),
    429: Sentence(
        lazy_gettext("Too many attempts"),
        lazy_gettext("Wait a little and try once more."),
    ),
    500: Sentence(
        lazy_gettext("The program stumbled"),
        lazy_gettext(
            "What you did was not saved. Try once more; if it repeats, give the administrator the number below."
        ),
    ),
    503: Sentence(
        lazy_gettext("The database does not answer"),
        lazy_gettext("What you did was not saved. New messages from the networks wait. Try again in a minute."),
    ),
}


def prepare(app: Flask) -> None:
    """Answer every failure of `app` in words."""
    app.register_error_handler(CSRFError, _stale_page)
    app.register_error_handler(HTTPException, answer)
    app.register_error_handler(StaleDataError, _changed_meanwhile)
    app.register_error_handler(Refused, _refused)
    for kind in (OperationalError, InterfaceError, PoolTimeout):
        app.register_error_handler(kind, _no_database)
    app.register_error_handler(Exception, _stumbled)


def answer(error: HTTPException, advice: str | None = None) -> Response:
    """One failure in the form the asker understands. `advice` replaces the code's own second sentence."""
    if error.response is not None or error.code is None or error.code < 400:  # a redirect, raised
        return make_response(error.get_response())
    code = error.code
    sentence = SENTENCES.get(code, SENTENCES[400 if code < 500 else 500])
    words = str(advice or sentence.advice)
    response = _as_problem(code, str(sentence.title), words) if _is_for_programs() else _as_html(code, sentence, words)
    response.status_code = code
    # Allow (405), Retry-After (429, 503): the error's own headers say what to do next.
    for name, value in error.get_headers():
        if name.lower() not in ("content-type", "content-length"):
            response.headers[name] = value
    return response


def _as_html(code: int, sentence: Sentence, advice: str) -> Response:
    template = "errors/_fragment.html" if request.headers.get("HX-Request") else "errors/page.html"
    number = g.get("request_id") if code >= 500 else None
    return make_response(render_template(template, title=sentence.title, advice=advice, code=code, number=number))


def _as_problem(code: int, title: str, detail: str) -> Response:
    body = {"type": "about:blank", "status": code, "title": title, "detail": detail}
    if code >= 500:
        body["instance"] = f"urn:request:{g.get('request_id', '')}"
    response = jsonify(body)
    response.mimetype = "application/problem+json"
    return response


def _is_for_programs() -> bool:
    return request.path.startswith(("/api/", "/hooks/", "/healthz", "/readyz", "/metrics", "/openapi.json"))


def _stale_page(error: CSRFError) -> Response:
    written = kept.pack() if current.is_known() else ""
    words = kept.unpack(written, current.person()) if written else None
    if words is not None:
        # Ours, by the cookie that no other site can send: the words come back with a token that fits.
        return make_response(render_template("sign_in/kept.html", kept=words), 400)
    advice = gettext(
        "The page is out of date: you signed in anew or signed out in another window. Nothing was saved: go back, copy your text and reload."
    )
    return answer(error, advice)


def _changed_meanwhile(error: StaleDataError) -> Response:
    return answer(Conflict())


def _refused(error: Refused) -> Response:
    kind = Conflict if refusals.status_code(error) == 409 else UnprocessableEntity
    return answer(kind(), refusals.sentence(error))


def _no_database(error: Exception) -> Response:
    log.error("database is away", exc_info=error)
    return answer(ServiceUnavailable(retry_after=30))


def _stumbled(error: Exception) -> Response:
    log.error("request failed", exc_info=error)
    return answer(InternalServerError())
