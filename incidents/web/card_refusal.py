"""An act that was refused, as its card shows it: the sentence beside the form, and everything that was typed."""

from dataclasses import dataclass
from typing import Any

from flask import request

from incidents.flow.answering import WritingConflict

#: Refusals that concern what a text is for.
PURPOSE_CODES = frozenset({"choose_purpose", "only_final", "promise_needed", "promise_past", "promise_far"})


@dataclass(frozen=True)
class Refusal:
    """An act that was refused: which, the sentence, and what was typed."""

    noun: str = ""
    sentence: str = ""
    conflict: WritingConflict | None = None
    #: Somebody was faster: the form it concerns may not be on the page any more.
    is_faster: bool = False
    code: str = ""

    @property
    def is_purpose(self) -> bool:
        """Is it the purpose of the text, or its date, that does not fit? Then the sentence stands beside that field."""
        return self.code in PURPOSE_CODES

    def typed(self, noun: str, name: str, otherwise: Any = "") -> Any:
        """What stood in a field of the refused form; every other form shows what it always shows."""
        return request.form.get(name, otherwise) if noun == self.noun else otherwise
