"""Static files: addresses that carry a version, what may be kept, conditional and partial requests, modules."""

import gzip
import re
from pathlib import Path

import pytest
from flask import url_for
from werkzeug.test import TestResponse

from annotator import paths
from annotator.web import scripts
from annotator.web.scripts import lean_script, lean_style
from annotator.web.static_files import KINDS, StaticFiles, installed_fonts
from tests.web.conftest import House

PACKED = {"Accept-Encoding": "gzip, deflate, br, zstd"}
FOR_EVER = "public, max-age=31536000, immutable"
NAMES = sorted(path.name for path in paths.static().iterdir() if path.suffix in KINDS)


def address(house: House, name: str) -> str:
    with house.desk.app.test_request_context():
        return url_for("static", filename=name)


def fetch(house: House, path: str, method: str = "GET", **headers: str) -> TestResponse:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return house.browser("anonymous").client.open(path, method=method, headers=named, buffered=True)


def as_sent(name: str) -> bytes:
    """Return a file of the folder as it should be sent."""
    text = (paths.static() / name).read_text("utf-8")
    return (lean_style(text) if name.endswith(".css") else lean_script(text)).encode()


def test_an_address_carries_the_version_and_may_be_kept_for_ever(house: House) -> None:
    path = address(house, "annotator.css")
    assert re.fullmatch(r"/static/[0-9a-f]{12}/annotator\.css", path)
    answer = fetch(house, path)
    assert answer.headers["Cache-Control"] == FOR_EVER
    assert answer.data == as_sent("annotator.css")
    assert "Set-Cookie" not in answer.headers
    assert answer.headers["Vary"] == "Accept-Encoding"


@pytest.mark.parametrize("place", ["/static/0123456789ab/", "/static/"])
def test_under_another_version_or_none_it_is_asked_for_each_time(house: House, place: str) -> None:
    answer = fetch(house, f"{place}annotator.css")
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "public, no-cache")
    assert answer.data == as_sent("annotator.css")
    again = fetch(house, f"{place}annotator.css", If_None_Match=answer.headers["ETag"])
    assert (again.status_code, again.data) == (304, b"")


@pytest.mark.parametrize("name", [*NAMES, "pages/site.js", "pages/annotate.js", *installed_fonts()])
def test_every_file_compressed_is_the_file(house: House, name: str) -> None:
    path = address(house, name)
    plain, packed = fetch(house, path), fetch(house, path, **PACKED)
    assert (plain.status_code, packed.status_code) == (200, 200)
    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == plain.data
    assert len(packed.data) < len(plain.data)
    assert int(packed.headers["Content-Length"]) == len(packed.data)
    assert packed.headers["Content-Type"] == plain.headers["Content-Type"]
    assert packed.headers["ETag"] != plain.headers["ETag"], "these are different bytes"
    assert packed.headers["Vary"] == plain.headers["Vary"] == "Accept-Encoding"


def test_a_file_is_compressed_once(house: House) -> None:
    files = house.desk.app.extensions["static"].files
    fetch(house, address(house, "annotator.css"), **PACKED)
    kept = files["annotator.css"].gzipped
    assert fetch(house, address(house, "annotator.css"), **PACKED).data == kept
    assert files["annotator.css"].gzipped is kept


@pytest.mark.parametrize("headers", [{}, PACKED], ids=["plain", "gzip"])
def test_what_a_browser_has_is_not_sent_again(house: House, headers: dict[str, str]) -> None:
    path = address(house, "site.js")
    first = fetch(house, path, **headers)
    again = fetch(house, path, If_None_Match=first.headers["ETag"], **headers)
    assert (again.status_code, again.data) == (304, b"")
    for name in ("ETag", "Cache-Control", "Vary"):
        assert again.headers[name] == first.headers[name]
    other = fetch(house, path, If_None_Match='"something else"', **headers)
    assert (other.status_code, other.data) == (200, first.data)


def test_a_tag_of_one_encoding_does_not_stand_for_the_other(house: House) -> None:
    path = address(house, "site.js")
    packed = fetch(house, path, **PACKED).headers["ETag"]
    assert fetch(house, path, If_None_Match=packed).status_code == 200


