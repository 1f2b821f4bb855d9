"""Compression of pages and JSON: the same bytes, only for whom it is meant, and streams stay streams."""

import gzip
import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from flask import Flask, Response
from itsdangerous import URLSafeTimedSerializer
from werkzeug.test import TestResponse

from annotator.web import compression
from tests.web.conftest import House

PACKED = {"Accept-Encoding": "gzip, deflate, br, zstd"}
CHANGES = re.compile(rb'(name="(?:csrf_token|client_key)" value=)"[^"]+"')


def same(body: bytes) -> bytes:
    """Leave out what is another one in each answer."""
    return CHANGES.sub(rb"\1", body)


def paths_of(house: House) -> list[str]:
    return [
        "/", "/keys", "/account", f"/articles/{house.article}/claims/1", "/projects/news/guidelines",
        "/projects/news/articles", "/projects/news/report", f"/articles/{house.article}/segmentation", "/nothing",
    ]  # fmt: skip


def test_a_page_compressed_is_the_page(house: House) -> None:
    manager = house.browser("manager")
    for path in paths_of(house):
        plain, packed = manager.get(path), manager.get(path, headers=PACKED)
        assert plain.status_code == packed.status_code, path
        assert "Content-Encoding" not in plain.headers
        assert packed.headers["Content-Encoding"] == "gzip", path
        assert same(gzip.decompress(packed.data)) == same(plain.data), path
        assert int(packed.headers["Content-Length"]) == len(packed.data) < len(plain.data)
        for answer in (plain, packed):
            assert set(answer.vary) == {"Accept-Encoding", "Cookie"}, path
            assert answer.headers["Cache-Control"] == "no-store"


def test_the_head_of_a_page_has_its_headers_and_no_body(house: House) -> None:
    manager = house.browser("manager")
    page = manager.get("/projects/news/guidelines", headers=PACKED)
    head = manager.client.head("/projects/news/guidelines", headers=PACKED)
    assert head.data == b""
    for name in ("Content-Encoding", "Content-Type", "Vary", "Cache-Control"):
        assert head.headers[name] == page.headers[name]
    assert abs(int(head.headers["Content-Length"]) - len(page.data)) < 100, "only the tokens differ"


def test_an_answer_to_a_form_is_compressed_too(house: House) -> None:
    reviewer = house.browser("reviewer")
    answer = reviewer.post(f"/claims/{house.claims[0]}/verdicts", {"label": "sourced"}, headers=PACKED)
    assert (answer.status_code, answer.headers["Content-Encoding"]) == (422, "gzip")
    assert b"<!doctype html>" in gzip.decompress(answer.data)


@pytest.mark.parametrize("history", ["", "?history=1"])
@pytest.mark.parametrize("name", ["jsonl", "csv"])
def test_an_export_is_streamed_as_it_is(house: House, name: str, history: str) -> None:
    manager = house.browser("manager")
    answer = manager.client.get(f"/projects/news/export.{name}{history}", headers=PACKED)
    assert answer.is_streamed
    assert "Content-Encoding" not in answer.headers
    assert "Content-Length" not in answer.headers
    assert answer.data == manager.client.get(f"/projects/news/export.{name}{history}").data


@pytest.fixture
def small() -> Flask:
    """Give an application that has nothing but compression, and answers of all kinds."""
    app = Flask("small")
    compression.init_app(app)
    asked: list[int] = []

    def parts() -> Iterator[str]:
        for number in range(3):
            asked.append(number)
            yield "x" * 5000

    def partial() -> Response:
        response = Response("x" * 5000, 206, mimetype="text/html")
        response.headers["Content-Range"] = "bytes 0-4999/90000"
        return response

    app.add_url_rule("/json", "json", lambda: {"words": ["word"] * 1000})
    app.add_url_rule("/short", "short", lambda: "x" * (compression.SMALLEST - 1))
    app.add_url_rule("/long", "long", lambda: "x" * compression.SMALLEST)
    app.add_url_rule("/empty", "empty", lambda: ("", 204))
    app.add_url_rule("/stream", "stream", lambda: Response(parts(), mimetype="text/html"))
    app.add_url_rule("/text", "text", lambda: Response("x" * 5000, mimetype="text/plain"))
    app.add_url_rule("/partial", "partial", partial)
    app.add_url_rule("/done", "done", lambda: Response(b"packed" * 500, headers={"Content-Encoding": "br"}))
    app.extensions["asked"] = asked
    return app


def get(app: Flask, path: str) -> TestResponse:
    return app.test_client().get(path, headers=PACKED)


@pytest.mark.parametrize("path", ["/json", "/long"])
def test_what_is_worth_it_is_compressed(small: Flask, path: str) -> None:
    packed, plain = get(small, path), small.test_client().get(path)
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == plain.data
    assert packed.headers["Vary"] == plain.headers["Vary"] == "Accept-Encoding"


@pytest.mark.parametrize("path", ["/short", "/empty", "/text", "/partial", "/done"])
def test_what_is_not_stays_as_it_is(small: Flask, path: str) -> None:
    packed, plain = get(small, path), small.test_client().get(path)
    assert packed.data == plain.data
    assert packed.headers.get("Content-Encoding") == plain.headers.get("Content-Encoding")


def test_a_stream_is_not_read_before_it_is_sent(small: Flask) -> None:
    answer = get(small, "/stream")
    assert answer.is_streamed
    assert len(small.extensions["asked"]) <= 1
    assert len(answer.data) == 15_000
    assert "Content-Encoding" not in answer.headers


def test_the_token_of_a_page_changes_so_that_its_length_cannot_be_used_to_guess_it(house: House) -> None:
    browser = house.browser("reviewer")
    with time_machine.travel(1_900_000_000, tick=False) as clock:
        first = browser.token()
        clock.shift(timedelta(seconds=1))
        second = browser.token()
    payloads = {token.split(".")[0] for token in (first, second)}
    assert len(payloads) == 1, "this part stays, and is worth nothing without the signature"
    assert len({token.rpartition(".")[2] for token in (first, second)}) == 2
    forged = URLSafeTimedSerializer("x" * 40, salt="wtf-csrf-token").dumps("x" * 40)
    for token in (payloads.pop(), forged, first.rpartition(".")[0] + "." + second.rpartition(".")[2]):
        answer = browser.client.post("/preferences", data={"csrf_token": token, "theme": "dark"})
        assert answer.status_code == 400
