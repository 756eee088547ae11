"""How an appeal of the history ends: answered, mostly in time, or rejected; with the alarms that were due on the way.

It follows the flow (answering -> approving -> publishing -> overdue) as stories does before it. Used by history.
"""

import random
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from incidents.demo import voices
from incidents.demo.stories import Setting, Story, begin, person, sort
from incidents.flow import gate
from incidents.rules.acts import Act, Reject, Status
from incidents.rules.alarms import moments

#: What share was late: much in the first months, little later, more again when two hours replaced eight.
_LATE = {2018: 0.10, 2019: 0.07, 2020: 0.055, 2021: 0.045, 2022: 0.035, 2023: 0.06}
_LATE_NOW = 0.04
_REJECTED_NOW = 0.05
_REJECTS = ((Reject.SPAM, "spam"), (Reject.THANKS, "thanks"))


def tell(chance: random.Random, setting: Setting, number: int, received_at: datetime, *, is_past: bool) -> Story:
    """The whole story of one appeal: answered, or (lately) rejected. `is_past`: of the years that are counted exactly."""
    month = received_at.astimezone(setting.zone).month
    complaint = voices.complain(chance, month, voices.somebody(chance))
    if not is_past and chance.random() < _REJECTED_NOW:
        reason, list_ = chance.choice(_REJECTS)
        text = chance.choice(voices.phrases().lists[list_])
        return _rejected(chance, setting, begin(chance, setting, number, received_at, complaint, text), reason)
    story = begin(chance, setting, number, received_at, complaint, complaint.text)
    answered_at = _answered_at(chance, story.appeal, received_at.astimezone(setting.zone).year, is_past)
    total = answered_at - story.appeal["registered_at"]
    sort(chance, setting, story, complaint, total)
    _answer(chance, setting, story, complaint, total)
    story.drafts.sort(key=lambda draft: draft.happened_at)
    _alarm(setting, story, answered_at)
    story.drafts.sort(key=lambda draft: draft.happened_at)
    return story


def _answer(
    chance: random.Random, setting: Setting, story: Story, complaint: voices.Complaint, total: timedelta
) -> None:
    """Taken, written, approved, and confirmed by the network or by hand."""
    appeal, start = story.appeal, story.appeal["registered_at"]
    number = appeal["number"]
    writer = setting.staff.writer(chance, appeal["department_id"])
    approver = chance.choice([person for person in setting.staff.press if person != writer])
    taken, written, approved = (
        start + total * chance.uniform(low, high) for low, high in ((0.22, 0.45), (0.5, 0.84), (0.87, 0.97))
    )
    answered_at = start + total
    text = voices.answer(
        chance, complaint.topic, complaint.name, complaint.slots, answered_at.astimezone(setting.zone).date()
    )
    is_connected = appeal["source_id"] is not None
    story.answer = {
        "id": number,
        "appeal_number": number,
        "text": text,
        "created_at": taken,
        "submitted_by": writer,
        "approved_by": approver,
        "approved_at": approved,
        "source_id": appeal["source_id"],
        "published_at": answered_at,
        "attempts": 1 if is_connected else 0,
    }
    story.note(Act.TAKE, person(writer), taken, {"person": writer, "from_person": None})
    story.note(Act.SUBMIT, person(writer), written, {"answer": number, "version": 1})
    data = {"answer": number, "version": 1, "own": False, "override": False}
    story.note(Act.APPROVE, person(approver), approved, data)
    by = f"network:{appeal['network']}" if is_connected else person(approver)
    story.note(Act.CONFIRM, by, answered_at, {"answer": number, "permalink": None, "by_hand": not is_connected})
    appeal |= {"assignee_id": writer, "status": Status.ANSWERED, "answered_at": answered_at, "version": 7}


def _rejected(chance: random.Random, setting: Setting, story: Story, reason: Reject) -> Story:
    at = story.appeal["registered_at"] + timedelta(minutes=chance.randint(2, 25))
    story.note(Act.REJECT, person(chance.choice(setting.staff.press)), at, {"reason": reason}, reason)
    story.appeal |= {
        "status": Status.REJECTED,
        "reject_reason": reason,
        "version": 2,
        "address": None,
        "address_key": None,
    }
    return story


def _alarm(setting: Setting, story: Story, answered_at: datetime) -> None:
    """The alarms that the sweep would have raised, each dated when it was due."""
    story.reckoning = story.reckon(setting, answered_at)
    for clock in story.reckoning.clocks:
        for moment in moments(clock, setting.steps):
            if moment.at < answered_at:
                step = moment.step
                data = {
                    "clock": clock.name,
                    "cycle": clock.cycle,
                    "turn": clock.turn,
                    "step": step.code,
                    "level": step.level,
                }
                due_at = clock.due_at.isoformat()
                story.note(step.act, gate.CLOCK.name, moment.at, {**data, "due_at": due_at})
                row = {"appeal_number": story.appeal["number"], "due_at": clock.due_at}
                story.alarms.append({**data, **row, "happens_at": moment.at, "raised_at": moment.at})


def _answered_at(chance: random.Random, appeal: Mapping[str, Any], year: int, is_past: bool) -> datetime:
    """When the citizen saw the answer: mostly well within the term, sometimes after it."""
    received_at: datetime = appeal["received_at"]
    term: timedelta = (appeal["due_at"] or received_at + timedelta(hours=8)) - received_at
    night = 2.0 if received_at.hour in range(12, 20) else 1.0  # 22:00 to 6:00 in the town, as UTC
    is_late = chance.random() < (_LATE.get(year, _LATE_NOW) if is_past else _LATE_NOW) * night / 1.2
    share = 1.03 + chance.expovariate(1.6) if is_late else 0.05 + 0.92 * chance.betavariate(1.8, 3.0)
    return received_at + timedelta(seconds=round(term.total_seconds() * min(share, 6.0 if is_past else 1.4)))
