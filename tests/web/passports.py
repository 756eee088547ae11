"""Appeals whose passports are looked at: the third of November of the field's own example, and a term of thirty days."""

from dataclasses import replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from incidents.flow import approving, calendar_changes, closing, enacting, intake, routing
from incidents.records.appeals import Appeal
from incidents.records.people import Department
from incidents.rules.acts import Actor
from incidents.rules.calendar import DayKind
from incidents.rules.days import SpecialDay
from incidents.rules.norms import Hours, Kind, Norm, Start, Unit
from incidents.rules.places import Network, Place
from incidents.settings import Settings
from tests.cast import Cast, Town, here, two_hours

ZONE = ZoneInfo("Asia/Vladivostok")
VK = Actor("network:vk")
LINK = "https://vk.com/wall-1234_1?reply=9"
BEFORE = datetime(2026, 10, 20, 0, 0, tzinfo=UTC)
DAYS = {
    date(2026, 11, 3): SpecialDay(DayKind.SHORTENED, "перед праздником", shorter_by=60),
    date(2026, 11, 4): SpecialDay(DayKind.HOLIDAY, "День народного единства"),
}


def town_at(day: int, hour: int, minute: int, second: int = 0, month: int = 11) -> datetime:
    """A moment of 2026 by the town's clock, in UTC."""
    return datetime(2026, month, day, hour, minute, second, tzinfo=ZONE).astimezone(UTC)


def working_hours(session: Session, cast: Cast, settings: Settings, norm: Norm | None = None) -> None:
    """Two hours of working time, and the days around the holiday."""
    zone, by = settings.town_zone, cast.elena.actor
    calendar_changes.change_days(session, DAYS, date(2026, 10, 21), by, now=BEFORE, zone=zone)
    wanted = norm or replace(two_hours(), hours=Hours.WORKING)
    enacting.enact(session, replace(wanted, valid_from=date(2026, 10, 21)), by, now=BEFORE, today=date(2026, 10, 20))
    session.commit()


def arrived(session: Session, town: Town, settings: Settings, at: datetime, kind: Kind = Kind.SOCIAL) -> Appeal:
    """A comment that nobody has routed."""
    by_hand = settings.model_copy(update={"machine_routing": False})
    words = intake.Incoming(
        network=Network.VK,
        place=Place.COMMENT,
        kind=kind,
        text="Во дворе сугробы по пояс.",
        received_at=at,
        posted_at=at,
        author_id="7",
        permalink=LINK,
        object_key=f"vk:wall-1234:r{at.timestamp():.0f}",
        source_id=town.vk.id,
    )
    appeal = intake.register(session, words, VK, by_hand, now=at)
    session.commit()
    return appeal


def assigned(session: Session, appeal: Appeal, department: Department, cast: Cast, at: datetime) -> None:
    routing.assign(session, appeal, session.get_one(Department, department.id), cast.anna.actor, now=at)
    session.commit()


def answered(session: Session, appeal: Appeal, cast: Cast, at: datetime) -> None:
    """Recorded by hand, with link and time."""
    approving.confirm_by_hand(session, appeal, here(session, cast.anna), now=at, link=LINK, at=at)
    session.commit()


def of_november(session: Session, town: Town, cast: Cast, settings: Settings) -> Appeal:
    """Tuesday 16:30 of a shortened day, a holiday after it, answered on Thursday 18 minutes before the deadline."""
    working_hours(session, cast, settings)
    appeal = arrived(session, town, settings, town_at(3, 16, 30))
    assigned(session, appeal, cast.housing, cast, town_at(3, 16, 37))
    answered(session, appeal, cast, town_at(5, 10, 12))
    return appeal


def reopened(session: Session, appeal: Appeal, cast: Cast, at: datetime) -> None:
    closing.reopen(session, appeal, here(session, cast.anna), now=at, reason="Снова выпал снег")
    session.commit()


def of_thirty_days(session: Session, town: Town, cast: Cast, settings: Settings) -> Appeal:
    """Thirty working days, answered after five weeks, with much that happened on the way."""
    days = Norm(0, Kind.SOCIAL, 30, Hours.WORKING, Start.RECEIVED, date(2026, 10, 21), Unit.DAYS, article="Приказ № 12")
    working_hours(session, cast, settings, days)
    appeal = arrived(session, town, settings, town_at(22, 12, 0, month=10))
    for day in range(23, 30):
        department = cast.housing if day % 2 else cast.roads
        routing.assign(
            session,
            appeal,
            session.get_one(Department, department.id),
            cast.anna.actor,
            now=town_at(day, 12, 0, month=10),
            reason=None if day == 23 else "Соседний участок, дорогу чистят другие",
        )
    session.commit()
    answered(session, appeal, cast, town_at(20, 11, 0))
    return appeal
