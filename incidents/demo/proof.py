"""What was written in bulk is held against the rules: the journal's chains and seals, every deadline, every verdict.

Runs once, after the making of history, in a process of its own (`python -m incidents.demo.proof CONFIG`): the pages
stand meanwhile. Reading takes no lock (write-ahead log). Exit status 1 and a sentence a fault if anything differs.
"""

import sys
from collections import Counter
from collections.abc import Iterator, Mapping

from sqlalchemy import Engine, select

from incidents.demo.arrivals import YEARS
from incidents.flow import calendars, sealing, timing
from incidents.records.appeals import Appeal
from incidents.records.database import make_sessions, open_engine
from incidents.records.journal import Entry
from incidents.rules import clock
from incidents.rules.lifecycle import Act, Status
from incidents.rules.norms import Case, Kind, in_force
from incidents.settings import Settings, load

_MOST_SENTENCES = 20


def faults(engine: Engine, settings: Settings, years: Mapping[int, int] = YEARS) -> Iterator[str]:
    """A sentence for everything that is not as the rules say; nothing when all is well."""
    sessions = make_sessions(engine.execution_options(readonly=True))
    with sessions() as session:
        yield from sealing.verify(session)
    yield from _verdicts(engine, settings, years)


def _verdicts(engine: Engine, settings: Settings, years: Mapping[int, int]) -> Iterator[str]:
    """Counts, deadlines and verdicts of the history, computed again from norm, calendar and journal."""
    zone = settings.town_zone
    with make_sessions(engine.execution_options(readonly=True))() as session:
        norms = timing.all_norms(session)
        versions = calendars.versions(session, zone)
        confirmations = select(Entry.stream, Entry.happened_at).where(Entry.act == Act.CONFIRM)
        confirmed = {entry.stream: entry.happened_at for entry in session.execute(confirmations)}
        table = Appeal.__table__.c
        rows = session.execute(
            select(
                table.number, table.kind, table.network, table.topic_id, table.received_at, table.norm_id,
                table.due_at, table.answered_at, table.overdue_at, table.status,
            ).where(table.object_key.is_(None))
        ).all()  # fmt: skip
    counts = Counter(row.received_at.astimezone(zone).year for row in rows if row.status != Status.REJECTED)
    for year, wanted in years.items():
        if counts[year] != wanted:
            yield f"{year}: {counts[year]} appeals instead of {wanted}"
    for row in rows:
        day = row.received_at.astimezone(zone).date()
        norm = in_force(norms, Case(Kind(row.kind), row.network, row.topic_id), day)
        due_at = (
            clock.due(row.received_at, norm.term_minutes, norm.hours, versions.at(row.received_at)) if norm else None
        )
        if (norm.id if norm else None, due_at) != (row.norm_id, row.due_at):
            yield f"appeal {row.number}: due {row.due_at}, computed {due_at}"
        if row.status != Status.ANSWERED:
            continue
        if confirmed.get(f"appeal:{row.number}") != row.answered_at:
            yield f"appeal {row.number}: answered {row.answered_at}, the journal says otherwise"
        if clock.is_late(due_at, row.answered_at, row.answered_at) != (row.overdue_at is not None):
            yield f"appeal {row.number}: verdict and alarm differ"


def main() -> int:
    """Prove the town whose settings are named."""
    settings = load(sys.argv[1])
    found = list(faults(open_engine(settings.database_url), settings))
    for sentence in found[:_MOST_SENTENCES]:
        print(sentence)
    print(f"Проверка не сошлась: {len(found)}." if found else "Журнал цел, сроки сошлись.", flush=True)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
