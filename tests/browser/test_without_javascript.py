"""Everything works by plain forms: the same job in a browser whose JavaScript is switched off."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from annotator.domain.roles import Role
from tests.browser.conftest import Complaints
from tests.browser.site import ARTICLE, BRUTAL, CLAIMS, LABELS, Site
from tests.desk import Somebody


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(java_script_enabled=False)
    yield context.new_page()
    context.close()


def sign_in(site: Site, page: Page, person: Somebody) -> None:
    page.goto(site.address)
    page.get_by_label("Name").fill(person.name)
    page.get_by_label("Password").fill(person.password)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Queue")).to_be_visible()


def choose(page: Page, label: str) -> None:
    page.locator(f"[name=label][value={label}]").check(force=True)


def go_on(page: Page) -> None:
    page.get_by_role("button", name="Save and next").click()


def at_claim(page: Page, number: int) -> None:
    expect(page.locator("#claim-heading")).to_contain_text(f"Claim {number} ")


@pytest.fixture
def article_id(site: Site, page: Page) -> int:
    """Sign in and open the first claim of an article."""
    project_id = site.desk.project()
    article_id = site.desk.article(project_id, ARTICLE)
    sign_in(site, page, site.desk.member(project_id))
    page.get_by_role("link", name="Start").first.click()
    at_claim(page, 1)
    return article_id


@pytest.mark.parametrize("database_url", ["sqlite", "postgresql"], indirect=True)
def test_the_main_job(site: Site, page: Page) -> None:
    sign_in(site, page, site.desk.member(site.desk.project(), Role.MANAGER))
    page.get_by_role("main").get_by_role("link", name="Add an article").click()
    page.get_by_label("Text").fill(ARTICLE)
    page.get_by_label("Outlet").fill("The Vellmar Post")
    page.get_by_role("button", name="Add the article").click()
    article_id = site.newest_article().id
    claims = site.desk.claims(article_id)
    for number, label in enumerate(LABELS, 1):
        at_claim(page, number)
        choose(page, label)
        if number == BRUTAL:
            page.locator(".word", has_text="brutality").click()
        go_on(page)
    assert site.standing(article_id) == LABELS

    at_claim(page, len(CLAIMS))
    choose(page, "sourced")
    go_on(page)
    assert site.standing(article_id)[-1] == "sourced"
    page.get_by_role("button", name="Undo").click()
    at_claim(page, len(CLAIMS))
    expect(page.locator("[name=label][value=editorial]")).to_be_checked()

    page.goto(site.claim_page(article_id, BRUTAL))
    page.reload()
    expect(page.locator("#progress")).to_contain_text("8 of 8 labelled")
    expect(page.locator(".word input:checked + span")).to_have_text("brutality")
    assert site.standing(article_id) == LABELS
    start = ARTICLE.index("brutality")
    assert site.verdicts(claims[BRUTAL - 1])[-1].marks == [[start, start + len("brutality"), "loaded"]]


def test_a_kind_and_details(site: Site, page: Page, article_id: int) -> None:
    page.goto(site.claim_page(article_id, BRUTAL))
    choose(page, "editorial")
    page.locator(".kind", has_text="Framing").click()
    page.get_by_label("Note for the adjudicator").fill("One loaded word.")
    page.get_by_role("radio", name="3 – sure").check(force=True)
    page.get_by_role("button", name="Save", exact=True).click()
    at_claim(page, BRUTAL)
    page.reload()
    expect(page.get_by_role("radio", name="Framing")).to_be_checked()
    expect(page.get_by_label("Note for the adjudicator")).to_have_value("One loaded word.")
    row = site.verdicts(site.desk.claims(article_id)[BRUTAL - 1])[-1]
    assert (row.label, row.kind, row.confidence) == ("editorial", "framing", 3)


def test_enter_in_a_field_saves_and_stays(site: Site, page: Page, article_id: int) -> None:
    page.get_by_label("Source or evidence link").fill("https://port.example")
    page.keyboard.press("Enter")
    expect(page.locator("#save")).to_contain_text("All changes saved")
    at_claim(page, 1)
    expect(page.get_by_label("Source or evidence link")).to_have_value("https://port.example")
    assert site.verdicts(site.desk.claims(article_id)[0])[-1].skip_reason is None


def test_the_cards_and_the_pens(site: Site, page: Page, article_id: int) -> None:
    page.goto(site.claim_page(article_id, 2))
    expect(page.locator("#attribution")).to_be_hidden()
    choose(page, "attributed")
    page.get_by_role("radio", name="Source", exact=True).check(force=True)
    page.locator(".word", has_text="authority").click()
    page.get_by_role("radio", name="Cue", exact=True).check(force=True)
    page.locator(".word", has_text="said").click()
    page.locator("#attribution summary").click()
    page.get_by_label("Who or what is the source?").fill("Port authority")
    page.get_by_label("Kind of source").select_option("organisation")
    page.get_by_label("Speech").select_option("indirect")
    page.get_by_label("Nesting").select_option("1")
    page.get_by_role("checkbox", name="Continues the quotation of claim 1").check()
    page.get_by_role("button", name="Save", exact=True).click()
    at_claim(page, 2)
    expect(page.locator("#attribution [data-summary]")).to_have_text("Port authority · Organisation · Indirect")
    expect(page.locator("#claim-2 [data-chain=joined]")).to_have_count(1)
    expect(page.locator(".claim-card [data-chain=joined]")).to_contain_text("Continues the quotation of claim 1")
    expect(page.locator(".word:has([name=cue]:checked)")).to_have_text("said")
    claims = site.desk.claims(article_id)
    row = site.verdicts(claims[1])[-1]
    assert (row.source_name, row.source_kind) == ("Port authority", "organisation")
    assert (row.speech, row.depth) == ("indirect", 1)
    assert (row.continues_id, [mark[2] for mark in row.marks]) == (claims[0], ["speaker", "cue"])

    choose(page, "editorial")
    page.locator("#writing summary").click()
    page.get_by_label("Neutral rewrite").fill("Talks about the wharf will resume on Monday.")
    page.get_by_role("button", name="Save", exact=True).click()
    page.locator("#writing summary").click()
    expect(page.locator("#diff del [data-words]").first).to_have_text("closed ")
    expect(page.locator("#warnings li")).to_have_count(1)
    assert site.verdicts(claims[1])[-1].rewrite == "Talks about the wharf will resume on Monday."


def test_skip_then_flag_then_undo(site: Site, page: Page, article_id: int) -> None:
    page.locator("#skip summary").click()
    page.get_by_role("button", name="Fragment").click()
    at_claim(page, 2)
    assert site.standing(article_id) == ["fragment"]
    page.get_by_role("link", name="Previous claim").first.click()
    at_claim(page, 1)
    page.get_by_role("button", name="Flag").first.click()
    at_claim(page, 1)
    expect(page.get_by_role("button", name="Flag").first).to_have_attribute("aria-pressed", "true")
    assert site.standing(article_id) == ["fragment"]
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("button", name="Flag").first).to_have_attribute("aria-pressed", "false")
    page.get_by_role("button", name="Undo").click()
    at_claim(page, 1)
    expect(page.locator("[data-skipped]")).to_be_hidden()
    assert site.standing(article_id) == [None]


def test_a_refused_field_says_why_and_keeps_what_was_typed(
    site: Site, page: Page, article_id: int, complaints: Complaints
) -> None:
    complaints.expect("422")
    choose(page, "sourced")
    page.get_by_label("Source or evidence link").fill("ftp://port.example")
    go_on(page)
    at_claim(page, 1)
    expect(page.locator("#save")).to_contain_text("Not saved")
    expect(page.get_by_label("Source or evidence link")).to_have_value("ftp://port.example")
    expect(page.locator("#evidence_url-error")).not_to_be_empty()
    expect(page.locator("[name=label][value=sourced]")).to_be_checked()
    assert site.count() == 0


def test_preferences_are_kept(site: Site, page: Page, article_id: int) -> None:
    page.get_by_role("button", name="Dark look").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    at_claim(page, 1)
    page.goto(site.address + "/keys")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.get_by_role("button", name="Single-key shortcuts").click()
    expect(page.locator("body")).to_have_attribute("data-keys", "off")
    page.get_by_role("main").get_by_role("button", name="العربية").click()
    expect(page.locator("html")).to_have_attribute("dir", "rtl")


def test_signing_out_ends_the_session(site: Site, page: Page, article_id: int) -> None:
    page.locator(".menu-wide summary").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    page.goto(site.claim_page(article_id))
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


def test_a_link_signs_in_once(site: Site, page: Page, complaints: Complaints) -> None:
    complaints.expect("404")
    link = f"{site.address}/sign-in/link/{site.desk.person('ines').link_token}"
    page.goto(link)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Your queue")).to_be_visible()
    page.goto(link)
    expect(page.get_by_role("main")).to_contain_text("This link was used already")


def fill_everything(page: Page) -> None:
    """Say all that a verdict on the second claim can carry, save whether it is flagged."""
    for pen, word in (("Loaded", "closed"), ("Source", "authority"), ("Cue", "said")):
        page.get_by_role("radio", name=pen, exact=True).check(force=True)
        page.locator(".word", has_text=word).click()
    choose(page, "attributed")
    page.locator("#attribution summary").click()
    page.get_by_label("Who or what is the source?").fill("Port authority")
    page.get_by_label("Kind of source").select_option("organisation")
    page.get_by_label("Speech").select_option("mixed")
    page.get_by_label("Nesting").select_option("2")
    page.get_by_role("checkbox", name="Continues the quotation of claim 1").check()
    choose(page, "editorial")
    page.locator(".kind", has_text="Unsourced").click()
    page.locator(".also").click()
    page.locator("#writing summary").click()
    page.get_by_label("Neutral rewrite").fill("Talks resume on Monday.")
    page.get_by_label("Source or evidence link").fill("https://port.example/1")
    page.get_by_label("Note for the adjudicator").fill("All of it.")
    page.get_by_role("radio", name="2 – fairly sure").check(force=True)


def test_a_conflict_in_which_everything_is_said(
    site: Site, page: Page, article_id: int, complaints: Complaints
) -> None:
    complaints.expect("409")
    claims = site.desk.claims(article_id)
    page.goto(site.claim_page(article_id, 2))
    fill_everything(page)
    other = page.context.new_page()
    other.goto(site.claim_page(article_id, 2))
    other.get_by_role("button", name="Flag").first.click()
    at_claim(other, 2)
    go_on(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("This claim was changed elsewhere")
    expect(page.locator("tbody[data-differs]")).to_have_count(16)
    page.get_by_role("button", name="Keep mine").click()
    row = site.verdicts(claims[1])[-1]
    assert (row.label, row.kind, row.also_attributed, row.is_flagged) == ("editorial", "unsourced", True, False)
    assert [mark[2] for mark in row.marks] == ["loaded", "speaker", "cue"]
    assert (row.source_name, row.source_kind, row.speech) == ("Port authority", "organisation", "mixed")
    assert (row.depth, row.continues_id, row.confidence) == (2, claims[0], 2)
    assert (row.rewrite, row.evidence_url) == ("Talks resume on Monday.", "https://port.example/1")
    assert row.note == "All of it."


def test_the_end_of_a_day(site: Site, page: Page, article_id: int) -> None:
    choose(page, "sourced")
    go_on(page)
    choose(page, "editorial")
    page.get_by_label("Note for the adjudicator").fill("A needle in the hay.")
    page.get_by_role("button", name="Save", exact=True).click()
    page.locator("#history summary").click()
    expect(page.locator("#history-list li")).to_have_count(1)
    page.get_by_role("link", name="Guidelines").last.click()
    main = page.get_by_role("main")
    main.get_by_label("Search").fill("quotation")
    main.get_by_role("button", name="Search").click()
    expect(main.locator("#found")).to_contain_text("hold what you look for")
    page.get_by_role("link", name="Queue").click()
    main.get_by_role("link", name="In progress").click()
    expect(main.locator(".tasks > li")).to_have_count(1)
    main.get_by_role("link", name="My verdicts").click()
    main.locator(".disclosure summary").click()
    main.locator("#said").select_option("editorial")
    main.get_by_label("Search").fill("needle")
    main.get_by_role("button", name="Show").click()
    expect(main.locator(".said > li")).to_have_count(1)
    main.locator(".said .quote a").click()
    at_claim(page, 2)
    page.get_by_role("link", name="Keyboard and settings").click()
    main.get_by_role("link", name="All settings").click()
    main.get_by_role("group", name="Go to the next claim after labelling").get_by_label("On").check()
    main.get_by_role("button", name="Save the settings").click()
    expect(page.locator("body")).to_have_attribute("data-advance", "on")
    page.goto(f"{site.address}/articles/{article_id}")
    main.get_by_role("link", name="Continue").first.click()
    at_claim(page, 3)
