"""The report's page: what it opens with, its blocks in order, what it never says, and the ways to limit it."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from html import unescape
from typing import Any

import pytest
from flask import g, render_template

from annotator.domain.agreement import Agreement, summarise
from annotator.domain.intervals import Estimate
from annotator.domain.report import Report
from annotator.domain.report_filter import Filter
from annotator.domain.roles import Role
from annotator.domain.votes import Votes
from annotator.web.access import Place
from tests.sample_report import LABELS, sample_report
from tests.web.conftest import House

Draw = Callable[..., str]
ORDER = [
    "headline", "coefficients", "labels", "confused", "contested", "articles", "reviewers", "pairs", "drift",
    "aggregation", "words", "fields", "breakdowns", "adjudicated", "revision", "methods",
]  # fmt: skip
WORDS_OF_1977 = ("slight", "fair", "moderate", "substantial", "almost perfect")
"""Landis and Koch's names for sizes of kappa: the page prints none of them."""


@pytest.fixture
def draw(house: House) -> Draw:
    """Return what draws a report's blocks as a file or a frozen page would."""

    def drawn(report: Report, block: str = "blocks", **more: Any) -> str:
        from annotator.web.charts import report_charts

        with house.desk.app.test_request_context("/report"):
            g.viewer, g.place = None, Place(house.project, "news", "Project news", Role.ADJUDICATOR)
            names = tuple(reviewer.pseudonym for reviewer in report.reviewers)
            facts = {"report": report, "charts": report_charts(report), "names": names, "is_frozen": True} | more
            return render_template(f"reports/{block}.html", **facts)

    return drawn


def text_of(page: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())


def agreement_of(*signatures: tuple[int, str, int]) -> Agreement:
    """Summarise rows of (article, signature, claims)."""
    rows = [(article, 20_000, signature, claims) for article, signature, claims in signatures]
    return summarise(Votes.from_rows(rows, LABELS).table(), LABELS)


def with_agreement(agreement: Agreement, **changes: Any) -> Report:
    scope = replace(sample_report().scope, pairable_claims=agreement.pairable_claims)
    return sample_report(agreement=agreement, scope=scope, confused=(), **changes)


def test_all_blocks_stand_in_the_order_of_an_editors_questions(draw: Draw) -> None:
    page = draw(sample_report())
    found = re.findall(r'<section class="[^"]*" id="([\w-]+)"', page)
    assert [anchor for anchor in found if anchor in ORDER] == ORDER


def test_the_list_of_contents_leads_to_the_blocks_that_are_there(draw: Draw) -> None:
    page = draw(sample_report(words=None, adjudicated=None, drift=None))
    contents = re.search(r'<nav class="report-contents".*?</nav>', page, re.DOTALL)
    assert contents
    leads = re.findall(r'href="#([\w-]+)"', contents[0])
    assert leads == [name for name in ORDER if name not in {"headline", "words", "adjudicated", "drift"}]
    assert all(f'id="{name}"' in page for name in leads)


def test_the_list_of_contents_calls_blocks_what_they_call_themselves(draw: Draw) -> None:
    page = draw(sample_report())
    for anchor, name in re.findall(r'<li><a href="#([\w-]+)">([^<]+)</a></li>', page):
        assert f'<h2 id="{anchor}-heading">{name}</h2>' in page


def test_the_page_opens_with_both_numbers_in_one_sentence(draw: Draw) -> None:
    report = sample_report()
    text = text_of(draw(report, "headline"))
    raw, alpha = report.agreement.percent_agreement, report.agreement.alpha
    assert raw.value is not None
    assert alpha.value is not None
    assert f"gave the same label to {100 * raw.value:.0f} % of the claims both saw" in text
    assert f"alpha = {alpha.value:.2f} (95 % interval {alpha.low:.2f} to {alpha.high:.2f})" in text


def test_numbers_come_with_the_claims_and_articles_they_rest_on(draw: Draw) -> None:
    text = text_of(draw(sample_report(), "headline"))
    assert "n = 180 claims in 12 articles" in text


def test_a_probability_is_never_written_as_certain(draw: Draw) -> None:
    agreement = replace(sample_report().agreement, probability_below={0.667: 0.0001, 0.8: 0.9999})
    text = text_of(draw(sample_report(agreement=agreement), "headline"))
    assert "lies below 0.667 below 0.01" in text
    assert "lies below 0.800 above 0.99" in text


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("too-little", "fewer than 30 claims with two labels"),
        ("one-label", "alpha and the kappas are not defined"),
        ("one-article", "no interval is defined"),
        ("prevalence", "AC1 is higher here because it assumes less agreement by chance"),
        ("bias", "Reviewers use the labels at different rates"),
    ],
)
def test_each_warning_is_a_sentence(draw: Draw, code: str, words: str) -> None:
    assert words in text_of(draw(sample_report(warnings=(code,)), "headline"))
    assert words not in text_of(draw(sample_report(warnings=()), "headline"))


