"""Reply templates: added, changed, archived and used. Every wording is kept, with whose it was; nothing is deleted."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session, joinedload

from incidents.flow.journalling import Draft, append
from incidents.records.people import Department, Person
from incidents.records.reply_templates import ReplyTemplate, ReplyTemplateVersion
from incidents.records.topics import Topic, TopicGroup
from incidents.rules import csv_guard
from incidents.rules.acts import Refused
from incidents.rules.reply_templates import fit, unknown

LONGEST_NAME, LONGEST_TEXT = 120, 8_000
COLUMNS = ("name", "for", "owner", "text", "archived")


@dataclass(frozen=True, slots=True)
class Owner:
    """For which appeals a template is: one of the three, or none (for all)."""

    topic_id: int | None = None
    group_id: int | None = None
    department_id: int | None = None


@dataclass(slots=True)
class Loaded:
    """What a file did: how many templates are new, changed and the same, and the lines left out, by number, with a code."""

    added: int = 0
    changed: int = 0
    same: int = 0
    left_out: list[tuple[int, str]] = field(default_factory=list)


def fitting(session: Session, of_appeal: tuple[int | None, int | None, int | None]) -> Sequence[ReplyTemplate]:
    """The templates in use for an appeal of this topic, group and department: the best fitting first, then the most used."""
    rows = session.scalars(select(ReplyTemplate).where(ReplyTemplate.is_active)).all()
    fits = {row.id: fit(row.topic_id, row.group_id, row.department_id, of_appeal) for row in rows}
    wanted = (row for row in rows if fits[row.id] >= 0)
    return sorted(wanted, key=lambda row: (-fits[row.id], -row.used, row.name))


def listed(session: Session, *, archived: bool) -> Sequence[ReplyTemplate]:
    """Every template with whose it is, by name."""
    owners = (
        joinedload(ReplyTemplate.topic).joinedload(Topic.group),
        joinedload(ReplyTemplate.group),
        joinedload(ReplyTemplate.department),
    )
    query = select(ReplyTemplate).where(ReplyTemplate.is_active.is_(not archived)).order_by(ReplyTemplate.name)
    return list(session.scalars(query.options(*owners, joinedload(ReplyTemplate.changer))))


def versions(session: Session, template: ReplyTemplate) -> Sequence[ReplyTemplateVersion]:
    """Every wording it had, the latest first."""
    query = select(ReplyTemplateVersion).where(ReplyTemplateVersion.template_id == template.id)
    newest = query.order_by(ReplyTemplateVersion.version.desc())
    return list(session.scalars(newest.options(joinedload(ReplyTemplateVersion.person))))


def add(session: Session, person: Person, name: str, text: str, owner: Owner, *, now: datetime) -> ReplyTemplate:
    """A new template. Raises Refused: `template_name`, `template_taken`, `template_text`, `unknown_places`, `template_owner`."""
    name, text = _checked(session, None, name, text, owner)
    template = ReplyTemplate(
        name=name,
        text=text,
        topic_id=owner.topic_id,
        group_id=owner.group_id,
        department_id=owner.department_id,
        is_active=True,
        used=0,
        version=1,
        changed_at=now,
        changed_by=person.id,
    )
    session.add(template)
    session.flush()
    _keep_version(session, template, person, now)
    _journal(session, "add_template", template, person, now)
    return template


def change(
    session: Session,
    template: ReplyTemplate,
    person: Person,
    name: str,
    text: str,
    owner: Owner,
    *,
    now: datetime,
    seen: int | None = None,
) -> None:
    """Another wording or owner. Raises Refused as `add`, and `template_changed` (somebody was faster)."""
    if seen is not None and seen != template.version:
        raise Refused("template_changed")
    name, text = _checked(session, template, name, text, owner)
    if (name, text, owner) == (template.name, template.text, _owner_of(template)):
        return
    template.name, template.text = name, text
    template.topic_id, template.group_id, template.department_id = owner.topic_id, owner.group_id, owner.department_id
    template.version, template.changed_at, template.changed_by = template.version + 1, now, person.id
    session.flush()
    _keep_version(session, template, person, now)
    _journal(session, "change_template", template, person, now)


def archive(
    session: Session, template: ReplyTemplate, person: Person, *, now: datetime, is_active: bool = False
) -> None:
    """Out of use, or back; its answers and wordings stay."""
    if template.is_active is not is_active:
        template.is_active, template.changed_at, template.changed_by = is_active, now, person.id
        _journal(session, "restore_template" if is_active else "archive_template", template, person, now)


def use(session: Session, template: ReplyTemplate) -> None:
    """Count that it was put into an answer."""
    counted = update(ReplyTemplate).where(ReplyTemplate.id == template.id).values(used=ReplyTemplate.used + 1)
    session.execute(counted.execution_options(synchronize_session=False))


def dump(session: Session) -> str:
    """Every template as CSV with semicolons: name;for;owner;text;archived. `for` is topic, group, department or empty."""
    written = io.StringIO()
    writer = csv.writer(written, delimiter=";", lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for template in [*listed(session, archived=False), *listed(session, archived=True)]:
        kind, owner = _owner_words(template)
        cells = (template.name, kind, owner, template.text, "1" if not template.is_active else "")
        writer.writerow([csv_guard.defused(cell) for cell in cells])
    return written.getvalue()


def load(session: Session, text: str, person: Person, *, now: datetime) -> Loaded:
    """Templates out of a file that `dump` wrote: by name, new ones are added, others changed. A line that does not fit is
    left out. Raises Refused("bad_columns")."""
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=";")
    missing = [column for column in COLUMNS[:4] if column not in (reader.fieldnames or ())]
    if missing:
        raise Refused("bad_columns", missing=", ".join(missing), wanted=";".join(COLUMNS))
    known = {row.name: row for row in session.scalars(select(ReplyTemplate))}
    owners = _owners(session)
    loaded = Loaded()
    for number, line in enumerate(reader, 2):
        try:
            cells = {name: csv_guard.plain(cell) for name, cell in line.items() if isinstance(cell, str)}
            _load_line(session, cells, person, known, owners, loaded, now)
        except Refused as refused:
            loaded.left_out.append((number, refused.code))
    return loaded


def _load_line(
    session: Session,
    cells: Mapping[str, str],
    person: Person,
    known: dict[str, ReplyTemplate],
    owners: Mapping[tuple[str, str], Owner],
    loaded: Loaded,
    now: datetime,
) -> None:
    name, kind, words = (" ".join(cells.get(column, "").split()) for column in COLUMNS[:3])
    owner = owners.get((kind, words)) if kind else Owner()
    if owner is None:
        raise Refused("template_owner")
    template, before = known.get(name), loaded.changed
    if template is None:
        template = known[name] = add(session, person, name, cells.get("text", ""), owner, now=now)
        loaded.added += 1
    else:
        version = template.version
        change(session, template, person, name, cells.get("text", ""), owner, now=now)
        loaded.changed += template.version != version
        loaded.same += loaded.changed == before
    archive(session, template, person, now=now, is_active=cells.get("archived", "").strip() not in ("1", "да", "yes"))


def _owners(session: Session) -> dict[tuple[str, str], Owner]:
    topics = session.execute(select(Topic.id, TopicGroup.name, Topic.name).join(TopicGroup))
    found = {("topic", f"{group} / {name}"): Owner(topic_id=id_) for id_, group, name in topics}
    found |= {("group", name): Owner(group_id=id_) for id_, name in _names(session, TopicGroup)}
    return found | {("department", name): Owner(department_id=id_) for id_, name in _names(session, Department)}


def _names(session: Session, model: type[TopicGroup] | type[Department]) -> Iterable[tuple[int, str]]:
    return [(id_, name) for id_, name in session.execute(select(model.id, model.name))]


def _owner_words(template: ReplyTemplate) -> tuple[str, str]:
    if template.topic is not None:
        return "topic", f"{template.topic.group.name} / {template.topic.name}"
    if template.group is not None:
        return "group", template.group.name
    return ("department", template.department.name) if template.department is not None else ("", "")


def _owner_of(template: ReplyTemplate) -> Owner:
    return Owner(template.topic_id, template.group_id, template.department_id)


def _checked(session: Session, template: ReplyTemplate | None, name: str, text: str, owner: Owner) -> tuple[str, str]:
    name, text = " ".join(name.split()), text.replace("\r\n", "\n").strip()
    if not name or len(name) > LONGEST_NAME:
        raise Refused("template_name", longest=LONGEST_NAME)
    if not text or len(text) > LONGEST_TEXT:
        raise Refused("template_text", longest=LONGEST_TEXT)
    if places := unknown(text):
        raise Refused("unknown_places", places=", ".join("{" + place + "}" for place in places))
    if sum(each is not None for each in (owner.topic_id, owner.group_id, owner.department_id)) > 1:
        raise Refused("template_owner")
    taken = session.scalar(select(ReplyTemplate.id).where(ReplyTemplate.name == name))
    if taken is not None and (template is None or taken != template.id):
        raise Refused("template_taken", name=name)
    return name, text


def _keep_version(session: Session, template: ReplyTemplate, person: Person, now: datetime) -> None:
    session.add(
        ReplyTemplateVersion(
            template_id=template.id,
            version=template.version,
            name=template.name,
            text=template.text,
            person_id=person.id,
            saved_at=now,
        )
    )
    session.flush()


def _journal(session: Session, act: str, template: ReplyTemplate, person: Person, now: datetime) -> None:
    data = {"template": template.id, "version": template.version}
    append(session, Draft("system", act, person.actor.name, now, data), now=now)
