"""What the town's rules are called in words (`town_rules`)."""

from flask_babel import lazy_gettext

from incidents.rules.answers import Kind, Level

EYES = {
    "off": lazy_gettext("the press sector alone"),
    "press": lazy_gettext("a second person of the press sector"),
    "head_then_press": lazy_gettext("the head of the department, then a second person of the press sector"),
}
DAYS_OFF = {
    "keep": lazy_gettext("stays where it is"),
    "previous": lazy_gettext("goes to the working day before"),
    "next": lazy_gettext("goes to the working day after"),
}
CHECKS = {
    Kind.PERSONAL: lazy_gettext("Personal data in a public answer"),
    Kind.OFFICIALESE: lazy_gettext("Officialese where a plain word exists"),
    Kind.UNDATED: lazy_gettext("A promise without a day"),
    Kind.NOWHERE: lazy_gettext("“Turn to…” without a contact"),
    Kind.UNHEARD: lazy_gettext("The question's key words are untouched"),
    Kind.REPEATED: lazy_gettext("The same text to the same author"),
    Kind.GREETING: lazy_gettext("No greeting"),
    Kind.SIGNATURE: lazy_gettext("No signature"),
    Kind.BLANK: lazy_gettext("A place of a template that nobody filled"),
}
LEVELS = {
    Level.FORBIDS: lazy_gettext("goes out only with a reason that is recorded"),
    Level.ADVICE: lazy_gettext("advice"),
    Level.OFF: lazy_gettext("not checked"),
}
