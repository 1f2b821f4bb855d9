"""Files through the form: what is taken, what is refused with its name, and what nobody may send at all."""

import io
import re
import zipfile
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

import pytest
from sqlalchemy import func, select
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from annotator.domain.roles import Role
from annotator.services import work
from annotator.services.import_sources import MEGABYTE
from annotator.storage.articles import Article
from annotator.storage.jobs import Job, JobItem, Upload
from annotator.web import uploads
from tests.desk import TEXT, Desk, Reader
from tests.web.conftest import House

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

PAGE = "/projects/news/imports/files"
WEB_PAGE = (
    b"<!doctype html><html lang='en'><head><title>Wharf</title></head><body><article><h1>Wharf shut</h1>"
    + b"<p>The wharf is shut today, the port authority said on Monday. Nobody knows for how long it will be.</p>" * 3
    + b"</article></body></html>"
)
BOUNDARY = "----a-boundary-of-the-tests"


@pytest.fixture
def manager(desk: Desk) -> Reader:
    desk.article(desk.project("noise"), TEXT)
    return desk.reader(desk.member(desk.project(), Role.MANAGER))


def send(browser: Reader, *files: tuple[str, bytes], **fields: Any) -> TestResponse:
    chosen = [FileStorage(io.BytesIO(content), name) for name, content in files]
    form = {"csrf_token": browser.token(), "files": chosen, **fields}
    boundary, body = encode_multipart(form)
    return browser.client.post(PAGE, data=body, content_type=f"multipart/form-data; boundary={boundary}")


def part(head: str, content: bytes = b"") -> bytes:
    return f"--{BOUNDARY}\r\nContent-Disposition: form-data; {head}\r\n\r\n".encode() + content + b"\r\n"


def send_raw(browser: Reader, parts: Sequence[bytes], path: str = PAGE) -> TestResponse:
    """Send parts byte by byte as they are."""
    body = b"".join([part('name="csrf_token"', browser.token().encode()), *parts, f"--{BOUNDARY}--\r\n".encode()])
    return browser.client.post(path, data=body, content_type=f"multipart/form-data; boundary={BOUNDARY}")


def run(desk: Desk) -> None:
    with desk.app.app_context():
        work.run_all()


def stored(desk: Desk) -> list[int]:
    with desk.inside(writes=False) as session:
        return [session.scalars(select(func.count()).select_from(table)).one() for table in (Article, Job, Upload)]


def items(desk: Desk) -> list[tuple[str, str]]:
    with desk.inside(writes=False) as session:
        return [(item.name, item.result) for item in session.scalars(select(JobItem).order_by(JobItem.position))]


def test_files_become_articles_and_the_page_says_what_became_of_each(desk: Desk, manager: Reader) -> None:
    answer = send(
        manager,
        ("bridge.txt", TEXT.encode()),
        ("same.md", TEXT.encode()),
        ("wharf.html", WEB_PAGE),
        outlet="The Vellmar Post",
        language="en",
    )
    assert answer.status_code == 303
    assert re.fullmatch(r"/projects/news/imports/\d+", answer.headers["Location"])
    run(desk)
    assert items(desk) == [("bridge.txt", "added"), ("same.md", "duplicate"), ("wharf.html", "added")]
    page = manager.get(answer.headers["Location"]).text
    assert "Bridge closed after inspection" in page
    assert page.index("bridge.txt") < page.index("same.md") < page.index("wharf.html")
    with desk.inside(writes=False) as session:
        article = session.scalars(select(Article).where(Article.file_name == "bridge.txt")).one()
        assert (article.outlet, article.language, article.project.slug) == ("The Vellmar Post", "en", "news")


@on_sqlite
def test_a_zip_is_taken_apart(desk: Desk, manager: Reader) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("one.txt", "The first text of the archive.")
        archive.writestr("two.txt", "")
    assert send(manager, ("both.zip", buffer.getvalue())).status_code == 303
    run(desk)
    assert [result for _name, result in items(desk)] == ["added", "refused"]