def test_too_little_data_makes_the_headline_grey_and_says_so(draw: Draw) -> None:
    page = draw(sample_report(warnings=("too-little",)))
    assert 'class="report inconclusive"' in page
    assert "Too little to conclude." in text_of(page)
    assert "inconclusive" not in draw(sample_report(warnings=()))


def test_what_is_not_defined_says_so_and_is_no_number(draw: Draw) -> None:
    one_label = with_agreement(agreement_of((1, "1=sourced,2=sourced", 5)), warnings=("one-label", "one-article"))
    text = text_of(draw(one_label, "headline"))
    assert "alpha = not defined (interval not defined)" in text
    assert "Alpha not defined – 5" in text
    whole = text_of(draw(one_label))
    assert not re.search(r"\b(nan|NaN|None|inf)\b", whole)


def test_the_page_has_no_words_for_sizes_of_kappa_and_ranks_nobody(draw: Draw) -> None:
    text = text_of(draw(sample_report())).casefold()
    assert [word for word in WORDS_OF_1977 if re.search(rf"\b{word}\b", text)] == []
    assert not re.search(r"\b(best|worst|rank(ed|ing)?|top) reviewers?\b", text)


def test_coefficients_stand_with_what_they_expect_and_assume_and_are_folded(draw: Draw) -> None:
    report = sample_report()
    page = draw(report, "coefficients")
    assert '<details class="disclosure" open' not in page
    for name in ("Krippendorff’s alpha", "Gwet’s AC1", "Brennan-Prediger", "Conger’s kappa", "Mean of Cohen’s kappas"):
        assert name in text_of(page)
    assert "by chance, every label is as likely as any other" in text_of(page)
    assert "Bootstrap over claims (BCa)" in text_of(page)


def test_the_parts_of_labels_in_the_disagreement_add_up_to_two() -> None:
    report = sample_report()
    shares = [report.disputed_share(label) for label in LABELS]
    assert sum(share for share in shares if share is not None) == pytest.approx(2)


def test_without_disagreement_a_label_has_no_part_in_it(draw: Draw) -> None:
    report = with_agreement(agreement_of((1, "1=sourced,2=sourced", 5), (2, "1=editorial,2=editorial", 5)))
    assert report.disputed_share("sourced") is None
    assert "not defined" in text_of(draw(report, "labels"))


def test_confused_pairs_show_three_claims_and_the_way_to_each(draw: Draw) -> None:
    report = sample_report()
    page = draw(report, "confused")
    assert page.count('class="shown-claim"') == 3 * len(report.confused)
    assert 'href="/projects/harbour-study/disagreements/articles/2#claim-1"' in page
    assert "/projects/harbour-study/adjudication/" in page


def test_a_report_limited_to_nothing_comparable_says_to_take_a_limit_off(draw: Draw) -> None:
    nothing = replace(sample_report().scope, pairable_claims=0, overlap=())
    limited = sample_report(scope=nothing, agreement=agreement_of(), filter=Filter(labels=("sourced",)), confused=())
    assert "Take a limit off to see more." in text_of(draw(limited))
    assert "Ask a second reviewer" in text_of(draw(replace(limited, filter=Filter())))


def test_every_chart_has_a_title_a_description_and_a_name_of_its_own(draw: Draw) -> None:
    page = draw(sample_report())
    charts = re.findall(
        r'<svg class="chart" [^>]*aria-labelledby="([\w-]+)-title ([\w-]+)-description">(.*?)</svg>', page, re.DOTALL
    )
    names = [name for name, _, _ in charts]
    assert {
        "headline-chart", "coefficients-chart", "labels-alpha-chart", "labels-prevalence-chart",
        "labels-specific-chart", "labels-disputed-chart", "confusion-chart", "overlap-chart",
    } <= set(names)  # fmt: skip
    assert len(set(names)) == len(names)
    for name, same, inside in charts:
        assert name == same
        assert f'<title id="{name}-title">' in inside
        assert re.search(rf'<desc id="{name}-description">\s*\S', inside)


def test_every_id_on_the_page_is_there_once(draw: Draw) -> None:
    ids = re.findall(r'\bid="([^"]+)"', draw(sample_report()))
    assert sorted(set(ids)) == sorted(ids)


