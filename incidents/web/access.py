"""Who may come in: nobody, unless a line here says so.

One guard stands before every request. A stranger may see only `OPEN`; what a signed-in person may see stands in
`ROLES`, by endpoint, else by page family (blueprint). An endpoint without a line is refused to all, and a test walks
every route with every role. Whether this person may see this *row* is the page's own question: it fetches the row among
those the person may see, and a stranger to it gets 404.
"""

from collections.abc import Callable
from typing import cast
from urllib.parse import urlsplit

from flask import Flask, Response, abort, current_app, flash, redirect, request, url_for
from flask_babel import gettext
from flask_login import LoginManager, UserMixin
from sqlalchemy import bindparam, select
from werkzeug.wrappers import Response as AnyResponse

from incidents.records.people import Person
from incidents.rules.acts import Role
from incidents.web import current

EVERYBODY = frozenset(Role)
ADMINISTRATORS = frozenset({Role.ADMIN})
#: Who may look up why an appeal went where it went and when it is due.
READERS_OF_RULES = frozenset({Role.ADMIN, Role.PRESS, Role.MANAGER})
WRITERS_OF_TEMPLATES = frozenset({Role.PRESS, Role.ADMIN})

#: What a stranger may see.
OPEN = frozenset(
    {
        *("static", "sign_in.page", "sign_in.enter", "profile.look"),
        *("health.process", "health.worker", "health.ready"),
        # Answers only while nobody exists, and asks for the code of the console.
        *("wizard.door", "wizard.enter"),
    }
)

#: Families of other programs. They know no sessions: their own door asks for a secret or a token.
BY_TOKEN = frozenset({"api", "api_law", "health", "wall"})

#: Endpoint or page family -> who may. The more exact line wins.
ROLES: dict[str, frozenset[Role]] = {
    "home.page": EVERYBODY,
    "sign_in.leave": EVERYBODY,
    "profile": EVERYBODY,
    "search": EVERYBODY,
    "sheets": EVERYBODY,
    "queue": frozenset({Role.PRESS, Role.RESPONDER, Role.HEAD, Role.MANAGER}),
    "queue_acts": frozenset({Role.PRESS, Role.RESPONDER, Role.HEAD}),
    "views": frozenset({Role.PRESS, Role.RESPONDER, Role.HEAD, Role.MANAGER}),
    "shift": frozenset({Role.PRESS, Role.RESPONDER, Role.HEAD}),
    "undo": EVERYBODY,
    "appeal": frozenset({Role.PRESS, Role.RESPONDER, Role.HEAD}),
    **dict.fromkeys(
        ("appeal.page", "appeal.changes", "appeal.presence", "appeal.note"),
        frozenset({Role.PRESS, Role.RESPONDER, Role.HEAD, Role.MANAGER}),
    ),
    "writer": frozenset({Role.PRESS, Role.RESPONDER, Role.HEAD}),
    **dict.fromkeys(("appeal.control", "appeal.release"), frozenset({Role.PRESS, Role.MANAGER})),
    "promises": frozenset({Role.PRESS, Role.RESPONDER, Role.HEAD}),
    **dict.fromkeys(
        ("promises.page", "promises.one"), frozenset({Role.PRESS, Role.RESPONDER, Role.HEAD, Role.MANAGER})
    ),
    "reply_templates": WRITERS_OF_TEMPLATES,
    "passport": frozenset({Role.PRESS, Role.RESPONDER, Role.HEAD, Role.MANAGER}),
    "photos": frozenset({Role.PRESS, Role.RESPONDER, Role.HEAD}),
    **dict.fromkeys(
        ("photos.full", "photos.small", "pictures"),
        frozenset({Role.PRESS, Role.RESPONDER, Role.HEAD, Role.MANAGER}),
    ),
    "department_desk": frozenset({Role.RESPONDER, Role.HEAD}),
    **dict.fromkeys(("registration", "registration_help"), frozenset({Role.PRESS})),
    "notices": frozenset({Role.PRESS, Role.RESPONDER, Role.HEAD, Role.MANAGER}),
    "ways": EVERYBODY,
    "absences": EVERYBODY,
    "approvals": frozenset({Role.PRESS, Role.HEAD}),
    "board": frozenset({Role.MANAGER}),
    "control": frozenset({Role.MANAGER, Role.PRESS}),
    "period": frozenset({Role.MANAGER, Role.PRESS}),
    "years": frozenset({Role.MANAGER, Role.PRESS, Role.ADMIN}),
    "whatif": frozenset({Role.MANAGER, Role.PRESS}),
    "components": ADMINISTRATORS,
    **dict.fromkeys(
        (
            "system",
            "upkeep",
            "departments",
            "people",
            "topics",
            "norms",
            "shares",
            "calendar_changes",
            "sources",
            "tokens",
            "journal",
            "wizard",
        ),
        ADMINISTRATORS,
    ),
    "calendars": READERS_OF_RULES,
    "town_rules": READERS_OF_RULES,
    **dict.fromkeys(("topics.page", "topics.try_out", "norms.page", "shares.page"), READERS_OF_RULES),
    # Each table has its own readers and writers (`table_kinds`).
    "tables.dump": READERS_OF_RULES,
    "tables": WRITERS_OF_TEMPLATES,
}

