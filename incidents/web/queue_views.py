"""The views beside the queue: the questions that everybody has, and those that were saved."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from flask import url_for
from flask_babel import gettext

from incidents.records.people import Person
from incidents.rules.acts import Role
from incidents.web.filters import NOBODY, Filter
from incidents.web.queue_counts import Counts, Figures
from incidents.web.views import Shown


@dataclass(frozen=True)
class View:
    """A question that is asked many times a day."""

    label: str
    asked: Filter
    count: int | None
    #: Whose saved view it is, where it is not one's own.
    whose: str = ""

    @property
    def href(self) -> str:
        return url_for("queue.page", **self.asked.args())


class Views(NamedTuple):
    """The views beside a person's queue as a value; `links` spells them out."""

    role: Role
    asked: Filter
    counts: Counts
    saved: tuple[tuple[Shown, int | None], ...]

    @property
    def standing(self) -> list[tuple[str, Filter, int]]:
        """Those that everybody has."""
        counts, role = self.counts, self.role
        found = [(gettext("Whole queue"), Filter(), counts.open)]
        if role is not Role.MANAGER:
            found.append((gettext("Mine"), Filter(mine="1"), counts.mine))
        if role in (Role.PRESS, Role.MANAGER):
            found.append((gettext("Without department"), Filter(department=NOBODY), counts.without_department))
        found.append((gettext("Overdue"), Filter(overdue="1"), counts.overdue))
        return found

    @property
    def has_chosen(self) -> bool:
        """Whether what is asked stands among them."""
        return any(self.asked == each.asked for each in self.links)

    @property
    def links(self) -> list[View]:
        """With their counts: those that everybody has, one's own, those that colleagues share."""
        everybodys = [View(label, asked, count) for label, asked, count in self.standing]
        return everybodys + [View(view.name, view.asked, count, view.whose) for view, count in self.saved]


def views(person: Person, asked: Filter, figures: Figures, saved: Iterable[Shown]) -> Views:
    counted = tuple((view, figures.of_views.get(view.id)) for view in saved)
    return Views(person.role, asked, figures.counts, counted)
