"""Calendars as data: what a version holds, from when it counts, and what may not be entered."""

import threading
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import event, select
from sqlalchemy.orm import Session, sessionmaker

from incidents.flow import calendar_changes, calendars, founding, production
from incidents.flow.calendar_changes import Content
from incidents.records.calendars import CalendarVersion
from incidents.rules.acts import Refused
from incidents.rules.calendar import DayKind, Interval
from incidents.rules.days import SpecialDay
from incidents.settings import Settings
from tests.cast import NOW, OFFICE, Cast, Town
from tests.databases import POSTGRESQL

TODAY = date(2026, 10, 28)
EIGHT_TO_FIVE = [[(8 * 60, 17 * 60)]] * 5 + [[]] * 2
DAY_OFF = SpecialDay(DayKind.REGIONAL, "День города")
SOON = timedelta(minutes=1)


def opens(
    session: Session, settings: Settings, moment: datetime, on: date, department: int | None = None
) -> int | None:
    """The minute at which a local date opens by the calendar of a moment; None for a day off."""
    found = calendars.at(session, moment, settings.town_zone, department).intervals_on(on)
    return found[0][0] if found else None


def test_a_version_of_today_counts_from_the_moment_of_entering(
    session: Session, town: Town, cast: Cast, settings: Settings
) -> None:
    zone, by = settings.town_zone, cast.elena.actor
    calendar_changes.set_week(session, EIGHT_TO_FIVE, TODAY, by, now=NOW, zone=zone)
    assert opens(session, settings, NOW - SOON, TODAY) == 540
    assert opens(session, settings, NOW, TODAY) == 480


def test_a_version_of_a_later_date_counts_from_the_towns_midnight(
    session: Session, town: Town, cast: Cast, settings: Settings
) -> None:
    zone, by = settings.town_zone, cast.elena.actor
    calendar_changes.set_week(session, EIGHT_TO_FIVE, date(2026, 12, 1), by, now=NOW, zone=zone)
    midnight = datetime(2026, 11, 30, 14, tzinfo=UTC)
    assert opens(session, settings, midnight - SOON, date(2026, 12, 1)) == 540
    assert opens(session, settings, midnight, date(2026, 12, 1)) == 480


def test_of_two_versions_that_begin_together_the_one_entered_later_counts(
    session: Session, town: Town, cast: Cast, settings: Settings
) -> None:
    zone, by, first = settings.town_zone, cast.elena.actor, date(2027, 1, 11)
    calendar_changes.set_week(session, EIGHT_TO_FIVE, first, by, now=NOW, zone=zone)
    calendar_changes.set_week(session, [[(600, 1140)]] * 7, first, by, now=NOW, zone=zone)
    assert opens(session, settings, datetime(2027, 2, 1, tzinfo=UTC), date(2027, 2, 1)) == 600


def test_a_changed_day_is_changed_in_the_versions_to_come_too(
    session: Session, town: Town, cast: Cast, settings: Settings
) -> None:
    zone, by, on = settings.town_zone, cast.elena.actor, date(2027, 6, 11)
    calendar_changes.set_week(session, EIGHT_TO_FIVE, date(2027, 1, 11), by, now=NOW, zone=zone)
    calendar_changes.change_days(session, {on: DAY_OFF}, TODAY, by, now=NOW, zone=zone)
    assert opens(session, settings, NOW, on) is None
    later = datetime(2027, 2, 1, tzinfo=UTC)
    assert opens(session, settings, later, on) is None
    assert opens(session, settings, later, on + timedelta(days=3)) == 480
    calendar_changes.change_days(session, {on: None}, TODAY, by, now=NOW + SOON, zone=zone)
    assert opens(session, settings, NOW, on) is None
    assert opens(session, settings, NOW + SOON, on) == 540
    assert opens(session, settings, later, on) == 480


