"""The form of a verdict: values without meaning store nothing, keys may be anything, what comes twice counts once."""

from typing import Any

import pytest
from sqlalchemy import select

from annotator.storage.verdicts import Verdict
from tests.desk import Desk, Somebody
from tests.web.conftest import House
from tests.web.test_bad_input import raw, revision_of, stored

ODD_VALUES = [
    ("revision", str(10**18)), ("revision", str(10**17)), ("revision", "-1"), ("revision", "1e3"), ("revision", "１"),
    ("revision", " 0"),
    ("revision", ""), ("revision", "0x0"), ("revision", "9" * 400), ("client_key", ""), ("client_key", "short"),
    ("client_key", "x" * 101),
    ("label", "constructor"), ("label", "__proto__"), ("label", "SOURCED"), ("label", "sourced "),
    ("label", "x" * 10_000), ("label", "%"),
    ("kind_editorial", "named"), ("kind_editorial", "x" * 10_000), ("skip_reason", "boring"),
    ("skip_reason", "x" * 5000),
    ("confidence", "0"), ("confidence", "4"), ("confidence", "-1"), ("confidence", "2.0"), ("confidence", "two"),
    ("confidence", "٢"),
    ("source_kind", "nobody"), ("source_kind", "Person"), ("speech", "shouted"), ("depth", "0"), ("depth", "6"),
    ("depth", "٢"), ("continues", "999999999"), ("continues", "9" * 400), ("rewrite", "x" * 1001), ("path", "x" * 3001),
    ("speaker", "0-5"), ("cue", "5-5"), ("cue", "x"),
    ("evidence_url", "javascript:alert(1)"), ("evidence_url", " JavaScript:alert(1)"),
    ("evidence_url", "java\tscript:alert(1)"),
    ("evidence_url", "data:text/html,x"), ("evidence_url", "//example.org/x"), ("evidence_url", "https://"),
    ("evidence_url", "https:///x"),
    ("evidence_url", "https://example.org/\u202egpj"), ("evidence_url", "https://exa mple.org"),
    ("evidence_url", 'https://example.org/"><b>'),
    ("evidence_url", "https://[::1"), ("evidence_url", "https://example.org\\@evil"), ("evidence_url", "vbscript:x"),
    ("evidence_url", "https://example.org/\x01"), ("evidence_url", "file:///etc/passwd"),
    ("evidence_url", "example.org"),
    ("word", "0-5"), ("word", "-"), ("word", "1"), ("word", "a-b"), ("word", "1-2-3"), ("word", "５-６"),
    ("word", f"{2**63}-{2**64}"),
    ("word", "5-5"), ("word", "9-8"), ("word", "x" * 100_000), ("word", "-1-5"), ("word", "1e1-2e1"), ("word", "+1-2"),
]  # fmt: skip


@pytest.mark.parametrize("kind", ["text/html", "application/json"])
def test_a_value_that_means_nothing_is_refused_and_nothing_is_stored(house: House, kind: str) -> None:
    browser, claim, before = house.browser("manager"), house.claims[2], stored(house)
    token, found = browser.token(), {}
    for field, value in ODD_VALUES:
        form: dict[str, Any] = {
            "csrf_token": token,
            "client_key": "odd-values",
            "revision": "0",
            "label": "editorial",
            field: value,
        }
        if field == "skip_reason":
            form.pop("label")
        answer = browser.client.post(f"/claims/{claim}/verdicts", data=form, headers={"Accept": kind})
        found[field, value] = answer.status_code
    expected = dict.fromkeys(ODD_VALUES, 422) | {("revision", str(10**17)): 409}
    assert found == expected
    assert stored(house) == before


@pytest.mark.parametrize(
    "seconds", ["", "nan", "inf", "-1", "1e999", "1e400", "abc", "９", "86401", "1_0", "0x10", "1" * 20]
)
def test_a_time_that_makes_no_sense_is_left_out(house: House, seconds: str) -> None:
    claim, browser = house.claims[1], house.browser("admin")
    revision = revision_of(house, "admin", claim)
    form = {"client_key": f"seconds-{seconds}", "revision": str(revision), "label": "sourced", "seconds": seconds}
    assert browser.post(f"/claims/{claim}/verdicts", form).status_code == 303
    with house.desk.inside(writes=False) as session:
        latest = session.scalars(select(Verdict).where(Verdict.claim_id == claim).order_by(Verdict.id.desc())).first()
        assert latest is not None
        assert latest.seconds in {None, 9.0, 10.0}


def test_words_without_end_are_refused_quickly(house: House) -> None:
    browser = house.browser("manager")
    body = "client_key=many-words&revision=0&label=sourced" + "".join(f"&word={n}-{n + 1}" for n in range(100_000))
    assert raw(browser, f"/claims/{house.claims[2]}/verdicts", body).status_code == 422


KEYS = ["' OR 1=1 --", "<script>alert(1)</script>", "\U0001f600" * 20, "ключ" * 5, "\\\\\\\\%%%%____", "\u202e" * 10,
        "key\r\nwith lines", "        ", "null____", "{{7*7}}{{7*7}}"]  # fmt: skip


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("database_url", ["sqlite", "postgresql"], indirect=True)
def test_a_key_may_be_any_text_and_is_the_same_key_again(desk: Desk, key: str) -> None:
    reader: Somebody = desk.member(desk.project())
    claim, browser = desk.claims(desk.article(1))[0], desk.reader(reader)
    form, headers = {"client_key": key, "revision": "0", "label": "sourced"}, {"Accept": "application/json"}
    first = browser.post(f"/claims/{claim}/verdicts", form, headers=headers)
    again = browser.post(f"/claims/{claim}/verdicts", form, headers=headers)
    assert first.status_code == again.status_code == 200
    assert first.json is not None
    assert again.json is not None
    assert first.json["revision"] == again.json["revision"] == 1


def test_fields_that_come_twice_count_once(house: House) -> None:
    claim, browser = house.claims[0], house.browser("manager")
    body = (
        "client_key=twice-given&client_key=other-key&revision=0&revision=7&label=sourced&label=editorial&note=a&note=b"
    )
    assert raw(browser, f"/claims/{claim}/verdicts", body).status_code == 303
    with house.desk.inside(writes=False) as session:
        verdict = session.scalars(select(Verdict).where(Verdict.claim_id == claim).order_by(Verdict.id.desc())).first()
        assert verdict is not None
        assert (verdict.label, verdict.note, verdict.client_key) == ("sourced", "a", "twice-given")
