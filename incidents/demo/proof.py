"""What was written in bulk is held against the rules: the journal's chains and seals, every deadline, every verdict.

Runs once, after the making of history, in a process of its own (`python -m incidents.demo.proof CONFIG`): the pages
stand meanwhile. Reading takes no lock (write-ahead log). Exit status 1 and a sentence a fault if anything differs.
"""

import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime

from sqlalchemy import Engine, select

from incidents.demo.arrivals import YEARS
from incidents.flow import recomputing, sealing, timing
from incidents.records.appeals import Appeal
from incidents.records.database import make_sessions, open_engine
from incidents.rules.acts import Status
from incidents.settings import Settings, load

_MOST_SENTENCES = 20


def faults(engine: Engine, settings: Settings, years: Mapping[int, int] = YEARS) -> Iterator[str]:
    """A sentence for everything that is not as the rules say; nothing when all is well."""
    sessions = make_sessions(engine.execution_options(readonly=True), settings.town)
    with sessions() as session:
        yield from sealing.verify(session)
    yield from _verdicts(engine, settings, years)


def _verdicts(engine: Engine, settings: Settings, years: Mapping[int, int]) -> Iterator[str]:
    """Counts of the history's years; every deadline and verdict computed again from norm, calendar and journal."""
    with make_sessions(engine.execution_options(readonly=True), settings.town)() as session:
        table = Appeal.__table__.c
        told = select(table.received_at).where(table.object_key.is_(None), table.status != Status.REJECTED)
        counts = Counter(at.astimezone(settings.town_zone).year for at in session.scalars(told))
        for year, wanted in years.items():
            if counts[year] != wanted:
                yield f"{year}: {counts[year]} appeals instead of {wanted}"
        now, by, last = datetime.now(UTC), timing.rules(session), 0
        while numbers := recomputing.after(session, last):
            last = numbers[-1]
            for each in recomputing.differences(session, numbers, by, now=now):
                yield f"appeal {each.number}: {each.where} {each.what} {each.stored}, computed {each.computed}"
            session.expunge_all()


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
