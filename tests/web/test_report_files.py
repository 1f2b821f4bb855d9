"""Downloads of the report, and frozen ones: whose they are, that they obey the filter, and that they stand alone."""

import io
import json
import re
import xml.etree.ElementTree as ET
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from html import unescape
from threading import Thread
from typing import Any

import pytest
from tinyhtml5.parser import HTMLParser

from annotator.domain.report import Report
from annotator.domain.roles import Role
from annotator.services.report_files.figures import decimal, percent
from annotator.services.reports import make_report
from annotator.storage.events import Event
from annotator.web import report_files, report_html
from annotator.web.offline import charts_of, offline, picture
from tests.desk import TEXT, Desk, Reader
from tests.sample_report import sample_report
from tests.services.test_frozen_reports import damage
from tests.services.test_report_files import headline_figures, hostile

HERE = "/projects/news/disagreements"
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def observer(desk: Desk) -> Reader:
    """An observer of a project in which two reviewers labelled two articles; another project has one too."""
    project, noise = desk.project(name="=News <b>"), desk.project("noise")
    people = [desk.member(project, name=name) for name in ("Ines Real", "Omar Real")]
    for number in range(2):
        article = desk.article(project, f"{TEXT} Day {number}.", title=f"<script>alert({number})</script>")
        for claim in desk.claims(article):
            desk.verdict(people[0], claim, ("sourced", "editorial")[claim % 2], note="<img src=x onerror=alert(1)>")
            desk.verdict(people[1], claim, ("sourced", "editorial", "sourced")[claim % 3])
    desk.verdict(desk.member(noise), desk.claims(desk.article(noise))[0])
    return desk.reader(desk.member(project, Role.OBSERVER, name="Olga"))


@pytest.fixture
def inside(desk: Desk) -> Iterator[None]:
    """Be in a request of the application, without anybody."""
    with desk.app.app_context(), desk.app.test_request_context():
        yield


def downloaded(reader: Reader, form: str, query: str = "", where: str = "/download") -> bytes:
    answer = reader.get(f"{HERE}{where}/{form}{query}", buffered=True)
    assert answer.status_code == 200, answer.text
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="news-disagreements-')
    return bytes(answer.data)


def frozen_at(reader: Reader, name: str = "Paper", query: str = "") -> str:
    """Freeze the report, and return what follows the report's address."""
    answer = reader.post(f"{HERE}/frozen{query}", {"name": name})
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"].partition("/disagreements")[2]


def events(desk: Desk, what: str) -> list[dict[str, Any]]:
    with desk.inside(writes=False) as session:
        return [event.detail for event in session.query(Event).filter_by(what=what).order_by(Event.id)]


def errors(page: str) -> list[object]:
    """Return the parse errors of the HTML standard, and ids that stand twice."""
    parser = HTMLParser()
    parser.parse(page)
    ids = re.findall(r'\sid="([^"]*)"', page)
    return [*parser.errors, *sorted({one for one in ids if ids.count(one) > 1})]


def test_every_form_comes_as_a_file_and_is_noted_with_who_took_it(desk: Desk, observer: Reader) -> None:
    kinds = {"json": "application/json", "html": "text/html", "csv": "application/zip", "latex": "application/zip"}
    for form, kind in kinds.items():
        answer = observer.get(f"{HERE}/download/{form}", buffered=True)
        assert (answer.status_code, answer.mimetype) == (200, kind)
        name = re.search(r'filename="([^"]+)"', answer.headers["Content-Disposition"])
        assert name
        assert re.fullmatch(r"news-disagreements-\d{4}-\d\d-\d\d(-\w+\.zip|\.\w+)", name[1])
        observer.client.head(f"{HERE}/download/{form}")
    assert [event["form"] for event in events(desk, "report downloaded")] == list(kinds)
    assert observer.get(f"{HERE}/download/pdf").status_code == 404
    log = desk.reader(desk.person("root", admin=True)).get("/projects/news/log").text
    assert "downloaded the disagreement report" in log
    assert "Olga" in log