@on_sqlite
def test_if_one_file_cannot_be_taken_none_is_and_each_has_its_reason(desk: Desk, manager: Reader) -> None:
    before = stored(desk)
    answer = send(manager, ("good.txt", b"A fine text."), ("empty.txt", b""), ("program.exe", b"MZ"), outlet="Kept")
    assert answer.status_code == 422
    assert stored(desk) == before
    assert "empty.txt" in answer.text
    assert "program.exe" in answer.text
    assert "It is empty." in answer.text
    assert "good.txt" not in answer.text
    assert 'value="Kept"' in answer.text


@on_sqlite
def test_no_file_at_all_is_said(desk: Desk, manager: Reader) -> None:
    for answer in (
        manager.post(PAGE, content_type="multipart/form-data"),
        manager.post(PAGE),
        send(manager, ("", b"")),
    ):
        assert answer.status_code == 422
        assert "Choose at least one file." in answer.text
    assert stored(desk)[1:] == [0, 0]


@on_sqlite
def test_g01_a_body_over_the_limit_is_413_and_names_the_limit(
    manager: Reader, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "REQUEST_LIMIT", 2 * MEGABYTE)
    answer = send(manager, ("long.txt", b"x" * (2 * MEGABYTE)))
    assert answer.status_code == 413
    assert "2 MB can be sent at once" in answer.text
    assert stored(desk)[1:] == [0, 0]


@on_sqlite
def test_g01_the_limit_holds_without_a_length_and_with_a_false_one(manager: Reader, desk: Desk) -> None:
    lie = {"CONTENT_LENGTH": str(uploads.REQUEST_LIMIT + 1)}
    kind = f"multipart/form-data; boundary={BOUNDARY}"
    assert manager.client.post(PAGE, data=b"", content_type=kind, environ_overrides=lie).status_code == 413
    for length in ("-1", "abc", "1e3", ""):
        odd = manager.client.post(PAGE, data=b"x", content_type=kind, environ_overrides={"CONTENT_LENGTH": length})
        assert odd.status_code in {400, 413}
    assert stored(desk)[1:] == [0, 0]


@on_sqlite
def test_g01_one_file_over_its_limit_is_refused_by_name(
    manager: Reader, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "FILE_LIMIT", MEGABYTE)
    answer = send(manager, ("long.txt", b"x" * (MEGABYTE + 1)), ("short.txt", b"A text."))
    assert answer.status_code == 422
    assert "long.txt" in answer.text
    assert "It is larger than 1 MB." in answer.text
    assert stored(desk)[1:] == [0, 0]


@on_sqlite
def test_g01_ten_megabytes_pass_this_door_and_no_other(manager: Reader, desk: Desk) -> None:
    long = part('name="files"; filename="long.txt"', b"A long text of many words. " * 400_000)
    assert len(long) > 10_000_000
    assert send_raw(manager, [long]).status_code == 303
    other = send_raw(manager, [long], "/projects/news/articles/new")
    assert other.status_code == 413
    assert "6 MB" in other.text


@on_sqlite
def test_g01_ten_thousand_parts_are_413(manager: Reader, desk: Desk) -> None:
    parts = [part(f'name="files"; filename="{number}.txt"', b"A text.") for number in range(10_000)]
    answer = send_raw(manager, parts)
    assert answer.status_code == 413
    assert "At most 200 files" in answer.text
    assert stored(desk)[1:] == [0, 0]


@on_sqlite
def test_g01_two_hundred_files_fit_and_one_more_does_not(manager: Reader, desk: Desk) -> None:
    files = [(f"{number}.txt", f"Text number {number}.".encode()) for number in range(uploads.MAX_FILES + 1)]
    refused = send(manager, *files)
    assert refused.status_code == 422
    assert "At most 200 files" in refused.text
    assert send(manager, *files[1:]).status_code == 303
    run(desk)
    assert len(items(desk)) == uploads.MAX_FILES


