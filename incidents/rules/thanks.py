"""Is a citizen's message nothing but thanks? Then nobody has to answer it within two hours.

Every word must be one of thanks, greeting or politeness; one word beside them, or a question mark, and a person decides.
"""

import re

_WORD = re.compile(r"[^\W\d_]+")
#: Beginnings of the words that thank; at least one must be there.
_THANKS = ("спасиб", "благодар", "пасиб", "спс", "thank", "мерси")
#: What stands beside them without asking for anything.
_BESIDE = frozenset(
    [
        "вам",
        "вас",
        "тебе",
        "большое",
        "огромное",
        "преогромное",
        "за",
        "ответ",
        "помощь",
        "оперативность",
        "быстрый",
        "быстро",
        "оперативный",
        "информацию",
        "внимание",
        "понял",
        "поняла",
        "понятно",
        "ясно",
        "хорошо",
        "отлично",
        "супер",
        "здорово",
        "молодцы",
        "все",
        "всё",
        "всем",
        "очень",
        "ок",
        "окей",
        "и",
        "заранее",
        "приветствую",
        "здравствуйте",
        "добрый",
        "день",
        "вечер",
        "утро",
        "уважаемые",
        "администрация",
        "администрации",
        "you",
        "very",
        "much",
        "реакцию",
        "работу",
        "разъяснение",
        "разъяснения",
        "подробный",
        "подробное",
        "ждём",
        "ждем",
        "буду",
        "знать",
        "принято",
        "вопрос",
        "решён",
        "решен",
        "снят",
    ]
)
_LONGEST = 20


def is_thanks(text: str) -> bool:
    """True for «Спасибо большое!», false for «Спасибо, а когда уберут?» and for anything that is not sure."""
    words = _WORD.findall(text.lower())
    if "?" in text or not words or len(words) > _LONGEST:
        return False
    thanks = [word for word in words if word.startswith(_THANKS)]
    return bool(thanks) and all(word in _BESIDE for word in words if not word.startswith(_THANKS))
