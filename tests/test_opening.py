"""What stands before a command: what a server loads is left alone by the garbage collector."""

import gc
import subprocess
import sys

import pytest

from annotator.opening import loading


@pytest.fixture(autouse=True)
def unfrozen() -> object:
    yield
    gc.unfreeze()


def test_what_is_loaded_is_not_looked_at_again() -> None:
    with loading():
        assert not gc.isenabled()
        kept: list[object] = [[] for _ in range(1000)]
    assert gc.isenabled()
    assert gc.get_freeze_count() >= len(kept)


def test_the_collector_works_on_after_a_failure() -> None:
    with pytest.raises(ImportError), loading():
        raise ImportError
    assert gc.isenabled()


def test_a_start_loads_nothing_that_only_reports_need() -> None:
    loads = "import sys, annotator.app; print(*{'numpy', 'scipy', 'authlib', 'lxml'} & set(sys.modules))"
    assert not subprocess.run([sys.executable, "-c", loads], check=True, capture_output=True, text=True).stdout.strip()
