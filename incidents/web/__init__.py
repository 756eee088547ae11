"""The web: one door for people (pages), one for other programs (API, hooks).

A request's way: id and log line (`logs`) -> may this one come in (`access`) -> was the form ours (`security`) -> the
page, which loads, asks permission for the row, calls one verb of `flow`, commits and redirects -> headers. A page
family is a module with a `blueprint`; its line in `access.ROLES` opens it, its line in `shell.PLACES` shows it.
"""

from flask import Flask

from incidents import HOME
from incidents.flow import leading
from incidents.records.database import make_sessions, open_engine
from incidents.settings import Settings
from incidents.web import (
    absences,
    access,
    addresses,
    api,
    api_law,
    appeal,
    appeal_parts,
    approvals,
    as_seen,
    assets,
    board,
    calendar_changes,
    calendars,
    components,
    condition,
    control,
    current,
    department_desk,
    department_tasks,
    departments,
    display,
    drawing,
    errors,
    health,
    home,
    hooks,
    journal,
    logs,
    norms,
    notices,
    packing,
    passport,
    people,
    period,
    photos,
    pictures,
    profile,
    promises,
    queue,
    queue_acts,
    queue_counts,
    registration,
    registration_help,
    reply_templates,
    search,
    security,
    shares,
    sheets,
    shell,
    shift,
    sign_in,
    sources,
    system,
    tables,
    tokens,
    topics,
    town_rules,
    translating,
    undo,
    upkeep,
    views,
    wall,
    ways,
    whatif,
    wizard_steps,
    words,
    writer,
    years,
)

#: What the administrator keeps; press and managers read topics and norms.
ADMINISTRATION = (
    system,
    upkeep,
    departments,
    people,
    topics,
    town_rules,
    norms,
    shares,
    calendars,
    calendar_changes,
    sources,
    tokens,
    tables,
    journal,
    wizard_steps,
)
#: Every page family.
WORK = (
    department_desk,
    photos,
    pictures,
    appeal_parts,
    notices,
    queue,
    queue_acts,
    shift,
    views,
    undo,
    appeal,
    writer,
    promises,
    reply_templates,
    passport,
    approvals,
    registration,
    registration_help,
)
FIGURES = (board, control, period, years, whatif)
PAGES = (
    home,
    sheets,
    search,
    sign_in,
    profile,
    ways,
    absences,
    *WORK,
    *FIGURES,
    components,
    wall,
    health,
    api,
    api_law,
    *ADMINISTRATION,
)


def create_app(settings: Settings) -> Flask:
    """The application for one town. It opens its own engine; nothing is read from the database before a request."""
    app = Flask(__name__, template_folder=str(HOME / "templates"), static_folder=str(assets.STATIC))
    app.json.ensure_ascii = False  # type: ignore[attr-defined]  # Flask's own provider: Russian stays readable
    app.url_map.converters["int"] = addresses.Number
    app.jinja_environment = drawing.Templates
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    engine = open_engine(settings.database_url)
    current.prepare(app, settings, make_sessions(engine, settings.town))
    # The order of a request: each of these adds what runs before and after it; the first is the last to see an answer.
    packing.prepare(app)
    logs.prepare(app)
    access.prepare(app, sign_in.keep)
    security.prepare(app, settings)
    assets.prepare(app)
    translating.prepare(app, settings)
    drawing.prepare(app)
    display.register(app, settings.town_zone)
    words.register(app)
    as_seen.register(app)
    errors.prepare(app)
    shell.prepare(app)
    shell.count_with(app, queue_counts.for_navigation)
    shell.count_with(app, condition.remarks)
    shell.count_with(app, notices.for_navigation)
    shell.count_with(app, control.for_navigation)
    shell.count_with(app, promises.for_navigation)
    shell.count_with(app, department_tasks.for_navigation)
    shell.watch_worker_with(app, shell.WorkerWatch(leading.last_heard, leading.silence_between))
    for family in PAGES:
        app.register_blueprint(family.blueprint)
    app.after_request(health.measure)
    for door in (health, api, api_law):
        security.csrf.exempt(door.blueprint)
    # The networks' door stands before everything else.
    app.wsgi_app = hooks.Hooks(app.wsgi_app, engine, settings)  # type: ignore[method-assign]
    return app
