from __future__ import annotations

import pytest

from studyguide.notes.book import bind
from studyguide.notes.errors import NoteError

HEAD = "---\ntitle: Rates\n---\n"


@pytest.mark.parametrize(
    ("fence", "line", "expected"),
    [
        pytest.param("slug: [", 9, "this is not YAML", id="not YAML"),
        pytest.param("users: 5", 8, "expected `slug: NAME`", id="no slug"),
        pytest.param("slug: capacity\nslug: cache", 9, "already given", id="twice"),
    ],
)
def test_a_fence_that_cannot_be_read_is_refused_with_its_line(fence, line, expected):
    note = f"{HEAD}\nWords.\n\n```calculator\n{fence}\n```\n"

    with pytest.raises(NoteError) as refused:
        bind([("rates.md", note.encode())], is_strict=True)

    assert expected in refused.value.message
    assert refused.value.path == "rates.md"
    assert refused.value.line == line


def test_a_calculator_fence_becomes_a_link_with_its_parameters():
    note = f"{HEAD}\n```calculator\nslug: capacity\ndaily_users: 100M\n```\n"

    page = bind([("rates.md", note.encode())]).pages[0]

    assert 'href="/calculators/capacity/?daily_users=100M"' in page.rendered.html
