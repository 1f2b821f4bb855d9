"""The process that parses files from outside: it limits itself first, then reads requests from its standard input.

It knows no secret, opens no file for writing and no connection, and ends when its parent does. Long imports happen
before the limits count. `annotator.services.extraction` starts it, stops it, and replaces it after a fault.
"""

import contextlib
import logging
import os
import sys
import warnings
from dataclasses import asdict
from typing import Any

from annotator.domain.extraction import NotReadable, extract, feeds
from annotator.services.extraction_frames import MAX_REPLY, MEMORY_SPENT, FrameError, read_frame, write_frame

MEMORY = 1_000_000_000
"""Bytes of address space beyond what the process has when it begins to wait."""
OPEN_FILES = 64
_FORBIDDEN = (
    "socket.",
    "subprocess.",
    "os.exec",
    "os.fork",
    "os.posix_spawn",
    "os.spawn",
    "os.system",
    "os.startfile",
    "os.remove",
    "os.rename",
    "os.rmdir",
    "os.mkdir",
    "os.link",
    "os.symlink",
    "os.truncate",
    "os.chmod",
    "os.chown",
    "shutil.",
    "urllib.",
    "ftplib.",
    "smtplib.",
    "webbrowser.",
)
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


def main() -> None:
    """Serve requests until the parent closes the pipe or a request was too much."""
    requests, replies = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    _silence()
    _load_libraries()
    memory = limit_process()
    sys.addaudithook(_forbid)
    write_frame(replies, {"ready": True, "memory": memory})
    while (frame := read_frame(requests)) is not None:
        request, content = frame
        limit_seconds(float(request["seconds"]))
        header, body, goes_on = _answer(request, content)
        write_frame(replies, header, body)
        if not goes_on:
            return


def _answer(request: dict[str, Any], content: bytes) -> tuple[dict[str, Any], bytes, bool]:
    """Return the reply to a request, and whether the process is fit for another one."""
    try:
        body = _read(request, content)
    except NotReadable as error:
        return {"refused": str(error)}, b"", True
    except MemoryError:
        raise
    except RecursionError:
        return {"refused": "It is nested too deeply to read."}, b"", False
    except Exception as error:  # noqa: BLE001 - what a parser raises on a hostile file is not foreseeable
        return {"refused": "It is damaged or not what it seems to be.", "fault": _fault(error)}, b"", False
    return {}, body, True


def _read(request: dict[str, Any], content: bytes) -> bytes:
    from json import dumps

    if request["what"] == "feed":
        value: Any = feeds.read(content, request["url"], request["header_charset"])
    else:
        value = extract(
            request["name"],
            content,
            media_type=request["media_type"],
            header_charset=request["header_charset"],
            url=request["url"],
        )
    body = dumps(asdict(value), ensure_ascii=False, default=str).encode()
    if len(body) > MAX_REPLY:
        raise NotReadable(f"Its text is longer than {MAX_REPLY:,} bytes; split it into single articles.")
    return body


def _fault(error: Exception) -> str:
    """Name an error and the place that raised it, without its message, which may quote the file."""
    place = error.__traceback__
    while place is not None and place.tb_next is not None:
        place = place.tb_next
    where = f"{place.tb_frame.f_code.co_filename}:{place.tb_lineno}" if place else "nowhere"
    return f"{type(error).__name__} at {where}"


def _silence() -> None:
    """Keep everything but replies from the standard output, and libraries from talking."""
    os.dup2(2, 1)
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")


def _load_libraries() -> None:
    import charset_normalizer
    import docx
    import feedparser
    import pypdf
    import trafilatura

    loaded = (charset_normalizer, docx, feedparser, pypdf, trafilatura)
    # Readers import the rest of them at their first file; one small page loads it now.
    with contextlib.suppress(NotReadable):
        extract("warm.html", b"<html><body><p>Words of a page.</p></body></html>")
    del loaded


def limit_process() -> int:
    """Limit what this process may use; return its limit of address space, or 0 where a system has none."""
    os.umask(0o077)
    try:
        import resource
    except ImportError:  # Windows: the parent's clock and the file-size limits remain
        return 0
    memory = _address_space() + MEMORY
    limits = [
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NOFILE, OPEN_FILES),
        (resource.RLIMIT_NPROC, 0),
        (resource.RLIMIT_AS, memory),
    ]
    for kind, limit in limits:
        _, hard = resource.getrlimit(kind)
        # A system that does not know a limit refuses it; the others hold all the same.
        with contextlib.suppress(ValueError, OSError):
            lower = limit if hard == resource.RLIM_INFINITY else min(limit, hard)
            resource.setrlimit(kind, (lower, lower))
    return memory


def _address_space() -> int:
    """Return how much address space the process has; where nothing tells it, a usual figure."""
    try:
        with open("/proc/self/statm", encoding="ascii") as file:  # noqa: PTH123 - a path object would add nothing
            return int(file.read().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError, IndexError):
        return MEMORY


def limit_seconds(seconds: float) -> None:
    """Let the process use so many more seconds of processor time; the system ends it when they are spent."""
    try:
        import resource
    except ImportError:
        return
    used = resource.getrusage(resource.RUSAGE_SELF)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (int(used.ru_utime + used.ru_stime + seconds) + 1, hard))


def _forbid(event: str, arguments: tuple[Any, ...]) -> None:
    """Refuse connections, programs and changes to files; a parser has no use for them."""
    if event == "open":
        _, mode, flags = arguments
        if (isinstance(flags, int) and flags & _WRITING) or (isinstance(mode, str) and set(mode) & set("wax+")):
            raise PermissionError("a parser writes no file")
    elif event.startswith(_FORBIDDEN):
        raise PermissionError(f"a parser has no use for {event}")


if __name__ == "__main__":
    try:
        main()
    except MemoryError:
        # A reply would need memory; an exit code needs none.
        os._exit(MEMORY_SPENT)
    except (BrokenPipeError, FrameError):
        sys.exit(1)
