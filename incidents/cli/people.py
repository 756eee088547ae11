"""People and tokens."""

import os
import sys
from datetime import UTC, datetime

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from incidents import jobs, post
from incidents.cli.installation import BY, Installation, in_words, pass_town
from incidents.cli.stopping import Stop
from incidents.flow import accounts, gathering, tokens
from incidents.networks.wire import open_client
from incidents.records.notices import LetterState
from incidents.records.people import Department, Person
from incidents.rules.acts import Role


@click.group()
def user() -> None:
    """People who sign in."""


@user.command("add")
@click.argument("login")
@click.option("--role", type=click.Choice([role.value for role in Role]), required=True)
@click.option("--department", metavar="CODE", help="For responder and head; `incidents departments` lists the codes.")
@click.option("--name", default="", help="As colleagues know the person; else the login.")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
@pass_town
@in_words
def add_user(
    town: Installation, login: str, role: str, department: str | None, name: str, password_stdin: bool
) -> None:
    """Add a person. Without a password a one-time one is printed; it must be changed at first sign-in."""
    password = sys.stdin.readline().rstrip("\r\n") if password_stdin else None
    if password_stdin and not password:
        raise Stop("no password came on standard input")
    with town.sessions() as session:
        _, made = accounts.add_person(
            session,
            login,
            Role(role),
            BY,
            now=datetime.now(UTC),
            name=name,
            department=_department(session, department) if department else None,
            password=password,
        )
        session.commit()
    click.echo(made if made else f"{login}: added")


@user.command("password")
@click.argument("login")
@pass_town
@in_words
def reset_password(town: Installation, login: str) -> None:
    """Print a new one-time password for a person and end all their sessions."""
    with town.sessions() as session:
        person = session.scalar(select(Person).where(Person.login == login.lower()))
        if person is None:
            raise Stop(f"there is no person with the login {login}")
        made = accounts.reset_password(session, person, BY, now=datetime.now(UTC))
        session.commit()
    click.echo(made)


@click.group()
def token() -> None:
    """Tokens of other programs."""


@token.command("add")
@click.argument("name")
@click.option("--scope", "scopes", type=click.Choice(tokens.SCOPES), multiple=True, required=True)
@pass_town
@in_words
def add_token(town: Installation, name: str, scopes: tuple[str, ...]) -> None:
    """Make an API token and print it, once."""
    with town.sessions() as session:
        made = tokens.add_token(session, name, list(scopes), BY, now=datetime.now(UTC))
        session.commit()
    click.echo(made)


@click.command()
@click.option("--test", "login", metavar="LOGIN", required=True, help="Whom to send a test message, by every way.")
@pass_town
@in_words
def notify(town: Installation, login: str) -> None:
    """Send a person a test message by mail and Telegram, now, and say what became of it."""
    with town.sessions() as session:
        person = session.scalar(select(Person).where(Person.login == login.lower()))
        if person is None:
            raise Stop(f"there is no person with the login {login}")
        queued = [each.id for each in gathering.queue_tests(session, person, town.settings, now=datetime.now(UTC))]
        session.commit()
    if not queued:
        raise Stop(f"{login} is reached by no way: no address, no linked chat, or no channel in the settings")
    failures = []
    with open_client() as client:
        shop = jobs.Workshop(town.settings, town.sessions, client, f"command:{os.getpid()}")
        for letter_id in queued:
            letter = post.post_now(shop, letter_id)
            if letter is None:
                click.echo("a worker was faster: the system page says what became of it")
            elif letter.state is LetterState.SENT:
                click.echo(f"{letter.channel}: sent")
            else:
                failures.append(f"{letter.channel}: {letter.error_code} {letter.error or ''}".strip())
    if failures:
        raise Stop("; ".join(failures))


def _department(session: Session, code: str) -> Department:
    found = session.scalar(select(Department).where(Department.code == code))
    if found is None:
        codes = ", ".join(session.scalars(select(Department.code).order_by(Department.code)))
        raise Stop(f"there is no department {code}; there are: {codes}")
    return found


COMMANDS = (user, token, notify)
