"""Where is it? Addresses as people write them under a post: «ул. Ленина, 25», «пр-т Мира д 12/2», «на Пирогова возле 17 дома».

Found with their place in the text, so that they can be marked, and in one spelling, so that two people who mean one
house are seen to. A flat is never part of it: it is nobody's business but the author's. What it finds and misses is
measured by tests/rules/test_addresses.py on texts written for it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from incidents.rules.street_names import KINDS, is_name, nominative, sounds_like_a_street, stem

#: A house of a town has at most so many digits; a year or a price has more. A capital letter stands by its number: «5 А когда».
_HOUSE = (
    r"(?:(?:д\.?|дом(?:а|у|ом|е)?|№)\s*№?\s*)?"
    r"(?P<house{n}>\d{{1,3}}(?!\d)(?:(?:\s?[а-гежк]|[А-ГЕЖК])(?![А-Яа-яЁё]|\.|\s*\d))?(?:\s?/\s?\d{{1,3}}[а-г]?(?![а-яё\d]))?)"
    r"(?:[\s,]*(?:к|корп|корпус)\.?\s?(?P<block{n}>\d{{1,2}})(?!\d))?"
    r"(?:[\s,]*(?:стр|строение)\.?\s?(?P<part{n}>\d{{1,2}})(?!\d))?"
)
_KIND = "(?i:" + "|".join(kind.pattern for kind in KINDS) + ")"
_NEAR = r"(?:(?:возле|около|у|напротив|за|в районе|рядом с)\s+)?"
_INITIALS = r"(?:(?:имени|им\.?)\s+)?(?:[А-ЯЁ]\.\s?){0,2}"
#: A word with a capital that is not merely the first of a sentence.
_BIG = (
    r"(?!(?:На|По|Во|От|До|Из|За|Под|Для|При|Над|Об|Со|Ко|Не|Но|Или|Если|Что|Как|Это|Там|Тут|Так|Вот|Где|Мы|Вы|Он|Они"
    r"|Около|Возле|Напротив|Между|Двор|Дворе|Адрес|Адресу|Город|Здравствуйте|Рядом|Вдоль|Через|Хотя|Здесь|Сама|Наша|Эта|Тоже|Когда|Вся|Каждая|Служба)(?![а-яё]))"
    r"[А-ЯЁ][а-яё]+(?:-[А-ЯЁ]?[а-яё]+)?"
)
#: «50 лет Октября», «9 Мая», «1-я Советская», «Карла Маркса», «Красной Армии».
_NAME = (
    rf"(?:\d{{1,3}}[\s-]?(?:лет|лет[ия]я?)\s+{_BIG}|\d{{1,2}}\s+(?:[Мм]ая|[Яя]нваря|[Ии]юля|[Оо]ктября|[Фф]евраля)"
    rf"|{_INITIALS}(?:\d{{1,2}}-?(?:[йя]|[оы][йе]|ая|го)\s+)?{_BIG}(?:\s+{_BIG}){{0,2}})"
)
#: After its kind a street may be written small.
_ANY_NAME = rf"(?:{_NAME}|[а-яё][а-яё-]{{3,}}(?:\s+(?:маркса|армии|октября|комсомола|космонавтов|труда))?)"
_BETWEEN = r"[\s,.:]{0,3}"

#: «ул. Ленина, 25» and «улица Ленина» alone; «проспекта Мира у дома 12».
_TYPED = re.compile(
    rf"(?<![А-Яа-яЁё])(?P<kind>{_KIND})(?:\s+|(?<=\.))[«\"]?(?P<name>{_ANY_NAME})[»\"]?"
    rf"(?:{_BETWEEN}{_NEAR}{_HOUSE.format(n=1)})?"
)
#: «Первостроителей проспект», «Интернациональному проспекту»: the kind behind the name.
_KIND_AFTER = (
    r"(?:улиц[аеуы]|проспект(?:а|е|у|ом)?|пр-т|пр-кт|переул(?:ок|ка|ке|ку|ком)|проезд(?:а|е|у|ом)?|бульвар(?:а|е|у|ом)?"
    r"|шоссе|набережн(?:ая|ой)|площад[ьи]|(?:пр|ш|пер)\.)(?![а-яё])"
)
#: «Первостроителей проспект, 21».
_TYPED_AFTER = re.compile(
    rf"(?<![А-Яа-яЁё.])(?P<name>{_NAME})\s+(?P<kind>{_KIND_AFTER})(?:{_BETWEEN}{_NEAR}{_HOUSE.format(n=1)})?"
)
#: «дом 17 по улице Пирогова», «17 дома на Пирогова», «д. 5 по Кирова», «у дома 9А по Северному шоссе».
_HOUSE_FIRST = re.compile(
    rf"(?<![\d/])(?:(?:дом(?:а|у|ом|е|ов)?|д\.)\s*№?\s*(?P<house1>\d{{1,3}}(?:(?:\s?[а-г]|[А-Г])(?![А-Яа-яё]))?(?:/\d{{1,3}})?)"
    rf"|(?P<house2>\d{{1,3}}(?:-?(?:го|му|м|й))?\s?[а-г]?)\s+дом(?:а|у|ом|е)?)(?![а-яё\d])"
    rf"[\s,]+(?:по|на|с)?\s*(?:(?P<kind>{_KIND})(?:\s+|(?<=\.)))?(?P<name>{_NAME})"
    rf"(?:\s+(?P<kind_after>{_KIND_AFTER}))?"
)
#: «на Пирогова возле 17 дома», «по Кирова у дома 5».
_HOUSE_AFTER = re.compile(
    rf"(?<![А-Яа-яЁё])(?:на|по)\s+(?P<name>{_NAME})[\s,]+{_NEAR}"
    rf"(?P<house1>\d{{1,3}}(?:-?(?:го|му|м|й))?\s?[а-г]?)\s+дом(?:а|у|ом|е)?(?![а-яё])"
)
#: «Кирова, 40», «на Мира 12/2»: no kind, so the number must look like a house and the name like a street's.
_BARE = re.compile(
    rf"(?<![А-Яа-яЁё\d.-])(?P<name>{_NAME})[\s,]{{1,3}}{_NEAR}"
    rf"{_HOUSE.format(n=1)}"
)
#: What follows a number that is no house.
_NO_HOUSE = re.compile(
    r"\s*(?:-?(?:х|го|му|ый|ая|ой|ми|ти|й|я|е)(?![а-яё])|%|°|°?[СC](?![а-яё])|[.:]\d{2}(?!\d)|₽"
    r"|(?:год|лет|час|мин|сек|руб|тыс|млн|км|метр|м(?![а-яё])|кв\.?\s?м|раз|дн[еяё]|день|суто|недел|месяц|челов|семе"
    r"|этаж|подъезд|квартир|ребен|ребён|дет[еси]|автобус|маршрут|школ|сад|садик|январ|феврал|март|апрел|ма[йя](?![а-яё])|июн|июл"
    r"|август|сентябр|октябр|ноябр|декабр|процент|градус|балл|штук|шт(?![а-яё])|машин|числ|ступен|полос|остановок))",
    re.IGNORECASE,
)
#: «от Кирова до Вокзальной», «угол Ленина и Кирова», «на перекрёстке Мира — Сидоренко».
_CROSSING = re.compile(
    rf"(?<![А-Яа-яЁё])(?P<word>от|между|уг(?:ол|лу)|пересечени[ие]|перекр[её]ст(?:ок|ке|ка))\s+(?:улиц(?:ы|ей|ами)?\s+|ул\.\s*)?"
    rf"(?P<first>{_NAME})\s*(?:до|и|с|—|–|-)\s*(?:улиц(?:ы|ей)?\s+|ул\.\s*)?(?P<second>{_NAME})"
)
#: «остановка «Дом молодёжи»», «на остановке Диземы».
_STOP = re.compile(
    rf"(?<![А-Яа-яЁё])(?:(?:авто|трамвайн\w+\s+)?останов(?:ка|ке|ки|ку|кой)|ост\.)\s+"
    rf"(?:[«\"“](?P<quoted>[^»\"”\n]{{2,40}})[»\"”]|(?P<plain>{_BIG}(?:\s+(?:{_BIG}|[а-яё]{{4,12}}(?=[\s,.!?]|$))){{0,1}}))"
)


@dataclass(frozen=True, slots=True)
class Address:
    """An address in a text: its place there, in one spelling (`words`), and what tells it from others (`key`)."""

    start: int
    end: int
    words: str
    key: str
    has_house: bool


def find(text: str) -> list[Address]:
    """The addresses of a text in the order they stand in; none overlaps another."""
    found: list[Address] = []
    for each in _candidates(text):
        if all(each.end <= other.start or each.start >= other.end for other in found):
            found.append(each)
    return sorted(found, key=lambda each: each.start)


def best(text: str) -> Address | None:
    """The address an appeal is about: the first house, else the first of the rest."""
    found = find(text)
    return next((each for each in found if each.has_house), found[0] if found else None)


def place_of(given: str | None, text: str) -> tuple[str | None, str | None]:
    """Address and key of an appeal: as it was given with it, else as the citizen's words have it."""
    if given:
        return given, key_of(given)
    found = best(text)
    return (found.words[:300], found.key[:120]) if found else (None, None)


