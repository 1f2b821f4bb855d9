"""The guidelines page: the codebook in force, with rich text that cannot run."""

import dataclasses

import pytest

from annotator import paths
from annotator.domain.codebook import Codebook
from annotator.services import projects
from annotator.services.sample import shipped_codebook
from tests.desk import Desk
from tests.web.conftest import House
from tests.web.test_injection import PAYLOADS, Markup


def test_every_label_kind_and_reason_is_explained(house: House) -> None:
    shown = " ".join(Markup(house.browser("reviewer").get("/projects/news/guidelines").text).text.split())
    codebook = shipped_codebook(paths.seeds())
    texts = [codebook.title]
    for label in codebook.labels:
        texts += [label.name, label.definition, label.question, *label.examples, *label.counterexamples]
        texts += [text for kind in label.kinds for text in (kind.name, kind.definition)]
    texts += [text for reason in codebook.skip_reasons for text in (reason.name, reason.definition)]
    assert not [text for text in texts if " ".join(text.split()) not in shown]


def test_the_version_is_named(house: House) -> None:
    assert "Version 1" in house.browser("observer").get("/projects/news/guidelines").text


def shout(codebook: Codebook, payload: str) -> Codebook:
    label = dataclasses.replace(
        codebook.labels[0],
        name=payload[:60] or "x",
        definition=payload,
        question=payload,
        examples=(payload,),
        counterexamples=(payload,),
    )
    return dataclasses.replace(codebook, title=payload, guidance=payload, labels=(label, *codebook.labels[1:]))


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_codebook_from_a_stranger_is_text_too(desk: Desk) -> None:
    from annotator.domain.roles import Role

    shipped, number = shipped_codebook(paths.seeds()), 0
    for start in range(0, len(PAYLOADS), 4):
        payload, number = " ".join(" ".join(PAYLOADS[start : start + 4]).split()), number + 1
        with desk.inside():
            project = projects.create_project("Strange", shout(shipped, payload), slug=f"strange-{number}").id
        browser = desk.reader(desk.member(project, Role.MANAGER))
        claim_page = f"/articles/{desk.article(project)}/claims/1"
        for path in (f"/projects/strange-{number}/guidelines", claim_page):
            foreign = Markup(browser.get(path).text).foreign
            assert not [mark for mark in foreign if not mark.startswith("a href=http")], (path, payload)
