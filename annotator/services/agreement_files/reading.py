"""Read all verdicts of some files: by looking at each, or in the format that somebody names."""

import hashlib
import zlib
from array import array
from collections.abc import Iterable, Iterator, Mapping, MutableSequence, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain, islice
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any
from zipfile import BadZipFile

from annotator.services.agreement_files import doccano, label_studio, ours, potato, prodigy, tables
from annotator.services.agreement_files.records import TOO_DEEP, BadFile, Record, Source, records, sources, text_of
from annotator.services.agreement_files.verdicts import NotNamed, Reader, Verdict, Wanted

if TYPE_CHECKING:
    from annotator.domain.verdict_list import VerdictList

READERS: Mapping[str, Reader] = MappingProxyType(
    {
        reader.name: reader
        for reader in (
            ours.READER,
            prodigy.READER,
            label_studio.READER,
            label_studio.ROWS,
            potato.READER,
            doccano.READER,
            tables.READER,
        )
    }
)
"""In the order in which a file is held against them."""
LOOKED_AT = 20
"""Records by which a format is known."""
MOST_LABELS = 200
"""Different labels: more are texts, not labels, and their coincidences would not fit."""
BROKEN = (BadZipFile, RuntimeError, zlib.error)
NO_ARCHIVE = "the archive is broken or has a password"


@dataclass(frozen=True)
class ReadFile:
    """A file that was read: its name, its SHA-256, and in which format."""

    name: str
    sha256: str
    format: str
    columns: Mapping[str, str]
    """Which columns of a table were read: unit, reviewer, label and cluster."""


@dataclass
class Collected:
    """All verdicts of the files, by number; `replaced` counts those after which the same reviewer gave another."""

    files: list[ReadFile] = field(default_factory=list)
    units: dict[str, int] = field(default_factory=dict)
    reviewers: dict[str, int] = field(default_factory=dict)
    labels: dict[str, int] = field(default_factory=dict)
    clusters: dict[str, int] = field(default_factory=dict)
    unit: MutableSequence[int] = field(default_factory=lambda: array("q"))
    reviewer: MutableSequence[int] = field(default_factory=lambda: array("q"))
    label: MutableSequence[int] = field(default_factory=lambda: array("q"))
    cluster: MutableSequence[int] = field(default_factory=lambda: array("q"))
    """By unit, while `unit`, `reviewer` and `label` are by verdict; -1 is no label, or no cluster."""

    def add(self, verdict: Verdict) -> None:
        """Add one verdict; raises BadFile where it does not fit those before."""
        unit = self.units.setdefault(verdict.unit, len(self.units))
        cluster = -1
        if verdict.cluster is not None:
            cluster = self.clusters.setdefault(verdict.cluster, len(self.clusters))
        if unit == len(self.cluster):
            self.cluster.append(cluster)
        elif self.cluster[unit] != cluster:
            raise BadFile(
                f"line {verdict.line:,}: the unit “{verdict.unit[:50]}” stands in another cluster than before; if "
                "units are numbered anew in each cluster, name both columns as the unit: --unit CLUSTER --unit UNIT"
            )
        label = -1
        if verdict.label is not None:
            label = self.labels.setdefault(verdict.label, len(self.labels))
            if len(self.labels) > MOST_LABELS:
                raise BadFile(f"line {verdict.line:,}: over {MOST_LABELS} different labels, {_some(self.labels)}")
        self.unit.append(unit)
        self.reviewer.append(self.reviewers.setdefault(verdict.reviewer, len(self.reviewers)))
        self.label.append(label)

    def verdicts(self) -> "VerdictList":
        """Return the verdicts for the arithmetic, labels and reviewers in the order of the alphabet."""
        from annotator.domain.verdict_list import VerdictList  # It loads numpy.

        return VerdictList.of(
            (self.unit, self.reviewer, self.label),
            self.cluster if self.clusters else None,
            list(self.reviewers),
            list(self.labels),
            len(self.clusters),
        )


def _some(labels: Iterable[str]) -> str:
    return ", ".join(f"“{label[:30]}”" for label in islice(labels, 3)) + " …"


def read(paths: Sequence[Path], wanted: Wanted, form: str = "", unused: Iterable[str] = ()) -> Collected:
    """Read the verdicts at these places; `unused` are labels that nobody need have given. Raises BadFile."""
    found = Collected(labels={label: number for number, label in enumerate(dict.fromkeys(unused))})
    places = list(chain.from_iterable(map(_sources, paths)))
    for source in (replace(place, is_one_of_many=len(places) > 1) for place in places):
        try:
            found.files.append(_read_one(source, wanted, form, found))
        except NotNamed as error:
            raise NotNamed(f"{source.name}: {error}") from error
        except BadFile as error:
            raise BadFile(f"{source.name}: {error}") from error
        except OSError as error:
            raise BadFile(f"{source.name}: {error.strerror or error}") from error
        except RecursionError as error:
            raise BadFile(f"{source.name}: {TOO_DEEP}") from error
        except BROKEN as error:
            raise BadFile(f"{source.name}: {NO_ARCHIVE}") from error
    if not found.unit:
        raise BadFile(f"{', '.join(map(str, paths))}: there are no verdicts")
    if not found.labels:
        raise BadFile(f"{', '.join(map(str, paths))}: no verdict has a label")
    return found


def _sources(path: Path) -> tuple[Source, ...]:
    try:
        return sources(path)
    except BadFile as error:
        raise BadFile(f"{path}: {error}") from error
    except BROKEN as error:
        raise BadFile(f"{path}: {NO_ARCHIVE}") from error


def _read_one(source: Source, wanted: Wanted, form: str, found: Collected) -> ReadFile:
    """Read one file into the collection."""
    with source.opened() as file:
        digest = hashlib.sha256()
        while chunk := file.read(1 << 20):
            digest.update(chunk)
        file.seek(0)
        with text_of(file) as text:
            kind, rows = records(text)
            first = list(islice(rows, LOOKED_AT))
            if not first:
                raise BadFile("it has no rows" if kind == "table" else "it holds no objects")
            reader = READERS[form] if form else known(first)
            for verdict in _verdicts(reader, chain(first, rows), wanted, source):
                found.add(verdict)
    columns = tables.described(list(first[0].values), wanted, source) if reader is tables.READER else {}
    return ReadFile(source.name, digest.hexdigest(), reader.name, columns)


def known(first: Sequence[Record]) -> Reader:
    """Return the reader of the format that these records have."""
    values: list[Mapping[str, Any]] = [record.values for record in first]
    return next(reader for reader in READERS.values() if reader.is_like(values))


def _verdicts(reader: Reader, rows: Iterable[Record], wanted: Wanted, source: Source) -> Iterator[Verdict]:
    """Yield the verdicts; records that are not of the format are a clear refusal."""
    last = 0

    def counted() -> Iterator[Record]:
        nonlocal last
        for record in rows:
            last = record.line
            yield record

    try:
        yield from reader.read(counted(), wanted, source)
    except (KeyError, TypeError, AttributeError) as error:
        raise BadFile(
            f"line {last:,}: it is not what {reader.title} writes ({type(error).__name__}: {error})"
        ) from error
