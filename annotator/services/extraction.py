"""Read files from outside in a process with limits, so that no file can harm the one that serves people.

A hostile file may make a parser loop, crash or take all memory. The child that parses has limits on memory, processor
time and files, no secrets in its environment, and a clock that this side holds; whatever happens to it is one
sentence here. One child reads file after file and is replaced after a fault.
"""

import json
import logging
import os
import signal
import subprocess
import sys
import threading
from datetime import date
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

from annotator.domain.extraction import Extracted, NotReadable, extract
from annotator.domain.extraction.documents import READ_HERE, article_kind
from annotator.domain.extraction.feeds import MAX_BYTES as MAX_FEED
from annotator.domain.extraction.feeds import Feed, FeedEntry
from annotator.services.extraction_frames import MAX_REPLY, MEMORY_SPENT, FrameError, read_frame, write_frame

SECONDS = 20.0
"""Time for one file."""
FILES_PER_CHILD = 200
_START_SECONDS = 60.0
_CLOSE_SECONDS = 2.0
_KEPT = ("LANG", "LC_ALL", "LC_CTYPE", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "SYSTEMROOT", "TZ")
"""What the child may know of the environment; settings and secrets are not among it."""
log = logging.getLogger(__name__)


class Extractor:
    """Reads files one after another; for one thread at a time. Use it as a context manager, which ends the child."""

    def __init__(self, seconds: float = SECONDS, files_per_child: int = FILES_PER_CHILD) -> None:
        """Give each file `seconds`, and each child so many files; no child is started before a file needs one."""
        self._seconds = seconds
        self._files_per_child = files_per_child
        self._child: _Child | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the child, if there is one; a later file would start another."""
        if self._child is not None:
            child, self._child = self._child, None
            child.close()

    @property
    def child_pid(self) -> int | None:
        """The child's process id, for measurements."""
        return self._child.pid if self._child else None

    def read(
        self,
        name: str,
        content: bytes,
        *,
        media_type: str | None = None,
        header_charset: str | None = None,
        url: str = "",
    ) -> Extracted:
        """Read one file or page; raises NotReadable, whatever is wrong with it.

        `media_type` and `header_charset` are what a server said; without them the file's name and bytes decide.
        """
        if article_kind(name, content, media_type) in READ_HERE:
            return extract(name, content, media_type=media_type, header_charset=header_charset, url=url)
        request = {
            "what": "article",
            "name": name,
            "media_type": media_type,
            "header_charset": header_charset,
            "url": url,
        }
        return _extracted(self._ask(request, content))

    def feed(self, content: bytes, url: str, header_charset: str | None = None) -> Feed:
        """Read an RSS or Atom feed that came from `url`; raises NotReadable."""
        if len(content) > MAX_FEED:
            raise NotReadable(f"The feed is larger than {MAX_FEED:,} bytes.")
        found = self._ask({"what": "feed", "url": url, "header_charset": header_charset}, content)
        entries = (FeedEntry(**{**entry, "published_on": _day(entry["published_on"])}) for entry in found["entries"])
        return Feed(found["title"], tuple(entries))

    def _ask(self, request: dict[str, Any], content: bytes) -> dict[str, Any]:
        if self._child is not None and self._child.is_worn(self._files_per_child):
            self.close()
        if self._child is None:
            self._child = _Child()
        try:
            header, body = self._child.exchange({**request, "seconds": self._seconds}, content, self._seconds)
        except _ChildFailed as error:
            self.close()
            raise NotReadable(str(error)) from error
        if fault := header.get("fault"):
            log.warning("A parser failed: %s", fault)
        if "refused" in header:
            raise NotReadable(header["refused"])
        found: dict[str, Any] = json.loads(body)
        return found


class _ChildFailed(Exception):
    """The child died, was stopped or spoke nonsense; the message is a sentence for the person who sent the file."""


class _Child:
    """One process that parses, and the two pipes to it."""

    def __init__(self) -> None:
        self._files = 0
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-B", "-s", "-m", "annotator.services.extraction_child"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=_environment(),
            # A Ctrl-C in the terminal is for the parent, which then ends its child.
            start_new_session=True,
        )
        self.pid = self._process.pid
        self._is_ready = False
        self._is_stopped = False

    def is_worn(self, limit: int) -> bool:
        """Tell whether the child has read its share of files or is gone."""
        return self._files >= limit or self._is_stopped or self._process.poll() is not None

    def exchange(self, request: dict[str, Any], content: bytes, seconds: float) -> tuple[dict[str, Any], bytes]:
        """Send a file and return the reply; raises _ChildFailed if there is none within `seconds`."""
        if not self._is_ready:
            # Loading the libraries is no fault of the file's.
            self._within(_START_SECONDS, None, b"")
            self._is_ready = True
        self._files += 1
        return self._within(seconds, request, content)

    def _within(self, seconds: float, request: dict[str, Any] | None, content: bytes) -> tuple[dict[str, Any], bytes]:
        """Talk to the child while a clock runs that kills it; its end is what ends a wait on a pipe."""
        late = threading.Event()
        clock = threading.Timer(seconds, self._stop, [late])
        clock.daemon = True
        clock.start()
        try:
            return self._talk(request, content)
        except (OSError, FrameError) as error:
            raise _ChildFailed(self._reason(is_late=late.is_set(), seconds=seconds)) from error
        finally:
            clock.cancel()
            clock.join()
            self._is_stopped = late.is_set()

    def _stop(self, late: threading.Event) -> None:
        late.set()
        self._process.kill()

    def _talk(self, request: dict[str, Any] | None, content: bytes) -> tuple[dict[str, Any], bytes]:
        if self._process.stdin is None or self._process.stdout is None:
            raise FrameError("the child has no pipes")
        if request is not None:
            write_frame(self._process.stdin, request, content)
        reply = read_frame(self._process.stdout, MAX_REPLY)
        if reply is None:
            raise FrameError("the child has ended")
        return reply

    def _reason(self, *, is_late: bool, seconds: float) -> str:
        """Say why the child gave no reply."""
        try:
            code = self._process.wait(_CLOSE_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            return "It could not be read: the reader broke off."
        if not self._is_ready:
            log.error("The process that reads files did not start: it ended with %s.", code)
            return "It could not be read: the reader did not start."
        if is_late or code == -getattr(signal, "SIGXCPU", 0):
            return f"It took more than {seconds:g} seconds to read."
        if code == MEMORY_SPENT:
            return "It needs too much memory to read."
        log.warning("The process that reads files ended with %s.", code)
        return "It made the reader fail, so it is damaged or not what it seems to be."

    def close(self) -> None:
        """End the process: it stops when its input ends, and is killed if it does not."""
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                _close(pipe)
        try:
            self._process.wait(_CLOSE_SECONDS if self._process.poll() is None and self._is_ready else 0)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def _close(pipe: IO[bytes]) -> None:
    try:
        pipe.close()
    except OSError:
        # What was to be sent to a dead child is lost with it.
        log.debug("The pipe to the reader was broken.")


def _environment() -> dict[str, str]:
    """Return what the child may know: where the modules are, and how to treat text."""
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    places = [str(Path(place).absolute()) for place in sys.path if place] or []
    return {**kept, "PYTHONPATH": os.pathsep.join(places), "PYTHONUTF8": "1"}


def _extracted(found: dict[str, Any]) -> Extracted:
    return Extracted(**{**found, "published_on": _day(found["published_on"])})


def _day(value: str | None) -> date | None:
    return date.fromisoformat(value) if value else None
