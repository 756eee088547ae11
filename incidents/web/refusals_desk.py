"""The refusals of the desk's own acts as sentences (`refusals`): taking back, handing over, many appeals at once,
saved filters; and those of absences and ways of alarms."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext

_NOTICES: Mapping[str, Any] = {
    "absence_backwards": lazy_gettext("The last day is before the first one. Check the dates."),
    "absence_over": lazy_gettext("These days are over. Enter days that are still ahead, or today."),
    "absence_too_long": lazy_gettext("This is more than a year. Check the dates."),
    "absence_twice": lazy_gettext("Another absence is entered for some of these days. End it first."),
    "substitute_unfit": lazy_gettext(
        "%(name)s cannot be told instead: choose a colleague of the same department or of the press sector who works here."
    ),
    "bad_email": lazy_gettext("This is no e-mail address. Write it like name@town.example."),
    "deputy_unfit": lazy_gettext("%(name)s is no manager. Choose one who is."),
    "no_letter_stopped": lazy_gettext("There is nothing to send again: no message is stopped any more."),
}
SENTENCES: Mapping[str, Any] = {
    **_NOTICES,
    "undo_over": lazy_gettext("Five minutes are over: open the appeal and change it there."),
    "undone_already": lazy_gettext("This was undone already."),
    "person_unfit": lazy_gettext("%(name)s cannot go on with it: choose a colleague who works with this appeal."),
    "none_selected": lazy_gettext("Select at least one appeal."),
    "too_many_selected": lazy_gettext("At most %(most)s appeals can be changed at once. Select fewer."),
    "view_empty": lazy_gettext(
        "First choose something in the sentence over the queue: the whole queue needs no filter."
    ),
    "view_name": lazy_gettext("Enter a name of at most %(longest)s characters."),
    "view_taken": lazy_gettext("You have a filter called “%(name)s” already. Choose another name."),
    "views_many": lazy_gettext("You have %(most)s filters. Remove one first."),
    "note_empty": lazy_gettext("Write a few words for the next shift."),
    "note_long": lazy_gettext("The note has at most %(longest)s characters."),
    "choose_colleague": lazy_gettext("Choose a colleague from the list."),
    "choose_heir": lazy_gettext("Choose who goes on with the open appeals, or nobody yet."),
    "choose_reject": lazy_gettext("Say why these are no incidents."),
}
