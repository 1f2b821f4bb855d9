"""Web addresses that may be fetched: what can be said of one before the network is asked.

Every hop of a redirect passes here as well. Reasons given here hold whatever stands at the address.
"""

import ipaddress
import re
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import httpx

URL_LIMIT = 2_048
"""Characters of an address, as it is typed and as it is sent."""
DEFAULT_PORTS = {"http": 80, "https": 443}

_AUTHORITY = re.compile(r"[A-Za-z]+://([^/?#]*)")
_NAME = re.compile(r"(?=.{1,253}\Z)[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})*")
_ENDS_IN_A_NUMBER = re.compile(r"(?:.*\.)?(?:[0-9]+|0x[0-9a-f]*)")
_INSIDE_NAME = re.compile(r".*\.(?:localhost|local|localdomain|internal|intranet|lan|home|corp|private|home\.arpa)")
"""Names that are never of the public web; those without a dot are the same."""


class NoWebAddress(ValueError):
    """The text is no address that could be fetched; the message says why."""


@dataclass(frozen=True)
class WebAddress:
    """An address in its parts: `host` is an ASCII name or an IP address, `target` what the host is asked for."""

    url: str
    scheme: str
    host: str
    port: int
    target: str

    @property
    def has_usual_port(self) -> bool:
        """Tell whether the port is the one that the scheme stands for."""
        return self.port == DEFAULT_PORTS[self.scheme]

    @property
    def origin(self) -> str:
        """The part that a log may show: paths and queries may hold what is private."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}:{self.port}"


def parse(text: str, ports: AbstractSet[int]) -> WebAddress:
    """Read an address that a person gave; raises NoWebAddress."""
    url = text.strip()
    _check_characters(url)
    if "://" not in url or url.partition("://")[0].lower() not in DEFAULT_PORTS:
        raise NoWebAddress("an address begins with http:// or https://")
    return _checked(_read(url), url, ports)


def follow(address: WebAddress, location: str, ports: AbstractSet[int]) -> WebAddress:
    """Read where a redirect of `address` leads; raises NoWebAddress."""
    import httpx

    _check_characters(location)
    try:
        return parse(str(httpx.URL(address.url).join(location)), ports)
    except (httpx.InvalidURL, ValueError) as error:
        raise NoWebAddress(f"no address: {error}") from error


def _check_characters(url: str) -> None:
    if not url or len(url) > URL_LIMIT:
        raise NoWebAddress("an address has 1 to 2,048 characters")
    if not url.isprintable() or " " in url or "\\" in url:
        raise NoWebAddress("an address has no spaces, backslashes or invisible characters in it")


def _read(url: str) -> "httpx.URL":
    import httpx

    try:
        return httpx.URL(url).copy_with(fragment=None)
    except (httpx.InvalidURL, ValueError) as error:
        raise NoWebAddress("this is no well-formed address") from error


def _checked(url: "httpx.URL", text: str, ports: AbstractSet[int]) -> WebAddress:
    authority = _AUTHORITY.match(text)
    if authority is None or not url.host:
        raise NoWebAddress("this is no well-formed address")
    if "@" in authority[1]:
        raise NoWebAddress("an address that is fetched holds no name or password")
    port = url.port or DEFAULT_PORTS[url.scheme]
    if port not in ports:
        raise NoWebAddress("only the usual ports of the web, 80 and 443, are fetched")
    host = url.raw_host.decode("ascii").lower().removesuffix(".")
    _check_host(host, authority[1])
    target = url.raw_path.decode("ascii")
    if len(str(url)) > URL_LIMIT:
        raise NoWebAddress("an address has 1 to 2,048 characters")
    return WebAddress(str(url), url.scheme, host, port, target)


def _check_host(host: str, written: str) -> None:
    """Refuse a host that is neither a plain name nor a plain IP address: octal, circled, or with a zone."""
    if ":" in host or _ENDS_IN_A_NUMBER.fullmatch(host):
        try:
            plain = "%" not in host and host in written.lower() and bool(ipaddress.ip_address(host))
        except ValueError:
            plain = False
        if not plain:
            raise NoWebAddress("the host of the address is written in an unusual way; write its name")
    elif not _NAME.fullmatch(host):
        raise NoWebAddress("the host of the address is written in an unusual way; write its name")


def is_inside_name(host: str) -> bool:
    """Tell whether `host` is a name that is never looked up, since it can only be one of an inside network."""
    return ("." not in host and ":" not in host) or _INSIDE_NAME.fullmatch(host) is not None
