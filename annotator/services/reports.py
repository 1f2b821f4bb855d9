"""The disagreement report: counted by the database, computed by the domain, shown alike by page and command."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from annotator.services.projects import codebook_in_force
from annotator.services.tagging import codebook_of
from annotator.storage import tallies
from annotator.storage.projects import Project

if TYPE_CHECKING:  # numpy is slow to load, and only a report needs it
    from annotator.domain.agreement import Agreement, Estimate

CONTESTED = 50
"""How many of the most contested claims a report lists."""
SMALL_CLAIMS, SMALL_ARTICLES = 30, 10
"""Below either, the data are too little to conclude from."""
PREVALENT, ALPHA_GAP = 0.80, 0.20
"""A label's share, or the distance of alpha and AC1, from which prevalence needs a word of warning."""

Pattern = tuple[int, ...]


@dataclass(frozen=True)
class LabelName:
    """A label as the report names it."""

    key: str
    name: str
    short: str
    mark: str


@dataclass(frozen=True)
class Scope:
    """What the report rests on. `skips` and single verdicts say nothing about agreement and count as missing."""

    articles: int
    claims: int
    labelled_claims: int
    pairable_claims: int
    single_claims: int
    verdicts: int
    skips: int
    headline_verdicts: int
    reviewers: int
    overlap: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Coefficient:
    """One measure of agreement with its interval and what is expected by chance."""

    key: str
    estimate: "Estimate"
    expected: float | None


@dataclass(frozen=True)
class Vote:
    """A label and those who gave it, with the notes that they left."""

    label: str
    reviewers: tuple[str, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True)
class Contested:
    """A claim on which reviewers part, with its entropy in bits (from two verdicts only 0 or 1 is possible)."""

    claim_id: int
    number: int
    article_id: int
    article_title: str
    language: str
    direction: str
    kind: str
    quote: str
    votes: tuple[Vote, ...]
    entropy: float
    n: int


@dataclass(frozen=True)
class ArticleAgreement:
    """Raw agreement within one article: the share of agreeing pairs, averaged over its claims with two verdicts."""

    article_id: int
    title: str
    language: str
    direction: str
    pairable_claims: int
    percent_agreement: float | None


@dataclass(frozen=True)
class Report:
    """A project's disagreement report at one moment."""

    project: str
    project_name: str
    codebook_version: int
    made_at: datetime
    labels: tuple[LabelName, ...]
    scope: Scope
    agreement: "Agreement"
    coefficients: tuple[Coefficient, ...]
    contested: tuple[Contested, ...]
    disputed_claims: int
    articles: tuple[ArticleAgreement, ...]
    warnings: tuple[str, ...]
    """Codes: `too-little`, `prevalence`, `one-label`, `no-pairs`, `one-article`."""

    def to_dict(self) -> dict[str, Any]:
        """Return the report as plain JSON values; what is not defined is null."""
        return asdict(self) | {"made_at": self.made_at.isoformat()}


def make_report(project: Project) -> Report:
    """Compute a project's report from its standing labels."""
    from annotator.domain.agreement import PatternTable, entropy, summarise

    version = codebook_in_force(project.id)
    names = label_names(project.id, version.id)
    keys = [label.key for label in names]
    rows = list(tallies.pattern_rows(project.id, keys))
    agreement = summarise(PatternTable.from_rows(rows, len(keys)), keys)
    patterns = Counter[Pattern]()
    for _article, pattern, claims in rows:
        patterns[pattern] += claims
    return Report(
        project=project.slug,
        project_name=project.name,
        codebook_version=version.number,
        made_at=datetime.now(UTC),
        labels=names,
        scope=make_scope(project.id, agreement),
        agreement=agreement,
        coefficients=coefficients_of(agreement),
        contested=contested_claims(project.id, keys, patterns),
        disputed_claims=sum(claims for pattern, claims in patterns.items() if entropy(pattern) > 0),
        articles=articles_of(rows),
        warnings=tuple(warnings_for(agreement)),
    )


def label_names(project_id: int, version_id: int) -> tuple[LabelName, ...]:
    """Return the codebook's labels, then those that older verdicts used and the codebook no longer has."""
    known = [LabelName(label.key, label.name, label.short, label.mark) for label in codebook_of(version_id).labels]
    old = set(tallies.labels_in_use(project_id)) - {label.key for label in known}
    return (*known, *(LabelName(key, key, key, "plain") for key in sorted(old)))


