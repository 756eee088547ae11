"""Alarms: each once for each deadline, however many sweep; dated when they were due, however late; never for what is no incident."""

import subprocess
import sys
from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from incidents.flow import approving, classifying, enacting, intake, overdue, sealing
from incidents.records.appeals import Appeal
from incidents.records.clocks import Alarm
from incidents.records.journal import Entry, Stream
from incidents.rules.acts import Act, Reject
from incidents.settings import Settings
from tests.cast import NOW, TERM, Cast, Town, two_hours
from tests.flow.deliveries import NETWORK, acts, entries, incoming, register

ROOT = Path(__file__).resolve().parents[2]
SECOND = timedelta(seconds=1)
DUE = NOW + TERM
#: The default moments of a term of two hours, counted from its start.
WARNINGS = [NOW + TERM * 3 / 4, DUE - timedelta(minutes=15)]
ESCALATIONS = [DUE + timedelta(minutes=after) for after in (15, 30, 60)]
EVERY = ["warn", "warn", "overdue", "escalate", "escalate", "escalate"]


def sweep(session: Session, now: datetime) -> list[tuple[str, int]]:
    """Every alarm to its end, as the worker does it: (act, number) of what was raised."""
    done = []
    passing: frozenset[int] = frozenset()
    while True:
        raised = overdue.raise_alarms(session, now=now, passing=passing)
        session.commit()
        done += [(str(act), number) for number, act in raised.alarms]
        passing |= frozenset(raised.failed)
        if not raised.alarms and not raised.failed:
            break
    session.expire_all()
    return done


def names(raised: list[tuple[str, int]]) -> list[str]:
    return [act for act, _ in raised]


def test_the_grid_around_every_alarm(session: Session, town: Town, settings: Settings) -> None:
    number = register(session, settings).number
    expected = [
        (WARNINGS[0], []),
        (WARNINGS[0] + SECOND, ["warn"]),
        (WARNINGS[1], []),
        (WARNINGS[1] + SECOND, ["warn"]),
        (DUE, []),
        (DUE + SECOND, ["overdue"]),
        (ESCALATIONS[0], []),
        (ESCALATIONS[0] + SECOND, ["escalate"]),
        (ESCALATIONS[1] + SECOND, ["escalate"]),
        (ESCALATIONS[2], []),
        (ESCALATIONS[2] + SECOND, ["escalate"]),
        (DUE + 9 * TERM, []),
    ]
    for now, alarms in expected:
        assert names(sweep(session, now)) == alarms, now
        assert sweep(session, now) == []
    assert acts(session, number) == ["register", *EVERY]


def test_after_a_standstill_every_alarm_is_raised_once_and_dated_when_it_was_due(
    session: Session, town: Town, settings: Settings
) -> None:
    appeal = register(session, settings)
    later = DUE + timedelta(hours=3)
    assert names(sweep(session, later)) == EVERY
    history = session.scalars(select(Entry).where(Entry.by == "machine:clock").order_by(Entry.seq)).all()
    assert [entry.happened_at for entry in history] == [*WARNINGS, DUE, *ESCALATIONS]
    assert {entry.noticed_at for entry in history} == {later}
    assert {entry.data["due_at"] for entry in history} == {DUE.isoformat()}
    raised = session.scalars(select(Alarm).where(Alarm.appeal_number == appeal.number))
    assert [alarm.raised_at for alarm in raised] == [later] * 6


def test_a_term_shorter_than_the_warning_warns_at_its_start(
    session: Session, town: Town, cast: Cast, settings: Settings
) -> None:
    norm = replace(two_hours(), term=10, network="other")
    enacting.put(session, norm, cast.elena.actor, now=NOW, note="")
    appeal = register(session, settings)
    assert names(sweep(session, NOW + SECOND)) == ["warn"]
    assert entries(session, appeal.number, "warn")[0].happened_at == NOW


