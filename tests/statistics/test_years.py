"""The yearly table and the year from inside."""

from dataclasses import asdict
from datetime import timedelta

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from incidents.flow import history_totals
from incidents.rules.acts import Actor, Reject, Status
from incidents.rules.places import Network
from incidents.statistics import years
from tests.cast import Cast, Town
from tests.statistics.conftest import TERM, ZONE, Add, local, statements

NOW = local(2026, 10, 28, 12, 30)
KOMSOMOLSK = "2018,184,с августа\n2019,1782\n2020,4829\n2021,6081\n2022,6141\n2023,8331\n"
MINUTE = timedelta(minutes=1)


def bring_in(session: Session, text: str) -> None:
    history_totals.load_totals(session, text, Actor("machine:import"), now=NOW, zone=ZONE)


def test_the_numbers_of_the_town_are_shown_as_they_were_brought_in(session: Session) -> None:
    bring_in(session, KOMSOMOLSK)
    table = years.table(session, ZONE, NOW)
    assert [year.received for year in table.years] == [184, 1782, 4829, 6081, 6141, 8331]
    assert [year.growth_percent for year in table.years] == [None, 868.5, 171.0, 25.9, 1.0, 35.7]
    assert table.total == 27348
    assert all((y.in_time, y.late, y.waiting, y.without_norm) == (None,) * 4 for y in table.years)
    assert [year.imported for year in table.years] == [year.received for year in table.years]
    assert table.years[0].note == "с августа"


def test_an_empty_database_has_no_years(session: Session) -> None:
    assert years.table(session, ZONE, NOW) == years.Table((), 0)
    assert years.year(session, 2026, ZONE, NOW) is None


def test_a_year_is_the_towns_year_and_adds_up(session: Session, add: Add) -> None:
    add(local(2024, 12, 31, 23, 59), MINUTE)
    add(local(2025, 1, 1, 0), TERM)
    add(local(2025, 12, 31, 23), TERM + MINUTE)
    add(local(2025), has_norm=False)
    add(local(2025), status=Status.REJECTED)
    add(NOW - MINUTE)
    table = years.table(session, ZONE, NOW)
    assert [(y.year, y.received, y.in_time, y.late, y.waiting, y.without_norm) for y in table.years] == [
        (2024, 1, 1, 0, 0, 0),
        (2025, 3, 1, 1, 0, 1),
        (2026, 1, 0, 0, 1, 0),
    ]
    assert table.years[1].months == (1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1)
    assert (table.years[1].imported, table.years[1].growth_percent, table.total) == (None, 200.0, 5)


def test_growth_is_unknown_over_a_gap_and_for_an_unfinished_year(session: Session, add: Add) -> None:
    bring_in(session, "2019,10\n2021,20\n2022,30\n")
    add(local(2025), MINUTE)
    add(local(2026), MINUTE)
    growth = {year.year: year.growth_percent for year in years.table(session, ZONE, NOW).years}
    assert growth == {2019: None, 2021: None, 2022: 50.0, 2025: None, 2026: None}


def test_an_unfinished_year_is_compared_with_the_same_days_of_the_year_before(session: Session, add: Add) -> None:
    for moment in (local(2025, 1, 1, 0), local(2025, 10, 28, 12, 29), local(2025, 10, 28, 12, 30), local(2025, 12, 1)):
        add(moment, MINUTE)
    for day in (1, 2, 3):
        add(local(2026, 3, day), MINUTE)
    last = years.table(session, ZONE, NOW).years[-1]
    assert (last.growth_percent, last.same_days_percent, last.is_unfinished) == (None, 50.0, True)
    bring_in(session, "2024,100\n")
    assert years.table(session, ZONE, local(2025, 12, 31)).years[-1].growth_percent is None


def test_the_last_of_february_is_compared_with_all_of_february(session: Session, add: Add) -> None:
    add(local(2027, 2, 28, 23), MINUTE)
    add(local(2028, 2, 29, 8), MINUTE)
    assert years.table(session, ZONE, local(2028, 2, 29, 9)).years[-1].same_days_percent == 0.0


