"""A calendar changed through the pages: the forms' fields, and the two steps of looking and entering."""

import re
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker
from werkzeug.test import TestResponse

from incidents.records.calendars import CalendarVersion
from tests.web.conftest import send

Sessions = sessionmaker[Session]
ZONE = ZoneInfo("Asia/Vladivostok")
TODAY = datetime.now(UTC).astimezone(ZONE).date()
WEEK = {
    "monday": "8:30-12:30, 13:15–17:30",
    **dict.fromkeys(("tuesday", "wednesday", "thursday", "friday"), "8:30-17:30"),
    "saturday": "",
    "sunday": "—",
    "keeps_days": "y",
}
ORDER = {"valid_from": TODAY.isoformat(), "note": "распоряжение № 12"}


def rows(sessions: Sessions) -> list[CalendarVersion]:
    with sessions() as session:
        return list(session.scalars(select(CalendarVersion).order_by(CalendarVersion.id)))


def enter_it(client: FlaskClient, path: str, **fields: Any) -> TestResponse:
    """Look what changes, then enter just that."""
    looked = send(client, path, page=path, **fields)
    assert looked.status_code == 200, looked.text
    seen = re.search(r'name="seen" value="([^"]+)"', looked.text)
    assert seen is not None
    return send(client, path, page=path, seen=seen.group(1), **fields)
