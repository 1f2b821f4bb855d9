"""Training and gold in a browser: the lesson after a verdict, answers claim by claim, and what axe finds."""

import pytest
from playwright.sync_api import Browser, Page, expect

from annotator import paths
from annotator.domain.roles import Role
from annotator.services import gold, ready_training
from annotator.storage.articles import Article
from annotator.storage.database import db
from annotator.storage.projects import Project
from tests.browser.axe import choose, found_on, problems
from tests.browser.conftest import Seat
from tests.browser.site import Site
from tests.desk import Somebody


@pytest.fixture
def learner(seat: Seat) -> Seat:
    """Make the article a training article, whose first two claims have right answers."""
    with seat.site.desk.inside():
        for claim, label in zip(seat.claims, ("sourced", "editorial"), strict=False):
            right = gold.Right(label, explanation=f"The reason of claim {claim}.")
            gold.set_answer(claim, seat.project_id, seat.person.id, right, seen="")
        gold.set_purpose(db.session.get_one(Article, seat.article_id), "training", seat.person.id)
    seat.open()
    return seat


def test_the_lesson_comes_after_the_verdict_and_follows_the_claim(learner: Seat) -> None:
    page, (first, second) = learner.page, learner.claims[:2]
    page.emulate_media(reduced_motion="reduce")
    lesson = page.locator("#lesson")
    expect(lesson).to_be_hidden()
    page.keyboard.press("1")
    expect(lesson).to_contain_text("That is right:")
    expect(lesson).to_contain_text(f"The reason of claim {first}.")
    page.keyboard.press("j")
    expect(page.locator("#claim-heading")).to_contain_text("Claim 2")
    expect(lesson).to_be_hidden()
    page.keyboard.press("1")
    expect(lesson).to_contain_text("Here the answer is another one:")
    expect(lesson).to_contain_text(f"The reason of claim {second}.")
    page.keyboard.press("k")
    expect(lesson).to_contain_text(f"The reason of claim {first}.")
    page.reload()
    expect(lesson).to_contain_text(f"The reason of claim {first}.")
    assert problems(page) == []


def furnished(site: Site) -> tuple[int, int, Somebody]:
    """Return a project with the ready-made training, its first article, and the manager, who has answered it all."""
    project = site.desk.project()
    manager = site.desk.member(project, Role.MANAGER)
    with site.desk.inside() as session:
        found = session.get_one(Project, project)
        articles = ready_training.add_training(found, paths.seeds(), manager.id)
        ids = [article.id for article in articles]
        found.repeat_percent, found.repeat_after_days = 100, 1
    for claim in site.desk.claims(ids[-1]):
        site.desk.verdict(manager, claim, "editorial")
    return project, ids[0], manager


@pytest.mark.parametrize("lang", ["en", "ar"])
def test_axe_finds_nothing(site: Site, page: Page, lang: str) -> None:
    _project, article, manager = furnished(site)
    site.sign_in(page.context, manager)
    page.emulate_media(reduced_motion="reduce")
    choose(page, site, lang=lang)
    answers = f"/articles/{article}/gold"
    desk = ["/projects/news/gold", "/projects/news/gold/people", answers]
    assert found_on(page, site, [*desk, "/results", "/projects/news/repeats"]) == []
    page.goto(site.address + answers)
    page.locator(".gold-claim summary").first.click()
    assert problems(page) == []


def test_an_answer_is_written_and_taken_back_without_scripts(site: Site, browser: Browser) -> None:
    _project, article, manager = furnished(site)
    context = browser.new_context(java_script_enabled=False)
    site.sign_in(context, manager)
    page: Page = context.new_page()
    page.goto(f"{site.address}/articles/{article}/gold")
    card = page.locator(".gold-claim").first
    card.get_by_text("Correct the answer").click()
    card.get_by_label("Right answer").select_option(label="Sourced")
    card.get_by_label("Why").fill("A better reason.")
    card.get_by_role("button", name="Store the answer").click()
    expect(card).to_contain_text("A better reason.")
    card.get_by_text("Correct the answer").click()
    card.get_by_role("button", name="Withdraw the answer").click()
    expect(card).to_contain_text("was withdrawn here")
    context.close()
