"""What somebody had typed when the program did not know him any more: carried through the sign-in page, not lost.

A form that a signed-out person sends (the session ended, or it began anew in another window) comes back, after the
sign-in, as a page that shows its words and asks whether to send them. It works without scripts. Nothing is kept on the
server: the fields travel signed in the page itself. They are given to nobody but who was signed in here last, which a
cookie tells that no other site can make the browser send; so a foreign form never gets this far either. Forms with
secrets, and files, are never kept.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import urlsplit

from flask import current_app, request
from itsdangerous import BadData, URLSafeTimedSerializer
from werkzeug.wrappers import Response

from incidents.records.people import Person
from incidents.web import current, security

COOKIE = "incidents_person"
#: As long as a shift; also the age at which kept words are no longer given back.
LASTS = int(security.SHIFT.total_seconds())
#: Letters of all names and values together; the longest answer is 16 384.
LONGEST = 100_000
#: Families whose forms hold passwords, tokens or keys, and those that lead in and out.
SECRET = frozenset({"sign_in", "profile", "ways", "people", "sources", "tokens", "wizard"})
#: A value of this length with a space in it is somebody's words, worth showing.
_WORDS = 2


@dataclass(frozen=True)
class Kept:
    """A form as it was sent: where to, from what page, its fields in their order."""

    action: str
    back: str
    fields: Sequence[tuple[str, str]]

    @property
    def words(self) -> list[str]:
        """What of it a person typed, as far as that can be told from codes and numbers."""
        return [value for name, value in self.fields if len(value.split()) >= _WORDS and not name.startswith("next")]


def remember(response: Response, person: Person) -> None:
    """Let this browser know whose words it may give back."""
    response.set_cookie(
        COOKIE,
        _sealer().dumps(person.id),
        max_age=LASTS,
        httponly=True,
        samesite="Strict",
        secure=security.is_https(current.settings()),
        path="/",
    )


def pack() -> str:
    """This request's form, signed, for whoever was signed in here last; empty where nothing may be kept."""
    whose = _whose()
    family = str(request.endpoint or "").partition(".")[0]
    fields = [(name, value) for name, value in request.form.items(multi=True) if name != "csrf_token"]
    size = sum(len(name) + len(value) for name, value in fields)
    if whose is None or family in SECRET or not fields or size > LONGEST or request.headers.get("HX-Request"):
        return ""
    return _sealer().dumps([whose, request.full_path.rstrip("?"), _back(), fields])


def unpack(written: str, person: Person) -> Kept | None:
    """What was kept for this person; None if it is another's, too old, or no work of ours."""
    try:
        whose, action, back, fields = cast("list[Any]", _sealer().loads(written, max_age=LASTS))
    except (BadData, ValueError, TypeError):
        return None
    if whose != person.id:
        return None
    return Kept(str(action), str(back), [(str(name), str(value)) for name, value in fields])


def _whose() -> int | None:
    try:
        found = _sealer().loads(request.cookies.get(COOKIE, ""), max_age=LASTS)
    except BadData:
        return None
    return found if isinstance(found, int) else None


def _back() -> str:
    """The page that the form stood on."""
    parts = urlsplit(request.referrer or "")
    if parts.netloc != request.host or not parts.path.startswith("/"):
        return "/"
    return parts.path + (f"?{parts.query}" if parts.query else "")


def _sealer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(str(current_app.secret_key), salt="incidents: words kept")
