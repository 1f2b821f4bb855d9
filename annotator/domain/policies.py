"""Policies of a project: what may be chosen, what goes together, and what opens a blind study."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

CHOICES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "handout": ("everyone", "planned", "next"),
        "handout_order": ("reading", "uncertain"),
        "visibility": ("never", "after-adjudication", "after-mine"),
        "suggestions": ("never", "after", "before"),
    }
)
"""What each policy can be; visibility from the closed to the open."""
BOUNDS: Mapping[str, tuple[int, int]] = MappingProxyType(
    {"overlap": (1, 100), "return_after_days": (1, 365), "repeat_percent": (0, 100), "repeat_after_days": (1, 365)}
)
"""The least and the greatest that each number can be."""
CAN_BE_NONE = frozenset({"return_after_days"})

ORDER_WOULD_TELL = (
    "Where reviewers never see others’ verdicts, “most uncertain first” is not to be had: the order itself would tell"
    " them where others disagree."
)


class BadPolicy(ValueError):
    """A policy cannot be so, or not beside another one; `field` names it, the message is for the manager."""

    def __init__(self, field: str, message: str) -> None:
        """Keep which field it is about."""
        super().__init__(message)
        self.field = field


def check_policies(facts: Mapping[str, Any]) -> None:
    """Refuse what cannot be chosen and what contradicts itself; raises BadPolicy for the first such field."""
    for name, choices in CHOICES.items():
        if facts[name] not in choices:
            raise BadPolicy(name, "This is not one of the choices.")
    for name, (least, most) in BOUNDS.items():
        value = facts[name]
        if value is None and name in CAN_BE_NONE:
            continue
        if not isinstance(value, int) or not least <= value <= most:
            raise BadPolicy(name, "This number is too small or too large.")
    if facts["visibility"] == "never" and facts["handout_order"] == "uncertain":
        raise BadPolicy("handout_order", ORDER_WOULD_TELL)


def is_opened(before: str, after: str) -> bool:
    """Tell whether reviewers see more of others' verdicts, or see it sooner, than before."""
    openness = CHOICES["visibility"]
    return openness.index(after) > openness.index(before)
