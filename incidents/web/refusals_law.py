"""Refusals that come from the laws on appeals, as sentences; `refusals` shows them with all the others."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext

SENTENCES: Mapping[str, Any] = {
    "no_extension": lazy_gettext("The law puts off no answer to an appeal of this kind."),
    "extension_days": lazy_gettext("Enter by how many days the answer is put off."),
    "extension_term": lazy_gettext("The answer can be put off by %(most)s more days at most."),
    "extension_used_up": lazy_gettext("All the days that the law allows are used: the answer cannot be put off again."),
    "future_day": lazy_gettext("This day has not come yet. Check the date."),
    "bad_day": lazy_gettext("Enter the date."),
    "strange_year": lazy_gettext("Check the year: %(year)s cannot be meant."),
    "day_before_received": lazy_gettext("This cannot have been before %(day)s, when the appeal came."),
    "no_forward": lazy_gettext("Only formal appeals and requests for information are passed on by law."),
    "no_refusal": lazy_gettext("Only requests for information and of the press can be refused."),
    "link_needed": lazy_gettext("An answer in a network has a link: record it with link and time."),
    "link_not_wanted": lazy_gettext(
        "Only what was written in a social network has a link. Leave it empty, or change the kind."
    ),
    "number_needed": lazy_gettext("Enter the number under which it was filed in the document system."),
    "number_too_long": lazy_gettext("The number has at most %(longest)s characters."),
    "formal_already": lazy_gettext("The law already gives this appeal its terms."),
    "formalised_twice": lazy_gettext("The formal appeal of this number was made already: № %(number)s."),
    "choose_formal": lazy_gettext("Say whether the author filed it or was told where to file."),
    "notice_before_received": lazy_gettext("The author cannot have been told before %(day)s, when the appeal came."),
    "notice_too_late": lazy_gettext("The author had to be told by %(day)s: told later, the term stays as it is."),
    "registered_before_received": lazy_gettext("It cannot be registered before %(day)s, when it came."),
}
