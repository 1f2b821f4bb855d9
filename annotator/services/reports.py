"""The disagreement report: counted by the database, computed by the domain, shown alike by every page and file."""

import contextlib
import gc
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from threading import Lock
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from annotator.domain.report_filter import Filter
from annotator.services.projects import codebook_in_force
from annotator.services.report_identity import SEED, Row, identity
from annotator.services.tagging import codebook_of
from annotator.storage import events, repeats, report_names, tallies
from annotator.storage.database import AnyRow, db
from annotator.storage.projects import Project

if TYPE_CHECKING:  # numpy is slow to load, and only a report needs it
    from sqlalchemy import Engine

    from annotator.domain.agreement import Agreement
    from annotator.domain.report import (
        ArticleAgreement,
        ArticleName,
        Breakdown,
        Drift,
        LabelName,
        Report,
        Reviewer,
        ReviewerBlock,
        Scope,
    )
    from annotator.domain.votes import Votes

KEPT = 8
"""Reports that a process keeps; one is made anew once the project's log has another event."""
MOST_ARTICLES = 2_000
"""Articles that a report lists: those on which reviewers agree least."""

Key = tuple[int, Filter, tuple[int, int]]

_made: "WeakKeyDictionary[Engine, OrderedDict[Key, Report]]" = WeakKeyDictionary()
_turn = Lock()
"""Reports are made one after the other: each takes memory, and who waits may find the one they want."""


def make_report(project: Project, wanted: Filter = tallies.EVERYTHING) -> "Report":
    """Compute a project's report, or return the one made before if nothing has happened since.

    People appear by their pseudonyms. A filter that names what the project lacks finds nothing.
    """
    key = project.id, wanted, events.state(project.id)
    with _turn:
        found = _kept(key)
        if found is None:
            with _without_collections():
                found = _compute(project, wanted, key[2][0])
            _keep(key, found)
    return found


def _kept(key: Key) -> "Report | None":
    kept = _made.setdefault(db.engine, OrderedDict())
    if key in kept:
        kept.move_to_end(key)
    return kept.get(key)


def _keep(key: Key, report: "Report") -> None:
    kept = _made[db.engine]
    kept[key] = report
    while len(kept) > KEPT:
        kept.popitem(last=False)


@contextlib.contextmanager
def _without_collections() -> Iterator[None]:
    """Keep the garbage collector from walking a hundred thousand rows again and again, a third of a report's time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def forget() -> None:
    """Forget the reports that this process has kept."""
    with _turn:
        _made.clear()


def _compute(project: Project, wanted: Filter, last_event: int) -> "Report":
    """Compute every block."""
    from annotator.domain import (
        aggregation,
        article_agreement,
        coefficient_list,
        pair_blocks,
        report_warnings,
        resampling,
        reviewer_blocks,
    )
    from annotator.domain.agreement import summarise
    from annotator.domain.report import Report
    from annotator.domain.votes import Votes
    from annotator.services import report_adjudicated, report_claims, report_fields, report_revision, report_words
    from annotator.storage.report_adjudicated import decided_rows, decided_signatures

    rows = list(tallies.vote_rows(project.id, wanted))
    names = label_names(project.id, labels_in(rows))
    keys = [label.key for label in names]
    votes = Votes.from_rows(rows, keys)
    agreement = summarise(votes.table(), keys)
    model = aggregation.fit(votes)
    reading = report_claims.read(votes, model)
    pairs = pair_blocks.pair_blocks(votes)
    coefficients = coefficient_list.coefficient_list(votes, agreement)
    facts = report_names.article_facts(project.id)
    reviewers = reviewers_of(votes)
    contested = report_claims.contested_claims(project.id, wanted, reading)
    confused = report_claims.confused_pairs(project.id, wanted, reading, agreement)
    doubted = report_claims.aggregated_claims(project.id, wanted, reading)
    articles, cut = listed_articles(article_agreement.article_agreements(votes))
    moves = report_revision.moves(project.id, wanted)
    revision = report_revision.revision_of(project.id, wanted, keys, moves)
    decided = decided_rows(project.id, wanted)
    fitted = aggregation.aggregation(votes, model, decided_signatures(project.id, wanted, decided))
    named = {
        *(row.article_id for row in articles),
        *(claim.article_id for claim in contested),
        *(claim.article_id for claim in doubted),
        *(claim.article_id for pair in confused for claim in pair.examples),
        *wanted.articles,
    }
    report = Report(
        identity=identity(project, rows, reviewers, last_event),
        filter=wanted,
        labels=names,
        reviewers=reviewers,
        article_names=tuple(article_name(row) for row in facts if row.id in named),
        scope=make_scope(project.id, wanted, agreement),
        warnings=(*report_warnings.warnings(agreement, coefficients, pairs), *(["chosen"] if wanted.labels else [])),
        agreement=agreement,
        coefficients=coefficients,
        checks=resampling.checks(votes.table(), seed=SEED),
        confused=confused,
        contested=contested,
        disputed_claims=reading.disputed,
        articles=articles,
        by_reviewer=with_revised(reviewer_blocks.reviewer_blocks(votes, model), moves, votes.reviewers),
        pairs=pairs,
        drift=drift_of(project.id, wanted, votes),
        aggregation=replace(fitted, claims=doubted) if fitted is not None else None,
        words=report_words.words_of(project.id, wanted, keys),
        fields=report_fields.fields_of(project.id, wanted),
        breakdowns=breakdowns_of(project.id, wanted, votes, facts),
        adjudicated=report_adjudicated.adjudicated_of(project.id, wanted, keys, votes.reviewers, decided),
        revision=revision,
    )
    return replace(report, notes=notes_of(report, is_cut=cut))


def listed_articles(found: "tuple[ArticleAgreement, ...]") -> "tuple[tuple[ArticleAgreement, ...], bool]":
    """Return as many articles as a report lists, those outside the limits before others, and whether some are cut."""
    if len(found) <= MOST_ARTICLES:
        return found, False
    first = sorted(found, key=lambda row: not row.is_outside)[:MOST_ARTICLES]
    kept = {row.article_id for row in first}
    return tuple(row for row in found if row.article_id in kept), True


def notes_of(report: "Report", *, is_cut: bool) -> tuple[str, ...]:
    """Return the codes of what was left out for size."""
    blocks = {"words": report.words, "revision": report.revision, "adjudicated": report.adjudicated}
    sampled = {name for name, block in blocks.items() if block is not None and block.is_sample}
    sampled |= {"fields"} if any(field.is_sample for field in report.fields) else set()
    sampled |= {"breakdowns"} if any(one.is_sample for one in report.breakdowns) else set()
    notes = tuple(
        f"{name}-sample" for name in ("words", "fields", "breakdowns", "adjudicated", "revision") if name in sampled
    )
    return ("articles-cut", *notes) if is_cut else notes


def labels_in(rows: Iterable[Row]) -> set[str]:
    """Return the labels that anybody gave."""
    votes = {vote for text in {row[2] for row in rows} for vote in text.split(",")}
    return {vote.split("=", 1)[1] for vote in votes}


def label_names(project_id: int, in_use: Iterable[str]) -> "tuple[LabelName, ...]":
    """Return the codebook's labels, then those that older verdicts used and the codebook no longer has."""
    from annotator.domain.report import LabelName

    labels = codebook_of(codebook_in_force(project_id).id).labels
    known = [LabelName(label.key, label.name, label.short, label.mark) for label in labels]
    old = set(in_use) - {label.key for label in known}
    return (*known, *(LabelName(key, key, key, "plain") for key in sorted(old)))


