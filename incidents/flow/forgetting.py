"""What is kept for a while only: notices long seen, letters long sent, failed sign-ins long past, codes nobody used."""

from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from incidents.records.notices import Letter, LetterState, LinkCode, Notice, NoticeWay
from incidents.records.people import SignInAttempt
from incidents.records.presences import Presence

SEEN_KEPT = timedelta(days=90)
ATTEMPTS_KEPT = timedelta(days=30)
PRESENCE_KEPT = timedelta(hours=1)
BATCH = 1000


def forget(session: Session, *, now: datetime) -> int:
    """Take out what has outlived its time, at most a batch of each kind; how many rows. A failure is never taken out.

    A letter outlives the notices it told of and goes when the last of them has gone.
    """
    old = select(Notice.id).where(Notice.seen_at < now - SEEN_KEPT).order_by(Notice.id).limit(BATCH)
    notices = list(session.scalars(old))
    ways = delete(NoticeWay).where(NoticeWay.notice_id.in_(notices))
    if notices:
        session.execute(ways)
        session.execute(delete(Notice).where(Notice.id.in_(notices)))
    has_ways = select(NoticeWay.id).where(NoticeWay.letter_id == Letter.id).exists()
    sent = Letter.state == LetterState.SENT
    letters = list(
        session.scalars(select(Letter.id).where(sent, Letter.sent_at < now - SEEN_KEPT, ~has_ways).limit(BATCH))
    )
    if letters:
        session.execute(delete(Letter).where(Letter.id.in_(letters)))
    attempts = delete(SignInAttempt).where(SignInAttempt.next_allowed_at < now - ATTEMPTS_KEPT)
    # A card closed without a word, long after anybody asked who is there.
    closed = delete(Presence).where(Presence.seen_at < now - PRESENCE_KEPT)
    codes = delete(LinkCode).where(LinkCode.expires_at < now)
    gone = [
        session.scalars(each.returning(column)).all()
        for each, column in (
            (attempts, SignInAttempt.key),
            (codes, LinkCode.person_id),
            (closed, Presence.person_id),
        )
    ]
    return len(notices) + len(letters) + sum(map(len, gone))
