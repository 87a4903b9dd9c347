"""What of an answer is stored: without secrets, its content decoded, its connection named."""

from __future__ import annotations

from dataclasses import dataclass, field

from parsers.records import Outcome
from spiders.archive import exchange, warc
from spiders.archive.decoding import EncodingDamaged, EncodingTooLarge, decode
from spiders.archive.exchange import Headers
from spiders.archive.fields import one_line
from spiders.archive.redaction import Redactor


@dataclass(slots=True)
class Received:
    """``body`` goes into the record, ``content`` is what it decodes to and what documents are.

    ``fields``: named fields of the record that no index row carries.
    """

    headers: list[tuple[bytes, bytes]]
    body: bytes
    content: bytes
    outcome: Outcome
    message: str
    fields: dict[str, str] = field(default_factory=dict)

    def header(self, name: bytes) -> str | None:
        """The first value of a header, as it can stand in a named field."""
        return one_line(next(iter(exchange.header_values(self.headers, name)), None))


def receive(
    redactor: Redactor,
    headers: Headers,
    body: bytes,
    outcome: Outcome,
    message: str,
    limit: int,
) -> Received:
    """An answer as it is stored; ``limit`` bounds its decoded size.

    Outcome ``ok`` becomes ``failed`` or ``too-large`` where the Content-Encoding cannot be undone.
    """
    kept = stored_headers(redactor, headers)
    encoding = ", ".join(exchange.header_values(kept, b"content-encoding"))
    try:
        content = decode(body, encoding, limit)
    except (EncodingDamaged, EncodingTooLarge) as error:
        content = body
        if outcome in ("ok", "unchanged"):
            outcome = "too-large" if isinstance(error, EncodingTooLarge) else "failed"
            message = f"Content-Encoding cannot be undone: {error}"
    clean = redactor.payload(content)
    if clean == content:
        return Received(kept, body, content, outcome, message)
    # The answer repeats our key: the stored body is the decoded one without it.
    kept = [
        (b"X-Archive-Orig-" + key, value)
        if key.lower() in (b"content-encoding", b"content-length")
        else (key, value)
        for key, value in kept
    ]
    return Received(kept, clean, clean, outcome, message, {"WARC-X-Redacted": "payload"})


def stored_headers(redactor: Redactor, headers: Headers) -> list[tuple[bytes, bytes]]:
    return warc.response_headers((key, redactor.data(value)) for key, value in headers)


def connection_fields(
    ip: str | None, protocol: str | None, truncated: str | None = None
) -> dict[str, str]:
    """What is known of the connection, and why a body is not complete, as named fields."""
    fields = {"WARC-IP-Address": ip, "WARC-Protocol": protocol and protocol.lower()}
    fields["WARC-Truncated"] = truncated
    return {name: value for name, value in fields.items() if value}
