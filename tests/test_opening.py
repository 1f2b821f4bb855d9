"""What stands before a command: what a server loads is left alone by the garbage collector."""

import gc

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
