"""How codes look to people: each status and network has its icon, tone and word here, and nowhere else."""

from dataclasses import dataclass
from typing import Any

from flask import Flask
from flask_babel import lazy_gettext

from incidents.rules.acts import Outcome, Purpose, Status


@dataclass(frozen=True)
class Mark:
    """Icon + word + colour, in this order of importance. An empty tone is the plain one."""

    icon: str
    label: Any
    tone: str = ""


@dataclass(frozen=True)
class NetworkMark:
    letters: str
    name: Any


STATES = {
    Status.NEW: Mark("bell", lazy_gettext("New"), "new"),
    Status.ASSIGNED: Mark("building-community", lazy_gettext("Assigned")),
    Status.IN_PROGRESS: Mark("pencil", lazy_gettext("In progress"), "work"),
    Status.ON_APPROVAL: Mark("checks", lazy_gettext("On approval"), "seal"),
    Status.PUBLISHING: Mark("send", lazy_gettext("Publishing")),
    Status.AWAITING_AUTHOR: Mark("message-question", lazy_gettext("Waits for the author")),
    Status.INTERIM_ANSWERED: Mark("hourglass-low", lazy_gettext("Interim answer")),
    Status.DEFERRED: Mark("calendar-due", lazy_gettext("Deferred")),
    Status.ANSWERED: Mark("circle-check", lazy_gettext("Answered"), "fine"),
    Status.CLOSED: Mark("lock", lazy_gettext("Closed"), "none"),
    Status.REJECTED: Mark("ban", lazy_gettext("Not an incident"), "none"),
}


@dataclass(frozen=True)
class PurposeWords:
    """What a text of ours is for: icon, name, what its publication does to the term, and one word for a tight row."""

    icon: str
    label: Any
    meaning: Any
    short: Any


PURPOSES = {
    Purpose.FINAL: PurposeWords(
        "circle-check", lazy_gettext("Final answer"), lazy_gettext("the last word"), lazy_gettext("Answer")
    ),
    Purpose.INTERIM: PurposeWords(
        "hourglass-low",
        lazy_gettext("An interim answer"),
        lazy_gettext("the final one is still owed"),
        lazy_gettext("Interim"),
    ),
    Purpose.QUESTION: PurposeWords(
        "message-question",
        lazy_gettext("Question to the author"),
        lazy_gettext("the term waits for the reply"),
        lazy_gettext("Ask the author"),
    ),
    Purpose.DEFERRAL: PurposeWords(
        "calendar-due",
        lazy_gettext("Promise of a decision"),
        lazy_gettext("due by the day that is named"),
        lazy_gettext("Put off"),
    ),
}
OUTCOMES = {
    Outcome.SOLVED: lazy_gettext("solved"),
    Outcome.EXPLAINED: lazy_gettext("explained"),
    Outcome.NOT_SOLVED: lazy_gettext("not solved"),
    Outcome.DEFERRED: lazy_gettext("planned for later"),
}

#: What is said instead of the status when it matters more.
RETURNED = Mark("arrow-back-up", lazy_gettext("Returned"), "soon")
NOT_DELIVERED = Mark("wifi-off", lazy_gettext("Not delivered"), "late")
DUPLICATE = Mark("git-merge", lazy_gettext("Duplicate"), "none")

NETWORKS = {
    "vk": NetworkMark("VK", lazy_gettext("VKontakte")),
    "ok": NetworkMark("OK", lazy_gettext("Odnoklassniki")),
    "telegram": NetworkMark("TG", lazy_gettext("Telegram")),
    "max": NetworkMark("MAX", lazy_gettext("MAX")),
    "my_world": NetworkMark("MM", lazy_gettext("My World")),
    "other": NetworkMark("…", lazy_gettext("another way")),
}


def state_mark(status: str) -> Mark:
    return STATES[Status(status)]


def network_mark(network: str) -> NetworkMark:
    """A network without a line here (a site, a hotline) is shown by the first letters of its code."""
    return NETWORKS.get(network, NetworkMark(network[:4].upper(), network))


def purpose_words(purpose: str) -> PurposeWords:
    return PURPOSES[Purpose(purpose)]


def register(app: Flask) -> None:
    app.add_template_filter(purpose_words)
    app.add_template_filter(state_mark)
    app.add_template_filter(network_mark)
