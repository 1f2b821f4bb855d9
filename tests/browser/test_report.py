"""The sample project's report: what the page shows are the command's numbers, and its export is whole."""

import json
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from click.testing import CliRunner
from playwright.sync_api import Locator, Page, expect

from annotator import cli
from annotator.domain.roles import Role
from tests.browser.axe import NARROW, RUN, cut_off, resize
from tests.browser.site import Site
from tests.conftest import SECRET

UNFOLDED = {"rules": {"target-size": {"enabled": True}, "color-contrast": {"enabled": False}}}
"""What axe looks for on the longest page; tests/web/test_contrast.py knows its colours."""


@pytest.fixture
def page(site: Site, page: Page) -> Page:
    """Load the sample project, and sign its manager in, as on the first start."""
    with site.desk.inside():
        project_id = cli.load_sample_project().id
    site.sign_in(page.context, site.desk.join(project_id, site.desk.person("ines", admin=True), Role.MANAGER))
    return page


@pytest.fixture
def told(page: Page, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return what the command says of the same database."""
    monkeypatch.setenv("ANNOTATOR_INSTANCE", str(tmp_path / "instance"))
    monkeypatch.setenv("ANNOTATOR_DATABASE_URL", database_url)
    monkeypatch.setenv("ANNOTATOR_SECRET_KEY", SECRET)
    result = CliRunner().invoke(cli.main, ["report", "sample", "--json"], catch_exceptions=False)
    assert result.exit_code == 0
    return json.loads(result.stdout)


def decimal(value: float) -> str:
    return f"{value:.2f}".replace("-", "\u200e−")


def percent(value: float) -> str:
    return f"{100 * value:.0f}\u00a0%"


def bounds(estimate: dict[str, float]) -> str:
    return f"{decimal(estimate['low'])} to {decimal(estimate['high'])}"


def rows(table: Locator) -> list[list[str]]:
    """Return a table's body as text, whether it is unfolded or not."""
    cells = "rows => rows.map(row => [...row.cells].map(cell => cell.textContent.trim()))"
    found: list[list[str]] = table.locator("tbody tr").evaluate_all(cells)
    return found


def test_the_page_shows_the_numbers_of_the_command(site: Site, page: Page, told: Any) -> None:
    page.goto(site.address + "/projects/sample/disagreements")
    scope, agreement = told["scope"], told["agreement"]
    tiles = ["pairable_claims", "claims", "verdicts", "reviewers", "articles"]
    expect(page.locator(".tiles dd")).to_have_text([str(scope[name]) for name in tiles])

    sentence, raw, alpha = page.locator(".sentence"), agreement["percent_agreement"], agreement["alpha"]
    expect(sentence.locator("b")).to_have_text([percent(raw["value"]), decimal(alpha["value"])])
    expect(sentence).to_contain_text(f"{percent(raw['low'])} to {percent(raw['high'])}")
    expect(sentence).to_contain_text(bounds(alpha))

    named = {"Raw agreement": raw, "Alpha": alpha}
    shown = [[name, decimal(one["value"]), bounds(one), str(one["n"])] for name, one in named.items()]
    assert rows(page.locator(".headline-figure table")) == shown
    by_label = [label["alpha"] for label in agreement["by_label"]]
    cells = [f"{decimal(one['value'])}{bounds(one)}n = {one['n']}" for one in by_label]
    assert [row[4] for row in rows(page.locator("#labels table"))] == cells
    overlap = [row[:2] for row in rows(page.locator(".overlap table"))]
    assert overlap == [[str(number) for number in pair] for pair in scope["overlap"]]
    quotes = page.locator(".contested-claim .quote").evaluate_all("quotes => quotes.map(quote => quote.textContent)")
    assert quotes == [claim["quote"] for claim in told["contested"]]


def test_the_unfolded_report_has_nothing_that_axe_finds_and_is_whole_on_paper(site: Site, page: Page) -> None:
    page.goto(site.address + "/projects/sample/disagreements")
    folded = page.locator("main details")
    folded.evaluate_all("all => all.forEach(details => { details.open = true; })")
    resize(page, NARROW)
    page.evaluate(Axe().axe_script)
    assert page.evaluate(RUN, UNFOLDED) == []
    assert cut_off(page) == []
    folded.evaluate_all("all => all.forEach(details => { details.open = false; })")
    page.emulate_media(media="print")
    expect(page.locator("#coefficients table").first).to_be_visible()
    expect(page.locator(".bar")).to_be_hidden()
    expect(page.locator(".report-contents")).to_be_hidden()
    expect(page.locator("form.filters")).to_be_hidden()


def test_the_export_is_whole(site: Site, page: Page, told: Any) -> None:
    page.goto(site.address + "/projects/sample/export")
    with page.expect_download() as started:
        page.get_by_role("button", name="Download JSONL").click()
    lines = started.value.path().read_text(encoding="utf-8").splitlines()
    assert len(lines) == site.count()
    assert len({json.dumps(json.loads(line), sort_keys=True) for line in lines}) == len(lines)


def test_an_article_of_the_sample_is_open_to_work(site: Site, page: Page) -> None:
    page.goto(site.address)
    page.get_by_role("link", name="Start Police clear Lantern Square").click()
    page.wait_for_url("**/claims/1**")
    page.keyboard.press("1")
    expect(page.locator("#save")).to_have_attribute("data-state", "saved")
    page.reload()
    expect(page.locator("[name=label][value=sourced]")).to_be_checked()
