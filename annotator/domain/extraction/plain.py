"""Read plain text: decoded, and otherwise as it is."""

from annotator.domain.extraction.charsets import decode
from annotator.domain.extraction.extracted import Extracted, plain_text


def read(content: bytes, header_charset: str | None = None, url: str = "") -> Extracted:
    """Read a text file."""
    decoded = decode(content, header_charset)
    return Extracted(
        text=plain_text(decoded.text),
        url=url,
        charset=decoded.charset,
        charset_reason=decoded.reason,
        method="plain text",
    )
