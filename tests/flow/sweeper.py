"""A sweep as a process of its own: `python -m tests.flow.sweeper DATABASE_URL NOW`. Prints the numbers it raised alarms for."""

import sys
import time
from datetime import datetime

from incidents.flow import overdue
from incidents.records.database import make_sessions, open_engine
from incidents.rules.acts import Act
from tests.databases import TOWN

ROUNDS = 4


def sweep(url: str, now: datetime) -> list[int]:
    """Sweep again and again, as a worker does: a round passes over what another one holds just then, the next meets it.
    The appeals that this process alone flagged as overdue."""
    engine = open_engine(url)
    flagged: list[int] = []
    for _ in range(ROUNDS):
        while True:
            with make_sessions(engine, TOWN)() as session:
                raised = overdue.raise_alarms(session, now=now)
                session.commit()
            if not raised.alarms:
                break
            flagged.extend(number for number, act in raised.alarms if act is Act.OVERDUE)
        time.sleep(0.2)
    engine.dispose()
    return flagged


if __name__ == "__main__":
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    # All begin in the same moment, when they are told.
    sys.stdin.readline()
    sys.stdout.write(" ".join(map(str, sweep(sys.argv[1], datetime.fromisoformat(sys.argv[2])))))
