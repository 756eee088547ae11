"""The history of the demonstration's town: exact counts, a journal that holds, deadlines as the rules count them."""

import shutil
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import Engine, func, select, text, update
from sqlalchemy.orm import Session, sessionmaker

from incidents.demo import arrivals, founding, history, proof, townsfolk, voices
from incidents.flow import closing, taxonomy
from incidents.flow import founding as towns
from incidents.records.answers import Answer, AnswerVersion
from incidents.records.appeals import Appeal, Author, Message
from incidents.records.clocks import Alarm
from incidents.records.database import make_sessions, open_engine
from incidents.records.journal import Entry
from incidents.rules.acts import Act, Status
from incidents.settings import Settings

YEARS = {2018: 7, 2019: 40, 2022: 90, 2023: 150}
#: An evening in the town, so that two weeks back is no other year.
NOW = datetime(2026, 10, 28, 9, 30, tzinfo=UTC)


@pytest.fixture(scope="module")
def made(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, int]:
    """A small town with its history, and how many appeals it has; made once, and copied by every test."""
    path = tmp_path_factory.mktemp("history") / "town.db"
    shutil.copyfile(sqlite_template, path)
    key = Fernet.generate_key().decode()
    settings = Settings(town_name="Город", zone="Asia/Vladivostok", database_url=f"sqlite:///{path}", key=key)
    engine = open_engine(settings.database_url)
    sessions = make_sessions(engine, settings.town)
    with sessions() as session:
        towns.found(session, now=founding.OPENED_AT)
        townsfolk.settle(session, {"anna": "correct horse battery"}, now=founding.OPENED_AT)
        session.commit()
    appeals = history.make(sessions, settings, now=NOW, years=YEARS, a_day=3)
    engine.dispose()
    return path, appeals


@pytest.fixture
def database_url(made: tuple[Path, int], tmp_path: Path) -> str:
    shutil.copyfile(made[0], tmp_path / "incidents.db")
    return f"sqlite:///{tmp_path / 'incidents.db'}"


@pytest.fixture
def town(made: tuple[Path, int]) -> int:
    """How many appeals the town has."""
    return made[1]


def test_every_year_has_exactly_the_appeals_it_was_asked_for(
    town: int, sessions: sessionmaker[Session], settings: Settings
) -> None:
    with sessions() as session:
        rows = session.execute(select(Appeal.received_at, Appeal.status)).all()
    years = Counter(received_at.astimezone(settings.town_zone).year for received_at, _ in rows)
    assert {year: years[year] for year in YEARS} == YEARS
    assert not [s for at, s in rows if at.astimezone(settings.town_zone).year in YEARS and s is Status.REJECTED]
    assert min(at for at, _ in rows).astimezone(settings.town_zone).date() >= date(2018, 8, 1)
    assert len(rows) == town > sum(YEARS.values())


def test_journal_and_deadlines_hold_after_the_bulk(town: int, engine: Engine, settings: Settings) -> None:
    assert list(proof.faults(engine, settings, YEARS)) == []


def test_the_proof_sees_a_deadline_that_was_moved_and_a_year_that_is_short(
    town: int, engine: Engine, sessions: sessionmaker[Session], settings: Settings
) -> None:
    with sessions() as session:
        session.execute(update(Appeal).where(Appeal.number == 3).values(due_at=NOW))
        session.commit()
    sentences = list(proof.faults(engine, settings, {**YEARS, 2023: 151}))
    assert len(sentences) == 2
    assert sentences[0].startswith("2023: 150 appeals instead of 151")
    assert sentences[1].startswith("appeal 3: appeal due_at")


def test_the_proof_sees_an_entry_that_was_changed(town: int, engine: Engine, settings: Settings) -> None:
    with engine.begin() as connection:
        triggers = connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).scalars().all()
        for trigger in triggers:
            connection.execute(text(f'DROP TRIGGER "{trigger}"'))
        connection.execute(text("UPDATE entries SET \"by\" = 'person:99' WHERE stream = 'appeal:5' AND seq = 2"))
    assert list(proof.faults(engine, settings, YEARS)) == ["appeal:5 entry 2: was changed after it was written"]


def test_some_are_late_with_their_alarms_and_most_are_not(town: int, sessions: sessionmaker[Session]) -> None:
    with sessions() as session:
        late = session.scalars(select(Appeal).where(Appeal.answered_at > Appeal.due_at)).all()
        answered = session.scalar(select(func.count()).where(Appeal.answered_at.is_not(None))) or 0
        alarms = set(session.scalars(select(Entry.stream).where(Entry.act == Act.OVERDUE)))
    assert 0 < len(late) < answered * 0.2
    assert alarms == {f"appeal:{appeal.number}" for appeal in late}


def test_what_was_alarmed_in_its_time_is_not_alarmed_again_when_it_is_closed(
    town: int, sessions: sessionmaker[Session]
) -> None:
    with sessions() as session:
        assert session.scalar(select(func.count()).where(Alarm.raised_at.is_not(None)))
        closed = closing.close_quiet(session, now=NOW, after=timedelta(days=30))
        assert closed
        again = select(func.count()).where(Alarm.appeal_number.in_(closed), Alarm.raised_at.is_(None))
        assert session.scalar(again) == 0


def test_every_answer_has_its_words_its_version_and_its_citizen(town: int, sessions: sessionmaker[Session]) -> None:
    with sessions() as session:
        answered = set(session.scalars(select(Appeal.number).where(Appeal.status == Status.ANSWERED)))
        assert set(session.scalars(select(Answer.appeal_number))) == answered
        assert set(session.scalars(select(AnswerVersion.answer_id))) == set(session.scalars(select(Answer.id)))
        assert session.scalar(select(func.count(Message.id))) == town
        assert session.scalar(select(func.count(Appeal.number)).where(Appeal.author_id.is_(None))) == 0
        assert not session.scalar(select(Author.id).where(Author.url.is_not(None)).limit(1))


def test_a_visitor_finds_appeals_that_wait(town: int, sessions: sessionmaker[Session]) -> None:
    with sessions() as session:
        waiting = session.scalars(select(Appeal).where(Appeal.status.in_([Status.NEW, Status.ASSIGNED]))).all()
    assert len(waiting) == len(history.WAITING_MINUTES)
    assert any(appeal.is_overdue(NOW) for appeal in waiting)
    assert not all(appeal.is_overdue(NOW) for appeal in waiting)


def test_the_whole_history_is_the_towns_own_report(settings: Settings) -> None:
    assert arrivals.YEARS == {2018: 184, 2019: 1782, 2020: 4829, 2021: 6081, 2022: 6141, 2023: 8331}
    assert sum(arrivals.YEARS.values()) == 27348


def test_every_topic_that_is_written_about_stands_in_the_classifier_we_ship(settings: Settings) -> None:
    shipped = {row["topic"] for _, row in taxonomy.rows_of(towns._shipped("taxonomy.csv")) if row}
    assert {topic.name for topic in voices.phrases().topics} <= shipped
