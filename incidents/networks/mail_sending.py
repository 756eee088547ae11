"""Mail, outbound: one message over SMTP (RFC 5321), or why not.

A server that takes the message says 250 after its last line; what is lost before that word was perhaps taken. The message
then goes out again under the same Message-ID, by which a repeat is recognised.
"""

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime, formataddr

from incidents.networks.events import Failure, Outcome, Receipt

#: Seconds for each step of the conversation.
TIMEOUT = 10.0
#: Codes by which a server asks for another login or another sender: this is the administrator's.
_ACCESS_CODES = frozenset({530, 534, 535, 538})


@dataclass(frozen=True, slots=True)
class Mailbox:
    """Whom the mail is given to and in whose name. `security` is `starttls`, `tls` (from the first byte) or `none`."""

    host: str
    port: int
    security: str
    user: str
    sender: str
    sender_name: str
    password: str = field(default="", repr=False)

    @property
    def domain(self) -> str:
        """What stands after the @ of the sender."""
        return self.sender.rpartition("@")[2]


@dataclass(frozen=True, slots=True)
class Mail:
    """One message. `key` is our own name for it, the same however often it is sent."""

    to: str
    subject: str
    text: str
    key: str
    written_at: datetime


def send(box: Mailbox, mail: Mail, now: datetime) -> Outcome:
    """Hand a message to the town's mail server. A Failure says who must act: `retry` we, later; `operator` the address
    is refused for good; `admin` the access to the server must be mended; `unknown` it was perhaps taken."""
    try:
        message = _message(box, mail)
    except ValueError as error:
        return Failure("operator", "bad_message", type(error).__name__)
    handed_over = False
    try:
        with _conversation(box) as server:
            handed_over = True
            server.send_message(message)
    except (smtplib.SMTPException, OSError, ValueError) as error:
        return _failure(error, handed_over)
    return Receipt(message["Message-ID"], None, now)


def _message(box: Mailbox, mail: Mail) -> EmailMessage:
    message = EmailMessage()
    message["From"] = formataddr((box.sender_name, box.sender))
    message["To"] = mail.to
    message["Subject"] = mail.subject
    message["Date"] = format_datetime(mail.written_at)
    message["Message-ID"] = f"<{mail.key}@{box.domain}>"
    # No holiday notice of a mailbox shall answer us (RFC 3834).
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(mail.text)
    return message


@contextmanager
def _conversation(box: Mailbox) -> Iterator[smtplib.SMTP]:
    # Our own name is not looked up: where the machine has none, that takes longer than the mail.
    name, context = box.domain or "localhost", ssl.create_default_context()
    if box.security == "tls":
        server: smtplib.SMTP = smtplib.SMTP_SSL(box.host, box.port, name, timeout=TIMEOUT, context=context)
    else:
        server = smtplib.SMTP(box.host, box.port, name, timeout=TIMEOUT)
    try:
        if box.security == "starttls":
            server.starttls(context=context)
        if box.user:
            server.login(box.user, box.password)
        yield server
    finally:
        # What comes after the 250 cannot undo it.
        with suppress(smtplib.SMTPException, OSError):
            server.quit()
        server.close()


def _failure(error: Exception, handed_over: bool) -> Failure:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, words = next(iter(error.recipients.values()))
        return _refused(code, words, "operator")
    if isinstance(error, smtplib.SMTPDataError):
        return _refused(error.smtp_code, error.smtp_error, "operator")
    if isinstance(error, smtplib.SMTPResponseException):
        return _refused(error.smtp_code, error.smtp_error, "admin")
    if isinstance(error, ssl.SSLError):
        return Failure("admin", "tls", str(error.reason or type(error).__name__))
    if isinstance(error, smtplib.SMTPNotSupportedError | ValueError):
        # No STARTTLS where we insist on it, no login where we have one: a password is never sent in the open instead.
        return Failure("admin", "not_offered", str(error))
    if handed_over:
        return Failure("unknown", "no_answer", type(error).__name__)
    return Failure("retry", "not_reached", type(error).__name__)


def _refused(code: int, words: bytes | str, for_good: str) -> Failure:
    said = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    if code in _ACCESS_CODES:
        return Failure("admin", f"smtp:{code}", said)
    # 4xx is "not now": greylisting, a full disk, too many at once.
    return Failure(for_good if code >= 500 else "retry", f"smtp:{code}", said)
