"""A site on this machine for tests that fetch: it says what a test wants it to say, lies included.

`news.example` and the other names lead to it over the real judge, the real ports and the real TLS: only the resolver
and the last step, from a public address to 127.0.0.1, are the test's.
"""

import contextlib
import socket
import ssl
import threading
import time
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache

import pytest
import trustme

from annotator.services import fetching
from annotator.services.network import Network

HOST = "news.example"
PUBLIC = "93.184.215.14"
"""The public address that stands for the site."""
CLOSED = "93.184.215.15"
"""A public address where nobody listens."""
FILTERED = "93.184.215.16"
"""A public address that never answers."""
LIFETIME = 20.0
"""Seconds after which no answer goes on, whatever happens."""
QUICK = 3.0
"""Seconds of a whole fetch in tests."""


class Gone(Exception):
    """The other side has hung up, or the site is being stopped."""


@dataclass(frozen=True)
class Heard:
    """A request as it came: its target, and its headers with their names in lower case."""

    target: str
    headers: dict[str, str]
    raw: bytes


class Talk:
    """One connection: what was asked, and ways to answer slowly or wrongly."""

    def __init__(self, site: "Site", connection: socket.socket, heard: Heard) -> None:
        self.site, self.connection, self.heard = site, connection, heard
        self._end = time.monotonic() + LIFETIME

    def say(self, data: bytes) -> None:
        """Send bytes; raises Gone when nobody listens any more."""
        if self.site.stopping.is_set() or time.monotonic() > self._end:
            raise Gone
        try:
            self.connection.sendall(data)
        except OSError as error:
            raise Gone from error
        self.site.sent += len(data)

    def drip(self, data: bytes, seconds: float) -> None:
        """Send a byte at a time."""
        for byte in data:
            self.say(bytes([byte]))
            self.site.stopping.wait(seconds)

    def pause(self, seconds: float) -> None:
        """Say nothing for a while."""
        self.site.stopping.wait(min(seconds, LIFETIME))


Answer = Callable[[Talk], None]


def head(status: str = "200 OK", **headers: str) -> bytes:
    """Return a status line and headers; underscores in names are hyphens."""
    lines = [f"HTTP/1.1 {status}", *(f"{name.replace('_', '-')}: {value}" for name, value in headers.items())]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


class Site:
    """The site: `answers` by path, what it `heard`, how much it `sent`, which addresses were `reached`."""

    def __init__(self, *, tls: bool = False) -> None:
        self.answers: dict[str, Answer] = {}
        self.names: dict[str, Sequence[str]] = {
            HOST: [PUBLIC],
            "closed.example": [CLOSED],
            "filtered.example": [FILTERED],
        }
        self.heard: list[Heard] = []
        self.sent = 0
        self.looked_up: list[str] = []
        self.reached: list[tuple[str, int]] = []
        self.stopping = threading.Event()
        self._tls = _server_side() if tls else None
        self._open: set[socket.socket] = set()
        self._threads: list[threading.Thread] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._listener.settimeout(0.05)
        self.port: int = self._listener.getsockname()[1]

    def page(self, path: str, body: str | bytes, media_type: str = "text/html; charset=utf-8", **headers: str) -> str:
        """Put a page at `path`, and return its address."""
        content = body.encode() if isinstance(body, str) else body
        headers = {"Content-Type": media_type, "Content-Length": str(len(content))} | headers
        return self.put(path, lambda talk: talk.say(head(**headers) + content))

    def put(self, path: str, answer: Answer) -> str:
        """Put an answer at `path`, and return its address."""
        self.answers[path] = answer
        return f"{'https' if self._tls else 'http'}://{HOST}{path}"

    def redirect(self, path: str, location: str, status: str = "302 Found") -> str:
        """Put a redirect at `path`, and return its address."""
        return self.put(path, lambda talk: talk.say(head(status, Location=location, Content_Length="0")))

    def network(self) -> Network:
        """Return the product's way out with this site at its end."""
        return replace(
            Network(),
            resolver=self._resolve,
            connector=self._connect,
            max_seconds=QUICK,
            wait_seconds=1,
            least_seconds=0,
        )

    def _resolve(self, host: str) -> Sequence[str]:
        self.looked_up.append(host)
        if host not in self.names:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return self.names[host]

    def _connect(self, address: str, port: int, seconds: float) -> socket.socket:
        self.reached.append((address, port))
        if address == FILTERED:
            time.sleep(seconds)
            raise TimeoutError("timed out")
        if address != PUBLIC:
            raise ConnectionRefusedError(111, "Connection refused")
        return socket.create_connection(("127.0.0.1", self.port), seconds)

    def run(self) -> None:
        """Take connections until the site is stopped."""
        while not self.stopping.is_set():
            try:
                connection, _ = self._listener.accept()
            except TimeoutError:
                continue
            connection.settimeout(LIFETIME)
            thread = threading.Thread(target=self._serve, args=(connection,), daemon=True)
            self._threads.append(thread)
            thread.start()

    def stop(self) -> None:
        """Hang up on everybody and wait until all have noticed; nobody is let in any more."""
        for connection in list(self._open):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(5)
        self._listener.close()
        assert not [thread for thread in self._threads if thread.is_alive()], "the site can't be stopped"

    def _serve(self, connection: socket.socket) -> None:
        self._open.add(connection)
        try:
            if self._tls is not None:
                connection = self._tls.wrap_socket(connection, server_side=True)
                self._open.add(connection)
            heard = _hear(connection)
            self.heard.append(heard)
            self.answers.get(heard.target.partition("?")[0], _not_found)(Talk(self, connection, heard))
        except (Gone, OSError):
            pass
        finally:
            connection.close()


