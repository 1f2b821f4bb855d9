"""Bad input: text that no database can hold, bodies without end, fields over their limits, values without meaning."""

import io
import json
from urllib.parse import quote

import pytest
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from annotator.services.ingest import TEXT_LIMIT
from annotator.storage.articles import Article
from annotator.storage.people import SignInAttempt
from annotator.storage.verdicts import Verdict
from tests.desk import Reader
from tests.web.conftest import House

FORM_TYPE = "application/x-www-form-urlencoded"
BAD_BYTES = ["%00", "%ED%A0%80", "%C0%80", "%FF", "%F8%88%80%80%80", "%EF%BF%BF", "%F4%90%80%80", "%u0000", "%"]
"""NUL, a lone surrogate, an overlong form, bytes of nothing, a noncharacter, a code point past the last, no code."""


def raw(browser: Reader, path: str, body: str | bytes, kind: str = FORM_TYPE, **headers: str) -> TestResponse:
    """Send a body byte by byte as it is, with the token in the header."""
    return browser.client.post(path, data=body, content_type=kind, headers={"X-CSRFToken": browser.token(), **headers})


def stored(house: House) -> list[int]:
    with house.desk.inside(writes=False) as session:
        tables = (Verdict, Article, SignInAttempt)
        return [session.scalars(select(func.count()).select_from(table)).one() for table in tables]


@pytest.mark.parametrize("code", BAD_BYTES)
def test_bytes_that_are_no_text_break_no_page(house: House, code: str) -> None:
    browser = house.browser("manager")
    for path in (f"/{code}", f"/projects/{code}/export", f"/sign-in/link/{code}", f"/static/{code}",
                 f"/static/fonts/{code}",
                 f"/keys?{code}=1", f"/keys?x=1&x={code}", f"/sign-in?next=/{code}", f"/articles/1{code}"):  # fmt: skip
        assert browser.get(path).status_code in {200, 303, 400, 404}, path
    if code == "%00":
        assert browser.get(f"/keys?x=1&x={code}").status_code == 400, "also in a value that comes second"
        assert browser.get(f"/keys?{code}=1").status_code == 400


@pytest.mark.parametrize("code", BAD_BYTES)
def test_bytes_that_are_no_text_break_no_form(house: House, code: str) -> None:
    manager, before = house.browser("manager"), stored(house)
    claim = house.claims[3]
    verdict = f"client_key=bad-bytes-{quote(code)}&revision=0&label="
    for path, body in (
        (f"/claims/{claim}/verdicts", f"{verdict}{code}"),
        (f"/claims/{claim}/verdicts", f"client_key=key{code}&revision=0&label=nothing"),
        (f"/claims/{claim}/verdicts", f"{verdict}sourced&revision={code}&revision=0&word={code}"),
        (f"/articles/{house.article}/undo", f"client_key={code}"),
        ("/projects/news/articles/new", f"text=&title={code}&language={code}&published_on={code}&url={code}"),
        ("/account", f"old={code}&new={code}"),
        ("/preferences", f"{code}=1&theme={code}&back={code}"),
    ):
        answer = raw(manager, path, body)
        assert answer.status_code in {303, 400, 409, 422}, (path, body)
        assert answer.status_code == 400 or code != "%00", "NUL is refused at the gate"
    assert stored(house)[:2] == before[:2]


def test_a_lone_surrogate_cannot_come_in_through_any_encoding(house: House) -> None:
    browser = house.browser("manager")
    for title in (b"\xed\xa0\x80", b"%ED%A0%BD%ED%B8%80", b"%ED%A0%80", b"\\ud800"):
        body = b"language=en&text=With+" + title + b"&title=" + title
        assert raw(browser, "/projects/news/articles/new", body).status_code in {303, 422}
    with house.desk.inside(writes=False) as session:
        titles = "".join(session.scalars(select(Article.title)))
        assert not [letter for letter in titles if "\ud800" <= letter <= "\udfff"]


@pytest.mark.parametrize(
    "kind",
    ["application/json", "text/plain", "application/xml", "application/octet-stream", "application/vnd.api+json",
     "APPLICATION/JSON; charset=utf-8", "x", "/", "application/x-www-form-urlencoded+json", "multipart/mixed"],
)  # fmt: skip
def test_a_body_that_is_no_form_is_refused(house: House, kind: str) -> None:
    browser, path = house.browser("reviewer"), f"/claims/{house.claims[3]}/verdicts"
    for body in (json.dumps({"label": "sourced", "revision": 0}), "[" * 100_000, '{"a": NaN}', "1" * 5000, ""):
        for headers in ({}, {"X-CSRFToken": browser.token()}):
            assert browser.client.post(path, data=body, content_type=kind, headers=headers).status_code == 415


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("multipart/form-data", b"--x\r\n\r\n"), ("multipart/form-data; boundary=", b"--\r\n"),
        ("multipart/form-data; boundary=x", b'--x\r\nContent-Disposition: form-data; name="label"\r\n\r\nhalf'),
        ("multipart/form-data; boundary=x", b"--x\r\n" + b"A: b\r\n" * 50_000),
        ("multipart/form-data; boundary=" + "x" * 5000, b"--"),
        ("multipart/form-data; boundary=x", b"\r" * 200_000), ("multipart/form-data; boundary=x", b"\n--" * 100_000),
        ("multipart/form-data; boundary=x",
        b'--x\r\nContent-Disposition: form-data; name="label"; filename="../x"\r\n\r\na\r\n--x--'),
        ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data\r\n\r\na\r\n--x--"),
        (FORM_TYPE + "; charset=utf-7", b"label=+AGE-"), (FORM_TYPE + "; charset=nonsense", b"label=x"),
        (FORM_TYPE, b"&" * 100_000),
        (FORM_TYPE, b"=&=&=&="), (FORM_TYPE, b"%" * 100_000), (FORM_TYPE, b"label[a][b]=1&label[]=2&__proto__=3"),
        ("", b"label=sourced"),
    ],
)  # fmt: skip
def test_a_broken_form_is_a_form_without_fields(house: House, kind: str, body: bytes) -> None:
    browser = house.browser("reviewer")
    answer = browser.client.post(
        f"/claims/{house.claims[3]}/verdicts", data=body, headers={"X-CSRFToken": browser.token(), "Content-Type": kind}
    )
    assert answer.status_code in {400, 413, 422}


