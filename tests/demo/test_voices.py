"""The words of the demonstration: whole sentences, hardly ever the same, and nobody's in particular."""

import random
import re
from datetime import date

from incidents.demo import voices


def test_citizens_hardly_repeat_each_other() -> None:
    chance = random.Random(3)
    said = [voices.complain(chance, month, "Мария К.").text for month in range(1, 13) for _ in range(100)]
    assert len(set(said)) > 1150


def test_no_slot_stays_empty_in_any_complaint_or_answer() -> None:
    chance = random.Random(5)
    for topic in voices.phrases().topics:
        said = voices.complain(chance, 6, "Олег П.")
        filled = [pattern.format(**said.slots) for pattern in topic.says]
        filled += [voices.answer(chance, topic, "Олег П.", said.slots, date(2023, 2, 27)) for _ in range(20)]
        assert not [text for text in filled if re.search(r"[{}]|\s\s|\s[,.]", text) or not text[0].strip()]


def test_nobody_complains_of_snow_in_july_or_of_grass_in_january() -> None:
    chance = random.Random(7)
    july = {voices.complain(chance, 7, "Юлия В.").topic.season for _ in range(400)}
    january = [voices.complain(chance, 1, "Юлия В.").topic.name for _ in range(400)]
    assert "winter" not in july
    assert january.count("Кошение травы") < january.count("Уборка снега с дорог") / 10


def test_an_unknown_case_still_gets_an_answer_with_a_date() -> None:
    text = voices.answer(random.Random(1), None, "", {}, date(2023, 12, 30))
    assert text.startswith("Здравствуйте! ")
    assert re.search(r"до \d+ (декабря|января)", text)
