"""The frame of every page: which places this person has, how many things wait there, whether the worker lives.

A page family that counts something registers a question, the worker's watch registers another; they are asked as one, and
only when a whole page is drawn, never for a fragment.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, cast

from flask import Flask, current_app, request, url_for
from flask import session as flask_session
from flask_babel import lazy_gettext
from jinja2.utils import LRUCache
from sqlalchemy import Select, select, true

from incidents.records.people import Person
from incidents.rules.acts import Role
from incidents.web import access, current, translating

#: Whatever columns it has.
Question = Select[*tuple[Any, ...]]
#: What to count for this person on this day of the town: a question of one row whose columns bear the names of
#: `Place.counter`, or None. It may look at the person's id, role and departments, and at nothing else: it is kept.
Counter = Callable[[Person, date], Question | None]
#: The questions of so many people are kept as they were built, each with its day.
MOST_PEOPLE = 256

ROLE_WORDS = {
    Role.PRESS: lazy_gettext("press sector"),
    Role.RESPONDER: lazy_gettext("responder"),
    Role.HEAD: lazy_gettext("head of department"),
    Role.MANAGER: lazy_gettext("manager"),
    Role.ADMIN: lazy_gettext("administrator"),
}

#: Under which name the session remembers the last act that can be taken back, and until when.
UNDO = "undo"
#: What a person may choose; empty: as the system has it.
THEMES = {
    "": lazy_gettext("As the system has it"),
    "light": lazy_gettext("Light"),
    "dark": lazy_gettext("Dark"),
}


@dataclass(frozen=True, eq=False)
class Place:
    """One line of the side navigation. `counter` names the figure that stands behind it; `is_alarm` draws it red."""

    endpoint: str
    icon: str
    label: Any
    counter: str = ""
    is_alarm: bool = False
    #: The key that leads there, by its physical place (`static/js/keys.js`).
    key: str = ""


@dataclass(frozen=True)
class WorkerWatch:
    """How the frame learns whether the worker lives: a question of one row, `heard_at` and `asked_at`, and what they say:
    seconds since the last sign of life when that is too long, else None."""

    question: Callable[[], Question]
    silence: Callable[[datetime | None, datetime], float | None]


@dataclass(frozen=True)
class Line:
    """A place as this page shows it: what waits there, and whether it is open now."""

    place: Place
    figure: int
    is_here: bool


@dataclass(frozen=True)
class Standing:
    """What the frame tells: every figure by its name, the places with theirs, and how long the worker has been silent."""

    figures: Mapping[str, int]
    lines: tuple[Line, ...]
    silence: float | None


#: In the order of the navigation. Who sees a place follows from `access.ROLES` alone.
PLACES: tuple[Place, ...] = (
    Place("board.page", "chart-bar", lazy_gettext("Now"), key="KeyG KeyN"),
    Place("department_desk.page", "building-community", lazy_gettext("Department"), counter="department"),
    Place("queue.page", "inbox", lazy_gettext("Queue"), counter="queue", key="KeyG KeyQ"),
    Place("approvals.page", "checks", lazy_gettext("Approval"), counter="approvals", key="KeyG KeyA"),
    Place(
        "promises.page", "calendar-check", lazy_gettext("Promises"), counter="promises", is_alarm=True, key="KeyG KeyP"
    ),
    Place("notices.page", "bell", lazy_gettext("Alarms"), counter="notices", is_alarm=True, key="KeyG KeyB"),
    Place("registration.page", "plus", lazy_gettext("Registration"), key="KeyC"),
    Place("shift.page", "users", lazy_gettext("Shift")),
    Place("system.page", "heartbeat", lazy_gettext("State"), counter="remarks", is_alarm=True, key="KeyG KeyS"),
    Place("departments.page", "building-community", lazy_gettext("Departments")),
    Place("people.page", "users", lazy_gettext("People")),
    Place("control.page", "star", lazy_gettext("On control"), counter="controlled"),
    Place("period.page", "chart-bar", lazy_gettext("Period")),
    Place("years.page", "calendar", lazy_gettext("Years")),
    Place("whatif.page", "adjustments", lazy_gettext("What if")),
    Place("reply_templates.page", "message", lazy_gettext("Templates of answers")),
    Place("topics.page", "template", lazy_gettext("Topics")),
    Place("town_rules.page", "file-text", lazy_gettext("Rules")),
    Place("norms.page", "clock", lazy_gettext("Norms")),
    Place("calendars.page", "calendar-check", lazy_gettext("Calendar")),
    Place("sources.page", "link", lazy_gettext("Sources")),
    Place("tokens.page", "lock", lazy_gettext("Tokens")),
    Place("journal.page", "history", lazy_gettext("Journal")),
    Place("components.page", "template", lazy_gettext("Parts of pages")),
)


def prepare(app: Flask) -> None:
    app.extensions["incidents.counters"] = []
    app.extensions["incidents.questions"] = LRUCache(MOST_PEOPLE)
    app.context_processor(_frame)
    app.add_template_filter(initials)


def count_with(app: Flask, counter: Counter) -> None:
    """Let `counter` give figures for the navigation, by `Place.counter`."""
    app.extensions["incidents.counters"].append(counter)


def watch_worker_with(app: Flask, watch: WorkerWatch) -> None:
    """Let `watch` say how long the worker has been silent; then every page carries the amber line."""
    app.extensions["incidents.worker_watch"] = watch


def places() -> list[Place]:
    """The places of whoever is signed in."""
    return [place for place in PLACES if access.may(current.person().role, place.endpoint)]


def home() -> str:
    """Where this person's work begins."""
    mine = places()
    return url_for(mine[0].endpoint if mine else "profile.page")