@on_sqlite
@pytest.mark.parametrize("head", ['name="{name}"; filename="a.txt"', 'name="{name}"'])
def test_g01_a_megabyte_of_field_name_is_refused(manager: Reader, desk: Desk, head: str) -> None:
    answer = send_raw(manager, [part(head.format(name="x" * 1_000_000), b"A text.")])
    assert answer.status_code in {400, 413}
    assert stored(desk)[1:] == [0, 0]


@on_sqlite
@pytest.mark.parametrize(
    ("head", "content"),
    [
        ('name="files"', b"A text."), ('name="files"; filename=""', b"A text."), ('name="files"; filename', b"A text."),
        ('name="files"; filename="."', b"A text."), ('name="files"; filename="/"', b"A text."),
        ('name="files"; filename="a.txt"', b""), ('name="files"; filename="  "', b"A text."),
    ],
)  # fmt: skip
def test_g01_a_part_without_a_file_name_or_without_bytes_is_refused(
    manager: Reader, desk: Desk, head: str, content: bytes
) -> None:
    assert send_raw(manager, [part(head, content)]).status_code in {400, 422}
    assert stored(desk)[1:] == [0, 0]


@on_sqlite
def test_g01_who_may_not_add_articles_is_turned_away_before_the_body_is_read(desk: Desk, manager: Reader) -> None:
    class Untouchable(io.RawIOBase):
        def readinto(self, _into: Any) -> int:
            raise AssertionError("the body was read")

    reviewer, stranger = desk.member(2), desk.member(desk.project("else"), Role.MANAGER)
    expected = {desk.anonymous(): 401, desk.reader(reviewer): 403, desk.reader(stranger): 404}
    for browser, status in expected.items():
        answer = browser.client.post(
            PAGE,
            content_type=f"multipart/form-data; boundary={BOUNDARY}",
            headers={"Accept": "application/json"},
            environ_overrides={"CONTENT_LENGTH": str(90 * MEGABYTE), "wsgi.input": Untouchable()},
        )
        assert answer.status_code == status


MISMATCHES = {
    "page.txt": b"<!doctype html><html><body><p>A page.</p></body></html>",
    "paper.txt": b"%PDF-1.7\n1 0 obj",
    "report.pdf.txt": b"%PDF-1.7\n1 0 obj",
    "text.pdf": b"Only words.",
    "text.docx": b"Only words.",
    "text.zip": b"Only words.",
    "photo.html": b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
    "archive.csv": b"PK\x03\x04\x14\0\0\0\0\0",
    "macro.docm": b"PK\x03\x04\x14\0\0\0\0\0",
    "script.html.exe": b"<!doctype html><p>A page.</p>",
    "sheet.xlsx": b"PK\x03\x04\x14\0\0\0\0\0xl/workbook.xml",
    "old.doc": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
}


@on_sqlite
@pytest.mark.parametrize("name", MISMATCHES)
def test_g04_a_name_that_lies_about_its_content_is_refused(manager: Reader, desk: Desk, name: str) -> None:
    answer = send(manager, (name, MISMATCHES[name]))
    assert answer.status_code == 422
    assert name in answer.text
    assert stored(desk)[1:] == [0, 0]


NAMES = {
    "../../x.txt": "x.txt",
    "..\\x.txt": "x.txt",
    "/etc/x.txt": "x.txt",
    "C:\\x.txt": "x.txt",
    "CON.txt": "CON.txt",
    "NUL.txt": "NUL.txt",
    "-rf.txt": "-rf.txt",
    ".hidden.txt": ".hidden.txt",
    "\u202etxt.exe.txt": "txt.exe.txt",
    "a\nb.txt": "a b.txt",
    '"><script>alert(1)</script>.txt': "script>.txt",
    "x" * 300 + ".txt": "x" * 196 + ".txt",
}
"""Names as they are sent, and as they are shown: never a path, never a second line, never markup."""


