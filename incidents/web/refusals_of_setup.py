"""The sentences of refusals about the first setup and about topics. A part of `refusals`."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext

SENTENCES: Mapping[str, Any] = {
    "setup_over": lazy_gettext("The first setup is over: sign in."),
    "wrong_code": lazy_gettext(
        "This is not the code. It stands on the console of the server, in four groups of four signs."
    ),
    "no_such_step": lazy_gettext("There is no step called %(step)s."),
    "no_press_department": lazy_gettext(
        "None of the departments is the press sector: mark one on the page of departments first."
    ),
    "topic_taken": lazy_gettext("The group “%(group)s” has a topic “%(name)s” already."),
    "topic_name": lazy_gettext("Enter a name of at most %(longest)s characters."),
    "group_name": lazy_gettext("Name the group in at most %(longest)s characters."),
    "group_needed": lazy_gettext("Choose a group, or name a new one."),
    "merge_unfit": lazy_gettext("A topic can be merged into another one that can be chosen."),
}
