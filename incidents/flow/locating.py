"""Where an appeal is about: found in the citizen's words at intake, corrected by the press sector, shared with others."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session, joinedload

from incidents.flow import gate
from incidents.records.appeals import Appeal
from incidents.records.people import Person
from incidents.rules.acts import Act, Refused
from incidents.rules.addresses import key_of

LONGEST = 300


def locate(
    session: Session, appeal: Appeal, person: Person, address: str, *, now: datetime, seen_version: int | None = None
) -> None:
    """Set the address, or take it away (empty). The new one stands in the journal's reason, where it can be erased.

    Raises Refused: `address_too_long`, and what the gate refuses.
    """
    address = " ".join(address.split())
    if len(address) > LONGEST:
        raise Refused("address_too_long", longest=LONGEST)
    changes = {"address": address or None, "address_key": key_of(address) if address else None}
    gate.act(
        session,
        appeal,
        Act.LOCATE,
        person.actor,
        now=now,
        reason=address,
        seen_version=seen_version,
        changes=changes,
        data={"is_empty": not address},
    )


def others(
    session: Session, appeal: Appeal, visible: Sequence[ColumnElement[bool]], most: int
) -> tuple[list[Appeal], int]:
    """The latest other appeals of the same address among those `visible`, and how many there are."""
    if not appeal.address_key:
        return [], 0
    theirs = (Appeal.address_key == appeal.address_key, Appeal.number != appeal.number, *visible)
    count = session.scalar(select(func.count()).select_from(Appeal).where(*theirs)) or 0
    if not count:
        return [], 0
    query = (
        select(Appeal)
        .where(*theirs)
        .options(joinedload(Appeal.topic), joinedload(Appeal.department))
        .order_by(Appeal.number.desc())
        .limit(most)
    )
    return list(session.scalars(query)), count
