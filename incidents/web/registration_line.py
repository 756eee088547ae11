"""What one entered appeal leaves to the next: the numbers just entered, and what the questions of one hot line have in
common. It lies in the person's own signed cookie, so that it works without scripts and is nobody else's."""

from dataclasses import dataclass
from datetime import timedelta

from flask import session as cookie
from sqlalchemy import select

from incidents.flow import retracting
from incidents.records.appeals import Appeal
from incidents.web import current
from incidents.web.registration_form import Channel, RegistrationForm

_ENTERED, _COMMON, _SETTLED = "entered", "line", "settled"
#: So many of the last numbers are shown.
MOST = 12
#: A list of yesterday is nobody's any more.
_OLDEST = timedelta(hours=12)


@dataclass(frozen=True)
class Entered:
    """An appeal that this person entered just now; `may_undo` for some minutes, while nobody has worked on it."""

    appeal: Appeal
    may_undo: bool


def remember(form: RegistrationForm, number: int, *, is_line: bool) -> None:
    """Keep the number, and of a line what the next question has in common with it."""
    cookie[_ENTERED] = [number, *(each for each in cookie.get(_ENTERED, []) if each != number)][:MOST]
    received_at = form.received_at.data
    common = {"channel": form.channel.data}
    if is_line:
        common["line_name"] = form.line_name.data or ""
        common["received_at"] = received_at.isoformat(timespec="minutes") if received_at else ""
        common["kind"] = form.kind.data or ""
    cookie[_COMMON] = common


def settle(token: str) -> None:
    """This form has come to something: what a browser keeps of it is not needed any more."""
    cookie[_SETTLED] = token


def settled() -> str:
    """The form that came to something last."""
    return str(cookie.get(_SETTLED, ""))


def common() -> dict[str, str]:
    """What the last form leaves to the next one."""
    kept = cookie.get(_COMMON)
    return dict(kept) if isinstance(kept, dict) else {}


def end() -> None:
    """The line is over: its name and time are forgotten, the list of numbers too."""
    cookie.pop(_COMMON, None)
    cookie.pop(_ENTERED, None)


def is_channel(written: str) -> bool:
    return written in set(Channel)


def entered() -> list[Entered]:
    """The appeals that this person entered last, the newest first; one question."""
    numbers = [each for each in cookie.get(_ENTERED, []) if isinstance(each, int)]
    if not numbers:
        return []
    now = current.now()
    query = select(Appeal).where(Appeal.number.in_(numbers), Appeal.registered_at > now - _OLDEST)
    found = {each.number: each for each in current.session().scalars(query)}
    mine = [found[number] for number in numbers if number in found]
    return [Entered(each, retracting.is_possible(each, now)) for each in mine]
