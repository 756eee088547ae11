"""Days as a CSV file: written and read back, told by line where they make no sense, whole years or only shorter days."""

from datetime import date

import pytest
from hypothesis import given

from incidents.flow import production
from incidents.rules.calendar import DayKind
from incidents.rules.calendar_file import NoCalendarFile, read, written
from incidents.rules.days import SpecialDay
from tests.rules.test_days import DAYS

HEAD = "date,kind,name,shorter_by_minutes,like,intervals\n"


def test_the_production_calendar_is_written_and_read_back_as_it_was() -> None:
    days = production.days()
    text = written(days)
    assert text.startswith(HEAD.replace(",", ";"))
    assert "2024-11-02;working;;60;tue;\n" in text
    found = read(text)
    assert (found.days, found.bad, found.is_whole) == (days, [], True)


@given(DAYS)
def test_any_days_are_written_and_read_back(days: dict[date, SpecialDay]) -> None:
    # Spaces around a cell and the letters that end a line are the file's, not the name's.
    plain = {
        on: SpecialDay(d.kind, " ".join(d.name.split()), d.shorter_by, d.like, d.intervals) for on, d in days.items()
    }
    kept = {on: day for on, day in plain.items() if "\0" not in day.name}
    assert read(written(kept)).days == kept


@pytest.mark.parametrize(
    ("line", "day"),
    [
        ("04.11.2026;holiday;День народного единства;;;", SpecialDay(DayKind.HOLIDAY, "День народного единства")),
        ("2026-11-04;hours;;;;9:00-13:00, 14:00–16:00", SpecialDay(DayKind.HOURS, intervals=((540, 780), (840, 960)))),
        ("2026-11-04;working;;;;", SpecialDay(DayKind.WORKING)),
        ("2026-11-04 ; working ;;30; Fri;", SpecialDay(DayKind.WORKING, shorter_by=30, like=4)),
    ],
)
def test_a_spreadsheets_way_of_writing_is_understood(line: str, day: SpecialDay) -> None:
    found = read("\ufeff" + HEAD.replace(",", ";").upper() + line + "\n;;;;;\n")
    assert (found.days, found.bad) == ({date(2026, 11, 4): day}, [])


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("tomorrow,holiday,,,,", "date"),
        ("0226-11-04,holiday,,,,", "date"),
        ("2026-02-30,holiday,,,,", "date"),
        ("2026-11-04,,,,,", "kind"),
        ("2026-11-04,feast,,,,", "kind"),
        ("2026-11-04,shortened,,,,", "bad_minutes"),
        ("2026-11-04,shortened,,one,,", "bad_minutes"),
        ("2026-11-04,holiday,,60,,", "bad_minutes"),
        ("2026-11-04,working,,,someday,", "bad_like"),
        ("2026-11-04,holiday,,,mon,", "bad_like"),
        ("2026-11-04,hours,,,,", "bad_hours"),
        ("2026-11-04,hours,,,,nine to five", "bad_hours"),
        ("2026-11-05,holiday,,,,", "twice"),
    ],
)
def test_a_bad_line_is_told_by_its_number(line: str, reason: str) -> None:
    found = read(f"{HEAD}2026-11-05,holiday,,,,\n{line}\n")
    assert found.bad == [(3, reason)]
    assert list(found.days) == [date(2026, 11, 5)]


def test_the_years_of_a_file_are_replaced_whole() -> None:
    days = {date(2026, 1, 1): SpecialDay(DayKind.HOLIDAY), date(2027, 1, 1): SpecialDay(DayKind.HOLIDAY)}
    after = read(f"{HEAD}2027-05-01,holiday,,,,\n").applied(days)
    assert after == {date(2026, 1, 1): days[date(2026, 1, 1)], date(2027, 5, 1): SpecialDay(DayKind.HOLIDAY)}


def test_a_file_of_minutes_alone_only_shortens() -> None:
    days = {date(2027, 2, 20): SpecialDay(DayKind.WORKING, like=0), date(2027, 1, 1): SpecialDay(DayKind.HOLIDAY)}
    found = read("date,shorter_by_minutes\n2027-02-20,60\n2027-04-30,60\n")
    assert not found.is_whole
    assert found.applied(days) == {
        date(2027, 1, 1): SpecialDay(DayKind.HOLIDAY),
        date(2027, 2, 20): SpecialDay(DayKind.WORKING, like=0, shorter_by=60),
        date(2027, 4, 30): SpecialDay(DayKind.SHORTENED, shorter_by=60),
    }


@pytest.mark.parametrize(
    ("text", "missing"),
    [("", ("date", "shorter_by_minutes")), ("a,b\n1,2\n", ("date", "shorter_by_minutes")), ("kind,name\n", ("date",))],
)
def test_a_file_of_other_columns_is_refused(text: str, missing: tuple[str, ...]) -> None:
    with pytest.raises(NoCalendarFile) as told:
        read(text)
    assert told.value.missing == missing
