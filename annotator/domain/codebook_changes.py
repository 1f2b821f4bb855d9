"""What changed from one version of a codebook to the next, and which verdicts a change of meaning makes stale."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from annotator.domain.codebook import Codebook, Kind, Label, SkipReason
from annotator.domain.codebook_table import Keyed
from annotator.domain.questions import Outcome, Question
from annotator.domain.rewrites import Part, difference

RULES = "rules"
"""The part that guidance and questions are: they lead to every label."""
EDGE_CASES = "## Edge cases"
_LABEL_FIELDS = ("name", "short", "definition", "question", "examples", "counterexamples", "shortcut", "mark", "card")
_LOOKS = frozenset({"short", "shortcut", "mark", "card", "order", "title"})
"""Fields that say nothing of what a verdict means."""
_HEADING = re.compile(r"^#{1,6}\s+(.+?)\s*#*\s*$")


@dataclass(frozen=True, slots=True)
class Target:
    """The verdicts that a change of meaning reaches: those with a label, a kind of it, or a skip reason.

    `any_skip` are all that skip, `everything` all that decide.
    """

    part: str
    label: str = ""
    kind: str = ""
    skip: str = ""
    any_skip: bool = False
    everything: bool = False


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A field before and after; nothing before is added, nothing after removed. `heading` tells sections apart."""

    name: str
    before: str
    after: str
    heading: str = ""

    @property
    def parts(self) -> list[Part]:
        """Return the difference, word by word."""
        if not self.after:
            return [("del", self.before)]
        return difference(self.before, self.after)


@dataclass(frozen=True, slots=True)
class Change:
    """A part of the codebook that was added, removed or changed; `part` names it as it is stored with the version.

    `group` is label, kind, skip, rules, title or order; `name` is what it is called (before, if it was removed), and
    `within` the name of a kind's label.
    """

    part: str
    group: str
    what: str
    name: str
    fields: tuple[FieldChange, ...]
    target: Target
    within: str = ""

    @property
    def requeues(self) -> bool:
        """Tell whether verdicts are asked about again in any case: what they say is gone."""
        return self.what == "removed" and self.group in {"label", "kind", "skip"}

    @property
    def can_matter(self) -> bool:
        """Tell whether the manager has to be asked if the meaning changed."""
        texts = {field.name for field in self.fields} - _LOOKS
        return not self.requeues and self.group not in {"title", "order"} and (bool(texts) or self.what == "added")

    @property
    def has_default(self) -> bool:
        """Tell whether "only the wording" can be taken for granted: so it is with what is new."""
        return self.what == "added"


def changes_between(before: Codebook, after: Codebook) -> list[Change]:
    """Return what changed, in the order of the newer codebook; what was removed comes last of its kind."""
    if before == after:
        return []
    return [
        *_title(before, after),
        *_labels(before, after),
        *_skips(before, after),
        *_rules(before, after),
        *_order(before, after),
    ]


def _title(before: Codebook, after: Codebook) -> Iterator[Change]:
    if before.title != after.title:
        field = FieldChange("title", before.title, after.title)
        yield Change("title", "title", "changed", after.title, (field,), Target("title"))


def _labels(before: Codebook, after: Codebook) -> Iterator[Change]:
    for label in after.labels:
        old = before.label(label.key)
        part = f"label:{label.key}"
        if old is None:
            yield Change(part, "label", "added", label.name, _fields({}, _label(label)), Target(part, everything=True))
            continue
        fields = _fields(_label(old), _label(label))
        if fields:
            yield Change(part, "label", "changed", label.name, fields, Target(part, label=label.key))
        yield from _kinds(old, label)
    for label in before.labels:
        if after.label(label.key) is None:
            part = f"label:{label.key}"
            yield Change(part, "label", "removed", label.name, _fields(_label(label), {}), Target(part, label.key))


def _kinds(before: Label, after: Label) -> Iterator[Change]:
    for kind in after.kinds:
        old, part = before.kind(kind.key), f"kind:{after.key}/{kind.key}"
        fields = _fields(_named(old) if old else {}, _named(kind))
        if old is None:
            yield Change(part, "kind", "added", kind.name, fields, Target(part, label=after.key), after.name)
        elif fields:
            yield Change(part, "kind", "changed", kind.name, fields, Target(part, after.key, kind.key), after.name)
    for kind in before.kinds:
        if after.kind(kind.key) is None:
            part, fields = f"kind:{after.key}/{kind.key}", _fields(_named(kind), {})
            yield Change(part, "kind", "removed", kind.name, fields, Target(part, after.key, kind.key), after.name)


