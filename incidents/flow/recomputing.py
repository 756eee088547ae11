"""Every deadline and verdict again from the journal: what differs from what is stored, and how it is put right.

Nothing should ever differ; that it does not is what makes the stored minutes worth defending. A correction is an entry of
the journal with what stood there and what should, never a silent change.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from incidents.flow import gate, timing
from incidents.flow.journalling import append_many
from incidents.flow.timing import Rules
from incidents.records.appeals import Appeal
from incidents.records.clocks import Alarm, ClockRow
from incidents.records.database import town_of
from incidents.records.journal import Entry
from incidents.rules.acts import Act, Actor
from incidents.rules.alarms import act_of
from incidents.rules.life import Event
from incidents.rules.reckoning import Reckoning

#: Appeals that are in memory at a time.
BATCH = 500
#: Where a difference lies that no correction can mend.
JOURNAL = "journal"
_KEYS = ("cycle", "name", "turn")
_CLOCKS = select(ClockRow).where(ClockRow.appeal_number == bindparam("number"))


@dataclass(frozen=True, slots=True)
class Difference:
    """One figure of one appeal that is stored otherwise than the journal says. `where` is `appeal`, a clock (`first 1.1`: name,
    cycle, turn) or `journal`."""

    number: int
    where: str
    what: str
    stored: str
    computed: str


def after(session: Session, number: int) -> list[int]:
    """The numbers of the next appeals after one, in order; empty at the end."""
    query = select(Appeal.number).where(Appeal.number > number).order_by(Appeal.number).limit(BATCH)
    return list(session.scalars(query))


def unsettled(session: Session, number: int) -> list[int]:
    """The next appeals after one that have no clocks yet though they may need them: from before there were any."""
    has_none = ~select(ClockRow.id).where(ClockRow.appeal_number == Appeal.number).exists()
    wanted = (Appeal.number > number, Appeal.due_at.is_not(None), ~Appeal.is_imported, has_none)
    return list(session.scalars(select(Appeal.number).where(*wanted).order_by(Appeal.number).limit(BATCH)))


def differences(session: Session, numbers: Sequence[int], by: Rules, *, now: datetime) -> list[Difference]:
    """What differs between the stored clocks of these appeals and their journal."""
    appeals = {each.number: each for each in session.scalars(select(Appeal).where(Appeal.number.in_(numbers)))}
    stored: dict[int, dict[tuple[Any, ...], ClockRow]] = {}
    for row in session.scalars(select(ClockRow).where(ClockRow.appeal_number.in_(numbers))):
        stored.setdefault(row.appeal_number, {})[row.cycle, row.name, row.turn] = row
    found: list[Difference] = []
    for number, reckoning in _reckonings(session, numbers, by, now):
        if reckoning is None:
            found.append(Difference(number, JOURNAL, "register", "", "unreadable"))
        else:
            found += _differing(appeals[number], stored.get(number, {}), reckoning)
    return found


def differing(session: Session, appeal: Appeal, reckoning: Reckoning) -> list[Difference]:
    """The same of one appeal whose journal was counted already."""
    rows = session.scalars(_CLOCKS, {"number": appeal.number})
    return _differing(appeal, {(row.cycle, row.name, row.turn): row for row in rows}, reckoning)


def lock(session: Session, numbers: Sequence[int]) -> None:
    """Hold these appeals until the end of the transaction: nobody may act between what is compared and what is put right."""
    session.scalars(select(Appeal).where(Appeal.number.in_(numbers)).order_by(Appeal.number).with_for_update()).all()


def settle(session: Session, numbers: Sequence[int], by: Rules, *, now: datetime) -> None:
    """Store the clocks and plan the alarms of appeals that have none yet."""
    appeals = {each.number: each for each in session.scalars(select(Appeal).where(Appeal.number.in_(numbers)))}
    for number, reckoning in _reckonings(session, numbers, by, now):
        if reckoning is not None:
            _store(session, appeals[number], reckoning, now)
    _keep_told(session, numbers)


def _keep_told(session: Session, numbers: Sequence[int]) -> None:
    """What was alarmed before alarms were planned is not alarmed again for the same deadline."""
    planned: dict[str, list[Alarm]] = {}
    for alarm in session.scalars(select(Alarm).where(Alarm.appeal_number.in_(numbers), Alarm.raised_at.is_(None))):
        planned.setdefault(gate.stream(alarm.appeal_number), []).append(alarm)
    columns = (Entry.stream, Entry.act, Entry.noticed_at, Entry.data)
    told = select(*columns).where(Entry.stream.in_(list(planned)), Entry.act.in_([Act.WARN, Act.OVERDUE, Act.ESCALATE]))
    for stream, act, noticed_at, data in session.execute(told).all():
        for alarm in planned[stream]:
            is_same = act_of(alarm.step) == act and alarm.due_at.isoformat() == data.get("due_at")
            if is_same and alarm.happens_at <= noticed_at:
                alarm.raised_at = noticed_at
    session.flush()


def correct(session: Session, found: Sequence[Difference], by: Rules, actor: Actor, *, now: datetime) -> int:
    """Put right what differs, each appeal with one entry that says what stood there; how many appeals.

    `lock` them first. A journal that cannot be read proves nothing, and is left as it is.
    """
    told = sorted((each for each in found if each.where != JOURNAL), key=lambda each: each.number)
    of = {number: list(each) for number, each in groupby(told, key=lambda each: each.number)}
    appeals = {each.number: each for each in session.scalars(select(Appeal).where(Appeal.number.in_(list(of))))}
    for number, reckoning in _reckonings(session, list(of), by, now):
        if reckoning is None:
            continue
        changes = {f"{each.where}.{each.what}": [each.stored, each.computed] for each in of[number]}
        data = {"recomputed": changes}
        gate.act(session, appeals[number], Act.CORRECT, actor, now=now, reason="recompute", data=data)
        _store(session, appeals[number], reckoning, now)
    return len(of)


def _store(session: Session, appeal: Appeal, reckoning: Reckoning, now: datetime) -> None:
    timing.show(appeal, reckoning)
    session.flush()
    corrections = timing.keep(session, appeal, reckoning, town_of(session).steps, now=now, is_replay=True)
    if corrections:
        append_many(session, corrections, now=now)


def _differing(appeal: Appeal, clocks: dict[tuple[Any, ...], ClockRow], reckoning: Reckoning) -> list[Difference]:
    found = list(_compare(appeal.number, "appeal", appeal, timing.headline(reckoning)))
    # History has no clocks of its own until somebody acts on it.
    if clocks or not appeal.is_imported:
        found += _compare_clocks(appeal.number, clocks, timing.rows(appeal.number, reckoning))
    return found


def _reckonings(
    session: Session, numbers: Sequence[int], by: Rules, now: datetime
) -> Iterator[tuple[int, Reckoning | None]]:
    """Each appeal with its clocks; None where there are no entries, or none that a life could be told from."""
    columns = (Entry.stream, Entry.act, Entry.happened_at, Entry.seq, Entry.by, Entry.data)
    names = {gate.stream(number): number for number in numbers}
    query = select(*columns).where(Entry.stream.in_(list(names))).order_by(Entry.stream, Entry.seq)
    for stream, entries in groupby(session.execute(query).all(), key=lambda row: row.stream):
        yield names.pop(stream), _reckoned(session, [Event(*row[1:]) for row in entries], by, now)
    for number in names.values():
        yield number, None


def _reckoned(session: Session, events: Sequence[Event], by: Rules, now: datetime) -> Reckoning | None:
    try:
        return timing.reckoned(by, events, session, now=now)
    except (KeyError, ValueError):
        return None


def _compare(number: int, where: str, row: object, computed: dict[str, Any]) -> list[Difference]:
    return [
        Difference(number, where, what, _said(getattr(row, what)), _said(value))
        for what, value in computed.items()
        if getattr(row, what) != value
    ]


def _compare_clocks(
    number: int, stored: dict[tuple[Any, ...], ClockRow], computed: list[dict[str, Any]]
) -> Iterator[Difference]:
    left = dict(stored)
    for values in computed:
        key = tuple(values[name] for name in _KEYS)
        row, where = left.pop(key, None), f"{values['name']} {values['cycle']}.{values['turn']}"
        if row is None:
            yield Difference(number, where, "due_at", "", _said(values["due_at"]))
        else:
            yield from _compare(number, where, row, values)
    for cycle, name, turn in left:
        yield Difference(number, f"{name} {cycle}.{turn}", "due_at", _said(left[cycle, name, turn].due_at), "")


def _said(value: object) -> str:
    if value is None:
        return ""
    return value.isoformat() if isinstance(value, datetime) else str(value)
