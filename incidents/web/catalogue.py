"""Keep the Russian catalogue in step with the code: `python -m incidents.web.catalogue`.

Reads every msgid of the package and the templates, merges them into `translations/ru/LC_MESSAGES/messages.po` (what a
translator edits) and compiles it to `messages.mo` (what the program reads). Both are committed; a test runs the same
functions and fails when something is new, untranslated or compiled from an older text.
"""

from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from incidents import HOME
from incidents.web.translating import TRANSLATIONS

PACKAGE = Path(__file__).parents[1]
PO = TRANSLATIONS / "ru" / "LC_MESSAGES" / "messages.po"
MO = PO.with_suffix(".mo")
KEYWORDS = {**DEFAULT_KEYWORDS, "lazy_gettext": None, "lazy_ngettext": (1, 2), "lazy_pgettext": ((1, "c"), 2)}


def extract() -> Catalog:
    """Every message of the program and its templates, without line numbers: they would change with each commit."""
    catalogue = Catalog(locale="ru", project="incidents", charset="utf-8", fuzzy=False)
    for folder, pattern, method in ((PACKAGE, "**.py", "python"), (HOME / "templates", "**.html", "jinja2")):
        found = extract_from_dir(
            folder,
            [(pattern, method)],
            {pattern: {"silent": "false", "extensions": "incidents.web.drawing.Once"}},
            keywords=KEYWORDS,
            comment_tags=("Translators:",),
        )
        for file, _, message, comments, context in sorted(found, key=lambda each: (each[0], each[1])):
            catalogue.add(message, locations=[(file, 0)], auto_comments=comments, context=context)
    return catalogue


def read() -> Catalog:
    with PO.open("rb") as stream:
        return read_po(stream, locale="ru")


def compiled(catalogue: Catalog) -> bytes:
    buffer = BytesIO()
    write_mo(buffer, catalogue)
    return buffer.getvalue()


def update() -> Catalog:
    """Merge what is new, drop what is gone, keep what was translated; nothing is guessed."""
    merged = read() if PO.exists() else Catalog(locale="ru", project="incidents", charset="utf-8", fuzzy=False)
    merged.update(extract(), no_fuzzy_matching=True, update_creation_date=False)
    merged.obsolete.clear()
    return merged


def main() -> None:
    catalogue = update()
    # No dates and no names: the history of the repository knows them.
    catalogue.header_comment = "# The Russian words of incidents."
    PO.parent.mkdir(parents=True, exist_ok=True)
    with PO.open("wb") as stream:
        write_po(stream, catalogue, width=120, sort_output=True, include_lineno=False)
    MO.write_bytes(compiled(catalogue))


if __name__ == "__main__":
    main()
