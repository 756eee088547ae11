"""Column 9 of an export beside our own working time: which rows agree, and what explains the others."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from incidents.flow import history_check, history_export
from incidents.flow.history_check import Agreement
from incidents.rules import incident_manager, schedules
from incidents.rules.calendar import Calendar
from incidents.rules.schedules import Days, Schedule, Stretch
from tests import exports
from tests.exports import ROW, Row

ZONE = ZoneInfo("Asia/Omsk")
OFFICE = Schedule(8 * 60 + 30, 17 * 60 + 30)
LUNCH = Schedule(8 * 60 + 30, 17 * 60 + 30, (12 * 60 + 30, 13 * 60 + 30))

#: Created, first answered, and the working time between them from 08:30 to 17:30, counted by hand.
KNOWN = [
    ("within a day", "2025-12-25 09:00:00", "2025-12-25 10:26:59", "01:26"),
    ("across the night", "2025-12-24 17:00:30", "2025-12-25 08:45:00", "00:44"),
    ("created at night", "2025-12-24 21:26:02", "2025-12-25 09:56:39", "01:26"),
    ("answered at night", "2025-12-25 17:00:00", "2025-12-25 21:00:00", "00:30"),
    ("across the weekend", "2025-12-19 17:00:00", "2025-12-22 09:00:00", "01:00"),
    ("on a day off", "2025-12-20 12:00:00", "2025-12-21 12:00:00", "00:00"),
    ("across the New Year, with its moved days", "2025-12-30 17:00:00", "2026-01-12 09:00:00", "01:00"),
    ("a holiday within the week", "2025-06-11 16:00:00", "2025-06-16 09:00:00", "01:00"),
    ("a shortened day ends an hour earlier", "2025-03-07 16:00:00", "2025-03-10 09:00:00", "01:00"),
    ("a Saturday that is worked", "2025-11-01 09:00:00", "2025-11-01 10:00:00", "01:00"),
    ("many days", "2025-12-22 08:00:00", "2025-12-26 18:00:00", "45:00"),
    ("at once", "2025-12-25 09:00:00", "2025-12-25 09:00:59", "00:00"),
]


def row(created: str, answered: str, took: str) -> Row:
    days, hours = divmod(int(took[:2]), 24)
    return {
        **ROW,
        "created": created,
        "answered": answered,
        "took_working": f"{days} days {hours:02}:{took[3:]}:00" if took else "",
    }


def compare(path: Path, rows: Iterable[Row], schedule: Schedule = OFFICE) -> Agreement:
    with history_export.opened(exports.workbook(path, rows), incident_manager.REQUIRED_FOR_TIMES) as export:
        return history_check.compare(export.lines, schedule, ZONE)


@pytest.mark.parametrize(("created", "answered", "took"), [k[1:] for k in KNOWN], ids=[k[0] for k in KNOWN])
def test_our_working_time_is_the_one_counted_by_hand(tmp_path: Path, created: str, answered: str, took: str) -> None:
    found = compare(tmp_path / "a.xlsx", [row(created, answered, took)])
    assert (found.agree, found.differ, found.unreadable) == (1, [], [])


def test_a_lunch_hour_is_not_worked(tmp_path: Path) -> None:
    rows = [row("2025-12-25 12:00:00", "2025-12-25 14:00:00", "01:00")]
    assert compare(tmp_path / "a.xlsx", rows, LUNCH).agree == 1
    assert compare(tmp_path / "a.xlsx", rows).differ == [(2, 120, 60)]


def test_rows_that_do_not_agree_are_named_with_both_figures(tmp_path: Path) -> None:
    rows = [row(*known[1:]) for known in KNOWN]
    rows[2] = row("2025-12-24 21:26:02", "2025-12-25 09:56:39", "01:27")
    rows[5] = row("2025-12-20 12:00:00", "2025-12-21 12:00:00", "09:00")
    found = compare(tmp_path / "a.xlsx", rows)
    assert (found.compared, found.agree) == (12, 10)
    assert found.differ == [(4, 86, 87), (7, 0, 540)]


def test_rows_that_say_nothing_are_counted_and_broken_ones_named(tmp_path: Path) -> None:
    good = row(*KNOWN[0][1:])
    rows = [
        {**good, "answered": ""},
        {**good, "took_working": "-"},
        {**good, "took_working": "час"},
        {**good, "created": ""},
        {**good, "answered": "2025-12-25 08:59:59"},
        good,
    ]
    found = compare(tmp_path / "a.xlsx", rows)
    assert (found.agree, found.differ, found.silent) == (1, [], 2)
    assert found.unreadable == [(4, "bad_took_working"), (5, "created_empty"), (6, "answered_before_created")]
    assert {code for _, code in found.unreadable} <= set(incident_manager.REASONS)


def test_the_closing_hour_that_the_other_program_had_is_found(tmp_path: Path) -> None:
    rows = [row(*known[1:]) for known in KNOWN]
    given = Schedule(8 * 60 + 30, 19 * 60)
    found = compare(tmp_path / "a.xlsx", rows, given)
    assert 0 < found.agree < 12
    fit = history_check.closing_that_fits(found, given, ZONE)
    assert (fit.schedules, fit.count) == ((OFFICE,), 12)


def test_equal_closing_hours_are_all_told_the_given_one_first(tmp_path: Path) -> None:
    # Mornings only: when the office closes cannot be seen in them.
    found = compare(tmp_path / "a.xlsx", [row(*KNOWN[0][1:])])
    fit = history_check.closing_that_fits(found, OFFICE, ZONE)
    assert fit.count == 1
    assert fit.schedules[0] == OFFICE
    assert {schedules.hour(each.closes) for each in fit.schedules} == {
        schedules.hour(minute) for minute in range(11 * 60 + 30, 24 * 60 + 1, 15)
    }


@pytest.mark.parametrize(
    "truth",
    [
        LUNCH,
        Schedule(8 * 60 + 30, 17 * 60 + 30, friday_shorter_by=60),
        Schedule(9 * 60, 17 * 60 + 30),
        Schedule(8 * 60 + 30, 17 * 60 + 30, days=Days.WEEK),
        Schedule(8 * 60 + 30, 17 * 60 + 30, days=Days.EVERY),
    ],
    ids=str,
)
def test_what_else_was_counted_otherwise_is_found(truth: Schedule) -> None:
    calendar = history_check.calendar(ZONE, truth)
    begin = datetime(2025, 5, 5, 7, 10, tzinfo=ZONE)
    moments = [(begin + timedelta(hours=7 * n), begin + timedelta(hours=13 * n + 5)) for n in range(60)]
    stretches = [Stretch(start, end, schedules.minutes(calendar, start, end)) for start, end in moments]
    found = Agreement(sample=stretches)
    given = Schedule(8 * 60 + 30, 18 * 60)
    assert history_check.closing_that_fits(found, given, ZONE).count < 60
    change = history_check.change_that_fits(found, given, ZONE)
    assert (change.schedules, change.count) == ((truth,), 60)


def test_a_row_in_another_zone_is_another_working_time(tmp_path: Path) -> None:
    path = exports.workbook(tmp_path / "a.xlsx", [row(*KNOWN[2][1:])])
    with history_export.opened(path, incident_manager.REQUIRED_FOR_TIMES) as export:
        ((_, cells),) = export.lines
    assert cells is not None
    stretch = incident_manager.worked(cells, ZoneInfo("Europe/Moscow"))
    assert stretch is not None
    assert schedules.minutes(Calendar(ZONE, OFFICE.week), stretch.start, stretch.end) == 266


@pytest.mark.parametrize(
    ("hours", "is_possible"),
    [
        ((510, 1050, None), True),
        ((0, 1440, None), True),
        ((510, 510, None), False),
        ((510, 1441, None), False),
        ((510, 1050, (750, 810)), True),
        ((510, 1050, (500, 810)), False),
        ((510, 1050, (750, 1050)), False),
    ],
)
def test_a_day_that_cannot_be_is_no_schedule(hours: tuple[int, int, tuple[int, int] | None], is_possible: bool) -> None:
    assert Schedule(*hours).is_possible is is_possible


def test_the_door_hears_how_far_a_long_file_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history_check, "STEP", 2)
    monkeypatch.setattr(history_check, "SAMPLE", 3)
    heard: list[int] = []
    path = exports.table(tmp_path / "a.csv", [row(*KNOWN[0][1:])] * 5)
    with history_export.opened(path, incident_manager.REQUIRED_FOR_TIMES) as export:
        found = history_check.compare(export.lines, OFFICE, ZONE, heard.append)
    assert (heard, found.agree, len(found.sample)) == ([2, 4, 5], 5, 3)
