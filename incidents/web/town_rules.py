"""The rules by which the town works, as they are now: value, meaning, and where each is changed. Nothing is changed here.

What stands in the settings is changed in config.toml on the server, and the program is started anew; what stands in the
database has a page of its own. No secret is a rule, so none is shown.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from flask import Blueprint, Response, render_template
from flask_babel import gettext, ngettext
from sqlalchemy import select
from sqlalchemy.orm import Session

from incidents.records.people import Department
from incidents.records.revisions import kept
from incidents.records.topics import Topic
from incidents.rules import silence
from incidents.rules.acts import Act
from incidents.rules.alarms import Step, read_steps
from incidents.rules.answers import Level
from incidents.settings import Settings
from incidents.web import csv_files, current, display, notices, rule_words

blueprint = Blueprint("town_rules", __name__, url_prefix="/rules")


@dataclass(frozen=True)
class Rule:
    """One rule: what it is about, how it stands, what follows from it, and its key in the settings."""

    name: str
    value: str
    meaning: str
    key: str


@dataclass(frozen=True)
class Way:
    """Where appeals go: a department (None: nobody, the press sector decides), with its topics; `by_click` of them wait."""

    department: str | None
    topics: tuple[tuple[str, bool], ...]


@blueprint.get("")
def page() -> str:
    routing, *others = _sections(current.settings())
    return render_template("rules/page.html", sections=others, machine=routing[1], ways=_ways(current.session()))


@blueprint.get("/file")
def dump() -> Response:
    """The rules as CSV. They come in by the file of the settings alone."""
    rows = [(rule.key, part, rule.name, rule.value) for part, rules in _sections(current.settings()) for rule in rules]
    return csv_files.download([("key", "part", "rule", "value"), *rows], "rules")


def _sections(settings: Settings) -> list[tuple[str, tuple[Rule, ...]]]:
    return [
        (gettext("Routing"), tuple(_machine(settings))),
        (gettext("Who agrees to an answer"), tuple(_agreeing(settings))),
        (gettext("What an answer is checked for"), tuple(_checks(settings))),
        (gettext("Alarms"), tuple(_alarms(settings))),
        (gettext("The way of an appeal"), tuple(_life(settings))),
    ]


def _machine(settings: Settings) -> Iterator[Rule]:
    yield Rule(
        gettext("A clear case"),
        gettext("goes by itself") if settings.machine_routing else gettext("waits for a click"),
        gettext("Only where the topic leads to a department and does not wait for a click."),
        "machine_routing",
    )
    yield Rule(
        gettext("Clear is a score from"),
        display.number(settings.machine_score),
        gettext("The more words of a topic are found, and the rarer they are, the higher."),
        "machine_score",
    )
    yield Rule(
        gettext("and ahead of the next topic by"),
        display.number(settings.machine_margin),
        gettext("Two topics that are alike wait for a person."),
        "machine_margin",
    )


@kept("departments", "topics")
def _ways(session: Session) -> tuple[Way, ...]:
    """One question, however many topics there are."""
    query = (
        select(Department.name, Topic.name, Topic.needs_click)
        .select_from(Topic)
        .outerjoin(Department, Topic.department_id == Department.id)
        .where(Topic.is_active)
        .order_by(Department.name, Topic.name)
    )
    ways: dict[str | None, list[tuple[str, bool]]] = {}
    for department, topic, needs_click in session.execute(query):
        ways.setdefault(department, []).append((topic, needs_click))
    # Where nobody answers stands first, on both databases.
    return tuple(Way(name, tuple(ways[name])) for name in sorted(ways, key=lambda name: (name is not None, name or "")))


def _agreeing(settings: Settings) -> Iterator[Rule]:
    yield Rule(
        gettext("Who must agree"),
        str(rule_words.EYES[settings.four_eyes]),
        gettext("Whoever wrote a part of the text does not approve it, where a second person is asked for."),
        "four_eyes",
    )
    steps = [
        f"{notices.LEVELS[step.level]} {_before(-step.minutes)}" for step in silence.read_steps(settings.silence_at)
    ]
    yield Rule(
        gettext("While nobody decides"),
        "; ".join(steps) or gettext("nobody is told"),
        gettext("Told once each, and never within five minutes of the text being handed in."),
        "silence_at",
    )
    yield Rule(
        gettext("After the last of these"),
        gettext("the author may publish under the own name") if settings.publish_on_silence else gettext("it waits on"),
        gettext("Nothing is ever published by itself."),
        "publish_on_silence",
    )


def _checks(settings: Settings) -> Iterator[Rule]:
    house = settings.town.house
    for kind, words in rule_words.CHECKS.items():
        yield Rule(str(words), str(rule_words.LEVELS[house.levels.get(kind, Level.OFF)]), "", "answer_checks")
    yield Rule(
        gettext("The words at the end"),
        f"«{settings.answer_signature}»" if settings.answer_signature else gettext("none are asked for"),
        "",
        "answer_signature",
    )
    known = len(house.contacts)
    yield Rule(
        gettext("Contacts of the town"),
        ngettext("%(num)d contact", "%(num)d contacts", known) if known else gettext("none"),
        gettext("They are no personal data; those in templates of answers are known too."),
        "known_contacts",
    )


def _alarms(settings: Settings) -> Iterator[Rule]:
    steps = read_steps(settings.warn_at, settings.escalate_at)
    yield Rule(
        gettext("Warned"),
        "; ".join(_warning(step) for step in steps if step.act is Act.WARN) or gettext("nobody is told"),
        gettext("Whoever works on the appeal, before the deadline."),
        "warn_at",
    )
    yield Rule(
        gettext("Told of a late appeal"),
        "; ".join(_late(step) for step in steps if step.act is not Act.WARN),
        gettext("Each once, however often the program is started anew."),
        "escalate_at",
    )
    yield Rule(
        gettext("At night and on days off"),
        gettext("letters wait for working hours") if settings.quiet_hours else gettext("letters come at any hour"),
        gettext("On the page alarms always stand at once; who is on duty says so in the profile."),
        "quiet_hours",
    )
    yield Rule(
        gettext("Several at once"),
        ngettext("gathered for %(num)d second", "gathered for %(num)d seconds", settings.gather_seconds),
        gettext("So that several become one letter."),
        "gather_seconds",
    )


def _life(settings: Settings) -> Iterator[Rule]:
    always, never = gettext("whenever it is noticed"), gettext("never by itself")
    returned, quiet = settings.return_minutes, settings.close_after_days
    yield Rule(
        gettext("“Not ours” may be said"),
        ngettext("%(num)d working minute", "%(num)d working minutes", returned) if returned else always,
        gettext("By the department's own calendar; twice at most."),
        "return_minutes",
    )
    yield Rule(
        gettext("Messages of one author are one appeal within"),
        ngettext("%(num)d minute", "%(num)d minutes", settings.burst_minutes),
        gettext("Under one post."),
        "burst_minutes",
    )
    yield Rule(
        gettext("New words bring an answered appeal back for"),
        ngettext("%(num)d day", "%(num)d days", settings.follow_up_days),
        gettext("Later they are a new appeal."),
        "follow_up_days",
    )
    yield Rule(
        gettext("An answered appeal is closed after"),
        ngettext("%(num)d quiet day", "%(num)d quiet days", quiet) if quiet else never,
        "",
        "close_after_days",
    )
    yield Rule(
        gettext("Internal control on a day off"),
        str(rule_words.DAYS_OFF[settings.weekend_rule]),
        gettext("The date of the law itself stays and stays shown."),
        "weekend_rule",
    )


def _warning(step: Step) -> str:
    if step.percent is not None:
        return str(gettext("at %(percent)s %% of the term", percent=step.percent))
    return _before(-step.minutes)


def _late(step: Step) -> str:
    when = (
        ngettext("%(num)d min late", "%(num)d min late", step.minutes) if step.minutes else gettext("at the deadline")
    )
    return f"{notices.LEVELS[step.level]} — {when}"


def _before(minutes: int) -> str:
    return str(ngettext("%(num)d min before the deadline", "%(num)d min before the deadline", abs(minutes)))
