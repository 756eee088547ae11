"""The streets of Komsomolsk-on-Amur in the cases that sentences need, and what else a complaint mentions."""

import random
from dataclasses import dataclass
from datetime import date, timedelta

_STREETS = (
    "Кирова", "Дикопольцева", "Вокзальная", "Гагарина", "Советская", "Сидоренко", "Пионерская", "Васянина",
    "Комсомольская", "Культурная", "Орехова", "Калинина", "Лазо", "Красногвардейская", "Парижской Коммуны",
    "Лётчиков", "Водонасосная", "Севастопольская", "Зейская", "Уральская", "Димитрова", "Партизанская",
    "Юбилейная", "Копровая", "Щорса", "Пермская", "Котовского", "Металлургов", "Молодогвардейская", "Краснофлотская",
)  # fmt: skip
_AVENUES = ("Ленина", "Мира", "Первостроителей", "Победы")
_NAMED_AVENUES = ("Октябрьск", "Московск", "Интернациональн")
_ROADS = ("Магистральн", "Комсомольск", "Хумминск", "Северн")
_DISTRICTS = (
    ("на Дзёмгах", "Дзёмги"), ("в центре", "центр"), ("в Амурстали", "Амурсталь"), ("на Парусе", "Парус"),
    ("в Привокзальном", "Привокзальный"), ("в Таёжном", "Таёжный"), ("на Силинке", "Силинку"), ("на Победе", "Победу"),
    ("в 66-м квартале", "66-й квартал"), ("в Хапсоли", "Хапсоль"),
)  # fmt: skip
_SINCE = ("второй день", "третий день", "неделю", "вторую неделю", "третью неделю", "почти месяц", "больше месяца")
_BUSES = ("№ 2", "№ 4", "№ 5", "№ 8", "№ 9", "№ 15", "№ 17", "№ 19", "№ 22", "№ 23", "№ 26", "№ 33", "№ 37")
_MONTHS = (
    "января", "февраля", "марта", "апреля", "мая", "июня",
    "июля", "августа", "сентября", "октября", "ноября", "декабря",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Street:
    """`place` "улице Кирова" (after "на" and "по"), `short` "ул. Кирова"."""

    place: str
    by: str
    short: str


STREETS = (
    *(Street(f"улице {name.removesuffix('ая') + 'ой' if name.endswith('ая') else name}",
             f"улице {name.removesuffix('ая') + 'ой' if name.endswith('ая') else name}", f"ул. {name}") for name in _STREETS),
    *(Street(f"проспекте {name}", f"проспекту {name}", f"пр. {name}") for name in _AVENUES),
    *(Street(f"{name}ом проспекте", f"{name}ому проспекту", f"{name}{'ий' if name[-1] == 'к' else 'ый'} пр.") for name in _NAMED_AVENUES),
    *(Street(f"{name}ом шоссе", f"{name}ому шоссе", f"{name}ое ш.") for name in _ROADS),
    Street("Аллее Труда", "Аллее Труда", "Аллея Труда"),
)  # fmt: skip


def somewhere(chance: random.Random) -> dict[str, str]:
    """A place, and what else the slots of a complaint ask for."""
    street = chance.choice(STREETS)
    house = f"{chance.randint(1, 89)}{chance.choice(('', '', '', '', '/2', '/3', 'А'))}"
    inside, through = chance.choice(_DISTRICTS)
    return {
        "на": f"на {street.place}",
        "у": f"у дома {house} по {street.by}",
        "адрес": f"{street.short}, {house}",
        "район": inside,
        "район_чего": through,
        "давно": chance.choice(_SINCE),
        "маршрут": chance.choice(_BUSES),
        "школа": f"№ {chance.randint(1, 62)}",
    }


def by_when(chance: random.Random, today: date) -> str:
    """A promise's date in words, a few days ahead."""
    day = today + timedelta(days=chance.randint(1, 12))
    return f"до {day.day} {_MONTHS[day.month - 1]}"
