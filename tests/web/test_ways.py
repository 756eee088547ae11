"""How people are told of alarms, who is away, who answers for a department, and what the administrator sees of letters."""

from datetime import UTC, datetime, timedelta
from typing import TypeVar

import pytest
from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from incidents.flow import gathering
from incidents.records.notices import Absence, Letter, LetterState, LinkCode
from incidents.records.people import Deputy, Person
from incidents.settings import Settings
from tests.cast import Cast
from tests.web.conftest import Enter, send

T = TypeVar("T")

MAIL = {"smtp_host": "127.0.0.1", "smtp_port": 9, "mail_from": "appeals@town.example"}
BOT = {"notice_bot_token": "777:notices", "notice_bot_name": "town_notices_bot"}


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """A town with both channels."""
    return settings.model_copy(update={**MAIL, **BOT})


def found(session: Session, query: Select[T]) -> list[T]:
    """What the database holds now; nobody waits for having looked."""
    rows = list(session.scalars(query.execution_options(populate_existing=True)))
    session.commit()
    return rows


def today(settings: Settings, days: int = 0) -> str:
    return (datetime.now(UTC).astimezone(settings.town_zone).date() + timedelta(days=days)).isoformat()


def test_one_chooses_how_one_is_told(enter: Enter, cast: Cast, session: Session) -> None:
    dmitry = enter("dmitry")
    page = dmitry.get("/profile").text
    assert "Оповещения о сроках" in page
    assert "Отправить проверочное сообщение" not in page
    wrong = send(dmitry, "/profile/ways", page="/profile", email="dmitry@", wants_email="y")
    assert wrong.status_code == 422
    assert "Это не адрес почты." in wrong.text
    assert 'value="dmitry@"' in wrong.text
    fine = send(dmitry, "/profile/ways", page="/profile", email="dmitry@town.example", wants_email="y", at_night="y")
    assert fine.status_code == 303
    kept = found(session, select(Person).where(Person.id == cast.dmitry.id))[0]
    assert (kept.email, kept.wants_email, kept.wants_telegram, kept.at_night) == (
        "dmitry@town.example",
        True,
        False,
        True,
    )
    send(dmitry, "/profile/test-letters", page="/profile")
    assert "1 проверочное сообщение отправляется." in dmitry.get("/profile").text
    letter = found(session, select(Letter))[0]
    assert (letter.person_id, letter.is_test, letter.state) == (cast.dmitry.id, True, LetterState.WAITING)


def test_a_code_for_the_bot_is_shown_once(enter: Enter, cast: Cast, session: Session) -> None:
    dmitry = enter("dmitry")
    shown = send(dmitry, "/profile/telegram", page="/profile")
    code = shown.text.partition("/start ")[2].partition("<")[0]
    assert len(code) == 12
    assert shown.headers["Cache-Control"] == "no-store"
    assert f"https://t.me/town_notices_bot?start={code}" in shown.text
    assert found(session, select(LinkCode))[0].digest != code
    assert code not in dmitry.get("/profile").text
    cast.dmitry.telegram_chat_id = 5
    session.commit()
    assert "Телеграм привязан" in dmitry.get("/profile").text
    send(dmitry, "/profile/telegram/unlinked", page="/profile")
    assert found(session, select(Person).where(Person.id == cast.dmitry.id))[0].telegram_chat_id is None


def test_one_enters_ones_own_absence_and_ends_it(
    enter: Enter, cast: Cast, session: Session, settings: Settings
) -> None:
    dmitry = enter("dmitry")
    days = {"from_on": today(settings), "to_on": today(settings, 5)}
    own = {"person": str(cast.dmitry.id), **days}
    unfit = send(dmitry, "/absences", page="/absences", **own, substitute=str(cast.vera.id))
    assert unfit.status_code == 422
    assert found(session, select(Absence)) == []
    entered = send(dmitry, "/absences", page="/absences", **own, substitute=str(cast.boris.id), note="отпуск")
    assert entered.status_code == 303
    page = dmitry.get("/absences").text
    assert "сегодня нет" in page
    assert "отпуск" in page
    assert send(dmitry, "/absences", page="/absences", **own).status_code == 422
    absence = found(session, select(Absence))[0]
    assert (absence.person_id, absence.substitute_id) == (cast.dmitry.id, cast.boris.id)
    stranger = enter("vera")
    assert send(stranger, f"/absences/{absence.id}/end", page="/absences").status_code == 404
    assert "Дмитрий" not in stranger.get("/absences").text
    assert send(dmitry, f"/absences/{absence.id}/end", page="/absences").status_code == 303
    assert "Все на месте" in dmitry.get("/absences").text


def test_a_head_and_the_administrator_enter_the_absences_of_their_people(
    enter: Enter, cast: Cast, session: Session, settings: Settings
) -> None:
    days = {"from_on": today(settings, 1), "to_on": today(settings, 2)}
    for login, person, status in (
        ("vera", cast.dmitry, 404),
        ("boris", cast.dmitry, 303),
        ("boris", cast.anna, 404),
        ("elena", cast.anna, 303),
        ("anna", cast.zoya, 404),
    ):
        answer = send(enter(login), "/absences", page="/absences", person=str(person.id), **days)
        assert answer.status_code == status, (login, person.login)
    assert (
        f'<option value="{cast.dmitry.id}" selected>' in enter("boris").get(f"/absences?person={cast.dmitry.id}").text
    )
    assert {absence.person_id for absence in found(session, select(Absence))} == {cast.dmitry.id, cast.anna.id}


def test_a_department_has_a_deputy_who_is_a_manager(enter: Enter, cast: Cast, session: Session) -> None:
    elena, path = enter("elena"), f"/departments/{cast.housing.id}"
    fields = {"code": "housing", "name": "Управление ЖКХ"}
    assert send(elena, path, page=path, **fields, deputy=str(cast.boris.id)).status_code == 422
    assert send(elena, path, page=path, **fields, deputy=str(cast.galina.id)).status_code == 303
    assert found(session, select(Deputy.person_id)) == [cast.galina.id]
    session.commit()
    assert f'<option selected value="{cast.galina.id}">Галина' in elena.get(path).text
    assert send(elena, path, page=path, **fields, deputy="").status_code == 303
    assert found(session, select(Deputy)) == []


def test_the_state_of_the_system_tells_of_letters_and_sends_them_again(
    enter: Enter, cast: Cast, session: Session, settings: Settings
) -> None:
    cast.anna.email = cast.zoya.email = "press@town.example"
    now = datetime.now(UTC)
    first, second = (gathering.queue_tests(session, person, settings, now=now)[0] for person in (cast.anna, cast.zoya))
    first.state, first.error_code, first.error, first.next_at = LetterState.FAILED, "smtp:550", "No such user", None
    second.state, second.error_code, second.attempts = LetterState.RETRY, "not_reached", 3
    session.commit()
    elena = enter("elena")
    page = elena.get("/system").text
    for words in (
        "Сообщения сотрудникам",
        "Электронная почта: включено",
        "smtp:550",
        "No such user",
        "снова в",
        "Анна",
    ):
        assert words in page, words
    assert "press@town.example" not in page
    assert '<span class="count count--late">1</span>' in page
    assert send(elena, f"/system/letters/{first.id}/attempts", page="/system").status_code == 303
    assert "1 сообщение отправляем снова." in elena.get("/system").text
    send(elena, "/system/letters/attempts", page="/system")
    send(elena, "/system/letters/attempts", page="/system")
    assert "Отправлять снова нечего" in elena.get("/system").text
    states = found(session, select(Letter.state))
    assert set(states) == {LetterState.WAITING}