def test_four_processes_over_one_database_flag_each_late_appeal_once(
    database_url: str, session: Session, town: Town, settings: Settings
) -> None:
    for number in range(200):
        intake.register(session, incoming(f"Жалоба {number}"), NETWORK, settings, now=NOW)
    session.commit()
    command = [sys.executable, "-m", "tests.flow.sweeper", database_url, (DUE + TERM).isoformat()]
    pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    processes: list[Any] = [subprocess.Popen(command, cwd=ROOT, **pipes) for _ in range(4)]
    assert [process.stdout.readline() for process in processes] == ["ready\n"] * 4
    for process in processes:
        process.stdin.write("go\n")
        process.stdin.flush()
    outputs = [process.communicate(timeout=90)[0] for process in processes]
    assert [process.returncode for process in processes] == [0] * 4
    flagged = Counter(int(number) for output in outputs for number in output.split())
    assert (len(flagged), set(flagged.values())) == (200, {1})
    alarms = session.scalars(select(Entry).where(Entry.by == "machine:clock"))
    journalled = Counter((entry.stream, entry.data["step"]) for entry in alarms)
    assert (len(journalled), set(journalled.values())) == (1200, {1})
    assert list(sealing.verify(session)) == []


def test_a_changed_deadline_alarms_anew_and_an_unchanged_one_never(
    session: Session, town: Town, cast: Cast, settings: Settings
) -> None:
    norm = replace(two_hours(), term=240, topic_id=town.snow.id)
    enacting.put(session, norm, cast.elena.actor, now=NOW, note="")
    appeal = register(session, settings)
    assert names(sweep(session, DUE + SECOND)) == ["warn", "warn", "overdue"]
    by = cast.anna.actor
    classifying.classify(session, appeal, town.potholes, by, now=DUE + 2 * SECOND)
    session.commit()
    assert sweep(session, DUE + 3 * SECOND) == []
    classifying.classify(session, appeal, town.snow, by, now=DUE + 4 * SECOND)
    session.commit()
    assert sweep(session, DUE + 5 * SECOND) == []
    assert names(sweep(session, NOW + 3 * TERM)) == EVERY


def test_an_answer_that_came_late_while_nobody_swept_is_flagged_by_the_next_sweep(
    session: Session, town: Town, cast: Cast, settings: Settings
) -> None:
    late, just, early = (register(session, settings) for _ in range(3))
    confirmed = DUE + TERM
    for appeal, answered_at in ((late, DUE + SECOND), (just, DUE), (early, DUE - SECOND)):
        link = f"https://vk.com/wall-1_{appeal.number}"
        approving.confirm_by_hand(session, appeal, cast.anna, now=confirmed, link=link, at=answered_at)
    session.commit()
    swept = sweep(session, confirmed + TERM)
    assert Counter(names(swept)) == {"warn": 6, "overdue": 1}
    assert [appeal.number for appeal in (late, just, early) if entries(session, appeal.number, "overdue")] == [
        late.number
    ]
    alarm = entries(session, late.number, "overdue")[0]
    assert (alarm.happened_at, alarm.noticed_at) == (DUE, confirmed + TERM)
    assert sweep(session, confirmed + TERM) == []


def test_what_is_no_incident_never_alarms(session: Session, town: Town, cast: Cast, settings: Settings) -> None:
    rejected = register(session, settings)
    approving.reject(session, rejected, cast.anna, Reject.SPAM, now=NOW)
    session.commit()
    assert sweep(session, DUE + 9 * TERM) == []
    approving.restore(session, rejected, cast.anna, now=DUE + 9 * TERM)
    session.commit()
    assert names(sweep(session, DUE + 9 * TERM)) == EVERY


def test_a_bad_row_never_stops_the_rest(session: Session, town: Town, settings: Settings) -> None:
    before, bad, after = (register(session, settings, received_at=NOW + n * SECOND) for n in range(3))
    # Its head lags behind its chain, so that the next entry meets one that stands there already.
    head = session.get_one(Stream, f"appeal:{bad.number}", populate_existing=True)
    head.head_seq = 0
    session.commit()
    raised = sweep(session, DUE + TERM)
    assert Counter(number for _, number in raised) == {before.number: 6, after.number: 6}
    left = session.scalars(select(Alarm).where(Alarm.appeal_number == bad.number))
    assert [alarm.raised_at for alarm in left] == [None] * 6


def test_more_than_a_batch_is_raised_to_the_end(
    session: Session, town: Town, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(overdue, "BATCH", 3)
    for _ in range(7):
        register(session, settings)
    assert len(overdue.raise_alarms(session, now=DUE + TERM).alarms) == 3
    session.commit()
    assert names(sweep(session, DUE + TERM)).count("overdue") == 7


def test_an_alarm_does_not_make_a_person_stumble_over_it(session: Session, town: Town, settings: Settings) -> None:
    appeal = register(session, settings)
    seen = appeal.version
    sweep(session, DUE + TERM)
    assert session.scalar(select(Appeal.version)) == seen
    assert Act.OVERDUE in acts(session, appeal.number)
