"""The language of a request: what the person chose, else what this browser chose, else the town's.

Messages are written in English in the code and the templates; the Russian catalogue is complete and lies, compiled,
beside this module (`translations/`). The browser's own list of languages is not asked: an English browser is the rule
in offices where nobody reads English.
"""

from functools import cached_property
from pathlib import Path

from babel.support import NullTranslations, Translations
from flask import Flask, g, has_app_context, has_request_context, request
from flask_babel import Babel, Domain, get_locale

from incidents.settings import Settings
from incidents.web import current

#: Each language by its own name.
LANGUAGES = {"ru": "Русский", "en": "English"}
COOKIE = "incidents_language"
TRANSLATIONS = Path(__file__).parent / "translations"


class Words(Domain):  # type: ignore[misc,unused-ignore]
    """The catalogues of all requests. A page asks for hundreds of words: its language is looked at once for all of them."""

    def get_translations(self) -> Translations | NullTranslations:
        if not has_app_context():
            return NullTranslations()
        if "words" not in g:
            g.words = super().get_translations()
        known: Translations | NullTranslations = g.words
        return known


class Tongues(Babel):  # type: ignore[misc,unused-ignore]
    """Flask-Babel with those catalogues."""

    @cached_property
    def domain_instance(self) -> Domain:
        return Words(domain=self.domain)


def prepare(app: Flask, settings: Settings) -> None:
    Tongues(
        app,
        default_locale=settings.default_language,
        default_timezone=settings.zone,
        default_translation_directories=str(TRANSLATIONS),
        locale_selector=language,
    )
    # Templates write `_`; Jinja would look the longer name up in every one of its calls.
    app.jinja_env.globals["_"] = app.jinja_env.globals["gettext"]


def language() -> str | None:
    """The language of this request; None is the town's own."""
    if not has_request_context():
        return None
    if current.is_admitted():
        chosen = current.person().language
    else:
        chosen = request.cookies.get(COOKIE, "")
    return chosen if chosen in LANGUAGES else None


def current_language() -> str:
    """The two letters for <html lang>; looked at once a request."""
    if "spoken" not in g:
        g.spoken = str(get_locale())
    return str(g.spoken)
