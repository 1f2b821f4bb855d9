"""The disagreement report: its blocks, in the order of an editor's questions, as facts that every form of it shows.

Page, JSON, CSV, HTML, LaTeX, text and a frozen report all show these and compute nothing of their own. A block that
does not apply is None or empty. Reviewers appear by number, their place in `Report.reviewers`. What is not defined is
None, never NaN.

Long because every block is written out with its definitions.
"""

from dataclasses import dataclass, field
from datetime import date, datetime

from annotator.domain.agreement import Agreement
from annotator.domain.intervals import Estimate
from annotator.domain.report_filter import Filter


@dataclass(frozen=True, slots=True)
class LabelName:
    """A label as the report names it."""

    key: str
    name: str
    short: str
    mark: str


@dataclass(frozen=True, slots=True)
class Reviewer:
    """Somebody whose verdicts count. `name` is empty for whoever may not see names, and in what leaves the house."""

    id: int
    pseudonym: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class ArticleName:
    """An article as the report names it; `batch` is the import that brought it (empty: one by one)."""

    id: int
    title: str
    outlet: str
    language: str
    direction: str
    batch: str = ""


@dataclass(frozen=True, slots=True)
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


@dataclass(frozen=True, slots=True)
class Coefficient:
    """One measure of agreement, with its interval and what is expected by chance."""

    key: str
    estimate: Estimate
    expected: float | None


@dataclass(frozen=True, slots=True)
class Check:
    """Other ways to the interval of raw agreement and alpha: none of them is the report's own.

    `bootstrap`: articles drawn with replacement; `bca`: claims drawn with replacement, as if independent (BCa).
    """

    key: str
    bootstrap: Estimate
    bca: Estimate


@dataclass(frozen=True, slots=True)
class Vote:
    """A label and the numbers of those who gave it, with the notes that they left as (reviewer, note)."""

    label: str
    reviewers: tuple[int, ...]
    notes: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Contested:
    """A claim on which reviewers part, with its entropy in bits (from two verdicts only 0 or 1 is possible)."""

    claim_id: int
    number: int
    article_id: int
    kind: str
    quote: str
    votes: tuple[Vote, ...]
    entropy: float
    n: int
    majority: str | None
    estimated: str | None
    """The label that the Dawid-Skene model finds most probable; None if it was not fitted."""
    is_flagged: bool = False


@dataclass(frozen=True, slots=True)
class ConfusedPair:
    """Two labels that meet on one claim: their share of all disagreement and the claims that show it best."""

    first: str
    second: str
    coincidences: float
    share: float | None
    examples: tuple[Contested, ...] = ()


@dataclass(frozen=True, slots=True)
class ArticleAgreement:
    """Agreement within one article; alpha only from 20 paired claims on.

    `heat` is the mean entropy in bits of its claims with two verdicts or more, for the strip of articles. `limits` are
    the 99.8 % control limits of raw agreement for an article of this size about the pooled value.
    """

    article_id: int
    paired_claims: int
    percent_agreement: float | None
    alpha: float | None
    heat: float | None
    limits: tuple[float, float] | None
    is_outside: bool


@dataclass(frozen=True, slots=True)
class ReviewerBlock:
    """One reviewer beside the others. Never ranked; low agreement is not an error.

    `shares` and `pool` are this reviewer's labels and the others' on the same claims; `with_others` is the chance that
    another verdict on the claim is the same; `difference` is alpha with this reviewer minus `alpha_without`;
    `competence` the mean of the model's confusion diagonal weighed by how often each label is true.
    """

    reviewer: int
    verdicts: int
    paired_verdicts: int
    shares: tuple[float | None, ...]
    pool: tuple[float | None, ...]
    with_others: Estimate
    alpha_without: float | None
    difference: Estimate
    competence: Estimate | None
    revised: int = 0


