"""The page of the system's state: what failed stands first, nothing of a citizen stands there at all."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session, sessionmaker

from incidents import __version__, scheduler
from incidents.flow import intake, leading, sealing
from incidents.flow.journalling import Draft, append
from incidents.records.answers import Answer, AnswerState
from incidents.records.journal import Entry
from incidents.records.sources import InboxEvent, InboxState, Source
from incidents.records.workers import Heartbeat
from incidents.rules.acts import Actor
from incidents.rules.places import Network, Place
from incidents.settings import Settings
from incidents.web import condition, system, upkeep
from tests.cast import Cast, Town
from tests.web.asking import statements
from tests.web.conftest import Enter, send

Sessions = sessionmaker[Session]


@pytest.fixture
def trouble(sessions: Sessions, town: Town, settings: Settings) -> None:
    """A paused source with a stopped answer, a failed event, a worker that leads and a job that failed."""
    now = datetime.now(UTC)
    with sessions() as session:
        words = intake.Incoming(Network.TELEGRAM, Place.COMMENT, "Тайные слова", now, source_id=town.telegram.id)
        appeal = intake.register(session, words, Actor("network:telegram"), settings, now=now)
        session.add(
            Answer(
                appeal_number=appeal.number,
                state=AnswerState.NEEDS_ADMIN,
                text="Тайный ответ",
                created_at=now,
                approved_at=now,
                source_id=town.telegram.id,
                guid=7,
                attempts=4,
                error_code="401",
                error="Unauthorized",
            )
        )
        session.get_one(Source, town.telegram.id).paused_reason = "401: Unauthorized"
        for number, state in enumerate((InboxState.FAILED, InboxState.FAILED, InboxState.PROCESSED)):
            session.add(
                InboxEvent(
                    source_id=town.vk.id,
                    dedupe_key=f"id:{number}",
                    received_at=now,
                    raw='{"text": "Тайные слова"}',
                    state=state,
                    attempts=8,
                    next_at=now,
                    error="KeyError" if state is InboxState.FAILED else None,
                )
            )
        leading.lead(session, "web1:1:aa")
        leading.beat(session, "web1:1:aa", "worker", "leads")
        leading.beat(session, "web1:1:aa", "inbox", "12")
        leading.beat(session, "web1:1:aa", "sweep", "failed: OperationalError")
        session.commit()


def test_what_failed_is_told_with_the_networks_words_and_without_a_citizens(
    enter: Enter, trouble: None, town: Town
) -> None:
    page = enter("elena").get("/system").text
    for words in (
        "«ТГ» не отправляет.",
        "Сеть отвечает «401: Unauthorized».",
        "1 ответ ждёт, текст сохранён.",
        "Не дошли до сети: 1",
        "<code>KeyError</code>",
        "не вышло: OperationalError",
        "сделано 12",
        "ведущий",
        "остановлено 2 · из последних 200: прочитано 1, никого не касаются 0",
        f"{__version__}, схема 00",
        "SQLite 3.",
    ):
        assert words in page, words
    assert "Тайн" not in page
    assert '<span class="count count--late">1</span>' in page
    assert "count--late" not in enter("galina").get("/norms").text
    assert 'href="/appeals' not in page


def test_the_page_asks_as_much_in_a_snowstorm_as_on_a_quiet_day(
    app: Flask, enter: Enter, trouble: None, town: Town, sessions: Sessions
) -> None:
    elena = enter("elena")
    with statements(app) as few:
        elena.get("/system")
    now = datetime.now(UTC)
    with sessions() as session:
        session.add_all(
            InboxEvent(
                source_id=town.vk.id,
                dedupe_key=f"id:1{number}",
                received_at=now,
                raw="{}",
                state=InboxState.FAILED,
                attempts=8,
                next_at=now,
            )
            for number in range(60)
        )
        session.commit()
    with statements(app) as many:
        assert "остановлено 62" in elena.get("/system").text
    assert len(many) == len(few) <= 21


def test_failed_events_are_tried_again_one_or_all(enter: Enter, trouble: None, cast: Cast, sessions: Sessions) -> None:
    elena = enter("elena")
    with sessions() as session:
        first = session.scalars(select(InboxEvent.id).where(InboxEvent.state == InboxState.FAILED)).first()
    assert send(elena, f"/system/events/{first}/attempts", page="/system").status_code == 303
    assert send(elena, "/system/events/attempts", page="/system").status_code == 303
    assert "1 событие пробуем снова." in elena.get("/system").text
    with sessions() as session:
        states = session.scalars(select(InboxEvent.state).order_by(InboxEvent.id)).all()
        assert states == [InboxState.PENDING, InboxState.PENDING, InboxState.PROCESSED]
        by = session.scalars(select(Entry.by).where(Entry.act == "retry_events")).all()
    assert by == [cast.elena.actor.name] * 2
    send(elena, "/system/events/attempts", page="/system")
    assert "Повторять нечего" in elena.get("/system").text


def test_a_silent_worker_is_told_first_and_a_quiet_house_in_one_line(
    app: Flask, enter: Enter, town: Town, sessions: Sessions
) -> None:
    elena = enter("elena")
    assert "Фоновый процесс не работает." in elena.get("/system").text
    with sessions() as session:
        leading.lead(session, "web1:1:aa")
        leading.beat(session, "web1:1:aa", "worker", "leads")
        sealing.seal(session, now=datetime.now(UTC))
        session.commit()
        last = session.scalar(select(func.max(Entry.id)))
    with statements(app) as asked:
        page = elena.get("/system").text
    assert len(asked) <= 19
    assert "Всё работает" in page
    assert f"последняя запись № {last}" in page
    assert "с тех пор 0 записей" in page
    with sessions() as session:
        append(session, Draft("system", "ask_backup", "machine:test", datetime.now(UTC)), now=datetime.now(UTC))
        session.commit()
    assert "с тех пор 1 запись" in elena.get("/system").text
    assert "с тех пор 1 запись" in elena.get("/journal").text
    with sessions() as session:
        session.execute(update(Heartbeat).values(beat_at=datetime.now(UTC) - timedelta(minutes=5)))
        session.commit()
    assert "Фоновый процесс не работает." in elena.get("/system").text


def test_only_the_administrator_sees_the_state(enter: Enter, trouble: None) -> None:
    for login in ("anna", "galina", "boris", "vera"):
        client = enter(login)
        assert client.get("/system").status_code == 403
        assert send(client, "/system/events/attempts", page="/profile").status_code == 403


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.4, "0 с назад"), (59.9, "59 с назад"), (60, "1 мин назад"), (4_320, "1 ч 12 мин назад")],
)
def test_an_age_is_told_in_seconds_and_then_in_minutes(app: Flask, seconds: float, words: str) -> None:
    with app.app_context():
        assert system.ago(seconds) == words


@pytest.mark.parametrize(("number", "words"), [(0, "0,1 МБ"), (214_000_000, "214 МБ"), (31_300_000_000, "31,3 ГБ")])
def test_a_size_is_told_in_megabytes_and_gigabytes(app: Flask, number: int, words: str) -> None:
    with app.app_context():
        assert upkeep.size(number) == words


def test_every_job_of_the_schedule_has_words_for_who_looks_at_it() -> None:
    assert {job.name for job in scheduler.SCHEDULE} == set(system.JOBS)
    assert {job.name: job.every for job in scheduler.SCHEDULE if job.every > 60} == condition.SELDOM


def test_a_silent_worker_is_told_to_the_administrator_with_what_to_do(enter: Enter, cast: Cast) -> None:
    elena, anna = enter("elena").get("/people").text, enter("anna").get("/queue").text
    assert "Запустите <code>incidents worker</code> на сервере." in elena
    assert "Позовите администратора." in anna
