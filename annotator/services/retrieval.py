"""Ask one address for its page, hop by hop, within fixed bytes and seconds; every doubt ends it.

TLS, server names and the Host header are httpcore's; there are no proxies, cookies, credentials or environment here,
since httpcore knows none. Nothing of a response is kept but its body, media type and charset.
"""

import re
import socket
import ssl
import time
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import httpcore

from annotator import __version__
from annotator.services.network import Network, Unreached
from annotator.services.web_addresses import NoWebAddress, WebAddress, follow

MOST_HOPS = 4
MOST_HEAD_BYTES = 200_000
"""What a host may send beside the body: status lines, headers, the framing of chunks."""
PIECE_BYTES = 1 << 18
"""The most that is decompressed before the sum is looked at."""
USER_AGENT = f"ClaimAnnotator/{__version__} (+fact-checking; article import)"

_OK = 200
_REDIRECTS = {301, 302, 303, 307, 308}
_CHARSET = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:+-]{0,39}")


@dataclass(frozen=True)
class Page:
    """What an address gave at the end of its redirects."""

    url: str
    media_type: str
    charset: str | None
    content: bytes


@dataclass(frozen=True)
class Sent:
    """A form that is sent to an address, with the headers that it needs."""

    form: bytes
    headers: Mapping[bytes | str, bytes | str]


def retrieve(
    address: WebAddress,
    types: Mapping[str, int],
    network: Network,
    *,
    hops: int = MOST_HOPS,
    sent: Sent | None = None,
) -> Page:
    """Get the page at `address` if it is of one of `types`; raises Unreached with the honest reason.

    A form that is `sent` goes to that address and nowhere else.
    """
    if sent is not None:
        hops = 0
    deadline = time.monotonic() + network.max_seconds
    try:
        for _ in range(hops + 1):
            found = _one_hop(address, types, network, deadline, sent)
            if isinstance(found, Page):
                return found
            address = follow(address, found, network.ports)
    except NoWebAddress as error:
        raise Unreached(f"redirect: {error}") from error
    except (
        OSError,
        httpcore.TimeoutException,
        httpcore.NetworkError,
        httpcore.ProtocolError,
        UnicodeError,
        zlib.error,
    ) as error:
        raise Unreached(f"{address.origin}: {type(error).__name__}: {error}") from error
    raise Unreached(f"more than {hops} redirects")


def _one_hop(
    address: WebAddress, types: Mapping[str, int], network: Network, deadline: float, sent: Sent | None
) -> Page | str:
    """Return the page, or where the host sends us instead."""
    way = _Way(network, deadline)
    url = httpcore.URL(scheme=address.scheme, host=address.host, port=address.port, target=address.target)
    with (
        httpcore.ConnectionPool(ssl_context=network.certificates(), max_connections=1, network_backend=way) as pool,
        pool.stream(
            "POST" if sent else "GET",
            url,
            headers=_headers(address, types, sent),
            content=sent.form if sent else None,
        ) as response,
    ):
        headers = _Headers(response.headers)
        if response.status in _REDIRECTS:
            return headers.one("location")
        if response.status != _OK:
            raise Unreached(f"status {response.status}")
        media_type, charset = _type_of(headers.one("content-type"))
        if media_type not in types:
            raise Unreached(f"type {media_type[:100] or 'unknown'}")
        way.expect(types[media_type])
        content = _body(response.iter_stream(), headers.one("content-encoding"), types[media_type])
        if way.was_sent_more_than(headers.one("content-length")):
            raise Unreached("the body is longer than its header says")
        return Page(address.url, media_type, charset, content)


def _headers(address: WebAddress, types: Mapping[str, int], sent: Sent | None = None) -> dict[bytes | str, bytes | str]:
    """Return all that a host hears of us; the port stands in Host only where it is not the usual one."""
    host = f"[{address.host}]" if ":" in address.host else address.host
    return {
        "Host": host if address.has_usual_port else f"{host}:{address.port}",
        "User-Agent": USER_AGENT,
        "Accept": ", ".join(types),
        "Accept-Encoding": "gzip",
        "Connection": "close",
        **(sent.headers if sent else {}),
    }


class _Headers:
    """The headers of a response, of which each may be read once: two that differ are two opinions."""

    def __init__(self, headers: Iterable[tuple[bytes, bytes]]) -> None:
        self._headers = [(name.lower().decode("ascii", "replace"), value) for name, value in headers]

    def one(self, name: str) -> str:
        """Return the value of a header, or "" if there is none."""
        values = {value for key, value in self._headers if key == name}
        if len(values) > 1:
            raise Unreached(f"{name} stands there {len(values)} times")
        raw = values.pop() if values else b""
        try:
            return raw.decode("utf-8").strip()
        except UnicodeDecodeError:
            return raw.decode("latin-1").strip()


def _type_of(value: str) -> tuple[str, str | None]:
    """Return the media type and the charset of a Content-Type header."""
    media_type, *parameters = (part.strip() for part in value.split(";"))
    for parameter in parameters:
        name, _, charset = parameter.partition("=")
        charset = charset.strip().strip("\"'")
        if name.strip().lower() == "charset" and _CHARSET.fullmatch(charset):
            return media_type.lower(), charset.lower()
    return media_type.lower(), None


