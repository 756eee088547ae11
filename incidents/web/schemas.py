"""What other programs send and get: the same classes validate the calls and make `/openapi.json`. Times are ISO 8601, UTC."""

from datetime import date
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from incidents.rules.acts import Status
from incidents.rules.norms import Kind
from incidents.rules.places import Network
from incidents.web.act_schemas import Clock
from incidents.web.schema_values import Given, GivenMoment, Moment, Url, Words

LONGEST_TEXT = 50_000


class AuthorGiven(Given):
    name: Words = Field(default="", max_length=200)
    url: Url | None = None


class AppealGiven(Given):
    """An appeal from another system. `external_id` is unique for the token: sent again, it gives the same appeal."""

    external_id: Words = Field(min_length=1, max_length=120)
    network: Network
    #: What it is before the law; it decides the norms. `registered_on` and `document_number` are those of the document system.
    kind: Kind = Kind.SOCIAL
    registered_on: date | None = None
    document_number: Words | None = Field(default=None, max_length=60)
    text: Words = Field(max_length=LONGEST_TEXT)
    author: AuthorGiven | None = None
    permalink: Url | None = None
    posted_at: GivenMoment | None = None
    #: In the past: the token needs the scope `history`. In the future: refused. Left out: now.
    received_at: GivenMoment | None = None
    #: The topic's name as in the classifier; where two groups have one of this name, "group / topic".
    topic: Words | None = Field(default=None, max_length=330)
    address: Words | None = Field(default=None, max_length=300)


class Filters(BaseModel):
    """Which appeals a list holds. `after` is the `next` of the page before."""

    model_config = ConfigDict(extra="forbid")

    status: Status | None = None
    #: The department's code or name.
    department: str | None = None
    overdue: bool | None = None
    year: int | None = Field(default=None, ge=1970, le=9998)
    topic: str | None = None
    network: Network | None = None
    kind: Kind | None = None
    external_id: str | None = None
    document_number: str | None = None
    permalink: str | None = None
    limit: int = Field(default=50, ge=1, le=500)
    after: int | None = Field(default=None, ge=0)
    count: bool = False


class Author(BaseModel):
    name: str
    url: str | None


class Norm(BaseModel):
    term_minutes: int | None
    term: int
    unit: Literal["minutes", "days", "working_day_end"]
    article: str
    hours: Literal["calendar", "working"]
    valid_from: str


class Elapsed(BaseModel):
    calendar_seconds: int
    working_seconds: int


class Suggestion(BaseModel):
    topic: str
    group: str
    department: str | None
    score: float
    words: list[str]


class Answer(BaseModel):
    text: str
    #: final, interim, question or deferral.
    purpose: str
    promised_on: str | None
    state: str
    published_at: Moment | None
    permalink: str | None
    error: str | None


class Entry(BaseModel):
    seq: int
    act: str
    by: str
    happened_at: Moment
    noticed_at: Moment
    reason: str | None


class AppealShort(BaseModel):
    """An appeal in a list."""

    number: int
    kind: str
    network: str
    status: str
    outcome: str | None
    text: str
    author: Author | None
    permalink: str | None
    external_id: str | None
    #: Its number in the document system or on the portal.
    document_number: str | None
    #: The social appeal that this formal one was made from.
    origin: int | None
    group: str | None
    topic: str | None
    department: str | None
    posted_at: Moment | None
    received_at: Moment
    registered_at: Moment
    due_at: Moment | None
    answered_at: Moment | None
    is_late: bool
    is_overdue: bool


class ControlDate(BaseModel):
    """One date of a law, or a reminder of the town's own (without an article). `control_on` is the town's day for it."""

    duty: str
    on: str
    control_on: str
    article: str
    is_checked: bool
    days_before: int


class AppealFull(AppealShort):
    """One appeal with all that is known of it."""

    #: Of formal appeals, requests for information and of the press; else empty.
    control_dates: list[ControlDate]

    norm: Norm | None
    elapsed: Elapsed
    clocks: list[Clock]
    suggestions: list[Suggestion]
    answers: list[Answer]
    journal: list[Entry]


class AppealPage(BaseModel):
    items: list[AppealShort]
    #: Give it as `after` for the next page; null on the last one.
    next: int | None
    #: Only with `?count=1`: counting costs more than reading a page.
    count: int | None = None


class Year(BaseModel):
    year: int
    received: int
    in_time: int | None
    late: int | None
    waiting: int | None
    growth_percent: float | None
    #: How many of them were brought in as a bare number, null where none.
    imported: int | None


class Years(BaseModel):
    years: list[Year]
    total: int


class Part(BaseModel):
    name: str
    received: int | None
    in_time: int | None
    late: int | None


class YearFull(BaseModel):
    year: int
    received: int
    in_time: int | None
    late: int | None
    waiting: int | None
    rejected: int | None
    other_kinds: int | None
    answered_in_period: int | None
    median_minutes: float | None
    p90_minutes: float | None
    months: list[Part]
    groups: list[Part]
    departments: list[Part]
    networks: list[Part]


def year_in_parts(fields: dict[str, Any]) -> YearFull:
    """A year as it is told: a number that was brought in has no months that anybody knows, and still has twelve of them."""
    unknown = [{"name": f"{month:02}", "received": None, "in_time": None, "late": None} for month in range(1, 13)]
    return YearFull.model_validate(fields | {"months": fields["months"] or unknown})


class Problem(BaseModel):
    """What went wrong, in a sentence (RFC 9457)."""

    type: str = "about:blank"
    status: int
    title: str
    detail: str