def key_of(words: str) -> str:
    """The key of an address as a person wrote it; what is no address of ours is its own key."""
    known = best(words)
    return (known.key if known else " ".join(words.lower().replace("ё", "е").split()))[:120]


def _candidates(text: str) -> Iterator[Address]:
    """What may be an address, the surest shapes first."""
    for shape in (_HOUSE_FIRST, _HOUSE_AFTER, _TYPED, _TYPED_AFTER):
        for match in shape.finditer(text):
            made = _street(match)
            if made:
                yield made
    for match in _CROSSING.finditer(text):
        if all(is_name(match[side]) for side in ("first", "second")):
            names = [nominative(_clean(match[side]), "ул.") for side in ("first", "second")]
            yield Address(
                match.start("first"),
                match.end(),
                " — ".join(f"ул. {name}" for name in names),
                "+".join(sorted(stem(name) for name in names)),
                has_house=False,
            )
    for match in _STOP.finditer(text):
        name = _clean(match["quoted"] or match["plain"])
        yield Address(match.start(), match.end(), f"остановка «{name}»", f"ост {stem(name)}", has_house=False)
    for match in _BARE.finditer(text):
        made = _street(match) if is_name(match["name"], bare=True) else None
        if made:
            yield made


def _street(match: re.Match[str]) -> Address | None:
    groups = match.groupdict()
    name = _clean(groups["name"])
    house = re.sub(r"(\d)-?(?:го|му|м|й)\b", r"\1", groups.get("house1") or groups.get("house2") or "")
    house = re.sub(r"\s", "", house).lower()
    end = match.end()
    is_last = match.re not in (_HOUSE_FIRST, _HOUSE_AFTER)
    if house and is_last and not groups.get("block1") and _NO_HOUSE.match(match.string, end):
        if match.re is _BARE:
            return None
        house, end = "", match.end("name")
    written = groups.get("kind") or groups.get("kind_after")
    kind = next((k.short for k in KINDS if written and re.fullmatch(k.pattern, written, re.IGNORECASE)), "ул.")
    if not name or (not written and match.re is not _BARE and not is_name(name)):
        return None
    if written and not is_name(name, small=True):
        return None
    if match["name"][0].islower() and not house and not sounds_like_a_street(name):
        return None
    words = f"{kind} {nominative(name, kind)}"
    for label, value in (("", house), (" к. ", groups.get("block1")), (" стр. ", groups.get("part1"))):
        words += (f", {value}" if not label else f"{label}{value}") if value else ""
    block = f"к{groups['block1']}" if groups.get("block1") else ""
    return Address(match.start(), end, words, f"{stem(name)} {house}{block}".strip(), bool(house))


def _clean(name: str) -> str:
    name = re.sub(r"^(?:имени|им\.?)\s+", "", " ".join(name.split()))
    return name[:1].upper() + name[1:]