@dataclass(frozen=True, slots=True)
class PairBlock:
    """Two reviewers on the claims both labelled: `table` counts claims, the first one's labels as rows.

    `p_bias` is Bhapkar's test that both use the labels at the same rates (McNemar's for two labels).
    """

    first: int
    second: int
    claims: int
    table: tuple[tuple[int, ...], ...]
    percent_agreement: Estimate
    cohen_kappa: Estimate
    p_bias: float | None


@dataclass(frozen=True, slots=True)
class Week:
    """One week of the drift chart, by the day on which a claim's newest label came; shares by label."""

    monday: date
    verdicts: int
    percent_agreement: Estimate
    alpha: Estimate
    reviewer_shares: tuple[tuple[int, int, tuple[float, ...]], ...]
    """(reviewer, verdicts, share of each label)."""


@dataclass(frozen=True, slots=True)
class Milestone:
    """A day to know for reading the drift: a codebook version (`version`, its number) or a new reviewer."""

    day: date
    kind: str
    number: int


@dataclass(frozen=True, slots=True)
class Drift:
    """How agreement moved; `self_consistency` is the share of repeated claims that got the same label again."""

    weeks: tuple[Week, ...]
    milestones: tuple[Milestone, ...]
    self_consistency: Estimate | None


@dataclass(frozen=True, slots=True)
class AggregatedClaim:
    """A claim on which majority, model and desk do not all say the same; `counts` are votes by label."""

    claim_id: int
    number: int
    article_id: int
    quote: str
    counts: tuple[int, ...]
    majority: str | None
    estimated: str
    probabilities: tuple[float, ...]
    adjudicated: str | None


@dataclass(frozen=True, slots=True)
class ModelReviewer:
    """The model's picture of a reviewer: rows are true labels, cells the probability of each label given."""

    reviewer: int
    confusion: tuple[tuple[Estimate, ...], ...]


@dataclass(frozen=True, slots=True)
class Calibration:
    """Claims whose most probable label had a probability in [low, high), and how often the desk decided so."""

    low: float
    high: float
    claims: int
    mean_probability: float
    right: Estimate


@dataclass(frozen=True, slots=True)
class Aggregation:
    """One label a claim, three ways: majority (ties named, never broken), Dawid-Skene with priors, the desk."""

    majority: tuple[int, ...]
    ties: int
    estimated: tuple[int, ...]
    prevalence: tuple[float, ...]
    differ: int
    """Claims with a majority on which the model finds another label more probable."""
    claims: tuple[AggregatedClaim, ...]
    reviewers: tuple[ModelReviewer, ...]
    calibration: tuple[Calibration, ...]
    iterations: int
    is_converged: bool


@dataclass(frozen=True, slots=True)
class LoadedWord:
    """A word that reviewers marked as loaded: how often, by how many, under which labels and in which outlets."""

    word: str
    marks: int
    claims: int
    reviewers: int
    by_label: tuple[int, ...]
    by_outlet: tuple[tuple[str, int], ...]
    alone: int = 0
    """How many of the marks mark the word by itself, and no word beside it."""


@dataclass(frozen=True, slots=True)
class WordAgreement:
    """Agreement on which words decided it, over pairs of verdicts that say the same label and both mark words.

    `dice` is 2 × words both marked / (words of one + words of the other), averaged over pairs in a claim, then claims;
    `alpha` is Krippendorff's over all words of those claims, marked or not, words of a claim being of one article.
    """

    label: str | None
    """None: all labels together."""
    dice: Estimate
    exact: Estimate
    alpha: Estimate


@dataclass(frozen=True, slots=True)
class Words:
    """The marked words: how far reviewers agree on them, and the desk's list. `verdicts` with marks were looked at."""

    agreement: tuple[WordAgreement, ...]
    loaded: tuple[LoadedWord, ...]
    verdicts: int
    is_sample: bool


@dataclass(frozen=True, slots=True)
class FieldAgreement:
    """How far reviewers who both filled a field of the verdict say the same; `key` as in the export."""

    key: str
    filled: int
    percent_agreement: Estimate
    alpha: Estimate
    is_sample: bool = False
    """Whether only a share of the articles was looked at, since there are too many verdicts."""