def _body(chunks: Iterable[bytes], encoding: str, most: int) -> bytes:
    """Return the body, decompressed; it may have `most` bytes on both sides of the decompression."""
    if encoding.lower() not in {"", "identity", "gzip", "x-gzip"}:
        raise Unreached(f"content encoding {encoding[:100]}")
    raw = _at_most(chunks, most)
    body = b"".join(_at_most(_plain(raw), most) if "gzip" in encoding.lower() else raw)
    if not body:
        raise Unreached("an empty body")
    return body


def _at_most(chunks: Iterable[bytes], most: int) -> Iterator[bytes]:
    size = 0
    for chunk in chunks:
        size += len(chunk)
        if size > most:
            raise Unreached("too large")
        yield chunk


def _plain(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Decompress in pieces, so that a bomb is noticed before it has gone off."""
    stream = zlib.decompressobj(31)
    for chunk in chunks:
        rest, part = chunk, b"?"
        while not stream.eof and (rest or part):
            part = stream.decompress(rest, PIECE_BYTES)
            rest = stream.unconsumed_tail
            yield part
        if rest or stream.unused_data:
            raise Unreached("something follows the compressed body")
    if not stream.eof:
        raise Unreached("the compressed body is cut off")


class _Way(httpcore.NetworkBackend):
    """Connects httpcore to judged addresses only."""

    def __init__(self, network: Network, deadline: float) -> None:
        self._network, self._deadline = network, deadline
        self._stream: _Stream | None = None

    def connect_tcp(self, host: str, port: int, *_args: Any, **_options: Any) -> httpcore.NetworkStream:
        """Connect to the first judged address of `host` that answers."""
        error: Exception = Unreached(f"{host}: no address")
        for address in self._network.judged(host, self._deadline):
            try:
                connection = self._network.connector(address, port, self._seconds())
            except OSError as reason:
                error = Unreached(f"{host} at {address}: {reason}")
                continue
            self._stream = _Stream(connection, self._deadline, self._network.wait_seconds)
            return self._stream
        raise error

    def connect_unix_socket(self, path: str, *_args: Any, **_options: Any) -> httpcore.NetworkStream:
        """Refuse: no address leads to a file."""
        raise Unreached(f"unix socket {path}")

    def _seconds(self) -> float:
        return _seconds_left(self._deadline, self._network.wait_seconds)

    def expect(self, body_bytes: int) -> None:
        """Let so many bytes come beside the headers; before they are read, a host can't send more than headers."""
        if self._stream is not None:
            self._stream.most_bytes += body_bytes

    def was_sent_more_than(self, length: str) -> bool:
        """Tell whether more came than head and body of the declared length."""
        return self._stream is not None and length.isdecimal() and self._stream.has_more_than(int(length))


def _seconds_left(deadline: float, at_most: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise Unreached("too slow")
    return min(left, at_most)


class _Stream(httpcore.NetworkStream):
    """A connection that counts its bytes, and whose every wait ends at the deadline, so that a drip ends too."""

    def __init__(self, connection: socket.socket, deadline: float, wait: float) -> None:
        self._connection, self._deadline, self._wait = connection, deadline, wait
        self.most_bytes = MOST_HEAD_BYTES
        self._heard, self._head = 0, b""

    def read(self, max_bytes: int, *_args: Any, **_options: Any) -> bytes:
        """Read what there is."""
        self._connection.settimeout(_seconds_left(self._deadline, self._wait))
        data = self._connection.recv(max_bytes)
        self._heard += len(data)
        if self._heard > self.most_bytes:
            raise Unreached("too large with its headers")
        if len(self._head) < MOST_HEAD_BYTES:
            self._head += data
        return data

    def write(self, buffer: bytes, *_args: Any, **_options: Any) -> None:
        """Send all of it."""
        while buffer:
            self._connection.settimeout(_seconds_left(self._deadline, self._wait))
            buffer = buffer[self._connection.send(buffer) :]

    def close(self) -> None:
        """Hang up."""
        self._connection.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, *_args: Any, **_options: Any
    ) -> httpcore.NetworkStream:
        """Shake hands; the timeout of a socket that does so is for the whole handshake."""
        try:
            self._connection.settimeout(_seconds_left(self._deadline, self._wait))
            self._connection = ssl_context.wrap_socket(self._connection, server_hostname=server_hostname)
        except BaseException:
            self._connection.close()
            raise
        return self

    def get_extra_info(self, info: str) -> Any:
        """Answer what httpcore asks: whether this is TLS."""
        return self._connection if info == "ssl_object" and isinstance(self._connection, ssl.SSLSocket) else None

    def has_more_than(self, length: int) -> bool:
        """Tell whether more was heard than heads and a body of `length`; an early hint is a head of its own."""
        head, rest = 0, self._head
        while True:
            this, blank, rest = rest.partition(b"\r\n\r\n")
            head += len(this) + len(blank)
            if not blank or not this.startswith((b"HTTP/1.1 1", b"HTTP/1.0 1")):
                return bool(blank) and self._heard > head + length
