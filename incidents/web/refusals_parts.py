"""Refusals of the departments' tree and of what they bring, parts and photos; `refusals` shows them with all the others."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext

SENTENCES: Mapping[str, Any] = {
    "department_circle": lazy_gettext("A department cannot stand under itself or under its own institution."),
    "department_deep": lazy_gettext("Departments stand in at most %(deepest)s levels. Choose one further up."),
    "opened_later": lazy_gettext("A department cannot begin after the day on which it works, or after its end."),
    "parent_closed": lazy_gettext("The department “%(name)s” is closed: nothing can stand under it."),
    "institutions_below": lazy_gettext(
        "Subordinate institutions: %(count)s. Put them under another department or close them first."
    ),
    "asked_main": lazy_gettext(
        "The appeal is with %(name)s already: it answers for the whole. Ask another department."
    ),
    "asked_already": lazy_gettext("%(name)s was asked already."),
    "not_asked": lazy_gettext("%(name)s is not asked for a part."),
    "part_due_past": lazy_gettext("This time is over. Ask for a part by a time that is still ahead."),
    "part_long": lazy_gettext("This has %(length)s characters, %(longest)s are enough for the substance. Shorten it."),
    "photo_heavy": lazy_gettext("A photo has more than %(most)s MB. Choose a smaller one."),
    "photo_unread": lazy_gettext("This is no photo that we can open: take JPEG, PNG or WebP, save HEIC as JPEG."),
    "photo_large": lazy_gettext("The picture has more than %(most)s million points. Make it smaller first."),
    "photos_many": lazy_gettext("There are %(most)s photos already, more are not kept. Take one of yours away first."),
    "photo_needed": lazy_gettext("Choose a photo first."),
    "photo_others": lazy_gettext("A colleague added this photo. Ask them to take it away."),
    "photo_published": lazy_gettext("An answer was published since: the photo stays."),
}
