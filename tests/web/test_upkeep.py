"""What the administrator does from the page of the state: gives up with a reason, sends at once, asks for a copy."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx2
import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from incidents import upkeep
from incidents.jobs import Workshop
from incidents.records.answers import Answer, AnswerState
from incidents.records.journal import Entry
from incidents.records.notices import Channel, Letter, LetterState
from incidents.records.sources import InboxEvent, InboxState
from incidents.settings import Settings
from tests.cast import Cast, Town
from tests.web.conftest import Enter, opened, send
from tests.web.desks import Desk

Sessions = sessionmaker[Session]
NOW = datetime.now(UTC)


@pytest.fixture
def copies(settings: Settings, tmp_path: Path) -> Iterator[tuple[Flask, Settings]]:
    """The program with a folder for copies."""
    folder = tmp_path / "copies"
    folder.mkdir()
    with_folder = settings.model_copy(update={"backup_folder": str(folder)})
    for app in opened(with_folder):
        yield app, with_folder


def stopped_event(number: int, source_id: int) -> InboxEvent:
    return InboxEvent(
        source_id=source_id,
        dedupe_key=f"id:{number}",
        received_at=NOW,
        raw="{}",
        state=InboxState.FAILED,
        attempts=8,
        next_at=NOW,
        error="KeyError",
    )


def test_events_are_given_up_one_by_one_or_all_with_a_reason(enter: Enter, town: Town, sessions: Sessions) -> None:
    with sessions() as session:
        session.add_all(stopped_event(number, town.vk.id) for number in range(3))
        session.commit()
        first = session.scalar(select(InboxEvent.id).order_by(InboxEvent.id).limit(1))
    elena, path = enter("elena"), "/system/giving-up/events"
    refused = send(elena, path, page="/system", id=str(first), reason=" ")
    assert refused.status_code == 422
    assert "Укажите причину в нескольких словах" in refused.text or "причин" in refused.text
    assert send(elena, path, page="/system", id=str(first), reason="пустое событие").status_code == 303
    assert "остановлено 2" in elena.get("/system").text
    assert send(elena, path, page="/system", reason="то же").status_code == 303
    assert "остановлено 0" in elena.get("/system").text
    assert send(elena, path, page="/system", reason="ещё раз").status_code == 409
    with sessions() as session:
        rows = session.scalars(select(Entry).where(Entry.act == "drop_events").order_by(Entry.seq)).all()
        assert [(len(row.data["events"]), row.note.text if row.note else "") for row in rows] == [
            (1, "пустое событие"),
            (2, "то же"),
        ]
        assert set(session.scalars(select(InboxEvent.error))) == {"given_up"}


def test_a_letter_is_given_up_and_counts_no_more(enter: Enter, cast: Cast, sessions: Sessions) -> None:
    with sessions() as session:
        letter = Letter(
            person_id=cast.boris.id,
            channel=Channel.EMAIL,
            state=LetterState.FAILED,
            key="k1",
            created_at=NOW,
            queued_at=NOW,
            attempts=9,
            error_code="550",
        )
        session.add(letter)
        session.commit()
    elena = enter("elena")
    assert "<code>550</code>" in elena.get("/system").text
    answer = send(elena, "/system/giving-up/letters", page="/system", id=str(letter.id), reason="адреса больше нет")
    assert answer.status_code == 303
    assert "<code>550</code>" not in elena.get("/system").text
    with sessions() as session:
        assert session.get_one(Letter, letter.id).state is LetterState.DROPPED


def test_what_is_tried_again_goes_out_now_and_what_a_person_must_look_at_does_not(
    enter: Enter, session: Session, cast: Cast, town: Town, settings: Settings
) -> None:
    number = Desk(session, cast, town, settings).add().number
    later = NOW + timedelta(hours=1)
    for state in (AnswerState.RETRY, AnswerState.UNKNOWN):
        session.add(
            Answer(
                appeal_number=number,
                state=state,
                text="Ответ",
                created_at=NOW,
                approved_at=NOW,
                source_id=town.vk.id,
                guid=len(state),
                attempts=2,
                next_at=later,
            )
        )
    session.commit()
    elena = enter("elena")
    assert "Сейчас" in elena.get("/system").text
    assert send(elena, "/system/answers/attempts", page="/system").status_code == 303
    session.expire_all()
    moments = {answer.state: answer.next_at for answer in session.scalars(select(Answer))}
    assert moments[AnswerState.RETRY] != later
    assert moments[AnswerState.UNKNOWN] == later


def test_a_copy_is_asked_for_made_by_a_worker_and_told_of(
    copies: tuple[Flask, Settings], cast: Cast, sessions: Sessions
) -> None:
    app, settings = copies
    elena = app.test_client()
    send(elena, "/sign-in", login="elena", password="correct horse battery")
    assert send(elena, "/system/backups", page="/system").status_code == 303
    assert "Копия ждёт фонового процесса." in elena.get("/system").text
    again = send(elena, "/system/backups", page="/system")
    assert "Копия уже делается." in elena.get(again.location).text
    with httpx2.Client() as client:
        shop = Workshop(settings, sessions, client, "worker")
        assert (upkeep.make_backup(shop), upkeep.make_backup(shop)) == (1, 0)
    assert "готова, проверена" in elena.get("/system/backups").text
    (file,) = Path(settings.backup_folder).iterdir()
    assert file.name in elena.get("/system").text


def test_a_copy_that_cannot_be_written_says_why(copies: tuple[Flask, Settings], cast: Cast, sessions: Sessions) -> None:
    app, settings = copies
    Path(settings.backup_folder).rmdir()
    elena = app.test_client()
    send(elena, "/sign-in", login="elena", password="correct horse battery")
    send(elena, "/system/backups", page="/system")
    with httpx2.Client() as client:
        upkeep.make_backup(Workshop(settings, sessions, client, "worker"))
    assert "No such file or directory" in elena.get("/system").text


def test_without_a_folder_the_page_says_where_to_name_one(enter: Enter, cast: Cast) -> None:
    page = enter("elena").get("/system").text
    assert "backup_folder" in page
    assert "часы" in page.lower()


def test_what_cannot_be_given_up_is_no_page(enter: Enter, cast: Cast) -> None:
    assert enter("elena").get("/system/giving-up/appeals").status_code == 404
