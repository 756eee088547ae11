"""Mail over a real socket: what is taken, refused, put off, lost on the way, and how the way is kept secret."""

import ssl
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from incidents.networks import mail_sending
from incidents.networks.events import Failure, Receipt
from incidents.networks.mail_sending import Mail, Mailbox
from tests.mailboxes import PostOffice, listening

NOW = datetime(2026, 10, 28, 2, 30, tzinfo=UTC)
MAIL = Mail("dmitry@town.example", "Город: 1 обращение", "№ 7\n", "0123abcd", NOW)


def box(office: PostOffice, security: str = "none", user: str = "", password: str = "") -> Mailbox:
    return Mailbox("127.0.0.1", office.port, security, user, "appeals@town.example", "Город", password)


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """Key and certificate of a server called 127.0.0.1, signed by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mail")])
    here = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
    now = datetime.now(UTC)
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(here, critical=False)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path / "mail.pem"
    path.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + signed.public_bytes(serialization.Encoding.PEM)
    )
    return path


def server_context(certificate: Path) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    return context


def test_a_mail_arrives_with_a_name_of_its_own_and_asks_for_no_answer() -> None:
    with listening(PostOffice()) as office:
        outcome = mail_sending.send(box(office), MAIL, NOW)
    assert outcome == Receipt("<0123abcd@town.example>", None, NOW)
    (mail,) = office.taken
    assert office.recipients == ["dmitry@town.example"]
    assert mail["Message-ID"] == "<0123abcd@town.example>"
    assert mail["Subject"] == "Город: 1 обращение"
    assert mail["From"] == "Город <appeals@town.example>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail.get_content().strip() == "№ 7"


@pytest.mark.parametrize(
    ("answer", "kind", "code"),
    [
        ("451 4.7.1 Greylisted, try again later", "retry", "smtp:451"),
        ("452 4.3.1 Out of disk", "retry", "smtp:452"),
        ("554 5.7.1 Looks like spam", "operator", "smtp:554"),
        ("drop", "unknown", "no_answer"),
    ],
)
def test_what_the_server_says_to_a_message_decides_who_must_act(answer: str, kind: str, code: str) -> None:
    with listening(PostOffice(answers=[answer])) as office:
        outcome = mail_sending.send(box(office), MAIL, NOW)
    assert isinstance(outcome, Failure)
    assert (outcome.kind, outcome.code) == (kind, code)
    assert outcome.words in answer or kind == "unknown"
    assert len(office.taken) == (1 if answer == "drop" else 0)


@pytest.mark.parametrize(
    ("answer", "kind"), [("450 4.2.0 Greylisted", "retry"), ("550 5.1.1 No such user here", "operator")]
)
def test_a_recipient_may_be_put_off_or_refused(answer: str, kind: str) -> None:
    with listening(PostOffice(unknown={MAIL.to: answer})) as office:
        outcome = mail_sending.send(box(office), MAIL, NOW)
    assert isinstance(outcome, Failure)
    assert (outcome.kind, outcome.words) == (kind, answer[4:])
    assert office.taken == []


def test_nobody_there_is_a_matter_for_later() -> None:
    with listening(PostOffice()) as office:
        pass
    outcome = mail_sending.send(box(office), MAIL, NOW)
    assert outcome == Failure("retry", "not_reached", "ConnectionRefusedError")


# The server of the tests means well: what is told here is what a server without TLS is warned of.
@pytest.mark.filterwarnings("ignore:Requiring AUTH")
def test_a_login_is_given_and_a_wrong_one_is_the_administrators() -> None:
    with listening(PostOffice(login=("appeals", "right"))) as office:
        assert isinstance(mail_sending.send(box(office, user="appeals", password="right"), MAIL, NOW), Receipt)
        wrong = mail_sending.send(box(office, user="appeals", password="wrong"), MAIL, NOW)
        none = mail_sending.send(box(office), MAIL, NOW)
    for outcome in (wrong, none):
        assert isinstance(outcome, Failure)
        assert outcome.kind == "admin"
    assert len(office.taken) == 1


def test_a_password_is_not_shown() -> None:
    assert "secret" not in repr(Mailbox("h", 25, "none", "u", "a@b", "n", "secret"))


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_the_way_is_secret_and_the_server_must_be_the_one_it_says(
    certificate: Path, monkeypatch: pytest.MonkeyPatch, security: str
) -> None:
    context = server_context(certificate)
    options = {"tls_context": context, "require_starttls": True} if security == "starttls" else {"ssl_context": context}
    with listening(PostOffice(), **options) as office:
        stranger = mail_sending.send(box(office, security), MAIL, NOW)
        assert isinstance(stranger, Failure)
        assert (stranger.kind, stranger.code) == ("admin", "tls")
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        assert isinstance(mail_sending.send(box(office, security), MAIL, NOW), Receipt)
    assert len(office.taken) == 1


def test_nothing_is_said_in_the_open_where_a_secret_way_is_asked_for() -> None:
    with listening(PostOffice()) as office:
        outcome = mail_sending.send(box(office, "starttls", "appeals", "secret"), MAIL, NOW)
    assert isinstance(outcome, Failure)
    assert (outcome.kind, outcome.code) == ("admin", "not_offered")
    assert office.taken == []


def test_an_address_that_would_end_its_line_is_refused() -> None:
    with listening(PostOffice()) as office:
        mail = Mail("a@b.example\r\nBcc: c@d.example", "s", "t", "k", NOW)
        outcome = mail_sending.send(box(office), mail, NOW)
    assert isinstance(outcome, Failure)
    assert (outcome.kind, office.taken) == ("operator", [])
