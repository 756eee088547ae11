"""Yearly numbers from before the program are brought in, replaced and taken back, and never counted twice."""

from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from incidents.flow import history, history_totals, sealing
from incidents.records.appeals import Appeal
from incidents.records.figures import YearTotal
from incidents.records.journal import Entry
from incidents.rules.history import REASONS
from incidents.settings import Settings
from tests.cast import NOW, Town
from tests.statistics.conftest import ZONE
from tests.test_history import ROW, load, write


def totals(session: Session, text: str) -> history_totals.TotalsLoaded:
    return history_totals.load_totals(session, text, history.IMPORT, now=NOW, zone=ZONE)


def held(session: Session) -> dict[int, tuple[int, str]]:
    return {row.year: (row.received, row.note) for row in session.scalars(select(YearTotal))}


@pytest.mark.parametrize(
    "text", ["2018,184,с августа\n2019,1782\n", "\ufeffyear;count;note\n2018;184;с августа\n2019;1 782;\n"]
)
def test_totals_are_read_with_or_without_a_header(session: Session, text: str) -> None:
    assert totals(session, text) == history_totals.TotalsLoaded((2018, 2019), ())
    assert held(session) == {2018: (184, "с августа"), 2019: (1782, "")}


def test_a_new_number_replaces_the_old_one_and_nought_takes_it_back(session: Session) -> None:
    totals(session, "2018,184\n2019,1782\n2020,4829\n")
    totals(session, "2018,185\n2019,0\n")
    assert held(session) == {2018: (185, ""), 2020: (4829, "")}
    entries = session.scalars(select(Entry).where(Entry.stream == "figures").order_by(Entry.seq)).all()
    assert [entry.data for entry in entries] == [{"2018": 184, "2019": 1782, "2020": 4829}, {"2018": 185, "2019": 0}]
    assert list(sealing.verify(session)) == []


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("18,184", "bad_year"),
        ("2199,1", "bad_year"),
        ("2020,-5", "bad_count"),
        ("2020,много", "bad_count"),
        ("2020", "bad_count"),
        ("2019,5", "year_twice"),
        ("2023,8331", "year_is_counted"),
    ],
)
def test_a_bad_total_is_named_and_the_others_are_taken(
    session: Session, town: Town, settings: Settings, tmp_path: Path, line: str, reason: str
) -> None:
    load(session, settings, write(tmp_path / "a.csv", ROW))
    loaded = totals(session, f"year,count\n2019,1782\n{line}\n2021,6081\n")
    assert (loaded.years, loaded.left_out) == ((2019, 2021), ((3, reason),))
    assert reason in REASONS
    assert held(session) == {2019: (1782, ""), 2021: (6081, "")}


def test_an_appeal_of_a_year_that_is_a_number_would_be_counted_twice(
    session: Session, town: Town, settings: Settings, tmp_path: Path
) -> None:
    totals(session, "2023,8331\n")
    path = write(tmp_path / "a.csv", ROW, {**ROW, "external_id": "later", "received_at": "2024-01-01 00:00"})
    loaded = load(session, settings, path)
    assert (loaded.added, loaded.left_out) == (1, [(2, "year_is_total")])
    totals(session, "2023,0\n")
    assert load(session, settings, path).added == 1
    assert set(session.scalars(select(Appeal.external_id))) == {"w1", "later"}
