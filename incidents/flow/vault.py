"""Sealing the secrets of sources: the database holds them only under the installation's key (Fernet: AES-CBC + HMAC)."""

from cryptography.fernet import Fernet, InvalidToken

from incidents.rules.acts import Refused


def new_key() -> str:
    """A new key for an installation, to be kept outside the database."""
    return Fernet.generate_key().decode()


def seal(key: str, secret: str) -> bytes:
    """A secret as it may lie in the database."""
    return Fernet(key).encrypt(secret.encode())


def unseal(key: str, sealed: bytes) -> str:
    """The secret again. Raises Refused("wrong_key") when it was sealed under another key."""
    try:
        return Fernet(key).decrypt(sealed).decode()
    except InvalidToken:
        raise Refused("wrong_key") from None
