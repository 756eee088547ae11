"""What is refused while an answer is written: by the check, by a template, by the ledger of promises, by who approves. A part of `refusals`."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext

SENTENCES: Mapping[str, Any] = {
    "choose_template": lazy_gettext("Choose a template from the list."),
    "template_name": lazy_gettext("Give the template a name of at most %(longest)s characters."),
    "template_taken": lazy_gettext("There is a template called “%(name)s” already."),
    "template_text": lazy_gettext("Write the text of the template, at most %(longest)s characters."),
    "template_owner": lazy_gettext(
        "Choose one topic, one group of topics or one department, or nothing: then it is for all."
    ),
    "template_changed": lazy_gettext("Somebody changed this template meanwhile. Reload the page and look what is new."),
    "unknown_places": lazy_gettext(
        "No appeal can fill these places: %(places)s. The list beside says which there are."
    ),
    "promise_settled": lazy_gettext("Of this promise it is said already what became of it. Reload the page."),
    "no_such_answer": lazy_gettext(
        "This answer says nothing of the promise: choose a later one that the citizen can see."
    ),
    "no_later_promise": lazy_gettext("The citizen knows no other day yet. First publish an answer that names it."),
    "decision_stands": lazy_gettext("A promised decision is not dropped. Answer, or put it off in public once more."),
    "check_forbids": lazy_gettext(
        "The check forbids to publish this text (places: %(number)s). Change them, or give a reason below."
    ),
    "retract_foreign": lazy_gettext("Only who entered it takes it back. On its card it can be marked as no incident."),
    "retract_late": lazy_gettext(
        "It can be taken back for %(minutes)s minutes, while nobody works on it. On its card it can be marked as no incident."
    ),
    "not_waiting": lazy_gettext("The text does not wait for approval any more. Reload the page."),
    "nothing_changed": lazy_gettext("The text is as it was: nothing was saved."),
    "not_a_writer": lazy_gettext("Only who wrote a part of this text can say that."),
    "silence_off": lazy_gettext(
        "This town lets nobody publish without an approver, however long the approver is silent."
    ),
    "never_silent": lazy_gettext("No deadline runs here, so nobody counts as silent. Ask the approver."),
    "not_silent_yet": lazy_gettext(
        "You can publish it under your own name from %(at)s, if nobody has decided by then."
    ),
}
