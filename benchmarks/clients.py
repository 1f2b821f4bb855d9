"""Clients that save verdicts as the annotate page's script does: the same fields, one connection, the same retries."""

import http.client
import itertools
import json
import random
import re
import secrets
import socket
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlencode

KINDS = {"sourced": "named", "attributed": "direct", "editorial": "framing"}
RETRY_SECONDS = 0.2
"""The page's script waits longer; a trial has no time for that."""
PATIENCE_SECONDS = 60
_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


@dataclass(frozen=True, slots=True)
class Target:
    """A claim to save a verdict on, with its place in the article's text."""

    claim: int
    start: int


@dataclass(frozen=True, slots=True)
class Saved:
    """A verdict that the server has acknowledged. Times are of the monotonic clock, in seconds."""

    key: str
    claim: int
    revision: int
    label: str
    begun: float
    ended: float
    tries: int


class NotSaved(RuntimeError):
    """The server refused a verdict that it should have stored, or did not answer for a minute."""


@dataclass
class Client:
    """A reviewer's browser: keeps the session, the token for forms and one open connection."""

    port: int
    cookies: dict[str, str] = field(default_factory=dict)
    token: str = ""
    revisions: dict[int, int] = field(default_factory=dict)
    _connection: http.client.HTTPConnection | None = None

    def sign_in(self, name: str, password: str) -> None:
        """Sign in through the form, and take the token of the new session."""
        self.token = self._token_of("/sign-in")
        status, _, _ = self.ask("POST", "/sign-in", {"csrf_token": self.token, "name": name, "password": password})
        if status != http.client.SEE_OTHER:
            raise NotSaved(f"signing in as {name} was answered with {status}")
        self.token = self._token_of("/keys")

    def ask(self, method: str, path: str, form: dict[str, str] | None = None) -> tuple[int, bytes, float]:
        """Send one request and return status, body and Retry-After in seconds; status 0 means that no answer came."""
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if path.startswith("/claims/"):
            headers["Accept"] = "application/json"
        body = urlencode(form).encode() if form is not None else None
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded;charset=UTF-8"
        try:
            answer = self._send(method, path, body, headers)
            content = answer.read()
        except (OSError, http.client.HTTPException):
            self.close()
            return 0, b"", RETRY_SECONDS
        for line in answer.headers.get_all("Set-Cookie", []):
            self.cookies |= {name: morsel.value for name, morsel in SimpleCookie(line).items()}
        return answer.status, content, float(answer.headers.get("Retry-After", RETRY_SECONDS))

    def save(self, target: Target) -> Saved:
        """Save a verdict, with the same key until the server has answered; raises NotSaved if it refuses."""
        label = random.choice(list(KINDS))
        form = self._form(target, label)
        path = f"/claims/{target.claim}/verdicts"
        begun, tries = time.monotonic(), 0
        while True:
            status, body, seconds = self.ask("POST", path, form)
            tries += 1
            ended = time.monotonic()
            if status == http.client.OK:
                break
            if (status and status != http.client.SERVICE_UNAVAILABLE) or ended - begun > PATIENCE_SECONDS:
                raise NotSaved(f"{status} after {tries} tries: {body.decode(errors='replace')[:500]}")
            time.sleep(min(seconds, RETRY_SECONDS))
        answer: dict[str, Any] = json.loads(body)
        if (answer["claim"], answer["label"]) != (target.claim, label):
            raise NotSaved(f"claim {target.claim} as {label} was answered with {answer}")
        self.revisions[target.claim] = answer["revision"]
        return Saved(form["client_key"], target.claim, answer["revision"], label, begun, ended, tries)

    def close(self) -> None:
        """Close the connection; the next request opens another."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _form(self, target: Target, label: str) -> dict[str, str]:
        return {
            "csrf_token": self.token,
            "client_key": secrets.token_hex(16),
            "revision": str(self.revisions.get(target.claim, 0)),
            "flagged": "",
            "seconds": "4.2",
            "label": label,
            f"kind_{label}": KINDS[label],
            "word": f"{target.start}-{target.start + 2}",
            "source_name": "",
            "evidence_url": "",
            "note": "",
            "confidence": "2",
            "action": "save",
        }

    def _send(self, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> http.client.HTTPResponse:
        if self._connection is None:
            self._connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_SECONDS)
            self._connection.connect()
            self._connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._connection.request(method, path, body, headers)
        return self._connection.getresponse()

    def _token_of(self, path: str) -> str:
        status, page, _ = self.ask("GET", path)
        found = _TOKEN.search(page.decode())
        if found is None:
            raise NotSaved(f"{path} was answered with {status} and no token")
        return found[1]


def save_all(client: Client, targets: Sequence[Target], count: int) -> list[Saved]:
    """Save `count` verdicts, going through `targets` again and again."""
    return [client.save(targets[i % len(targets)]) for i in range(count)]


def save_until(client: Client, targets: Sequence[Target], is_over: Callable[[], bool]) -> Iterator[Saved]:
    """Save verdicts until `is_over`, yielding each when it is acknowledged."""
    for target in itertools.cycle(targets):
        if is_over():
            return
        yield client.save(target)