def test_names_from_outside_are_text(draw: Draw) -> None:
    page = draw(sample_report())
    assert "Harbour study &lt;one&gt;" in page
    assert "<one>" not in page
    assert "<again>" not in page


def test_the_methods_say_what_makes_the_report_repeatable(draw: Draw) -> None:
    text = text_of(draw(sample_report(), "methods"))
    for fact in ("5f" * 32, "20251124", "Claim Annotator 0.6.0", "event 4711"):
        assert fact in text
    assert "Krippendorff, K. (2004)" in text


def test_limits_stand_as_text_where_no_form_answers(draw: Draw) -> None:
    wanted = Filter((4,), (12,), ("editorial",), date(2025, 11, 3), date(2025, 11, 20), 2, "first")
    page = draw(sample_report(filter=wanted), "scope")
    text = text_of(page)
    for limit in (
        "Article: محادثات الميناء تستأنف", "Reviewer: birch-heron", "Claims labelled: Editorial", "From Nov 3, 2025",
        "To Nov 20, 2025", "Codebook version 2", "What reviewers said first",
    ):  # fmt: skip
        assert limit in text
    assert "<form" not in page
    assert "Take off" not in text


def chips(page: str) -> dict[str, str]:
    """Return the addresses that take a limit off, by what they say."""
    found = re.findall(r'<li class="set-chip"><span>(.*?)</span><a href="([^"]+)"', page, re.DOTALL)
    return {text_of(text): unescape(address) for text, address in found}


def test_each_limit_can_be_taken_off_alone_and_all_at_once(house: House) -> None:
    own = "/projects/news/disagreements"
    page = house.browser("manager").get(f"{own}?label=editorial&label=sourced&round=first").text
    assert chips(page) == {
        "Claims labelled: Editorial": f"{own}?label=sourced&round=first",
        "Claims labelled: Sourced": f"{own}?label=editorial&round=first",
        "What reviewers said first": f"{own}?label=editorial&label=sourced",
    }
    assert f'<a class="text-link" href="{own}">Show everything</a>' in page
    assert re.search(r'name="label" value="editorial" checked', page)


def test_the_filter_is_folded_until_something_is_wrong_with_it(house: House) -> None:
    reader = house.browser("manager")
    folded = reader.get("/projects/news/disagreements")
    assert '<form class="filters" method="get"' in folded.text
    assert 'class="disclosure" open' not in folded.text
    refused = reader.get("/projects/news/disagreements?since=2025-11-20&until=2025-11-03")
    assert refused.status_code == 422
    assert "The last day lies before the first." in refused.text
    assert re.search(r'<details class="disclosure" open>\s*<summary>Limit what is looked at', refused.text)


@pytest.mark.parametrize("name", ["slug", "name", "endpoint", "_anchor", "_external", "_method", "_scheme", "self"])
def test_no_argument_of_the_address_is_taken_for_one_of_the_program(house: House, name: str) -> None:
    page = house.browser("manager").get(f"/projects/news/disagreements?{name}=1&round=first")
    assert page.status_code == 200
    charts = re.findall(r'href="([^"]*/charts/[^"]*)"', page.text)
    assert {one.partition(".svg")[2] for one in charts} == {"?round=first"}


@pytest.mark.parametrize("query", ["since=0001-01-01", "until=9999-12-31", "since=9999-12-31&until=9999-12-31"])
def test_the_first_and_the_last_day_are_days(house: House, query: str) -> None:
    assert house.browser("manager").get(f"/projects/news/disagreements?{query}").status_code == 200


@pytest.mark.parametrize("number", ["0", "-1", "1e3", "１", str(2**31), f"{1:020}{2**63}", "9" * 5000])
def test_a_number_that_no_row_can_have_is_refused(house: House, number: str) -> None:
    assert house.browser("manager").get(f"/projects/news/disagreements?article={number}").status_code == 422


@pytest.mark.parametrize(
    "query",
    ["since=yesterday", "until=2025-13-01", "since=2025-02-02&until=2025-02-01", "article=x", "reviewer=-1",
     "version=0", "version=1e3", "round=last"],
)  # fmt: skip
def test_a_filter_that_means_nothing_is_refused_with_a_reason(house: House, query: str) -> None:
    answer = house.browser("manager").get(f"/projects/news/disagreements?{query}")
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text


def test_an_estimate_without_an_interval_has_none_on_the_page(draw: Draw) -> None:
    agreement = replace(sample_report().agreement, alpha=Estimate(0.5, None, None, 40, 1))
    assert "alpha = 0.50 (interval not defined)" in text_of(draw(sample_report(agreement=agreement), "headline"))
