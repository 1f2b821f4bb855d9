"""A disagreement report with every block filled, for the tests of pages and files: invented people, places and numbers.

Agreement follows from invented votes by the domain's own arithmetic; the other blocks hold plausible numbers, some
of them not defined, since a page has to say so.
"""

from datetime import UTC, date, datetime
from typing import Any

import numpy as np

from annotator.domain.agreement import summarise
from annotator.domain.intervals import Estimate
from annotator.domain.report import (
    Adjudicated,
    AgainstDesk,
    AggregatedClaim,
    Aggregation,
    ArticleAgreement,
    ArticleName,
    Breakdown,
    Calibration,
    Check,
    Coefficient,
    ConfusedPair,
    Contested,
    Drift,
    FieldAgreement,
    Group,
    Identity,
    LabelName,
    LoadedWord,
    Milestone,
    ModelReviewer,
    PairBlock,
    Report,
    Reviewer,
    ReviewerBlock,
    Revision,
    Scope,
    Vote,
    Week,
    WordAgreement,
    Words,
)
from annotator.domain.report_filter import Filter
from annotator.domain.votes import Votes

LABELS = ("sourced", "attributed", "editorial")
NAMES = (
    LabelName("sourced", "Sourced", "Sourced", "sourced"),
    LabelName("attributed", "Attributed opinion", "Attributed", "attributed"),
    LabelName("editorial", "Editorial", "Editorial", "editorial"),
)
PSEUDONYMS = ("amber-gull", "birch-heron", "coral-finch", "dusty-lark")
ARTICLES = 12
QUOTES = (
    "Nobody has answered for the brutality of the January eviction.",
    "The port authority said the wharf “was never safe”.",
    "Its greedy owners blame the fuel <again>.",
    "من المسؤول عن وحشية الإخلاء؟",
    "Two officials, who asked not to be named, said the files were lost. 🚢",
)
NOT_DEFINED = Estimate(None, None, None, 0, 0)


