"""How an appeal of the history begins, as plain values: its columns, its words, its journal; endings says how it ends.

It follows the flow step by step (intake -> classifying -> routing) and writes the same columns and the same journal
entries, only dated when they would have happened.
"""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from incidents.demo import voices
from incidents.demo.townsfolk import Staff
from incidents.flow import gate, timing
from incidents.flow.classifying import MACHINE as TOPICS
from incidents.flow.journalling import Draft
from incidents.flow.routing import MACHINE as ROUTING
from incidents.rules import clock
from incidents.rules.acts import Act, Status
from incidents.rules.addresses import key_of
from incidents.rules.alarms import Step
from incidents.rules.calendar import Versions
from incidents.rules.life import Event
from incidents.rules.norms import Case, ClockName, Kind, Norm, in_force
from incidents.rules.places import Network, Place
from incidents.rules.reckoning import Reckoning, reckon
from incidents.rules.topics import Matcher, Suggestion, is_clear
from incidents.settings import Settings

#: Penza 2024, rounded: reference for what a Russian town is written in.
_NETWORKS = ((Network.VK, Network.OK, Network.TELEGRAM), (0.706, 0.132, 0.162))


@dataclass(frozen=True, slots=True)
class Setting:
    """The town the stories happen in, read once from the database."""

    settings: Settings
    steps: Sequence[Step]
    norms: Sequence[Norm]
    calendars: Versions
    matcher: Matcher
    #: Topic's name -> id, topic's id -> its department's id.
    topics: Mapping[str, int]
    departments: Mapping[int, int | None]
    staff: Staff
    sources: Mapping[Network, int]

    @property
    def zone(self) -> ZoneInfo:
        """The town's zone."""
        return self.settings.town_zone


@dataclass(slots=True)
class Story:
    """One appeal: `appeal`, `message`, `answer`, `version` are rows by column, `drafts` its journal in order."""

    appeal: dict[str, Any]
    message: dict[str, Any]
    name: str
    suggestions: Sequence[Suggestion] = ()
    answer: dict[str, Any] | None = None
    drafts: list[Draft] = field(default_factory=list)
    #: Its alarms as rows: raised when they were due, so that no later act of the appeal raises them again.
    alarms: list[dict[str, Any]] = field(default_factory=list)
    #: Its clocks, once they are known; alarms that follow change nothing of them.
    reckoning: Reckoning | None = None

    def reckon(self, setting: Setting, now: datetime) -> Reckoning:
        """The clocks that this story's entries make, and with them the columns of the appeal that follow."""
        events = [Event(each.act, each.happened_at, seq, each.by, each.data) for seq, each in enumerate(self.drafts, 1)]
        reckoning = reckon(events, setting.norms, setting.calendars, setting.zone, now=now)
        self.appeal |= timing.headline(reckoning)
        return reckoning

    def note(self, act: Act, by: str, at: datetime, data: Mapping[str, Any], text: str | None = None) -> None:
        """Journal an act of this appeal at its moment."""
        self.drafts.append(Draft(gate.stream(self.appeal["number"]), act, by, at, data, text, noticed_at=at))


def waiting(chance: random.Random, setting: Setting, number: int, received_at: datetime) -> Story:
    """An appeal that nobody has answered yet, from a network where a person must place the answer."""
    complaint = voices.complain(chance, received_at.astimezone(setting.zone).month, voices.somebody(chance))
    story = begin(chance, setting, number, received_at, complaint, complaint.text, Network.OK)
    if chance.random() < 0.6:
        sort(chance, setting, story, complaint, timedelta(minutes=chance.randint(10, 20)))
        story.appeal["version"] = 3
    return story


def begin(
    chance: random.Random,
    setting: Setting,
    number: int,
    received_at: datetime,
    complaint: voices.Complaint,
    text: str,
    network: Network | None = None,
) -> Story:
    """Registered, as `intake.register` does it: suggestions, norm, deadline, one journal entry."""
    network = network or chance.choices(*_NETWORKS)[0]
    is_connected = network in setting.sources
    posted_at = received_at - timedelta(seconds=chance.randint(1, 40) if is_connected else chance.randint(120, 5400))
    registered_at = received_at + timedelta(seconds=1)
    place = Place.COMMENT if chance.random() < 0.8 else Place.POST
    suggestions = setting.matcher.suggest(text)
    norm = in_force(setting.norms, Case(Kind.SOCIAL, network), ClockName.FIRST, received_at, setting.zone)
    due_at = clock.due(norm, received_at, setting.calendars.at(received_at)) if norm else None
    appeal = _empty_appeal() | {
        "number": number,
        "kind": Kind.SOCIAL,
        "network": network,
        "place": place if is_connected else Place.ELSEWHERE,
        "source_id": setting.sources.get(network),
        "text": text,
        "address": complaint.slots["адрес"],
        "address_key": key_of(complaint.slots["адрес"]),
        "posted_at": posted_at,
        "received_at": received_at,
        "registered_at": registered_at,
        "status": Status.NEW,
        "suggestions": [{"topic_id": s.topic, "score": s.score, "words": list(s.words)} for s in suggestions],
        "norm_id": norm.id if norm else None,
        "clock_started_at": received_at if norm else None,
        "due_at": due_at,
    }
    message = {"appeal_number": number, "source_id": appeal["source_id"], "text": text, "posted_at": posted_at}
    story = Story(appeal, message | {"reply_to": {}, "attachments": []}, complaint.name, suggestions)
    data = {
        "network": network,
        "place": appeal["place"],
        "kind": Kind.SOCIAL,
        "posted_at": posted_at.isoformat(),
        "received_at": received_at.isoformat(),
        "norm": appeal["norm_id"],
        "due_at": due_at.isoformat() if due_at else None,
        "previous": None,
    }
    by = f"network:{network}" if is_connected else person(chance.choice(setting.staff.press))
    story.note(Act.REGISTER, by, registered_at, data)
    return story


def sort(chance: random.Random, setting: Setting, story: Story, complaint: voices.Complaint, total: timedelta) -> None:
    """Topic and department: by the program where the case is clear, else by a person some minutes later."""
    appeal, town = story.appeal, setting.settings
    suggestions = story.suggestions
    is_machine = town.machine_routing and is_clear(suggestions, town.machine_score, town.machine_margin)
    press = person(chance.choice(setting.staff.press))
    if is_machine:
        topic_id, by, sender, at = suggestions[0].topic, TOPICS.name, ROUTING.name, appeal["registered_at"]
        words = ", ".join(suggestions[0].words)
    else:
        topic_id, by, sender, words = setting.topics[complaint.topic.name], press, press, None
        at = appeal["registered_at"] + total * chance.uniform(0.04, 0.18)
    department_id = setting.departments[topic_id]
    due_at = appeal["due_at"].isoformat() if appeal["due_at"] else None
    data = {"topic": topic_id, "from_topic": None, "norm": appeal["norm_id"], "due_at": due_at}
    story.note(Act.CLASSIFY, by, at, data, words)
    story.note(Act.ASSIGN, sender, at, {"department": department_id, "from_department": None})
    appeal |= {"topic_id": topic_id, "department_id": department_id, "status": Status.ASSIGNED}


def _empty_appeal() -> dict[str, Any]:
    names = ("topic_id", "department_id", "assignee_id", "answered_at", "next_clock", "next_due_at", "paused_at")
    values = {"returns": 0, "is_imported": False, "version": 1, "cycle": 1}
    return dict.fromkeys((*names, "reject_reason"), None) | values


def person(identity: int) -> str:
    """A person as the journal names them."""
    return f"person:{identity}"
