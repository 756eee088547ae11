"""The check before publishing, with what the database knows beside the text: `rules.answers` decides, this asks it.

Whatever door an answer leaves by, `ask` stands in its way: what the town forbids goes out only with a reason, which the
journal keeps together with the codes of what was found.
"""

from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from incidents.flow import calendars
from incidents.records.answers import Answer, AnswerState
from incidents.records.appeals import Appeal
from incidents.records.database import town_of
from incidents.records.reply_templates import in_use
from incidents.rules import answers
from incidents.rules.acts import Purpose, Refused
from incidents.rules.norms import STATUTORY
from incidents.rules.personal_data import contacts_in
from incidents.rules.places import Place
from incidents.rules.promise_clock import is_working_day

#: So many of the author's latest answers are compared.
EARLIER = 20
#: What nobody has sent to the citizen.
_UNSAID = (AnswerState.DRAFT, AnswerState.ON_APPROVAL, AnswerState.WITHDRAWN)


def check(
    session: Session, appeal: Appeal, text: str, *, now: datetime, purpose: Purpose = Purpose.FINAL
) -> list[answers.Finding]:
    """What is found in a text of ours if it were published now; nothing is kept."""
    if not text.strip():
        return []
    return answers.check(text, _contexts(session, [appeal], now)(appeal, purpose))


def check_all(session: Session, texts: Sequence[Answer], *, now: datetime) -> dict[int, list[answers.Finding]]:
    """The same for many texts as they are kept, by the id of the answer; in a fixed number of questions."""
    if not texts:
        return {}
    context = _contexts(session, [each.appeal for each in texts], now)
    return {
        each.id: answers.check(each.text, context(each.appeal, each.purpose)) for each in texts if each.text.strip()
    }


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


def _contexts(
    session: Session, appeals: Sequence[Appeal], now: datetime
) -> Callable[[Appeal, Purpose], answers.Context]:
    """What stands beside a text of any of these appeals."""
    town = town_of(session)
    calendar = calendars.at(session, now, town.zone)
    today, contacts = now.astimezone(town.zone).date(), _contacts(session)
    earlier = _earlier(session, {each.author_id for each in appeals if each.author_id is not None})

    def context(appeal: Appeal, purpose: Purpose) -> answers.Context:
        return answers.Context(
            question=_question(appeal),
            today=today,
            is_working=lambda day: is_working_day(calendar, day),
            house=town.house,
            purpose=purpose,
            is_public=appeal.place is not Place.MESSAGE and appeal.kind not in STATUTORY,
            contacts=contacts,
            earlier=earlier.get(appeal.author_id or 0, ()),
        )

    return context


def _question(appeal: Appeal) -> str:
    """All that the citizen wrote, as it reads now."""
    said = [message.edited_text or message.text for message in appeal.messages]
    return "\n".join(said) if said else appeal.text


def _contacts(session: Session) -> set[str]:
    """What the town's own templates publish is known to be its own."""
    return {contact for template in in_use(session) for contact in contacts_in(template.text)}


def _earlier(session: Session, authors: set[int]) -> dict[int, list[str]]:
    """The latest texts that each of these authors was given, or is about to be."""
    if not authors:
        return {}
    place = func.row_number().over(partition_by=Appeal.author_id, order_by=Answer.id.desc()).label("place")
    given = (
        select(Appeal.author_id, Answer.text, place)
        .join(Appeal, Appeal.number == Answer.appeal_number)
        .where(Appeal.author_id.in_(sorted(authors)), Answer.state.not_in(_UNSAID))
        .subquery()
    )
    found: dict[int, list[str]] = {}
    for author_id, text in session.execute(
        select(given.c.author_id, given.c.text).where(given.c.place <= EARLIER).order_by(given.c.place)
    ):
        found.setdefault(author_id, []).append(text)
    return found
