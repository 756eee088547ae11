"""Norms and sources as tables: out, and in again. No secret is in either."""

from collections.abc import Mapping
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from incidents.flow import connecting, enacting
from incidents.flow.loading import Loaded, Row, Rows, code_of, day_of, each, given, tick, topic_names
from incidents.records.norms import NormRow
from incidents.records.sources import Source
from incidents.rules.acts import Actor, Refused
from incidents.rules.csv_guard import is_yes
from incidents.rules.norms import ClockName, Hours, Kind, Norm, OnDayOff, Start, Unit
from incidents.rules.places import Network

NORMS = (
    *("kind", "clock", "network", "topic", "term", "unit", "hours", "starts_at", "valid_from"),
    *("on_day_off", "article", "note"),
)
SOURCES = ("network", "external_id", "name", "key", "account", "confirmation", "active")
_LARGEST = 10**15


def norms(session: Session, rows: Rows, by: Actor, *, now: datetime, today: date) -> Loaded:
    """Enter the norms that are not there yet. A norm is never edited: a row that is there already changes nothing."""
    topics = {name: number for number, name in topic_names(session).items()}
    known = {_key(row.rule) for row in session.scalars(select(NormRow).where(NormRow.retired_on.is_(None)))}

    def take(row: Row, loaded: Loaded) -> tuple[str, Row | None, Row]:
        norm = _norm(row, topics)
        name = f"{norm.kind} {norm.clock} {norm.term}"
        if _key(norm) in known:
            return name, row, row
        enacting.enact(session, norm, by, now=now, today=today, note=row.get("note", ""))
        known.add(_key(norm))
        return name, None, row

    return each(session, rows, take)


def sources(session: Session, rows: Rows, by: Actor, sealing_key: str, *, now: datetime) -> Loaded:
    """Change sources, by network and number. Secrets are in no table: a new source is connected on its page."""

    def take(row: Row, loaded: Loaded) -> tuple[str, Row | None, Row]:
        number = row["external_id"].strip()
        network = code_of(Network, row, "network")
        query = select(Source).where(Source.network == network, Source.external_id == _number(number))
        known = session.scalar(query)
        if known is None:
            raise Refused("source_unknown", name=row["name"] or number)
        before = source_row(known)
        wanted = {**before, **{key: row[key] for key in given(row, ("name", "confirmation", "active"))}}
        if wanted != before:
            connecting.change_source(
                session,
                known,
                by,
                sealing_key,
                now=now,
                name=wanted["name"],
                is_active=is_yes(wanted["active"]),
                confirmation=wanted["confirmation"],
            )
        return known.name, before, source_row(known)

    return each(session, rows, take)


def norm_rows(session: Session) -> list[Row]:
    """Every norm that was not ended, as `norms` takes it."""
    topics = topic_names(session)
    query = select(NormRow).where(NormRow.retired_on.is_(None)).order_by(NormRow.kind, NormRow.valid_from, NormRow.id)
    return [
        {
            **{name: str(getattr(one, name) or "") for name in NORMS if name != "topic"},
            "topic": topics.get(one.topic_id or 0, ""),
        }
        for one in session.scalars(query)
    ]


def source_rows(session: Session) -> list[Row]:
    """Every source, as `sources` takes it."""
    return [source_row(one) for one in session.scalars(select(Source).order_by(Source.network, Source.name))]


def source_row(source: Source) -> Row:
    """A source without its secrets."""
    return {
        "network": source.network.value,
        "external_id": str(source.external_id),
        "name": source.name,
        "key": source.key,
        "account": source.account or "",
        "confirmation": source.confirmation,
        "active": tick(source.is_active),
    }


def _norm(row: Row, topics: Mapping[str, int]) -> Norm:
    topic = row.get("topic", "").strip()
    if topic and topic not in topics:
        raise Refused("topic_unknown", name=topic)
    return Norm(
        id=0,
        kind=code_of(Kind, row, "kind"),
        clock=code_of(ClockName, row, "clock", ClockName.FIRST),
        network=code_of(Network, row, "network") if row.get("network", "").strip() else None,
        topic_id=topics[topic] if topic else None,
        term=_number(row["term"]),
        unit=code_of(Unit, row, "unit", Unit.MINUTES),
        hours=code_of(Hours, row, "hours"),
        starts_at=code_of(Start, row, "starts_at", Start.RECEIVED),
        valid_from=day_of(row["valid_from"]),
        on_day_off=code_of(OnDayOff, row, "on_day_off", OnDayOff.KEEP),
        article=row.get("article", "").strip(),
    )


def _key(norm: Norm) -> tuple[object, ...]:
    """What makes two norms the same rule from the same day."""
    return (
        *(norm.kind, norm.clock, norm.network, norm.topic_id, norm.term, norm.unit, norm.hours),
        *(norm.starts_at, norm.valid_from, norm.on_day_off),
    )


def _number(written: str) -> int:
    number = int(written) if written.strip().isdecimal() and len(written.strip()) < len(str(_LARGEST)) else 0
    if not number:
        raise Refused("bad_number", cell=written)
    return number
