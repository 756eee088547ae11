"""The one table of the terms that laws and orders set: whose duty, how many days, from when, by which article.

The control dates (`rules.statutory`), the norms of a new town (`flow.founding`) and docs/terms-of-law.md read it. Articles
are quoted in Russian, as the law is. Sources: reference/domain.md, section 2; `is_checked` is False for what stands there as
general knowledge only, `is_part_seen` for an article whose number no source seen names though the term itself is seen.
"""

from dataclasses import dataclass
from enum import StrEnum

from incidents.rules.norms import Kind, Unit


class Duty(StrEnum):
    """What has to be done by a date."""

    REGISTER = "register"
    FORWARD = "forward"
    #: To tell the author that the answer is put off, or refused.
    NOTICE = "notice"
    ANSWER = "answer"
    #: The last day to which an answer may be put off.
    EXTENSION = "extension"
    # Terms under a condition of their own: named in the docs, and not computed unasked.
    UNREADABLE = "unreadable"
    COURT = "court"
    COPIES = "copies"
    BETWEEN_BODIES = "between_bodies"
    MIGRATION = "migration"
    SHORT_TOPIC = "short_topic"


class Since(StrEnum):
    """From which day a term counts; that day itself is not counted."""

    RECEIVED = "received"
    REGISTERED = "registered"
    ANSWER = "answer"
    ASKED = "asked"


@dataclass(frozen=True, slots=True)
class Term:
    """One row. `days` calendar days after `since`; 0 where the law names no number but asks for a date."""

    kind: Kind
    duty: Duty
    days: int
    since: Since
    #: Law, article and part, in Russian; what is policy or order says so.
    article: str
    is_checked: bool = True
    is_part_seen: bool = True
    unit: Unit = Unit.DAYS
    #: In Russian, for the docs: the condition, or what is doubtful.
    note: str = ""


#: Where no law speaks: what the town has promised, and what is only an example until the town decides.
OWN_RULE, EXAMPLE = "правило города", "пример"

F, N, M, P = Kind.FORMAL, Kind.INFORMATION, Kind.MEDIA, Kind.PORTAL
D = Duty

TERMS: tuple[Term, ...] = (
    Term(F, D.REGISTER, 3, Since.RECEIVED, "59-ФЗ, ст. 8 ч. 2"),
    Term(F, D.FORWARD, 7, Since.REGISTERED, "59-ФЗ, ст. 8 ч. 3", is_part_seen=False, note="не наш вопрос; гражданина уведомить"),
    Term(F, D.ANSWER, 30, Since.REGISTERED, "59-ФЗ, ст. 12 ч. 1"),
    Term(F, D.EXTENSION, 30, Since.ANSWER, "59-ФЗ, ст. 12 ч. 2", is_part_seen=False, note="всего не больше; уведомить до последнего дня"),
    Term(F, D.COURT, 7, Since.REGISTERED, "59-ФЗ, ст. 11", note="обжалуется судебное решение: вернуть с разъяснением"),
    Term(F, D.UNREADABLE, 7, Since.REGISTERED, "59-ФЗ, ст. 11", is_checked=False, note="не прочесть или не понять суть: сообщить"),
    Term(F, D.COPIES, 7, Since.REGISTERED, "59-ФЗ, ст. 8", is_checked=False, note="вопрос нескольких органов: разослать копии"),
    Term(F, D.BETWEEN_BODIES, 15, Since.ASKED, "59-ФЗ, ст. 10", is_checked=False, note="сведения по запросу другого органа"),
    Term(F, D.MIGRATION, 20, Since.REGISTERED, "59-ФЗ, ст. 12", is_checked=False, note="нарушения в миграции, письмо губернатору: городу не назначается"),
    Term(N, D.REGISTER, 3, Since.RECEIVED, "8-ФЗ, ст. 18", is_checked=False),
    Term(N, D.FORWARD, 7, Since.REGISTERED, "8-ФЗ, ст. 18", is_checked=False, note="не наш вопрос; заявителя уведомить"),
    Term(N, D.NOTICE, 7, Since.RECEIVED, "8-ФЗ, ст. 18", is_part_seen=False, note="отсрочка: назвать причину и день"),
    Term(N, D.ANSWER, 30, Since.REGISTERED, "8-ФЗ, ст. 18", is_part_seen=False),
    Term(N, D.EXTENSION, 15, Since.ANSWER, "8-ФЗ, ст. 18", is_part_seen=False, note="всего не больше"),
    Term(M, D.NOTICE, 3, Since.RECEIVED, "Закон о СМИ, ст. 40", note="отказ — с причиной и должностным лицом; отсрочка — ещё и с днём, когда сведения дадут"),
    Term(M, D.ANSWER, 7, Since.RECEIVED, "Закон о СМИ, ст. 39"),
    Term(M, D.EXTENSION, 0, Since.ANSWER, "Закон о СМИ, ст. 40", note="предела закон не называет: день назван в уведомлении"),
    Term(P, D.ANSWER, 30, Since.REGISTERED, "порядок ПОС", note="не 59-ФЗ: «сообщение, а не обращение»; регистрируется в день подачи"),
    Term(P, D.SHORT_TOPIC, 10, Since.REGISTERED, "порядок ПОС", note="часть тем; какие — решает регион, поэтому норму по теме вводят сами"),
    Term(Kind.DIRECT_MESSAGE, D.ANSWER, 1, Since.RECEIVED, OWN_RULE, unit=Unit.WORKING_DAY_END, note="до конца того же рабочего дня; пришло вне часов — следующего"),
    Term(Kind.RECEPTION, D.ANSWER, 30, Since.REGISTERED, EXAMPLE, note="форма с подтверждением личности — это 59-ФЗ: регистрируйте как обращение"),
    Term(Kind.HOT_LINE, D.ANSWER, 7, Since.RECEIVED, EXAMPLE, note="например, до следующего номера газеты"),
)  # fmt: skip