def sample_votes() -> Votes:
    """Return the votes of four people on twelve articles, drawn with a fixed seed."""
    draw = np.random.default_rng(7)
    rows = []
    for article in range(1, ARTICLES + 1):
        lean = draw.dirichlet([4, 2, 2])
        people = sorted(draw.choice(4, size=int(draw.integers(2, 4)), replace=False) + 11)
        for _ in range(int(draw.integers(8, 26))):
            truth = draw.choice(3, p=lean)
            said = [truth if draw.random() < 0.75 else draw.choice(3, p=lean) for _ in people]
            text = ",".join(f"{who}={LABELS[label]}" for who, label in zip(people, said, strict=True))
            rows.append((article, 20_416 + 7 * (article // 4), text, 1))
        rows.append((article, 20_416, f"{people[0]}={LABELS[0]}", 3))
    return Votes.from_rows(rows, LABELS)


def estimate(value: float, width: float = 0.08, n: int = 140, clusters: int = ARTICLES) -> Estimate:
    """Return an estimate of about this width."""
    return Estimate(value, max(value - width, -1.0), min(value + width, 1.0), n, clusters)


def contested(number: int) -> Contested:
    """Return a claim on which people part, the first of them three ways."""
    votes: tuple[Vote, ...] = (Vote("sourced", (0, 1), ((1, "A named office says so."),)), Vote("editorial", (2,)))
    if number == 1:
        votes = (
            Vote("sourced", (0,)),
            Vote("attributed", (1,), ((1, "Whose word is “brutality”?"),)),
            Vote("editorial", (2,)),
        )
    return Contested(
        claim_id=100 + number,
        number=number,
        article_id=1 + number % ARTICLES,
        kind="headline" if number % 9 == 0 else "body",
        quote=QUOTES[number % len(QUOTES)],
        votes=votes,
        entropy=1.585 if number == 1 else 0.918,
        n=3,
        majority=None if number == 1 else "sourced",
        estimated="editorial" if number % 3 == 1 else "sourced",
        is_flagged=number == 2,
    )


def _articles() -> tuple[ArticleAgreement, ...]:
    return tuple(
        ArticleAgreement(
            article_id=number,
            paired_claims=6 + 2 * number,
            percent_agreement=0.4 + 0.045 * number,
            alpha=None if 6 + 2 * number < 20 else 0.1 + 0.06 * number,
            heat=1.0 - 0.07 * number,
            limits=(0.45, 0.95),
            is_outside=number == 1,
        )
        for number in range(1, ARTICLES + 1)
    )


def _reviewers() -> tuple[ReviewerBlock, ...]:
    shares = ((0.5, 0.3, 0.2), (0.45, 0.25, 0.3), (0.6, 0.2, 0.2), (None, None, None))
    return tuple(
        ReviewerBlock(
            reviewer=place,
            verdicts=120 - 30 * place,
            paired_verdicts=100 - 30 * place if place < 3 else 0,
            shares=shares[place],
            pool=(0.5, 0.28, 0.22) if place < 3 else (None, None, None),
            with_others=estimate(0.74 - 0.05 * place) if place < 3 else NOT_DEFINED,
            alpha_without=0.58 if place < 3 else None,
            difference=estimate(-0.01 * place, 0.03) if place < 3 else NOT_DEFINED,
            competence=estimate(0.86 - 0.04 * place, 0.06) if place < 3 else None,
            revised=4 * place,
        )
        for place in range(4)
    )


def _pairs() -> tuple[PairBlock, ...]:
    table = ((30, 4, 3), (2, 18, 5), (1, 2, 14))
    return (
        PairBlock(0, 1, 79, table, estimate(0.78), estimate(0.65, 0.12), 0.21),
        PairBlock(0, 2, 79, table, estimate(0.78), estimate(0.65, 0.12), 0.0004),
        PairBlock(
            1,
            2,
            9,
            ((3, 1, 0), (1, 2, 0), (0, 1, 1)),
            estimate(0.67, 0.3, 9, 2),
            Estimate(0.46, None, None, 9, 1),
            None,
        ),
    )


def _drift() -> Drift:
    weeks = tuple(
        Week(
            monday=date(2025, 11, 24 - 7 * (3 - place)),
            verdicts=90 + 10 * place,
            percent_agreement=estimate(0.7 + 0.03 * place, 0.06),
            alpha=estimate(0.5 + 0.05 * place, 0.1) if place != 1 else Estimate(0.55, None, None, 30, 1),
            reviewer_shares=((0, 40, (0.5, 0.3, 0.2)), (1, 50, (0.4, 0.3, 0.3 - 0.0 * place))),
        )
        for place in range(4)
    )
    milestones = (Milestone(date(2025, 11, 12), "version", 2), Milestone(date(2025, 11, 18), "reviewer", 2))
    return Drift(weeks, milestones, estimate(0.9, 0.05, 40))


def _aggregation() -> Aggregation:
    confusion = tuple(
        tuple(estimate(0.86, 0.05) if truth == said else estimate(0.07, 0.03) for said in range(3))
        for truth in range(3)
    )
    claims = tuple(
        AggregatedClaim(
            200 + n,
            n,
            n,
            QUOTES[n],
            (2, 0, 1),
            None if n == 1 else "sourced",
            "editorial",
            (0.3, 0.1, 0.6),
            "editorial" if n == 2 else None,
        )
        for n in range(1, 4)
    )
    return Aggregation(
        majority=(80, 40, 30),
        ties=12,
        estimated=(84, 44, 34),
        prevalence=(0.52, 0.27, 0.21),
        differ=3,
        claims=claims,
        reviewers=tuple(ModelReviewer(place, confusion) for place in range(3)),
        calibration=(
            Calibration(0.5, 0.8, 12, 0.66, estimate(0.6, 0.2, 12)),
            Calibration(0.8, 1.0, 40, 0.94, estimate(0.92, 0.06, 40)),
        ),
        iterations=18,
        is_converged=True,
    )


def _words() -> Words:
    agreement = (
        WordAgreement(None, estimate(0.62, n=60), estimate(0.4, n=60), estimate(0.55, n=60)),
        WordAgreement("editorial", estimate(0.71, n=40), estimate(0.5, n=40), estimate(0.66, n=40)),
        WordAgreement("attributed", NOT_DEFINED, NOT_DEFINED, NOT_DEFINED),
    )
    loaded = (
        LoadedWord("brutality", 14, 6, 3, (1, 0, 13), (("Harbour Post", 9), ("Vellmar Times", 5))),
        LoadedWord("greedy", 5, 2, 2, (0, 1, 4), (("Harbour Post", 5),)),
    )
    return Words(agreement, loaded, verdicts=180, is_sample=False)


def _adjudicated() -> Adjudicated:
    table = ((30, 2, 1), (3, 18, 1), (2, 1, 14))
    return Adjudicated(
        claims=72,
        disputed=25,
        causes=(("slip", 9), ("text-ambiguous", 8), ("guideline-silent", 8)),
        before=(0.5, 0.28, 0.22),
        after=(0.48, 0.3, 0.22),
        majority_upheld=estimate(0.85, 0.07, 60),
        reviewers=tuple(AgainstDesk(place, table, estimate(0.86, 0.06, 72)) for place in range(3)),
    )


def _breakdowns() -> tuple[Breakdown, ...]:
    return (
        Breakdown(
            "outlet",
            (
                Group("Harbour Post", 90, 220, estimate(0.7), estimate(0.5)),
                Group("Vellmar Times", 50, 120, estimate(0.8), estimate(0.66)),
            ),
            others=2,
        ),
        Breakdown(
            "language",
            (
                Group("en", 130, 310, estimate(0.74), estimate(0.56)),
                Group("ar", 10, 30, estimate(0.6, 0.3, 10, 2), Estimate(0.2, None, None, 10, 1)),
            ),
        ),
        Breakdown(
            "version",
            (Group("1", 100, 240, estimate(0.7), estimate(0.5)), Group("2", 40, 100, estimate(0.82), estimate(0.7))),
        ),
    )


def sample_report(**changes: Any) -> Report:
    """Return the report; `changes` replace blocks."""
    votes = sample_votes()
    agreement = summarise(votes.table(), LABELS)
    keys = ("percent_agreement", "alpha", "fleiss_kappa", "ac1", "brennan_prediger")
    coefficients = [Coefficient(key, getattr(agreement, key), agreement.expected.get(key)) for key in keys]
    coefficients += [
        Coefficient("conger_kappa", estimate(0.57), 0.41),
        Coefficient("mean_cohen_kappa", estimate(0.58), None),
    ]
    claims = tuple(contested(number) for number in range(1, 31))
    pairs = tuple(
        ConfusedPair(pair.first, pair.second, pair.coincidences, pair.share, claims[3 * n : 3 * n + 3])
        for n, pair in enumerate(agreement.label_pairs)
    )
    facts: dict[str, Any] = {
        "identity": Identity(
            project="harbour-study",
            project_name="Harbour study <one>",
            codebook_version=2,
            made_at=datetime(2025, 11, 24, 9, 30, tzinfo=UTC),
            last_event=4711,
            data_hash="5f" * 32,
            software="0.6.0",
            seed=20251124,
        ),
        "filter": Filter(),
        "labels": NAMES,
        "reviewers": tuple(Reviewer(11 + place, name) for place, name in enumerate(PSEUDONYMS)),
        "article_names": tuple(
            ArticleName(
                number,
                f"Wharf talks, day {number} & after",
                "Harbour Post" if number % 2 else "Vellmar Times",
                "en",
                "ltr",
                "",
            )
            if number != 4
            else ArticleName(4, "محادثات الميناء تستأنف", "صحيفة فلمار", "ar", "rtl", "")
            for number in range(1, ARTICLES + 1)
        ),
        "scope": Scope(
            articles=ARTICLES + 2,
            claims=agreement.claims + 40,
            labelled_claims=agreement.claims,
            pairable_claims=agreement.pairable_claims,
            single_claims=agreement.overlap.get(1, 0),
            verdicts=agreement.verdicts,
            skips=7,
            headline_verdicts=22,
            reviewers=4,
            overlap=tuple(sorted(agreement.overlap.items())),
        ),
        "warnings": ("bias",),
        "agreement": agreement,
        "coefficients": tuple(coefficients),
        "checks": (
            Check("percent_agreement", estimate(0.74, 0.05), estimate(0.74, 0.03)),
            Check("alpha", estimate(0.56, 0.09), estimate(0.56, 0.05)),
        ),
        "confused": pairs,
        "contested": claims,
        "disputed_claims": 57,
        "articles": _articles(),
        "by_reviewer": _reviewers(),
        "pairs": _pairs(),
        "drift": _drift(),
        "aggregation": _aggregation(),
        "words": _words(),
        "fields": (
            FieldAgreement("kind", 90, estimate(0.7), estimate(0.6)),
            FieldAgreement("source_kind", 12, estimate(0.66, 0.2, 12, 3), Estimate(0.4, None, None, 12, 1)),
        ),
        "breakdowns": _breakdowns(),
        "adjudicated": _adjudicated(),
        "revision": Revision(
            9, 340, (("sourced", "editorial", 6), (None, "attributed", 3)), estimate(0.71), estimate(0.52)
        ),
    }
    return Report(**facts | changes)
