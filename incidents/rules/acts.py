"""The words of an appeal's life: its statuses, the acts, who does them, and why an act may be refused.

Which act leads where, and whose hand may do it, stands in the one table (`lifecycle`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Status(StrEnum):
    """Where an appeal stands. Overdue is never a status: it follows from timestamps (`clock.is_overdue`)."""

    NEW = "new"
    ASSIGNED = "assigned"
    IN_PROGRESS = "in_progress"
    ON_APPROVAL = "on_approval"
    PUBLISHING = "publishing"
    AWAITING_AUTHOR = "awaiting_author"
    INTERIM_ANSWERED = "interim_answered"
    DEFERRED = "deferred"
    ANSWERED = "answered"
    CLOSED = "closed"
    REJECTED = "rejected"


class Role(StrEnum):
    """What a person is here for."""

    PRESS = "press"
    RESPONDER = "responder"
    HEAD = "head"
    MANAGER = "manager"
    ADMIN = "admin"


class Act(StrEnum):
    """What can be done to an appeal; each leaves one journal entry of the same name."""

    REGISTER = "register"
    CLASSIFY = "classify"
    ASSIGN = "assign"
    TAKE = "take"
    RETURN = "return"
    # What was given or taken by mistake goes back the way it came; `hand` gives it to another person.
    WITHDRAW = "withdraw"
    PUT_BACK = "put_back"
    HAND = "hand"
    SUBMIT = "submit"
    ENDORSE = "endorse"
    # Somebody else of those who wrote the text agrees to this very wording.
    AGREE = "agree"
    SEND_BACK = "send_back"
    APPROVE = "approve"
    # The approver was silent until the deadline came near: the author publishes under the own name.
    OWN_NAME = "own_name"
    RESEND = "resend"
    CONFIRM = "confirm"
    REJECT = "reject"
    RESTORE = "restore"
    # A confirmed publication that is not yet the final answer; `confirm` is the final one.
    ASK_AUTHOR = "ask_author"
    ANSWER_INTERIM = "answer_interim"
    DEFER = "defer"
    CLOSE = "close"
    REOPEN = "reopen"
    # Acts that only appeals under a law know.
    EXTEND = "extend"
    FORWARD = "forward"
    NOTIFY = "notify"
    FORMALISE = "formalise"
    # What colleagues write and mark for each other; no clock minds it.
    NOTE = "note"
    CONTROL = "control"
    RELEASE = "release"
    LOCATE = "locate"
    LINK = "link"
    UNLINK = "unlink"
    # What departments bring to an appeal; the one it lies with answers.
    INVOLVE = "involve"
    EXCUSE = "excuse"
    CONTRIBUTE = "contribute"
    ATTACH = "attach"
    DETACH = "detach"
    # What an answer promised beside itself, and what became of that; none of it moves a clock.
    PROMISE = "promise"
    PROMISE_KEPT = "promise_kept"
    PROMISE_MOVED = "promise_moved"
    PROMISE_DROPPED = "promise_dropped"
    PROMISE_BROKEN = "promise_broken"
    # What happens to an appeal without anybody's decision: it changes no status, but it is history.
    JOIN = "join"
    FOLLOW_UP = "follow_up"
    SOURCE_EDITED = "source_edited"
    SOURCE_DELETED = "source_deleted"
    SOURCE_RESTORED = "source_restored"
    ANSWERED_OUTSIDE = "answered_outside"
    DELIVERY_FAILED = "delivery_failed"
    WARN = "warn"
    OVERDUE = "overdue"
    ESCALATE = "escalate"
    SILENCE = "silence"
    CORRECT = "correct"


class Purpose(StrEnum):
    """What an answer of ours is for; it decides where its publication leads (`PUBLISHED_AS`)."""

    FINAL = "final"
    INTERIM = "interim"
    QUESTION = "question"
    DEFERRAL = "deferral"


class Outcome(StrEnum):
    """What came of the matter; apart from type and status."""

    SOLVED = "solved"
    EXPLAINED = "explained"
    NOT_SOLVED = "not_solved"
    DEFERRED = "deferred"


class Reject(StrEnum):
    """Why an appeal is not an incident."""

    SPAM = "spam"
    ABUSE = "abuse"
    ELSEWHERE = "elsewhere"
    THANKS = "thanks"
    DUPLICATE = "duplicate"


#: The act that a visible answer is, by what it is for. Each of them meets the first clock.
PUBLISHED_AS: Mapping[Purpose, Act] = {
    Purpose.FINAL: Act.CONFIRM,
    Purpose.INTERIM: Act.ANSWER_INTERIM,
    Purpose.QUESTION: Act.ASK_AUTHOR,
    Purpose.DEFERRAL: Act.DEFER,
}

#: Before the first public answer: the first clock runs.
WAITING = frozenset({Status.NEW, Status.ASSIGNED, Status.IN_PROGRESS, Status.ON_APPROVAL, Status.PUBLISHING})
#: After a first answer that was not the last word.
PARTLY = frozenset({Status.AWAITING_AUTHOR, Status.INTERIM_ANSWERED, Status.DEFERRED})
#: Somebody still has to do something.
OPEN = WAITING | PARTLY
ALL = frozenset(Status)


@dataclass(frozen=True, slots=True)
class Actor:
    """Who does an act: a person (role, department), or the program (`role` is None).

    `departments` are those whose appeals are his: of a head the own one and the subordinate ones.

    `name` is the code the journal keeps: `person:7`, `machine:routing`, `token:3`, `network:vk`.
    """

    name: str
    role: Role | None = None
    person_id: int | None = None
    department_id: int | None = None
    departments: frozenset[int] = frozenset()


class Refused(Exception):
    """An act that may not be done. `code` names the sentence a person reads; `details` fill its blanks."""

    def __init__(self, code: str, **details: object) -> None:
        super().__init__(code)
        self.code = code
        self.details: Mapping[str, object] = details
