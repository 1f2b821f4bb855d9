"""What the report's measures, warnings and groups are called in its files, which are in English like most papers."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from annotator.services.report_files.figures import counted

if TYPE_CHECKING:  # numpy comes with it
    from annotator.domain.report import ArticleName, LabelName, Report

COEFFICIENTS: Mapping[str, str] = MappingProxyType(
    {
        "percent_agreement": "Raw agreement",
        "alpha": "Krippendorff’s alpha",
        "fleiss_kappa": "Fleiss’ kappa",
        "ac1": "Gwet’s AC1",
        "brennan_prediger": "Brennan-Prediger",
        "scott_pi": "Scott’s pi",
        "conger_kappa": "Conger’s kappa",
        "mean_cohen_kappa": "Mean of Cohen’s kappas",
    }
)
WARNINGS: Mapping[str, str] = MappingProxyType(
    {
        "no-pairs": "No claim has labels from two reviewers yet: nothing about agreement is defined.",
        "one-label": "Only one label was used: alpha and the kappas are not defined.",
        "one-article": "All claims that two reviewers labelled are in one article: no interval is defined.",
        "too-little": "Fewer than 30 claims with two labels, or fewer than 10 articles: too little to conclude.",
        "prevalence": "Most claims carry one label, so agreement expected by chance is high; read the table by label.",
        "chosen": "The claims were chosen by a label that somebody gave them, which lowers agreement by itself.",
        "bias": "Reviewers use the labels at different rates; Cohen and Conger reward that, alpha and pi do not.",
    }
)
NOTES: Mapping[str, str] = MappingProxyType(
    {
        "words-sample": "The marked words are those of a sample of the verdicts.",
        "fields-sample": "The fields besides the label are those of a share of the articles.",
        "breakdowns-sample": "Agreement by codebook version and by exposure rests on a share of the articles.",
        "adjudicated-sample": "The desk's decisions are those of a share of the articles.",
        "revision-sample": "Agreement on first labels rests on a share of the articles.",
        "articles-cut": "Only some of the articles are listed: there are too many.",
    }
)
BREAKDOWNS: Mapping[str, str] = MappingProxyType(
    {
        "outlet": "outlet",
        "language": "language",
        "batch": "batch (the import that brought the article)",
        "version": "codebook version",
        "exposure": "what of the machine's suggestions was shown before",
    }
)
ROUNDS: Mapping[str, str] = MappingProxyType({"standing": "standing verdicts", "first": "first verdicts"})


@dataclass(frozen=True)
class Names:
    """The labels, reviewers and articles of one report by what its blocks call them."""

    labels: Mapping[str, "LabelName"]
    reviewers: tuple[str, ...]
    by_id: Mapping[int, str]
    articles: Mapping[int, "ArticleName"]

    @classmethod
    def of(cls, report: "Report") -> "Names":
        """Collect a report's names: reviewers by pseudonym only."""
        return cls(
            {label.key: label for label in report.labels},
            tuple(reviewer.pseudonym for reviewer in report.reviewers),
            {reviewer.id: reviewer.pseudonym for reviewer in report.reviewers},
            {article.id: article for article in report.article_names},
        )

    def label(self, key: str | None, otherwise: str = "no majority") -> str:
        """Return a label's name; `otherwise` if there is none."""
        if key is None:
            return otherwise
        return self.labels[key].name if key in self.labels else key

    def title(self, article_id: int) -> str:
        """Return an article's title, its number if no block names it."""
        return self.articles[article_id].title if article_id in self.articles else f"article {article_id}"


def coefficient(key: str) -> str:
    """Return what a coefficient is called."""
    return COEFFICIENTS.get(key, key.replace("_", " "))


def limits(report: "Report") -> Iterator[str]:
    """Yield what the report is limited to, as parts of a sentence; nothing if it looks at all there is."""
    wanted, names = report.filter, Names.of(report)
    if wanted.articles:
        yield f"{counted(len(wanted.articles), 'article')} (number {', '.join(map(str, wanted.articles))})"
    if wanted.reviewers:
        yield f"verdicts of {', '.join(names.by_id.get(one, f'reviewer number {one}') for one in wanted.reviewers)}"
    if wanted.labels:
        yield f"claims that somebody labelled {', '.join(names.label(key) for key in wanted.labels)}"
    if wanted.since:
        yield f"verdicts since {wanted.since.isoformat()}"
    if wanted.until:
        yield f"verdicts until {wanted.until.isoformat()}"
    if wanted.version is not None:
        yield f"verdicts under version {wanted.version} of the codebook"
    if wanted.round != "standing":
        yield ROUNDS.get(wanted.round, wanted.round)


def limited(report: "Report") -> str:
    """Return what the report is limited to, as one line."""
    return "; ".join(limits(report)) or "all standing verdicts"
