"""The annotate page with many claims: each is drawn and named by itself, in a fixed number of statements."""

import random
import re
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import event

from annotator.storage.database import db
from tests.desk import Desk, Reader, Somebody

CHOICES: tuple[tuple[dict[str, Any], str, str], ...] = (
    ({"label": "sourced"}, "sourced", "Sourced"),
    ({"label": "attributed"}, "attributed", "Attributed opinion"),
    ({"label": "editorial", "kind": "framing"}, "editorial", "Editorial"),
    ({"label": None, "skip_reason": "fragment"}, "skipped", "Skipped: Fragment"),
    ({"label": None, "skip_reason": "boilerplate"}, "skipped", "Skipped: Caption or boilerplate"),
    ({"label": None, "is_flagged": True}, "", "not labelled yet"),
    ({}, "", "not labelled yet"),
)


def text(claims: int) -> str:
    return " ".join(f"The port closed gate {number}." for number in range(claims))


@pytest.fixture
def me(desk: Desk) -> Somebody:
    return desk.member(desk.project())


@pytest.fixture
def article(desk: Desk, me: Somebody) -> Callable[[int], int]:
    def make(claims: int) -> int:
        return desk.article(1, text(claims))

    return make


@pytest.fixture
def reader(desk: Desk, me: Somebody) -> Reader:
    return desk.reader(me)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_each_claim_is_drawn_and_named_by_its_own_verdict(
    desk: Desk, me: Somebody, reader: Reader, article: Callable[[int], int]
) -> None:
    made, rng = article(60), random.Random(5)
    wanted = []
    for claim in desk.claims(made):
        facts, look, name = rng.choice(CHOICES)
        if facts:
            desk.verdict(me, claim, **facts)
        wanted.append((str(claim), look, name, bool(facts.get("is_flagged"))))
    page = reader.get(f"/articles/{made}/claims/7").text
    links = re.findall(r'<a class="(claim|step)"([^>]*)>(.*?)</a>', page, re.DOTALL)
    assert len(links) == 120
    for kind in ("claim", "step"):
        shown = [(attributes, inner) for which, attributes, inner in links if which == kind]
        for number, ((attributes, inner), (its_id, look, name, flagged)) in enumerate(
            zip(shown, wanted, strict=True), 1
        ):
            assert f'data-claim="{its_id}"' in attributes
            assert f'data-look="{look}"' in attributes
            assert f'href="/articles/{made}/claims/{number}#claim-{number}"' in attributes
            assert ('aria-current="step"' in attributes) == (number == 7)
            assert name in re.sub(r"<[^>]+>", "", inner)
            assert ("data-flag hidden" not in inner) == flagged
            if kind == "claim":
                assert f"#i-{look or 'open'}" in inner


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_another_language_names_the_same_verdicts_anew(
    desk: Desk, me: Somebody, reader: Reader, article: Callable[[int], int]
) -> None:
    made = article(3)
    for claim in desk.claims(made):
        desk.verdict(me, claim, "editorial")
    names = set()
    for language in ("en", "ar", "en"):
        reader.client.set_cookie("lang", language)
        page = reader.get(f"/articles/{made}/claims/1").text
        found = set(re.findall(r"<span data-name>([^<]+)</span>", page))
        assert len(found) == 1
        names |= found
    assert len(names) == 2


def test_more_claims_ask_no_more_of_the_database(
    desk: Desk, me: Somebody, reader: Reader, article: Callable[[int], int]
) -> None:
    counts = []
    for size in (3, 40):
        made = article(size)
        for claim in desk.claims(made):
            desk.verdict(me, claim, "sourced")
        path, asked = f"/articles/{made}/claims/2", list[str]()
        reader.get(path)  # which reads the codebook, once for each process

        def note(*facts: object, asked: list[str] = asked) -> None:
            asked.append(str(facts[2]))

        with desk.app.app_context():
            engine = db.engine
        event.listen(engine, "before_cursor_execute", note)
        assert reader.get(path).status_code == 200
        saved = reader.post(
            f"/claims/{desk.claims(made)[1]}/verdicts",
            {"client_key": f"many-claims-{size}", "revision": "1", "label": "editorial"},
            headers={"Accept": "application/json"},
        )
        event.remove(engine, "before_cursor_execute", note)
        assert (saved.status_code, (saved.json or {})["total"]) == (200, size)
        counts.append(len(asked))
    assert counts[0] == counts[1]
