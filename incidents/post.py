"""The post office: what a worker does about messages to people. `scheduler` says how often.

Gathering is the leader's; mail and Telegram are two queues, so that a mail server that does not answer keeps no other
message waiting. Nothing is held in the database while a letter is on the wire.
"""

from datetime import UTC, datetime

import structlog

from incidents.flow import forgetting, gathering, linking, posting, ways, wording
from incidents.jobs import MOST_AT_ONCE, Workshop
from incidents.networks import mail_sending, telegram_listening, telegram_sending
from incidents.networks.events import Failure, Outcome
from incidents.networks.mail_sending import Mail, Mailbox
from incidents.records.notices import Channel, Letter, LetterState
from incidents.settings import Settings

log = structlog.get_logger("incidents.worker")


def gather(shop: Workshop) -> int:
    """Put new notices onto their ways, and make the letters that are due; how many letters."""
    with shop.sessions() as session:
        ways.send_off(session, shop.settings, now=datetime.now(UTC))
        session.commit()
    with shop.sessions() as session:
        made = gathering.gather(session, shop.settings, now=datetime.now(UTC))
        session.commit()
    return made


def drain_mail(shop: Workshop) -> int:
    """Send the mail that may go out now; how many were tried."""
    return _drain(shop, Channel.EMAIL) if shop.settings.smtp_host else 0


def drain_bot(shop: Workshop) -> int:
    """Send the Telegram messages that may go out now; how many were tried."""
    if not shop.settings.notice_bot_token:
        return 0
    with shop.sessions() as session:
        posting.give_up_on_the_dead(session, now=datetime.now(UTC))
        session.commit()
    return _drain(shop, Channel.TELEGRAM)


def listen(shop: Workshop) -> int:
    """While somebody holds a fresh code: who has sent one to the bot? How many chats were linked."""
    settings = shop.settings
    if not settings.notice_bot_token:
        return 0
    with shop.sessions() as session:
        if not linking.is_awaited(session, now=datetime.now(UTC)):
            return 0
    address = (shop.client, settings.telegram_api_url, settings.notice_bot_token)
    heard = telegram_listening.listen(*address)
    if isinstance(heard, Failure):
        log.warning("bot not heard", code=heard.code)
        return 0
    started, after = heard
    linked = 0
    for each in started:
        with shop.sessions() as session:
            person = linking.link(session, each.code, each.chat_id, now=datetime.now(UTC))
            session.commit()
        linked += person is not None
        language = person.language if person else settings.default_language
        telegram_sending.tell(*address, each.chat_id, wording.welcome(language, is_linked=person is not None))
    if after:
        telegram_listening.forget(*address, after)
    return linked


def forget(shop: Workshop) -> int:
    """Take out what has outlived its time; how many rows."""
    with shop.sessions() as session:
        gone = forgetting.forget(session, now=datetime.now(UTC))
        session.commit()
    return gone


def post_now(shop: Workshop, letter_id: int) -> Letter | None:
    """Send one letter at once, if nobody else has it; as it stands afterwards."""
    with shop.sessions() as session:
        letter = session.get_one(Letter, letter_id)
        claimed = posting.claim(session, letter.channel, shop.worker, now=datetime.now(UTC), letter_id=letter_id)
        session.commit()
    if claimed is None:
        return None
    _deliver(shop, letter_id)
    with shop.sessions() as session:
        return session.get_one(Letter, letter_id)


def _drain(shop: Workshop, way: Channel) -> int:
    for done in range(MOST_AT_ONCE):
        with shop.sessions() as session:
            letter_id = posting.claim(session, way, shop.worker, now=datetime.now(UTC))
            session.commit()
        if letter_id is None:
            return done
        _deliver(shop, letter_id)
    return MOST_AT_ONCE


def _deliver(shop: Workshop, letter_id: int) -> LetterState:
    try:
        outcome = _hand_over(shop, letter_id)
    except Exception as error:
        # Whatever an answer breaks in us, the other letters must go out. The kind of the error only.
        log.error("letter stumbled", letter_id=letter_id, error=type(error).__name__)
        outcome = Failure("unknown", "stumbled", type(error).__name__)
    if isinstance(outcome, Failure):
        log.warning("letter not sent", letter_id=letter_id, kind=outcome.kind, code=outcome.code)
    with shop.sessions() as session:
        state = posting.record(session, letter_id, outcome, shop.worker, now=datetime.now(UTC))
        session.commit()
    return state


def _hand_over(shop: Workshop, letter_id: int) -> Outcome:
    settings, now = shop.settings, datetime.now(UTC)
    with shop.sessions() as session:
        letter = session.get_one(Letter, letter_id)
        message = wording.compose(session, letter, settings, now=now)
        person, way, key, written_at = letter.person, letter.channel, letter.key, letter.created_at
    if way is Channel.EMAIL:
        if not person.email:
            return Failure("operator", "no_address")
        return mail_sending.send(
            _mailbox(settings), Mail(person.email, message.subject, message.text, key, written_at), now
        )
    if person.telegram_chat_id is None:
        return Failure("operator", "no_address")
    return telegram_sending.tell(
        shop.client, settings.telegram_api_url, settings.notice_bot_token, person.telegram_chat_id, message.text
    )


def _mailbox(settings: Settings) -> Mailbox:
    return Mailbox(
        settings.smtp_host,
        settings.smtp_port,
        settings.smtp_security,
        settings.smtp_user,
        settings.mail_from,
        settings.town_name,
        settings.smtp_password,
    )
