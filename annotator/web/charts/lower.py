"""The charts of the report's lower half: claims, articles, reviewers, weeks, and what the report is broken down by."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, TypeVar

from annotator.web.charts.axes import CLOSE_TICKS, SHARE_TICKS
from annotator.web.charts.funnel import Funnel, funnel
from annotator.web.charts.profiles import Profile, profile
from annotator.web.charts.ranges import RangePlot, range_plot
from annotator.web.charts.strip import StripCell, strip
from annotator.web.charts.votes import Part, vote_bars
from annotator.web.charts.weekly import Weekly, weekly

if TYPE_CHECKING:
    from annotator.domain.report import Report


class OfReviewer(Protocol):
    """What the report says of one reviewer, by their number."""

    @property
    def reviewer(self) -> int:
        """The number."""


Block = TypeVar("Block", bound=OfReviewer)


@dataclass(frozen=True, slots=True)
class LowerCharts:
    """The charts, each None (or left out of its mapping) where its block is empty; rows are keyed as the block is."""

    rank: Mapping[int, int]
    """The places of the reviewers in the order of their pseudonyms."""
    votes: Mapping[int, tuple[Part, ...]]
    strip: tuple[StripCell, ...]
    funnel: Funnel
    with_others: RangePlot
    competence: RangePlot
    profiles: Mapping[int, Profile]
    weekly_raw: Weekly | None
    weekly_alpha: Weekly | None
    words: RangePlot | None
    fields: RangePlot | None
    breakdowns: Mapping[str, RangePlot]
    against_desk: RangePlot | None
    settled: Profile | None
    rounds: RangePlot | None

    def in_order(self, blocks: Iterable[Block]) -> list[Block]:
        """Return what is said of reviewers in the order of their pseudonyms, which ranks nobody."""
        return in_order(blocks, self.rank)


def in_order(blocks: Iterable[Block], rank: Mapping[int, int]) -> list[Block]:
    """Return blocks of reviewers by the places that `rank` gives them."""
    return sorted(blocks, key=lambda one: rank[one.reviewer])


def ranked(report: "Report") -> dict[int, int]:
    """Return the places of the reviewers in the order of their pseudonyms."""
    numbers = sorted(range(len(report.reviewers)), key=lambda number: (report.reviewers[number].pseudonym, number))
    return {number: place for place, number in enumerate(numbers)}


def lower_charts(report: "Report", *, rtl: bool = False) -> LowerCharts:
    """Lay out the charts."""
    raw, alpha = weeks_of(report, rtl=rtl)
    rank = ranked(report)
    blocks = in_order(report.by_reviewer, rank)
    people = [(str(one.reviewer), (one.with_others,)) for one in blocks]
    competent = [(str(one.reviewer), (one.competence,)) for one in blocks if one.competence]
    return LowerCharts(
        rank=rank,
        votes=vote_bars(report.contested, rtl=rtl),
        strip=strip(report.articles),
        funnel=funnel(report.articles, report.agreement.percent_agreement.value, rtl=rtl),
        with_others=range_plot(people, SHARE_TICKS, rtl=rtl),
        competence=range_plot(competent, SHARE_TICKS, rtl=rtl),
        profiles={one.reviewer: profile(one.shares, one.pool, rtl=rtl) for one in report.by_reviewer},
        weekly_raw=raw,
        weekly_alpha=alpha,
        words=words_of(report, rtl=rtl),
        fields=fields_of(report, rtl=rtl),
        breakdowns={
            broken.key: range_plot(
                [(group.name, (group.percent_agreement, group.alpha)) for group in broken.groups], rtl=rtl
            )
            for broken in report.breakdowns
        },
        against_desk=against_desk_of(report, rank, rtl=rtl),
        settled=settled_of(report, rtl=rtl),
        rounds=rounds_of(report, rtl=rtl),
    )


def weeks_of(report: "Report", *, rtl: bool) -> tuple[Weekly | None, Weekly | None]:
    """Return raw agreement and alpha by week, if there is more than one week."""
    if report.drift is None or len(report.drift.weeks) < 2:  # noqa: PLR2004 (a line needs two points)
        return None, None
    weeks, days = report.drift.weeks, report.drift.milestones
    raw = weekly([(week.monday, week.percent_agreement) for week in weeks], days, SHARE_TICKS, rtl=rtl)
    return raw, weekly([(week.monday, week.alpha) for week in weeks], days, CLOSE_TICKS, rtl=rtl)


def words_of(report: "Report", *, rtl: bool) -> RangePlot | None:
    """Return the agreement on marked words; the key "" stands for all labels."""
    if report.words is None or not report.words.agreement:
        return None
    return range_plot([(found.label or "", (found.dice, found.alpha)) for found in report.words.agreement], rtl=rtl)


def fields_of(report: "Report", *, rtl: bool) -> RangePlot | None:
    """Return the agreement on the other fields of a verdict."""
    rows = [(found.key, (found.percent_agreement, found.alpha)) for found in report.fields]
    return range_plot(rows, rtl=rtl) if rows else None


def against_desk_of(report: "Report", rank: Mapping[int, int], *, rtl: bool) -> RangePlot | None:
    """Return how far each reviewer and the desk say the same."""
    if report.adjudicated is None or not report.adjudicated.reviewers:
        return None
    rows = [(str(one.reviewer), (one.percent_agreement,)) for one in in_order(report.adjudicated.reviewers, rank)]
    return range_plot(rows, SHARE_TICKS, rtl=rtl)


def settled_of(report: "Report", *, rtl: bool) -> Profile | None:
    """Return the labels' shares after the desk's decisions, marked with those before."""
    found = report.adjudicated
    return profile(found.after, found.before, rtl=rtl) if found else None


def rounds_of(report: "Report", *, rtl: bool) -> RangePlot | None:
    """Return the agreement of the first verdicts above that of those which stand."""
    if report.revision is None:
        return None
    first = (report.revision.first_agreement, report.revision.first_alpha)
    rows = [("first", first), ("standing", (report.agreement.percent_agreement, report.agreement.alpha))]
    return range_plot(rows, rtl=rtl)
