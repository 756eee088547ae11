"""The door of other programs: appeals in and out, and the same figures as the pages.

Every call needs a token (`bearer`). Errors are `application/problem+json` with a sentence; `/openapi.json` is made from
the classes that validate the calls.
"""

from dataclasses import asdict
from typing import Any

from flask import Blueprint, Response, abort, current_app, g, jsonify, request
from spectree import Response as Answers
from spectree import SpecTree
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import UnprocessableEntity

from incidents import __version__
from incidents.flow import calendars, intake
from incidents.records.appeals import Appeal
from incidents.rules.acts import Refused
from incidents.statistics import one_year, period, years
from incidents.web import (
    act_schemas,
    api_acts,
    api_filters,
    api_given,
    bearer,
    current,
    errors,
    passport_shapes,
    period_schemas,
    schemas,
    shapes,
)

blueprint = Blueprint("api", __name__)

#: What each call asks of a token; a call without a line is refused to all.
SCOPES = {
    "api.register": "intake",
    "api.act": "acts",
    "api.appeals": "read",
    "api.appeal": "read",
    "api.a_passport": "read",
    "api.all_years": "read",
    "api.a_year": "read",
    "api.a_period": "read",
}
#: The description is for whoever writes a client, before there is a token.
OPEN = frozenset({"api.openapi"})


def _in_words(_: Any, __: Any, error: Any, ___: Any, adapter: Any) -> None:
    """Tell a wrong call which field is wrong and how, never what was in it."""
    if error is None:
        return
    told = (
        ([".".join(str(part) for part in row["loc"])] if row["loc"] else []) + [row["msg"]] for row in error.errors()
    )
    words = "; ".join(": ".join(parts) for parts in told)
    abort(errors.answer(UnprocessableEntity(), words))


spec = SpecTree(
    "flask",
    title="incidents",
    version=__version__,
    mode="strict",
    # Plain names: the description is read by people who write a client.
    naming_strategy=lambda model: str(model.__name__),
    nested_naming_strategy=lambda _, child: child,
    before=_in_words,
    validation_error_model=schemas.Problem,
    security_schemes=[{"name": "token", "data": {"type": "http", "scheme": "bearer"}}],
    security={"token": []},
)


@blueprint.before_request
def ask_for_token() -> None:
    """Before anything is read: who calls, and may this one do that?"""
    if request.endpoint in OPEN:
        return
    scope = SCOPES.get(str(request.endpoint))
    if scope is None:
        abort(403)
    g.token = bearer.ask(scope)


@blueprint.get("/openapi.json")
def openapi() -> Response:
    """The description of this API."""
    spec.app = current_app
    return jsonify(spec.spec)


@blueprint.post("/api/v1/appeals")
@spec.validate(
    json=schemas.AppealGiven,
    resp=Answers(
        HTTP_200=schemas.AppealFull,
        HTTP_201=schemas.AppealFull,
        HTTP_401=schemas.Problem,
        HTTP_403=schemas.Problem,
    ),
)
def register(json: schemas.AppealGiven) -> Any:
    """Register an appeal: 201 the first time, 200 with the same appeal ever after."""
    token = g.token
    api_given.check_time(json, token)
    session = current.session()
    words = api_given.incoming(session, json, token)
    known = api_given.known(session, words)
    if known is None:
        try:
            known = intake.register(session, words, token.actor, current.settings(), now=current.now())
            session.commit()
        except IntegrityError:
            # The same call in the same moment: the other one registered it.
            session.rollback()
            known = api_given.known(session, words)
            if known is None:
                raise
        else:
            return shapes.full(session, known, current.settings(), current.now()), 201
    told = shapes.full(session, known, current.settings(), current.now())
    return told if known.token_id == token.id or "read" in token.scopes else shapes.without_words(told), 200


@blueprint.get("/api/v1/appeals")
@spec.validate(query=schemas.Filters, resp=Answers(HTTP_200=schemas.AppealPage, HTTP_401=schemas.Problem))
def appeals(query: schemas.Filters) -> Any:
    """A page of appeals in order of their numbers."""
    session = current.session()
    conditions = api_filters.conditions(session, query)
    page = select(Appeal).where(*conditions, Appeal.number > (query.after or 0)).options(*shapes.LOADED)
    rows = session.scalars(page.order_by(Appeal.number).limit(query.limit + 1)).all()
    items = [shapes.short(appeal, current.now()) for appeal in rows[: query.limit]]
    return schemas.AppealPage(
        items=items,
        next=items[-1].number if len(rows) > query.limit else None,
        count=session.scalar(select(func.count()).select_from(Appeal).where(*conditions)) if query.count else None,
    )


