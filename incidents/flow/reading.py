"""The worker's side of the inbox: claim an event, read it, and do what it asks for.

A citizen's words become an appeal or join one; our own words are recognised; a colleague's are recorded as answered
outside; edits and deletions mark what we have.
"""

import dataclasses
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from incidents.flow import changing, intake, outside, receiving
from incidents.networks import telegram, vk
from incidents.networks.events import Deleted, Edited, Event, Ignored, Page, Posted, Restored, Said, Unknown
from incidents.records.appeals import Appeal, Conversation, Message
from incidents.records.database import insert_missing
from incidents.records.sources import InboxEvent, InboxState, Post, Source
from incidents.rules.acts import OPEN, Actor, Status
from incidents.rules.norms import Kind
from incidents.rules.places import Network, Place
from incidents.settings import Settings

READERS = {Network.VK: vk.read, Network.TELEGRAM: telegram.read}
#: A worker that holds an event longer than this is taken for dead.
CLAIM = timedelta(seconds=60)
MOST_ATTEMPTS = 8
POST_KEPT = 1000
_FIRST_DELAY_SECONDS = 5


def claim(session: Session, *, now: datetime) -> int | None:
    """Claim the oldest waiting event, in its own short transaction: the id, or None when nothing waits. Caller commits.

    A conditional UPDATE decides: of several workers one gets the row back.
    """
    waiting = (
        select(InboxEvent.id)
        .where(InboxEvent.state == InboxState.PENDING, InboxEvent.next_at <= now)
        .order_by(InboxEvent.next_at, InboxEvent.id)
        .limit(1)
        .with_for_update(skip_locked=True)
        # A plain subquery PostgreSQL may run anew for every row, and so claim them all; a locking CTE runs once.
        .cte("waiting")
    )
    return session.scalar(
        update(InboxEvent)
        .where(InboxEvent.id.in_(select(waiting.c.id)), InboxEvent.state == InboxState.PENDING)
        .values(next_at=now + CLAIM, attempts=InboxEvent.attempts + 1)
        .returning(InboxEvent.id)
        .execution_options(synchronize_session=False)
    )


def process(session: Session, event_id: int, settings: Settings, *, now: datetime) -> InboxState:
    """Read one claimed event and do what it asks for, in the caller's transaction. Returns what became of it."""
    row = session.get_one(InboxEvent, event_id, with_for_update=True, populate_existing=True)
    if row.state is not InboxState.PENDING:
        return row.state
    if row.attempts > MOST_ATTEMPTS:
        # Nobody lived to count the failures: the event ends the worker that reads it.
        row.state, row.error = InboxState.FAILED, "no worker came back from it"
        return row.state
    source = session.get_one(Source, row.source_id)
    page = page_of(source, settings)
    event = _read(row, source, page)
    if isinstance(event, Edited | Deleted | Restored) and _comes_too_early(session, event, row):
        row.next_at = now + _delay(row)
        return row.state
    row.state = _apply(session, event, source, row, settings, now)
    row.error = (
        event.kind[:400] if isinstance(event, Unknown) else event.why[:400] if isinstance(event, Ignored) else None
    )
    source.last_event_at = max(source.last_event_at or row.received_at, row.received_at)
    return row.state


def fail(session: Session, event_id: int, error: str, *, now: datetime) -> None:
    """An event that could not be processed is tried again, ever later, and then left to a person; it is never dropped."""
    row = session.get_one(InboxEvent, event_id)
    row.error = error[:400]
    if row.attempts >= MOST_ATTEMPTS:
        row.state = InboxState.FAILED
    row.next_at = now + _delay(row)


def page_of(source: Source, settings: Settings) -> Page:
    """What the network's reader and sender must know of a source."""
    web_url = settings.vk_web_url if source.network is Network.VK else settings.telegram_web_url
    return Page(source.external_id, source.account, web_url)


def _delay(row: InboxEvent) -> timedelta:
    return timedelta(seconds=_FIRST_DELAY_SECONDS * 2**row.attempts)


def _comes_too_early(session: Session, event: Edited | Deleted | Restored, row: InboxEvent) -> bool:
    """Of words we do not know yet, while an older event of the source, perhaps those words, still waits or is being
    processed by another worker: its change must not be lost."""
    known = select(Message.id).where(Message.object_key == event.object_key)
    if row.attempts >= MOST_ATTEMPTS or session.scalar(known) is not None:
        return False
    older = select(InboxEvent.id).where(
        InboxEvent.source_id == row.source_id, InboxEvent.state == InboxState.PENDING, InboxEvent.id < row.id
    )
    return session.scalar(older.limit(1)) is not None


def _read(row: InboxEvent, source: Source, page: Page) -> Event:
    try:
        return READERS[source.network](receiving.load(row.raw), page, row.received_at)
    except RecursionError:
        return Unknown("too_deep")


