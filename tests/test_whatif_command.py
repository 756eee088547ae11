"""`incidents whatif`: what it prints, how another day or another file of days is asked for, and what is wrong usage."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from incidents.cli.installation import Installation
from incidents.cli.whatif import whatif
from incidents.flow import approving
from incidents.settings import Settings
from tests.cast import NOW, Cast, Town, here
from tests.flow.deliveries import register
from tests.statistics.conftest import local

Run = Callable[..., Result]
PERIOD = ("--from", "2026-10-27", "--to", "2026-10-28")


@pytest.fixture
def run(session: Session, engine: Engine, town: Town, cast: Cast, settings: Settings) -> Run:
    """The command, for a town of two appeals: one at 17:00 answered at 18:40, one at 20:00 answered at 9:30."""
    for number, (asked, answered) in enumerate((((27, 17, 0), (27, 18, 40)), ((27, 20, 0), (28, 9, 30)))):
        at = local(2026, 10, *asked)
        appeal = register(session, settings, received_at=at, posted_at=at)
        link = f"https://vk.com/wall-1_2?reply={number}"
        anna = here(session, cast.anna)
        approving.confirm_by_hand(session, appeal, anna, now=NOW, link=link, at=local(2026, 10, *answered))
        session.commit()

    def call(*arguments: str) -> Result:
        return CliRunner().invoke(whatif, [*PERIOD, *arguments], obj=Installation(None, settings, engine))

    return call


def late(result: Result) -> tuple[int, int, list[int]]:
    """How many are late now, how many would be, and which flip."""
    assert result.exit_code == 0, result.output
    told = json.loads(result.stdout)
    flips = [each["number"] for each in told["appeals"]]
    return told["as_it_is"]["late"], told["as_it_would_be"]["late"], flips


def test_with_nothing_changed_nothing_flips(run: Run) -> None:
    told = json.loads(run().stdout)
    assert (told["counted"], told["flips"], told["appeals"]) == (2, 0, [])
    assert (
        told["as_it_is"]
        == told["as_it_would_be"]
        == {
            "in_time": 1,
            "late": 1,
            "waiting": 0,
            "ended": 0,
            "without_norm": 0,
        }
    )
    assert [len(day) for day in told["week"]] == [24] * 7
    assert told["week"][1][17] == {"counted": 1, "late_before": 0, "late_after": 0}
    assert told["week"][1][20] == {"counted": 1, "late_before": 1, "late_after": 1}


def test_limit_hours_and_the_working_day_are_asked_for(run: Run, tmp_path: Path) -> None:
    assert late(run("--limit", "60")) == (1, 2, [1])
    # Two working hours of the office: until 10:00 the next morning for one, until 11:00 for the other.
    assert late(run("--hours", "working")) == (1, 0, [2])
    # A day from 7:00 to 17:30 ends too soon, and begins too early.
    assert late(run("--opens", "07:00", "--closes", "17:30")) == (1, 1, [])
    assert late(run("--opens", "07:00", "--closes", "17:30", "--hours", "calendar")) == (1, 1, [])
    assert late(run("--limit", "60", "--flips", "0")) == (1, 2, [])
    holiday = tmp_path / "days.csv"
    holiday.write_text("date,kind\n2026-10-28,holiday\n")
    assert late(run("--limit", "30", "--calendar", str(holiday))) == (1, 1, [2, 1])


def test_what_cannot_be_asked_is_told(run: Run, tmp_path: Path) -> None:
    assert run("--opens", "09:00").exit_code == 2
    assert run("--opens", "18:00", "--closes", "09:00").exit_code == 2
    assert run("--to", "2026-10-01").exit_code == 2
    assert run("--limit", "0").exit_code == 2
    assert run("--clock", "promise").exit_code == 2
    file = tmp_path / "days.csv"
    file.write_text("name\nnothing\n")
    told = run("--calendar", str(file))
    assert (told.exit_code, "lacks the columns" in told.stderr) == (1, True)
