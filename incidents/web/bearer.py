"""The other programs' key: `Authorization: Bearer …`, and the scope it must have."""

from flask import abort, request
from flask_babel import gettext
from werkzeug.datastructures import WWWAuthenticate
from werkzeug.exceptions import Unauthorized

from incidents.flow import tokens
from incidents.records.people import ApiToken
from incidents.web import current


def ask(*scopes: str) -> ApiToken:
    """The token of this request, which must have one of `scopes`; 401 without a living token, 403 without the scope."""
    authorization = request.authorization
    offered = authorization.token if authorization and authorization.type == "bearer" else None
    token = tokens.token_owner(current.session(), offered) if offered else None
    if token is None:
        raise Unauthorized(www_authenticate=WWWAuthenticate("bearer"))
    if not set(scopes) & set(token.scopes):
        abort(403, gettext("The token has not the scope %(scope)s.", scope=scopes[0]))
    return token
