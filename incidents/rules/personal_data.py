"""Personal data in a text that everybody can read: telephones, mailboxes, papers, cards, somebody's flat.

What the town itself publishes (telephones of its offices) is no personal data: the caller names it as `contacts`. Digits
that only look like a paper are left alone: a card must pass its check digit (ISO/IEC 7812), an insurance number (СНИЛС)
its check sum, a passport must be called one.
"""

import re
from collections.abc import Collection, Iterator

#: What was found (`mobile`, `phone`, `email`, `passport`, `snils`, `card`, `flat`) and where, in code points.
Datum = tuple[str, int, int]

_PHONE = re.compile(r"(?<![\d.+-])(?:\+?7|8)[\s(\-–]*(\d{3,5})[\s)\-–]*((?:\d[\s\-–]?){4,6}\d)(?!\d)")
_MOBILE = re.compile(r"(?<![\d+])\(?(9\d{2})\)?[\s\-–]*(\d{3}[\s\-–]?\d{2}[\s\-–]?\d{2})(?!\d)")
_EMAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}")
_PRIVATE_POST = re.compile(
    r"@(?:mail|bk|list|inbox|yandex|ya|rambler|gmail|hotmail|outlook|icloud|yahoo|proton(?:mail)?)\.\w+$"
)
_PASSPORT = re.compile(r"паспорт\w*[^\d\n]{0,40}(\d{2}\s?\d{2}\s?(?:№\s?)?\d{6})(?!\d)")
_SNILS = re.compile(r"(?<!\d)\d{3}[-\s]?\d{3}[-\s]?\d{3}[-\s]?\d{2}(?!\d)")
_CARD = re.compile(r"(?<!\d)\d{4}(?:[\s-]?\d{4}){3}(?!\d)")
_FLAT = re.compile(r"(?<!\w)(?:кв\.?|квартир[аеуы])\s*(?:№\s*)?\d{1,4}(?!\d|\s*м)")
_FREE = "800"


def find(plain: str, contacts: Collection[str]) -> Iterator[Datum]:
    """What of a text in small letters must not stand in a public answer. `contacts` as `contacts_in` reads them."""
    taken: list[tuple[int, int]] = []
    for code, start, end in _all(plain, contacts):
        if not any(start < other_end and other < end for other, other_end in taken):
            taken.append((start, end))
            yield code, start, end


def contacts_in(text: str) -> set[str]:
    """The telephones (ten digits) and mailboxes that a text of the town itself names."""
    plain = text.lower()
    phones = {_digits(match.group()) for pattern in (_PHONE, _MOBILE) for match in pattern.finditer(plain)}
    return phones | {match.group() for match in _EMAIL.finditer(plain)}


def _all(plain: str, contacts: Collection[str]) -> Iterator[Datum]:
    yield from (("card", *match.span()) for match in _CARD.finditer(plain) if _is_card(_only_digits(match.group())))
    yield from (("snils", *match.span()) for match in _SNILS.finditer(plain) if _is_snils(_only_digits(match.group())))
    yield from (("passport", *match.span(1)) for match in _PASSPORT.finditer(plain))
    for match in (*_PHONE.finditer(plain), *_MOBILE.finditer(plain)):
        digits = _digits(match.group())
        if len(digits) == 10 and digits not in contacts and not digits.startswith(_FREE):
            yield "mobile" if digits[0] == "9" else "phone", match.start(), match.end()
    for match in _EMAIL.finditer(plain):
        if match.group() not in contacts and _PRIVATE_POST.search(match.group()):
            yield "email", *match.span()
    yield from (("flat", *match.span()) for match in _FLAT.finditer(plain))


def _digits(written: str) -> str:
    """A telephone as its last ten digits."""
    return _only_digits(written)[-10:]


def _only_digits(written: str) -> str:
    return "".join(letter for letter in written if letter.isascii() and letter.isdigit())


def _is_card(digits: str) -> bool:
    doubled = (int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(digits)))
    return len(digits) == 16 and digits[0] in "2345" and sum(value - 9 * (value > 9) for value in doubled) % 10 == 0


def _is_snils(digits: str) -> bool:
    if len(digits) != 11 or digits <= "00100199899":
        return False
    total = sum(int(digit) * (9 - place) for place, digit in enumerate(digits[:9])) % 101
    return total % 100 == int(digits[9:])
