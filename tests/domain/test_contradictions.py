"""Contradictions: what a label and its card say against each other, and what is asked for but missing."""

import tomllib
from typing import Any

import pytest

from annotator import paths
from annotator.domain.codebook import Codebook
from annotator.domain.contradictions import contradictions
from annotator.domain.verdicts import Content

SHIPPED = Codebook.from_dict(tomllib.loads((paths.seeds() / "codebook.toml").read_text("utf-8")))
LOADED, CUE = ((0, 3, "loaded"),), ((4, 7, "cue"),)


@pytest.mark.parametrize(
    ("facts", "found"),
    [
        ({}, []),
        ({"label": "sourced"}, []),
        ({"label": "sourced", "kind": "named", "source_kind": "organisation", "source_name": "The bank"}, []),
        ({"label": "sourced", "kind": "named", "source_kind": "anonymous"}, ["kind-of-source"]),
        ({"label": "sourced", "kind": "document", "source_kind": "person"}, ["kind-of-source"]),
        ({"label": "sourced", "source_kind": "vague"}, ["vague-source"]),
        ({"label": "sourced", "kind": "observed", "marks": CUE}, ["observed-with-source"]),
        ({"label": "sourced", "marks": LOADED}, ["loaded-words"]),
        ({"label": "attributed", "speech": "scare"}, ["scare-quotes"]),
        ({"label": "attributed", "kind": "direct", "speech": "indirect"}, ["kind-of-speech"]),
        ({"label": "attributed", "kind": "indirect", "speech": "mixed"}, []),
        ({"label": "attributed", "kind": "collective", "source_kind": "person"}, ["collective-person"]),
        ({"label": "attributed", "speech": "direct", "depth": 2}, ["source-wanted"]),
        ({"label": "editorial", "kind": "framing"}, ["framing-without-words"]),
        ({"label": "editorial", "kind": "framing", "marks": LOADED}, []),
        ({"label": "editorial", "source_name": "Auditors"}, ["source-not-ticked"]),
        ({"label": "editorial", "source_name": "Auditors", "also_attributed": True}, []),
        ({"label": "editorial", "kind": "unsourced", "also_attributed": True}, ["unsourced-with-source"]),
        ({"label": "sourced", "confidence": 2}, ["note-wanted"]),
        ({"label": "sourced", "confidence": 2, "note": "Vague source"}, []),
        ({"skip_reason": "fragment", "confidence": 1}, ["note-wanted"]),
        ({"label": "of-another-codebook", "source_kind": "vague"}, []),
    ],
)
def test_what_does_not_go_together_is_found(facts: dict[str, Any], found: list[str]) -> None:
    assert list(contradictions(Content(**facts), SHIPPED)) == found
