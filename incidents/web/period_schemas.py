"""A period as other programs ask for it and get it: the figures of the page."""

from datetime import date
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from incidents.rules.periods import MOST_DAYS, Period
from incidents.statistics import measures
from incidents.statistics.period import Figures
from incidents.statistics.stretches import Sum


class Asked(BaseModel):
    """Days of the town, both included; at most a year."""

    model_config = ConfigDict(extra="forbid")

    first: date = Field(alias="from", ge=date(1990, 1, 1), le=date(2999, 12, 31))
    last: date = Field(alias="to", ge=date(1990, 1, 1), le=date(2999, 12, 31))

    @model_validator(mode="after")
    def in_order(self) -> Self:
        if not 0 < self.period.days <= MOST_DAYS:
            raise ValueError(f"`to` must not be before `from`, nor more than {MOST_DAYS} days after it")
        return self

    @property
    def period(self) -> Period:
        return Period(self.first, self.last)


class Stretch(BaseModel):
    """The figures of some days. Shares and percentiles are null where there are too few answers to say."""

    model_config = ConfigDict(serialize_by_alias=True)

    first: str = Field(serialization_alias="from")
    last: str = Field(serialization_alias="to")
    working_days: int
    received: int
    in_time: int
    late: int
    in_time_percent: float | None
    answers: int
    median_minutes: float | None
    p90_minutes: float | None


class TrendPoint(BaseModel):
    model_config = ConfigDict(serialize_by_alias=True)

    first: str = Field(serialization_alias="from")
    last: str = Field(serialization_alias="to")
    received: int
    in_time: int
    late: int
    p90_minutes: float | None


class WaitBar(BaseModel):
    """Answers that took longer than `since_minutes` and at most `to_minutes` (null: all that took longer)."""

    since_minutes: int
    to_minutes: int | None
    answers: int
    late: int


class GrownTopic(BaseModel):
    name: str
    group: str
    received: int
    before: int


class PeriodDepartment(BaseModel):
    name: str
    received: int
    in_time: int
    late: int
    returned: int
    repeated: int
    median_minutes: float | None
    p90_minutes: float | None
    promises_kept: int
    promises_broken: int


class PeriodFigures(Stretch):
    """A period beside the days before and a year ago, on the same weekdays."""

    waiting: int
    without_norm: int
    returned: int
    repeated: int
    #: Published by its own writer, without other eyes.
    alone: int
    answered_in_period: int
    promises_kept: int
    promises_broken: int
    #: To the days before, in percent; per working day where these differ.
    growth_percent: float | None
    previous: Stretch
    year_ago: Stretch | None
    trend: list[TrendPoint]
    waits: list[WaitBar]
    #: Seven days, Monday first, of twenty-four hours.
    arrivals: list[list[int]]
    late_hours: list[list[int]]
    topics: list[GrownTopic]
    departments: list[PeriodDepartment]


def told(figures: Figures) -> PeriodFigures:
    """The figures in the shape of the API."""
    return PeriodFigures(
        **_stretch(figures.now).model_dump(by_alias=False),
        waiting=figures.waiting,
        without_norm=figures.without_norm,
        returned=figures.returned,
        repeated=figures.repeated,
        alone=figures.alone,
        answered_in_period=figures.answered_in_period,
        promises_kept=figures.promises.kept,
        promises_broken=figures.promises.broken,
        growth_percent=figures.growth(figures.previous),
        previous=_stretch(figures.previous),
        year_ago=_stretch(figures.year_ago) if figures.year_ago else None,
        trend=[
            TrendPoint(
                first=point.first.isoformat(),
                last=point.last.isoformat(),
                received=point.received,
                in_time=point.in_time,
                late=point.late,
                p90_minutes=point.p90_minutes,
            )
            for point in figures.trend
        ],
        waits=[
            WaitBar(since_minutes=bar.since, to_minutes=bar.to, answers=bar.answers, late=bar.late)
            for bar in figures.bars
        ],
        arrivals=[list(day) for day in figures.arrivals],
        late_hours=[list(day) for day in figures.late_hours],
        topics=[
            GrownTopic(name=topic.name, group=topic.group, received=topic.received, before=topic.before)
            for topic in figures.topics
        ],
        departments=_departments(figures),
    )


def _departments(figures: Figures) -> list[PeriodDepartment]:
    return [
        PeriodDepartment(
            name=line.name,
            received=line.received,
            in_time=line.in_time,
            late=line.late,
            returned=line.returned,
            repeated=line.repeated,
            median_minutes=line.waits.median_minutes,
            p90_minutes=line.waits.p90_minutes,
            promises_kept=line.promises.kept,
            promises_broken=line.promises.broken,
        )
        for line in figures.departments
    ]


def _stretch(each: Sum) -> Stretch:
    return Stretch(
        first=each.period.first.isoformat(),
        last=each.period.last.isoformat(),
        working_days=each.working_days,
        received=each.received,
        in_time=each.in_time,
        late=each.late,
        in_time_percent=None if each.rate is None else measures.shown(each.rate),
        answers=each.waits.answers,
        median_minutes=each.waits.median_minutes,
        p90_minutes=each.waits.p90_minutes,
    )
