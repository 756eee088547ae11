"""Agreeing to an answer, and what else ends the waiting: rejection with a reason, and an answer recorded by hand.

Approval names the version of the text it approves and is refused if the text changed; the outbox sends that snapshot.
"""

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import delete
from sqlalchemy.orm import Session

from incidents.flow import agreeing, answering, checking, gate, noticing, recording
from incidents.flow.answering import Intent
from incidents.networks import lengths
from incidents.records.answers import Alone, Answer, AnswerState
from incidents.records.appeals import Appeal, Message
from incidents.records.clocks import Alarm
from incidents.records.people import Person
from incidents.records.sources import Source
from incidents.rules import eyes, silence
from incidents.rules.acts import Act, Refused, Reject
from incidents.rules.alarms import Level
from incidents.rules.places import Place
from incidents.settings import Settings

_LARGEST_GUID = 2**31 - 1


def endorse(session: Session, appeal: Appeal, person: Person, *, now: datetime, version: int) -> None:
    """The head of the department agrees to a version of the text; the press sector approves after that."""
    answer = agreeing.handed_in(session, appeal, version)
    gate.act(session, appeal, Act.ENDORSE, person.actor, now=now, data={"answer": answer.id, "version": version})
    answer.endorsed_version = version
    # Whoever has given his word need not be told that it is waited for.
    session.execute(
        delete(Alarm).where(
            Alarm.appeal_number == appeal.number,
            Alarm.raised_at.is_(None),
            Alarm.step.startswith(f"{silence.PREFIX}{Level.HEAD}:"),
        )
    )


def approve(
    session: Session,
    appeal: Appeal,
    person: Person,
    settings: Settings,
    *,
    now: datetime,
    version: int,
    override: str | None = None,
    despite: str | None = None,
    seen_version: int | None = None,
    intent: Intent | None = None,
) -> Answer:
    """Approve one version of the text for publication; from here the outbox has it.

    `override` is the reason of a lone person on duty to publish his own text where four eyes are asked; it shows in
    the figures; `despite` the reason to publish what the check forbids; `intent` is what the text is for, if the approver
    says it. Raises Refused: `text_changed`, `empty_answer`, `needs_other_eyes`, `needs_endorsement`, `too_long`,
    `check_forbids`, `words_came` (the citizen wrote on meanwhile), and what `answering.check_intent` and the gate refuse.
    """
    answer = agreeing.handed_in(session, appeal, version, seen_version)
    if intent is not None:
        answer.purpose, answer.promised_on = intent.purpose, intent.promised_on
    answering.check_intent(session, appeal, Intent(answer.purpose, answer.promised_on), now=now)
    own = person.id in answering.writers(session, answer)
    is_overridden = _check_eyes(session, appeal, answer, person, settings, own, override)
    data = {"own": own, "override": bool(override)}
    send_out(
        session,
        appeal,
        answer,
        person,
        Act.APPROVE,
        now=now,
        data=data,
        reason=override,
        despite=despite,
        seen_version=seen_version,
    )
    if is_overridden:
        answer.alone = Alone.OVERRIDE
    return answer


def send_out(
    session: Session,
    appeal: Appeal,
    answer: Answer,
    person: Person,
    what: Act,
    *,
    now: datetime,
    data: Mapping[str, Any],
    reason: str | None = None,
    despite: str | None = None,
    seen_version: int | None = None,
) -> None:
    """Into the outbox, whoever decided it and by which act. Raises Refused `too_long`, `check_forbids` (unless `despite`
    gives a reason), and as the gate does."""
    target = _target(appeal)
    bounds = limit(appeal)
    if (length := bounds.size(answer.text)) > bounds.longest:
        raise Refused("too_long", longest=bounds.longest, length=length)
    forbidden = checking.ask(session, appeal, answer, now=now, despite=despite)
    if forbidden:
        data = {**data, "despite": list(forbidden)}
        reason = "; ".join(each.strip() for each in (reason, despite) if each and each.strip())
    gate.act(
        session,
        appeal,
        what,
        person.actor,
        now=now,
        reason=reason,
        data={"answer": answer.id, "version": answer.version, "purpose": answer.purpose, **data},
        seen_version=seen_version,
        changes={"assignee_id": appeal.assignee_id or person.id},
    )
    answer.approved_by, answer.approved_at = person.id, now
    _put_in_outbox(answer, target, appeal.source, now)


