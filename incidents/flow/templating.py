"""Reply templates: added, changed, archived and used. Every wording is kept, with whose it was; nothing is deleted."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session, joinedload

from incidents.flow.journalling import Draft, append
from incidents.records.people import Person
from incidents.records.reply_templates import InUse, ReplyTemplate, ReplyTemplateVersion, in_use
from incidents.records.topics import Topic
from incidents.rules.acts import Refused
from incidents.rules.reply_templates import fit, unknown

LONGEST_NAME, LONGEST_TEXT = 120, 8_000


@dataclass(frozen=True, slots=True)
class Owner:
    """For which appeals a template is: one of the three, or none (for all)."""

    topic_id: int | None = None
    group_id: int | None = None
    department_id: int | None = None


def fitting(session: Session, of_appeal: tuple[int | None, int | None, int | None]) -> Sequence[InUse]:
    """The templates in use for an appeal of this topic, group and department: the best fitting first, then the most used."""
    rows = in_use(session)
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
    if (name, text, owner) == (template.name, template.text, owner_of(template)):
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


def owner_of(template: ReplyTemplate) -> Owner:
    """For which appeals a template is."""
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
