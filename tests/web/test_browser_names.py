"""What a browser is called in the list of a person's sessions."""

import pytest

from annotator.web.accounts import browser_name


@pytest.mark.parametrize(
    ("header", "name"),
    [
        (
            "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/1.0 Safari/537.36",
            "Chrome, Linux",
        ),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/1.0 Safari/537.36 Edg/1.0", "Edge, Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 1 like Mac OS X) AppleWebKit/1 Version/1 Safari/1", "Safari, iPhone"),
        ("curl/8.0", ""),
    ],
)
def test_a_browser_is_called_what_a_person_calls_it(header: str, name: str) -> None:
    assert browser_name(header) == name
