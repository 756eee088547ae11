"""Which tables go out and come in as CSV (`tables`): their words, their columns, who may, and the verbs they go through."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext
from sqlalchemy.orm import Session

from incidents.flow import (
    accounts,
    loading_absences,
    loading_rules,
    loading_shares,
    loading_staff,
    loading_templates,
    taxonomy,
)
from incidents.flow.loading import Loaded, Row, Rows
from incidents.rules.acts import Role
from incidents.web import current, shell
from incidents.web.access import ADMINISTRATORS, READERS_OF_RULES, WRITERS_OF_TEMPLATES


@dataclass(frozen=True)
class Table:
    """One kind of table: its words, its columns, and how it goes out and in."""

    title: Any
    columns: Sequence[str]
    required: Sequence[str]
    #: The page it belongs to.
    endpoint: str
    advice: Any
    dump: Callable[[Session], list[Row]]
    load: Callable[[Session, Rows, Iterator[accounts.Ready]], Loaded]
    #: Who may take it out, and who may bring it in.
    readers: frozenset[Role] = ADMINISTRATORS
    writers: frozenset[Role] = ADMINISTRATORS


def _departments(session: Session, rows: Rows, _: Iterator[accounts.Ready]) -> Loaded:
    return loading_staff.departments(session, rows, current.person().actor, now=current.now())


def _people(session: Session, rows: Rows, ready: Iterator[accounts.Ready]) -> Loaded:
    return loading_staff.people(session, _with_role_codes(rows), current.person().actor, now=current.now(), ready=ready)


def _with_role_codes(rows: Rows) -> Rows:
    """People write a role as the pages call it, too."""
    codes = {str(words).casefold(): role.value for role, words in shell.ROLE_WORDS.items()}
    for line, row in rows:
        role = row.get("role", "") if row else ""
        yield line, {**row, "role": codes.get(role.casefold(), role)} if row and "role" in row else row


def _norms(session: Session, rows: Rows, _: Iterator[accounts.Ready]) -> Loaded:
    today = current.now().astimezone(current.settings().town_zone).date()
    return loading_rules.norms(session, rows, current.person().actor, now=current.now(), today=today)


def _absences(session: Session, rows: Rows, _: Iterator[accounts.Ready]) -> Loaded:
    return loading_absences.load(session, rows, current.person().actor, now=current.now())


def _topics(session: Session, rows: Rows, _: Iterator[accounts.Ready]) -> Loaded:
    return taxonomy.load(session, rows, current.person().actor, now=current.now())


def _templates(session: Session, rows: Rows, _: Iterator[accounts.Ready]) -> Loaded:
    return loading_templates.load(session, rows, current.person(), now=current.now())


def _shares(session: Session, rows: Rows, _: Iterator[accounts.Ready]) -> Loaded:
    zone = current.settings().town_zone
    return loading_shares.load(session, rows, current.person().actor, now=current.now(), zone=zone)


def _sources(session: Session, rows: Rows, _: Iterator[accounts.Ready]) -> Loaded:
    return loading_rules.sources(session, rows, current.person().actor, current.settings().key, now=current.now())


KINDS: Mapping[str, Table] = {
    "departments": Table(
        lazy_gettext("Departments from a table"),
        loading_staff.DEPARTMENTS,
        loading_staff.DEPARTMENTS[:2],
        "departments.page",
        lazy_gettext("By its code a department is found and changed; a new code adds one. Write yes into external and press, a manager's login into deputy."),
        loading_staff.department_rows,
        _departments,
    ),
    "people": Table(
        lazy_gettext("People from a table"),
        loading_staff.PEOPLE,
        loading_staff.PEOPLE[:4],
        "people.page",
        lazy_gettext("By the login a person is found and changed; a new login adds one, with a one-time password that is shown once. Roles: press, responder, head, manager, admin. The department by its code or name."),
        loading_staff.person_rows,
        _people,
    ),
    "absences": Table(
        lazy_gettext("Absences from a table"),
        loading_absences.ABSENCES,
        loading_absences.ABSENCES[:3],
        "absences.page",
        lazy_gettext("Who is away by the login, the first and the last day, the login of who is told instead. What stands here already changes nothing."),
        lambda session: loading_absences.absence_rows(session, current.now()),
        _absences,
    ),
    "topics": Table(
        lazy_gettext("Topics from a table"),
        taxonomy.COLUMNS,
        taxonomy.REQUIRED,
        "topics.page",
        lazy_gettext("By group and topic a topic is found and changed; a new pair adds one. The department by its name or code; beginnings of words with | between them; yes where it waits for a click, goes the fast track, can be chosen."),
        taxonomy.topic_rows,
        _topics,
        readers=READERS_OF_RULES,
    ),
    "templates": Table(
        lazy_gettext("Templates of answers from a table"),
        loading_templates.TEMPLATES,
        loading_templates.TEMPLATES[:4],
        "reply_templates.page",
        lazy_gettext("By its name a template is found and changed; a new name adds one. “for” is topic, group, department or empty; “owner” is its name, a topic's after its group: “Roads / Pits”."),
        loading_templates.template_rows,
        _templates,
        readers=WRITERS_OF_TEMPLATES,
        writers=WRITERS_OF_TEMPLATES,
    ),
    "norms": Table(
        lazy_gettext("Norms from a table"),
        loading_rules.NORMS,
        ("kind", "term", "hours", "valid_from"),
        "norms.page",
        lazy_gettext("Rows that are in force already change nothing; new ones are entered from today on. A norm is never edited."),
        loading_rules.norm_rows,
        _norms,
    ),
    "shares": Table(
        lazy_gettext("Shares of the stages from a table"),
        loading_shares.SHARES,
        loading_shares.SHARES[2:7],
        "shares.page",
        lazy_gettext("For a topic, a department, or the town where both are empty: the minutes of triage, of the department (work), of approval and of sending out. Rows that are there change nothing; new ones are entered from today on."),
        loading_shares.share_rows,
        _shares,
    ),
    "sources": Table(
        lazy_gettext("Sources from a table"),
        loading_rules.SOURCES,
        loading_rules.SOURCES[:3],
        "sources.page",
        lazy_gettext("Name, confirmation string and pause of sources that are connected. Secrets and tokens are in no table."),
        loading_rules.source_rows,
        _sources,
    ),
}  # fmt: skip
