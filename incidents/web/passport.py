"""«Как посчитан срок»: the passport of one clock of an appeal, on a page that prints on one sheet, and as JSON.

Whoever may see the appeal may see how its deadline was counted; to a stranger there is none (404). Read only: the clock
is counted anew from the journal each time, and a difference to what is stored stands on top of the page.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Blueprint, Response, abort, jsonify, render_template, request, url_for
from sqlalchemy import select

from incidents.flow import explaining
from incidents.flow.explaining import Explained
from incidents.records import choices
from incidents.records.answers import Answer
from incidents.records.appeals import Appeal
from incidents.rules.candidates import Candidate, Reason
from incidents.rules.norms import ClockName
from incidents.rules.stages import Stage
from incidents.rules.timeline import Line, folded
from incidents.web import card, card_words, current, moments, passport_shapes, passport_words, story, story_entries
from incidents.web.norm_forms import KINDS
from incidents.web.norms import STARTS
from incidents.web.passport_strip import Strip, draw
from incidents.web.story_entries import Told, events

blueprint = Blueprint("passport", __name__, url_prefix="/appeals")

#: So many lines, and marks in them, still print on one sheet beside everything else.
MOST_LINES, MOST_MARKS = 14, 8
#: Pieces of the drawing; more would be hairs.
MOST_PIECES = 12
#: What of the address names a clock.
ASKED = ("clock", "cycle", "turn")
#: Norms that were not chosen and are named all the same.
MOST_OTHERS = 4


@dataclass(frozen=True)
class Row:
    """One line of the table, with what happened in it."""

    line: Line
    marks: Sequence[story.Line]
    #: Begins and ends on one date: that is told once.
    is_one_day: bool


@dataclass(frozen=True)
class Page:
    """Everything that the page draws."""

    found: Explained
    rows: Sequence[Row]
    strip: Strip
    link: str | None
    owners: dict[int, str]
    #: The norms that were not chosen and might have been, and how many more there are.
    others: Sequence[Candidate]
    others_left_out: int
    marks_left_out: int

    @property
    def chosen(self) -> Candidate | None:
        return next((each for each in self.found.candidates if each.reason is Reason.CHOSEN), None)

    @property
    def is_folded(self) -> bool:
        """Are several stretches told as one line?"""
        return any(row.line.worked_days for row in self.rows)


@blueprint.app_template_filter()
def instant(at: datetime) -> str:
    """To the second, as plain words: a drawing knows no elements."""
    return moments.exact_words(at, current.settings().town_zone)


@blueprint.app_template_filter()
def short_instant(at: datetime) -> str:
    """With its date, never "today": what is printed is read on another day."""
    return moments.dated_words(at, current.now(), current.settings().town_zone)


@blueprint.app_template_filter()
def hour(at: datetime) -> str:
    """The time of day, beside a date that is told already."""
    return moments.hour_words(at, current.settings().town_zone)


@blueprint.get("/<int:number>/passport")
def page(number: int) -> str:
    appeal = card.find(number, alone=True)
    entries = story_entries.entries(current.session(), number)
    found = asked(appeal, entries)
    if found is None:
        return render_template("passport/absent.html", appeal=appeal)
    chosen: dict[str, Any] = request.args.to_dict()
    return render_template(
        "passport/page.html",
        appeal=appeal,
        page=read(appeal, entries, found),
        found=found,
        made=found.passport,
        clock=found.passport.clock,
        words=passport_words,
        stages=Stage,
        kinds=KINDS,
        starts=STARTS,
        json_address=url_for("passport.data", number=number, **{k: v for k, v in chosen.items() if k in ASKED}),
    )


@blueprint.get("/<int:number>/passport.json")
def data(number: int) -> Response:
    """The same for whoever is signed in; other programs ask the API."""
    appeal = card.find(number, alone=True)
    found = asked(appeal, story_entries.entries(current.session(), number))
    if found is None:
        abort(404)
    return jsonify(passport_shapes.shape(number, found).model_dump(mode="json"))


def asked(appeal: Appeal, entries: Sequence[Told]) -> Explained | None:
    """The clock that the address names, by default the headline; 404 for one that does not exist. None: it has none."""
    given = request.args
    name = given.get("clock") or None
    if name is not None and name not in set(ClockName):
        abort(404)
    numbers = [_number(given.get(field)) for field in ("cycle", "turn")]
    clock = ClockName(name) if name else None
    found = explaining.passport(current.session(), appeal, events(entries), clock, *numbers, now=current.now())
    if found is None and (name or any(numbers)):
        abort(404)
    return found


def read(appeal: Appeal, entries: Sequence[Told], found: Explained) -> Page:
    """What the page draws, read in a fixed number of queries."""
    made, calendar = found.passport, found.passport.clock.calendar
    kept = {entry.seq: entry for entry in entries}
    marks = [kept[mark.seq] for mark in made.marks if mark.seq in kept]
    lines = folded(made.lines, calendar, MOST_LINES)
    pieces = folded(made.lines, calendar, MOST_PIECES)
    rest = folded(made.rest, calendar, max(3, MOST_PIECES - len(pieces)))
    others = [each for each in found.candidates if each.reason is not Reason.CHOSEN]
    return Page(
        found=found,
        rows=_rows(lines, story.in_words(current.session(), _most_telling(marks))),
        strip=draw(pieces, rest, made.clock.started_at, made.end, made.clock.due_at),
        link=_link(appeal, made.clock.stopped_at),
        owners=_owners(found),
        others=others[:MOST_OTHERS],
        others_left_out=max(0, len(others) - MOST_OTHERS),
        marks_left_out=max(0, len(marks) - MOST_MARKS),
    )


def _number(written: str | None) -> int | None:
    if not written:
        return None
    if not written.isdecimal() or len(written) > 6:
        abort(404)
    return int(written)


def _most_telling(marks: Sequence[Told]) -> Sequence[Told]:
    """The first and the last ones, where there are too many: the beginning and the end decide."""
    if len(marks) <= MOST_MARKS:
        return marks
    half = MOST_MARKS // 2
    return [*marks[:half], *marks[-half:]]


def _rows(lines: Sequence[Line], marks: Sequence[story.Line]) -> list[Row]:
    """Each mark stands in the line it happened in; what ended the clock in the last one."""
    zone = current.settings().town_zone
    rows = []
    for place, line in enumerate(lines):
        is_last = place == len(lines) - 1
        own = [mark for mark in marks if line.begins <= mark.at and (mark.at < line.ends or is_last)]
        is_one_day = line.begins.astimezone(zone).date() == line.ends.astimezone(zone).date()
        rows.append(Row(line, own, is_one_day))
    return rows


def _link(appeal: Appeal, stopped_at: datetime | None) -> str | None:
    """The answer that met the clock, where it can be seen."""
    if stopped_at is None:
        return None
    query: Any = select(Answer.permalink).where(
        Answer.appeal_number == appeal.number, Answer.published_at == stopped_at
    )
    return card_words.web_link(current.session().scalar(query.limit(1)))


def _owners(found: Explained) -> dict[int, str]:
    known = choices.departments(current.session())
    ids = {share.department_id for share in found.shares if share.department_id in known}
    return {id_: known[id_].name for id_ in ids if id_ is not None}