@on_sqlite
@pytest.mark.parametrize("sent", NAMES)
def test_g05_a_file_name_is_shown_safely_and_is_no_place(manager: Reader, desk: Desk, sent: str) -> None:
    head = f"name=\"files\"; filename*=UTF-8''{quote(sent, safe='')}"
    answer = send_raw(manager, [part(head, b"The text of an article.")])
    assert answer.status_code == 303
    run(desk)
    shown = NAMES[sent]
    assert items(desk) == [(shown, "added")]
    page = manager.get(answer.headers["Location"]).text
    assert "<script>alert" not in page
    escaped = shown.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    assert f'<bdi class="file-name">{escaped}</bdi>' in page
    with desk.inside(writes=False) as session:
        assert session.scalars(select(Article.file_name).order_by(Article.id.desc())).first() == shown


@on_sqlite
@pytest.mark.parametrize("head", ["filename*=UTF-8''a%00b.txt", 'filename="a\0b.txt"'])
def test_g05_a_nul_in_a_file_name_is_refused(manager: Reader, desk: Desk, head: str) -> None:
    assert send_raw(manager, [part(f'name="files"; {head}', b"A text.")]).status_code in {400, 422}
    assert stored(desk)[1:] == [0, 0]


def bad_contents() -> dict[str, bytes]:
    return {
        "e04-nul.txt": b"A text with a NUL\0 in it.",
        "e05-surrogate.txt": b"Half of a pair \xed\xa0\x80 and more.",
        "e08-blanks.txt": b" \r\n\t\n ",
        "e08-invisible.txt": "\u200b\u00a0\n".encode(),
    }


@on_sqlite
def test_e04_e05_e08_texts_that_cannot_be_stored_are_refused_by_name_and_the_rest_is_in(
    manager: Reader, desk: Desk
) -> None:
    bad = bad_contents()
    answer = send(manager, *bad.items(), ("good.txt", TEXT.encode()))
    if answer.status_code == 422:
        assert all(name in answer.text for name in bad)
        return
    run(desk)
    found = dict(items(desk))
    assert found.pop("good.txt") == "added"
    for name, result in found.items():
        assert result == "refused" or name == "e05-surrogate.txt", name
    with desk.inside(writes=False) as session:
        for text in session.scalars(select(Article.text)):
            assert "\0" not in text
            assert not any("\ud800" <= letter <= "\udfff" for letter in text)


@on_sqlite
def test_e08_a_word_of_two_megabytes_and_a_hundred_thousand_lines_have_their_answer(
    manager: Reader, desk: Desk
) -> None:
    files = [("word.txt", b"x" * 2_000_000), ("lines.txt", b"A line.\n" * 100_000), ("fits.txt", b"word " * 100_000)]
    assert send(manager, *files).status_code == 303
    run(desk)
    assert dict(items(desk)) == {"word.txt": "refused", "lines.txt": "refused", "fits.txt": "added"}
    with desk.inside(writes=False) as session:
        messages = list(session.scalars(select(JobItem.message).where(JobItem.result == "refused")))
    assert all(re.search(r"\d", message) for message in messages), "each names its limit"


def test_g06_no_way_leads_from_an_import_to_a_file(house: House) -> None:
    browser = house.browser("manager")
    for path in ("%2e%2e/%2e%2e/etc/passwd", "....//....//etc/passwd", "/etc/passwd", "..%5c..%5cx", "1/../../x",
                 "1%00", "uploads/..%2f1/columns", "uploads/%2e%2e/columns", "uploads/1.txt", "uploads/1"):  # fmt: skip
        answer = browser.get(f"/projects/news/imports/{path}")
        assert answer.status_code in {400, 404}, path
        assert "root:" not in answer.text