#: What has to be done in every case; the other rows wait for a condition of their own.
ALWAYS = frozenset({D.REGISTER, D.FORWARD, D.NOTICE, D.ANSWER, D.EXTENSION})

_BY_DUTY = {(each.kind, each.duty): each for each in TERMS}

_KINDS = {
    Kind.FORMAL: "Обращение (59-ФЗ)",
    Kind.INFORMATION: "Запрос информации (8-ФЗ)",
    Kind.MEDIA: "Запрос СМИ",
    Kind.PORTAL: "Сообщение ПОС",
    Kind.DIRECT_MESSAGE: "Личное сообщение",
    Kind.RECEPTION: "Интернет-приёмная",
    Kind.HOT_LINE: "Горячая линия",
}
_DUTIES = {
    D.REGISTER: "зарегистрировать",
    D.FORWARD: "переслать по принадлежности",
    D.NOTICE: "сообщить об отсрочке или отказе",
    D.ANSWER: "ответить",
    D.EXTENSION: "продлить ответ",
    D.UNREADABLE: "сообщить, что текст не читается",
    D.COURT: "вернуть жалобу на решение суда",
    D.COPIES: "разослать копии",
    D.BETWEEN_BODIES: "дать сведения другому органу",
    D.MIGRATION: "ответить (миграция)",
    D.SHORT_TOPIC: "ответить (ускоренные темы)",
}
_SINCE = {
    Since.RECEIVED: "от поступления",
    Since.REGISTERED: "от регистрации",
    Since.ANSWER: "сверх срока ответа",
    Since.ASKED: "от запроса",
}


def term(kind: Kind, duty: Duty) -> Term:
    """The row of one duty; KeyError where the law knows no such duty."""
    return _BY_DUTY[kind, duty]


def duties(kind: Kind) -> tuple[Term, ...]:
    """What a law always asks for."""
    return tuple(each for each in TERMS if each.kind is kind and each.duty in ALWAYS)


def as_markdown() -> str:
    """The table as a page of the docs, in Russian; a test keeps docs/terms-of-law.md equal to it."""
    head = [
        "| что | обязанность | срок | откуда счёт | основание | проверено | замечание |",
        "|---|---|---|---|---|---|---|",
    ]
    return "\n".join([*head, *(_row(each) for each in TERMS)]) + "\n"


def _row(each: Term) -> str:
    cells = (
        _KINDS[each.kind],
        _DUTIES[each.duty],
        _length(each),
        _SINCE[each.since],
        each.article,
        _doubt(each),
        each.note,
    )
    return f"| {' | '.join(cells)} |"


def _length(each: Term) -> str:
    if each.unit is Unit.WORKING_DAY_END:
        return "конец рабочего дня"
    if not each.days:
        return "до названного дня"
    return f"{'до ' if each.duty is D.EXTENSION else ''}{each.days} дн."


def _doubt(each: Term) -> str:
    if each.article in (OWN_RULE, EXAMPLE):
        return "не закон"
    if not each.is_checked:
        return "**проверить у юриста**"
    return "да" if each.is_part_seen else "срок — да, номер статьи проверить"
