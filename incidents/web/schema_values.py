"""The values that other programs send and get: moments with their zone, words that every database holds, web addresses."""

from datetime import UTC, datetime
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, PlainSerializer

from incidents.flow.receiving import clean
from incidents.networks import links


def _aware(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("a time needs its zone, for example 2026-11-19T13:42:00Z")
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise ValueError("a time between the years 1 and 9999") from None


def _web_address(url: str) -> str:
    try:
        links.recognise(url)
    except links.BadLink:
        raise ValueError("only http and https addresses are taken") from None
    return url.strip()


Moment = Annotated[datetime, PlainSerializer(lambda m: m.astimezone(UTC).isoformat().replace("+00:00", "Z"), str)]
GivenMoment = Annotated[datetime, AfterValidator(_aware)]
Words = Annotated[str, AfterValidator(clean)]
Url = Annotated[str, Field(max_length=1000), AfterValidator(_web_address), AfterValidator(clean)]


class Given(BaseModel):
    """What is sent to us: an unknown field is a mistake worth telling."""

    model_config = ConfigDict(extra="forbid")
