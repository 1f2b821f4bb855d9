"""Policies: what can be chosen, what contradicts itself, and what opens a blind study."""

from typing import Any

import pytest

from annotator.domain.policies import CHOICES, BadPolicy, check_policies, is_opened

GOOD: dict[str, Any] = {
    "handout": "everyone", "handout_order": "reading", "visibility": "never", "suggestions": "after", "overlap": 2,
    "return_after_days": None, "repeat_percent": 0, "repeat_after_days": 21,
}  # fmt: skip


def test_policies_that_go_together_are_taken() -> None:
    check_policies(GOOD)
    check_policies(GOOD | {"visibility": "after-mine", "handout_order": "uncertain", "return_after_days": 365})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("handout", "nobody"), ("visibility", ""), ("suggestions", None), ("handout_order", "random"), ("overlap", 0),
        ("overlap", 101), ("overlap", None), ("overlap", "2"), ("repeat_percent", -1), ("repeat_percent", 101),
        ("repeat_after_days", None), ("return_after_days", 0), ("return_after_days", 366),
    ],
)  # fmt: skip
def test_what_cannot_be_chosen_is_refused_at_its_field(name: str, value: object) -> None:
    with pytest.raises(BadPolicy) as refusal:
        check_policies(GOOD | {name: value})
    assert refusal.value.field == name


def test_an_order_by_uncertainty_is_refused_where_nobody_may_see_others_verdicts() -> None:
    with pytest.raises(BadPolicy, match="the order itself would tell") as refusal:
        check_policies(GOOD | {"handout_order": "uncertain"})
    assert refusal.value.field == "handout_order"


def test_seeing_more_or_sooner_opens_and_seeing_less_does_not() -> None:
    opened = {
        (before, after)
        for before in CHOICES["visibility"]
        for after in CHOICES["visibility"]
        if is_opened(before, after)
    }
    assert opened == {("never", "after-adjudication"), ("never", "after-mine"), ("after-adjudication", "after-mine")}
