"""Gaps of the codebook: causes counted by rule and by label pair, the claims behind, and an edge case from one."""

import re

import pytest
from sqlalchemy import select

from annotator.storage.codebooks import CodebookVersion
from tests.desk import Desk
from tests.web.court import Court

GAPS = "/projects/news/gaps"

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""For what has nothing to do with the database."""


@pytest.fixture
def court(desk: Desk) -> Court:
    made = Court(desk)
    desk.verdict(made.people[0], made.claims[1], "attributed")
    assert made.decide(1, cause="guideline-silent", rule="R3").status_code == 303
    assert made.decide(2, cause="slip", rule="").status_code == 303
    return made


def numbers(page: str, heading: str) -> dict[str, list[str]]:
    table = page[page.index(f'aria-label="{heading}"') :]
    rows = re.findall(r'<th scope="row">(.*?)</th>(.*?)</tr>', table[: table.index("</table>")], re.DOTALL)
    return {re.sub("<[^>]+>", "", name).strip(): re.findall(r">([0-9–]+)</(?:a|span)>", cells) for name, cells in rows}


def test_causes_are_counted_by_rule_and_by_the_labels_that_met(court: Court) -> None:
    page = court.browser.get(GAPS).text
    assert numbers(page, "Rule") == {
        "R3": ["–", "1", "–", "–", "–", "–", "1"], "No rule named": ["–", "–", "–", "1", "–", "–", "1"],
    }  # fmt: skip
    assert sorted(counts[-1] for counts in numbers(page, "Labels that met").values()) == ["1", "1"]


@pytest.mark.parametrize(
    ("asked", "shown"),
    [
        ("cause=slip", 1), ("rule=R3", 1), ("rule=", 1), ("pair=editorial|sourced", 1), ("cause=slip&rule=R3", 0),
        ("pair=attributed|sourced&cause=slip", 1), ("cause=weather", 2), ("before=0", 0), ("pair=%27|%27", 0),
    ],
)  # fmt: skip
def test_each_number_leads_to_its_claims(court: Court, asked: str, shown: int) -> None:
    assert court.browser.get(f"{GAPS}?{asked}").text.count('class="quote"') == shown


def test_an_edge_case_is_drafted_from_a_claim(court: Court) -> None:
    address = f"{GAPS}/claims/{court.claims[0]}/edge-case"
    page = court.browser.get(address).text
    assert "Bridge closed after inspection</textarea>" in page
    assert "The word is the writer’s own.</textarea>" in page
    form = {"text": "A quay closed", "label": "editorial", "role": "counterexample", "note": "Not every word is slant."}
    assert court.browser.post(address, form).status_code == 303
    with court.desk.inside(writes=False) as session:
        draft = session.scalars(select(CodebookVersion).where(CodebookVersion.published_at.is_(None))).one()
        label = draft.codebook.label("editorial")
        assert label is not None
        assert "A quay closed" in label.counterexamples


@on_sqlite
@pytest.mark.parametrize("form", [{"text": "  "}, {"label": "no-such"}, {"role": "maybe"}, {"note": "x" * 1001}])
def test_an_edge_case_that_says_nothing_is_refused(court: Court, form: dict[str, str]) -> None:
    good = {"text": "A quay closed", "label": "editorial", "role": "example", "note": ""}
    address = f"{GAPS}/claims/{court.claims[0]}/edge-case"
    assert court.browser.post(address, good | form).status_code == 422


def test_a_claim_that_is_not_settled_or_not_of_the_project_makes_no_edge_case(court: Court, desk: Desk) -> None:
    foreign = desk.claims(desk.article(desk.project("elsewhere")))[0]
    for claim in (court.claims[2], foreign):
        assert court.browser.get(f"{GAPS}/claims/{claim}/edge-case").status_code == 404
