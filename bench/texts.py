"""Citizens' words made up from the beginnings of words that the classifier itself ships: nobody's data."""

import csv
import io
import random
from collections.abc import Iterator
from importlib import resources

#: Small words between, as in real sentences; none of them speaks for a topic.
_BETWEEN = ("опять", "у", "нас", "когда", "уже", "третий", "день", "никто", "не", "отвечает", "прошу", "и", "там", "же")
_ENDINGS = ("", "а", "ы", "ов", "ами", "ная", "ного")
_ADDRESS = "по адресу улица Мира {house}"


def stems() -> list[str]:
    """Every keyword of the shipped classifier."""
    text = (resources.files("incidents.data") / "taxonomy.csv").read_text(encoding="utf-8-sig")
    rows = csv.DictReader(io.StringIO(text), delimiter=";")
    return sorted({stem for row in rows for stem in row["keywords"].split("|")})


def made_up(chance: random.Random, longest: int = 60) -> Iterator[str]:
    """Texts without end, of ten words and more, every third of them a word that means something."""
    known = stems()
    while True:
        words = [_word(chance, known) for _ in range(chance.randint(10, longest))]
        yield " ".join([*words, _ADDRESS.format(house=chance.randint(1, 120))]).capitalize() + "."


def _word(chance: random.Random, known: list[str]) -> str:
    if chance.random() < 0.67:
        return chance.choice(_BETWEEN)
    return " ".join(part + chance.choice(_ENDINGS) for part in chance.choice(known).split())
