"""What a line of history says, read strictly: an appeal from before the program, or the number of a whole year.

A line that cannot be taken raises BadLine with a code (`REASONS` has its sentence); a cell that can be done without becomes
a warning and stays empty.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from incidents.rules.acts import WAITING, Status
from incidents.rules.places import Network

#: Nobody wrote in a social network before; an older year is a slip of the pen.
FIRST_YEAR = 1990
LONGEST_ID, LONGEST_NAME, LONGEST_URL, LONGEST_NOTE = 120, 200, 1000, 200
LONGEST_ADDRESS, LONGEST_CODE = 300, 40
LARGEST_COUNT = 1_000_000_000
_FORMATS = ("%d.%m.%Y %H:%M", "%d.%m.%Y %H:%M:%S", "%d.%m.%Y")

REASONS: Mapping[str, str] = {
    "unreadable": "the line cannot be read as CSV, or has more cells than the header",
    "external_id_empty": "external_id is empty",
    "external_id_long": f"external_id is longer than {LONGEST_ID} characters",
    "unknown_network": f"network is none of {', '.join(Network)}",
    "text_empty": "text is empty",
    "received_at_empty": "received_at is empty",
    "bad_received_at": "received_at is no time like 2023-05-01T14:30 or 01.05.2023 14:30",
    "bad_posted_at": "posted_at is no time like 2023-05-01T14:30 or 01.05.2023 14:30",
    "bad_answered_at": "answered_at is no time like 2023-05-01T14:30 or 01.05.2023 14:30",
    "time_in_future": "a time of the line has not come yet",
    "answered_before_received": "answered_at lies before received_at",
    "unknown_status": f"status is none of {', '.join(Status)}",
    "status_contradicts": "answered_at is given, but the status is one from before the answer or a rejection",
    "key_twice": "the same network and external_id stand in an earlier line",
    "year_is_total": "the appeals of this year were brought in as a number; bring in 0 for the year first",
    "bad_year": f"the year is no number from {FIRST_YEAR} to this year",
    "bad_count": "the count is no whole number",
    "year_twice": "the same year stands in an earlier line",
    "year_is_counted": "the program holds appeals of this year already and counts them; a number would count them twice",
}
WARNINGS: Mapping[str, str] = {
    "author_url": "author_url is no http or https address and is left empty",
    "permalink": "permalink is no http or https address and is left empty",
    "topic": "there is no topic of this name, or more than one; left empty",
    "department": "there is no department of this name; left empty",
}


class BadLine(ValueError):
    """A line that cannot be taken; `reason` is a code of REASONS."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Past:
    """An appeal of the past. Times are aware UTC; topic and department are names as written, yet to be found."""

    external_id: str
    network: Network
    text: str
    received_at: datetime
    status: Status
    author_name: str = ""
    author_url: str | None = None
    permalink: str | None = None
    posted_at: datetime | None = None
    answered_at: datetime | None = None
    answer_text: str = ""
    #: Published answers after the first, each with its time where that is known.
    further: tuple[tuple[str, datetime | None], ...] = ()
    #: Names under which the topic may be found, the surest first.
    topics: tuple[str, ...] = ()
    department: str = ""
    responder: str = ""
    address: str = ""
    outcome: str | None = None
    ended_at: datetime | None = None
    #: The number by which people of the other program know it.
    foreign_number: str = ""
    #: Columns whose cell could not be used: codes of WARNINGS.
    warnings: tuple[str, ...] = ()

    @property
    def closed_at(self) -> datetime | None:
        """When it was closed. A file that ends before it answers does not know: what came after must not be undone by it."""
        if self.status is not Status.CLOSED or self.ended_at is None:
            return None
        return self.ended_at if self.answered_at is None or self.answered_at <= self.ended_at else None


@dataclass(frozen=True, slots=True)
class Total:
    """The number of a year, and a note on it ("since August")."""

    year: int
    count: int
    note: str


