"""What another program published or decided, done through the same verbs as a person's, once however often it is said."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from incidents.flow import closing, gate, recording
from incidents.flow.answering import Intent
from incidents.records.appeals import Appeal
from incidents.records.journal import Entry
from incidents.records.people import ApiToken
from incidents.rules.acts import Act, Status
from incidents.rules.life import PURPOSE_OF
from incidents.web.act_schemas import ActGiven


def perform(
    session: Session, appeal: Appeal, given: ActGiven, token: ApiToken, skew: timedelta, *, now: datetime
) -> bool:
    """True if it was done now, False if it had been before. Raises Refused as the verbs do; `at` may be ahead by `skew`."""
    if given.act == "close":
        if appeal.status is Status.CLOSED:
            return False
        closing.close(session, appeal, token, now=now, outcome=given.outcome, reason=given.reason)
        return True
    if given.act == "reopen":
        if _was_reopened(session, appeal, token):
            return False
        closing.reopen(session, appeal, token, now=now, reason=given.reason or "")
        return True
    # The validating class has seen to both.
    link, at = given.permalink or "", given.at or now
    purpose = PURPOSE_OF[given.act]
    if recording.is_recorded(session, appeal, purpose, link):
        return False
    at = now if now < at <= now + skew else at
    intent = Intent(purpose, given.promised_on)
    recording.record(session, appeal, token, now=now, link=link, at=at, intent=intent, text=given.text.strip())
    return True


def _was_reopened(session: Session, appeal: Appeal, token: ApiToken) -> bool:
    """Is this program's own reopening the last that happened? Then the call came twice."""
    query = select(Entry.act, Entry.by).where(Entry.stream == gate.stream(appeal.number)).order_by(Entry.seq.desc())
    last = session.execute(query.limit(1)).first()
    return last is not None and (last.act, last.by) == (Act.REOPEN.value, token.actor.name)
