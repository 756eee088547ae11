"""From the clock to the letter, with nothing raised by hand: the sweep, the notices, one mail."""

import re
from datetime import timedelta

import pytest
from click.testing import CliRunner
from sqlalchemy import select
from sqlalchemy.orm import Session

from incidents import jobs, post
from incidents.cli import main
from incidents.flow import gathering, routing, ways
from incidents.records.clocks import Alarm
from incidents.records.notices import LetterState, Notice
from incidents.records.people import Person
from incidents.settings import Settings
from tests.cast import NOW, TERM, Cast
from tests.databases import SQLITE
from tests.flow.alarms import SECRET, due, letters, secret
from tests.flow.conftest import Shop
from tests.mailboxes import PostOffice

DEADLINE = NOW + TERM


def told_at(session: Session) -> list[tuple[str, str]]:
    """Who was told of which step, in the order in which the alarms were due."""
    query = (
        select(Person.login, Alarm.step)
        .join(Notice, Notice.person_id == Person.id)
        .join(Alarm, Alarm.id == Notice.alarm_id)
        .order_by(Alarm.happens_at, Person.login)
    )
    found = [(login, step) for login, step in session.execute(query)]
    session.commit()
    return found


@pytest.mark.usefixtures("town")
def test_the_sweep_tells_the_responder_then_the_head_then_upwards_each_once(
    session: Session, cast: Cast, settings: Settings, shop: Shop
) -> None:
    appeal = secret(session, settings)
    routing.assign(session, appeal, cast.housing, cast.anna.actor, now=NOW)
    session.commit()
    for minutes in (-31, -29, -16, -14, 0, 1, 14, 16, 29, 31, 59, 61, 600):
        for _ in range(2):
            jobs.sweep(shop(settings), DEADLINE + timedelta(minutes=minutes))
    assert told_at(session) == [
        ("dmitry", "warn:75%"),
        ("dmitry", "warn:15"),
        ("dmitry", "overdue"),
        ("boris", "escalate:head:15"),
        ("galina", "escalate:deputy:30"),
        ("galina", "escalate:manager:60"),
    ]


@pytest.mark.usefixtures("town")
def test_what_a_standstill_kept_back_is_one_mail_and_a_day_later_nothing_more(
    session: Session, by_mail: Settings, office: PostOffice, shop: Shop
) -> None:
    appeal = secret(session, by_mail)
    late = DEADLINE + timedelta(minutes=50)
    jobs.sweep(shop(by_mail), late)
    for at in (late, late + timedelta(days=1)):
        ways.send_off(session, by_mail, now=at)
        session.commit()
        gathering.gather(session, by_mail, now=at + timedelta(minutes=1))
        session.commit()
        jobs.sweep(shop(by_mail), late)
    due(session)
    (letter,) = letters(session)
    assert letter.state is LetterState.WAITING
    assert post.drain_mail(shop(by_mail)) == 1
    (mail,) = office.taken
    assert re.findall(r"№ (\d+)", mail.get_content()) == [str(appeal.number)]
    assert not set(SECRET.split()) & set(mail.get_content().split())


@pytest.mark.parametrize("database_url", [SQLITE], indirect=True)
def test_the_command_sends_a_test_message_and_says_what_became_of_it(
    by_mail: Settings, cast: Cast, session: Session, office: PostOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("town_name", "zone", "database_url", "key", "smtp_host", "smtp_port", "smtp_security", "mail_from"):
        monkeypatch.setenv(f"INCIDENTS_{name.upper()}", str(getattr(by_mail, name)))
    sent = CliRunner().invoke(main, ["notify", "--test", "anna"])
    assert (sent.exit_code, sent.stdout) == (0, "email: sent\n")
    assert "Это проверка" in office.taken[0].get_content()
    office.unknown = {"anna@town.example": "550 5.1.1 No such user"}
    refused = CliRunner().invoke(main, ["notify", "--test", "anna"])
    assert (refused.exit_code, refused.stderr) == (1, "incidents: email: smtp:550 5.1.1 No such user\n")
    for login, words in (("zoya", "reached by no way"), ("nobody", "no person with the login")):
        stopped = CliRunner().invoke(main, ["notify", "--test", login])
        assert stopped.exit_code == 1
        assert words in stopped.stderr
    examined = CliRunner().invoke(main, ["check"])
    assert "alarms: sent by email" in examined.output
    assert "letters: 1 did not reach their people" in examined.output
