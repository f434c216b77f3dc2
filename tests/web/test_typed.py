from __future__ import annotations

import pytest

from web.typed import tidy


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        pytest.param("  one\ntwo ", "one\ntwo", id="spaces around it go, lines stay"),
        pytest.param("a\x00b", "ab", id="no NUL"),
        pytest.param("\x00 \x00", "", id="nothing is left of nothing"),
        pytest.param("  abcdefghijk", "abcdefghij", id="cut after tidying"),
    ],
)
def test_what_was_typed_is_fit_to_be_kept(typed, kept):
    assert tidy(typed, 10) == kept


@pytest.mark.parametrize("address", ["/cards/new/?topic=a%00b", "/cards/all/?tag=a%00b", "/cards/all/?q=a%00b"])
def test_an_address_with_a_nul_is_no_server_error(address, db, client):
    assert client.get(address).status_code in (200, 404)
