"""A skipped test fails the run, in whichever of pytest's ways it was skipped."""

import pytest

pytest_plugins = ["pytester"]


@pytest.mark.parametrize(
    "source",
    [
        "import pytest\ndef test_one(): pytest.skip('no browser here')",
        "import pytest\n@pytest.mark.skip(reason='no browser here')\ndef test_one(): pass",
        "import pytest\npytest.skip('no browser here', allow_module_level=True)",
        "import pytest\n@pytest.fixture\ndef chromium(): pytest.skip('no browser here')\ndef test_one(chromium): pass",
        "import pytest\n@pytest.mark.xfail(reason='no browser here')\ndef test_one(): assert False",
    ],
)
def test_a_skip_fails_the_run(pytester: pytest.Pytester, source: str) -> None:
    pytester.makepyfile(source)
    run = pytester.runpytest_inprocess("-p", "tests.nothing_skipped", "-p", "no:playwright", "-p", "no:base_url")
    assert run.ret != 0
    run.stdout.fnmatch_lines(["*left a part out*no browser here*"])


def test_a_run_without_skips_passes(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("def test_one(): pass")
    run = pytester.runpytest_inprocess("-p", "tests.nothing_skipped", "-p", "no:playwright")
    run.assert_outcomes(passed=1)
