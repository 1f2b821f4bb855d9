"""The messages between the extraction and its child: a header in JSON and a body of bytes, each with its length."""

import json
import struct
from typing import IO, Any

MAX_HEADER = 100_000
MAX_REQUEST = 60_000_000
MAX_REPLY = 12_000_000
MEMORY_SPENT = 86
"""The child's exit code where a file needs more memory than it may have."""
_LENGTHS = struct.Struct(">II")


class FrameError(ValueError):
    """What came over the pipe is no message."""


def write_frame(stream: IO[bytes], header: dict[str, Any], body: bytes = b"") -> None:
    """Send one message."""
    head = json.dumps(header).encode()
    stream.write(_LENGTHS.pack(len(head), len(body)))
    stream.write(head)
    stream.write(body)
    stream.flush()


def read_frame(stream: IO[bytes], max_body: int = MAX_REQUEST) -> tuple[dict[str, Any], bytes] | None:
    """Return the next message, or None at the end of the stream; raises FrameError for what is none."""
    lengths = stream.read(_LENGTHS.size)
    if not lengths:
        return None
    if len(lengths) < _LENGTHS.size:
        raise FrameError("a message ended in its lengths")
    head_length, body_length = _LENGTHS.unpack(lengths)
    if head_length > MAX_HEADER or body_length > max_body:
        raise FrameError("a message is longer than allowed")
    head, body = stream.read(head_length), stream.read(body_length)
    if len(head) < head_length or len(body) < body_length:
        raise FrameError("a message ended early")
    return _header(head), body


def _header(head: bytes) -> dict[str, Any]:
    try:
        header = json.loads(head)
    except ValueError as error:
        raise FrameError("a message's header is no JSON") from error
    if not isinstance(header, dict):
        raise FrameError("a message's header is no object")
    return header
