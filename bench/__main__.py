"""The command: `python -m bench [NAME …] [--database KIND] [--sizes N,N] [--open N] [--seconds S] [--markdown] [--quick]`."""

import argparse
import json
import os
import platform
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime

from bench import alarms, calendars, databases, hooks, memory, pages, suggestions, sweeps, walk, whatif
from bench.figures import Figure, as_json, as_markdown
from bench.plan import Plan
from bench.stories import OPEN

#: In this order: what changes a town comes after what only looks at it.
BENCHES: dict[str, Callable[[Plan], Iterator[Figure]]] = {
    "suggestion": suggestions.measure,
    "calendar": calendars.measure,
    "whatif": whatif.measure,
    "pages": pages.measure,
    "walk": walk.measure,
    "sweep": sweeps.measure,
    "memory": memory.measure,
    "hooks": hooks.measure,
    "alarm": alarms.measure,
}


def main(arguments: Sequence[str]) -> int:
    asked = _read(arguments)
    # Told to end, it ends what it started: servers and workers would live on in their own groups.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("bench: ended"))
    figures: list[Figure] = []
    for kind in asked.database or databases.KINDS:
        with ExitStack() as stack:
            make = stack.enter_context(databases.opened(kind))
            plan = Plan(make, stack, asked.sizes, asked.seconds, asked.quick, _say, asked.open)
            for name in asked.names or BENCHES:
                for figure in BENCHES[name](plan):
                    figures.append(figure)
                    _say(" ".join(str(value) for value in as_json([figure])[0].values()))
    if asked.markdown:
        print(as_markdown(figures))
    else:
        print(json.dumps({"machine": machine(), "figures": as_json(figures)}, ensure_ascii=False, indent=1))
    return 0


def machine() -> dict[str, object]:
    """Where and when: a figure without its machine says nothing."""
    return {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "cores": os.cpu_count(),
        "load": [round(load, 1) for load in os.getloadavg()],
        "python": platform.python_version(),
        "system": platform.system(),
    }


def _read(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description="Prints figures beside their yardstick.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"which of {', '.join(BENCHES)}; all if none is named")
    parser.add_argument("--database", action="append", choices=databases.KINDS, help="both if not given")
    parser.add_argument("--sizes", type=_sizes, default=(1_000, 100_000), help="appeals in a town: 1000,100000")
    parser.add_argument("--open", type=int, default=OPEN, metavar="N", help=f"open appeals in a town of enough: {OPEN}")
    parser.add_argument("--seconds", type=float, default=2.0, help="how long one round of load lasts")
    parser.add_argument("--quick", action="store_true", help="fewest repetitions: to see that it runs, not how fast")
    parser.add_argument("--markdown", action="store_true", help="a table instead of JSON")
    asked = parser.parse_args(arguments)
    for name in asked.names:
        if name not in BENCHES:
            parser.error(f"there is no bench {name}; there are: {', '.join(BENCHES)}")
    return asked


def _sizes(written: str) -> tuple[int, ...]:
    sizes = tuple(sorted(int(size) for size in written.split(",")))
    if sizes[0] < 100:
        raise argparse.ArgumentTypeError("a town has at least 100 appeals")
    return sizes


def _say(words: str) -> None:
    print(words, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
