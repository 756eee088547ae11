"""What the clock promises, looked at after every act of a life that Hypothesis chooses (`whole_lives_acts`)."""

from collections import Counter
from typing import Any

from hypothesis.stateful import invariant
from sqlalchemy import select

from incidents.flow import (
    recomputing,
    timing,
)
from incidents.records.clocks import Alarm
from incidents.records.journal import Entry
from incidents.rules.acts import Status
from incidents.rules.alarms import moments
from incidents.rules.clock import measure
from incidents.rules.stages import stretches
from tests.databases import TOWN
from tests.flow.deliveries import faults
from tests.flow.whole_lives_acts import Acts


class Lives(Acts):
    """Every act, and what must be true after it."""

    @invariant()
    def what_is_stored_is_what_the_journal_says(self) -> None:
        numbers = [appeal.number for appeal in self.appeals()]
        assert recomputing.differences(self.session, numbers, timing.rules(self.session), now=self.now) == []
        assert faults(self.session) == []

    @invariant()
    def label_stages_and_first_verdict_hold(self) -> None:
        for appeal, counted in self.counted():
            held = counted.life.cycles[-1].held[-1]
            assert (held.status, held.department_id) == (appeal.status, appeal.department_id)
            is_waiting = appeal.status is Status.AWAITING_AUTHOR
            assert {clock.is_paused for clock in counted.clocks} <= {False, is_waiting}
            for clock in counted.clocks:
                end = max(clock.started_at, clock.stopped_at or clock.ended_at or self.now)
                cycle = counted.life.cycles[clock.cycle - 1]
                parts = stretches(cycle, clock.started_at, end, clock.hours, clock.calendar)
                whole = measure(clock.hours, clock.calendar, clock.started_at, end)
                assert abs(sum(part.seconds for part in parts) - whole) < 1e-3
            if appeal.cycle > 1:
                first = counted.headline
                verdict = (appeal.norm_id, appeal.due_at, appeal.answered_at, first and first.verdict(self.now))
                assert self.verdicts.setdefault(appeal.number, verdict) == verdict

    @invariant()
    def every_alarm_is_planned_or_was_raised_once(self) -> None:
        raised = self.session.scalars(select(Entry).where(Entry.act.in_(["warn", "overdue", "escalate"])))
        told = Counter((e.stream, e.happened_at, *sorted(e.data.items())) for e in raised)
        assert set(told.values()) <= {1}
        rows = self.session.scalars(select(Alarm).execution_options(populate_existing=True)).all()
        assert sum(row.raised_at is not None for row in rows) == len(told)
        stored: dict[int, dict[tuple[Any, ...], Alarm]] = {}
        for row in rows:
            key = (row.cycle, row.clock, row.turn, row.step, row.due_at)
            stored.setdefault(row.appeal_number, {})[key] = row
        for appeal, counted in self.counted():
            planned = {
                (clock.cycle, clock.name, clock.turn, moment.step.code, clock.due_at): moment.at
                for clock in counted.clocks
                for moment in moments(clock, TOWN.steps)
                if (end := clock.stopped_at or clock.ended_at) is None or moment.at < end
            }
            known = stored.get(appeal.number, {})
            assert {key: row.happens_at for key, row in known.items() if key in planned} == planned
            assert {key for key, row in known.items() if row.raised_at is None} <= planned.keys()
