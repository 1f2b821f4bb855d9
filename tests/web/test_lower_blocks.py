"""The report's blocks from the contested claims on: what they say, what they escape, and the links that choose."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from html import unescape
from typing import Any

import pytest
from flask import g, render_template

from annotator.domain.intervals import Estimate
from annotator.domain.report import Contested, Milestone, Report, Vote
from annotator.domain.roles import Role
from annotator.web.access import Place
from annotator.web.report_claims import address_for, contested_list
from tests.sample_report import NAMES, contested, sample_report
from tests.web.conftest import House

HOSTILE = '"><script>alert(1)</script>'
BLOCKS = (
    "contested", "articles", "reviewers", "pairs", "drift", "aggregation", "words", "fields", "breakdowns",
    "adjudicated", "revision",
)  # fmt: skip
Draw = Callable[..., str]


@pytest.fixture
def draw(house: House) -> Draw:
    """Return what draws blocks of a report as a page would, for somebody in a role."""

    def drawn(report: Report, *blocks: str, path: str = "/report", role: Role = Role.ADJUDICATOR, **more: Any) -> str:
        from annotator.web.charts import report_charts

        with house.desk.app.test_request_context(path):
            g.viewer, g.place = None, Place(house.project, "news", "Project news", role)
            names = tuple(reviewer.pseudonym for reviewer in report.reviewers)
            facts = {"report": report, "charts": report_charts(report), "names": names} | more
            return "".join(render_template(f"reports/{block}.html", **facts) for block in blocks or BLOCKS)

    return drawn


def text_of(page: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())


def claim(number: int, *votes: tuple[str, int], **facts: Any) -> Contested:
    given = tuple(Vote(label, tuple(range(count))) for label, count in votes)
    return replace(contested(number), votes=given, **facts)


OUTVOTED = claim(11, ("sourced", 2), ("editorial", 1), majority="sourced", estimated="sourced")
TIED = claim(12, ("sourced", 1), ("editorial", 1), majority=None, estimated="editorial")
THREE = claim(13, ("sourced", 2), ("attributed", 1), ("editorial", 1), majority="sourced", estimated="editorial")
NOTED = replace(TIED, claim_id=114, votes=(Vote("sourced", (0,), ((0, "See line 3."),)), Vote("editorial", (1,))))
ALL = (OUTVOTED, TIED, THREE, NOTED)


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("", ALL), ("all", ALL), ("nonsense", ALL), ("majority", (OUTVOTED,)), ("three-way", (THREE,)),
        ("model", (THREE,)), ("note", (NOTED,)),
    ],
)  # fmt: skip
def test_an_address_chooses_the_claims_of_one_sort(house: House, asked: str, found: tuple[Contested, ...]) -> None:
    with house.desk.app.test_request_context(f"/report?claims={asked}"):
        shown = contested_list(ALL)
    assert tuple(shown.claims) == found
    assert [way.claims for way in shown.ways] == [4, 1, 1, 1, 1]
    assert [way.key for way in shown.ways if way.is_current] == [asked if asked and asked != "nonsense" else "all"]


def test_a_choice_keeps_what_the_report_is_limited_to(house: House) -> None:
    with house.desk.app.test_request_context("/report?label=a&label=b%26c&claims=note"):
        assert address_for("model") == "/report?label=a&label=b%26c&claims=model#contested"
        assert address_for("all") == "/report?label=a&label=b%26c#contested"
    with house.desk.app.test_request_context("/report"):
        assert address_for("all") == "/report#contested"


def test_apart_from_a_request_all_claims_are_shown_and_nothing_is_chosen() -> None:
    shown = contested_list(ALL)
    assert (tuple(shown.claims), shown.ways) == (ALL, ())


def test_the_page_shows_only_the_claims_of_the_sort(draw: Draw) -> None:
    page = draw(sample_report(contested=ALL), "contested", path="/report?claims=note")
    assert page.count("contested-claim") == 1
    assert "See line 3." in page
    assert re.search(r'href="/report\?claims=note#contested" aria-current="true"', page)


def test_a_sort_that_no_claim_is_of_says_so(draw: Draw) -> None:
    page = draw(sample_report(contested=(OUTVOTED,)), "contested", path="/report?claims=three-way")
    assert "No contested claim is of this sort." in page


def test_nothing_that_a_person_wrote_becomes_markup(draw: Draw) -> None:
    report = sample_report()
    hostile = sample_report(
        labels=tuple(replace(label, name=HOSTILE, short=HOSTILE) for label in NAMES),
        reviewers=tuple(replace(one, pseudonym=HOSTILE) for one in report.reviewers),
        article_names=tuple(replace(one, title=HOSTILE, outlet=HOSTILE) for one in report.article_names),
        contested=(replace(contested(1), quote=HOSTILE, votes=(Vote("sourced", (0, 1), ((1, HOSTILE),)),)),),
        words=replace(report.words, loaded=(replace(report.words.loaded[0], word=HOSTILE, by_outlet=((HOSTILE, 2),)),)),  # type: ignore[type-var,union-attr]
        breakdowns=tuple(replace(one, groups=(replace(one.groups[0], name=HOSTILE),)) for one in report.breakdowns),
    )
    page = draw(hostile)
    assert "<script" not in page
    assert "alert(1)" in text_of(page)


def test_the_blocks_write_nothing_that_is_no_number(draw: Draw) -> None:
    text = text_of(draw(sample_report()))
    assert not re.search(r"\b(None|nan|NaN|inf|Undefined)\b", text)
    assert "not defined" in text


def test_empty_blocks_are_left_out(draw: Draw) -> None:
    report = sample_report(
        articles=(), by_reviewer=(), pairs=(), drift=None, aggregation=None, words=None, fields=(), breakdowns=(),
        adjudicated=None, revision=None,
    )  # fmt: skip
    assert draw(report, *BLOCKS[1:]).strip() == ""


def test_alpha_of_a_small_article_is_left_out(draw: Draw) -> None:
    report = sample_report()
    small = replace(report.articles[0], paired_claims=19, alpha=0.987)
    assert "0.99" not in draw(sample_report(articles=(small,)), "articles")
    assert "0.99" in draw(sample_report(articles=(replace(small, paired_claims=20),)), "articles")


def test_every_cell_of_the_matrix_leads_to_the_table_of_its_pair(draw: Draw) -> None:
    page = draw(sample_report(), "pairs")
    links = re.findall(r'href="#(pair-\d+-\d+)"', page)
    assert links == ["pair-0-1", "pair-0-2", "pair-1-2"]
    assert all(page.count(f'id="{link}"') == 1 for link in links)
    assert page.count("pair-matrix") == 1
    assert "p below 0.001" in page


def test_many_reviewers_get_a_list_of_the_pairs_with_most_claims(draw: Draw) -> None:
    report = sample_report()
    people = tuple(replace(report.by_reviewer[0], reviewer=number) for number in range(40))
    pairs = tuple(
        replace(report.pairs[0], first=first, second=second, claims=100 + first + second)
        for first in range(40)
        for second in range(first + 1, 40)
    )
    reviewers = tuple(replace(report.reviewers[0], pseudonym=f"bird-{number}") for number in range(40))
    page = draw(sample_report(by_reviewer=people, pairs=pairs, reviewers=reviewers), "pairs")
    assert "pair-matrix" not in page
    assert page.count('class="pair-table"') == 20
    assert "760 more pairs" in page
    assert 'id="pair-38-39"' in page


def test_reviewers_stand_in_the_order_of_their_pseudonyms_and_are_not_ranked(draw: Draw) -> None:
    birds = ("coral-finch", "amber-gull", "dusty-lark", "birch-heron")
    people = tuple(replace(one, pseudonym=bird) for one, bird in zip(sample_report().reviewers, birds, strict=True))
    page = draw(sample_report(reviewers=people), "reviewers")
    assert re.findall(r"<h4><bdi>([^<]+)</bdi></h4>", page) == sorted(birds)
    assert re.findall(r'<text class="name"[^>]*>(\w+-\w+)</text>', page)[:4] == sorted(birds)
    assert "Low agreement is not an error" in page
    assert "If most reviewers share an error" in page


def test_a_difference_of_nearly_nothing_has_no_sign(draw: Draw) -> None:
    report = sample_report()
    one = replace(report.by_reviewer[0], difference=Estimate(-0.001, -0.2, 0.2, 100, 9))
    text = text_of(draw(sample_report(by_reviewer=(one,)), "reviewers"))
    assert "a difference of 0.00" in text


def test_an_observer_is_offered_the_articles_and_not_the_desk(draw: Draw) -> None:
    page = draw(sample_report(), role=Role.OBSERVER)
    assert "/projects/harbour-study/disagreements/articles/" in page
    assert "Settle this claim" not in page


def test_a_file_apart_from_the_site_has_no_link_into_it(draw: Draw) -> None:
    page = draw(sample_report(), is_offline=True)
    assert not re.search(r'href="(?!#)', page)
    assert "Settle this claim" not in page


def test_without_a_claim_that_two_labelled_nothing_is_said_of_agreement(draw: Draw) -> None:
    report = sample_report()
    nothing = sample_report(scope=replace(report.scope, pairable_claims=0), pairs=())
    assert draw(nothing, "contested", "articles", "reviewers", "pairs", "drift").strip() == ""


def test_many_newcomers_are_folded_and_the_versions_stay_open(draw: Draw) -> None:
    report = sample_report()
    assert report.drift
    days = (*report.drift.milestones, *(Milestone(date(2025, 11, 13), "reviewer", number % 4) for number in range(9)))
    page = draw(sample_report(drift=replace(report.drift, milestones=days)), "drift")
    assert (
        page.index("Codebook version 2 in force") < page.index("When 10 reviewers began") < page.index("First label of")
    )
