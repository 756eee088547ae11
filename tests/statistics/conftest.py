"""Appeals as the figures see them: when received, due, answered, and what became of them."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Engine, event
from sqlalchemy.orm import Session

from incidents.records.appeals import Appeal
from incidents.rules.acts import Reject, Status
from incidents.rules.norms import Kind
from incidents.rules.places import Network, Place

ZONE = ZoneInfo("Asia/Vladivostok")
TERM = timedelta(hours=2)

Add = Callable[..., Appeal]


def local(year: int, month: int = 6, day: int = 15, hour: int = 12, minute: int = 0) -> datetime:
    """A moment by the town's clock."""
    return datetime(year, month, day, hour, minute, tzinfo=ZONE)


def statements(engine: Engine) -> list[str]:
    """What the database is asked from now on."""
    asked: list[str] = []

    def hear(*call: Any) -> None:
        if call[2].lstrip().startswith(("SELECT", "WITH")):
            asked.append(call[2])

    event.listen(engine, "before_cursor_execute", hear)
    return asked


@pytest.fixture
def add(session: Session) -> Add:
    """Adds one appeal: received at a moment, answered so long after it or not at all."""

    def put(
        received_at: datetime,
        after: timedelta | None = None,
        *,
        status: Status | None = None,
        has_norm: bool = True,
        reject_reason: Reject | None = None,
        topic_id: int | None = None,
        department_id: int | None = None,
        network: Network = Network.VK,
    ) -> Appeal:
        appeal = Appeal(
            kind=Kind.SOCIAL,
            network=network,
            place=Place.ELSEWHERE,
            text="Опять не убран снег",
            received_at=received_at,
            registered_at=received_at,
            clock_started_at=received_at,
            due_at=received_at + TERM if has_norm else None,
            answered_at=None if after is None else received_at + after,
            status=status or (Status.NEW if after is None else Status.ANSWERED),
            reject_reason=reject_reason,
            topic_id=topic_id,
            department_id=department_id,
            suggestions=[],
            returns=0,
            is_imported=False,
        )
        session.add(appeal)
        session.flush()
        return appeal

    return put