def test_a_new_week_keeps_the_meaning_of_the_days(session: Session, town: Town, cast: Cast, settings: Settings) -> None:
    zone, by = settings.town_zone, cast.elena.actor
    days = {
        date(2026, 11, 3): SpecialDay(DayKind.SHORTENED, shorter_by=60),
        date(2026, 11, 4): SpecialDay(DayKind.HOLIDAY, "День народного единства"),
        date(2026, 11, 7): SpecialDay(DayKind.WORKING, like=4),
        date(2026, 11, 9): SpecialDay(DayKind.HOURS, intervals=((600, 660),)),
    }
    calendar_changes.change_days(session, days, TODAY, by, now=NOW, zone=zone)
    week = [[(480, 720), (780, 1020)]] * 4 + [[(480, 960)]] + [[]] * 2
    calendar_changes.set_week(session, week, TODAY, by, now=NOW + SOON, zone=zone)
    calendar = calendars.at(session, NOW + SOON, zone)
    assert [calendar.intervals_on(on) for on in days] == [
        ((480, 720), (780, 960)),
        (),
        ((480, 960),),
        ((600, 660),),
    ]
    found = calendar.day_on(date(2026, 11, 4))
    assert found is not None
    assert (found.kind, found.name) == (DayKind.HOLIDAY, "День народного единства")


def test_a_department_has_the_towns_calendar_until_its_own_begins_and_after_it_gave_it_up(
    session: Session, town: Town, cast: Cast, settings: Settings
) -> None:
    zone, by, housing = settings.town_zone, cast.elena.actor, cast.housing.id
    calendar_changes.set_week(session, [[(0, 1440)]] * 7, TODAY, by, now=NOW, zone=zone, department_id=housing)
    calendar_changes.follow_town(session, housing, date(2027, 1, 1), by, now=NOW, zone=zone)
    calendar_changes.set_week(session, EIGHT_TO_FIVE, date(2027, 2, 1), by, now=NOW, zone=zone)
    on, january, february = TODAY, datetime(2027, 1, 10, tzinfo=UTC), datetime(2027, 2, 10, tzinfo=UTC)
    moments = (NOW - SOON, NOW, january, february)
    assert [opens(session, settings, moment, on, housing) for moment in moments] == [540, 0, 540, 480]
    assert [opens(session, settings, moment, on, cast.roads.id) for moment in moments] == [540, 540, 540, 480]
    assert [opens(session, settings, moment, on) for moment in moments] == [540, 540, 540, 480]


@pytest.mark.parametrize(
    ("week", "code"),
    [
        ([[]] * 7, "calendar_idle"),
        ([[(600, 500)]] + [[]] * 6, "bad_hours"),
        ([[(540, 700), (600, 800)]] + [[]] * 6, "bad_hours"),
        (OFFICE[:6], "bad_hours"),
        (OFFICE, "calendar_same"),
    ],
)
def test_a_working_week_must_be_one(
    session: Session, town: Town, cast: Cast, settings: Settings, week: list[list[Interval]], code: str
) -> None:
    with pytest.raises(Refused, match=code):
        calendar_changes.set_week(session, week, TODAY, cast.elena.actor, now=NOW, zone=settings.town_zone)


@pytest.mark.parametrize(
    ("day", "code"),
    [
        (SpecialDay(DayKind.SHORTENED), "bad_minutes"),
        (SpecialDay(DayKind.SHORTENED, shorter_by=1440), "bad_minutes"),
        (SpecialDay(DayKind.HOLIDAY, shorter_by=60), "bad_minutes"),
        (SpecialDay(DayKind.WORKING, like=7), "bad_like"),
        (SpecialDay(DayKind.SHORTENED, shorter_by=60, like=1), "bad_like"),
        (SpecialDay(DayKind.HOURS), "bad_hours"),
        (SpecialDay(DayKind.HOURS, intervals=((600, 500),)), "bad_hours"),
        (SpecialDay(DayKind.HOLIDAY, intervals=((600, 660),)), "bad_hours"),
    ],
)
def test_a_day_that_makes_no_sense_is_refused(
    session: Session, town: Town, cast: Cast, settings: Settings, day: SpecialDay, code: str
) -> None:
    with pytest.raises(Refused, match=code):
        calendar_changes.change_days(session, {TODAY: day}, TODAY, cast.elena.actor, now=NOW, zone=settings.town_zone)


