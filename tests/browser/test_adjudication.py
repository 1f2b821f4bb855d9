"""The desk in a browser: claims settled with the keyboard alone and without scripts, a question asked beside the work;
axe finds nothing on the pages in light and dark, wide and narrow, from left and from right."""

import pytest
from playwright.sync_api import Browser, Page, expect

from annotator.domain.roles import Role
from annotator.services import threads
from tests.browser.axe import choose, found_on, problems
from tests.browser.conftest import Complaints
from tests.browser.site import ARABIC, ARTICLE, BRUTAL, CLAIMS, Site
from tests.desk import Somebody

QUEUE = "/projects/news/adjudication"


@pytest.fixture
def judge(site: Site) -> Somebody:
    """Fill the site: two articles that two reviewers part on, with marks, a note, a flag and a question."""
    desk = site.desk
    project = desk.project()
    judge, people = desk.member(project, Role.ADJUDICATOR), [desk.member(project) for _ in range(2)]
    claims, arabic = (
        desk.claims(desk.article(project, ARTICLE)),
        desk.claims(desk.article(project, ARABIC, language="ar")),
    )
    at = ARTICLE.index("brutality")
    nobody = ARTICLE.index("Nobody has answered")
    marks = [((at, at + 9, "loaded"), (nobody, nobody + 6, "cue")), ((nobody, nobody + 19, "speaker"),)]
    facts = {"note": "The word is the writer’s.", "is_flagged": True, "evidence_url": "https://post.example/a"}
    desk.verdict(people[0], claims[BRUTAL - 1], "editorial", kind="framing", marks=marks[0], **facts)
    desk.verdict(people[1], claims[BRUTAL - 1], "sourced", marks=marks[1])
    for claim in (claims[0], arabic[1]):
        desk.verdict(people[0], claim, "attributed")
        desk.verdict(people[1], claim, "sourced")
    for claim in claims[1:3]:
        for person in people:
            desk.verdict(person, claim, "sourced")
    with desk.inside():
        threads.ask(claims[BRUTAL - 1], project, people[0].id, "Whose word is it?")
    return judge


@pytest.fixture
def page(site: Site, page: Page, judge: Somebody) -> Page:
    """Sign the adjudicator in; nothing moves, so that every colour is what it stays."""
    page.emulate_media(reduced_motion="reduce")
    site.sign_in(page.context, judge)
    return page


def test_the_desk_is_worked_with_the_keyboard_alone(site: Site, page: Page, complaints: Complaints) -> None:
    complaints.expect("422")
    page.goto(site.address + QUEUE)
    page.get_by_role("link", name="Begin with the first").click()
    heading = page.locator("#claim-heading")
    expect(heading).to_have_text("Claim 1")
    page.keyboard.press("j")
    expect(heading).to_have_text(f"Claim {BRUTAL}")
    page.keyboard.press("3")
    expect(page.get_by_role("radio", name="Editorial")).to_be_checked()
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("say why the verdicts differ")
    expect(page.get_by_role("radio", name="Editorial")).to_be_checked()
    page.keyboard.press("l")
    expect(page.get_by_role("radio", name="Slip")).to_be_checked()
    page.keyboard.press("r")
    page.keyboard.type("R3")
    page.keyboard.press("Escape")
    page.keyboard.press("n")
    page.keyboard.type("The word judges: 1, 2, j and k are text here.")
    page.keyboard.press("Control+Enter")
    expect(heading).to_have_text("Claim 2")
    page.goto(f"{site.address}{QUEUE}?tab=settled")
    expect(page.locator(".said > li")).to_have_count(1)
    page.goto(f"{site.address}/projects/news/gaps")
    page.get_by_role("link", name="Draft an edge case").click()
    expect(page.get_by_label("Example", exact=True)).to_have_value(CLAIMS[BRUTAL - 1])


def test_a_claim_is_settled_and_all_the_rest_accepted_without_scripts(
    site: Site, browser: Browser, judge: Somebody
) -> None:
    context = browser.new_context(java_script_enabled=False)
    site.sign_in(context, judge)
    page = context.new_page()
    page.goto(site.address + QUEUE)
    page.get_by_role("link", name=CLAIMS[0]).click()
    page.locator("input[name=label][value=attributed]").check(force=True)
    page.get_by_role("radio", name="Guideline silent").check()
    page.get_by_label("Reason").fill("Reported speech without a source.")
    page.get_by_role("button", name="Save and stay").click()
    expect(page.get_by_role("heading", name="Settled", exact=True)).to_be_visible()
    page.goto(f"{site.address}{QUEUE}/accept")
    page.get_by_role("button", name="Accept 2 claims").click()
    expect(page.locator(".flash")).to_contain_text("2 claims are settled.")
    page.get_by_text("Take this step back").click()
    page.get_by_label("Why open them again?").fill("Too fast.")
    page.get_by_role("button", name="Open 2 claims again").click()
    expect(page.locator(".flash")).to_contain_text("2 claims are open again.")
    context.close()


@pytest.mark.parametrize("lang", ["en", "ar"])
def test_axe_finds_nothing(site: Site, page: Page, lang: str) -> None:
    claims = site.desk.claims(1)
    choose(page, site, lang=lang)
    page.goto(f"{site.address}{QUEUE}/{claims[0]}")
    page.locator("input[name=label][value=attributed]").check(force=True)
    page.locator("input[name=cause][value=slip]").check()
    page.locator("#reason").fill("The rule is clear.")
    page.locator("button[value=save]").last.click()
    page.wait_for_load_state("load")
    paths = [
        QUEUE, f"{QUEUE}?flagged=1&sort=article", f"{QUEUE}?tab=settled", f"{QUEUE}/{claims[BRUTAL - 1]}",
        f"{QUEUE}/{claims[0]}", f"{QUEUE}/{site.desk.claims(2)[1]}", f"{QUEUE}/accept", "/projects/news/gaps",
        f"/projects/news/gaps/claims/{claims[0]}/edge-case", f"/claims/{claims[BRUTAL - 1]}/thread", "/feedback",
    ]  # fmt: skip
    assert found_on(page, site, paths if lang == "en" else paths[3:8:2]) == []
    page.goto(f"{site.address}{QUEUE}/{claims[BRUTAL - 1]}")
    for summary in page.locator(".adjudication details > summary").all():
        summary.click()
    assert problems(page) == []
