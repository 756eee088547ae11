"""The outbox of letters: each goes out once, what fails stands, and nothing that Telegram may have sent is sent again."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session, sessionmaker

from incidents import post
from incidents.flow import (
    forgetting,
    gathering,
    linking,
    noticing,
    posting,
)
from incidents.networks.events import Failure, Receipt
from incidents.records.journal import Entry
from incidents.records.notices import Channel, Letter, LetterState, Notice
from incidents.records.people import Person, SignInAttempt
from incidents.rules.acts import Refused
from incidents.rules.alarms import Level
from incidents.settings import Settings
from incidents.simulator import Simulator
from incidents.simulator.channels import Bot
from tests.cast import NOW, Cast, Town
from tests.flow.alarms import due, gather, letters, raised, secret, send_off
from tests.flow.conftest import Shop
from tests.mailboxes import PostOffice

Sessions = sessionmaker[Session]


def test_a_letter_that_is_put_off_goes_again_by_the_same_name(
    session: Session, town: Town, by_mail: Settings, office: PostOffice, shop: Shop
) -> None:
    office.answers = ["451 4.7.1 Greylisted", "drop"]
    send_off(session, by_mail, raised(session, secret(session, by_mail), Level.PRESS))
    gather(session, by_mail, NOW + timedelta(minutes=1))
    here = shop(by_mail)
    assert post.drain_mail(here) == 1
    (letter,) = letters(session)
    assert (letter.state, letter.error_code, letter.error) == (LetterState.RETRY, "smtp:451", "4.7.1 Greylisted")
    assert letter.next_at is not None
    assert letter.next_at > datetime.now(UTC)
    assert post.drain_mail(here) == 0
    for _ in range(2):
        due(session)
        assert post.drain_mail(here) == 1
    (letter,) = letters(session)
    assert (letter.state, letter.attempts) == (LetterState.SENT, 3)
    # The second attempt was taken, but its word was lost: the repeat can be recognised.
    assert [mail["Message-ID"] for mail in office.taken] == [f"<{letter.key}@town.example>"] * 2


def test_a_letter_that_is_refused_for_good_stands_until_a_person_puts_it_back(
    session: Session, cast: Cast, town: Town, by_mail: Settings, office: PostOffice, shop: Shop
) -> None:
    office.unknown = {"anna@town.example": "550 5.1.1 No such user"}
    send_off(session, by_mail, raised(session, secret(session, by_mail), Level.PRESS))
    gather(session, by_mail, NOW + timedelta(minutes=1))
    here = shop(by_mail)
    post.drain_mail(here)
    (letter,) = letters(session)
    assert (letter.state, letter.next_at, letter.error_code) == (LetterState.FAILED, None, "smtp:550")
    office.unknown = {}
    assert posting.retry(session, cast.elena.actor, now=NOW, letter_id=letter.id) == 1
    due(session)
    assert post.drain_mail(here) == 1
    assert letters(session)[0].state is LetterState.SENT
    with pytest.raises(Refused, match="no_letter_stopped"):
        posting.retry(session, cast.elena.actor, now=NOW)
    entry = session.scalars(select(Entry).where(Entry.act == "retry_letters")).one()
    assert (entry.by, entry.data) == (cast.elena.actor.name, {"letters": [letter.id]})


def test_a_day_without_a_mail_server_ends_in_a_failure_that_stands(
    session: Session, cast: Cast, by_mail: Settings
) -> None:
    (letter,) = gathering.queue_tests(session, cast.anna, by_mail, now=NOW)
    session.commit()
    for hours, state in ((0, LetterState.RETRY), (23, LetterState.RETRY), (24, LetterState.FAILED)):
        at = NOW + timedelta(hours=hours)
        session.execute(update(Letter).values(next_at=NOW))
        assert posting.claim(session, Channel.EMAIL, "w", now=at) == letter.id
        assert posting.record(session, letter.id, Failure("retry", "not_reached"), "w", now=at) is state
    assert posting.claim(session, Channel.EMAIL, "w", now=at + timedelta(days=9)) is None


def test_two_workers_send_each_letter_once_and_a_dead_ones_mail_is_taken_up(
    session: Session, sessions: Sessions, cast: Cast, by_mail: Settings
) -> None:
    (letter,) = gathering.queue_tests(session, cast.anna, by_mail, now=NOW)
    session.commit()
    with sessions() as one:
        assert posting.claim(one, Channel.EMAIL, "one", now=NOW) == letter.id
        one.commit()
    with sessions() as two:
        assert posting.claim(two, Channel.EMAIL, "two", now=NOW) is None
        two.rollback()
        later = NOW + posting.CLAIM
        assert posting.claim(two, Channel.EMAIL, "two", now=later) == letter.id
        two.commit()
    with sessions() as one:
        # The first worker lives after all: its failure is not the second one's.
        assert posting.record(one, letter.id, Failure("retry", "x"), "one", now=later) is LetterState.SENDING
        assert posting.record(one, letter.id, Receipt("m", None, later), "one", now=later) is LetterState.SENT
        one.commit()
    with sessions() as two:
        assert posting.record(two, letter.id, Failure("retry", "x"), "two", now=later) is LetterState.SENT


def test_a_code_links_a_chat_once_and_only_while_it_is_fresh(
    session: Session, cast: Cast, by_bot: Settings, bot: Bot, shop: Shop
) -> None:
    here = shop(by_bot)
    assert post.listen(here) == 0
    stale = linking.offer_code(session, cast.anna, now=datetime.now(UTC) - timedelta(hours=1))
    code = linking.offer_code(session, cast.dmitry, now=datetime.now(UTC))
    session.commit()
    bot.message("Хитрец", f"/start {stale}")
    bot.message("Хитрец", "/start")
    chat = bot.message("Дмитрий", f"/start {code}").chat.id
    assert post.listen(here) == 1
    session.expire_all()
    assert (cast.dmitry.telegram_chat_id, cast.anna.telegram_chat_id) == (chat, None)
    assert [message.text for message in bot.answers_to("Дмитрий")] == [
        "Готово: сюда будут приходить оповещения о сроках обращений."
    ]
    assert "Код не подошёл" in bot.answers_to("Хитрец")[0].text
    assert bot.waiting == []
    bot.message("Хитрец", f"/start {code}")
    linking.offer_code(session, cast.anna, now=datetime.now(UTC))
    session.commit()
    assert post.listen(here) == 0
    session.expire_all()
    assert cast.dmitry.telegram_chat_id == chat
    linking.unlink(session, cast.dmitry, now=NOW)
    session.commit()
    session.expire_all()
    assert session.scalars(select(Person.telegram_chat_id).where(Person.telegram_chat_id.is_not(None))).all() == []
    acts = session.scalars(select(Entry.act).where(Entry.act.like("%link_telegram"))).all()
    assert acts == ["link_telegram", "unlink_telegram"]


def test_a_telegram_message_whose_fate_is_unknown_is_never_sent_again_by_itself(
    session: Session, cast: Cast, by_bot: Settings, bot: Bot, sim: Simulator, shop: Shop
) -> None:
    cast.dmitry.telegram_chat_id = bot.message("Дмитрий", "/start").chat.id
    session.commit()
    (letter,) = gathering.queue_tests(session, cast.dmitry, by_bot, now=NOW)
    due(session)
    here = shop(by_bot)
    sim.faults.telegram("sendMessage", "silence")
    assert post.drain_bot(here) == 1
    (letter,) = letters(session)
    assert (letter.state, letter.next_at) == (LetterState.UNKNOWN, None)
    due(session)
    assert post.drain_bot(here) == 0
    assert len(bot.answers_to("Дмитрий")) == 1
    posting.retry(session, cast.elena.actor, now=NOW)
    session.commit()
    assert posting.claim(session, Channel.TELEGRAM, "dies", now=NOW) == letter.id
    session.commit()
    assert posting.give_up_on_the_dead(session, now=NOW + posting.CLAIM) == 1
    session.commit()
    assert post.drain_bot(here) == 0
    assert letters(session)[0].error_code == "worker_died"


def test_who_blocked_the_bot_is_a_failure_and_who_is_asked_to_wait_waits(
    session: Session, cast: Cast, by_bot: Settings, bot: Bot, sim: Simulator, shop: Shop
) -> None:
    cast.dmitry.telegram_chat_id = bot.message("Дмитрий", "/start").chat.id
    session.commit()
    gathering.queue_tests(session, cast.dmitry, by_bot, now=NOW)
    due(session)
    here = shop(by_bot)
    sim.faults.telegram("sendMessage", "too_many", retry_after=20)
    post.drain_bot(here)
    (letter,) = letters(session)
    assert letter.state is LetterState.RETRY
    assert letter.next_at is not None
    assert letter.next_at > datetime.now(UTC) + timedelta(seconds=15)
    bot.block("Дмитрий")
    due(session)
    post.drain_bot(here)
    assert (letters(session)[0].state, letters(session)[0].error_code) == (LetterState.FAILED, "telegram:403")


@pytest.mark.parametrize(
    "written", ["anna", "anna@", "a b@town.example", "a@b\r\nBcc: c@d", "анна@город.рф", "@b.example"]
)
def test_what_is_no_address_is_refused(session: Session, cast: Cast, written: str) -> None:
    wishes = {"wants_email": True, "wants_telegram": True, "at_night": False}
    with pytest.raises(Refused, match="bad_email"):
        linking.change_ways(session, cast.anna, cast.anna.actor, now=NOW, email=written, **wishes)
    linking.change_ways(session, cast.anna, cast.anna.actor, now=NOW, email=" anna@town.example ", **wishes)
    assert cast.anna.email == "anna@town.example"
    entry = session.scalars(select(Entry).where(Entry.act == "change_ways")).one()
    assert "anna@" not in str(entry.data)


def test_what_was_seen_is_forgotten_after_ninety_days_and_a_failure_never(
    session: Session, cast: Cast, town: Town, by_mail: Settings, shop: Shop
) -> None:
    send_off(session, by_mail, raised(session, secret(session, by_mail), Level.PRESS))
    gather(session, by_mail, NOW + timedelta(minutes=1))
    (failed,) = gathering.queue_tests(session, cast.dmitry, by_mail, now=NOW)
    failed.state = LetterState.FAILED
    noticing.see(session, cast.anna, now=NOW, until=10**9)
    for days, key in ((31, "login:old"), (29, "login:new")):
        session.add(SignInAttempt(key=key, failures=1, next_allowed_at=NOW + timedelta(days=91 - days)))
    session.commit()
    session.execute(update(Letter).where(Letter.id != failed.id).values(state=LetterState.SENT, sent_at=NOW))
    session.commit()
    assert forgetting.forget(session, now=NOW + timedelta(days=60)) == 0
    assert forgetting.forget(session, now=NOW + timedelta(days=91)) == 3
    session.commit()
    assert [letter.id for letter in letters(session)] == [failed.id]
    assert session.scalars(select(SignInAttempt.key)).all() == ["login:new"]
    left = session.scalars(select(Notice).join(Person, Person.id == Notice.person_id)).all()
    assert [notice.person_id for notice in left] == [cast.zoya.id]


def test_whatever_a_server_says_can_be_stored(
    session: Session, town: Town, by_mail: Settings, office: PostOffice, shop: Shop
) -> None:
    send_off(session, by_mail, raised(session, secret(session, by_mail), Level.PRESS))
    gather(session, by_mail, NOW + timedelta(minutes=1))
    letter_id = posting.claim(session, Channel.EMAIL, "worker", now=datetime.now(UTC))
    assert letter_id is not None
    said = Failure("operator", "smtp:550", "no such\x00 user \ud83d")
    assert posting.record(session, letter_id, said, "worker", now=datetime.now(UTC)) is LetterState.FAILED
    session.commit()
    assert letters(session)[0].error == "no such user ?"


def test_a_code_that_is_no_text_is_nobodys(session: Session, cast: Cast) -> None:
    linking.offer_code(session, session.get_one(Person, cast.anna.id), now=NOW)
    assert linking.link(session, "\ud83d", 7, now=NOW) is None
