"""What other sites, other hosts and line breaks can try (groups C and D): nothing gets in by a cookie alone."""

import socket
from pathlib import Path

import pytest
from sqlalchemy import func, select

from annotator.domain.roles import Role
from annotator.services import accounts
from annotator.storage.people import SignInSession
from annotator.storage.verdicts import Verdict
from benchmarks.newsroom import furnish
from benchmarks.server import Server
from tests.desk import Desk, Somebody

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

BODIES = [
    ("application/json", b'{"label": "sourced", "revision": 0, "client_key": "key-of-elsewhere"}'),
    ("text/plain", b'{"label": "sourced", "revision": 0, "client_key": "key-of-elsewhere"}'),
    ("text/plain;charset=UTF-8", b"label=sourced&revision=0&client_key=key-of-elsewhere"),
    ("application/x-www-form-urlencoded", b"label=sourced&revision=0&client_key=key-of-elsewhere"),
    ("application/csp-report", b"{}"),
]
"""What a page of another site can send, with the cookie that a browser adds."""


@pytest.fixture
def member(desk: Desk) -> Somebody:
    project = desk.project()
    desk.article(project)
    return desk.member(project)


@on_sqlite
@pytest.mark.parametrize(("kind", "body"), BODIES)
@pytest.mark.parametrize("bearer", [False, True])
def test_c02_a_cookie_alone_changes_nothing_whatever_the_body_is_called(
    desk: Desk, member: Somebody, kind: str, body: bytes, *, bearer: bool
) -> None:
    headers = {"Accept": "application/json", "Origin": "https://evil.example"}
    if bearer:
        headers["Authorization"] = "Bearer made-up"
    answer = desk.reader(member).client.post("/claims/1/verdicts", data=body, content_type=kind, headers=headers)
    assert answer.status_code in {400, 415}
    with desk.inside(writes=False) as session:
        assert session.scalar(select(func.count()).select_from(Verdict)) == 0


@on_sqlite
def test_c02_a_bearer_token_is_nobody(desk: Desk, member: Somebody) -> None:
    headers = {"Accept": "application/json", "Authorization": f"Bearer {member.link_token}"}
    assert desk.anonymous().get("/account", headers=headers).status_code == 401


@on_sqlite
def test_c03_nobody_is_signed_in_or_out_from_elsewhere(desk: Desk, member: Somebody) -> None:
    victim = desk.anonymous()
    form = {"name": member.name, "password": member.password}
    assert victim.client.post("/sign-in", data=form).status_code == 400
    assert victim.client.post(f"/sign-in/link/{member.link_token}").status_code == 400
    assert victim.get("/session").json == {"person": None, "csrf": victim.get("/session").json["csrf"]}  # type: ignore[index]
    browser = desk.reader(member)
    assert browser.get("/sign-out").status_code == 405
    assert browser.client.post("/sign-out").status_code == 400
    assert browser.get("/account").status_code == 200
    with desk.inside(writes=False) as session:
        revoked = select(SignInSession).where(SignInSession.revoked_at.is_not(None))
        assert session.scalars(revoked).all() == []


@on_sqlite
def test_c06_links_are_of_the_configured_address_whatever_the_request_asks_for(desk: Desk) -> None:
    project = desk.project()
    manager = desk.reader(desk.member(project, Role.MANAGER))
    desk.app.config["BASE_URL"] = "https://claims.example"
    told = {"Host": "localhost:6666", "X-Forwarded-Host": "evil.example", "Forwarded": "host=evil.example"}
    answer = manager.post("/projects/news/people", {"names": "Ines", "role": "reviewer"}, headers=told)
    assert "https://claims.example/sign-in/invite/" in answer.text
    assert "evil.example" not in answer.text
    assert "localhost:6666/sign-in" not in answer.text


def ask(port: int, *lines: str) -> bytes:
    with socket.create_connection(("127.0.0.1", port), 10) as connection:
        connection.sendall(("\r\n".join([*lines, "Connection: close"]) + "\r\n\r\n").encode())
        answer = b""
        while piece := connection.recv(65536):
            answer += piece
    return answer


@on_sqlite
def test_c06_the_server_takes_one_host_and_its_own(database_url: str, tmp_path: Path) -> None:
    furnish(database_url)
    with Server(tmp_path, database_url) as server:
        port = server.port
        own = f"Host: 127.0.0.1:{port}"
        assert ask(port, "GET /sign-in HTTP/1.1", own).startswith(b"HTTP/1.1 200")
        for lines in (
            ("GET /sign-in HTTP/1.1", "Host: evil.example"),
            ("GET /sign-in HTTP/1.1", own, "Host: evil.example"),
            ("GET /sign-in HTTP/1.1", "Host: evil.example", own),
            ("GET http://evil.example/sign-in HTTP/1.1", "Host: evil.example"),
            ("GET /sign-in HTTP/1.1", f"Host: 127.0.0.1:{port}@evil.example"),
            ("GET /sign-in HTTP/1.1", f"Host: evil.example#127.0.0.1:{port}"),
            ("GET /sign-in HTTP/1.1", "Host: 127.0.0.1:80evil"),
        ):
            answer = ask(port, *lines)
            assert answer.startswith(b"HTTP/1.1 400"), lines
            assert b"evil" not in answer.partition(b"\r\n\r\n")[2], lines
        absolute = ask(port, "GET http://evil.example/sign-in HTTP/1.1", own)
        assert b"evil" not in absolute, "the request line's host is used for nothing"


NAMES = [
    "Ines\r\nBcc: all@paper.example",
    "Ines\nX-Header: 1",
    "Ines\r",
    "Ines\x0b",
    "Ines\u2028Subject: x",
    "Ines\x85",
]


@on_sqlite
@pytest.mark.parametrize("name", NAMES)
def test_d10_no_name_holds_a_line_break(desk: Desk, name: str) -> None:
    with desk.inside(), pytest.raises(accounts.NotAccepted):
        accounts.add_person(f"{name}x")
    with desk.inside(), pytest.raises(accounts.NotAccepted):
        accounts.add_person("plain", f"{name}x")


@on_sqlite
def test_d10_no_header_of_a_file_holds_a_line_break(desk: Desk, member: Somebody) -> None:
    title = "Report\r\nSet-Cookie: evil=1"
    article = desk.article(1, "Another text. With claims.", title=title, file_name=title)
    manager = desk.reader(desk.member(1, Role.MANAGER))
    for path in (f"/articles/{article}/original", "/projects/news/export.csv", "/projects/news/log.csv"):
        answer = manager.get(path, buffered=True)
        assert answer.status_code == 200
        assert "evil" not in str(answer.headers.get("Set-Cookie"))
        assert not set("\r\n") & set(answer.headers["Content-Disposition"])
