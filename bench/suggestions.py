"""A topic suggested for a text, as the worker and the form ask for it: with the classifier that a new town has."""

import random
import time
from collections.abc import Iterator, Sequence
from itertools import islice

from bench import texts
from bench.figures import Figure, percentile
from bench.plan import Plan
from bench.town import Town
from incidents.flow import classifying

TEXTS = 2_000
#: A letter of four pages: what is the worst that a citizen may write?
LETTER_WORDS = 1_500
MOST_MS = 5.0
TARGET = "99th percentile ≤ 5 ms"


def measure(plan: Plan) -> Iterator[Figure]:
    """Milliseconds a text: the usual length, and a letter of four pages without target."""
    town = plan.town(min(plan.sizes))
    chance = random.Random(3)
    usual = _times(town, list(islice(texts.made_up(chance), plan.rounds(TEXTS) if plan.is_quick else TEXTS)))
    yield Figure(
        "suggestion",
        "99th percentile of a text of 10-60 words",
        town.database,
        percentile(usual, 0.99),
        "ms",
        target=TARGET,
        reached=percentile(usual, 0.99) <= MOST_MS,
        details={"p50_ms": round(percentile(usual, 0.5), 3), "texts": len(usual)},
    )
    letters = [" ".join(islice(texts.made_up(chance), LETTER_WORDS // 35)) for _ in range(plan.rounds(50))]
    yield Figure(
        "suggestion", "median of a letter of four pages", town.database, percentile(_times(town, letters), 0.5), "ms"
    )


def _times(town: Town, asked: Sequence[str]) -> list[float]:
    found = []
    with town.sessions() as session:
        session.connection(execution_options={"readonly": True})
        classifying.suggest(session, "first the classifier is read")
        for words in asked:
            started = time.perf_counter()
            classifying.suggest(session, words)
            found.append(1000 * (time.perf_counter() - started))
    return found
