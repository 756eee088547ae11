"""What the arithmetic must know of a town."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from incidents.rules.alarms import Step


@dataclass(frozen=True, slots=True)
class Town:
    """The zone of its days and hours, and the moments at which its clocks raise alarms."""

    zone: ZoneInfo
    steps: tuple[Step, ...]
    #: Working minutes in which a department may say that an appeal is not its own; 0: at any time.
    return_minutes: int = 120