def _skips(before: Codebook, after: Codebook) -> Iterator[Change]:
    for reason in after.skip_reasons:
        old, part = before.skip_reason(reason.key), f"skip:{reason.key}"
        fields = _fields(_named(old) if old else {}, _named(reason))
        if old is None:
            yield Change(part, "skip", "added", reason.name, fields, Target(part, any_skip=True))
        elif fields:
            yield Change(part, "skip", "changed", reason.name, fields, Target(part, skip=reason.key))
    for reason in before.skip_reasons:
        if after.skip_reason(reason.key) is None:
            part, fields = f"skip:{reason.key}", _fields(_named(reason), {})
            yield Change(part, "skip", "removed", reason.name, fields, Target(part, skip=reason.key))


def _rules(before: Codebook, after: Codebook) -> Iterator[Change]:
    fields = [
        *_sections("guidance", sections(before.guidance), sections(after.guidance)),
        *_sections("questions", _asked(before.questions), _asked(after.questions)),
    ]
    if fields:
        yield Change(RULES, RULES, "changed", "", tuple(fields), Target(RULES, everything=True))


def _order(before: Codebook, after: Codebook) -> Iterator[Change]:
    lists: list[tuple[str, Sequence[Keyed], Sequence[Keyed]]] = [
        ("labels", before.labels, after.labels),
        ("skip_reasons", before.skip_reasons, after.skip_reasons),
        ("questions", before.questions, after.questions),
    ]
    for label in after.labels:
        old = before.label(label.key)
        if old is not None:
            lists.append((label.name, old.kinds, label.kinds))
    fields = tuple(
        FieldChange("order", ", ".join(_keys(old)), ", ".join(_keys(new)), name)
        for name, old, new in lists
        if [key for key in _keys(old) if key in _keys(new)] != [key for key in _keys(new) if key in _keys(old)]
    )
    if fields:
        yield Change("order", "order", "changed", "", fields, Target("order"))


def _keys(things: Sequence[Keyed]) -> list[str]:
    return [thing.key for thing in things]


def _label(label: Label) -> Mapping[str, str]:
    values = {name: getattr(label, name) for name in _LABEL_FIELDS}
    return {name: "\n".join(value) if isinstance(value, tuple) else value for name, value in values.items()}


def _named(thing: Kind | SkipReason) -> Mapping[str, str]:
    return {"name": thing.name, "definition": thing.definition}


def _fields(before: Mapping[str, str], after: Mapping[str, str]) -> tuple[FieldChange, ...]:
    names = dict.fromkeys([*after, *before])
    pairs = ((name, before.get(name, ""), after.get(name, "")) for name in names)
    return tuple(FieldChange(name, old, new) for name, old, new in pairs if old != new)


def _sections(name: str, before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[FieldChange]:
    for field in _fields(before, after):
        yield FieldChange(name, field.before, field.after, field.name)


def sections(guidance: str) -> dict[str, str]:
    """Cut a guidance at its headings; of two that are called the same, the second has a number."""
    found, heading = dict[str, list[str]](), ""
    for line in guidance.splitlines():
        match = _HEADING.match(line)
        if match:
            heading, number = match[1], 2
            while heading in found:
                heading, number = f"{match[1]} ({number})", number + 1
        found.setdefault(heading, []).append(line)
    texts = {name: "\n".join(lines).strip() for name, lines in found.items()}
    return {name: text for name, text in texts.items() if text}


def _asked(questions: Sequence[Question]) -> dict[str, str]:
    return {
        one.key: f"{one.text}\n{one.hint}\n+ {_led(one.yes)}\n− {_led(one.no)}".replace("\n\n", "\n")
        for one in questions
    }


def _led(outcome: Outcome) -> str:
    if outcome.skip:
        return "→ ∅"
    if outcome.ask:
        return f"→ {outcome.ask}?"
    return (
        f"→ {outcome.label}" + (f"/{outcome.kind}" if outcome.kind else "") + (" +" if outcome.also_attributed else "")
    )


def guidance_with(guidance: str, case: str, remark: str) -> str:
    """Return a guidance with one more line under its edge cases, which are made if there are none."""
    line = f"- “{case}”" + (f" {remark}" if remark else "")
    lines = guidance.rstrip().splitlines()
    if EDGE_CASES not in lines:
        return "\n".join([*lines, "", EDGE_CASES, "", line]) + "\n"
    start = lines.index(EDGE_CASES) + 1
    end = next((at for at in range(start, len(lines)) if _HEADING.match(lines[at])), len(lines))
    while end > start and not lines[end - 1].strip():
        end -= 1
    before = lines[:end] if lines[end - 1].startswith(("- ", "  ")) else [*lines[:end], ""]
    return "\n".join([*before, line, *lines[end:]]) + "\n"
