"""A row of an export of «Инцидент Менеджмент»: an appeal from before the program, in that program's own columns.

The columns and forms are those of a real export (47 columns; docs/administrator.md says what is kept of them). Times are
local and without a zone; a length of time is written `0 days 12:30:37.103000`, or as a spreadsheet shows one. What is not
among the words known here is a warning, never an error: the program that writes these files has more of them than were seen.
"""

from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from incidents.rules import history
from incidents.rules.acts import Status
from incidents.rules.cells import address, differs, duration, moment
from incidents.rules.history import LONGEST_ADDRESS, LONGEST_CODE, LONGEST_ID, BadLine, Past
from incidents.rules.places import Network
from incidents.rules.schedules import Stretch, whole_minutes

#: Every column by the name we call it here, in the order of the file.
COLUMNS: Mapping[str, str] = {
    "cabinet": "Кабинет",
    "id": "ID",
    "number": "Номер инцидента",
    "department": "Отдел",
    "responder": "Исполнитель",
    "answered": "Общее время первого ответа",
    "answer": "Общий текст первого ответа",
    "took": "Время с даты создания инцидента до времени первого ответа",
    "took_working": "Время с даты создания инцидента до времени первого ответа, рабочее время",
    "assigned": "Время назначения последнего исполнителя",
    "responder_answered": "Время 1го ответа ПИ",
    "responder_took": "Первая реакция с момента назн. ПИ",
    "responder_in_time": "Уложились или нет после назн. ПИ",
    "lasted": "Время с начала создания инцидента до окончания",
    "submitted": "Время отправки первого ответа ПИ на согласование",
    "on_approval": "Время, которое первый ответ ПИ находился на согласовании",
    "step": "Текущий шаг инцидента",
    "created": "Дата создания",
    "ended": "Дата окончания",
    "group": "Группа тем",
    "topic": "Тема",
    "region": "Регион",
    "municipality": "Муниципалитет",
    "settlement": "Населенный пункт",
    "street": "Улица",
    "house": "Дом",
    "object_old": "Объект старый",
    "object": "Объект",
    "type": "Тип инцидента",
    "outcome": "Итог",
    "answer_media": "Есть медиафайл в ответе",
    "media": "Есть медиафайл в сообщении",
    "link": "Урл поста",
    "blog": "Урл блога",
    "text": "Текст инцидента",
    "answer_1": "1ый ответ ПИ",
    "answer_2": "2ой ответ ПИ",
    "answer_3": "3ий ответ ПИ",
    "closing": "Причина закрытия",
    "audience": "Аудитория",
    "engagement": "Вовлеченность",
    "author": "URL автора",
    "account": "Аккаунт публикации ответа",
    "tags": "Теги",
    "note": "Примечание",
    "rated": "Время попадания на шаг оценка удовлетворенности",
    "polled": "Опрос отправлен",
}
#: Without these an import would say something that is not so: an appeal without its answer, its link, its text.
REQUIRED = ("id", "answered", "step", "created", "link", "text")
#: What the check of the times needs.
REQUIRED_FOR_TIMES = ("answered", "took_working", "created")

STEPS = {"готово": Status.CLOSED, "оценка удовлетворенности": Status.ANSWERED}
OUTCOMES = {"разъяснено": "explained", "решено": "solved", "не решено": "not_solved", "отложено": "deferred"}
TYPES = frozenset({"решаемый", "информационный"})
#: What stands in a cell that says nothing.
NOTHING = frozenset({"-", "NaT", "nan"})

REASONS: Mapping[str, str] = {
    "unreadable": "the row cannot be read, or has more cells than the header",
    "id_empty": "«ID» is empty",
    "id_long": f"«ID» is longer than {LONGEST_ID} characters",
    "text_empty": "«Текст инцидента» is empty",
    "created_empty": "«Дата создания» is empty",
    "bad_created": "«Дата создания» is no time like 2025-12-25 08:36:39",
    "bad_answered": "«Общее время первого ответа» is no time like 2025-12-25 08:36:39",
    "bad_took_working": "the working time to the first answer is no length of time like 0 days 01:26:00",
    "time_in_future": "a time of the row has not come yet",
    "answered_before_created": "the first answer lies before «Дата создания»",
    "key_twice": "the same network and «ID» stand in an earlier row",
    "year_is_total": history.REASONS["year_is_total"],
}
WARNINGS: Mapping[str, str] = {
    "network": "the host of «Урл поста» is no network we know; taken as another network",
    "permalink": "«Урл поста» is no http or https address and is left empty",
    "author_url": "«URL автора» is no http or https address and is left empty",
    "topic": "there is no topic of this name in this group, or more than one of this name alone; left empty",
    "department": "there is no department of this name; left empty",
    "responder": "nobody of this name works in this department; left empty",
    "step": "«Текущий шаг инцидента» is none we know; the status is told by the answer",
    "outcome": "«Итог» is none we know; left empty",
    "type": "«Тип инцидента» is none we know",
    "bad_ended": "«Дата окончания» is no time; left empty",
    "ended_before_created": "«Дата окончания» lies before «Дата создания»; left empty",
    "bad_responder_answered": "«Время 1го ответа ПИ» is no time; left empty",
    "took": "the file's own figures do not agree: the time to the first answer is not its end minus its beginning",
    "lasted": "the file's own figures do not agree: the time to the end is not «Дата окончания» minus «Дата создания»",
}


