"""What a document system sends about an appeal under a law (`web.api_law`). Days are the town's, as YYYY-MM-DD."""

from datetime import date

from pydantic import Field

from incidents.web.schema_values import Given, Words


class ExtensionGiven(Given):
    """`days` for 59-ФЗ and 8-ФЗ; `until` for a request of the press."""

    days: int | None = Field(default=None, ge=1, le=365)
    until: date | None = None
    notice_on: date
    reason: Words = Field(min_length=1, max_length=1000)


class ForwardingGiven(Given):
    """`whom` says to whom, and why to them."""

    whom: Words = Field(min_length=1, max_length=1000)
    on: date
    notice_on: date | None = None
