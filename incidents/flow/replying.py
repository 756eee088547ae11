"""An answer that no network shows: it left by letter, was printed or said; or it is the refusal that a law allows.

A day and a number of its own stand for the link. The terms are `rules.statutory`; days are the town's.
"""

from datetime import date, datetime

from sqlalchemy.orm import Session

from incidents.flow import answering, complying, gate, promises
from incidents.records.answers import Answer, AnswerState
from incidents.records.appeals import Appeal
from incidents.records.database import town_of
from incidents.rules.acts import Act, Actor, Purpose, Refused
from incidents.rules.norms import INCIDENTS, Kind

#: The kinds that are answered so.
BY_LETTER = frozenset(Kind) - INCIDENTS


def record_reply(
    session: Session,
    appeal: Appeal,
    by: Actor,
    *,
    now: datetime,
    on: date,
    number: str,
    seen_version: int | None = None,
) -> None:
    """The answer left by letter, or was printed or said, on a day and under a number of its own: that is the final answer.

    Raises Refused: `link_needed` (an answer in a network has a link), `number_too_long`, `future_day`,
    `day_before_received`, `being_sent`, and what the gate refuses.
    """
    if Kind(appeal.kind) not in BY_LETTER:
        raise Refused("link_needed")
    if len(number) > complying.LONGEST_NUMBER:
        raise Refused("number_too_long", longest=complying.LONGEST_NUMBER)
    complying.check_day(session, appeal, on, now)
    _answer(session, appeal, by, on, number.strip(), now, seen_version)


def refuse_request(
    session: Session,
    appeal: Appeal,
    by: Actor,
    *,
    now: datetime,
    notice_on: date,
    reason: str,
    seen_version: int | None = None,
) -> None:
    """The information is refused: the notice with the reason and the official is the answer. A late one is recorded as late.

    Raises Refused: `no_refusal` (only requests for information and of the press), `reason_needed`, `future_day`,
    `day_before_received`, and what the gate refuses.
    """
    if Kind(appeal.kind) not in (Kind.INFORMATION, Kind.MEDIA):
        raise Refused("no_refusal")
    if not reason.strip():
        raise Refused("reason_needed")
    complying.check_day(session, appeal, notice_on, now)
    data = {"notice": complying.Notice.REFUSAL, "notice_on": notice_on.isoformat()}
    gate.act(session, appeal, Act.NOTIFY, by, now=now, reason=reason, data=data, seen_version=seen_version)
    _answer(session, appeal, by, notice_on, "", now, None)


def _answer(
    session: Session, appeal: Appeal, by: Actor, on: date, number: str, now: datetime, seen_version: int | None
) -> None:
    """One final answer that was given outside the networks; a draft in the making is its text."""
    at = complying.moment_of(on, appeal.received_at, now, town_of(session).zone)
    answer = answering.hold(session, answering.on_its_way(session, appeal) or answering.current(session, appeal))
    if answer is None:
        answer = Answer(appeal_number=appeal.number, text="", version=1, created_at=now, is_outside=True)
        session.add(answer)
    answer.purpose, answer.promised_on = Purpose.FINAL, None
    answer.state, answer.next_at = AnswerState.PUBLISHED, None
    answer.published_at, answer.external_id, answer.error, answer.error_code = at, number or None, None, None
    session.flush()
    data = {"answer": answer.id, "by_hand": True, "letter": number}
    gate.act(session, appeal, Act.CONFIRM, by, now=now, happened_at=at, data=data, seen_version=seen_version)
    promises.note(session, appeal, answer, at=at, now=now)