@on_sqlite
def test_downloads_obey_the_filter(observer: Reader) -> None:
    whole, part = (json.loads(downloaded(observer, "json", query)) for query in ("", "?article=1&round=first"))
    assert part["filter"]["articles"] == [1]
    assert part["filter"]["round"] == "first"
    assert part["scope"]["verdicts"] * 2 == whole["scope"]["verdicts"]
    with zipfile.ZipFile(io.BytesIO(downloaded(observer, "csv", "?article=1"))) as archive:
        assert "limited_to,1 article (number 1)" in archive.read("report.csv").decode()
    for query in ("?since=yesterday", "?article=x", "?since=2026-02-01&until=2026-01-01", "?round=third"):
        assert observer.get(f"{HERE}/download/json{query}").status_code == 422
        assert observer.post(f"{HERE}/frozen{query}", {"name": "x"}).status_code == 422


@on_sqlite
def test_no_file_names_a_reviewer(observer: Reader) -> None:
    for form in ("json", "html", "text"):
        body = downloaded(observer, form).decode()
        assert "Real" not in body
        assert re.search(r"\w+-\w+", body)
    for form in ("csv", "latex"):
        with zipfile.ZipFile(io.BytesIO(downloaded(observer, form))) as archive:
            assert not [name for name in archive.namelist() if b"Real" in archive.read(name)]


def test_a_frozen_report_gives_the_same_bytes_after_more_verdicts(desk: Desk, observer: Reader) -> None:
    place = frozen_at(observer)
    forms = ("json", "html", "csv", "latex", "text")
    before = {form: downloaded(observer, form, where=place) for form in forms}
    page = observer.get(HERE + place)
    assert page.status_code == 200
    assert "Nothing that counts in it" in page.text
    desk.verdict(desk.member(1, name="Third"), 1, "attributed")
    assert {form: downloaded(observer, form, where=place) for form in forms} == before
    page = observer.get(HERE + place)
    assert "1 new verdict" in page.text
    assert json.loads(before["json"]) == json.loads(downloaded(observer, "json", where=place))
    assert json.loads(downloaded(observer, "json"))["scope"] != json.loads(before["json"])["scope"]
    assert "Paper" in observer.get(f"{HERE}/frozen").text


@on_sqlite
def test_a_frozen_report_leads_to_no_claim_and_no_article(observer: Reader) -> None:
    page = observer.get(HERE + frozen_at(observer, query="?article=2")).text
    main = page[page.index("<main") :]
    assert not re.search(r'href="/(articles|claims)', main)
    assert "/adjudication/" not in main
    assert "Real" not in main


def test_frozen_reports_are_their_projects_alone(desk: Desk, observer: Reader) -> None:
    place = frozen_at(observer)
    root = desk.reader(desk.person("root", admin=True))
    assert root.get(HERE + place).status_code == 200
    assert root.get(f"{HERE}{place}/json", buffered=True).status_code == 200
    elsewhere = HERE.replace("news", "noise")
    assert root.get(elsewhere + place).status_code == root.get(f"{elsewhere}{place}/json").status_code == 404
    assert root.get(f"{HERE}/frozen/999").status_code == root.get(f"{HERE}{place}/pdf").status_code == 404
    with desk.inside() as session:
        damage(session, b"damaged")
    page = root.get(HERE + place)
    assert "This frozen report is damaged" in page.text
    assert "Two reviewers picked at random" not in page.text
    assert root.get(f"{HERE}{place}/json").status_code == 410


