"""Who hears of an alarm."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from incidents.records.clocks import Alarm


def spread(session: Session, alarms: Sequence[Alarm], *, now: datetime) -> None:
    """Tell the people that alarms were raised, in the caller's transaction."""
