"""One question to somebody else's HTTP service, within bounds: so long, so much, and not to where it may not go.

The host's name is resolved once, each of its addresses is looked at, and the connection goes to the one that was looked
at: nobody's name server can send us into the company's own network between the look and the call. Redirections are not
followed. An address within a private network needs its host to be allowed by an administrator, on the provider.
"""

import hashlib
import hmac
import http.client
import ipaddress
import json
import socket
import ssl
import time
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlsplit

from typing_extensions import override

from dougong.integrations.registries.presets import BUSY, QUOTA, SIGNATURE
from dougong.integrations.registries.provider import Provider
from dougong.kit.clock import now

BYTES_MAX = 2 * 1024 * 1024
PIECE = 64 * 1024
TIMEOUT_MIN, TIMEOUT_MAX = 0.2, 10.0

SIGNINGS = ("none", "header", "bearer", "query", "basic", "md5_key_time_secret", "hmac_sha256")


class CallFailed(Exception):
    """A provider did not answer as it should; `code` keys the sentence that people read, and `told` is what it said."""

    def __init__(self, code: str, told: str = "", *, ours: bool = False) -> None:
        """`ours`: the reason is on our side (a quota, a bound), so that it says nothing about the provider's health."""
        self.code, self.told, self.ours = code, told[:200], ours
        super().__init__(code)


MEANINGS = {QUOTA: "registry.quota_theirs", SIGNATURE: "registry.bad_signature", BUSY: "registry.busy"}


@dataclass(frozen=True)
class Question:
    """An address and headers, signed."""

    url: str
    headers: Mapping[str, str]


def signed(provider: Provider, template: str, secret: str | None, **words: str) -> Question:
    """The question that `template` makes with `words`, signed in the provider's way."""
    # Our own header fields are plain, whatever an administrator has pasted.
    secret = (secret or "").strip()
    values = {"key": provider.app_key, "secret": secret, **words}
    url = template
    for name, value in values.items():
        url = url.replace(f"{{{name}}}", quote(value, safe=""))
    headers = {"Accept": "application/json", "User-Agent": "dougong"}
    match provider.signing:
        case "header":
            headers[provider.secret_name or "Authorization"] = secret
        case "bearer":
            headers["Authorization"] = f"Bearer {secret}"
        case "basic":
            headers["Authorization"] = f"Basic {b64encode(f'{provider.app_key}:{secret}'.encode()).decode()}"
        case "query":
            url += f"{'&' if '?' in url else '?'}{quote(provider.secret_name or 'key')}={quote(secret, safe='')}"
        case "md5_key_time_secret":
            moment = str(int(now().timestamp()))
            text = f"{provider.app_key}{moment}{secret}"
            headers["Token"] = hashlib.md5(text.encode(), usedforsecurity=False).hexdigest().upper()
            headers["Timespan"] = moment
        case "hmac_sha256":
            moment = str(int(now().timestamp()))
            parts = urlsplit(url)
            text = f"{moment}\n{parts.path}?{parts.query}"
            headers["X-Key"], headers["X-Timestamp"] = provider.app_key, moment
            headers["X-Signature"] = hmac.new(secret.encode(), text.encode(), hashlib.sha256).hexdigest()
        case _:
            pass
    return Question(url, headers)


def ask(provider: Provider, question: Question) -> Any:  # noqa: ANN401  # JSON
    """The answer's JSON, whose own code says that it is one; None for "nothing found". Raises CallFailed."""
    body = _fetch(provider, question)
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise CallFailed("registry.garbage") from error
    shape = provider.shape
    if not shape.ok:
        return answer
    code = value_at(answer, shape.ok)
    if code is None:
        raise CallFailed("registry.garbage")
    code = str(code)
    if code in shape.ok_values:
        return answer
    if code in shape.none_values:
        return None
    told = next((str(answer[name]) for name in ("Message", "reason", "message", "msg") if name in answer), code)
    raise CallFailed(MEANINGS.get(shape.errors.get(code, ""), "registry.refused"), told)


def value_at(answer: Any, path: str) -> Any:  # noqa: ANN401  # JSON
    """What stands at a dotted path; None where there is nothing."""
    for step in path.split(".") if path else ():
        if isinstance(answer, Mapping):
            answer = answer.get(step)
        elif isinstance(answer, list) and step.isdecimal() and int(step) < len(answer):
            answer = answer[int(step)]
        else:
            return None
    return answer


def _fetch(provider: Provider, question: Question) -> bytes:
    seconds = min(max(provider.timeout_seconds, TIMEOUT_MIN), TIMEOUT_MAX)
    until = time.monotonic() + seconds
    parts = urlsplit(question.url)
    host = parts.hostname
    if parts.scheme not in {"http", "https"} or not host or parts.username is not None:
        raise CallFailed("registry.bad_address", ours=True)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    address = _address(host, port, provider.allowed_hosts)
    connection = _Pinned(host, port, address, seconds, secure=parts.scheme == "https")
    try:
        connection.request(
            "GET", f"{parts.path or '/'}{f'?{parts.query}' if parts.query else ''}", headers=dict(question.headers)
        )
        answer = connection.getresponse()
        if answer.status in {401, 403}:
            raise CallFailed("registry.bad_signature", f"HTTP {answer.status}")
        if answer.status == 429:
            raise CallFailed("registry.busy", "HTTP 429")
        if answer.status != 200:
            raise CallFailed("registry.refused", f"HTTP {answer.status}")
        return _body(connection, answer, until)
    except TimeoutError as error:
        raise CallFailed("registry.slow") from error
    except (OSError, http.client.HTTPException, UnicodeError) as error:
        raise CallFailed("registry.down", type(error).__name__) from error
    finally:
        connection.close()


def _body(connection: "_Pinned", answer: http.client.HTTPResponse, until: float) -> bytes:
    """The whole body: within the time, however slowly it drips, and within the bound."""
    found = bytearray()
    while True:
        left = until - time.monotonic()
        if left <= 0:
            raise CallFailed("registry.slow")
        if connection.sock is not None:
            connection.sock.settimeout(left)
        piece = answer.read1(PIECE)
        if not piece:
            return bytes(found)
        found += piece
        if len(found) > BYTES_MAX:
            raise CallFailed("registry.too_much")


class _Pinned(http.client.HTTPConnection):
    """A connection to the address that was looked at, whatever the host's name means by now."""

    def __init__(self, host: str, port: int, address: str, seconds: float, *, secure: bool) -> None:
        super().__init__(host, port, timeout=seconds)
        self._address, self._secure = address, secure

    @override
    def connect(self) -> None:
        plain = socket.create_connection((self._address, self.port), self.timeout)
        self.sock = (
            ssl.create_default_context().wrap_socket(plain, server_hostname=self.host) if self._secure else plain
        )


def _address(host: str, port: int, allowed: tuple[str, ...]) -> str:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise CallFailed("registry.down", "DNS") from error
    addresses = [str(entry[4][0]) for entry in found]
    if host not in allowed and not all(is_public(address) for address in addresses):
        raise CallFailed("registry.private_address", host, ours=True)
    return addresses[0]


def is_public(address: str) -> bool:
    """Whether an address is anybody's, not one of this machine, of a private network or of a cloud's own services."""
    found = ipaddress.ip_address(address.split("%", maxsplit=1)[0])
    if isinstance(found, ipaddress.IPv6Address):
        inner = found.ipv4_mapped or found.sixtofour
        if inner is not None:
            return is_public(str(inner))
    return found.is_global and not found.is_multicast
