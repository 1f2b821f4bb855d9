"""Compression of pages and JSON on their way out, with the standard library's gzip.

Streams (exports) and files stay as they are; static files are compressed once (static_files.py). Zstandard and Brotli
would make a cold visit some kilobytes smaller, for two binary packages more.

Whoever can make a reader's browser ask for pages, choose some of their text and watch the length of the answers could
guess a secret in them (BREACH). Here they can't: requests that other sites cause carry no session (SameSite=Lax) but
for links that the reader follows, and the only secret in a page, the token for forms, is signed anew each second.
"""

import zlib

from flask import Flask, Response, request

KINDS = frozenset({"text/html", "application/json", "application/problem+json"})
SMALLEST = 1400
"""Bytes: a smaller answer fits into one packet as it is."""
LEVEL = 5
"""Two thirds of the time of zlib's own choice, for 2 % more."""
GZIP = 31
"""What zlib calls the gzip format with the largest window."""


def init_app(app: Flask) -> None:
    """Compress the answers of `app`."""
    app.after_request(compress)


def gzipped(body: bytes, level: int) -> bytes:
    """Return `body` compressed, byte for byte the same each time."""
    return zlib.compress(body, level, wbits=GZIP)


def takes_gzip() -> bool:
    """Tell whether the client reads gzip."""
    return request.accept_encodings.quality("gzip") > 0


def compress(response: Response) -> Response:
    """Compress a page or JSON that is worth it, for a client that reads that."""
    done = "Content-Encoding" in response.headers or "Content-Range" in response.headers
    if response.mimetype not in KINDS or response.is_streamed or done:
        return response
    response.vary.add("Accept-Encoding")
    body = response.get_data()
    if len(body) >= SMALLEST and takes_gzip():
        response.set_data(gzipped(body, LEVEL))
        response.content_encoding = "gzip"
    return response
