"""What surrounds every answer: security headers, the language, and what is not served."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from portal import language, rate

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

# No script at all: every page is whole without one, so hostile text has nothing to run in.
CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "style-src 'self'",
        "img-src 'self'",
        "font-src 'none'",
        "script-src 'none'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-src 'self'",
        "frame-ancestors 'none'",
    )
)
# Archived text: an origin of its own, nothing but our style, framed by our pages only.
FRAMED_POLICY = (
    "sandbox; default-src 'none'; style-src 'self'; form-action 'none'; base-uri 'none'; "
    "frame-ancestors 'self'"
)
# Pages set it to ask for the policy above; it does not leave the site.
_FRAMED = b"x-counterwatch-frame"
HEADERS = {
    b"content-security-policy": CONTENT_SECURITY_POLICY.encode(),
    b"x-content-type-options": b"nosniff",
    b"x-frame-options": b"DENY",
    b"referrer-policy": b"no-referrer",
    b"permissions-policy": b"camera=(), geolocation=(), microphone=()",
    b"cross-origin-opener-policy": b"same-origin",
}
# Datasette's pages for its own developers: they need scripts, set cookies or name local paths.
_NOT_SERVED = (
    "actor", "allow-debug", "auth-token", "databases", "logout", "messages", "patterns",
    "permissions", "threads",
)  # fmt: skip


def _is_not_served(path: str) -> bool:
    return path.startswith("/-/") and path[3:].removesuffix(".json").rstrip("/") in _NOT_SERVED


def wrap(
    application: Application,
    requests_per_minute: int = 0,
    trusted_proxies: frozenset[str] = frozenset(),
) -> Application:
    """The ASGI application with the headers above on every answer and cookies on none."""
    limiter = rate.Limiter(requests_per_minute)

    async def wrapped(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            # The server has set up its logs by now. Who reads what is nobody's business.
            logging.getLogger("uvicorn.access").disabled = True
        if scope["type"] != "http":
            await application(scope, receive, send)
            return
        if scope["method"] not in ("GET", "HEAD"):
            await _refuse(send)
            return
        peer = (scope.get("client") or ("", 0))[0]
        forwarded = b",".join(v for k, v in scope["headers"] if k == b"x-forwarded-for")
        seconds = limiter.wait(
            rate.reader_address(peer, forwarded.decode("latin-1"), trusted_proxies)
        )
        if seconds and not scope["path"].startswith("/assets/"):
            await _slow_down(send, seconds)
            return
        asked = {name: value for name, value in scope["headers"] if name == b"accept-language"}
        language.use(
            language.choose(
                scope.get("query_string", b"").decode("latin-1"),
                asked.get(b"accept-language", b"").decode("latin-1"),
            )
        )
        if _is_not_served(scope["path"]):
            scope = dict(scope, path="/-/not-served", raw_path=b"/-/not-served")

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                given = message.get("headers", [])
                kept = [
                    (name, value)
                    for name, value in given
                    if name.lower() not in HEADERS and name.lower() not in (b"set-cookie", _FRAMED)
                ]
                own = HEADERS
                if any(name.lower() == _FRAMED for name, _ in given):
                    own = HEADERS | {
                        b"content-security-policy": FRAMED_POLICY.encode(),
                        b"x-frame-options": b"SAMEORIGIN",
                    }
                if any(
                    name.lower() == b"content-type" and b"html" in value for name, value in kept
                ):
                    kept.append((b"vary", b"Accept-Language"))
                    kept.append((b"content-language", language.current().encode()))
                message = dict(message, headers=[*kept, *own.items()])
            await send(message)

        await application(scope, receive, send_with_headers)

    return wrapped


async def _refuse(send: Send) -> None:
    """405: the site only reads, so only GET and HEAD mean anything."""
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"allow", b"GET, HEAD")]
    await send(
        {"type": "http.response.start", "status": 405, "headers": [*headers, *HEADERS.items()]}
    )
    await send({"type": "http.response.body", "body": b"This site only reads: GET and HEAD.\n"})


async def _slow_down(send: Send, seconds: float) -> None:
    """429: one address asked more often than the operator allows."""
    wait = str(int(seconds) + 1)
    headers = [
        (b"content-type", b"text/plain; charset=utf-8"),
        (b"retry-after", wait.encode()),
    ]
    await send(
        {"type": "http.response.start", "status": 429, "headers": [*headers, *HEADERS.items()]}
    )
    body = f"Too many requests; ask again in {wait} s, or take the whole data set: /downloads\n"
    await send({"type": "http.response.body", "body": body.encode()})
