"""The present as a place in a question, so that the question is written once and asked at any moment."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, bindparam

from incidents.records.database import UTCDateTime
from incidents.statistics import measures


class Present:
    """The present in a question that is written once: a place to be filled in as `now`, and as `soon`
    what is `measures.SOON` later."""

    def __clause_element__(self) -> ColumnElement[datetime]:
        return bindparam("now", type_=UTCDateTime())

    def __add__(self, later: timedelta) -> ColumnElement[datetime]:
        if later != measures.SOON:
            raise ValueError("no other moment than the present and what is soon has a place")
        return bindparam("soon", type_=UTCDateTime())


#: For `measures.condition` and whatever counts with it.
PRESENT: Any = Present()
