"""Keys, cookies and passwords never reach a WARC file, an index row or a manifest."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import unquote_plus

REDACTED = "REDACTED"

_NAME = (
    r"api[_-]?key|apikey|subscription[_-]?key|access[_-]?key|access[_-]?token|auth[_-]?token"
    r"|refresh[_-]?token|id[_-]?token|token|secret|client[_-]?secret|password|passwd|pwd"
    r"|signature|sig|x-amz-signature|x-amz-credential|x-amz-security-token|x-goog-signature"
)
_PARAMETER = re.compile(rf"(?i)(?<=[?&;#])({_NAME})=([^&;#\s\"'<>]+)")
_USER = re.compile(r"(?i)(?<=://)([^/@\s:]*:[^/@\s]*)@")
_FORM = re.compile(rf"(?i)(^|[&;])({_NAME})=([^&;\s]+)".encode())
_JSON = re.compile(rf'(?i)("(?:{_NAME})"\s*:\s*")((?:[^"\\]|\\.)+)(")'.encode())
SECRET_HEADERS = frozenset(
    (
        "authorization", "proxy-authorization", "cookie", "x-api-key", "api-key", "apikey",
        "x-auth-token", "x-access-token", "ocp-apim-subscription-key", "x-csrf-token",
    )
)  # fmt: skip
_SECRET_NAME = re.compile(rf"(?i)^(?:.*[_-])?(?:{_NAME})$")


class Redactor:
    """Replaces secrets in one exchange, and remembers them to find them again in the answer."""

    def __init__(self, known: Iterable[str] = ()) -> None:
        # Shorter strings would be found by chance in any page.
        self._known = {secret for secret in known if len(secret) >= 8}

    def _remember(self, value: str) -> None:
        for secret in (value, unquote_plus(value)):
            if len(secret) >= 8 and secret != REDACTED:
                self._known.add(secret)

    def url(self, url: str) -> str:
        """``url`` with the values of secret parameters and any user:password replaced."""

        def replace(match: re.Match[str]) -> str:
            self._remember(match[2])
            return f"{match[1]}={REDACTED}"

        return self.text(_PARAMETER.sub(replace, _USER.sub(f"{REDACTED}@", url)))

    def text(self, text: str) -> str:
        """``text`` (a message, a header) without secrets seen so far or in URLs inside it."""
        text = _PARAMETER.sub(lambda match: f"{match[1]}={REDACTED}", text)
        for secret in self._known:
            text = text.replace(secret, REDACTED)
        return text

    def request_headers(self, headers: Iterable[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
        kept = []
        for name, value in headers:
            if name.decode("latin-1").lower() in SECRET_HEADERS:
                if name.lower() != b"cookie":
                    self._remember(value.decode("latin-1").rpartition(" ")[2])
                value = REDACTED.encode()
            kept.append((name, value))
        return [(name, self.data(value)) for name, value in kept]

    def request_body(self, body: bytes) -> bytes:
        """A form or JSON body with the values of secret names replaced."""

        def form(match: re.Match[bytes]) -> bytes:
            self._remember(match[3].decode("latin-1"))
            return match[1] + match[2] + b"=" + REDACTED.encode()

        def json_value(match: re.Match[bytes]) -> bytes:
            self._remember(match[2].decode("utf-8", "replace"))
            return match[1] + REDACTED.encode() + match[3]

        if len(body) > 1 << 20:  # an upload, not a question
            return self.data(body)
        if body.lstrip()[:1] in (b"{", b"["):
            return self.data(_JSON.sub(json_value, body))
        return self.data(_FORM.sub(form, body))

    def data(self, data: bytes) -> bytes:
        """``data`` without the secrets of this exchange, and unchanged where it has none."""
        for secret in self._known:
            encoded = secret.encode()
            if encoded in data:
                data = data.replace(encoded, REDACTED.encode())
        return _PARAMETER_BYTES.sub(rb"\1=" + REDACTED.encode(), data) if len(data) < 4096 else data

    def payload(self, data: bytes) -> bytes:
        """A response body: only secrets of this very exchange are replaced, nothing else."""
        for secret in self._known:
            data = data.replace(secret.encode(), REDACTED.encode())
        return data


_PARAMETER_BYTES = re.compile(_PARAMETER.pattern.encode())


def redact_url(url: str) -> str:
    return Redactor().url(url)


def redact_arguments(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Spider arguments without secrets, as they go into the warcinfo and the manifest."""
    return {
        key: REDACTED
        if _SECRET_NAME.match(key)
        else (redact_url(value) if isinstance(value, str) else value)
        for key, value in arguments.items()
    }