@blueprint.get("/api/v1/appeals/<int:number>")
@spec.validate(resp=Answers(HTTP_200=schemas.AppealFull, HTTP_401=schemas.Problem, HTTP_404=schemas.Problem))
def appeal(number: int) -> Any:
    """One appeal with its journal."""
    session = current.session()
    found = session.get(Appeal, number, options=shapes.LOADED) or abort(404)
    return shapes.full(session, found, current.settings(), current.now())


@blueprint.post("/api/v1/appeals/<int:number>/acts")
@spec.validate(
    json=act_schemas.ActGiven,
    resp=Answers(
        HTTP_200=schemas.AppealFull,
        HTTP_201=schemas.AppealFull,
        **dict.fromkeys(("HTTP_401", "HTTP_404", "HTTP_409"), schemas.Problem),
    ),
)
def act(number: int, json: act_schemas.ActGiven) -> Any:
    """Record what another program published or decided: 201 the first time, 200 where it was known."""
    session, now = current.session(), current.now()
    found = session.get(Appeal, number, options=shapes.LOADED) or abort(404)
    try:
        is_new = api_acts.perform(session, found, json, g.token, api_given.CLOCK_SKEW, now=now)
        session.commit()
    except (Refused, StaleDataError) as error:
        if isinstance(error, Refused) and error.code != "changed_meanwhile":
            raise
        # Of two calls that say the same the slower one finds it done. No lock on the appeal beforehand: the answer is
        # locked first everywhere, and who goes the other way round waits for ever.
        session.rollback()
        found = session.get(Appeal, number, options=shapes.LOADED, populate_existing=True) or abort(404)
        is_new = api_acts.perform(session, found, json, g.token, api_given.CLOCK_SKEW, now=now)
        session.commit()
    told = shapes.full(session, found, current.settings(), now)
    return told if "read" in g.token.scopes else shapes.without_words(told), 201 if is_new else 200


@blueprint.get("/api/v1/appeals/<int:number>/passport")
@spec.validate(
    query=passport_shapes.Asked,
    resp=Answers(HTTP_200=passport_shapes.Passport, HTTP_401=schemas.Problem, HTTP_404=schemas.Problem),
)
def a_passport(number: int, query: passport_shapes.Asked) -> Any:
    """How a deadline of an appeal was counted, line by line; by default the clock of the figures."""
    return passport_shapes.read(current.session(), number, query, now=current.now()) or abort(404)


@blueprint.get("/api/v1/statistics/years")
@spec.validate(resp=Answers(HTTP_200=schemas.Years, HTTP_401=schemas.Problem))
def all_years() -> Any:
    """The yearly table."""
    return schemas.Years.model_validate(
        asdict(years.table(current.session(), current.settings().town_zone, current.now()))
    )


@blueprint.get("/api/v1/statistics/years/<int:year>")
@spec.validate(resp=Answers(HTTP_200=schemas.YearFull, HTTP_401=schemas.Problem, HTTP_404=schemas.Problem))
def a_year(year: int) -> Any:
    """One year with its months, groups, departments and networks."""
    known = 1970 <= year <= 9998
    found = one_year.read(current.session(), year, current.settings().town_zone, current.now()) if known else None
    if found is None:
        abort(404)
    return schemas.year_in_parts(asdict(found))


@blueprint.get("/api/v1/statistics/period")
@spec.validate(
    query=period_schemas.Asked,
    resp=Answers(HTTP_200=period_schemas.PeriodFigures, HTTP_401=schemas.Problem),
)
def a_period(query: period_schemas.Asked) -> Any:
    """Some days beside the days before and a year ago: the figures of the page, with the same comparisons."""
    session, zone = current.session(), current.settings().town_zone
    versions = calendars.versions(session, zone)
    return period_schemas.told(period.read(session, query.period, zone, versions, current.now()))
