"""The kinds of appeals and the duties of the law in words. Their terms and articles: `rules.statutory_table`."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext

from incidents.rules.norms import Kind
from incidents.rules.statutory_table import Duty

#: As they stand on a card, in a list and in a form.
KINDS: Mapping[Kind, Any] = {
    Kind.SOCIAL: lazy_gettext("appeal from a social network"),
    Kind.DIRECT_MESSAGE: lazy_gettext("private message"),
    Kind.RECEPTION: lazy_gettext("online reception"),
    Kind.HOT_LINE: lazy_gettext("hot line"),
    Kind.PORTAL: lazy_gettext("message of the state portal (ПОС)"),
    Kind.FORMAL: lazy_gettext("formal appeal (59-ФЗ)"),
    Kind.INFORMATION: lazy_gettext("request for information (8-ФЗ)"),
    Kind.MEDIA: lazy_gettext("request of the press"),
}

#: Beside the network of a row, where the kind is not the usual one.
SHORT_KINDS: Mapping[Kind, Any] = {
    Kind.RECEPTION: lazy_gettext("reception"),
    Kind.HOT_LINE: lazy_gettext("hot line"),
    Kind.PORTAL: lazy_gettext("ПОС"),
    Kind.FORMAL: lazy_gettext("59-ФЗ"),
    Kind.INFORMATION: lazy_gettext("8-ФЗ"),
    Kind.MEDIA: lazy_gettext("press"),
}

DUTIES: Mapping[Duty, Any] = {
    Duty.REGISTER: lazy_gettext("Register"),
    Duty.FORWARD: lazy_gettext("Pass on, if it is not ours"),
    Duty.NOTICE: lazy_gettext("Tell that it is put off or refused"),
    Duty.ANSWER: lazy_gettext("Give the answer"),
    Duty.EXTENSION: lazy_gettext("Put off to at the latest"),
}
