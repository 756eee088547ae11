"""A short Latin code out of a Russian name: for departments that are pasted as a plain list."""

import re
from collections.abc import Container

_LETTERS = dict(
    zip(
        "абвгдеёжзийклмнопрстуфхцчшщъыьэюя",
        [
            "a",
            "b",
            "v",
            "g",
            "d",
            "e",
            "e",
            "zh",
            "z",
            "i",
            "y",
            "k",
            "l",
            "m",
            "n",
            "o",
            "p",
            "r",
            "s",
            "t",
            "u",
            "f",
            "kh",
            "ts",
            "ch",
            "sh",
            "sch",
            ".",
            "y",
            ".",
            "e",
            "yu",
            "ya",
        ],
        strict=True,
    )
)
_LONGEST = 24


def code_of(name: str, taken: Container[str]) -> str:
    """A code of small Latin letters, digits and hyphens that begins with a letter and is not `taken`."""
    latin = "".join(_LETTERS.get(sign, sign) for sign in name.lower()).replace(".", "")
    code = re.sub(r"[^a-z0-9]+", "-", latin).strip("-")[:_LONGEST].strip("-")
    if not code or not code[0].isalpha():
        code = f"d-{code}".strip("-")
    free, number = code, 2
    while free in taken:
        free, number = f"{code}-{number}", number + 1
    return free