def past(cells: Mapping[str, str], network: Network | None, zone: ZoneInfo, now: datetime) -> Past:
    """The appeal of a row: `cells` by the names of COLUMNS, `network` by the host of its link (None: of no network).

    Naive times are those of `zone`. Raises BadLine.
    """
    external_id, text = cells.get("id", ""), cells.get("text", "")
    if not external_id:
        raise BadLine("id_empty")
    if len(external_id) > LONGEST_ID:
        raise BadLine("id_long")
    if not text:
        raise BadLine("text_empty")
    created, answered = begun_and_answered(cells, zone)
    if created > now or (answered and answered > now):
        raise BadLine("time_in_future")
    if answered and answered < created:
        raise BadLine("answered_before_created")
    ended, of_end = _end(cells, zone, created, now)
    further, of_answers = _further(cells, zone)
    link, author = address(cells.get("link", "")), address(cells.get("author", ""))
    warnings = [
        *(["network"] if network is None else []),
        *(["permalink"] if cells.get("link") and not link else []),
        *(["author_url"] if cells.get("author") and not author else []),
        *_unknown_words(cells),
        *of_end,
        *of_answers,
        *(["took"] if _disagree(cells.get("took", ""), created, answered) else []),
        *(["lasted"] if _disagree(cells.get("lasted", ""), created, ended) else []),
    ]
    group, topic = cells.get("group", ""), cells.get("topic", "")
    return Past(
        external_id=external_id,
        network=network or Network.OTHER,
        text=text,
        received_at=created,
        status=_status(cells, answered),
        author_url=author,
        permalink=link,
        answered_at=answered,
        answer_text=cells.get("answer", ""),
        further=further,
        topics=(*([f"{group} / {topic}"] if group and topic else []), *([topic] if topic else [])),
        department=cells.get("department", ""),
        responder=cells.get("responder", ""),
        address=", ".join(filter(None, map(cells.get, ("settlement", "street", "house"))))[:LONGEST_ADDRESS],
        outcome=OUTCOMES.get(cells.get("outcome", "").lower()),
        ended_at=ended,
        foreign_number=cells.get("number", "")[:LONGEST_CODE],
        warnings=tuple(warnings),
    )


def worked(cells: Mapping[str, str], zone: ZoneInfo) -> Stretch | None:
    """From creation to the first answer, with the working time that the file gives for it; None where it gives none.

    Raises BadLine.
    """
    created, answered = begun_and_answered(cells, zone)
    written = cells.get("took_working", "")
    if answered is None or not written:
        return None
    if answered < created:
        raise BadLine("answered_before_created")
    told = duration(written)
    if told is None:
        raise BadLine("bad_took_working")
    return Stretch(created, answered, whole_minutes(told))


def begun_and_answered(cells: Mapping[str, str], zone: ZoneInfo) -> tuple[datetime, datetime | None]:
    """When the incident was created and first answered, aware UTC. Raises BadLine."""
    if not cells.get("created"):
        raise BadLine("created_empty")
    created = moment(cells["created"], zone)
    if created is None:
        raise BadLine("bad_created")
    written = cells.get("answered", "")
    answered = moment(written, zone) if written else None
    if written and answered is None:
        raise BadLine("bad_answered")
    return created, answered


def _disagree(written: str, start: datetime, end: datetime | None) -> bool:
    """Whether the file gives both times and another length between them, or one that nobody can read."""
    if not written or end is None:
        return False
    told = duration(written)
    return told is None or differs(told, start, end)


def _end(
    cells: Mapping[str, str], zone: ZoneInfo, created: datetime, now: datetime
) -> tuple[datetime | None, list[str]]:
    written = cells.get("ended", "")
    ended = moment(written, zone) if written else None
    if written and (ended is None or ended > now):
        return None, ["bad_ended"]
    if ended and ended < created:
        return None, ["ended_before_created"]
    return ended, []


def _further(cells: Mapping[str, str], zone: ZoneInfo) -> tuple[tuple[tuple[str, datetime | None], ...], list[str]]:
    """The answers of the last responder beside the first answer of all, which as a rule is the first of his."""
    written = cells.get("responder_answered", "")
    at = moment(written, zone) if written else None
    texts = [(cells.get(name, ""), at if name == "answer_1" else None) for name in ("answer_1", "answer_2", "answer_3")]
    found = tuple((text, when) for text, when in texts if text and text != cells.get("answer", ""))
    return found, ["bad_responder_answered"] if written and at is None else []


def _status(cells: Mapping[str, str], answered: datetime | None) -> Status:
    """By the step; a step we do not know leaves what the answer says."""
    known = STEPS.get(cells.get("step", "").lower())
    return known or (Status.ANSWERED if answered or cells.get("answer") else Status.NEW)


def _unknown_words(cells: Mapping[str, str]) -> list[str]:
    known = (("step", STEPS), ("outcome", OUTCOMES), ("type", TYPES))
    return [name for name, words in known if cells.get(name) and cells[name].lower() not in words]
