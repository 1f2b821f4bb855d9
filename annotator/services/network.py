"""The way out to the network: how names are looked up, which addresses are judged fit, how they are connected to.

A name is looked up once, every answer is judged, and one bad answer spoils the name; the connection then goes to a
judged address and not to the name, so that a second answer of its server (rebinding) changes nothing.
"""

import ipaddress
import socket
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from annotator.services.web_addresses import is_inside_name

if TYPE_CHECKING:
    import ssl

MOST_LOOKUPS = 32
"""Names that a process looks up at once: nothing stops a resolver, and threads that wait for one must not pile up."""
MOST_ADDRESSES = 4
"""Addresses of a name that are tried."""

# What is_global of Python's ipaddress gets wrong in some of its versions, and ranges that hold an IPv4 address.
_CLOSED = tuple(
    ipaddress.ip_network(network)
    for network in (
        "0.0.0.0/8", "100.64.0.0/10", "192.0.0.0/24", "192.88.99.0/24", "198.18.0.0/15", "224.0.0.0/4", "240.0.0.0/4",
        "64:ff9b::/96", "64:ff9b:1::/48", "2001::/23", "2002::/16", "3fff::/20", "5f00::/16", "fec0::/10", "ff00::/8",
        "::/96", "::ffff:0:0/96", "::ffff:0:0:0/96", "100::/64", "2001:db8::/32",
        "168.63.129.16/32",  # a public address by its number, but the host of the machine in one provider's network
    )
)  # fmt: skip
_lookups = threading.BoundedSemaphore(MOST_LOOKUPS)


class Unreached(Exception):
    """The network gave nothing; the message is the honest reason, for operators only."""


def is_public(address: str) -> bool:
    """Tell whether `address` is a host of the public internet and nothing else."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:  # a zone, or no address at all
        return False
    if ip.version == 6 and (ip.scope_id is not None or ip.sixtofour or ip.teredo):  # noqa: PLR2004
        return False
    closed = any(ip.version == network.version and ip in network for network in _CLOSED)
    return ip.is_global and not ip.is_multicast and not ip.is_reserved and not closed


def resolve(host: str) -> Sequence[str]:
    """Return the addresses of a name; the closing dot keeps search domains of the machine out."""
    answers = socket.getaddrinfo(f"{host}.", None, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(answer[4][0]) for answer in answers))


def connect(address: str, port: int, seconds: float) -> socket.socket:
    """Open a connection to an address that has been judged."""
    return socket.create_connection((address, port), seconds)


def resolve_inside(host: str) -> Sequence[str]:
    """Return the addresses of a name as this machine knows it, names of its own network included."""
    answers = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(answer[4][0]) for answer in answers))


@cache
def certificates_of_operator() -> "ssl.SSLContext":
    """Return what decides about certificates of hosts that the operator named: also the authorities of this machine."""
    import httpx

    context = httpx.create_ssl_context(trust_env=False)
    context.load_default_certs()
    return context


@cache
def trusted_certificates() -> "ssl.SSLContext":
    """Return what decides about certificates: the authorities that certifi ships, whatever the environment says."""
    import httpx

    return httpx.create_ssl_context(trust_env=False)


@dataclass(frozen=True)
class Network:
    """A way out: `max_seconds` is for a whole fetch with its redirects, `wait_seconds` for one answer of a host.

    A failure is told no sooner than `least_seconds`, so that a refusal at once looks like one that had to be asked for.
    `allows_inside` lets names of an inside network be looked up: for a host that the operator named, never a person.
    """

    resolver: Callable[[str], Sequence[str]] = resolve
    judge: Callable[[str], bool] = is_public
    connector: Callable[[str, int, float], socket.socket] = connect
    certificates: Callable[[], "ssl.SSLContext"] = trusted_certificates
    ports: frozenset[int] = frozenset({80, 443})
    max_seconds: float = 20
    wait_seconds: float = 8
    least_seconds: float = 1
    allows_inside: bool = False

    def judged(self, host: str, deadline: float) -> Sequence[str]:
        """Return the addresses of `host`, IPv4 first; raises Unreached if there are none, or if one is not fit."""
        addresses = [host] if _is_literal(host) else self._looked_up(host, deadline)
        unfit = [address for address in addresses if not self.judge(address)]
        if unfit or not addresses:
            raise Unreached(f"{host}: " + (f"{unfit[0]} is not public" if unfit else "no address"))
        return sorted(addresses, key=lambda address: ":" in address)[:MOST_ADDRESSES]

    def _looked_up(self, host: str, deadline: float) -> Sequence[str]:
        if is_inside_name(host) and not self.allows_inside:
            raise Unreached(f"{host}: a name of an inside network")
        answers: list[Sequence[str] | Exception] = []
        if not _lookups.acquire(timeout=max(0, deadline - time.monotonic())):
            raise Unreached(f"{host}: too many names are looked up at once")
        thread = threading.Thread(target=self._look_up, args=(host, answers), daemon=True)
        thread.start()
        thread.join(min(self.wait_seconds, max(0, deadline - time.monotonic())))
        if not answers:
            raise Unreached(f"{host}: the name took too long to look up")
        if isinstance(answers[0], Exception):
            raise Unreached(f"{host}: {answers[0]}") from answers[0]
        return answers[0]

    def _look_up(self, host: str, answers: list[Sequence[str] | Exception]) -> None:
        try:
            answers.append(self.resolver(host))
        except (OSError, UnicodeError) as error:
            answers.append(error)
        finally:
            _lookups.release()


def network_of_operator(port: int) -> Network:
    """Return the way to a host that the operator's settings name: it may stand on a private network."""
    return Network(
        resolver=resolve_inside,
        judge=lambda _address: True,
        certificates=certificates_of_operator,
        ports=frozenset({port}),
        max_seconds=10,
        wait_seconds=5,
        allows_inside=True,
    )


def _is_literal(host: str) -> bool:
    try:
        return bool(ipaddress.ip_address(host))
    except ValueError:
        return False
