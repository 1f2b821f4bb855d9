"""What a disagreement report is limited to. It stands by itself, since a start of the program loads no numpy."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Filter:
    """What the report is limited to; an empty field limits nothing. Dates are of the verdict, both ends included."""

    articles: tuple[int, ...] = ()
    reviewers: tuple[int, ...] = ()
    labels: tuple[str, ...] = ()
    """Claims to which at least one reviewer gave one of these."""
    since: date | None = None
    until: date | None = None
    version: int | None = None
    """The number of the codebook's version under which a verdict was given."""
    round: str = "standing"
    """`standing`: what each reviewer says now; `first`: the first that each said, before anything was changed."""

    @property
    def is_empty(self) -> bool:
        """Tell whether all that stands is looked at."""
        return self == Filter()
