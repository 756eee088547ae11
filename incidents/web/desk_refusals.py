"""The refusals of the desk's own acts as sentences (`refusals`): taking back, handing over, acts on many appeals."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext

SENTENCES: Mapping[str, Any] = {
    "undo_over": lazy_gettext("Five minutes are over: open the appeal and change it there."),
    "undone_already": lazy_gettext("This was undone already."),
    "person_unfit": lazy_gettext("%(name)s cannot go on with it: choose a colleague who works with this appeal."),
    "none_selected": lazy_gettext("Select at least one appeal."),
    "too_many_selected": lazy_gettext("At most %(most)s appeals can be changed at once. Select fewer."),
    "choose_reject": lazy_gettext("Say why these are no incidents."),
}