def test_a_file_where_text_is_expected_is_not_read(house: House) -> None:
    browser = house.browser("manager")
    form = {"text": (io.BytesIO(b"An article."), "../../x.txt"), "title": "T", "language": "en"}
    answer = browser.post("/projects/news/articles/new", form, content_type="multipart/form-data")
    assert answer.status_code == 422


def test_more_parts_than_a_form_can_have_are_refused(house: House) -> None:
    browser = house.browser("reviewer")
    fields = {f"field{number}": "x" for number in range(3000)}
    answer = browser.post(f"/claims/{house.claims[3]}/verdicts", fields, content_type="multipart/form-data")
    assert answer.status_code == 413


@pytest.mark.parametrize(
    ("kind", "body"),
    [(FORM_TYPE, b"language=en&text="), (FORM_TYPE, b"x="),
     ("multipart/form-data; boundary=b", b'--b\r\nContent-Disposition: form-data; name="text"\r\n\r\n')],
)  # fmt: skip
def test_an_endless_field_is_refused_in_both_forms(house: House, kind: str, body: bytes) -> None:
    answer = raw(house.browser("manager"), "/projects/news/articles/new", body + b"x" * 6_400_000, kind)
    assert answer.status_code == 413
    assert "6 MB" in answer.text


def test_a_field_with_an_endless_name_is_refused(house: House) -> None:
    assert house.browser("reviewer").post("/preferences", {"x" * 1_000_000: "1"}).status_code == 400


def test_a_body_that_lies_about_its_length_is_no_bug(house: House) -> None:
    browser = house.browser("reviewer")
    for length in ("-1", "abc", "99999999999999999999", "0", "5", "1e3", ""):
        lie = {"CONTENT_LENGTH": length}
        answer = browser.client.post("/preferences", data=b"theme=dark", content_type=FORM_TYPE, environ_overrides=lie)
        assert answer.status_code in {400, 413}, length


VERDICT_LIMITS = {"source_name": 300, "evidence_url": 2000, "note": 5000}
ARTICLE_LIMITS = {"title": 500, "outlet": 200, "byline": 300, "url": 2000}


def filled(field: str, length: int) -> str:
    return ("https://example.org/" + "x" * length)[:length] if "url" in field else "é" * length


@pytest.mark.parametrize(("field", "limit"), VERDICT_LIMITS.items())
def test_a_field_of_a_verdict_over_its_limit_gets_the_limit(house: House, field: str, limit: int) -> None:
    browser, path = house.browser("adjudicator"), f"/claims/{house.claims[2]}/verdicts"
    form = {"client_key": f"limits-of-{field}", "revision": "0", "label": "sourced"}
    over = browser.post(path, form | {field: filled(field, limit + 1)})
    assert over.status_code == 422
    assert f"at most {limit} characters" in over.text
    document = browser.post(path, form | {field: filled(field, limit + 1)}, headers={"Accept": "application/json"})
    assert document.json is not None
    assert list(document.json["errors"]) == [field]
    revision = revision_of(house, "adjudicator", house.claims[2])
    fits = browser.post(path, form | {"revision": str(revision), field: filled(field, limit)})
    assert fits.status_code == 303


def revision_of(house: House, role: str, claim: int) -> int:
    with house.desk.inside(writes=False) as session:
        reviewer = house.people[role].id
        query = (
            select(func.count()).select_from(Verdict).where(Verdict.claim_id == claim, Verdict.reviewer_id == reviewer)
        )
        return session.scalars(query).one()


@pytest.mark.parametrize(("field", "limit"), ARTICLE_LIMITS.items())
def test_a_field_of_an_article_over_its_limit_gets_the_limit(house: House, field: str, limit: int) -> None:
    browser, form = house.browser("manager"), {"text": f"An article about {field}.", "language": "en"}
    over = browser.post("/projects/news/articles/new", form | {field: filled(field, limit + 1)})
    assert over.status_code == 422
    assert f"at most {limit} characters" in over.text
    assert browser.post("/projects/news/articles/new", form | {field: filled(field, limit)}).status_code == 303


@pytest.mark.parametrize(
    ("unit", "count", "status"),
    [("word ", TEXT_LIMIT // 5, 303), ("x", TEXT_LIMIT, 303), ("x", TEXT_LIMIT + 1, 422), ("line\n", 2000, 303),
    ("\n", 1000, 422),
     (" \u00a0\u2003", 100, 422), ("", 0, 422), ("\u200b", 3, 422), ("é", 500_000, 303)],
)  # fmt: skip
def test_texts_at_the_edges_are_taken_or_refused_with_a_reason(
    house: House, unit: str, count: int, status: int
) -> None:
    answer = house.browser("manager").post(
        "/projects/news/articles/new", {"text": unit * count, "language": "en", "title": "T"}
    )
    assert answer.status_code == status
    if status == 422:
        assert 'id="text-error"' in answer.text
