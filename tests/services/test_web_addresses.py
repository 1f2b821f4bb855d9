"""Addresses and the judge: what is refused before the network is asked, and which hosts are never connected to."""

import time

import pytest

from annotator.services import web_addresses
from annotator.services.network import is_public
from annotator.services.web_addresses import NoWebAddress, is_inside_name, parse

PORTS = frozenset({80, 443})


@pytest.mark.parametrize(
    "url",
    [
        "http://127.1/",
        "http://2130706433/",
        "http://0x7f000001/",
        "http://0x7f.0.0.1/",
        "http://0177.0.0.1/",
        "http://017700000001/",
        "http://127.0.0.1.2/",
        "http://0/",
        "http://①②⑦.⓪.⓪.①/",
        "http://127。0。0。1/",
        "http://8。8。8。8/",
        "http://８.８.８.８/",
        "http://0x08080808/",
        "http://134744072/",
        "http://010.010.010.010/",
        "http://%31%32%37.0.0.1/",
        "http://[127.0.0.1]/",
        "http://[8.8.8.8]/",
        "http://a..b/",
    ],
)
def test_f01_odd_ways_to_write_a_host_are_refused_unseen(url: str) -> None:
    with pytest.raises(NoWebAddress):
        parse(url, PORTS)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "127.255.255.254",
        "0.0.0.0",
        "10.0.0.1",
        "172.16.0.1",
        "172.31.255.255",
        "192.168.1.1",
        "255.255.255.255",
        "::1",
        "::",
        "::ffff:127.0.0.1",
        "::ffff:7f00:1",
        "::ffff:8.8.8.8",
        "0:0:0:0:0:ffff:7f00:0001",
        "fe80::1",
        "fe80::1%eth0",
        "fc00::1",
        "fd12:3456::1",
        "localhost",
        "",
        "8.8.8.8\n",
        "0177.0.0.1",
        "2130706433",
    ],
)
def test_f01_the_judge_refuses_literal_forms(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        "64:ff9b::7f00:1",
        "64:ff9b::808:808",
        "64:ff9b:1::7f00:1",
        "2002:7f00:1::",
        "2002:808:808::1",
        "::127.0.0.1",
        "::8.8.8.8",
        "::ffff:0:127.0.0.1",
        "2001:0:7f00:1::1",
        "2001:10::1",
        "fec0::5",
        "3fff::1",
        "5f00::1",
        "100::1",
        "2001:db8::1",
        "ff02::1",
        "192.0.0.8",
        "192.0.2.1",
        "192.88.99.1",
        "100.64.0.1",
        "100.127.255.255",
        "198.18.0.1",
        "198.19.255.255",
        "198.51.100.1",
        "203.0.113.1",
        "224.0.0.1",
        "239.255.255.255",
        "240.0.0.1",
        "255.255.255.254",
    ],
)
def test_f02_ranges_that_embed_or_are_reserved_are_refused(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize(
    "address", ["169.254.169.254", "169.254.170.2", "fd00:ec2::254", "100.100.100.200", "168.63.129.16"]
)
def test_f03_metadata_services_are_refused(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "93.184.215.14", "1.1.1.1", "2606:4700::1111", "2a00:1450:4001::200e"])
def test_hosts_of_the_public_internet_pass_the_judge(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "name",
    [
        "localhost",
        "intranet",
        "metadata",
        "a.localhost",
        "metadata.google.internal",
        "printer.local",
        "db.corp",
        "router.home.arpa",
    ],
)
def test_f03_f04_inside_names_are_known_by_their_form(name: str) -> None:
    assert is_inside_name(name)
    assert not is_inside_name(f"{name}.example.com")


