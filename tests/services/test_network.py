"""The way out by itself: the resolver, the connection, and that there is no second way."""

import ast
import contextlib
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from annotator.services import fetching, network, retrieval
from annotator.services.network import Unreached
from annotator.services.web_addresses import parse
from tests.loopback import PUBLIC, running, trusting_the_site

PACKAGE = Path(__file__).parent.parent.parent / "annotator"


def test_f04_the_real_resolver_knows_no_search_domains(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def getaddrinfo(host: str, *_args: object, **_options: object) -> list[object]:
        asked.append(host)
        return [(socket.AF_INET, 1, 6, "", (PUBLIC, 0)), (socket.AF_INET, 2, 17, "", (PUBLIC, 0))]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    assert network.resolve("news.example") == [PUBLIC]
    assert asked == ["news.example."]


def test_f08_no_way_leads_to_a_unix_socket(tmp_path: Path) -> None:
    way = retrieval._Way(network.Network(), time.monotonic() + 1)
    with pytest.raises(network.Unreached):
        way.connect_unix_socket(str(tmp_path / "socket"))


def test_f10_the_host_header_of_an_ipv6_address_has_brackets() -> None:
    address = parse("http://[2606:4700::1111]:443/", frozenset({443}))
    assert retrieval._headers(address, {})["Host"] == "[2606:4700::1111]:443"


# The only modules that may name what opens connections; `serving` listens and calls nobody.
OUTGOING = {
    "aiohttp", "ftplib", "h11", "http.client", "httpcore", "httpx", "imaplib", "nntplib", "poplib", "requests",
    "smtplib", "socket", "socketserver", "ssl", "telnetlib", "urllib.request", "urllib3", "xmlrpc.client",
}  # fmt: skip
WAY_OUT = {
    "annotator.services.network", "annotator.services.retrieval", "annotator.services.web_addresses",
    "annotator.serving",
}  # fmt: skip
FETCHERS_OF_LIBRARIES = {"bare_extraction_from_url", "create_connection", "fetch_response", "fetch_url", "urlopen"}


def goes_out(imported: str) -> bool:
    """Tell whether a name opens connections; that of this machine is no more than a name."""
    return imported != "socket.gethostname" and any(
        imported == name or imported.startswith(f"{name}.") for name in OUTGOING
    )


def test_f12_only_the_fetcher_can_go_out() -> None:
    found = [
        f"{name} imports {other}"
        for name, others in GRAPH.items()
        if name not in WAY_OUT
        for other in sorted(others)
        if goes_out(other) or other.startswith(("trafilatura.downloads", "urllib3"))
    ]
    assert not found


def test_f12_only_the_fetcher_connects_and_no_library_fetches_for_us() -> None:
    used = {name: set(named(path.read_text("utf-8"))) & FETCHERS_OF_LIBRARIES for name, path in MODULES.items()}
    assert {name: found for name, found in used.items() if found} == {
        "annotator.services.network": {"create_connection"}
    }


def test_f12_only_these_ask_the_network() -> None:
    asking = {name for name, others in GRAPH.items() if "annotator.services.retrieval" in others}
    assert asking == {"annotator.services.fetching", "annotator.services.oidc"}


@pytest.mark.parametrize(
    ("source", "outgoing"),
    [
        ("import urllib.request", True),
        ("from urllib import request", True),
        ("from urllib.parse import urlsplit", False),
        ("def late():\n    import httpx", True),
        ("import socket as plug", True),
        ("import socket\nsocket.socket()", True),
        ("from socket import socket", True),
        ("import socket\nsocket.gethostname()", False),
        ("from http import HTTPStatus", False),
        ("from http.client import HTTPSConnection", True),
    ],
)
def test_f12_the_look_for_ways_out_sees_them(source: str, outgoing: bool) -> None:
    assert any(goes_out(other) for other in every_name(source)) is outgoing


def named(source: str) -> Iterator[str]:
    """Yield the names and attributes that a module uses."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Attribute):
            yield node.attr
        elif isinstance(node, ast.Name):
            yield node.id
        elif isinstance(node, ast.ImportFrom):
            yield from (alias.name for alias in node.names)


def every_name(source: str) -> Iterator[str]:
    """Yield what a module imports, and what it uses of `socket`: `from urllib import request` is urllib.request."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if (alias.name, alias.asname) != ("socket", None))
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "socket":
            yield f"socket.{node.attr}"
        elif isinstance(node, ast.ImportFrom):
            if node.module != "socket":
                yield node.module or ""
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


MODULES = {
    ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts).removesuffix(".__init__"): path
    for path in PACKAGE.rglob("*.py")
}
GRAPH = {name: set(every_name(path.read_text("utf-8"))) for name, path in MODULES.items()}


@pytest.mark.parametrize("name", ["news.example", "other.example"])
def test_certificates_are_verified(name: str) -> None:
    """The site's certificate is its own: the product trusts it only where a test says so, and only for its name."""
    with running(tls=True) as site:
        site.names["other.example"] = [PUBLIC]
        site.page("/story", "<p>The bridge is closed.</p>")
        address = parse(f"https://{name}/story", frozenset({443}))
        with pytest.raises(Unreached, match="CERTIFICATE_VERIFY_FAILED"):
            retrieval.retrieve(address, fetching.PAGES, site.network())
        assert not site.heard
        trusting = replace(site.network(), certificates=trusting_the_site)
        if name == "news.example":
            assert retrieval.retrieve(address, fetching.PAGES, trusting).content == b"<p>The bridge is closed.</p>"
            assert site.heard[0].headers["host"] == name
        else:
            with pytest.raises(Unreached, match=r"other\.example"):
                retrieval.retrieve(address, fetching.PAGES, trusting)
        assert {port for _, port in site.reached} == {443}


def test_f09_a_handshake_that_drips_ends_in_time() -> None:
    with running() as site, socket.create_server(("127.0.0.1", 0)) as listener:
        dripping = threading.Thread(target=drip_a_handshake, args=(listener,), daemon=True)
        dripping.start()
        way = replace(
            site.network(),
            connector=lambda _address, _port, seconds: socket.create_connection(listener.getsockname(), seconds),
            max_seconds=1,
            wait_seconds=5,
        )
        started = time.monotonic()
        with pytest.raises(Unreached):
            retrieval.retrieve(parse("https://news.example/", way.ports), fetching.PAGES, way)
        assert time.monotonic() - started < 3
        dripping.join(5)
    assert not dripping.is_alive()


def drip_a_handshake(listener: socket.socket) -> None:
    """Promise a long record and send a byte of it now and then, until nobody listens."""
    connection, _ = listener.accept()
    with connection, contextlib.suppress(OSError):
        connection.sendall(b"\x16\x03\x03\x40\x00\x02\x00\x3f\xfc")
        for _ in range(200):
            connection.sendall(b"\x03")
            time.sleep(0.05)


def test_the_defaults_are_what_production_runs_with() -> None:
    way = fetching.NETWORK
    assert (way.resolver, way.judge, way.connector) == (network.resolve, network.is_public, network.connect)
    assert (way.ports, way.max_seconds) == (frozenset({80, 443}), 20.0)
    context = way.certificates()
    assert context.verify_mode == ssl.CERT_REQUIRED
    assert context.check_hostname
