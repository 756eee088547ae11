"""Appeals as other programs see them: rows of the database in the shapes of `schemas`."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from incidents.flow import complying, gate, timing
from incidents.records.answers import Answer
from incidents.records.appeals import Appeal
from incidents.records.clocks import ClockRow
from incidents.records.journal import Entry
from incidents.records.topics import Topic
from incidents.rules.acts import Act, Status
from incidents.rules.clock import Verdict
from incidents.rules.norms import Unit
from incidents.settings import Settings
from incidents.web import act_schemas, schemas

#: What a list shows of an appeal, fetched in the same query.
LOADED = (
    joinedload(Appeal.author),
    joinedload(Appeal.topic).joinedload(Topic.group),
    joinedload(Appeal.department),
)

#: What these entries say was written for colleagues; another program learns only that it was.
AMONG_COLLEAGUES = frozenset({Act.NOTE, Act.CONTROL})


def short(appeal: Appeal, now: datetime) -> schemas.AppealShort:
    """An appeal in a list."""
    return schemas.AppealShort(
        number=appeal.number,
        kind=appeal.kind,
        network=appeal.network,
        status=appeal.status,
        outcome=appeal.outcome,
        text=appeal.text,
        author=schemas.Author(name=appeal.author.name, url=appeal.author.url) if appeal.author else None,
        permalink=appeal.permalink,
        external_id=appeal.external_id,
        document_number=appeal.document_number,
        origin=appeal.origin_number,
        group=appeal.topic.group.name if appeal.topic else None,
        topic=appeal.topic.name if appeal.topic else None,
        department=appeal.department.name if appeal.department else None,
        posted_at=appeal.posted_at,
        received_at=appeal.received_at,
        registered_at=appeal.registered_at,
        due_at=appeal.due_at,
        answered_at=appeal.answered_at,
        is_late=appeal.is_late(now),
        is_overdue=appeal.is_overdue(now),
    )


def full(session: Session, appeal: Appeal, settings: Settings, now: datetime) -> schemas.AppealFull:
    """One appeal with norm, both clocks, suggestions, answers and journal."""
    elapsed = timing.elapsed(session, appeal, now)
    norm = appeal.norm
    return schemas.AppealFull(
        **short(appeal, now).model_dump(),
        norm=schemas.Norm(
            term_minutes=norm.term if norm.unit is Unit.MINUTES else None,
            term=norm.term,
            unit=norm.unit.value,
            hours=norm.hours.value,
            valid_from=norm.valid_from.isoformat(),
            article=norm.article,
        )
        if norm
        else None,
        elapsed=schemas.Elapsed(calendar_seconds=elapsed.calendar_seconds, working_seconds=elapsed.working_seconds),
        control_dates=_control_dates(session, appeal, settings),
        clocks=_clocks(session, appeal, now),
        suggestions=_suggestions(session, appeal),
        answers=_answers(session, appeal),
        journal=_journal(session, appeal),
    )


def without_words(told: schemas.AppealFull) -> schemas.AppealFull:
    """For who only knew the link and may not read: that it is registered and how it stands; neither what was written nor
    what is said about it inside."""
    return told.model_copy(update={"text": "", "author": None, "suggestions": [], "answers": [], "journal": []})


def _control_dates(session: Session, appeal: Appeal, settings: Settings) -> list[schemas.ControlDate]:
    return [
        schemas.ControlDate(
            duty=each.duty,
            on=each.on.isoformat(),
            control_on=each.control_on.isoformat(),
            article=each.article,
            is_checked=each.is_checked,
            days_before=each.days_before,
        )
        for each in complying.control_dates(session, appeal, settings)
    ]


def _clocks(session: Session, appeal: Appeal, now: datetime) -> list[act_schemas.Clock]:
    query = select(ClockRow).where(ClockRow.appeal_number == appeal.number)
    return [
        act_schemas.Clock(
            name=row.name,
            cycle=row.cycle,
            turn=row.turn,
            started_at=row.started_at,
            due_at=None if verdict is Verdict.PAUSED else row.due_at,
            stopped_at=row.stopped_at,
            ended_at=row.ended_at,
            paused_at=row.paused_at,
            verdict=verdict.value,
        )
        for row in session.scalars(query.order_by(ClockRow.cycle, ClockRow.started_at, ClockRow.id))
        for verdict in [row.verdict(now, is_void=appeal.status is Status.REJECTED)]
    ]


def _suggestions(session: Session, appeal: Appeal) -> list[schemas.Suggestion]:
    ids = [row["topic_id"] for row in appeal.suggestions]
    query = select(Topic).where(Topic.id.in_(ids)).options(joinedload(Topic.group), joinedload(Topic.department))
    topics = {topic.id: topic for topic in session.scalars(query)}
    return [
        schemas.Suggestion(
            topic=topic.name,
            group=topic.group.name,
            department=topic.department.name if topic.department else None,
            score=row["score"],
            words=row["words"],
        )
        for row in appeal.suggestions
        if (topic := topics.get(row["topic_id"]))
    ]


def _answers(session: Session, appeal: Appeal) -> list[schemas.Answer]:
    rows: Sequence[Answer] = session.scalars(
        select(Answer).where(Answer.appeal_number == appeal.number).order_by(Answer.id)
    ).all()
    return [
        schemas.Answer(
            text=row.text,
            purpose=row.purpose.value,
            promised_on=row.promised_on.isoformat() if row.promised_on else None,
            state=row.state,
            published_at=row.published_at,
            permalink=row.permalink,
            error=row.error or row.error_code,
        )
        for row in rows
    ]


def _journal(session: Session, appeal: Appeal) -> list[schemas.Entry]:
    query = select(Entry).where(Entry.stream == gate.stream(appeal.number)).order_by(Entry.seq)
    return [
        schemas.Entry(
            seq=entry.seq,
            act=entry.act,
            by=entry.by,
            happened_at=entry.happened_at,
            noticed_at=entry.noticed_at,
            reason=entry.note.text if entry.note and entry.act not in AMONG_COLLEAGUES else None,
        )
        for entry in session.scalars(query)
    ]