def reviewers_of(votes: "Votes") -> "tuple[Reviewer, ...]":
    """Return the reviewers in the order of the votes' columns, by their pseudonyms."""
    from annotator.domain.report import Reviewer

    known = report_names.people(votes.reviewers)
    return tuple(Reviewer(number, known[number].pseudonym) for number in votes.reviewers)


def with_revised(
    blocks: "Iterable[ReviewerBlock]", moves: Iterable[AnyRow], ids: Sequence[int]
) -> "tuple[ReviewerBlock, ...]":
    """Return the reviewers' blocks with how many of their labels are not what they said first."""
    from annotator.services.report_revision import revised_by

    revised = revised_by(moves)
    return tuple(replace(block, revised=revised.get(ids[block.reviewer], 0)) for block in blocks)


def article_name(row: AnyRow) -> "ArticleName":
    """Return what an article is called by."""
    from annotator.domain.report import ArticleName

    batch = str(row.job_id) if row.job_id else ""
    return ArticleName(row.id, row.title, row.outlet, row.language, row.direction, batch)


def make_scope(project_id: int, wanted: Filter, agreement: "Agreement") -> "Scope":
    """Say what the numbers rest on."""
    from annotator.domain.report import Scope

    counts = tallies.scope_counts(project_id, wanted)
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


def drift_of(project_id: int, wanted: Filter, votes: "Votes") -> "Drift | None":
    """Say how agreement moved by week, beside the days on which the codebook or the team changed."""
    from annotator.domain.report import Drift, Milestone
    from annotator.domain.self_consistency import self_consistency
    from annotator.domain.weeks import weeks

    found = weeks(votes)
    if not found:
        return None
    begun = report_names.beginnings(project_id, votes.reviewers)
    milestones = [
        *(Milestone(row.published_at.date(), "version", row.number) for row in report_names.versions(project_id)),
        *(
            Milestone(begun[number].date(), "reviewer", place)
            for place, number in enumerate(votes.reviewers)
            if number in begun
        ),
    ]
    outcomes = repeats.repeat_outcomes(project_id) if wanted.is_empty else []
    ordered = sorted(milestones, key=lambda one: (one.day, one.kind, one.number))
    return Drift(found, tuple(ordered), self_consistency(outcomes))


def breakdowns_of(project_id: int, wanted: Filter, votes: "Votes", facts: Sequence[AnyRow]) -> "tuple[Breakdown, ...]":
    """Compare agreement by outlet, language, import, codebook version and exposure, where there is more than one."""
    from annotator.domain.breakdowns import breakdown
    from annotator.services.report_breakdowns import exposure_breakdown, version_breakdown

    labels = votes.labels
    found = [
        breakdown("outlet", votes, {row.id: row.outlet for row in facts}),
        breakdown("language", votes, {row.id: row.language for row in facts}),
        breakdown("batch", votes, {row.id: str(row.job_id or "") for row in facts}),
        version_breakdown(project_id, wanted, labels),
        exposure_breakdown(project_id, wanted, labels),
    ]
    return tuple(one for one in found if one is not None)
