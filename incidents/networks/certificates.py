"""Until when the certificate of an https address is good: asked of the address itself, as a browser would meet it."""

import ssl
from urllib.parse import urlsplit

from cryptography import x509

#: Seconds; the program asks its own address.
TIMEOUT = 5.0


def ends_on(url: str) -> str | None:
    """The last day of the certificate in UTC, as an ISO date; None for an address without https. Raises OSError.

    Nothing is trusted by this: the certificate is only read, also one that the town signed itself.
    """
    parts = urlsplit(url)
    if parts.scheme != "https" or not parts.hostname:
        return None
    written = ssl.get_server_certificate((parts.hostname, parts.port or 443), timeout=TIMEOUT)
    return x509.load_pem_x509_certificate(written.encode()).not_valid_after_utc.date().isoformat()
