"""Reply templates as a table: out, and in again."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from incidents.flow import templating
from incidents.flow.loading import Loaded, Row, Rows, each, given, tick
from incidents.flow.templating import Owner
from incidents.records.people import Department, Person
from incidents.records.reply_templates import ReplyTemplate
from incidents.records.topics import Topic, TopicGroup
from incidents.rules.acts import Refused
from incidents.rules.csv_guard import is_yes

TEMPLATES = ("name", "for", "owner", "text", "archived")


def load(session: Session, rows: Rows, person: Person, *, now: datetime) -> Loaded:
    """Add and change templates, by name. `for` is topic, group, department or empty: for all appeals."""
    owners = _owners(session)
    words = {owner: words for words, owner in owners.items()}

    def take(row: Row, loaded: Loaded) -> tuple[str, Row | None, Row]:
        name, kind, whose = (" ".join(row[column].split()) for column in TEMPLATES[:3])
        known = session.scalar(select(ReplyTemplate).where(ReplyTemplate.name == name))
        before = _row(known, words) if known else None
        wanted = {**(before or {"archived": ""}), **{column: row[column] for column in given(row, TEMPLATES)}}
        if (kind.lower(), whose) not in owners:
            raise Refused("template_owner")
        owner = owners[kind.lower(), whose]
        if known is None:
            known = templating.add(session, person, name, row["text"], owner, now=now)
        else:
            templating.change(session, known, person, name, row["text"], owner, now=now)
        templating.archive(session, known, person, now=now, is_active=not is_yes(wanted["archived"]))
        return name, before, _row(known, words)

    return each(session, rows, take)


def template_rows(session: Session) -> list[Row]:
    """Every template, those in use first, as `load` takes it."""
    words = {owner: words for words, owner in _owners(session).items()}
    everything = [*templating.listed(session, archived=False), *templating.listed(session, archived=True)]
    return [_row(template, words) for template in everything]


def _row(template: ReplyTemplate, words: dict[Owner, tuple[str, str]]) -> Row:
    kind, owner = words[templating.owner_of(template)]
    return {
        "name": template.name,
        "for": kind,
        "owner": owner,
        "text": template.text,
        "archived": tick(not template.is_active),
    }


def _owners(session: Session) -> dict[tuple[str, str], Owner]:
    """For whom a template can be, by the two cells that say it."""
    topics = session.execute(select(Topic.id, TopicGroup.name, Topic.name).join(TopicGroup))
    found = {("", ""): Owner()}
    found |= {("topic", f"{group} / {name}"): Owner(topic_id=id_) for id_, group, name in topics}
    found |= {("group", name): Owner(group_id=id_) for id_, name in _names(session, TopicGroup)}
    return found | {("department", name): Owner(department_id=id_) for id_, name in _names(session, Department)}


def _names(session: Session, model: type[TopicGroup] | type[Department]) -> Iterable[tuple[int, str]]:
    return [(id_, name) for id_, name in session.execute(select(model.id, model.name))]