def test_the_past_is_not_changed_but_a_town_may_begin_there(session: Session, cast: Cast, settings: Settings) -> None:
    zone, by, yesterday = settings.town_zone, cast.elena.actor, TODAY - timedelta(days=1)
    with pytest.raises(Refused, match="no_calendar"):
        calendar_changes.change_days(session, {TODAY: DAY_OFF}, TODAY, by, now=NOW, zone=zone)
    calendar_changes.set_week(session, OFFICE, date(2018, 8, 1), by, now=NOW, zone=zone)
    with pytest.raises(Refused, match="calendar_in_past"):
        calendar_changes.set_week(session, EIGHT_TO_FIVE, yesterday, by, now=NOW, zone=zone)
    with pytest.raises(Refused, match="calendar_in_past"):
        calendar_changes.set_week(
            session, EIGHT_TO_FIVE, yesterday, by, now=NOW, zone=zone, department_id=cast.roads.id
        )
    with pytest.raises(Refused, match="calendar_same"):
        calendar_changes.follow_town(session, cast.roads.id, TODAY, by, now=NOW, zone=zone)


def test_a_calendar_whose_days_leave_no_working_time_is_refused(
    session: Session, town: Town, cast: Cast, settings: Settings
) -> None:
    off = {TODAY + timedelta(days=offset): DAY_OFF for offset in range(400)}
    with pytest.raises(Refused, match="calendar_idle"):
        calendar_changes.change_days(session, off, TODAY, cast.elena.actor, now=NOW, zone=settings.town_zone)


def test_a_new_town_has_the_production_calendar(session: Session, settings: Settings) -> None:
    founding.found(session, now=NOW)
    calendar = calendars.at(session, NOW, settings.town_zone)
    assert calendar.intervals_on(date(2026, 11, 3)) == ((540, 780), (840, 1020))
    assert calendar.intervals_on(date(2026, 11, 4)) == ()
    assert calendar.intervals_on(date(2024, 11, 2)) == ((540, 780), (840, 1020))
    assert calendar.special == production.calendar(settings.town_zone, calendar.week).special
    row = session.scalars(select(CalendarVersion)).one()
    assert calendar.version == row.id
    assert calendars.digest(row.week, row.days) == row.digest
    found = calendar_changes.content_at(session, NOW, settings.town_zone)
    assert found == Content(calendar.week, production.days())


def test_a_calendar_that_was_read_once_costs_one_small_query(
    session: Session, town: Town, cast: Cast, settings: Settings
) -> None:
    sent: list[str] = []
    event.listen(session.get_bind(), "before_cursor_execute", lambda *told: sent.append(told[2]))
    first = calendars.at(session, NOW, settings.town_zone)
    assert len(sent) <= 3
    sent.clear()
    assert calendars.at(session, NOW + timedelta(days=30), settings.town_zone) is first
    assert len(sent) == 1
    assert ".days" not in sent[0]
    assert ".week" not in sent[0]


@pytest.mark.parametrize("database_url", [POSTGRESQL], indirect=True)
def test_two_who_change_the_calendar_at_once_both_find_their_day_in_it(
    sessions: sessionmaker[Session], town: Town, cast: Cast, settings: Settings
) -> None:
    zone, by = settings.town_zone, cast.elena.actor
    first, second = date(2027, 6, 11), date(2027, 9, 1)

    def change(on: date) -> None:
        with sessions() as other:
            calendar_changes.change_days(other, {on: DAY_OFF}, TODAY, by, now=NOW + SOON, zone=zone)
            other.commit()

    with sessions() as one:
        calendar_changes.change_days(one, {first: DAY_OFF}, TODAY, by, now=NOW, zone=zone)
        thread = threading.Thread(target=change, args=(second,))
        thread.start()
        thread.join(0.4)
        assert thread.is_alive()
        one.commit()
    thread.join(10)
    with sessions() as session:
        calendar = calendars.at(session, NOW + SOON, zone)
    assert [calendar.intervals_on(on) for on in (first, second)] == [(), ()]


def test_a_town_without_a_calendar_has_one_without_working_time(session: Session, settings: Settings) -> None:
    assert not any(calendars.at(session, NOW, settings.town_zone).week)
    assert calendar_changes.content_at(session, NOW, settings.town_zone) is None
