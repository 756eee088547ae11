"""What gunicorn loads: `incidents.web.serving:make_app()`."""

from flask import Flask

from incidents.settings import load
from incidents.web import create_app, logs


def make_app() -> Flask:
    """The application with the settings that INCIDENTS_CONFIG names, and the process's log as JSON."""
    settings = load()
    logs.configure(settings.log_level)
    return create_app(settings)
