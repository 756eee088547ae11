"""Every deadline again from the journal: what was tampered with is found, told, put right with an entry, and found no more."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import Engine, delete, select, text, update
from sqlalchemy.orm import Session

from incidents.cli import checking, clock
from incidents.cli.installation import Installation
from incidents.flow import classifying, enacting, gate, history, overdue, recomputing, routing, sealing, timing
from incidents.flow.approving import confirm_by_hand
from incidents.records.appeals import Appeal
from incidents.records.clocks import Alarm, ClockRow
from incidents.records.figures import KeptMonth
from incidents.records.journal import Entry
from incidents.records.norms import NormRow
from incidents.records.people import Department
from incidents.records.topics import Topic
from incidents.rules.acts import Act, Actor, Reject
from incidents.settings import Settings
from incidents.statistics import keeping
from tests.cast import NOW, TERM, Cast, Town, here, two_hours
from tests.flow.deliveries import entries, register

Recompute = Callable[..., Result]
HOUR = timedelta(hours=1)
LINK = "https://vk.com/wall-1_2?reply=3"


@pytest.fixture
def recompute(session: Session, engine: Engine, settings: Settings) -> Recompute:
    """Runs the command on this test's own database, with no transaction of the test in its way."""

    def call(*arguments: str) -> Result:
        session.commit()
        session.expire_all()
        return CliRunner().invoke(clock.recompute, arguments, obj=Installation(None, settings, engine))

    return call


def answered(session: Session, cast: Cast, settings: Settings, after: timedelta) -> Appeal:
    """An appeal that the press sector answered by hand so long after it came."""
    appeal = register(session, settings, received_at=NOW - 5 * HOUR, posted_at=NOW - 5 * HOUR)
    at = NOW - 5 * HOUR + after
    confirm_by_hand(session, appeal, here(session, cast.anna), now=NOW, link=LINK, at=at)
    session.commit()
    return appeal


def test_of_an_honest_town_there_is_nothing_to_say(
    session: Session, town: Town, cast: Cast, settings: Settings, recompute: Recompute
) -> None:
    answered(session, cast, settings, HOUR)
    answered(session, cast, settings, 3 * HOUR)
    waiting = register(session, settings)
    classifying.classify(session, waiting, session.get_one(Topic, town.snow.id), cast.anna.actor, now=NOW)
    routing.assign(session, waiting, session.get_one(Department, cast.housing.id), cast.anna.actor, now=NOW)
    rejected = register(session, settings)
    gate.act(
        session, rejected, Act.REJECT, cast.anna.actor, now=NOW, changes={"reject_reason": Reject.SPAM}, reason="спам"
    )
    session.commit()
    told = recompute()
    assert (told.exit_code, told.stdout) == (0, "no differences in 4 appeals\n")
    assert "4 appeals" in told.stderr


@pytest.mark.parametrize(
    ("where", "tamper"),
    [
        ("appeal due_at", update(Appeal).values(due_at=NOW + 9 * HOUR)),
        ("appeal answered_at", update(Appeal).values(answered_at=NOW - 5 * HOUR)),
        ("appeal norm_id", update(Appeal).values(norm_id=None)),
        ("first 1.1 due_at", update(ClockRow).values(due_at=NOW + 9 * HOUR)),
        ("first 1.1 stopped_at", update(ClockRow).values(stopped_at=NOW - 5 * HOUR)),
        ("first 1.1 due_at", delete(ClockRow)),
    ],
)
def test_what_was_tampered_with_is_told_and_put_right_once(
    session: Session,
    town: Town,
    cast: Cast,
    settings: Settings,
    recompute: Recompute,
    where: str,
    tamper: object,
) -> None:
    number = answered(session, cast, settings, 3 * HOUR).number
    true_due = NOW - 5 * HOUR + TERM
    session.execute(tamper)  # type: ignore[call-overload]
    found = recompute()
    assert found.exit_code == 1
    assert f"appeal {number}: {where}: stored " in found.stdout
    assert found.stderr.endswith(" differences\n")
    assert entries(session, number, Act.CORRECT) == []
    applied = recompute("--apply")
    assert (applied.exit_code, applied.stdout.splitlines()[-1]) == (
        0,
        "appeals put right: 1; each has an entry in its journal",
    )
    (entry,) = entries(session, number, Act.CORRECT)
    assert ".".join(where.rsplit(" ", 1)) in entry.data["recomputed"]
    assert entry.by == "machine:command"
    appeal = session.get_one(Appeal, number, populate_existing=True)
    assert (appeal.due_at, appeal.answered_at) == (true_due, NOW - 2 * HOUR)
    assert session.scalars(select(ClockRow.due_at)).one() == true_due
    assert recompute().stdout == "no differences in 1 appeals\n"
    assert list(sealing.verify(session)) == []


