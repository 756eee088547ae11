"""Parts of pages that are drawn once: `{% once key, key %}…{% endonce %}` in a template.

A part whose look depends on a few values only (the lines of the navigation, a row of a list, the options of a field) is
drawn when these values are first met, and kept in the process for whoever draws the same again: in this language, at this
place of this template. Drawing the fifty rows of a queue costs more than all its questions to the database. What is kept
is never out of date, since nothing but the keys may stand in it; so a key is each value the part shows, never an
identity of a row that may change, and what belongs to one session (a form's token) stays outside. Where the first key is
nothing (None), the part is drawn anew.
"""

from collections.abc import Callable, Hashable, MutableMapping
from typing import Any

from flask import Flask
from flask.templating import Environment as FlaskEnvironment
from jinja2 import Environment, nodes
from jinja2.ext import Extension
from jinja2.parser import Parser
from markupsafe import Markup
from wtforms import Field

from incidents.web import translating

#: So many parts at most: some megabytes of a process.
MOST = 4_096


class Once(Extension):
    """The tag. The keys are hashable; equal keys are one part, so a place tells apart what Python does not (1 and True)."""

    tags = {"once"}

    def __init__(self, environment: Environment) -> None:
        super().__init__(environment)
        self.forget()

    def forget(self) -> None:
        """Keep nothing of what was drawn."""
        # What was asked for lately, and before that: when one half is full, the other leaves, so that nothing has to be
        # sorted at each of the fifty rows of a page.
        self.lately: dict[Hashable, Markup] = {}
        self.before: dict[Hashable, Markup] = {}

    def parse(self, parser: Parser) -> nodes.Node:
        line = next(parser.stream).lineno
        keys = [parser.parse_expression()]
        while parser.stream.skip_if("comma"):
            keys.append(parser.parse_expression())
        body = parser.parse_statements(("name:endonce",), drop_needle=True)
        place = nodes.Const(f"{parser.name}:{line}")
        asked = self.call_method("draw", [place, nodes.Tuple(keys, "load")], lineno=line)
        return nodes.CallBlock(asked, [], [], body).set_lineno(line)

    def draw(self, place: str, keys: tuple[Hashable, ...], caller: Callable[[], Markup]) -> Markup:
        if keys[0] is None:
            return caller()
        key = (place, translating.current_language(), keys)
        drawn = self.lately.get(key)
        if drawn is None:
            drawn = self.before.get(key)
            if drawn is None:
                drawn = caller()
            if len(self.lately) >= MOST // 2:
                self.before, self.lately = self.lately, {}
            self.lately[key] = drawn
        return drawn


class Templates(FlaskEnvironment):
    """Flask's templates, with what all of them know as a plain dictionary: at each import of a template into another
    Jinja looks through it for names of the page's own, dozens of times a page."""

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        return dict(super().make_globals(d))


def blank(field: Field) -> str | None:
    """All that a field of a form shows while nothing was typed into it and nothing is wrong with it, as one key; None for
    any other: what people type is nobody else's."""
    is_list = field.type == "SelectField"
    if field.errors or any(field.raw_data or ()) or not (is_list or field.data in (None, "")):
        return None
    own = (field.type, field.id, field.name, str(field.label.text), str(field.description), field.data)
    drawn = (type(field.widget), vars(field.widget), field.render_kw, vars(field.flags))
    return repr((own, drawn, field.choices if is_list else ()))


def prepare(app: Flask) -> None:
    app.jinja_env.add_extension(Once)
    app.add_template_filter(blank)
