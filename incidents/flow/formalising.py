"""From words in a network to a formal appeal (59-ФЗ): only by a person's decision, and only once the author has filed it.

A social appeal lacks the identification that the law asks for. It stays what it is, and still wants its public answer.
"""

from datetime import date, datetime, time

from sqlalchemy import select
from sqlalchemy.orm import Session

from incidents.flow import complying, gate, intake
from incidents.records.appeals import Appeal
from incidents.records.database import town_of
from incidents.rules import statutory
from incidents.rules.acts import Act, Actor, Refused
from incidents.rules.norms import STATUTORY, Kind
from incidents.rules.places import Network, Place
from incidents.settings import Settings


def tell_where_to_file(session: Session, appeal: Appeal, by: Actor, *, now: datetime, on: date) -> None:
    """The author was told how a formal appeal is filed; no appeal is made of it.

    Raises Refused: `formal_already`, `future_day`, `day_before_received`, and what the gate refuses.
    """
    _check_social(appeal)
    complying.check_day(session, appeal, on, now)
    data = {"notice": complying.Notice.WHERE_TO_FILE, "notice_on": on.isoformat()}
    gate.act(session, appeal, Act.NOTIFY, by, now=now, data=data)


def formalise(
    session: Session,
    appeal: Appeal,
    by: Actor,
    settings: Settings,
    *,
    now: datetime,
    filed_on: date,
    registered_on: date,
    number: str,
    reason: str = "",
) -> Appeal:
    """The author has also filed the matter with identification: a formal appeal of its own, with its own clock.

    The social appeal stays as it is and still wants its public answer; each names the other, in columns and journal.
    Raises Refused: `formal_already`, `number_needed`, `number_too_long`, `future_day`, `registered_before_received`,
    `formalised_twice`, and what the gate refuses.
    """
    _check_social(appeal)
    _check_number(number)
    for day in (filed_on, registered_on):
        complying.check_past(session, day, now)
    statutory.check_registration(filed_on, registered_on)
    # Two clicks at once: the second waits here, and then finds what the first one made.
    session.execute(select(Appeal.number).where(Appeal.number == appeal.number).with_for_update())
    made = session.scalar(
        select(Appeal.number).where(Appeal.origin_number == appeal.number, Appeal.document_number == number.strip())
    )
    if made is not None:
        raise Refused("formalised_twice", number=made)
    zone = town_of(session).zone
    start = datetime.combine(filed_on, time(), zone)
    received_at = complying.moment_of(filed_on, start, now, zone)
    words = intake.Incoming(
        network=Network.OTHER,
        place=Place.ELSEWHERE,
        kind=Kind.FORMAL,
        text=appeal.text,
        received_at=received_at,
        registered_at=complying.moment_of(registered_on, received_at, now, zone),
        document_number=number.strip(),
        origin_number=appeal.number,
        author_name=appeal.author.name if appeal.author else "",
        address=appeal.address,
        topic=appeal.topic,
    )
    formal = intake.register(session, words, by, settings, now=now)
    gate.act(
        session,
        appeal,
        Act.FORMALISE,
        by,
        now=now,
        reason=reason.strip() or number.strip(),
        data={"formal": formal.number},
    )
    return formal


def _check_social(appeal: Appeal) -> None:
    if Kind(appeal.kind) in STATUTORY:
        raise Refused("formal_already")


def _check_number(number: str) -> None:
    if not number.strip():
        raise Refused("number_needed")
    if len(number.strip()) > complying.LONGEST_NUMBER:
        raise Refused("number_too_long", longest=complying.LONGEST_NUMBER)
