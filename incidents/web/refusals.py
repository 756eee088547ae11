"""Every refusal of the flow as a sentence a person reads: what is not possible, and what to do instead.

A verb raises `Refused(code, **details)`; the code names a line here, the details fill its blanks. Pages show the
sentence beside the field it concerns; what no page catches is answered by `errors` with the same words. A test reads
every code out of `flow` and fails when one has no line.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from enum import Enum
from typing import Any

from flask_babel import gettext, lazy_gettext

from incidents.rules.acts import Refused, Role, Status
from incidents.web import (
    current,
    moments,
    refusals_beside,
    refusals_desk,
    refusals_law,
    refusals_of_setup,
    refusals_parts,
    refusals_writing,
    words,
)

#: Somebody was faster, or the appeal stands elsewhere by now: nothing in the form is wrong.
CONFLICTS = frozenset(
    {
        "changed_meanwhile",
        "text_changed",
        "words_came",
        "being_sent",
        "not_allowed",
        "not_waiting",
        "nothing_to_resend",
        "nothing_to_retry",
        "no_letter_stopped",
        "backup_runs",
    }
)

_ACCOUNTS: Mapping[str, Any] = {
    "wrong_password": lazy_gettext("The password did not fit. Check the keyboard layout."),
    "short_password": lazy_gettext("The password is too short: at least %(least)s characters."),
    "bad_login": lazy_gettext("A login is one word of at most 64 characters without spaces."),
    "long_name": lazy_gettext("A name has at most %(longest)s characters."),
    "login_taken": lazy_gettext("The login %(login)s is taken. Choose another one."),
    "department_needed": lazy_gettext("Choose a department: a %(role)s works in one."),
    "department_not_wanted": lazy_gettext("Leave the department empty: a %(role)s works for all of them."),
    "last_admin": lazy_gettext("This is the last administrator. First make another person an administrator."),
    "unknown_scope": lazy_gettext("There is no right called %(scope)s."),
    "token_taken": lazy_gettext("A token named %(name)s exists already. Choose another name."),
    "bad_code": lazy_gettext(
        "A code begins with a small Latin letter; letters, digits, - and _ may follow, 40 at most."
    ),
    "code_taken": lazy_gettext("Another department has this code. Choose another one."),
    "name_needed": lazy_gettext("Enter a name of at most %(longest)s characters."),
    "name_taken": lazy_gettext("There is a department called “%(name)s” already."),
    "department_closed": lazy_gettext("The department “%(name)s” is closed. Open it again on its page first."),
    "heir_unfit": lazy_gettext("Topics can only go to another department that is open."),
    "topics_lead_here": lazy_gettext("Topics that lead here: %(count)s. Choose the department they go to."),
    "appeals_lie_here": lazy_gettext(
        "Open appeals that lie here: %(count)s. The press sector assigns them elsewhere first."
    ),
    "people_work_here": lazy_gettext(
        "People who work here: %(count)s. Give them another department or switch them off first."
    ),
    "nothing_to_retry": lazy_gettext("There is nothing to try again: no event is stopped any more."),
}
_APPEALS: Mapping[str, Any] = {
    "not_allowed": lazy_gettext("This cannot be done now: the appeal is “%(status)s”. Reload the page."),
    "changed_meanwhile": lazy_gettext(
        "Appeal № %(number)s was changed by somebody else. Reload it and look what is new."
    ),
    "reason_needed": lazy_gettext("Give a reason in a few words."),
    "whose_own": lazy_gettext("This is your own department. Choose another one or leave the field empty."),
    "department_gone": lazy_gettext("The department “%(name)s” is closed. Choose another one."),
    "empty_answer": lazy_gettext("There is no text yet. Write the answer first."),
    "too_long": lazy_gettext("The text has %(length)s characters, the network takes %(longest)s. Shorten it."),
    "words_came": lazy_gettext("The citizen has written more meanwhile. Read it, then approve."),
    "text_changed": lazy_gettext("The text was changed after you read it. Read the new one, then approve."),
    "needs_endorsement": lazy_gettext("The head of the department has not agreed to this text yet."),
    "needs_other_eyes": lazy_gettext(
        "You wrote part of this text, so somebody else approves it. Alone on duty, give a reason."
    ),
    "being_sent": lazy_gettext("The answer is on its way to the network. Wait a minute and reload the page."),
    "nothing_to_resend": lazy_gettext("There is nothing to send again: the answer is not stopped."),
    "bad_link": lazy_gettext("This is no link to a post. Copy it from the browser's address line."),
    "future_time": lazy_gettext("This time has not come yet. Check date and time."),
    "bad_time": lazy_gettext("Enter date and time by the town's clock."),
    "choose_topic": lazy_gettext("Choose a topic from the list."),
    "choose_department": lazy_gettext("Choose a department from the list."),
    "writing_conflict": lazy_gettext(
        "%(writer)s saved another text meanwhile. Both are below; yours is kept in the field."
    ),
    "only_final": lazy_gettext(
        "The law asks for an answer here: an interim answer or a question does not meet its term."
    ),
    "before_reopened": lazy_gettext(
        "This was seen before the appeal was reopened (%(at)s): it does not answer what came after. Give the new answer."
    ),
    "promise_needed": lazy_gettext("Enter the date by which the decision is promised."),
    "promise_past": lazy_gettext("The promised date must lie after today."),
    "promise_far": lazy_gettext("A decision can be promised until %(last)s at most."),
    "press_decides": lazy_gettext(
        "It was returned twice already: the press sector decides whose it is. Write to them in the answer."
    ),
    "return_window_closed": lazy_gettext(
        "The time to say “not ours” ended %(at)s. The press sector can still give it to another department."
    ),
    "not_answered_yet": lazy_gettext("The citizen has seen no answer yet. Answer first, or reject it with a reason."),
    "words_needed": lazy_gettext("Enter what the author wrote."),
    "words_known": lazy_gettext("These words are here already: appeal № %(number)s."),
    "words_before": lazy_gettext("The author's further words cannot be older than the appeal. Check date and time."),
    "choose_purpose": lazy_gettext("Say what the text is for."),
    "choose_outcome": lazy_gettext("Say what came of the matter."),
    "answered_already": lazy_gettext("The citizen has had an answer, so it counts as an incident. Close it instead."),
    "before_received": lazy_gettext("The answer cannot be older than the appeal. Check date and time."),
}
_INSTALLATION: Mapping[str, Any] = {
    "not_connected": lazy_gettext("The network %(network)s is not connected in this version."),
    "confirmation_long": lazy_gettext("A confirmation string has at most %(longest)s characters."),
    "bad_id": lazy_gettext("The number of the community or bot is a whole number above zero."),
    "bad_key": lazy_gettext("The key of the address may hold small Latin letters, digits and hyphens."),
    "key_taken": lazy_gettext("The key %(key)s is taken. Choose another one."),
    "source_taken": lazy_gettext("This community or bot is connected already."),
    "secret_needed": lazy_gettext("Enter the secret that the network sends with each message."),
    "bad_secret": lazy_gettext("Telegram takes a secret of Latin letters, digits, _ and -."),
    "token_needed": lazy_gettext("Enter the access token that the network gave."),
    "wrong_key": lazy_gettext("The secret was locked with another key. Put back the old key or enter the secret anew."),
    "term_needed": lazy_gettext("The term is at least one minute."),
    "term_too_long": lazy_gettext("The term is a year at most."),
    "norm_in_past": lazy_gettext("A norm cannot begin in the past: appeals were already counted by another one."),
    "norm_twice": lazy_gettext("A norm like this begins on %(day)s already."),
    "budget_in_past": lazy_gettext("Shares begin today or later: what was already planned is not planned anew."),
    "budget_over_norm": lazy_gettext(
        "The stages have %(over)s min more than the norm, which is %(minutes)s min. Take them from a stage."
    ),
    "budget_negative": lazy_gettext("A stage has no less than 0 minutes."),
    "budget_owner": lazy_gettext("Choose a topic or a department, not both."),
    "budget_no_norm": lazy_gettext("No norm in minutes is in force on this day, so there is nothing to share out."),
    "norm_tie": lazy_gettext("Another norm would fit the same appeals just as well. Make one of them more exact."),
    "start_unfit": lazy_gettext("This clock cannot start with an answer: it runs until the first one is seen."),
    "clock_unfit": lazy_gettext("Under a law there is one answer: a last word after an interim one has no clock."),
    "end_in_past": lazy_gettext(
        "A norm cannot end in the past: appeals were already counted by it. Choose today or later."
    ),
    "norm_over": lazy_gettext("This norm is over, or has its end already."),
    "leaves_no_norm": lazy_gettext(
        "From then on no first answer of these appeals would have a deadline, and none would be late. Enter another norm first, or say that you know."
    ),
    "no_working_time": lazy_gettext("There are no working hours yet. Enter the working week first."),
    "bad_hours": lazy_gettext("The hours of a day overlap or end before they begin."),
    "calendar_idle": lazy_gettext(
        "A calendar without working time cannot count a term. Enter hours for at least one day."
    ),
    "calendar_in_past": lazy_gettext("A calendar cannot change in the past: appeals were already counted by it."),
    "calendar_same": lazy_gettext("Nothing would change: the calendar of this date is like this already."),
    "no_calendar": lazy_gettext("There is no calendar yet. Enter the working week first."),
    "bad_minutes": lazy_gettext("A shortened day ends earlier by at least a minute and less than a day."),
    "bad_like": lazy_gettext("Say the hours of which weekday are worked: Monday to Sunday."),
    "bad_columns": lazy_gettext("The file lacks columns: %(missing)s. It needs: %(wanted)s."),
    "no_backup_folder": lazy_gettext("No folder for copies is set: name one as backup_folder in the settings."),
    "backup_runs": lazy_gettext("A copy is being made already. Wait until it is whole."),
    "source_unknown": lazy_gettext(
        "“%(name)s” is not connected yet. Connect it on its page first: secrets are in no table."
    ),
    "login_unknown": lazy_gettext("Nobody has the login %(login)s."),
    "department_unknown": lazy_gettext("There is no department “%(name)s”: write its code or its name."),
    "topic_unknown": lazy_gettext("There is no topic “%(name)s”."),
    "bad_cell": lazy_gettext("The column %(column)s cannot be “%(cell)s”. It can be: %(known)s."),
    "bad_number": lazy_gettext("“%(cell)s” is no whole number above zero."),
    "bad_minutes_cell": lazy_gettext("“%(cell)s” is no whole number of minutes."),
    "bad_date_cell": lazy_gettext("“%(cell)s” is no date. Write it like 2026-11-03."),
    "too_many_people": lazy_gettext("The table adds more than %(most)s people. Divide it."),
    "too_many_cells": lazy_gettext(
        "There are more cells than the head has columns. Put a text that holds the separator into quotes."
    ),
    "bad_table": lazy_gettext("The file cannot be read as a table. Save it as CSV and choose it again."),
    "too_many_rows": lazy_gettext("The table has more than %(most)s rows. Divide it."),
    "nothing_read": lazy_gettext("The table has no rows under its head."),
    "bad_workbook": lazy_gettext("The file cannot be read as a workbook: %(why)s."),
}
SENTENCES: Mapping[str, Any] = {
    **refusals_desk.SENTENCES,
    **refusals_beside.SENTENCES,
    **refusals_writing.SENTENCES,
    **_ACCOUNTS,
    **_APPEALS,
    **refusals_parts.SENTENCES,
    **refusals_of_setup.SENTENCES,
    **_INSTALLATION,
    **refusals_law.SENTENCES,
}

ROLE_WORDS = {
    Role.PRESS: lazy_gettext("press officer"),
    Role.RESPONDER: lazy_gettext("responder"),
    Role.HEAD: lazy_gettext("head of department"),
    Role.MANAGER: lazy_gettext("manager"),
    Role.ADMIN: lazy_gettext("administrator"),
}


def sentence(refused: Refused) -> str:
    """The refusal in the language of the request. A code without a line still says that nothing was changed."""
    line = SENTENCES.get(refused.code)
    if line is None:
        return str(gettext("This is not possible now (%(code)s). Nothing was changed.", code=refused.code))
    return str(line) % {name: _in_words(value) for name, value in refused.details.items()}


def beside(form: Iterable[Any], refused: Refused, places: Mapping[str, str]) -> int:
    """Write the sentence beside the field that `places` names for its code, else the first one; the status to answer."""
    fields = {field.name: field for field in form}
    place = places.get(refused.code, next(iter(fields)))
    fields[place].errors = [sentence(refused)]
    return status_code(refused)


def status_code(refused: Refused) -> int:
    """409 where somebody was faster, 422 where what was entered does not fit."""
    return 409 if refused.code in CONFLICTS else 422


def _in_words(value: object) -> str:
    if isinstance(value, Status):
        return str(words.STATES[value].label)
    if isinstance(value, Role):
        return str(ROLE_WORDS[value])
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, datetime):
        return moments.moment_words(value, current.now(), current.settings().town_zone)
    return moments.day_words(value) if isinstance(value, date) else str(value)
