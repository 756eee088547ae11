"""The names of streets: kinds and their short forms, what is no name, one spelling for the cases people write them in."""

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class StreetKind:
    """A kind of street: how people write it, and how we do."""

    pattern: str
    short: str
    is_feminine: bool = False
    is_neuter: bool = False


def _set(written: str) -> frozenset[str]:
    return frozenset(written.split())


#: The longer spellings of one beginning come first.
KINDS = (
    StreetKind(r"(?:улиц(?:а|е|ы|у|ей|ам|ах)|ул\.?)", "ул.", is_feminine=True),
    StreetKind(r"(?:проспект(?:а|е|у|ом)?|просп\.?|пр-к?т\.?|пр\.)", "пр-т"),
    StreetKind(r"(?:переул(?:ок|ка|ке|ку|ком)|пер\.)", "пер."),
    StreetKind(r"(?:проезд(?:а|е|у|ом)?|пр-д\.?)", "пр-д"),
    StreetKind(r"(?:бульвар(?:а|е|у|ом)?|б-р\.?|бул\.)", "б-р"),
    StreetKind(r"(?:шоссе|ш\.)", "ш.", is_neuter=True),
    StreetKind(r"(?:набережн(?:ая|ой|ую)|наб\.)", "наб.", is_feminine=True),
    StreetKind(r"(?:площад(?:ь|и|ью)|пл\.)", "пл.", is_feminine=True),
    StreetKind(r"(?:микрорайон(?:а|е|у|ом)?|мкрн?\.?|м-н)", "мкр."),
    StreetKind(r"(?:алле(?:я|е|и|ю)|ал\.)", "аллея", is_feminine=True),
)

#: Words with a capital, at the beginning of a sentence or as names of other things, that a number may follow.
_NEVER = _set(
    """школа школы школе школу гимназия лицей лицея садик детсад детского больница больницы больнице поликлиника
    поликлиники поликлинике аптека аптеки магазин магазина автобус автобуса автобусы автобусов маршрут маршрута маршрутка
    маршрутки трамвай трамвая трамваи троллейбус квартира квартиры квартире подъезд подъезда этаж этажа дом дома доме двор
    двора россия россии рф сбербанк телефон телефона статья статьи пункт пункта закон закона приказ номер уже еще ещё около
    больше более менее почти только всего после через сегодня вчера завтра когда тогда сейчас никогда года году лет
    температура цена зарплата пенсия очередь участок участка группа группы класс класса бригада бригады палата отделение
    января февраля марта апреля мая июня июля августа сентября октября ноября декабря
    понедельника вторника среды четверга пятницы субботы воскресенья выборы выборах победа спасибо здравствуйте просьба
    прошу дорога дороги вода воды света свет нужна нужно надо была было были какая какой это эта этого наша нашего наша
    весь вся все жду ждем ждём мама папа семья дети путина губернатора правда газета сеть площадка остановка остановки
    управляющая компания котельная ооо жэу жкх тсж ук мкд овд дтп мчс гибдд"""
)
#: A street's name after its kind is none of these: «улице темно», «дворе нет».
_NO_SMALL = _set(
    """темно темнота грязно скользко снег снега снегом лужа лужи ямы яма люди машины холодно света свет опять вообще
    просто очень нашего нашей нашу наша этой этого весь всего города городе вечером ночью утром днем днём зимой летом
    можно нельзя нужно надо после перед около напротив между сплошной стоит лежит горит горят идет идёт работает
    никто ничего где когда почему который которая которой всегда никогда стало тоже также собаки мусор фонари фонарь
    дом дома доме домов двор даже ужас грязь лёд лед каток гололед гололёд пожалуйста совсем полностью центральной
    есть были было была будет нету лежат стоят ходить пройти проехать каждый каждая ваша вашей какой какая какую
    рядом справа слева прямо вдоль тротуар дорога дороги перехода переход"""
)
_ENDINGS = re.compile(
    r"(?:ого|его|ому|ему|ыми|ими|ой|ей|ая|яя|ую|юю|ое|ее|ые|ие|ий|ый|ых|их|ым|им|ом|ем|ам|а|я|у|ю|ы|и|е|о|ь|й)$"
)
#: «Мешает проезду»: what somebody does is no street.
_VERB = re.compile(r"(?:[аяе]ет|[уюая]ют|[аяи]ть)$")
#: Genitives of people and things, adjectives in any case: what the name of a street without its kind ends in.
_STREETLIKE = re.compile(
    r"(?:[оеё]ва|ина|ына|кого|ского|цкого|ого|его|ых|их|ов|ев|ей|ия|ая|яя|ой|ую|ца|ка|ла|ра|са|та|да|на|ма|га|ва|ба|за|ша|ча"
    r"|ко|дзе|ли|ния|ия|ля|ря|ня|ья)$"
)


def is_name(name: str, *, bare: bool = False, small: bool = False) -> bool:
    """May this be the name of a street? `bare`: no kind stands by it, so that it must sound like one; `small`: one does."""
    if re.match(r"\d+\s*(?:лет|[А-Яа-я][а-я]+[ая]$)", name):
        # «50 лет Октября» is sure; «9 Мая» only where its kind stands by it.
        return not bare or "лет" in name
    words = [word.lower() for word in re.findall(r"[А-Яа-яЁё]+", name)]
    if not words:
        return False
    if words[0] in _NEVER or _VERB.search(words[-1]) or (small and words[0] in _NO_SMALL):
        return False
    return not bare or bool(_STREETLIKE.search(words[-1]))


def sounds_like_a_street(name: str) -> bool:
    """Written small, without a house: «улице вокзальской» is a name, «проезд закрыли» is not."""
    return re.search(r"(?:ск(?:ая|ой|ую|ого|ому|ий|ом)|[оеё]ва|ина|ных|ов)$", name.lower()) is not None


def stem(name: str) -> str:
    """The name in small letters without endings and initials: «Вокзальной», «Вокзальная» are one street."""
    words = re.findall(r"\d+|[а-я]{2,}", name.lower().replace("ё", "е"))
    return " ".join(_ENDINGS.sub("", word) if len(word) > 3 else word for word in words)


def nominative(name: str, kind: str) -> str:
    """A street that is called by an adjective as it stands on the sign: «на улице Вокзальной» is ул. Вокзальная."""
    *rest, last = name.split()
    if rest and not re.search(r"(?:ой|ую|ого|ом|ая|ий|ый|\d|\.|-[йя])$", last):
        # «Красной Армии»: the adjective is governed by what follows.
        return name
    of_kind = next((each for each in KINDS if each.short == kind), None)
    feminine = of_kind is None or of_kind.is_feminine
    if of_kind and of_kind.is_neuter:
        last = re.sub(r"(?<=[бвгджзклмнпрстфхцчшщ])(?:ого|ому|ом)$", "ое", last)
    elif feminine and last.endswith("ней"):
        last = last[:-2] + "яя"
    elif feminine and re.search(r"[бвгджзклмнпрстфхцчшщ](?:ой|ую)$", last):
        last = last[:-2] + "ая"
    elif not feminine and last.endswith(("ского", "скому", "ском", "цкого", "цком")):
        last = re.sub(r"(?:ого|ому|ом)$", "ий", last)
    elif not feminine and re.search(r"[втн](?:ого|ому|ом)$", last):
        last = re.sub(r"(?:ого|ому|ом)$", "ый", last)
    return " ".join([*(nominative(word, kind) if word.endswith(("ой", "ую")) else word for word in rest), last])
