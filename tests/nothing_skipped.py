"""A plugin that turns every skip and every expected failure into a failure: a run that passes has left nothing out."""

from collections.abc import Generator

import pytest

ADVICE = "This run has left a part out, so it cannot pass: "


def _refuse(report: pytest.CollectReport | pytest.TestReport) -> None:
    if report.skipped:
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        report.outcome = "failed"
        report.longrepr = f"{ADVICE}{getattr(report, 'wasxfail', '') or reason}"
        # Pytest would still count the report as an expected failure by this mark.
        report.__dict__.pop("wasxfail", None)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    _refuse(report)
    return report


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    report = yield
    _refuse(report)
    return report