def _apply(
    session: Session, event: Event, source: Source, row: InboxEvent, settings: Settings, now: datetime
) -> InboxState:
    if isinstance(event, Said):
        if event.is_ours:
            outside.hear_ourselves(session, event, source, now=now)
        else:
            _hear_citizen(session, event, source, row.received_at, settings, now)
    elif isinstance(event, Posted):
        _keep_post(session, event, source)
    elif isinstance(event, Edited | Deleted | Restored):
        changing.mark(session, event, Actor(f"network:{source.network}"), now=now)
    else:
        return InboxState.UNKNOWN if isinstance(event, Unknown) else InboxState.IGNORED
    return InboxState.PROCESSED


def _keep_post(session: Session, post: Posted, source: Source) -> None:
    """What citizens' comments stand under; its beginning is enough to know it by."""
    row = {
        "key": post.key[:200],
        "source_id": source.id,
        "text": post.text[:POST_KEPT],
        "posted_at": post.posted_at,
        "permalink": post.permalink,
    }
    insert_missing(session, Post, [row])


def _hear_citizen(
    session: Session, said: Said, source: Source, received_at: datetime, settings: Settings, now: datetime
) -> None:
    """One appeal, however often and in however many pieces it arrives.

    1. Lock the conversation and its appeals: one author in one place is handled by one worker at a time.
    2. Words we know are no news; if a person had entered them by their link, they gain what is needed to answer there.
    3. They join the author's unanswered appeal in the same branch or dialog, or the one begun minutes ago in the same place.
    4. In the branch of an appeal that we answered not long ago they bring it back (`intake.follow_up`).
    5. Else they are a new appeal; an answered one is named as the one before.
    """
    by = Actor(f"network:{source.network}")
    conversation = _lock_conversation(session, source, said.conversation)
    words = _incoming(said, source, conversation, received_at)
    known = intake.find(session, said.object_key, said.permalink if said.place is not Place.MESSAGE else None)
    if known is not None:
        changing.complete(session, known, words, by, now=now)
        return
    mine = _lock_appeals(session, conversation)
    opened = _joins(mine, said, settings)
    if opened is not None:
        intake.join(session, opened, words, by, now=now)
        return
    again = next((appeal for appeal in mine if _is_again(appeal, said, settings)), None)
    if again is not None:
        intake.follow_up(session, again, words, by, now=now)
        return
    previous = next((appeal.number for appeal in mine if appeal.branch == said.branch and appeal.answered_at), None)
    intake.register(session, _after(words, previous), by, settings, now=now)


def _joins(mine: list[Appeal], said: Said, settings: Settings) -> Appeal | None:
    burst = timedelta(minutes=settings.burst_minutes)
    for appeal in mine:
        if appeal.status not in OPEN or appeal.answered_at is not None:
            continue
        started = appeal.posted_at or appeal.received_at
        if appeal.branch == said.branch or abs(said.posted_at - started) <= burst:
            return appeal
    return None


def _is_again(appeal: Appeal, said: Said, settings: Settings) -> bool:
    """Do these words follow an answer of ours to this appeal, and soon enough?"""
    if appeal.branch != said.branch or appeal.answered_at is None:
        return False
    if appeal.status in OPEN:
        return True
    is_recent = said.posted_at - appeal.answered_at <= timedelta(days=settings.follow_up_days)
    return appeal.status is Status.ANSWERED and is_recent


def _lock_conversation(session: Session, source: Source, key: str) -> Conversation:
    insert_missing(session, Conversation, [{"source_id": source.id, "key": key[:120]}])
    query = select(Conversation).where(Conversation.source_id == source.id, Conversation.key == key[:120])
    return session.scalars(query.with_for_update()).one()


def _lock_appeals(session: Session, conversation: Conversation) -> list[Appeal]:
    """The newest appeals of a conversation as they stand now, held: an answer that is being confirmed in this moment decides
    whether new words join or follow it."""
    query = select(Appeal).where(Appeal.conversation_id == conversation.id).order_by(Appeal.number.desc()).limit(20)
    return list(session.scalars(query.with_for_update().execution_options(populate_existing=True)))


def _incoming(said: Said, source: Source, conversation: Conversation, received_at: datetime) -> intake.Incoming:
    return intake.Incoming(
        network=source.network,
        place=said.place,
        kind=Kind.DIRECT_MESSAGE if said.place is Place.MESSAGE else Kind.SOCIAL,
        text=said.text,
        received_at=received_at,
        # A network's clock may run ahead of ours; nobody wrote in the future.
        posted_at=min(said.posted_at, received_at),
        author_id=said.author_id,
        author_name=said.author_name,
        author_url=said.author_url,
        permalink=said.permalink,
        object_key=said.object_key,
        source_id=source.id,
        conversation_id=conversation.id,
        branch=said.branch,
        reply_to=said.reply_to,
        attachments=said.attachments,
    )


def _after(words: intake.Incoming, previous: int | None) -> intake.Incoming:
    return words if previous is None else dataclasses.replace(words, previous_number=previous)