def test_a_number_brought_in_stands_beside_what_was_counted_later(session: Session, add: Add) -> None:
    bring_in(session, "2025,500\n")
    add(local(2025), MINUTE)
    (line,) = years.table(session, ZONE, NOW).years
    assert (line.received, line.imported, line.counted, line.in_time) == (501, 500, 1, 1)
    inside = years.year(session, 2025, ZONE, NOW)
    assert inside is not None
    assert (inside.received, inside.imported, inside.counted, inside.in_time) == (501, 500, 1, 1)


def test_of_a_year_that_is_only_a_number_nothing_else_is_known(session: Session) -> None:
    bring_in(session, KOMSOMOLSK)
    inside = years.year(session, 2018, ZONE, NOW)
    assert inside is not None
    known = {name: value for name, value in asdict(inside).items() if value not in (None, ())}
    assert known == {"year": 2018, "received": 184, "imported": 184, "note": "с августа"}


def test_a_year_from_inside_adds_up_in_every_section(session: Session, add: Add, cast: Cast, town: Town) -> None:
    for minutes in range(1, 12):
        add(
            local(2025, minutes),
            timedelta(minutes=20 * minutes),
            topic_id=town.potholes.id if minutes % 2 else None,
            department_id=cast.roads.id if minutes < 9 else None,
            network=Network.TELEGRAM if minutes == 3 else Network.VK,
        )
    add(local(2025, 12), has_norm=False)
    add(local(2025), status=Status.REJECTED, reject_reason=Reject.DUPLICATE)
    add(local(2024, 12, 31), timedelta(days=2))
    inside = years.year(session, 2025, ZONE, NOW)
    assert inside is not None
    assert (inside.received, inside.in_time, inside.late, inside.waiting, inside.without_norm) == (12, 6, 5, 0, 1)
    assert (inside.rejected, inside.duplicates, inside.answered_in_period) == (1, 1, 12)
    assert (inside.backlog_start, inside.backlog_end) == (1, 1)
    for section in (inside.months, inside.groups, inside.departments, inside.networks):
        assert [sum(getattr(p, n) for p in section) for n in ("received", "in_time", "late")] == [12, 6, 5]
    assert [(p.name, p.received, p.in_time, p.late) for p in inside.departments] == [
        ("Управление дорог", 8, 6, 2),
        ("", 4, 0, 3),
    ]
    assert [(p.name, p.received) for p in inside.groups] == [("", 6), ("Город", 6)]
    assert [(p.name, p.received) for p in inside.networks] == [("vk", 11), ("telegram", 1)]


@pytest.mark.parametrize(
    ("seconds", "median", "ninth"),
    [
        (range(60, 300, 60), None, None),
        ([90] * 5, 1.5, 1.5),
        (range(60, 660, 60), 5.0, 9.0),
        (range(60, 720, 60), 6.0, 10.0),
    ],
)
def test_median_and_percentile_are_values_of_real_answers_and_of_fewer_than_five_unknown(
    session: Session, add: Add, seconds: list[int], median: float | None, ninth: float | None
) -> None:
    for each in seconds:
        add(local(2025), timedelta(seconds=each))
    inside = years.year(session, 2025, ZONE, NOW)
    assert inside is not None
    assert (inside.median_minutes, inside.p90_minutes) == (median, ninth)


def test_the_table_takes_a_handful_of_statements_however_long_the_history(
    session: Session, engine: Engine, add: Add
) -> None:
    for year in range(1991, 2027):
        add(local(year, 6), MINUTE)
    session.commit()
    asked = statements(engine)
    table = years.table(session, ZONE, NOW)
    assert (len(table.years), table.total) == (36, 36)
    # Totals, span, twenty years twice (what is kept, and the rest), the same days of the last year.
    assert len(asked) == 7
    asked = statements(engine)
    years.year(session, 2025, ZONE, NOW)
    # A total; the months and the appeals, kept and not; the parts' names; what was answered, and the backlog.
    assert len(asked) == 12


def test_the_norms_of_all_social_appeals_are_told_in_order(session: Session, town: Town) -> None:
    assert [(term.minutes, str(term.valid_from)) for term in years.terms(session)] == [(120, "2018-08-01")]