#: Asked with every request: built once.
_PERSON = select(Person).where(Person.id == bindparam("id"))

#: All that is left to somebody who still uses the password another person made.
WITH_ONE_TIME_PASSWORD = frozenset({"profile.password", "profile.change_password", "sign_in.leave", "profile.look"})


class SignedIn(UserMixin):  # type: ignore[misc,unused-ignore]
    """A person as Flask-Login knows one. The cookie carries id and session version, so that raising the version
    signs the person out everywhere."""

    def __init__(self, person: Person) -> None:
        self.person = person

    def get_id(self) -> str:
        return f"{self.person.id}.{self.person.session_version}"


def prepare(app: Flask, keep: Callable[[], AnyResponse | None]) -> None:
    """Set the guard before every request of `app`. `keep` answers a form sent by who is signed out, where its words can be
    kept."""
    app.extensions["incidents.keep"] = keep
    # Its context processor would ask for the person again while the page of a dead database is drawn.
    manager = LoginManager(app, add_context_processor=False)
    # Sessions are revoked by their version; an address that changes on the way home must not sign anybody out.
    manager.session_protection = None
    manager.user_loader(_load)
    app.before_request(guard)


def may(role: Role, endpoint: str) -> bool:
    """Whether the table opens `endpoint` to `role`; what the table does not name is closed."""
    allowed = ROLES.get(endpoint, ROLES.get(endpoint.partition(".")[0], frozenset()))
    return role in allowed


def guard() -> AnyResponse | None:
    """Let the request pass, or answer for the page. Unknown addresses pass: they end as 404 without any secret told."""
    endpoint = request.endpoint
    if endpoint is None or endpoint in OPEN or endpoint.partition(".")[0] in BY_TOKEN:
        return None
    if not current.is_known():
        return _send_to_sign_in()
    current.admit()
    if not may(current.person().role, endpoint):
        abort(403)
    if current.person().must_change_password and endpoint not in WITH_ONE_TIME_PASSWORD:
        return redirect(url_for("profile.password"))
    return None


def local_path(target: str | None) -> str | None:
    """`target` if it is a plain path of ours, else None: nobody is led elsewhere by a crafted link."""
    if not target or not target.startswith("/") or target.startswith(("//", "/\\")):
        return None
    if any(character in target for character in "\\\r\n\t") or not target.isprintable():
        return None
    parts = urlsplit(target)
    return target if not parts.scheme and not parts.netloc else None


def _load(identity: str) -> SignedIn | None:
    number, _, version = identity.partition(".")
    if not (number.isdecimal() and version.isdecimal()):
        return None
    person = current.session().scalars(_PERSON, {"id": int(number)}).one_or_none()
    if person is None or not person.is_active or person.session_version != int(version):
        return None
    return SignedIn(person)


def _send_to_sign_in() -> AnyResponse:
    """To the sign-in page and, after it, back: a GET to itself, a POST (whose body is lost) to the page it came from."""
    if request.path.startswith("/api/"):
        abort(401)
    if request.headers.get("HX-Request"):
        # A fragment cannot be replaced by a whole page: the browser is told to go there itself.
        return Response(status=204, headers={"HX-Redirect": url_for("sign_in.page")})
    if request.method == "GET":
        back = request.full_path.rstrip("?")
    else:
        kept = cast("Callable[[], AnyResponse | None]", current_app.extensions["incidents.keep"])()
        if kept is not None:
            return kept
        flash(gettext("You were signed out. Sign in and repeat what you did: it was not saved."), "warning")
        back = ""
    target = back if back not in ("", "/") else None
    return redirect(url_for("sign_in.page", next=target))
