"""The claims that a report names: the most contested, the best examples of two labels, those that the model doubts."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from annotator.domain.report_filter import Filter
from annotator.storage import report_claims, tallies
from annotator.storage.database import AnyRow

if TYPE_CHECKING:
    from annotator.domain.agreement import Agreement
    from annotator.domain.fitted_model import Model
    from annotator.domain.patterns import Floats, Integers
    from annotator.domain.report import AggregatedClaim, ConfusedPair, Contested, Vote
    from annotator.domain.votes import Truths, Votes

MOST = 50
"""Claims in each list."""
EXAMPLES, PAIRS = 3, 10
"""Claims that show two labels on one claim, for the pairs of labels with most disagreement."""
PATTERNS = 400
"""Patterns of verdicts that one query asks for."""


@dataclass(frozen=True)
class Reading:
    """What is known of each signature of the votes: its pattern, spread, majority and the model's label.

    Labels are numbers; -1 is no majority, no model. `shown` are the patterns that there are, `kind` which of them each
    signature is.
    """

    votes: "Votes"
    patterns: "Integers"
    entropy: "Floats"
    majority: "Integers"
    estimated: "Integers"
    posterior: "Floats | None"
    claims: "Integers"
    shown: "Integers"
    kind: "Integers"
    places: dict[str, int]

    @property
    def disputed(self) -> int:
        """Count the claims on which reviewers part."""
        return int(self.claims[self.entropy > 0].sum())

    def label(self, number: int) -> str | None:
        """Return the key of a label by its number."""
        return self.votes.labels[number] if number >= 0 else None


def read(votes: "Votes", model: "Model | None") -> Reading:
    """Look at each pattern once."""
    import numpy as np

    from annotator.domain.aggregation import claims_by_signature, majorities
    from annotator.domain.patterns import entropies

    patterns = votes.patterns()
    shown, kind = np.unique(patterns, axis=0, return_inverse=True)
    posterior = model.posterior if model is not None else None
    nothing = np.full(len(patterns), -1, dtype=np.int64)
    return Reading(
        votes=votes,
        patterns=patterns,
        entropy=entropies(shown)[kind],
        majority=majorities(votes),
        estimated=nothing if posterior is None else posterior.argmax(axis=1),
        posterior=posterior,
        claims=claims_by_signature(votes),
        shown=shown,
        kind=kind,
        places={text: place for place, text in enumerate(votes.spelled)},
    )


def contested_claims(project_id: int, wanted: Filter, reading: Reading) -> "tuple[Contested, ...]":
    """List the claims with the highest entropy, then with most verdicts, then the oldest.

    Beside the first 50 of all stand the first 50 with a majority, of those split three ways, and of those for which
    the model finds another label than the majority, so that each of these lists can be shown.
    """
    several = (reading.patterns > 0).sum(axis=1)
    decided = (reading.entropy > 0) & (reading.majority >= 0)
    chosen = [
        _most_spread(project_id, wanted, reading, reading.entropy > 0),
        _most_spread(project_id, wanted, reading, decided),
        _most_spread(project_id, wanted, reading, several > 2),  # noqa: PLR2004
        _by_signature(project_id, wanted, reading, decided & (reading.estimated != reading.majority)),
    ]
    rows = {row.id: row for found in chosen for row in found}
    claims = as_contested(rows.values(), reading)
    return tuple(sorted(claims, key=lambda claim: (-round(claim.entropy, 9), -claim.n, claim.claim_id)))


def confused_pairs(
    project_id: int, wanted: Filter, reading: Reading, agreement: "Agreement"
) -> "tuple[ConfusedPair, ...]":
    """List the pairs of labels, most disagreement first, the first ones with claims that show them."""
    from annotator.domain.report import ConfusedPair

    place = {label: number for number, label in enumerate(reading.votes.labels)}
    rows: dict[tuple[str, str], Sequence[AnyRow]] = {}
    for pair in [pair for pair in agreement.label_pairs if pair.share][:PAIRS]:
        both = (reading.patterns[:, place[pair.first]] > 0) & (reading.patterns[:, place[pair.second]] > 0)
        rows[pair.first, pair.second] = _most_spread(project_id, wanted, reading, both, EXAMPLES)
    claims = as_contested({row.id: row for found in rows.values() for row in found}.values(), reading)
    known = {claim.claim_id: claim for claim in claims}
    return tuple(
        ConfusedPair(
            pair.first,
            pair.second,
            pair.coincidences,
            pair.share,
            tuple(known[row.id] for row in rows.get((pair.first, pair.second), ())),
        )
        for pair in agreement.label_pairs
    )


def aggregated_claims(
    project_id: int, wanted: Filter, reading: Reading, desk: "dict[int, str] | None" = None
) -> "tuple[AggregatedClaim, ...]":
    """List claims without a majority, or for which the model finds another label; the least certain first."""
    from annotator.domain.report import AggregatedClaim
    from annotator.storage.report_adjudicated import desk_labels

    if reading.posterior is None:
        return ()
    paired = reading.patterns.sum(axis=1) > 1
    rows = _by_signature(project_id, wanted, reading, paired & (reading.estimated != reading.majority))
    ids = [row.id for row in rows]
    numbers, decided = tallies.numbers_of(ids), desk if desk is not None else desk_labels(ids)
    found = []
    for row in rows:
        place = reading.places[row.signature]
        found.append(
            AggregatedClaim(
                claim_id=row.id,
                number=numbers[row.id],
                article_id=row.article_id,
                quote=row.quote,
                counts=tuple(reading.patterns[place].tolist()),
                majority=reading.label(int(reading.majority[place])),
                estimated=reading.votes.labels[int(reading.estimated[place])],
                probabilities=tuple(reading.posterior[place].tolist()),
                adjudicated=decided.get(row.id),
            )
        )
    return tuple(sorted(found, key=lambda claim: (max(claim.probabilities), claim.claim_id)))


def _most_spread(
    project_id: int, wanted: Filter, reading: Reading, kept: "Truths", limit: int = MOST
) -> Sequence[AnyRow]:
    """Return the claims whose pattern is kept, by entropy, then number of verdicts, then id."""
    import numpy as np

    claims = np.bincount(reading.kind[kept], reading.claims[kept], len(reading.shown))
    spread = np.zeros(len(reading.shown))
    spread[reading.kind] = reading.entropy
    groups: dict[tuple[float, int], list[int]] = defaultdict(list)
    for place in claims.nonzero()[0].tolist():
        groups[-round(float(spread[place]), 9), -int(reading.shown[place].sum())].append(place)
    asked, known = [], 0
    for _, places in sorted(groups.items()):
        asked.append([tuple(reading.shown[place].tolist()) for place in places[:PATTERNS]])
        known += int(claims[places].sum())
        if known >= limit:
            break
    rows = report_claims.claims_showing(project_id, wanted, reading.votes.labels, asked, limit)
    return [row for row in rows if row.signature in reading.places]


def _by_signature(project_id: int, wanted: Filter, reading: Reading, kept: "Truths") -> Sequence[AnyRow]:
    """Return claims whose signature is kept, those with the highest entropy first."""
    import numpy as np

    places = np.flatnonzero(kept & (reading.claims > 0))
    places = places[np.lexsort((places, -reading.claims[places], -reading.entropy[places]))]
    enough = int(np.searchsorted(np.cumsum(reading.claims[places]), MOST)) + 1
    asked = [reading.votes.spelled[place] for place in places[:enough].tolist()]
    rows = tallies.claims_with(project_id, wanted, asked, MOST) if asked else []
    return [row for row in rows if row.signature in reading.places]


def as_contested(rows: Iterable[AnyRow], reading: Reading) -> "list[Contested]":
    """Return claims with who gave which label, and the notes that they left."""
    from annotator.domain.report import Contested

    found = list(rows)
    ids = [row.id for row in found]
    numbers, notes = tallies.numbers_of(ids), _notes_on(ids)
    claims = []
    for row in found:
        place = reading.places[row.signature]
        votes = _votes(reading, place, notes.get(row.id, {}))
        claims.append(
            Contested(
                claim_id=row.id,
                number=numbers[row.id],
                article_id=row.article_id,
                kind=row.kind,
                quote=row.quote,
                votes=votes,
                entropy=float(reading.entropy[place]),
                n=int(reading.patterns[place].sum()),
                majority=reading.label(int(reading.majority[place])),
                estimated=reading.label(int(reading.estimated[place])),
                is_flagged=any(flagged for _, flagged in notes.get(row.id, {}).values()),
            )
        )
    return claims


def _votes(reading: Reading, place: int, notes: dict[int, tuple[str, bool]]) -> "tuple[Vote, ...]":
    """Return the votes on a claim, the label with most of them first."""
    from annotator.domain.report import Vote

    given: dict[int, list[int]] = defaultdict(list)
    for reviewer, label in enumerate(reading.votes.given[place].tolist()):
        if label >= 0:
            given[label].append(reviewer)
    ids = reading.votes.reviewers
    return tuple(
        Vote(
            reading.votes.labels[label],
            tuple(reviewers),
            tuple((who, notes[ids[who]][0]) for who in reviewers if notes.get(ids[who], ("", False))[0]),
        )
        for label, reviewers in sorted(given.items(), key=lambda item: (-len(item[1]), item[0]))
    )


def _notes_on(claim_ids: Sequence[int]) -> dict[int, dict[int, tuple[str, bool]]]:
    found: dict[int, dict[int, tuple[str, bool]]] = defaultdict(dict)
    for row in report_claims.notes_on(claim_ids):
        found[row.claim_id][row.reviewer_id] = row.note, row.is_flagged
    return found