def make_scope(project_id: int, agreement: "Agreement") -> Scope:
    """Say what the numbers rest on."""
    counts = tallies.scope_counts(project_id)
    return Scope(
        articles=counts.articles,
        claims=counts.claims,
        labelled_claims=agreement.claims,
        pairable_claims=agreement.pairable_claims,
        single_claims=agreement.overlap.get(1, 0),
        verdicts=agreement.verdicts,
        skips=counts.skips,
        headline_verdicts=counts.headlines,
        reviewers=counts.reviewers,
        overlap=tuple(sorted(agreement.overlap.items())),
    )


def coefficients_of(agreement: "Agreement") -> tuple[Coefficient, ...]:
    """List the measures in the order in which the report shows them."""
    keys = ("percent_agreement", "alpha", "fleiss_kappa", "ac1", "brennan_prediger")
    return tuple(Coefficient(key, getattr(agreement, key), agreement.expected.get(key)) for key in keys)


def contested_claims(project_id: int, labels: Sequence[str], patterns: Counter[Pattern]) -> tuple[Contested, ...]:
    """List the claims with the highest entropy, then with most verdicts; what cannot make the list is never fetched."""
    from annotator.domain.agreement import entropy

    groups: dict[tuple[float, int], list[Pattern]] = defaultdict(list)
    for pattern in patterns:
        if entropy(pattern) > 0:
            groups[-round(entropy(pattern), 9), -sum(pattern)].append(pattern)
    wanted, claims = [], 0
    for _, group in sorted(groups.items()):
        wanted.append(group)
        claims += sum(patterns[pattern] for pattern in group)
        if claims >= CONTESTED:
            break
    rows = tallies.claims_showing(project_id, labels, wanted, CONTESTED)
    ids = [row.id for row in rows]
    votes, numbers = votes_by_claim(ids, labels), tallies.numbers_of(ids)
    return tuple(
        Contested(
            claim_id=row.id,
            number=numbers[row.id],
            article_id=row.article_id,
            article_title=row.title,
            language=row.language,
            direction=row.direction,
            kind=row.kind,
            quote=row.quote,
            votes=votes[row.id],
            entropy=entropy([int(count) for count in row[-len(labels) :]]),
            n=sum(int(count) for count in row[-len(labels) :]),
        )
        for row in rows
    )


def votes_by_claim(claim_ids: Sequence[int], labels: Sequence[str]) -> dict[int, tuple[Vote, ...]]:
    """Return the votes on each claim, the label with most of them first."""
    found: dict[int, dict[str, list[tuple[str, str]]]] = defaultdict(lambda: defaultdict(list))
    for row in tallies.votes_on(claim_ids):
        found[row.claim_id][row.label].append((row.display_name, row.note))
    place = {label: i for i, label in enumerate(labels)}
    return {
        claim: tuple(
            Vote(label, tuple(name for name, _ in given), tuple(f"{name}: {note}" for name, note in given if note))
            for label, given in sorted(by_label.items(), key=lambda item: (-len(item[1]), place[item[0]]))
        )
        for claim, by_label in found.items()
    }


def articles_of(rows: Sequence[tuple[int, Pattern, int]]) -> tuple[ArticleAgreement, ...]:
    """Return raw agreement by article, lowest first; an article needs a claim that two reviewers labelled."""
    sums: dict[int, list[float]] = defaultdict(lambda: [0.0, 0.0])
    for article, pattern, claims in rows:
        n = sum(pattern)
        if n >= 2:  # noqa: PLR2004 (a pair)
            sums[article][0] += claims * sum(count * (count - 1) for count in pattern) / (n * (n - 1))
            sums[article][1] += claims
    titles = tallies.article_titles(list(sums))
    found = [
        ArticleAgreement(
            article,
            titles[article].title,
            titles[article].language,
            titles[article].direction,
            int(claims),
            agreeing / claims,
        )
        for article, (agreeing, claims) in sums.items()
    ]
    return tuple(sorted(found, key=lambda row: (row.percent_agreement or 0, row.article_id)))


def warnings_for(agreement: "Agreement") -> list[str]:
    """Return the codes of what a reader has to know before believing the numbers."""
    alpha, ac1 = agreement.alpha, agreement.ac1
    shares = [label.prevalence.value or 0.0 for label in agreement.by_label]
    found = []
    if not agreement.pairable_claims:
        found.append("no-pairs")
    elif sum(share > 0 for share in shares) == 1:
        found.append("one-label")
    if alpha.clusters == 1:
        found.append("one-article")
    if agreement.pairable_claims > 0 and (agreement.pairable_claims < SMALL_CLAIMS or alpha.clusters < SMALL_ARTICLES):
        found.append("too-little")
    gap = ac1.value - alpha.value if ac1.value is not None and alpha.value is not None else 0.0
    if agreement.pairable_claims and (max(shares, default=0.0) > PREVALENT or gap > ALPHA_GAP):
        found.append("prevalence")
    return found