def _not_found(talk: Talk) -> None:
    talk.say(head("404 Not Found", Content_Type="text/html", Content_Length="9") + b"not found")


def _server_side() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority().issue_cert(HOST).configure_cert(context)
    return context


@cache
def authority() -> trustme.CA:
    """Return what vouches for the site's certificate; made anew for each run, and trusted by nobody else."""
    return trustme.CA()


def trusting_the_site() -> ssl.SSLContext:
    """Return a client's settings that trust the site's certificate."""
    context = ssl.create_default_context()
    authority().configure_trust(context)
    return context


def _hear(connection: socket.socket) -> Heard:
    raw = b""
    while b"\r\n\r\n" not in raw:
        data = connection.recv(65536)
        if not data or len(raw) > 1 << 20:
            raise Gone
        raw += data
    first, *lines = raw.decode("latin-1").partition("\r\n\r\n")[0].split("\r\n")
    pairs = (line.partition(": ") for line in lines)
    return Heard(first.split(" ")[1], {name.lower(): value for name, _, value in pairs}, raw)


@contextlib.contextmanager
def running(*, tls: bool = False) -> Iterator[Site]:
    """Run a site while a test needs it."""
    site = Site(tls=tls)
    thread = threading.Thread(target=site.run, daemon=True)
    thread.start()
    try:
        yield site
    finally:
        site.stopping.set()
        thread.join(5)
        site.stop()


@pytest.fixture
def news_site(monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """Give a running site, and let the product's fetcher reach it as http://news.example/."""
    with running() as site:
        monkeypatch.setattr(fetching, "NETWORK", site.network())
        yield site


def endless(talk: Talk) -> None:
    """Answer with a body that has no end."""
    talk.say(head(Content_Type="text/html"))
    while True:
        talk.say(b"<p>more</p>" * 1_000)


def dripping_body(talk: Talk) -> None:
    """Answer with a byte of the body now and then."""
    talk.say(head(Content_Type="text/html", Content_Length="100000"))
    talk.drip(b"x" * 100_000, 0.05)


def dripping_head(talk: Talk) -> None:
    """Answer with a byte of the headers now and then."""
    talk.drip(b"HTTP/1.1 200 OK\r\nX-Long: " + b"x" * 100_000, 0.05)


def bomb(megabytes: int) -> bytes:
    """Return a gzip file that grows to so many megabytes."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    return b"".join(packer.compress(bytes(1_000_000)) for _ in range(megabytes)) + packer.flush()
