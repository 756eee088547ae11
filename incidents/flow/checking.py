"""The check before publishing, with what the database knows beside the text: `rules.answers` decides, this asks it.

Whatever door an answer leaves by, `ask` stands in its way: what the town forbids goes out only with a reason, which the
journal keeps together with the codes of what was found.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from incidents.flow import calendars
from incidents.records.answers import Answer, AnswerState
from incidents.records.appeals import Appeal
from incidents.records.database import town_of
from incidents.records.reply_templates import ReplyTemplate
from incidents.rules import answers
from incidents.rules.acts import Purpose, Refused
from incidents.rules.norms import STATUTORY
from incidents.rules.personal_data import contacts_in
from incidents.rules.places import Place
from incidents.rules.promise_clock import is_working_day

#: So many of the author's latest answers are compared.
EARLIER = 20


def check(
    session: Session, appeal: Appeal, text: str, *, now: datetime, purpose: Purpose = Purpose.FINAL
) -> list[answers.Finding]:
    """What is found in a text of ours if it were published now; nothing is kept."""
    if not text.strip():
        return []
    return answers.check(text, _context(session, appeal, purpose, now))


def ask(
    session: Session, appeal: Appeal, answer: Answer, *, now: datetime, despite: str | None = None
) -> tuple[str, ...]:
    """May it go out? The codes that forbid it, where `despite` gives a reason to publish it all the same.

    Raises Refused("check_forbids") where something forbids it and no reason is given.
    """
    found = check(session, appeal, answer.text, now=now, purpose=answer.purpose)
    forbidding = tuple(sorted({each.code for each in found if each.forbids}))
    if forbidding and not (despite or "").strip():
        raise Refused("check_forbids", number=sum(each.forbids for each in found))
    return forbidding


def _context(session: Session, appeal: Appeal, purpose: Purpose, now: datetime) -> answers.Context:
    town = town_of(session)
    calendar = calendars.at(session, now, town.zone)
    return answers.Context(
        question=_question(appeal),
        today=now.astimezone(town.zone).date(),
        is_working=lambda day: is_working_day(calendar, day),
        house=town.house,
        purpose=purpose,
        is_public=appeal.place is not Place.MESSAGE and appeal.kind not in STATUTORY,
        contacts=_contacts(session),
        earlier=_earlier(session, appeal),
    )


def _question(appeal: Appeal) -> str:
    """All that the citizen wrote, as it reads now."""
    said = [message.edited_text or message.text for message in appeal.messages]
    return "\n".join(said) if said else appeal.text


def _contacts(session: Session) -> set[str]:
    """What the town's own templates publish is known to be its own."""
    texts = session.scalars(select(ReplyTemplate.text).where(ReplyTemplate.is_active))
    return {contact for text in texts for contact in contacts_in(text)}


def _earlier(session: Session, appeal: Appeal) -> Sequence[str]:
    if appeal.author_id is None:
        return ()
    query = (
        select(Answer.text)
        .join(Appeal, Appeal.number == Answer.appeal_number)
        .where(Appeal.author_id == appeal.author_id, Answer.state == AnswerState.PUBLISHED)
        .order_by(Answer.id.desc())
        .limit(EARLIER)
    )
    return list(session.scalars(query))