def limit(appeal: Appeal) -> lengths.Limit:
    """How long its answer may be where it is to stand; where nobody else sets a limit, what the program keeps at most."""
    target = _target(appeal)
    is_dialog = "peer_id" in target.reply_to if target else appeal.place is Place.MESSAGE
    return lengths.limit(appeal.network, is_dialog=is_dialog) or lengths.Limit(answering.LONGEST_TEXT)


def reject(
    session: Session,
    appeal: Appeal,
    person: Person,
    why: Reject,
    *,
    now: datetime,
    note: str = "",
    seen_version: int | None = None,
) -> None:
    """Not an incident: why, in a code and, if wanted, in words. Reversible.

    Raises Refused: `answered_already` (a verdict is never erased; what was answered can be closed), and as the gate does.
    """
    if appeal.answered_at is not None:
        raise Refused("answered_already")
    gate.act(
        session,
        appeal,
        Act.REJECT,
        person.actor,
        now=now,
        reason=note.strip() or why,
        data={"reason": why},
        seen_version=seen_version,
        changes={"reject_reason": why},
    )
    noticing.settle(session, appeal, now=now)


def restore(session: Session, appeal: Appeal, person: Person, *, now: datetime) -> None:
    """It is an incident after all; its clock was never stopped."""
    changes = {"reject_reason": None, "department_id": None, "department": None, "assignee_id": None, "assignee": None}
    gate.act(session, appeal, Act.RESTORE, person.actor, now=now, changes=changes)


def confirm_by_hand(
    session: Session,
    appeal: Appeal,
    person: Person,
    *,
    now: datetime,
    link: str,
    at: datetime,
    seen_version: int | None = None,
    intent: Intent | None = None,
) -> None:
    """A person saw the answer in the network: link and time are recorded (`recording.record`, which says what is refused)."""
    recording.record(session, appeal, person, now=now, link=link, at=at, seen_version=seen_version, intent=intent)


def _check_eyes(
    session: Session, appeal: Appeal, answer: Answer, person: Person, settings: Settings, own: bool, reason: str | None
) -> bool:
    """Does a given reason stand in the place of the other eyes? Refused where they are missing and there is none."""
    missing = eyes.obstacle(
        settings.four_eyes,
        is_theirs=appeal.department is not None
        and not appeal.department.is_press
        and not appeal.department.is_external,
        is_endorsed=answer.endorsed_version == answer.version,
        is_writer=own,
        is_agreed=own and agreeing.is_agreed_by_another(session, answer, person),
    )
    if missing and not (reason or "").strip():
        raise Refused("needs_endorsement" if missing == "head" else "needs_other_eyes")
    return bool(missing)


def _target(appeal: Appeal) -> Message | None:
    """The citizen's last words that still stand and that the program can answer under."""
    standing = [message for message in appeal.messages if message.reply_to and message.deleted_at is None]
    return standing[-1] if standing and appeal.source_id is not None else None


def _put_in_outbox(answer: Answer, target: Message | None, source: Source | None, now: datetime) -> None:
    answer.guid = secrets.randbelow(_LARGEST_GUID) + 1
    answer.attempts, answer.error, answer.error_code = 0, None, None
    if target is None:
        # Nobody but a person can place it; the card offers the text, the link, and the form to record both.
        answer.state, answer.error_code = AnswerState.NEEDS_OPERATOR, "by_hand"
        return
    answer.source_id, answer.reply_to = target.source_id, dict(target.reply_to)
    if source is not None and (source.paused_reason or not source.is_active):
        # It would wait without a word; `publishing.resume` takes it up when the administrator has mended the source.
        answer.state, answer.error_code = AnswerState.NEEDS_ADMIN, "source_paused"
        return
    answer.state, answer.next_at = AnswerState.APPROVED, now
