"""Four eyes: who may let a text go out that others have written, or that he has written himself.

Whoever wrote any part of a version does not approve it alone. But two people who both stand for the very same wording are
four eyes, whoever of them wrote which word: the approver who mends a text publishes it once its author has agreed to
the mended version, and the author may publish it once the approver has.
"""


def obstacle(asked: str, *, is_theirs: bool, is_endorsed: bool, is_writer: bool, is_agreed: bool) -> str:
    """Why a person cannot approve a text now: `head` (the head's word is missing), `own`, or empty.

    `asked` is the town's setting, `is_theirs` says that the appeal lies with a department that has a head here, `is_agreed`
    that another of the writers agreed to exactly this version.
    """
    if asked == "off":
        return ""
    if asked == "head_then_press" and is_theirs and not is_endorsed:
        return "head"
    return "own" if is_writer and not is_agreed else ""
