"""What another program may say that it published or decided, and the clocks that it gets back."""

from datetime import date
from typing import Literal

from pydantic import BaseModel, Field, model_validator

from incidents.flow.answering import LONGEST_TEXT
from incidents.rules.acts import Outcome
from incidents.web.schema_values import Given, GivenMoment, Moment, Url, Words

#: The acts that are a visible answer.
PUBLICATIONS = ("confirm", "answer_interim", "ask_author", "defer")


class ActGiven(Given):
    """An act on an appeal. A visible answer (`confirm` is the final one) needs `permalink` and `at`, a deferral also
    `promised_on`; the same answer at the same link is recorded once. `close` may say the outcome, `reopen` says why."""

    act: Literal["confirm", "answer_interim", "ask_author", "defer", "close", "reopen"]
    permalink: Url | None = None
    #: When the citizen could first see it.
    at: GivenMoment | None = None
    promised_on: date | None = None
    text: Words = Field(default="", max_length=LONGEST_TEXT)
    outcome: Outcome | None = None
    reason: Words | None = Field(default=None, max_length=1000)

    @model_validator(mode="after")
    def _fits(self) -> "ActGiven":
        is_visible = self.act in PUBLICATIONS
        if is_visible and (self.permalink is None or self.at is None):
            raise ValueError("a visible answer needs permalink and at")
        if is_visible and (self.outcome or self.reason):
            raise ValueError("outcome and reason belong to close and reopen")
        if not is_visible and (self.permalink or self.at or self.text):
            raise ValueError("permalink, at and text belong to a visible answer")
        if (self.act == "defer") != (self.promised_on is not None):
            raise ValueError("promised_on belongs to defer, and defer needs it")
        if self.act == "reopen" and self.outcome:
            raise ValueError("outcome belongs to close")
        return self


class Clock(BaseModel):
    """One clock of an appeal. `turn` tells the clocks of one name apart, `cycle` counts reopenings from 1."""

    name: str
    cycle: int
    turn: int
    started_at: Moment
    #: Null while it waits for the author: the deadline moves with every minute.
    due_at: Moment | None
    stopped_at: Moment | None
    ended_at: Moment | None
    paused_at: Moment | None
    verdict: Literal["running", "paused", "in_time", "late", "overdue", "ended"]