@pytest.mark.parametrize("headers", [{}, PACKED], ids=["plain", "gzip"])
def test_the_head_has_the_same_headers(house: House, headers: dict[str, str]) -> None:
    path = address(house, "annotate.js")
    whole, head = fetch(house, path, **headers), fetch(house, path, "HEAD", **headers)
    assert head.data == b""
    for name in ("Content-Length", "Content-Encoding", "ETag", "Cache-Control", "Content-Type", "Vary"):
        assert head.headers.get(name) == whole.headers.get(name), name


@pytest.mark.parametrize("headers", [{}, PACKED], ids=["plain", "gzip"])
def test_a_range_is_one_of_the_bytes_that_would_be_sent(house: House, headers: dict[str, str]) -> None:
    path = address(house, "annotator.css")
    whole = fetch(house, path, **headers)
    part = fetch(house, path, Range="bytes=100-299", If_Range=whole.headers["ETag"], **headers)
    assert (part.status_code, part.data) == (206, whole.data[100:300])
    assert part.headers["Content-Range"] == f"bytes 100-299/{len(whole.data)}"
    assert part.headers.get("Content-Encoding") == whole.headers.get("Content-Encoding")
    changed = fetch(house, path, Range="bytes=100-299", If_Range='"older"', **headers)
    assert (changed.status_code, changed.data) == (200, whole.data)
    assert fetch(house, path, Range="bytes=9999999-", **headers).status_code == 416


@pytest.mark.parametrize(
    ("asked", "packed"),
    [("gzip", True), ("br, gzip;q=0.5", True), ("*", True), ("gzip;q=0", False), ("br, zstd", False),
     ("identity", False), ("", False), ("gzip;q=0, *", False), (";;;,=", False)],
)  # fmt: skip
def test_only_who_takes_gzip_gets_it(house: House, asked: str, packed: bool) -> None:
    answer = fetch(house, address(house, "annotator.css"), Accept_Encoding=asked)
    assert (answer.status_code, answer.headers.get("Content-Encoding")) == (200, "gzip" if packed else None)


def test_the_version_is_one_of_contents(tmp_path: Path) -> None:
    (tmp_path / "a.css").write_text("a {}")
    (tmp_path / "b.js").write_text("")
    first, again = StaticFiles(tmp_path).version, StaticFiles(tmp_path).version
    assert first == again
    (tmp_path / "a.css").write_text("b {}")
    second = StaticFiles(tmp_path).version
    (tmp_path / "a.css").rename(tmp_path / "c.css")
    assert len({first, second, StaticFiles(tmp_path).version}) == 3


def test_only_known_kinds_of_files_are_there(tmp_path: Path) -> None:
    for name in ("a.css", "a.css~", ".b.js.swp", "c.py", "d"):
        (tmp_path / name).touch()
    assert [name for name in StaticFiles(tmp_path).files if not name.startswith("fonts/")] == ["a.css"]


def test_a_page_asks_for_one_script_and_for_nothing_without_a_version(house: House) -> None:
    start = f"/static/{house.desk.app.extensions['static'].version}/"
    for path, script in ((f"/articles/{house.article}/claims/1", "annotate.js"), ("/keys", "site.js")):
        page = house.browser("reviewer").get(path).text
        asked = re.findall(r'<(link|script)\b[^>]*?(?:href|src)="(/[^"]*)"', page)
        assert [place for tag, place in asked if tag == "script"] == [f"{start}pages/{script}"]
        for _tag, place in asked:
            assert place.startswith(start)
            assert fetch(house, place).headers["Cache-Control"] == FOR_EVER


def test_the_version_changes_with_the_way_that_files_are_sent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.css").touch()
    (tmp_path / "scripts.py").write_text("other rules")
    before = StaticFiles(tmp_path).version
    monkeypatch.setattr(scripts, "__file__", str(tmp_path / "scripts.py"))
    assert StaticFiles(tmp_path).version != before


def test_style_sheets_and_scripts_name_files_by_relative_addresses(house: House) -> None:
    files = house.desk.app.extensions["static"].files
    for name in NAMES:
        text = (paths.static() / name).read_text("utf-8")
        assert "/static/" not in text, name
        for font in re.findall(r"url\(\"?([^)\"]+)", text):
            assert font in files, name


def test_the_icon_is_found_where_browsers_look_for_it(house: House) -> None:
    answer = fetch(house, "/favicon.ico")
    assert (answer.status_code, answer.mimetype) == (200, "image/svg+xml")
    assert answer.headers["Cache-Control"] == "public, max-age=86400"
