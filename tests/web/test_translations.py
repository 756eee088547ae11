"""The Russian catalogue is complete, compiled from its own text, and in step with the code."""

import re

from babel.messages.catalog import Message

from incidents.web import catalogue

BLANK = re.compile(r"%\((\w+)\)([a-z])")


def test_nothing_is_left_to_extract_and_nothing_is_obsolete() -> None:
    wanted = {(message.context, message.id) for message in catalogue.extract() if message.id}
    kept = {(message.context, message.id) for message in catalogue.read() if message.id}
    assert wanted - kept == set(), "run: python -m incidents.web.catalogue"
    assert kept - wanted == set(), "run: python -m incidents.web.catalogue"


def test_every_message_has_its_russian_in_all_its_forms() -> None:
    russian = catalogue.read()
    empty = [message.id for message in russian if message.id and not all(forms(message))]
    assert empty == []
    assert [message.id for message in russian if message.fuzzy and message.id] == []
    assert {len(forms(message)) for message in russian if message.pluralizable} == {3}


def test_no_blank_is_lost_in_translation() -> None:
    for message in catalogue.read():
        if message.id:
            source = str(message.id[-1] if isinstance(message.id, tuple) else message.id)
            for form in forms(message):
                assert set(BLANK.findall(form)) == set(BLANK.findall(source)), message.id


def test_russian_words_are_typeset_as_the_house_writes() -> None:
    for message in catalogue.read():
        for form in forms(message) if message.id else ():
            assert '"' not in form, f"quotes are «»: {form}"
            assert "!" not in form, f"no exclamation marks: {form}"
            assert "успешно" not in form.lower(), form


def test_the_compiled_catalogue_is_made_of_the_committed_text() -> None:
    assert catalogue.compiled(catalogue.read()) == catalogue.MO.read_bytes(), "run: python -m incidents.web.catalogue"


def forms(message: Message) -> tuple[str, ...]:
    return message.string if isinstance(message.string, tuple) else (str(message.string),)


def test_one_thing_has_one_name_in_russian() -> None:
    other_names = {
        "пресс-сектор": "пресс-служба",
        "тревог": "оповещение",
        "одобр": "согласовать",
        "успешн": "",
    }
    for message in catalogue.read():
        for form in forms(message) if message.id else ():
            for other, name in other_names.items():
                assert other not in form.lower(), f"it is called {name!r}: {form}"


def test_an_english_page_has_no_russian_of_ours() -> None:
    names_of_law = re.compile(r"59-ФЗ|8-ФЗ|ПОС|Госуслуги")
    for message in catalogue.read():
        for one in message.id if isinstance(message.id, tuple) else (message.id,):
            assert not re.search(r"[а-яё]{2}", names_of_law.sub("", str(one)), re.IGNORECASE), one
