"""What colleagues do beside an answer, refused: notes, control, addresses, duplicates. Read together with `refusals`."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext

SENTENCES: Mapping[str, Any] = {
    "note_too_long": lazy_gettext("A note has at most %(longest)s characters."),
    "nobody_named_so": lazy_gettext(
        "@%(name)s fits nobody, or more than one person. Choose the colleague in the list."
    ),
    "may_not_see_it": lazy_gettext("%(name)s does not see this appeal, so nothing can be told to them here."),
    "address_too_long": lazy_gettext("An address has at most %(longest)s characters."),
    "no_such_main": lazy_gettext("There is no such open appeal. Check the number."),
    "main_is_duplicate": lazy_gettext("That one asks the same as № %(number)s itself. Link to № %(number)s."),
    "not_linked": lazy_gettext("It is not linked to another appeal any more. Reload the page."),
    "main_unanswered": lazy_gettext("№ %(number)s has no published answer yet. Answer it first."),
    "text_stands_here": lazy_gettext("A text is being written here already. Put the other one into it yourself."),
    "controlled_already": lazy_gettext("You keep it under control already."),
    "not_controlled": lazy_gettext("It is not under control any more. Reload the page."),
    "not_your_control": lazy_gettext("Somebody else put it under control and takes it off again."),
    "picture_elsewhere": lazy_gettext("This picture cannot be fetched here. Open it in the network."),
}
