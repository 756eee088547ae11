"""The approver is silent: the author publishes under the own name, by a click of his own, with the minutes written down.

The moments are planned with the clocks like every alarm (`timing`); the people are told by the sweep. What an author may
do follows from those moments and the clock on the wall, so that a worker that stands still takes nothing from him.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from incidents.flow import agreeing, answering, approving, gate
from incidents.records.answers import Alone, Answer
from incidents.records.appeals import Appeal
from incidents.records.clocks import Alarm
from incidents.records.journal import Entry
from incidents.records.people import Person
from incidents.rules import silence
from incidents.rules.acts import Act, Refused, Status
from incidents.settings import Settings


@dataclass(frozen=True, slots=True)
class Wait:
    """Since when a text waits for approval, and from when its author may publish it himself (None: never)."""

    since: datetime
    begins: datetime | None


def waits(session: Session, numbers: Collection[int]) -> dict[int, Wait]:
    """How long each of these appeals, whose texts wait for approval, has waited; two questions, however many."""
    streams = {gate.stream(number): number for number in numbers}
    handed_in = (
        select(Entry.stream, func.max(Entry.happened_at))
        .where(Entry.stream.in_(list(streams)), Entry.act == Act.SUBMIT)
        .group_by(Entry.stream)
    )
    since = {streams[stream]: at for stream, at in session.execute(handed_in)} if streams else {}
    planned = (
        select(Alarm.appeal_number, Alarm.happens_at)
        .join(Appeal, Appeal.number == Alarm.appeal_number)
        .where(Alarm.appeal_number.in_(list(since)), Alarm.step.startswith(silence.PREFIX))
        .where(Alarm.due_at == Appeal.next_due_at)
    )
    coming: dict[int, list[datetime]] = {}
    for number, at in session.execute(planned) if since else ():
        # Those of a text that was handed in before, and sent back, are older than this one.
        if at > since[number]:
            coming.setdefault(number, []).append(at)
    return {number: Wait(at, silence.begins(coming.get(number, ()))) for number, at in since.items()}


def publish_alone(
    session: Session,
    appeal: Appeal,
    person: Person,
    settings: Settings,
    *,
    now: datetime,
    version: int,
    seen_version: int | None = None,
) -> Answer:
    """Publish one's own text because nobody has decided about it until the deadline came near.

    Raises Refused: `silence_off`, `not_a_writer`, `not_silent_yet`, and as `approving.approve`.
    """
    if not settings.publish_on_silence:
        raise Refused("silence_off")
    if appeal.status is not Status.ON_APPROVAL:
        raise Refused("not_waiting")
    answer = agreeing.handed_in(session, appeal, version, seen_version)
    if person.id not in answering.writers(session, answer):
        raise Refused("not_a_writer")
    wait = waits(session, [appeal.number]).get(appeal.number)
    if wait is None or wait.begins is None:
        raise Refused("never_silent")
    if not silence.is_silent(wait.begins, now):
        raise Refused("not_silent_yet", at=wait.begins)
    answering.check_intent(session, appeal, answering.Intent(answer.purpose, answer.promised_on), now=now)
    minutes = int((now - wait.since).total_seconds() // 60)
    data = {"own": True, "override": True, "silent_minutes": minutes}
    approving.send_out(session, appeal, answer, person, Act.OWN_NAME, now=now, data=data, seen_version=seen_version)
    answer.alone = Alone.SILENCE
    return answer
