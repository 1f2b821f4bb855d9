"""Injection: what people type appears on every page as they typed it, and is never markup, template or SQL."""

import re
from html.parser import HTMLParser

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from annotator.domain.roles import Role
from annotator.storage.people import Person
from annotator.storage.projects import Project
from annotator.storage.verdicts import Verdict
from tests.desk import Desk

PAYLOADS = [
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", '"><svg onload=alert(1)>', "'><svg/onload=alert(1)>",
    "</textarea><script>alert(1)</script>", "</title><script>alert(1)</script>", "</script><script>alert(1)</script>",
    "<!--<script>", "--><script>alert(1)</script>", "]]><script>alert(1)</script>", "<svg><animate onbegin=alert(1)>",
    "<math><mglyph><style><img src=x onerror=alert(1)>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<a href=javascript:alert(1)>x</a>", "javascript:alert(1)", "java\tscript:alert(1)", "&#106;avascript:alert(1)",
    "<iframe srcdoc='<script>alert(1)</script>'>", "<button formaction=javascript:alert(1)>",
    "<style>*{color:red}</style>",
    "<template><script>alert(1)</script></template>", "<b><i><u>unclosed", "<plaintext>", "<base href=//evil.example>",
    "<meta http-equiv=refresh content=0;url=//evil.example>", "<link rel=stylesheet href=//evil.example>",
    "<object data=x>",
    "<embed src=x>", "<form action=//evil.example>", "<input autofocus onfocus=alert(1)>",
    "<details open ontoggle=alert(1)>",
    "<video><source onerror=alert(1)>", "&lt;script&gt;alert(1)&lt;/script&gt;",
    "\u2028<script>alert(1)</script>\u2029",
    "＜script＞alert(1)＜/script＞", "<scr\u200bipt>alert(1)</scr\u200bipt>", "{{1337*7}}", "{% raw %}{{ config }}",
    "${1337*7}", "#{1337*7}",
    "{{ ''.__class__.__mro__ }}", "%(number)s", "%s%d%n", "{0}{name}", "<% 1337*7 %>", "' onmouseover='alert(1)",
    '" autofocus onfocus="alert(1)',
    "`onload=alert(1)`", '\\"><script>alert(1)</script>', "<sCrIpT>alert(1)</ScRiPt>", "<script/x>alert(1)</script>",
    "<\x0bscript>alert(1)",
]  # fmt: skip
OURS = """
a abbr article b bdi body br button circle code dd defs details div dl dt em fieldset footer form g h1 h2 h3
h4 head header html i input kbd label legend li line link main meta nav noscript ol option p path polygon
polyline progress rect script section select span strong sub summary sup svg symbol table tbody td text
textarea tfoot th thead time title tr tspan u ul use caption colgroup col del desc figure figcaption hr q small
dialog ins mark optgroup template
"""

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


