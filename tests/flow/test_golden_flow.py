"""The field's vectors that need a database (G11, G14-G18, G22), and a year of alarms. The others: tests/rules/test_golden_clocks.py.

G19 waits for albums, G23 for the export's switch between working and calendar hours.
"""

import threading
from collections import Counter
from dataclasses import replace
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from incidents.flow import approving, closing, enacting, intake, overdue, reading, recomputing, routing, timing
from incidents.records.appeals import Appeal
from incidents.records.clocks import Alarm
from incidents.records.journal import Entry
from incidents.settings import Settings
from tests.cast import NOW, TERM, Cast, Town, two_hours
from tests.flow.deliveries import NETWORK, Sessions, appeals, entries, faults, incoming, keep, register
from tests.flow.lives import DAY, HOUR, MINUTE, QUESTION, clocks, enact_all_clocks, say
from tests.networks.payloads import telegram_message

DUE = NOW + TERM


def test_g11_a_question_meets_the_first_clock_and_pauses_the_final_one_in_one_act(
    session: Session, town: Town, cast: Cast, settings: Settings
) -> None:
    enact_all_clocks(session)
    appeal = register(session, settings)
    say(session, appeal, cast.anna, QUESTION, NOW + 40 * MINUTE)
    assert appeal.answered_at == clocks(session, appeal)["first"].stopped_at == NOW + 40 * MINUTE
    assert appeal.paused_at == clocks(session, appeal)["final"].paused_at == NOW + 40 * MINUTE


def test_g14_g15_a_reopened_appeal_has_its_own_minutes_and_is_not_overdue_at_once(
    session: Session, town: Town, cast: Cast, settings: Settings
) -> None:
    appeal, again = register(session, settings), NOW + 5 * DAY
    link = "https://vk.com/wall-1_2"
    approving.confirm_by_hand(session, appeal, cast.anna, now=DUE + HOUR, link=link, at=DUE + HOUR)
    closing.reopen(session, appeal, cast.anna, now=again, reason="не убрали")
    session.commit()
    overdue.raise_alarms(session, now=again + MINUTE)
    assert [entry.data["cycle"] for entry in entries(session, appeal.number, "overdue")] == [1]
    approving.confirm_by_hand(session, appeal, cast.anna, now=again + 10 * MINUTE, link=link, at=again + 10 * MINUTE)
    session.commit()
    second = clocks(session, appeal)["first:2"]
    assert second.stopped_at is not None
    assert second.stopped_at - second.started_at == 10 * MINUTE
    assert appeal.is_late(again)


def test_g16_a_new_norm_leaves_an_open_appeal_its_deadline_and_its_alarms(
    session: Session, town: Town, cast: Cast, settings: Settings
) -> None:
    appeal, later = register(session, settings), NOW + HOUR
    norm = replace(two_hours(), term=5, valid_from=date(2026, 10, 28))
    enacting.enact(session, norm, cast.elena.actor, now=later, today=date(2026, 10, 28))
    session.commit()
    routing.assign(session, appeal, cast.roads, cast.anna.actor, now=later + MINUTE)
    session.commit()
    assert appeal.due_at == DUE
    assert set(session.scalars(select(Alarm.due_at))) == {DUE}
    assert register(session, settings, received_at=later + MINUTE).due_at == later + 6 * MINUTE


def test_g17_a_worker_that_was_down_across_the_deadline_says_so_once_dated_by_the_deadline(
    session: Session, town: Town, settings: Settings
) -> None:
    appeal = register(session, settings)
    for hours in (3, 4):
        overdue.raise_alarms(session, now=DUE + hours * HOUR)
        session.commit()
    told = [(entry.happened_at, entry.noticed_at) for entry in entries(session, appeal.number, "overdue")]
    assert told == [(DUE, DUE + 3 * HOUR)]


def test_g18_one_update_delivered_three_times_at_once_is_one_appeal(
    sessions: Sessions, session: Session, town: Town, settings: Settings
) -> None:
    update, kept = telegram_message(7, "Яма", NOW), []
    threads = [threading.Thread(target=lambda: kept.append(keep(sessions, town.telegram, update))) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(kept) == [False, False, True]
    event_id = reading.claim(session, now=NOW)
    assert event_id is not None
    reading.process(session, event_id, settings, now=NOW)
    session.commit()
    assert reading.claim(session, now=NOW) is None
    assert len(appeals(session)) == 1


def test_g22_a_wrong_department_moves_no_public_deadline(
    session: Session, town: Town, cast: Cast, settings: Settings
) -> None:
    appeal = register(session, settings)
    routing.assign(session, appeal, cast.roads, cast.anna.actor, now=NOW)
    routing.give_back(session, appeal, cast.vera.actor, now=NOW + 40 * MINUTE, reason="не наше", whose=cast.housing)
    routing.assign(session, appeal, cast.housing, cast.anna.actor, now=NOW + 45 * MINUTE)
    session.commit()
    assert appeal.due_at == DUE
    assert set(session.scalars(select(Alarm.due_at))) == {DUE}


def test_a_year_of_alarms_with_workers_stopped_and_doubled_raises_each_once_dated_when_it_was_due(
    sessions: Sessions, session: Session, town: Town, cast: Cast, settings: Settings
) -> None:
    """An appeal every other day; of three one is answered in time, one late, one never. Workers sweep alone, two at once, or not for weeks."""
    late = {2: timedelta(minutes=30), 0: timedelta(hours=3)}
    for day in range(0, 365, 2):
        now = NOW + day * DAY + (day % 24) * HOUR
        number = intake.register(session, incoming(received_at=now, posted_at=now), NETWORK, settings, now=now).number
        if day % 6 in late:
            appeal, at = session.get_one(Appeal, number), now + late[day % 6]
            approving.confirm_by_hand(session, appeal, cast.anna, now=at, link=f"https://vk.com/wall-1_{number}", at=at)
        session.commit()
        if day % 60 < 30 and day % 10 == 0:
            _sweep(sessions, now, workers=1 + day % 20 // 10)
    _sweep(sessions, NOW + 400 * DAY, workers=2)
    alarms = session.scalars(select(Alarm).execution_options(populate_existing=True)).all()
    told = session.scalars(select(Entry).where(Entry.by == "machine:clock")).all()
    names = Counter((entry.stream, entry.data["step"], entry.happened_at) for entry in told)
    assert names == Counter((f"appeal:{a.appeal_number}", a.step, a.happens_at) for a in alarms)
    assert set(names.values()) == {1}
    assert all(alarm.raised_at is not None for alarm in alarms)
    # Of 183 the 61 that were answered in time raise none.
    assert Counter(step for _, step, _ in names)["overdue"] == 122
    numbers = [appeal.number for appeal in appeals(session)]
    assert recomputing.differences(session, numbers, timing.rules(session), now=NOW + 400 * DAY) == []
    assert faults(session) == []


def _sweep(sessions: Sessions, now: datetime, workers: int) -> None:
    def work() -> None:
        while True:
            with sessions() as session:
                raised = overdue.raise_alarms(session, now=now)
                session.commit()
            if not raised.alarms:
                return

    threads = [threading.Thread(target=work) for _ in range(workers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
