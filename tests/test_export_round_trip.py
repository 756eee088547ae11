"""Whatever an export says is read back as it was written, by a workbook and by CSV, as text and as cells of their own kind."""

import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from incidents.flow import history_export
from incidents.rules import incident_manager
from incidents.rules.cells import duration
from incidents.rules.history import Past
from incidents.rules.incident_manager import COLUMNS, NOTHING, OUTCOMES, STEPS
from incidents.rules.places import Network
from tests import exports
from tests.exports import Cell, Row

ZONE = ZoneInfo("Asia/Omsk")
NOW = datetime(2027, 1, 1, tzinfo=UTC)
LINKS = {
    "https://vk.com/wall-1_2?reply=3": Network.VK,
    "https://ok.ru/group/7/topic/8": Network.OK,
    "https://telegram.me/channel/15": Network.TELEGRAM,
    "https://max.ru/c/1": Network.MAX,
}

#: What XML can hold (a lone carriage return it cannot), without blanks at the ends, which nobody means.
words = (
    st.text(st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff"), max_size=40)
    | st.sampled_from(["два\nстолбца; и, «три»", '"кавычки"', "=1+1", "0012", "1e5", "да", "#ДЕЛ/0!"])
).map(lambda said: "" if said.strip() in NOTHING else said.strip())
some_words = words.filter(bool)
#: Whole seconds, as the file has them.
moments = st.datetimes(datetime(2018, 8, 1), datetime(2026, 11, 1)).map(lambda at: at.replace(microsecond=0))  # noqa: DTZ001
lengths = st.timedeltas(timedelta(), timedelta(days=400)).map(
    lambda told: timedelta(seconds=round(told.total_seconds()))
)


@st.composite
def incidents(draw: st.DrawFn) -> tuple[Row, Past]:
    """A row, and what it says."""
    created, took = draw(moments), draw(st.none() | lengths)
    answered = created + took if took is not None and created + took < datetime(2026, 12, 1) else None  # noqa: DTZ001
    said = {code: draw(words) for code in ("answer", "group", "topic", "department", "responder", "tags", "note")}
    place = [draw(words) for _ in range(3)]
    link, step, outcome = (draw(st.sampled_from(sorted(each))) for each in (LINKS, STEPS, OUTCOMES))
    as_cells = draw(st.booleans())

    def when(at: datetime | None) -> Cell:
        return "" if at is None else at if as_cells else str(at)

    row: dict[str, Cell] = {
        **dict.fromkeys(COLUMNS, ""),
        **said,
        "id": draw(some_words),
        "text": draw(some_words),
        "created": when(created),
        "answered": when(answered),
        "took": "" if answered is None else answered - created if as_cells else written(answered - created),
        "settlement": place[0],
        "street": place[1],
        "house": place[2],
        "link": link,
        "step": step.capitalize(),
        "outcome": outcome.capitalize(),
        "answer_2": draw(words),
    }
    group, topic = said["group"], said["topic"]
    names = (*([f"{group} / {topic}"] if group and topic else []), *([topic] if topic else []))
    return row, Past(
        external_id=str(row["id"]),
        network=LINKS[link],
        text=str(row["text"]),
        received_at=created.replace(tzinfo=ZONE).astimezone(UTC),
        status=STEPS[step],
        permalink=link,
        answered_at=answered.replace(tzinfo=ZONE).astimezone(UTC) if answered else None,
        answer_text=said["answer"],
        further=((str(row["answer_2"]), None),) if row["answer_2"] not in ("", said["answer"]) else (),
        topics=names,
        department=said["department"],
        responder=said["responder"],
        address=", ".join(filter(None, place)),
        outcome=OUTCOMES[outcome],
    )


def written(told: timedelta) -> str:
    """A length of time as the other program writes it."""
    rest = told - timedelta(days=told.days)
    return f"{told.days} days {rest}" if rest >= timedelta(hours=10) else f"{told.days} days 0{rest}"


@given(st.lists(incidents(), max_size=4))
@settings(max_examples=60, deadline=None)
def test_a_workbook_says_what_was_written(given_rows: list[tuple[Row, Past]]) -> None:
    assert read(given_rows, "xlsx") == [past for _, past in given_rows]


@given(st.lists(incidents(), max_size=4), st.sampled_from(["utf-8", "utf-8-sig"]), st.sampled_from([",", ";"]))
@settings(max_examples=60, deadline=None)
def test_a_csv_file_says_what_was_written(given_rows: list[tuple[Row, Past]], encoding: str, delimiter: str) -> None:
    assert read(given_rows, encoding, delimiter) == [past for _, past in given_rows]


@given(lengths)
def test_a_length_of_time_is_read_as_it_is_written(told: timedelta) -> None:
    assert duration(written(told)) == duration(str(told)) == told


def read(given_rows: list[tuple[Row, Past]], form: str, delimiter: str = ",") -> list[Past]:
    rows = [row for row, _ in given_rows]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "export"
        if form == "xlsx":
            exports.workbook(path, rows)
        else:
            exports.table(path, rows, form, delimiter)
        with history_export.opened(path, incident_manager.REQUIRED) as export:
            return [history_export.understand(cells, ZONE, NOW) for _, cells in export.lines if cells is not None]
