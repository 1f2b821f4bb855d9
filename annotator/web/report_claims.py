"""The contested claims of a report, all or those of one sort: plain links choose, so that it works without script."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from flask import has_request_context, request
from flask_babel import lazy_gettext as _l

if TYPE_CHECKING:  # numpy is slow to load, and only a report needs it
    from annotator.domain.report import Contested

PARAMETER, ALL = "claims", "all"
NAMES = MappingProxyType(
    {
        ALL: _l("All"),
        "majority": _l("A majority, such as 2–1"),
        "three-way": _l("Three ways or more"),
        "model": _l("The model differs from the majority"),
        "note": _l("With a note"),
    }
)


@dataclass(frozen=True, slots=True)
class Way:
    """A sort of contested claims: how many there are, and the address that shows them."""

    key: str
    name: str
    claims: int
    address: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class ContestedList:
    """The claims that are shown, and the ways to show others; none outside a request, where no link leads back."""

    claims: Sequence["Contested"]
    ways: tuple[Way, ...]
    current: str


def contested_list(contested: Sequence["Contested"]) -> ContestedList:
    """Return the claims of the sort that the address asks for; an unknown sort is all."""
    if not has_request_context():
        return ContestedList(contested, (), ALL)
    asked = request.args.get(PARAMETER, ALL)
    current = asked if asked in _SORTS else ALL
    found = {key: [claim for claim in contested if is_one(claim)] for key, is_one in _SORTS.items()}
    ways = tuple(
        Way(key, str(NAMES[key]), len(claims), address_for(key), key == current) for key, claims in found.items()
    )
    return ContestedList(found[current], ways, current)


def address_for(key: str) -> str:
    """Return the address of this page with another sort of claims, and whatever else it is limited to."""
    kept = [(name, value) for name, value in request.args.items(multi=True) if name != PARAMETER]
    query = urlencode(kept if key == ALL else [*kept, (PARAMETER, key)])
    return f"{request.path}{'?' if query else ''}{query}#contested"


def is_outvoted(claim: "Contested") -> bool:
    """Tell whether one label has more votes than the only other, as in 2-1."""
    return claim.majority is not None and len(claim.votes) == 2  # noqa: PLR2004 (two labels)


def is_three_way(claim: "Contested") -> bool:
    """Tell whether three labels or more were given."""
    return len(claim.votes) > 2  # noqa: PLR2004 (two labels)


def is_otherwise(claim: "Contested") -> bool:
    """Tell whether the model finds another label than the majority's most probable."""
    return None not in {claim.majority, claim.estimated} and claim.majority != claim.estimated


def has_note(claim: "Contested") -> bool:
    """Tell whether a reviewer left a note."""
    return any(vote.notes for vote in claim.votes)


_SORTS: Mapping[str, Callable[["Contested"], bool]] = MappingProxyType(
    {
        ALL: lambda _claim: True,
        "majority": is_outvoted,
        "three-way": is_three_way,
        "model": is_otherwise,
        "note": has_note,
    }
)
