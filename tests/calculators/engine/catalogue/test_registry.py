"""What holds for every calculator: sources, topics that exist, and the fences in topics that name it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calculators.engine.catalogue.registry import CATALOGUE, SHEETS
from calculators.engine.sheets import Sheet
from calculators.engine.solve import solve
from calculators.engine.uncertainty import uncertainty
from web.reading.safe_yaml import own_yaml

TOPICS = Path(__file__).parents[4] / "fixtures" / "topics"
FILES = sorted(TOPICS.glob("*/*.md"))
FENCE = re.compile(r"^\s*```calculator\n(.*?)```", re.DOTALL | re.MULTILINE)
LINK = re.compile(r"/calculators/([a-z0-9-]+)/(?:\?([^\s)\"'>]*))?")
SLUGS = {path.stem for path in FILES}


def typed_in(source: str) -> tuple[str, dict[str, str]]:
    """The calculator that a fence names, and its inputs, those among them that are held and not shown."""
    fence = own_yaml(source)
    fence |= fence.pop("hold", {})
    fence.pop("show", None)
    return fence.pop("slug"), {name: str(value) for name, value in fence.items()}


every_sheet = pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.slug)


@every_sheet
def test_a_calculator_says_where_its_formulas_and_each_default_are_from(sheet: Sheet):
    assert sheet.sources
    assert [row.name for row in sheet.inputs if not row.source] == []


@every_sheet
def test_a_calculator_leads_to_topics_that_exist(sheet: Sheet):
    assert sheet.topics
    assert {*sheet.topics, *(remark.topic for remark in sheet.remarks)} - SLUGS == set()


@every_sheet
def test_defaults_give_an_answer_and_something_to_think_about(sheet: Sheet):
    solution = solve(sheet)

    assert solution.errors == {}
    assert solution.remarks
    assert 4 <= len(solution.outputs) <= 7


@every_sheet
def test_doubt_about_everything_is_carried_through(sheet: Sheet):
    """All inputs uncertain at once: no sample breaks the sheet, and nearly all have an answer."""
    typed = {}
    for row in sheet.inputs:
        low, high = (row.read(row.default).value * factor for factor in (0.9, 1.1))
        if row.bounds[0] <= low and high <= row.bounds[1] and low < high:
            typed[row.name] = f"{row.default} +- 10%" if "%" not in row.default else row.default
    solution = solve(sheet, typed)
    assert solution.errors == {}

    found = uncertainty(sheet, solution.inputs, seed=1, size=500)

    assert found
    assert all(each.unusable < 250 for each in found.values())


def test_each_calculator_has_one_theme_and_an_address_of_its_own():
    assert sorted(sheet.slug for sheet in SHEETS) == sorted(CATALOGUE)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_fences_and_links_in_topics_name_calculators_and_inputs_that_exist(path: Path):
    text = path.read_text(encoding="utf-8")
    for source in FENCE.findall(text):
        slug, parameters = typed_in(source)
        assert solve(CATALOGUE[slug], parameters).errors == {}
    for slug, _ in LINK.findall(text):
        assert slug in {*CATALOGUE, "figures"}


WHOLE = st.integers(min_value=1, max_value=10**9)


@given(WHOLE, WHOLE)
def test_more_users_never_need_fewer_servers_bytes_or_dollars(some: int, others: int):
    fewer, more = (solve(CATALOGUE["capacity"], {"daily_users": str(n)}).results for n in sorted((some, others)))

    for name in ("peak_requests", "servers", "stored_with_copies", "egress", "monthly_cost"):
        assert more[name].value >= fewer[name].value


SHARE = st.floats(0, 1).map(lambda share: round(share, 12))


@given(SHARE, SHARE)
def test_a_better_hit_ratio_never_means_more_load_or_a_slower_read(one: float, other: float):
    worse, better = (solve(CATALOGUE["cache"], {"hit_ratio": repr(share)}).results for share in sorted((one, other)))

    assert better["database_load"].value <= worse["database_load"].value + 1e-6
    assert better["effective_time"].value <= worse["effective_time"].value + 1e-12


@given(st.integers(5, 400), st.integers(5, 400))
def test_more_servers_never_wait_longer(one: int, other: int):
    fewer, more = (solve(CATALOGUE["queueing"], {"servers": str(n)}).results for n in sorted((one, other)))

    assert more["mean_wait"].value <= fewer["mean_wait"].value + 1e-12
    assert more["wait_p99"].value <= fewer["wait_p99"].value + 1e-12


@given(st.integers(1, 40), st.integers(1, 40))
def test_needing_more_parts_is_never_more_available(one: int, other: int):
    fewer, more = (solve(CATALOGUE["availability"], {"parts": str(n)}).results for n in sorted((one, other)))

    assert more["system"].value <= fewer["system"].value


@given(st.integers(1, 10**6), st.integers(1, 10**6))
def test_more_peers_never_finish_sooner_and_never_wait_longer_than_one_upload(one: int, other: int):
    fewer, more = (solve(CATALOGUE["peer-to-peer"], {"peers": str(n)}).results for n in sorted((one, other)))

    assert more["peer_to_peer"].value >= fewer["peer_to_peer"].value * (1 - 1e-12)
    assert more["peer_to_peer"].value <= more["client_server"].value * (1 + 1e-12)
    assert more["peer_to_peer"].value <= 4.5e9 / (10e6 / 8)


@given(st.integers(1, 60), st.integers(1, 60))
def test_read_and_write_quorums_that_overlap_miss_nothing(read: int, write: int):
    found = solve(CATALOGUE["quorum"], {"copies": "60", "read_quorum": str(read), "write_quorum": str(write)}).results

    assert (found["missed"].value == 0) == (read + write > 60)
    assert (found["overlap"].value >= 1) == (read + write > 60)
