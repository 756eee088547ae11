"""The whole clock of an appeal as one pure function of its journal, the norms and the calendars.

`reckon` is what stores deadlines (`flow.timing`), what raises alarms, what the passport explains and what
`incidents recompute` compares with what is stored: there is no second way to count. Seconds, half-open intervals, aware
UTC; no database, and no clock but the `now` it is given.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from incidents.rules import clock
from incidents.rules.acts import Purpose
from incidents.rules.calendar import Calendar, Versions
from incidents.rules.clock import Verdict
from incidents.rules.life import Cycle, Event, Life, Pause, replay
from incidents.rules.norms import STATUTORY, Case, ClockName, Hours, Norm, Start, Unit, choose


@dataclass(frozen=True, slots=True)
class Clock:
    """One clock of a cycle. `turn` counts the next-response clocks, one for each time the citizen wrote again."""

    name: ClockName
    cycle: int
    turn: int
    #: None for a promise: its date was given to the citizen, no norm made it.
    norm: Norm | None
    calendar: Calendar
    started_at: datetime
    #: Of a paused clock, when it would be due if the author answered now.
    due_at: datetime
    #: The visible answer that met it.
    stopped_at: datetime | None = None
    #: Nothing more is counted from here: rejected, closed, forwarded, or another clock took its place.
    ended_at: datetime | None = None
    #: Only those that moved the deadline: one that began after it changes nothing.
    pauses: tuple[Pause, ...] = ()
    #: No incident, so there is nothing to be said of it.
    is_void: bool = False

    @property
    def hours(self) -> Hours:
        """How it counts; a promise is a date like any other."""
        return self.norm.hours if self.norm else Hours.CALENDAR

    @property
    def is_paused(self) -> bool:
        """Does it wait for the author?"""
        is_open = self.stopped_at is None and self.ended_at is None
        return is_open and any(each.ends is None for each in self.pauses)

    @property
    def is_running(self) -> bool:
        """Can it still become late?"""
        return self.stopped_at is None and self.ended_at is None and not self.is_paused

    def verdict(self, now: datetime) -> Verdict:
        """What can be said at a moment. A deadline that passed before the end of the clock stays late."""
        return clock.verdict(
            now, self.due_at, self.stopped_at, self.ended_at, is_paused=self.is_paused, is_void=self.is_void
        )


@dataclass(frozen=True, slots=True)
class Reckoning:
    """Every clock of an appeal in the order in which they started, and the life they were counted from."""

    life: Life
    clocks: tuple[Clock, ...]

    @property
    def headline(self) -> Clock | None:
        """The clock of the figures: until the first answer of the first cycle. None without a norm."""
        return next((each for each in self.clocks if each.name is ClockName.FIRST and each.cycle == 1), None)

    @property
    def pressing(self) -> Clock | None:
        """The running clock that is due first."""
        return min((each for each in self.clocks if each.is_running), key=lambda each: each.due_at, default=None)


def reckon(
    events: Iterable[Event], norms: Sequence[Norm], calendars: Versions, zone: ZoneInfo, *, now: datetime
) -> Reckoning:
    """Every clock of the appeal whose entries these are. `now` only matters to a pause that still goes on.

    Raises ValueError for entries without a registration, NoWorkingTime if a calendar has none where some is needed.
    """
    life = replay(events)
    if life.is_unknown:
        return Reckoning(life, ())
    counting = _Counting(life, norms, calendars, zone, now)
    clocks = [each for cycle in life.cycles for each in counting.clocks(cycle)]
    return Reckoning(life, tuple(sorted(clocks, key=lambda each: (each.cycle, each.started_at, each.name))))


@dataclass(frozen=True, slots=True)
class _Counting:
    life: Life
    norms: Sequence[Norm]
    calendars: Versions
    zone: ZoneInfo
    now: datetime

    def clocks(self, cycle: Cycle) -> Iterator[Clock]:
        first = self._first(cycle)
        if first is not None:
            yield first
        if cycle.number == 1:
            yield from self._register(cycle)
        if self.life.kind not in STATUTORY:
            yield from self._final(cycle)
            yield from self._promises(cycle)
        yield from self._next(cycle)

    def _first(self, cycle: Cycle) -> Clock | None:
        answer = cycle.final if self.life.kind in STATUTORY else cycle.first
        extra = sum(cycle.extensions)
        return self._by_norm(cycle, ClockName.FIRST, self._starts(cycle), answer.at if answer else None, extra=extra)

    def _register(self, cycle: Cycle) -> Iterator[Clock]:
        found = self._by_norm(cycle, ClockName.REGISTER, self._starts(cycle), self.life.registered_at)
        if found is not None:
            yield found

    def _final(self, cycle: Cycle) -> Iterator[Clock]:
        """Counted from the answer that was not the last word (or from wherever its norm says), until the last one.

        A deferral puts its promise in this clock's place.
        """
        first, final = cycle.first, cycle.final
        if first is None or first.purpose is Purpose.FINAL:
            return
        starts = self._starts(cycle) | {Start.ANSWERED: first.at}
        deferred = min((each.at for each in cycle.publications if each.promised_on), default=None)
        if deferred is not None and (final is None or deferred < final.at):
            stopped, ended = None, deferred
        else:
            stopped, ended = final.at if final else None, None
        found = self._by_norm(
            cycle, ClockName.FINAL, starts, stopped, ended_at=ended, pauses=tuple(cycle.pauses), turn=1
        )
        if found is not None:
            yield found

    def _promises(self, cycle: Cycle) -> Iterator[Clock]:
        """Each promised date is due at the end of its day; a later promise takes the place of an earlier one."""
        promises = sorted((each for each in cycle.publications if each.promised_on), key=lambda each: each.at)
        finals = sorted(each.at for each in cycle.publications if each.purpose is Purpose.FINAL)
        for turn, promise in enumerate(promises, 1):
            later = promises[turn].at if turn < len(promises) else None
            kept = next((at for at in finals if at >= promise.at), None)
            is_replaced = later is not None and (kept is None or kept > later)
            calendar = self.calendars.at(promise.at)
            yield Clock(
                name=ClockName.PROMISE,
                cycle=cycle.number,
                turn=turn,
                norm=None,
                calendar=calendar,
                started_at=promise.at,
                due_at=clock.day_end(calendar, promise.promised_on or promise.at.astimezone(self.zone).date()),
                stopped_at=None if is_replaced else kept,
                ended_at=later if is_replaced else None if kept else cycle.ended_at,
                is_void=cycle.is_rejected,
            )

    def _next(self, cycle: Cycle) -> Iterator[Clock]:
        """The citizen wrote again after our first answer: counted from the first words that we have not answered."""
        first = cycle.first
        answers = sorted(each.at for each in cycle.publications)
        waiting = sorted(at for at in cycle.follow_ups if first is not None and at >= first.at)
        turn = 0
        while waiting:
            turn += 1
            start = waiting[0]
            answered = next((at for at in answers if at > start), None)
            starts: dict[Start, datetime | None] = dict.fromkeys(Start, start)
            found = self._by_norm(cycle, ClockName.NEXT, starts, answered, turn=turn)
            if found is not None:
                yield found
            waiting = [at for at in waiting if answered is not None and at >= answered]

    def _by_norm(
        self,
        cycle: Cycle,
        name: ClockName,
        starts: dict[Start, datetime | None],
        stopped_at: datetime | None,
        *,
        ended_at: datetime | None = None,
        pauses: tuple[Pause, ...] = (),
        turn: int = 1,
        extra: int = 0,
    ) -> Clock | None:
        case = Case(self.life.kind, self.life.network, cycle.topic_id)
        chosen = choose(self.norms, case, name, starts, self.zone)
        if chosen is None:
            return None
        norm, start = chosen
        calendar = self.calendars.at(start)
        if ended_at is not None or stopped_at is None:
            stopped_at, ended_at = None, ended_at or cycle.ended_at
        own = _until(pauses, stopped_at or ended_at)
        # Whether the author will ever answer nobody knows: until then the deadline moves with every minute.
        known = tuple(replace(each, ends=each.ends or max(each.begins, self.now)) for each in own)
        due_at, moved_by = clock.paused_due(norm, start, calendar, known, extra)
        return Clock(
            name=name,
            cycle=cycle.number,
            turn=turn,
            norm=norm,
            calendar=calendar,
            started_at=start,
            due_at=due_at,
            stopped_at=stopped_at,
            ended_at=ended_at,
            pauses=own[: len(moved_by)],
            is_void=cycle.is_rejected,
        )

    def _starts(self, cycle: Cycle) -> dict[Start, datetime | None]:
        if cycle.number > 1:
            return dict.fromkeys(Start, cycle.begins)
        return {
            Start.POSTED: self.life.posted_at or self.life.received_at,
            Start.RECEIVED: self.life.received_at,
            Start.REGISTERED: self.life.registered_at,
            Start.ASSIGNED: cycle.assigned_at,
        }


def _until(pauses: tuple[Pause, ...], end: datetime | None) -> tuple[Pause, ...]:
    """What of the pauses lies before the end of a clock: later ones are none of its own."""
    return tuple(replace(p, ends=min(p.ends or end, end)) for p in pauses if p.begins < end) if end else pauses


def is_in_days(norm: Norm | None) -> bool:
    """Is the deadline a date rather than a minute?"""
    return norm is None or norm.unit is not Unit.MINUTES
