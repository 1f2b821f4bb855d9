"""The names of what a verdict's cards can say, once for every page, form and list that shows them."""

from types import MappingProxyType

from flask_babel import lazy_gettext as _l

SOURCE_KINDS = MappingProxyType(
    {
        "person": _l("Named person"),
        "organisation": _l("Named organisation"),
        "document": _l("Document or data"),
        "anonymous": _l("Anonymous"),
        "vague": _l("Vague group"),
    }
)
SHORT_SOURCE_KINDS = MappingProxyType(
    SOURCE_KINDS | {"person": _l("Person"), "organisation": _l("Organisation"), "document": _l("Document, data")}
)
"""For the card, which has little room."""
SPEECH_TYPES = MappingProxyType(
    {"direct": _l("Direct"), "indirect": _l("Indirect"), "mixed": _l("Mixed"), "scare": _l("Scare quotes")}
)
DEPTHS = MappingProxyType({1: _l("1 – plain"), 2: _l("2 – nested"), 3: "3", 4: "4", 5: "5"})
CONFIDENCES = MappingProxyType({1: _l("1 – unsure"), 2: _l("2 – fairly sure"), 3: _l("3 – sure")})