@on_sqlite
def test_nobody_waits_while_a_report_is_made_to_be_frozen(
    desk: Desk, observer: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits: list[bool] = []
    reviewer = desk.member(1)

    def slow(*asked: Any) -> Report:
        saving = Thread(target=desk.verdict, args=(reviewer, desk.claims(1)[0]))
        saving.start()
        saving.join(2)
        waits.append(saving.is_alive())
        return make_report(*asked)

    monkeypatch.setattr(report_files, "make_report", slow)
    assert frozen_at(observer)
    assert waits == [False]


@on_sqlite
def test_a_name_that_cannot_be_read_is_refused(desk: Desk, observer: Reader) -> None:
    for name in ("", " ", "x" * 121, "a\u202eb"):
        assert observer.post(f"{HERE}/frozen", {"name": name}).status_code == 422
    assert events(desk, "report frozen") == []
    assert "No report has been frozen yet" in observer.get(f"{HERE}/frozen").text


@on_sqlite
@pytest.mark.usefixtures("inside")
@pytest.mark.parametrize("report", [sample_report(), hostile()], ids=["sample", "hostile"])
def test_the_web_page_file_is_valid_and_leads_nowhere(report: Report) -> None:
    page = report_html.html_file(report)
    assert errors(page) == []
    body = page[page.index("<body") :]
    targets = re.findall(r'(?:href|src|action)="([^"]*)"', body)
    assert targets
    assert not [target for target in targets if not target.startswith("#")]
    anchors = {target[1:] for target in targets}
    assert anchors <= set(re.findall(r'\sid="([^"]*)"', page))
    assert not re.search(r"<(script|form|button|input|iframe|img|link)\b", page)
    assert not re.search(r"<[^<>]+\s(on\w+|style)=", body)


@on_sqlite
@pytest.mark.usefixtures("inside")
def test_the_page_and_the_web_page_file_have_the_figures_of_the_other_forms() -> None:
    report = sample_report()
    page = report_html.html_file(report)
    for table, key, found in headline_figures(report):
        value = percent(found.value) if table == "reviewers" or key == "percent_agreement" else decimal(found.value)
        ends = [decimal(end) for end in (found.low, found.high) if table == "labels" and end is not None]
        for text in [value] * (found.value is not None) + ends:
            assert text.replace(" ", "\u00a0").replace("-", "\u200e−") in page, (table, key, text)


@on_sqlite
@pytest.mark.usefixtures("inside")
def test_every_chart_stands_alone_as_svg() -> None:
    report = hostile()
    found = charts_of(str(report_html.blocks(report)))
    assert {"headline", "confusion", "funnel", "weekly-alpha"} <= set(found)
    for drawn in map(picture, found.values()):
        root = ET.fromstring(drawn)
        space = "{http://www.w3.org/2000/svg}"
        assert root.tag == f"{space}svg"
        assert (root[0].tag, root[1].tag) == (f"{space}title", f"{space}desc")
        assert root.find(f"{space}rect[@fill='#ffffff']") is not None
        assert not re.search(r"var\(|light-dark|class=|<style|href", drawn)
        assert [element for element in root.iter() if element.tag in {f"{space}text", f"{space}path"}]
    assert report_html.chart_file(report, "no-such-chart") is None


@on_sqlite
@pytest.mark.usefixtures("inside")
def test_what_no_xml_can_hold_breaks_no_chart() -> None:
    made = sample_report()
    one = made.breakdowns[0]
    groups = tuple(replace(group, name=f"{number}\x01\x1b\ufffe]]>") for number, group in enumerate(one.groups))
    drawn = report_html.chart_file(replace(made, breakdowns=(replace(one, groups=groups),)), f"by-{one.key}")
    assert drawn
    assert "0\ufffd\ufffd\ufffd]]" in "".join(ET.fromstring(drawn).itertext())


@on_sqlite
def test_a_chart_is_downloaded_by_its_name(desk: Desk, observer: Reader) -> None:
    answer = observer.get(f"{HERE}/charts/confusion.svg")
    assert (answer.status_code, answer.mimetype) == (200, "image/svg+xml")
    assert answer.headers["Content-Disposition"].endswith('-confusion.svg"')
    assert observer.get(f"{HERE}/charts/nothing.svg").status_code == 404
    assert events(desk, "report downloaded")[-1]["chart"] == "confusion"
    page = observer.get(f"{HERE}?article=1&article=2").text
    links = re.findall(r'href="([^"]+/charts/[^"]*)"', page)
    assert f"{HERE}/charts/confusion.svg?article=1&amp;article=2" in links
    assert {link.rpartition("/")[2].partition(".svg")[0] for link in links} <= set(charts_of(page))
    assert observer.get(unescape(links[-1])).status_code == 200


def test_what_a_file_cannot_do_is_left_out() -> None:
    page = '<p><a href="/articles/1"><b>Title</b></a> <a href="#x">there</a></p>'
    assert offline(page) == '<p><b>Title</b> <a href="#x">there</a></p>'
    assert offline('a<form><p><a href="/x">y</a></form>b<input>c<script>d</script>') == "abc"
