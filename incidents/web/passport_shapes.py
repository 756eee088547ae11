"""The passport as JSON, the same on the card and for other programs. Times are ISO 8601, UTC; lengths are whole seconds."""

from collections.abc import Sequence
from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.orm import Session

from incidents.flow import explaining, gate, timing
from incidents.flow.explaining import Explained
from incidents.records.appeals import Appeal
from incidents.rules.norms import ClockName
from incidents.rules.reckoning import Clock
from incidents.rules.timeline import Line
from incidents.web.schema_values import Moment
from incidents.web.schemas import Elapsed


class Asked(BaseModel):
    """Which clock of an appeal; left out: the one of the yearly figures."""

    model_config = ConfigDict(extra="forbid")

    clock: ClockName | None = None
    cycle: int | None = Field(default=None, ge=1)
    turn: int | None = Field(default=None, ge=1)


class PassportLine(BaseModel):
    """A half-open stretch [begins, ends)."""

    begins: Moment
    ends: Moment
    #: counted, night, break, day_off, holiday, moved_off, regional, paused.
    what: str
    #: What is special about the day: its kind (shortened, holiday, ...) and name.
    day: str | None
    name: str | None
    #: The act that ended a pause; null while it goes on.
    paused_until: str | None
    is_late: bool
    counted_seconds: int
    left_seconds: int


class PassportMark(BaseModel):
    at: Moment
    act: str
    by: str
    seq: int


class PassportNorm(BaseModel):
    id: int
    term: int
    unit: str
    hours: str
    starts_at: str
    valid_from: str
    article: str
    #: chosen, other_case, not_yet, retired, replaced, plainer.
    reason: str


class PassportStage(BaseModel):
    stage: str
    department_id: int | None
    planned_seconds: int | None
    charged_seconds: int
    over_seconds: int


class PassportAlternative(BaseModel):
    rule: str
    due_at: Moment
    late_seconds: int


class PassportDifference(BaseModel):
    where: str
    what: str
    stored: str
    computed: str


class PassportPart(BaseModel):
    """What one department was asked for, or brought unasked; no clock minds it."""

    department_id: int
    asked_at: Moment | None
    asked_by: int | None
    due_at: Moment | None
    given_at: Moment | None
    given_by: int | None
    #: Not needed any more.
    excused_at: Moment | None


class PassportClock(BaseModel):
    name: str
    cycle: int
    turn: int


class Passport(BaseModel):
    """One clock of an appeal with everything it was counted from."""

    number: int
    clock: PassportClock
    clocks: list[PassportClock]
    #: The chosen norm first; empty for a promise, whose date was given to the citizen.
    norms: list[PassportNorm]
    calendar_version: int
    zone: str
    started_at: Moment
    due_at: Moment
    end: Moment
    is_over: bool
    #: running, paused, in_time, late, overdue, ended. Exactly on the deadline is in time.
    verdict: str
    term_seconds: int
    counted_seconds: int
    left_seconds: int
    paused_seconds: int
    elapsed: Elapsed
    lines: list[PassportLine]
    #: From the end to the deadline.
    rest: list[PassportLine]
    marks: list[PassportMark]
    stages: list[PassportStage]
    reserve_seconds: int
    parts: list[PassportPart]
    alternatives: list[PassportAlternative]
    #: Counted anew from the journal, was it the same as what is stored?
    is_as_stored: bool
    differences: list[PassportDifference]


def read(session: Session, number: int, asked: Asked, *, now: datetime) -> Passport | None:
    """The passport of the clock asked for; None where there is no such appeal, or it has no such clock."""
    appeal = session.get(Appeal, number)
    if appeal is None:
        return None
    events = timing.events_of(session, gate.stream(number))
    found = explaining.passport(session, appeal, events, asked.clock, asked.cycle, asked.turn, now=now)
    return shape(number, found) if found is not None else None


def shape(number: int, found: Explained) -> Passport:
    """The passport of one clock of an appeal."""
    made, clock = found.passport, found.passport.clock
    return Passport(
        number=number,
        clock=_clock(clock),
        clocks=[_clock(each) for each in found.clocks],
        norms=_norms(found),
        calendar_version=clock.calendar.version,
        zone=clock.calendar.zone.key,
        started_at=clock.started_at,
        due_at=clock.due_at,
        end=made.end,
        is_over=made.is_over,
        verdict=made.verdict.value,
        term_seconds=made.term_seconds,
        counted_seconds=made.counted_seconds,
        left_seconds=made.left_seconds,
        paused_seconds=made.paused_seconds,
        elapsed=Elapsed(calendar_seconds=made.elapsed.calendar_seconds, working_seconds=made.elapsed.working_seconds),
        lines=_lines(made.lines),
        rest=_lines(made.rest),
        marks=[PassportMark(at=each.at, act=each.act, by=each.by, seq=each.seq) for each in made.marks],
        stages=[
            PassportStage(
                stage=each.stage.value,
                department_id=each.department_id,
                planned_seconds=each.planned_seconds,
                charged_seconds=each.charged_seconds,
                over_seconds=each.over_seconds,
            )
            for each in found.shares
        ],
        reserve_seconds=found.reserve_seconds,
        parts=[PassportPart.model_validate(each, from_attributes=True) for each in found.parts],
        alternatives=[
            PassportAlternative(rule=each.code.value, due_at=each.due_at, late_seconds=each.late_seconds)
            for each in found.alternatives
        ],
        is_as_stored=not found.differences,
        differences=[
            PassportDifference(where=each.where, what=each.what, stored=each.stored, computed=each.computed)
            for each in found.differences
        ],
    )


def _clock(clock: Clock) -> PassportClock:
    return PassportClock(name=clock.name.value, cycle=clock.cycle, turn=clock.turn)


def _norms(found: Explained) -> list[PassportNorm]:
    return [
        PassportNorm(
            id=each.norm.id,
            term=each.norm.term,
            unit=each.norm.unit.value,
            hours=each.norm.hours.value,
            starts_at=each.norm.starts_at.value,
            valid_from=each.norm.valid_from.isoformat(),
            article=each.norm.article,
            reason=each.reason.value,
        )
        for each in found.candidates
    ]


def _lines(lines: Sequence[Line]) -> list[PassportLine]:
    return [
        PassportLine(
            begins=line.begins,
            ends=line.ends,
            what=line.what.value,
            day=line.day.kind.value if line.day else None,
            name=line.day.name or None if line.day else None,
            paused_until=line.pause.ended_by or None if line.pause else None,
            is_late=line.is_late,
            counted_seconds=line.counted_seconds,
            left_seconds=line.left_seconds,
        )
        for line in lines
    ]
