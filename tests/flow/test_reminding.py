"""The watch over promises: who is reminded and when, each voice once, the last one only after a standstill."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from incidents.flow import gathering, promises, recording, reminding
from incidents.flow.answering import Intent
from incidents.records.appeals import Appeal
from incidents.records.clocks import Alarm
from incidents.records.journal import Entry
from incidents.records.promises import Promise
from incidents.rules.acts import Purpose
from incidents.rules.promise_clock import Reminder
from incidents.settings import Settings
from tests.cast import GROUP_ID, NOW, Cast, Town
from tests.flow.alarms import told, with_housing

#: In the town's zone (+10) work begins at nine: the evening before, in UTC.
THURSDAY, FRIDAY = (datetime(2026, 10, day, 23, tzinfo=UTC) for day in (28, 29))
SATURDAY_NIGHT = datetime(2026, 10, 31, 14, tzinfo=UTC)


@pytest.fixture
def promise(session: Session, cast: Cast, town: Town, settings: Settings) -> Promise:
    """Given on Wednesday for Saturday, 31 October: a day off."""
    appeal: Appeal = with_housing(session, cast, settings)
    link = f"https://vk.com/wall-{GROUP_ID}_1?reply=9"
    intent, text = Intent(Purpose.INTERIM), "Уберём до 31 октября."
    recording.record(session, appeal, cast.anna, now=NOW, link=link, at=NOW, intent=intent, text=text)
    found = promises.of_appeal(session, appeal.number)[0]
    session.commit()
    return found


def voices(session: Session) -> list[Alarm]:
    return list(session.scalars(select(Alarm).where(Alarm.turn < 0).order_by(Alarm.id)))


def at(session: Session, moment: datetime) -> int:
    spoke = reminding.remind(session, now=moment)
    session.commit()
    return spoke


def test_the_responder_is_reminded_the_working_day_before_and_on_it_and_the_head_told_once_it_is_broken(
    session: Session, cast: Cast, promise: Promise
) -> None:
    assert at(session, THURSDAY - timedelta(seconds=1)) == 0
    for moment in (THURSDAY, FRIDAY, SATURDAY_NIGHT):
        assert at(session, moment) == 1
        assert at(session, moment) == 0
    steps = [(alarm.step, alarm.happens_at, list(told(session, alarm))) for alarm in voices(session)]
    assert steps == [
        (Reminder.BEFORE, THURSDAY, ["dmitry"]),
        (Reminder.DAY, FRIDAY, ["dmitry"]),
        (Reminder.BROKEN, SATURDAY_NIGHT, ["boris"]),
    ]
    entries = session.scalars(select(Entry).where(Entry.act == "promise_broken")).all()
    assert [(entry.happened_at, entry.data["promised_on"]) for entry in entries] == [(SATURDAY_NIGHT, "2026-10-31")]


def test_after_a_standstill_only_the_last_voice_speaks_dated_when_it_was_due(
    session: Session, promise: Promise
) -> None:
    assert at(session, SATURDAY_NIGHT + timedelta(days=2)) == 1
    assert [(alarm.step, alarm.happens_at) for alarm in voices(session)] == [(Reminder.BROKEN, SATURDAY_NIGHT)]


def test_what_was_kept_is_silent_and_its_notice_settled(session: Session, cast: Cast, promise: Promise) -> None:
    at(session, THURSDAY)
    assert gathering.settled(session, voices(session)) == set()
    promises.keep(session, promise.appeal, promise, cast.dmitry, now=THURSDAY + timedelta(hours=1))
    session.commit()
    assert (at(session, SATURDAY_NIGHT), promise.kept_on) == (0, date(2026, 10, 29))
    assert gathering.settled(session, voices(session)) == {voices(session)[0].id}
