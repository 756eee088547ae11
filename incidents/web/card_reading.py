"""What the card of one appeal shows, each part read when it is first drawn; nothing is decided or changed here.

The whole card asks a fixed number of questions; the fragment that asks for changes every few seconds draws little and
asks little.
"""

from collections.abc import Mapping, Sequence
from functools import cached_property

from markupsafe import Markup

from incidents.flow import attending, budgeting, noting, timing
from incidents.records import choices
from incidents.records.appeals import Message
from incidents.records.parts import Part, Photo, involved
from incidents.records.revisions import mark_of
from incidents.rules.acts import Act, Role, Status
from incidents.rules.clock import Elapsed
from incidents.rules.lifecycle import NONE, acts_for
from incidents.web import (
    card_bar,
    card_clocks,
    card_near,
    card_rows,
    card_thread,
    card_words,
    law_card,
    story_days,
)
from incidents.web.card_answers import Answered
from incidents.web.story import Line, in_words
from incidents.web.story_entries import Told, entries


class Card(Answered):
    """Everything of one appeal that this person may see and do."""

    @cached_property
    def acts(self) -> frozenset[Act]:
        return card_clocks.possible(self.appeal, self._allowed, self.not_ours)

    @cached_property
    def not_ours(self) -> card_clocks.NotOurs:
        return card_clocks.not_ours(self.appeal, self._allowed, self._now)

    @property
    def place(self) -> str | None:
        """Where the citizen wrote, for who goes there."""
        return next((each.link for each in reversed(self.said) if each.link), None)

    @cached_property
    def said(self) -> Sequence[card_words.Said]:
        return card_words.said(
            self._session, self.appeal, self._heard, self.suggestions[0].words if self.suggestions else ()
        )

    @property
    def is_from_words(self) -> bool:
        return card_words.is_from_words(self.appeal, self._heard)

    @cached_property
    def suggestions(self) -> Sequence[card_words.Suggested]:
        return card_words.suggestions(self._session, self.appeal)

    @cached_property
    def topics(self) -> Mapping[str, Sequence[choices.TopicName]]:
        return choices.topics_in_use(self._session)

    @cached_property
    def departments(self) -> Sequence[choices.DepartmentName]:
        """Those that may be given an appeal."""
        return choices.open_departments(self._session)

    @cached_property
    def choices_mark(self) -> str:
        """Another one as soon as a topic or a department changes."""
        return mark_of(self._session, "departments", "topic_groups", "topics")

    @cached_property
    def thread(self) -> card_thread.Thread:
        return card_thread.read(self._session, self.appeal, self._person)

    @cached_property
    def near(self) -> card_near.Near:
        near = (self._session, self.appeal, self._heard, self._person, self._has)
        return card_near.read(*near, may_write=self.may_write)

    @cached_property
    def post(self) -> card_words.Under | None:
        """The post its words stand under, as far as we know it."""
        return card_words.post(self._session, self._heard)

    @cached_property
    def here(self) -> Sequence[attending.Here]:
        return attending.others(self._session, self.appeal, self._person, now=self._now) if self._has.company else ()

    @cached_property
    def controls(self) -> Sequence[card_rows.Watched]:
        return card_rows.watched(self.appeal)

    @cached_property
    def colleagues(self) -> tuple[tuple[int, str], ...]:
        """Who can be told of a note."""
        found = noting.may_be_named(self._session, self.appeal, self._asked)
        return tuple((each.id, each.name) for each in found if each.id != self._person.id)

    @cached_property
    def bar(self) -> card_bar.Bar | None:
        return card_bar.draw(self._session, self._entries) if self.appeal.status is not Status.REJECTED else None

    @cached_property
    def story(self) -> Sequence[Line]:
        return in_words(self._session, self._entries)

    @cached_property
    def route(self) -> Markup:
        return story_days.route(self.story)

    @cached_property
    def elapsed(self) -> Elapsed:
        return timing.elapsed(self._session, self.appeal, self._now)

    @cached_property
    def own(self) -> budgeting.Own | None:
        """What this person's department has left of its own share; None where it is not working on it."""
        person, number = self._person, self.appeal.number
        if person.role not in (Role.HEAD, Role.RESPONDER) or not person.department_id:
            return None
        return budgeting.own(self._session, [number], person.departments, now=self._now).get(number)

    @cached_property
    def law(self) -> law_card.Law:
        return law_card.read(self.appeal, has_formal=self._has.formal)

    @cached_property
    def clocks(self) -> Sequence[card_clocks.Line]:
        """Where the first answer's is all there is, the line above says it."""
        has_more = self._has.other_clocks or self._has.cycles
        return card_clocks.read(self.appeal, self._now) if has_more else ()

    @cached_property
    def parts(self) -> Sequence[Part]:
        """What departments bring."""
        return card_rows.parts(self.appeal) if self._has.parts else ()

    @cached_property
    def askable(self) -> tuple[tuple[int, str], ...]:
        """Whom one may ask for a part."""
        taken = self._asked | {self.appeal.department_id}
        return tuple((each.id, each.name) for each in self.departments if each.id not in taken)

    @cached_property
    def photos(self) -> Sequence[tuple[Photo, bool]]:
        """Each with whether this person may take it away."""
        return card_rows.photos(self.appeal, self._person) if self._has.photos else ()

    @cached_property
    def _heard(self) -> Sequence[Message]:
        return card_words.heard(self._session, self.appeal)

    @cached_property
    def _asked(self) -> frozenset[int]:
        return involved(self._session, self.appeal.number) if self._has.parts else NONE

    @cached_property
    def _allowed(self) -> frozenset[Act]:
        return acts_for(self._person.actor, self.appeal.status, self.appeal.department_id, self._asked)

    @cached_property
    def _entries(self) -> Sequence[Told]:
        return entries(self._session, self.appeal.number)
