"""Letters to our own people as the state of the system shows them: which ways there are, what waits, what is stopped."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext
from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, joinedload

from incidents.flow import posting, ways
from incidents.records.notices import Channel, Letter, LetterState
from incidents.settings import Settings

AT_MOST = 50
#: What waits for the administrator; what is tried again by itself is shown with it, but is no remark.
FAILED = (LetterState.FAILED, LetterState.UNKNOWN)

CHANNELS = {Channel.EMAIL: lazy_gettext("E-mail"), Channel.TELEGRAM: lazy_gettext("Telegram")}
STATES = {
    LetterState.WAITING: lazy_gettext("wait to be sent"),
    LetterState.SENDING: lazy_gettext("are being sent"),
    LetterState.RETRY: lazy_gettext("are tried again by themselves"),
    LetterState.FAILED: lazy_gettext("not delivered"),
    LetterState.UNKNOWN: lazy_gettext("sent, but not confirmed"),
}


@dataclass(frozen=True)
class Post:
    """The outbox of messages to people."""

    is_on: Mapping[Channel, bool]
    counts: Mapping[LetterState, int]
    #: Since when the first of those waits that are to go by themselves.
    oldest: datetime | None
    stopped: list[Letter]
    channels: Mapping[Channel, Any]
    words: Mapping[LetterState, Any]

    @property
    def has_failed(self) -> bool:
        return any(self.counts[state] for state in FAILED)


def read(session: Session, settings: Settings) -> Post:
    """The post as it stands, in two questions."""
    columns = (Letter.state, func.count(), func.min(Letter.queued_at))
    found = session.execute(select(*columns).where(Letter.state.in_(list(STATES))).group_by(Letter.state)).all()
    counts = {state: number for state, number, _ in found}
    stopped = (
        select(Letter)
        .options(joinedload(Letter.person))
        .where(Letter.state.in_(posting.STOPPED))
        .order_by(Letter.id)
        .limit(AT_MOST)
    )
    channels = ways.channels(settings)
    return Post(
        {channel: channel in channels for channel in Channel},
        {state: counts.get(state, 0) for state in STATES},
        min((since for state, _, since in found if state in posting.WAITING), default=None),
        list(session.scalars(stopped)) if any(counts.get(state) for state in posting.STOPPED) else [],
        CHANNELS,
        STATES,
    )


def failed() -> Select[int]:
    """How many letters wait for the administrator, by their partial index."""
    return select(func.count()).select_from(Letter).where(Letter.state.in_(FAILED))