def test_what_is_put_right_raises_no_alarm_for_what_ended(
    session: Session, town: Town, cast: Cast, settings: Settings, recompute: Recompute
) -> None:
    ended = answered(session, cast, settings, 3 * HOUR).number
    running = register(session, settings).number
    session.execute(delete(Alarm))
    session.execute(update(Appeal).values(due_at=NOW + 9 * HOUR))
    assert recompute("--apply").exit_code == 0
    raised = overdue.raise_alarms(session, now=NOW + 30 * HOUR)
    assert {number for number, _ in raised.alarms} == {running}
    assert [act for number, act in raised.alarms if number == ended] == []


def test_an_alarm_that_was_due_before_the_end_is_still_raised(
    session: Session, town: Town, cast: Cast, settings: Settings, recompute: Recompute
) -> None:
    number = answered(session, cast, settings, 3 * HOUR).number
    session.execute(update(Appeal).values(due_at=NOW))
    recompute("--apply")
    raised = overdue.raise_alarms(session, now=NOW)
    assert (number, Act.OVERDUE) in raised.alarms


def test_imported_history_is_held_against_its_journal_too(
    session: Session, town: Town, settings: Settings, recompute: Recompute
) -> None:
    line = {
        "external_id": "7",
        "network": "vk",
        "text": "Яма",
        "received_at": "2026-10-01 10:00",
        "answered_at": "2026-10-01 13:00",
        "answer_text": "Засыпали",
    }
    unknown = {**line, "external_id": "8", "answered_at": "", "answer_text": "", "status": "answered"}
    history.load_rows(session, [(1, line), (2, unknown)], Actor("person:1"), settings, now=NOW)
    assert recompute().stdout == "no differences in 2 appeals\n"
    session.execute(update(Appeal).where(Appeal.external_id == "7").values(due_at=NOW))
    assert "due_at: stored 2026-10-28T02:30:00+00:00, computed 2026-10-01T02:00:00+00:00" in recompute().stdout
    recompute("--apply")
    assert recompute().exit_code == 0
    assert session.scalars(select(Alarm)).all() == []


def test_a_norm_that_ends_meanwhile_changes_no_verdict(
    session: Session, town: Town, cast: Cast, settings: Settings, recompute: Recompute
) -> None:
    register(session, settings)
    session.execute(update(NormRow).values(retired_on=(NOW + timedelta(days=1)).date()))
    enacting.put(
        session,
        replace(two_hours(), term=5, valid_from=(NOW + timedelta(days=1)).date()),
        cast.elena.actor,
        now=NOW,
        note="",
    )
    register(session, settings, received_at=NOW + 5 * HOUR, posted_at=NOW + 5 * HOUR)
    assert recompute().stdout == "no differences in 2 appeals\n"


def test_a_journal_that_is_gone_is_told_and_never_put_right(
    session: Session, town: Town, settings: Settings, recompute: Recompute
) -> None:
    number = register(session, settings).number
    if session.get_bind().dialect.name == "sqlite":
        for name in session.scalars(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all():
            session.execute(text(f"DROP TRIGGER {name}"))
    else:
        session.execute(text("ALTER TABLE entries DISABLE TRIGGER USER"))
    session.execute(delete(Entry).where(Entry.stream == gate.stream(number)))
    for arguments in ((), ("--apply",)):
        told = recompute(*arguments)
        assert told.exit_code == 1
        assert f"appeal {number}: journal register: stored nothing, computed unreadable" in told.stdout


def test_batches_go_over_every_appeal_once(
    session: Session, town: Town, settings: Settings, recompute: Recompute, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recomputing, "BATCH", 2)
    for _ in range(5):
        register(session, settings)
    session.execute(update(Appeal).where(Appeal.number.in_([1, 4, 5])).values(due_at=NOW))
    told = recompute()
    assert [line.split(":")[0] for line in told.stdout.splitlines()] == ["appeal 1", "appeal 4", "appeal 5"]
    assert "5 appeals" in told.stderr
    assert timing.rules(session).norms


def test_a_month_that_is_kept_otherwise_than_its_appeals_say_is_told_and_counted_anew(
    session: Session, engine: Engine, town: Town, settings: Settings, recompute: Recompute
) -> None:
    then = datetime(2024, 5, 10, 3, tzinfo=UTC)
    register(session, settings, received_at=then, posted_at=then)
    # January to July, and the days from the tenth of May.
    assert keeping.refresh(session, settings.town_zone, now=then + timedelta(days=90)) == 7 + 88
    session.execute(update(KeptMonth).where(KeptMonth.received == 1).values(received=7))
    found = recompute()
    assert (found.exit_code, found.stdout) == (1, "month 2024-05: kept figures are not those of its appeals\n")
    [told] = [each for each in checking.examine(Installation(None, settings, engine)) if "figures" in each.words]
    assert (told.weight, "2024-05" in told.words) == ("wrong", True)
    applied = recompute("--apply")
    assert (applied.exit_code, "months counted anew: 1 differed" in applied.stdout) == (0, True)
    assert recompute().stdout == "no differences in 1 appeals\n"