@pytest.mark.parametrize(
    "url",
    [
        "http://good@127.0.0.1/",
        "http://good:word@news.example/",
        "http://@news.example/",
        "http://news.example@/",
        "http://127.0.0.1\\@news.example/",
        "http:\\\\news.example/",
        "http://news.example\t/",
        "http://news\n.example/",
        "http://news .example/",
        "http://news.example/a b",
        "http://news\u200b.example/",
        "http://news.example/\u202egpj",
        "http://news.example\0/",
        "http://news.example:22/",
        "http://news.example:25/",
        "http://news.example:5432/",
        "http://news.example:6379/",
        "http://news.example:8080/",
        "http://news.example:99999/",
        "http://news.example:-1/",
        "http://[fe80::1%25eth0]/",
        "http://[fe80::1%eth0]/",
        "http://[::1/",
        "http://#@news.example/",
        "http://?news.example/",
        "http:///path",
        "http://",
        "",
        "   ",
        "news.example/story",
        "//news.example/story",
        "http://news.example/" + "a" * 2_048,
        "http://news.example/" + "ä" * 1_000,
    ],
)
def test_f07_disguises_and_other_ports_are_refused(url: str) -> None:
    with pytest.raises(NoWebAddress):
        parse(url, PORTS)


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "file://news.example/etc/passwd",
        "ftp://news.example/",
        "gopher://news.example:80/",
        "jar:http://news.example/a.jar!/b",
        "dict://news.example/",
        "data:text/html,hello",
        "javascript:alert(1)",
        "unix:///var/run/docker.sock",
        "http+unix://%2Fvar%2Frun%2Fdocker.sock/",
        "ws://news.example/",
    ],
)
def test_f08_other_schemes_are_refused(url: str) -> None:
    with pytest.raises(NoWebAddress, match="begins with http"):
        parse(url, PORTS)


@pytest.mark.parametrize(
    ("text", "url", "host"),
    [
        (" https://News.Example/Story?id=1#top ", "https://news.example/Story?id=1", "news.example"),
        ("http://bücher.example/ä?q=ö", "http://xn--bcher-kva.example/%C3%A4?q=%C3%B6", "xn--bcher-kva.example"),
        ("http://news.example.", "http://news.example./", "news.example"),
        ("http://news.example:80/", "http://news.example/", "news.example"),
        ("http://8.8.8.8/", "http://8.8.8.8/", "8.8.8.8"),
        ("http://[2606:4700::1111]/", "http://[2606:4700::1111]/", "2606:4700::1111"),
        ("https://t.co/abc", "https://t.co/abc", "t.co"),
    ],
)
def test_a_plain_address_is_read(text: str, url: str, host: str) -> None:
    address = parse(text, PORTS)
    assert (address.url.rstrip("/"), address.host) == (url.rstrip("/"), host)


def test_reading_takes_no_time_whatever_is_sent() -> None:
    for filler in (".", "0.", "a.", "a", "-", "@", "[", ":", "0x", "a.local"):
        started = time.perf_counter()
        for start in ("http://", "http://a.", "http://1."):
            try:
                parse(f"{start}{filler * (2_000 // len(filler))}/", PORTS)
            except NoWebAddress:
                continue
        is_inside_name(filler * 100_000)
        assert time.perf_counter() - started < 0.5, filler


@pytest.mark.parametrize(
    "location",
    [
        "file:///etc/passwd",
        "gopher://news.example/",
        "data:text/html,x",
        "http://[",
        "\\\\a",
        "",
        "/a b",
        "/a\tb",
        "http://good@news.example/",
        "http://news.example:22/",
        "http://2130706433/",
    ],
)
def test_f06_a_redirect_is_read_as_strictly(location: str) -> None:
    with pytest.raises(NoWebAddress):
        web_addresses.follow(parse("http://news.example/", PORTS), location, PORTS)


@pytest.mark.parametrize(
    ("location", "url"),
    [
        ("/b", "http://news.example/b"),
        ("c?d=1", "http://news.example/a/c?d=1"),
        ("//other.example/x", "http://other.example/x"),
        ("https://other.example", "https://other.example/"),
    ],
)
def test_a_redirect_may_be_relative(location: str, url: str) -> None:
    followed = web_addresses.follow(parse("http://news.example/a/b", PORTS), location, PORTS)
    assert followed.url.rstrip("/") == url.rstrip("/")