class Markup(HTMLParser):
    """Reads a page as a browser does, and notes what no page of ours has."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.foreign: list[str] = []
        self.text = ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag not in OURS.split() or (tag == "script" and not str(given.get("src")).startswith("/static/")):
            self.foreign.append(tag)
        if tag == "template" and "id" not in given:
            self.foreign.append(tag)
        for name, value in attrs:
            if name.startswith("on") or name in {"style", "srcdoc", "autofocus", "http-equiv", "xlink:href"}:
                self.foreign.append(f"{tag} {name}")
            if name in {"href", "src", "action", "formaction"} and not re.match(r"/(?!/)|#", value or ""):
                self.foreign.append(f"{tag} {name}={value}")

    def handle_data(self, data: str) -> None:
        self.text += data


def check(answer: TestResponse, payload: str) -> Markup:
    markup = Markup(answer.text)
    assert markup.foreign == [], payload
    assert answer.status_code < 500, payload
    assert not re.search(r"9359|<class", markup.text.replace(payload, "")), payload
    return markup


def several(size: int) -> list[str]:
    """Return the payloads joined, as many in one text as `size`: each page is then looked at once for all of them."""
    return [" ".join(PAYLOADS[start : start + size]) for start in range(0, len(PAYLOADS), size)]


def name_of(payload: str) -> str:
    """Return the payload without what a name may not have."""
    return "".join(letter for letter in payload if letter.isprintable()).strip()


@on_sqlite
def test_what_reviewers_and_articles_say_is_text_on_every_page(desk: Desk) -> None:
    project = desk.project()
    browser, other = desk.reader(desk.member(project, Role.MANAGER)), desk.member(project)
    for number, payload in enumerate(several(4)):
        facts = dict.fromkeys(("title", "outlet", "byline"), payload)
        article = desk.article(project, f"{payload}\n\nOne claim {number}. {payload} is another.", **facts)
        path, claim = f"/articles/{article}/claims/1", desk.claims(article)[0]
        form = {"client_key": f"payload-{number}", "revision": "0", "label": "editorial", "note": payload}
        form["source_name"] = payload
        assert browser.post(f"/claims/{claim}/verdicts", form).status_code == 303
        desk.verdict(other, claim, "sourced", note=payload, source_name=payload)
        shown = check(browser.get(path), payload)
        assert " ".join(payload.split()) in " ".join(shown.text.split())
        again = form | {"client_key": f"conflict-{number}"}
        check(browser.post(f"/claims/{claim}/verdicts", again), payload)
        check(browser.post(f"/claims/{claim}/verdicts", again | {"revision": "x"}), payload)
        check(browser.get(f"/articles/{article}"), payload)
        for page in ("/verdicts", "/projects/news/guidelines"):
            check(browser.get(page, query_string={"q": payload, "said": payload, "article": payload}), payload)
            check(browser.get(page, query_string={"q": "<", "project": payload, "since": payload}), payload)
    for page in (
        "/",
        "/verdicts",
        *(f"/projects/news/{page}" for page in ("articles", "disagreements", "export", "guidelines")),
    ):
        check(browser.get(page), page)


@on_sqlite
def test_names_are_text_on_every_page(desk: Desk) -> None:
    for number, payload in enumerate(several(2)):
        project = desk.project(f"news-{number}", name=name_of(payload))
        browser = desk.reader(desk.member(project, Role.MANAGER, f"{number} {name_of(payload)}"))
        own = f"/projects/news-{number}"
        for path in ("/", "/account", f"{own}/articles/new", f"{own}/disagreements"):
            shown = check(browser.get(path), name_of(payload))
            assert " ".join(name_of(payload).split()) in " ".join(shown.text.split())


@on_sqlite
def test_what_comes_in_the_address_is_not_on_the_page_as_markup(desk: Desk) -> None:
    browser = desk.anonymous()
    for payload in several(3):
        for path in ("/nothing/" + payload, "/projects/" + payload + "/export", "/sign-in/link/" + payload):
            check(browser.client.get("/", environ_overrides={"PATH_INFO": path.encode().decode("latin-1")}), payload)
        check(browser.get("/sign-in", query_string={"next": payload, payload: payload}), payload)
        check(browser.get("/sign-in", query_string={"next": "/" + payload}), payload)


@on_sqlite
def test_what_is_typed_into_the_sign_in_form_comes_back_as_text(desk: Desk) -> None:
    browser = desk.anonymous()
    for number, payload in enumerate(several(4)):
        form, address = {"name": payload, "password": payload, "next": payload}, {"REMOTE_ADDR": f"192.0.2.{number}"}
        answer = browser.post("/sign-in", form, environ_overrides=address)
        assert answer.status_code == 401
        check(answer, payload)


@on_sqlite
def test_a_link_that_runs_is_not_kept_as_evidence(desk: Desk) -> None:
    reader = desk.member(desk.project())
    claim, browser = desk.claims(desk.article(1))[0], desk.reader(reader)
    for number, link in enumerate(payload for payload in PAYLOADS if "script:" in payload or "//" in payload):
        form = {"client_key": f"evidence-{number}", "revision": "0", "label": "sourced", "evidence_url": link}
        answer = browser.post(f"/claims/{claim}/verdicts", form)
        assert answer.status_code == 422
        check(answer, link)


JSON = {"Accept": "application/json"}
SQL = ["'", "''", "' OR '1'='1", "'; DROP TABLE person; --", '"', "\\", "\\'", "%", "_", "%_%", "news' --", "/*",
"*/", "1 UNION SELECT 1",
       "$1", ":name", "?", "x' AND 1=(SELECT 1) --", "Robert'); DELETE FROM verdict;--", "\u02bc",
       "\uff07"]  # fmt: skip


def test_what_means_something_in_sql_means_nothing_in_a_form(desk: Desk) -> None:
    project = desk.project()
    desk.member(project, Role.MANAGER, "other manager")
    browser = desk.reader(desk.member(project, Role.MANAGER))
    save, token = f"/claims/{desk.claims(desk.article(project))[0]}/verdicts", browser.token()
    for number, text in enumerate(SQL):
        form = {"csrf_token": token, "client_key": f"sql-key-{number}{text}", "revision": str(number), "note": text}
        good = form | {"label": "sourced", "source_name": text}
        assert browser.client.post(save, data=good, headers=JSON).status_code == 200, text
        for field in ("label", "skip_reason", "confidence"):
            odd = form | {"client_key": "sql-odd-one", field: text}
            assert browser.client.post(save, data=odd, headers=JSON).status_code == 422, (field, text)
        path = f"/projects/{text}/export".encode().decode("latin-1")
        assert browser.get("/", environ_overrides={"PATH_INFO": path}, headers=JSON).status_code in {308, 404}, path
    with desk.inside(writes=False) as session:
        verdicts = session.scalars(select(Verdict).order_by(Verdict.id)).all()
        assert [verdict.note for verdict in verdicts] == SQL
        assert len(session.scalars(select(Person.id)).all()) == 2
        assert len(session.scalars(select(Project.id)).all()) == 1


@on_sqlite
def test_an_article_may_be_about_code(desk: Desk) -> None:
    text = 'The tag <script src="x"> is written {{ like }} %(this)s.\n\nIt closes with </script> & nothing else.'
    project = desk.project()
    browser, article = desk.reader(desk.member(project)), desk.article(project, text)
    page = browser.get(f"/articles/{article}/claims/1").text
    assert Markup(page).foreign == []
    shown = Markup(page).text
    assert 'The tag <script src="x"> is written {{ like }} %(this)s.' in shown
