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
from incidents.records.journal import Entry, Stream
from incidents.rules.lifecycle import Act, Reject
from incidents.settings import Settings
from tests.cast import NOW, TERM, Cast, Town, two_hours
from tests.flow.deliveries import NETWORK, acts, entries, incoming, register

ROOT = Path(__file__).resolve().parents[2]
SECOND = timedelta(seconds=1)
DUE = NOW + TERM
HALF = timedelta(minutes=30)
WARN, OVERDUE, ESCALATE = overdue.alarms(30, 30)


def sweep(session: Session, now: datetime) -> list[tuple[str, int]]:
    """Every alarm to its end, as the worker does it: (act, number) of what was raised."""
    done = []
    for alarm in (WARN, OVERDUE, ESCALATE):
        passing: frozenset[int] = frozenset()
        while True:
            raised = overdue.raise_alarms(session, alarm, now=now, passing=passing)
            session.commit()
            done += [(str(alarm.act), number) for number in raised.numbers]
            passing |= frozenset(raised.failed)
            if not raised.numbers and not raised.failed:
                break
    session.expire_all()
    return done


def names(raised: list[tuple[str, int]]) -> list[str]:
    return [act for act, _ in raised]


def test_the_grid_around_every_alarm(session: Session, town: Town, settings: Settings) -> None:
    number = register(session, settings).number
    expected = [
        (DUE - HALF - SECOND, []),
        (DUE - HALF, ["warn"]),
        (DUE - SECOND, []),
        (DUE, []),
        (DUE + SECOND, ["overdue"]),
        (DUE + HALF - SECOND, []),
        (DUE + HALF, ["escalate"]),
        (DUE + 9 * TERM, []),
    ]
    for now, alarms in expected:
        assert names(sweep(session, now)) == alarms, now
        assert sweep(session, now) == []
    assert acts(session, number) == ["register", "warn", "overdue", "escalate"]


def test_after_a_standstill_every_alarm_is_raised_once_and_dated_when_it_was_due(
    session: Session, town: Town, settings: Settings
) -> None:
    appeal = register(session, settings)
    later = DUE + timedelta(hours=3)
    assert names(sweep(session, later)) == ["warn", "overdue", "escalate"]
    history = session.scalars(select(Entry).where(Entry.by == "machine:clock").order_by(Entry.seq)).all()
    assert [entry.happened_at for entry in history] == [DUE - HALF, DUE, DUE + HALF]
    assert {entry.noticed_at for entry in history} == {later}
    assert {entry.data["due_at"] for entry in history} == {DUE.isoformat()}
    assert [appeal.warned_at, appeal.overdue_at, appeal.escalated_at] == [later] * 3


def test_a_term_shorter_than_the_warning_warns_at_its_start(
    session: Session, town: Town, cast: Cast, settings: Settings
) -> None:
    norm = replace(two_hours(), term_minutes=10, network="other")
    enacting.put(session, norm, cast.elena.actor, now=NOW, note="")
    appeal = register(session, settings)
    assert names(sweep(session, NOW)) == ["warn"]
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
    journalled = Counter((entry.stream, entry.act) for entry in alarms)
    assert (len(journalled), set(journalled.values())) == (600, {1})
    assert list(sealing.verify(session)) == []


def test_a_changed_deadline_alarms_anew_and_an_unchanged_one_never(
    session: Session, town: Town, cast: Cast, settings: Settings
) -> None:
    norm = replace(two_hours(), term_minutes=240, topic_id=town.snow.id)
    enacting.put(session, norm, cast.elena.actor, now=NOW, note="")
    appeal = register(session, settings)
    assert names(sweep(session, DUE + SECOND)) == ["warn", "overdue"]
    zone, by = settings.town_zone, cast.anna.actor
    classifying.classify(session, appeal, town.potholes, by, zone=zone, now=DUE + 2 * SECOND)
    session.commit()
    assert sweep(session, DUE + 3 * SECOND) == []
    classifying.classify(session, appeal, town.snow, by, zone=zone, now=DUE + 4 * SECOND)
    session.commit()
    assert sweep(session, DUE + 5 * SECOND) == []
    assert names(sweep(session, NOW + 3 * TERM)) == ["warn", "overdue", "escalate"]


def test_an_answer_that_came_late_while_nobody_swept_is_flagged_as_it_is_confirmed(
    session: Session, town: Town, cast: Cast, settings: Settings
) -> None:
    late, just, early = (register(session, settings) for _ in range(3))
    confirmed = DUE + TERM
    for appeal, answered_at in ((late, DUE + SECOND), (just, DUE), (early, DUE - SECOND)):
        link = f"https://vk.com/wall-1_{appeal.number}"
        approving.confirm_by_hand(session, appeal, cast.anna, now=confirmed, link=link, at=answered_at)
    session.commit()
    assert [appeal.number for appeal in (late, just, early) if entries(session, appeal.number, "overdue")] == [
        late.number
    ]
    alarm = entries(session, late.number, "overdue")[0]
    assert (alarm.happened_at, alarm.noticed_at) == (DUE, confirmed)
    assert sweep(session, confirmed + TERM) == []


def test_history_that_was_imported_and_what_is_no_incident_never_alarm(
    session: Session, town: Town, cast: Cast, settings: Settings
) -> None:
    imported, rejected = register(session, settings), register(session, settings)
    imported.is_imported = True
    approving.reject(session, rejected, cast.anna, Reject.SPAM, now=NOW)
    session.commit()
    assert sweep(session, DUE + 9 * TERM) == []
    approving.restore(session, rejected, cast.anna, now=DUE + 9 * TERM)
    session.commit()
    assert names(sweep(session, DUE + 9 * TERM)) == ["warn", "overdue", "escalate"]


def test_a_bad_row_never_stops_the_rest(session: Session, town: Town, settings: Settings) -> None:
    before, bad, after = (register(session, settings, received_at=NOW + n * SECOND) for n in range(3))
    # Its head lags behind its chain, so that the next entry meets one that stands there already.
    head = session.get_one(Stream, f"appeal:{bad.number}", populate_existing=True)
    head.head_seq = 0
    session.commit()
    raised = sweep(session, DUE + TERM)
    assert Counter(number for _, number in raised) == {before.number: 3, after.number: 3}
    assert [bad.warned_at, bad.overdue_at, bad.escalated_at] == [None] * 3


def test_more_than_a_batch_is_raised_to_the_end(
    session: Session, town: Town, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(overdue, "BATCH", 3)
    for _ in range(7):
        register(session, settings)
    assert len(overdue.raise_alarms(session, OVERDUE, now=DUE + TERM).numbers) == 3
    session.commit()
    assert names(sweep(session, DUE + TERM)).count("overdue") == 4


def test_an_alarm_does_not_make_a_person_stumble_over_it(session: Session, town: Town, settings: Settings) -> None:
    appeal = register(session, settings)
    seen = appeal.version
    sweep(session, DUE + TERM)
    assert session.scalar(select(Appeal.version)) == seen
    assert Act.OVERDUE in acts(session, appeal.number)
