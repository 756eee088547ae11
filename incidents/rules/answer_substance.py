"""Does an answer say something? A promise without a day, a way without an address, the question passed by, the same again.

Careful rather than clever: one remark too many and nobody reads the next one.
"""

import re
from collections.abc import Iterator, Sequence

_WORD = re.compile(r"[а-яa-z]{2,}|\d+[а-я]?")
_VAGUE = re.compile(
    r"(?<!\w)(?:в\s+(?:самое\s+)?ближайшее\s+время|в\s+ближайшие\s+(?:дни|недели|сроки)|в\s+(?:кратчайш\w+|разумн\w+)\s+срок\w*"
    r"|в\s+скором\s+(?:времени|будущем)|в\s+перспективе|по\s+мере\s+(?:возможности|поступления\s+\w+|необходимости)"
    r"|при\s+(?:наличии|поступлении)\s+(?:финансирования|средств|денежных\s+средств|возможности)"
    r"|при\s+(?:наступлении\s+)?благоприятн\w+\s+(?:погодн\w+\s+)?услови\w+|как\s+только\s+позвол\w+\s+погод\w+"
    r"|в\s+(?:плановом|рабочем)\s+порядке|будет\s+(?:сделано|выполнено|устранено|рассмотрено|учтено|решено|отремонтировано)"
    r"|будут\s+(?:выполнены|устранены|проведены|приняты|рассмотрены|отремонтированы)\s*\w*|позже\s+сообщим|сообщим\s+дополнительно)(?!\w)"
)
_TURN_TO = re.compile(
    r"(?<!\w)(?:обратитесь|обращайтесь|обратиться|можете\s+обратиться|обращаться|позвоните|напишите|направьте|сообщите)"
    r"\s+(?:пожалуйста,?\s+)?(?:в|во|к|ко|по|непосредственно\s+в)\s+[\w«»\"-]+(?:\s+[\w«»\"-]+){0,3}"
)
_CONTACT = re.compile(
    r"(?:\d[\s()\-–]*){5,}|\d{2,3}[-–]\d{2}|(?<!\d)1[01]\d(?!\d)|@|https?://|vk\.(?:com|ru)/|t\.me/|\w\.(?:ru|рф|com)(?!\w)"
    r"|(?:ул|улиц\w+|пр|просп\w*|пер|наб)[.\s]+[\w-]+[\s,]+(?:д\.?\s*|дом\s+)?\d|каб(?:инет|\.)?\s*№?\s*\d"
)
_GREETING = re.compile(
    r"(?:здравствуй|добр(?:ый|ое|ого|ой)\s+(?:день|утро|вечер|дня|утра|вечера)|приветству|уважаем|доброго\s+времени)"
)
#: What everybody writes, whatever it is about.
_EVERYWHERE = (
    "здравствуйте доброе доброго доброй уважаемая уважаемые уважаемый обращаюсь пожалуйста подскажите скажите спасибо добрый вечер сегодня завтра вчера когда почему сколько какой какая какие которые который "
    "которая администрация администрации город города городе улица улице улицы человек люди жители очень всегда никогда просто "
    "можно нужно надо будет будут может могут сделать делать делают сделали прошу просим ответьте ответ вопрос проблема "
    "проблему обращение обратились писали писать пишем звонили звонить сказали говорят хочу хотим хотелось работает работают "
    "время месяц месяца неделя неделю недели несколько после перед около через потому чтобы такой такая этого этому этот этой "
    "тоже также только больше меньше совсем вообще какое каждый каждую постоянно давно наконец мимо вместо между опять снова "
    "именно никто ничего нигде куда откуда здесь большой хорошо плохо нашем нашей нашего наших вашей ваших своих меня тебя "
    "себя ребенок ребенка детей"
)
_COMMON = frozenset(_EVERYWHERE.split())
_FEWEST_WORDS = 3
_STEM = 4
_SAME = 0.7
_SHINGLE = 2

Span = tuple[int, int]


def without_day(plain: str, sentences: Sequence[Span], dated: Sequence[Span]) -> Iterator[Span]:
    """Where something is promised vaguely, in a sentence that names no day."""
    for begin, end in sentences:
        if not any(begin <= start < end for start, _ in dated):
            yield from ((begin + match.start(), begin + match.end()) for match in _VAGUE.finditer(plain[begin:end]))


def without_contact(plain: str, sentences: Sequence[Span]) -> Iterator[Span]:
    """Where the citizen is sent somewhere, and neither this sentence nor the next says how to get there."""
    for index, (begin, end) in enumerate(sentences):
        until = sentences[index + 1][1] if index + 1 < len(sentences) else end
        if _CONTACT.search(plain[begin:until]) is None:
            yield from ((begin + match.start(), begin + match.end()) for match in _TURN_TO.finditer(plain[begin:end]))


def untouched(question: str, answer: str) -> list[str]:
    """The key words of a question, where the answer touches not a single one of them; else nothing."""
    asked = key_words(question)
    said = {_stem(word) for word in _WORD.findall(answer)}
    if len(asked) < _FEWEST_WORDS or not said or any(stem in said for stem in asked):
        return []
    return list(asked.values())[:4]


def key_words(question: str) -> dict[str, str]:
    """Beginnings of the words that tell what a question is about, each with the word as it stands there."""
    found: dict[str, str] = {}
    for word in _WORD.findall(question):
        if (len(word) > _STEM and word not in _COMMON) or (word[0].isdigit() and len(word) > 1):
            found.setdefault(_stem(word), word)
    return found


def is_same(text: str, earlier: Sequence[str]) -> bool:
    """Was this told already, in nearly the same words? A text of a few words only where it is the same to the word."""
    words, mine = _WORD.findall(text), _shingles(text)
    return bool(words) and any(
        _likeness(mine, _shingles(other)) >= _SAME if mine else words == _WORD.findall(other) for other in earlier
    )


def greets(plain: str) -> bool:
    """Does it begin with a greeting, or with the citizen's name and one?"""
    return _GREETING.search(plain[:80]) is not None


def _stem(word: str) -> str:
    return word if word[0].isdigit() else word[: max(_STEM, min(len(word) - 3, 6))]


def _shingles(text: str) -> set[tuple[str, ...]]:
    words = _WORD.findall(text)
    if len(words) < 3 * _SHINGLE:
        return set()
    return {tuple(words[place : place + _SHINGLE]) for place in range(len(words) - _SHINGLE + 1)}


def _likeness(one: set[tuple[str, ...]], other: set[tuple[str, ...]]) -> float:
    return len(one & other) / len(one | other) if other else 0.0
