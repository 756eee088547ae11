"""Letters about alarms: several become one, quiet hours hold them, and no citizen's word is in any."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from incidents import post
from incidents.flow import (
    approving,
    gathering,
    noticing,
    routing,
    ways,
    wording,
)
from incidents.records.notices import About, LetterState, Notice, NoticeWay
from incidents.rules.alarms import Level
from incidents.settings import Settings
from incidents.simulator import Simulator
from incidents.simulator.channels import Bot
from tests.cast import NOW, Cast, Town
from tests.flow.alarms import AUTHOR, PLACE, SECRET, gather, letters, raised, secret, send_off
from tests.flow.conftest import BOT_TOKEN, Shop
from tests.mailboxes import PostOffice

Sessions = sessionmaker[Session]


def test_several_alarms_for_one_person_become_one_letter_with_a_line_an_appeal(
    session: Session, town: Town, by_mail: Settings, office: PostOffice, shop: Shop
) -> None:
    first, second = secret(session, by_mail), secret(session, by_mail)
    send_off(session, by_mail, raised(session, first, Level.PRESS), raised(session, second, Level.PRESS))
    send_off(session, by_mail, raised(session, first, Level.PRESS, late=True), at=NOW + timedelta(seconds=59))
    assert gather(session, by_mail, NOW + timedelta(seconds=59)) == 0
    assert gather(session, by_mail, NOW + timedelta(seconds=60)) == 1
    assert gather(session, by_mail, NOW + timedelta(hours=1)) == 0
    assert post.drain_mail(shop(by_mail)) == 1
    (mail,) = office.taken
    assert office.recipients == ["anna@town.example"]
    assert mail["Subject"] == "Комсомольск-на-Амуре: 2 обращения требуют внимания"
    text = mail.get_content()
    assert text.count(f"https://town.example/appeals/{first.number}\n") == 1
    assert text.count(f"https://town.example/appeals/{second.number}\n") == 1
    assert text.index(f"№ {first.number} — ") < text.index(f"№ {second.number} — ")
    assert "просрочено, срок был 28.10.2026 14:30" in text
    (letter,) = letters(session)
    assert (letter.state, letter.attempts, letter.error_code) == (LetterState.SENT, 1, None)


def test_no_letter_holds_a_word_of_the_citizen(
    session: Session,
    cast: Cast,
    town: Town,
    by_mail: Settings,
    office: PostOffice,
    shop: Shop,
    bot: Bot,
    sim: Simulator,
) -> None:
    both = by_mail.model_copy(update={"notice_bot_token": BOT_TOKEN, "telegram_api_url": sim.telegram_url})
    chat = bot.message("Дмитрий", "/start")
    cast.dmitry.telegram_chat_id = chat.chat.id
    appeal = secret(session, both)
    routing.assign(session, appeal, cast.housing, cast.anna.actor, now=NOW, reason="Снег во дворах")
    appeal.topic_id = town.snow.id
    session.commit()
    send_off(session, both, raised(session, appeal), raised(session, appeal, Level.PRESS, late=True))
    assert gather(session, both, NOW + timedelta(minutes=1)) == 3
    here = shop(both)
    assert (post.drain_mail(here), post.drain_bot(here)) == (2, 1)
    sent = [f"{mail['Subject']}\n{mail.as_string()}\n{mail.get_content()}" for mail in office.taken]
    sent += [message.text for message in bot.answers_to("Дмитрий")]
    assert len(sent) == 3
    for text in sent:
        assert f"№ {appeal.number}" in text
        for word in (*SECRET.split(), *AUTHOR.split(), PLACE, "Снег", "дворах", "ЖКХ", "Дмитрий"):
            assert word not in text, word


def test_a_line_says_how_it_stands_with_the_deadline_when_the_letter_goes_out(
    session: Session, cast: Cast, town: Town, by_mail: Settings
) -> None:
    appeal = secret(session, by_mail)
    cast.galina.email = "galina@town.example"
    send_off(session, by_mail, raised(session, appeal, Level.PRESS), raised(session, appeal, Level.MANAGER, late=True))
    gather(session, by_mail, NOW + timedelta(minutes=1))
    mine, hers = letters(session)
    for letter, minutes, words in (
        (mine, 0, "срок до 14:30"),
        (mine, 120, "срок до 14:30"),
        (mine, 121, "просрочено, срок был 14:30"),
        (hers, 121, "просрочено и передано вам, срок был 14:30"),
        (hers, 24 * 60, "срок был 28.10.2026 14:30"),
    ):
        text = wording.compose(session, letter, by_mail, now=NOW + timedelta(minutes=minutes)).text
        assert f"№ {appeal.number} — " in text
        assert words in text


def test_what_is_answered_before_the_letter_goes_out_needs_none(
    session: Session, cast: Cast, town: Town, by_mail: Settings
) -> None:
    answered, waiting = secret(session, by_mail), secret(session, by_mail)
    send_off(session, by_mail, *(raised(session, each, Level.PRESS) for each in (answered, waiting)))
    approving.confirm_by_hand(session, answered, cast.zoya, now=NOW, link="https://vk.com/wall-1_2", at=NOW)
    session.commit()
    assert gather(session, by_mail, NOW + timedelta(minutes=1)) == 1
    (letter,) = letters(session)
    text = wording.compose(session, letter, by_mail, now=NOW).text
    assert f"№ {waiting.number} — " in text
    assert f"№ {answered.number} — " not in text


def test_a_letter_speaks_the_language_of_its_person(
    session: Session, cast: Cast, town: Town, by_mail: Settings, office: PostOffice, shop: Shop
) -> None:
    cast.anna.language = "en"
    send_off(session, by_mail, raised(session, secret(session, by_mail), Level.PRESS))
    gather(session, by_mail, NOW + timedelta(minutes=1))
    post.drain_mail(shop(by_mail))
    assert office.taken[0]["Subject"] == "Комсомольск-на-Амуре: 1 appeal needs attention"


def test_at_night_letters_wait_for_the_morning_and_the_page_does_not(
    session: Session, cast: Cast, town: Town, by_mail: Settings
) -> None:
    # Friday, 20:00 of the town; work begins on Monday at 9:00, an hour before midnight UTC.
    evening, monday = datetime(2026, 10, 30, 10, tzinfo=UTC), datetime(2026, 11, 1, 23, tzinfo=UTC)
    cast.zoya.email, cast.zoya.at_night = "zoya@town.example", True
    for minutes in (0, 40, 300):
        at = evening + timedelta(minutes=minutes)
        send_off(session, by_mail, raised(session, secret(session, by_mail, at), Level.PRESS), at=at)
    assert noticing.unseen(session, cast.anna.id).number == 3
    assert gather(session, by_mail, evening + timedelta(hours=12)) == 1
    assert [letter.person.login for letter in letters(session)] == ["zoya"]
    assert gather(session, by_mail, monday - timedelta(seconds=1)) == 0
    assert gather(session, by_mail, monday) == 1
    assert letters(session)[1].person.login == "anna"
    ways = session.scalars(select(NoticeWay).where(NoticeWay.letter_id == letters(session)[1].id)).all()
    assert len(ways) == 3


def test_a_town_without_quiet_hours_or_without_working_hours_writes_at_once(
    session: Session, cast: Cast, town: Town, by_mail: Settings
) -> None:
    evening = datetime(2026, 10, 30, 10, tzinfo=UTC)
    loud = by_mail.model_copy(update={"quiet_hours": False, "gather_seconds": 0})
    assert ways.ready_at(session, cast.anna, loud, now=evening) == evening
    assert ways.ready_at(session, cast.anna, by_mail, now=evening) > evening + timedelta(days=2)
    assert ways.ready_at(session, cast.anna, by_mail, now=NOW) == NOW + timedelta(seconds=60)


def test_what_was_seen_or_may_no_longer_be_seen_needs_no_letter(
    session: Session, cast: Cast, town: Town, by_mail: Settings
) -> None:
    seen, moved, kept = (secret(session, by_mail) for _ in range(3))
    for appeal in (seen, moved, kept):
        routing.assign(session, appeal, cast.housing, cast.anna.actor, now=NOW)
    send_off(session, by_mail, *(raised(session, appeal) for appeal in (seen, moved, kept)))
    arrivals = session.scalars(select(Notice.id).where(Notice.about == About.ASSIGNED)).all()
    notices = session.scalars(select(Notice).where(Notice.about == About.ALARM).order_by(Notice.id)).all()
    noticing.see(session, cast.dmitry, now=NOW, until=max(arrivals))
    noticing.see(session, cast.dmitry, now=NOW, notice_id=notices[0].id)
    routing.assign(session, moved, cast.roads, cast.anna.actor, now=NOW, reason="дорога")
    session.commit()
    assert gather(session, by_mail, NOW + timedelta(minutes=1)) == 1
    (way,) = session.scalars(select(NoticeWay)).all()
    assert way.notice_id == notices[2].id


def test_who_switched_mail_off_or_works_here_no_more_gets_none(
    session: Session, cast: Cast, town: Town, by_mail: Settings
) -> None:
    call = raised(session, secret(session, by_mail), Level.PRESS)
    send_off(session, by_mail, call)
    cast.anna.wants_email = False
    session.commit()
    assert gather(session, by_mail, NOW + timedelta(minutes=1)) == 0
    assert session.scalars(select(NoticeWay)).all() == []
    send_off(session, by_mail, raised(session, secret(session, by_mail), Level.PRESS))
    assert session.scalars(select(NoticeWay)).all() == []
    assert noticing.unseen(session, cast.anna.id).number == 2


def test_two_leaders_for_a_moment_make_one_letter(
    session: Session, sessions: Sessions, town: Town, by_mail: Settings
) -> None:
    send_off(session, by_mail, raised(session, secret(session, by_mail), Level.PRESS))
    at = NOW + timedelta(minutes=1)
    with sessions() as one:
        assert gathering.gather(one, by_mail, now=at) == 1
        if one.get_bind().dialect.name == "postgresql":
            with sessions() as two:
                assert gathering.gather(two, by_mail, now=at) == 0
        one.commit()
    assert gather(session, by_mail, at) == 0
    assert len(letters(session)) == 1