@dataclass(frozen=True, slots=True)
class Group:
    """Agreement within one outlet, language, batch, codebook version or exposure."""

    name: str
    claims: int
    verdicts: int
    percent_agreement: Estimate
    alpha: Estimate


@dataclass(frozen=True, slots=True)
class Breakdown:
    """Agreement by a property: `outlet`, `language`, `batch`, `version`, `exposure`; largest groups first."""

    key: str
    groups: tuple[Group, ...]
    others: int = 0
    """Groups that were left out because there are too many."""
    is_sample: bool = False
    """Whether only a share of the articles was looked at, since there are too many verdicts."""


@dataclass(frozen=True, slots=True)
class AgainstDesk:
    """One reviewer's labels beside the desk's decisions on the same claims; rows are the desk's labels."""

    reviewer: int
    table: tuple[tuple[int, ...], ...]
    percent_agreement: Estimate


@dataclass(frozen=True, slots=True)
class Adjudicated:
    """What the desk decided: how many claims, which causes, and how the labels stand before and after."""

    claims: int
    disputed: int
    causes: tuple[tuple[str, int], ...]
    before: tuple[float | None, ...]
    """Share of each label among the verdicts on the settled claims."""
    after: tuple[float | None, ...]
    majority_upheld: Estimate
    reviewers: tuple[AgainstDesk, ...]
    is_sample: bool = False
    """Whether only a share of the articles was looked at, since there are too many decisions."""


@dataclass(frozen=True, slots=True)
class Revision:
    """First verdicts beside those that stand now: `moves` counts (from label, to label, verdicts)."""

    revised: int
    verdicts: int
    moves: tuple[tuple[str | None, str | None, int], ...]
    first_agreement: Estimate
    first_alpha: Estimate
    is_sample: bool = False
    """Whether agreement rests on a share of the articles, since there are too many verdicts."""


@dataclass(frozen=True, slots=True)
class Identity:
    """What makes a report repeatable: which data, which program, which seed."""

    project: str
    project_name: str
    codebook_version: int
    made_at: datetime
    last_event: int
    """The number of the project's last event in the log: a later one may have changed something."""
    data_hash: str
    """SHA-256 of the sorted lines "article TAB week TAB signature TAB claims", reviewers by pseudonym."""
    software: str
    seed: int


@dataclass(frozen=True, slots=True)
class Report:
    """A project's disagreement report at one moment."""

    identity: Identity
    filter: Filter
    labels: tuple[LabelName, ...]
    reviewers: tuple[Reviewer, ...]
    article_names: tuple[ArticleName, ...]
    """Of the articles that a block names."""
    scope: Scope
    warnings: tuple[str, ...]
    """Codes: too-little, prevalence, bias, one-label, no-pairs, one-article, chosen (by a label)."""
    agreement: Agreement
    coefficients: tuple[Coefficient, ...]
    checks: tuple[Check, ...]
    confused: tuple[ConfusedPair, ...]
    contested: tuple[Contested, ...]
    disputed_claims: int
    articles: tuple[ArticleAgreement, ...]
    by_reviewer: tuple[ReviewerBlock, ...]
    pairs: tuple[PairBlock, ...]
    drift: Drift | None = None
    aggregation: Aggregation | None = None
    words: Words | None = None
    fields: tuple[FieldAgreement, ...] = ()
    breakdowns: tuple[Breakdown, ...] = ()
    adjudicated: Adjudicated | None = None
    revision: Revision | None = None
    notes: tuple[str, ...] = field(default=())
    """Codes of what was left out for size: articles-cut; words-sample, fields-sample, breakdowns-sample,
    adjudicated-sample and revision-sample where a block rests on a share of the articles or verdicts."""

    def disputed_share(self, label: str) -> float | None:
        """Return the share of all disagreement in which a label takes part; over all labels they add up to 2."""
        shares = [pair.share for pair in self.agreement.label_pairs if label in {pair.first, pair.second}]
        return None if None in shares or not shares else sum(share for share in shares if share is not None)