def standing() -> Standing:
    """All registered figures, for this person, now, and the worker's silence: one question."""
    person, today = current.person(), current.now().astimezone(current.settings().town_zone).date()
    watch = cast(WorkerWatch, current_app.extensions["incidents.worker_watch"])
    kept = current_app.extensions["incidents.questions"]
    key = (person.id, person.role, person.departments, today)
    if (question := kept.get(key)) is None:
        counted = [counter(person, today) for counter in current_app.extensions["incidents.counters"]]
        question = kept[key] = _together(watch.question(), *(each for each in counted if each is not None))
    figures = dict(current.session().execute(question).one()._mapping)
    silence = watch.silence(figures.pop("heard_at"), figures.pop("asked_at"))
    lines = (Line(place, figures.get(place.counter, 0), is_here(place.endpoint)) for place in places())
    return Standing(figures, tuple(lines), silence)


def _together(*asked: Question) -> Question:
    """One question for several that have one row each."""
    first, *others = (question.subquery() for question in asked)
    together: Question = select(first, *others).select_from(first)
    for other in others:
        together = together.join(other, true())
    return together


def initials(name: str) -> str:
    """Two letters for the round mark beside a person's name."""
    return "".join(word[0] for word in name.split()[:2]).upper()


def is_here(endpoint: str) -> bool:
    """Whether the page being drawn belongs to this place: a card is still part of its queue."""
    family = str(request.endpoint or "").partition(".")[0]
    return {
        "appeal": "queue",
        "upkeep": "system",
        "queue_acts": "queue",
        "views": "queue",
        "calendar_changes": "calendars",
    }.get(family, family) == endpoint.partition(".")[0]


def _frame() -> dict[str, Any]:
    return {
        "shell_standing": standing,
        "is_here": is_here,
        "undoable": undoable,
        "now": current.now,
        "role_words": ROLE_WORDS,
        "person": current.person() if current.is_admitted() else None,
        "theme": theme(),
        "keys_off": current.is_admitted() and not current.person().shortcuts,
        "language": translating.current_language,
        "languages": translating.LANGUAGES,
        "zone_name": current.settings().town_zone.key,
        "town": current.settings().town_name,
    }


def undoable() -> int | None:
    """The number of this person's last act that can still be taken back (`undo`): what the key U asks for, on any page."""
    number, until = flask_session.get(UNDO, (0, 0.0))
    return number if current.is_admitted() and until > current.now().timestamp() else None


def theme() -> str:
    """`light` or `dark` when chosen, else empty: as the system has it."""
    chosen = current.person().theme if current.is_admitted() else request.cookies.get("incidents_theme", "")
    return chosen if chosen in ("light", "dark") else ""