def past(cells: Mapping[str, str], zone: ZoneInfo, now: datetime) -> Past:
    """The appeal of a line. Naive times are those of `zone`. Raises BadLine."""
    external_id, network, text = (cells.get(name, "") for name in ("external_id", "network", "text"))
    if not external_id:
        raise BadLine("external_id_empty")
    if len(external_id) > LONGEST_ID:
        raise BadLine("external_id_long")
    if network.lower() not in tuple(Network):
        raise BadLine("unknown_network")
    if not text:
        raise BadLine("text_empty")
    received_at, posted_at, answered_at = _times(cells, zone, now)
    url, permalink = (cells.get(name, "") for name in ("author_url", "permalink"))
    return Past(
        external_id=external_id,
        network=Network(network.lower()),
        text=text,
        received_at=received_at,
        status=_status(cells, answered_at),
        author_name=cells.get("author_name", "")[:LONGEST_NAME],
        author_url=url if is_address(url) else None,
        permalink=permalink if is_address(permalink) else None,
        posted_at=posted_at,
        answered_at=answered_at,
        answer_text=cells.get("answer_text", ""),
        topics=(topic,) if (topic := cells.get("topic", "")) else (),
        department=cells.get("department", ""),
        warnings=tuple(n for n, v in (("author_url", url), ("permalink", permalink)) if v and not is_address(v)),
    )


def total(cells: list[str], this_year: int) -> Total:
    """The number of a year from its two or three cells. Raises BadLine."""
    year, count, note = (cell.strip() for cell in [*cells, "", "", ""][:3])
    digits = "".join(count.split())
    if not _is_number(year) or not FIRST_YEAR <= int(year) <= this_year:
        raise BadLine("bad_year")
    if not _is_number(digits) or int(digits) > LARGEST_COUNT:
        raise BadLine("bad_count")
    return Total(int(year), int(digits), note[:LONGEST_NOTE])


def moment(written: str, zone: ZoneInfo) -> datetime | None:
    """A time as people and programs write it, aware UTC; None when it is none. Without a zone it is one of `zone`."""
    found = None
    try:
        found = datetime.fromisoformat(written)
    except ValueError:
        for form in _FORMATS:
            try:
                found = datetime.strptime(written, form)  # noqa: DTZ007 - the zone follows
                break
            except ValueError:
                continue
    if found is None or not FIRST_YEAR <= found.year < 9999:
        return None
    return (found if found.tzinfo else found.replace(tzinfo=zone)).astimezone(UTC)


def is_address(url: str) -> bool:
    """Is this a link that can be kept?"""
    return url.startswith(("http://", "https://")) and len(url) <= LONGEST_URL


def _times(
    cells: Mapping[str, str], zone: ZoneInfo, now: datetime
) -> tuple[datetime, datetime | None, datetime | None]:
    if not cells.get("received_at"):
        raise BadLine("received_at_empty")
    found = {name: _time(cells, name, zone) for name in ("received_at", "posted_at", "answered_at")}
    if any(at and at > now for at in found.values()):
        raise BadLine("time_in_future")
    received_at, answered_at = found["received_at"], found["answered_at"]
    if received_at is None:
        raise BadLine("bad_received_at")
    if answered_at and answered_at < received_at:
        raise BadLine("answered_before_received")
    return received_at, found["posted_at"], answered_at


def _time(cells: Mapping[str, str], name: str, zone: ZoneInfo) -> datetime | None:
    written = cells.get(name, "")
    found = moment(written, zone) if written else None
    if written and found is None:
        raise BadLine(f"bad_{name}")
    return found


def _status(cells: Mapping[str, str], answered_at: datetime | None) -> Status:
    """As given; else answered where there is an answer or its time, else new."""
    written = cells.get("status", "").lower()
    if not written:
        return Status.ANSWERED if answered_at or cells.get("answer_text") else Status.NEW
    if written not in tuple(Status):
        raise BadLine("unknown_status")
    status = Status(written)
    if answered_at and (status in WAITING or status is Status.REJECTED):
        raise BadLine("status_contradicts")
    return status


def _is_number(written: str) -> bool:
    return written.isascii() and written.isdecimal() and len(written) <= 10
