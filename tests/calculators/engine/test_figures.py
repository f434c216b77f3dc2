from __future__ import annotations

from pathlib import Path
from typing import get_args

import pytest

from calculators.engine.figure_units import say_in
from calculators.engine.figures import FigureError, Figures, load_figures, parse_figures
from designs.document.diagram import ComponentKind

FIXTURES = Path(__file__).parents[3] / "fixtures"
GOOD = """
- id: cache
  title: A cache
  theme: capacity
  unit: operation/s
  entries:
    - {low: 100.0e+3, high: 300.0e+3, source: A, section: b, year: 2020}
    - {value: 3.0e+6, source: C, section: d, year: 2012}
"""


@pytest.fixture(scope="module")
def figures() -> Figures:
    return load_figures(FIXTURES / "figures.yaml")


def test_sources_that_disagree_stay_side_by_side() -> None:
    cache = parse_figures(GOOD)["cache"]
    assert [entry.said for entry in cache.entries] == ["100,000 to 300,000 operations/s", "3,000,000 operations/s"]
    assert cache.disagreement == pytest.approx(30)
    assert cache.latest.source.year == 2020


def test_a_figure_that_only_one_publisher_gives_says_so() -> None:
    lone = GOOD.replace("source: A,", "source: 'C, a manual',").replace("source: C,", "source: 'C, a price list',")
    assert parse_figures(lone)["cache"].has_one_publisher
    assert not parse_figures(GOOD)["cache"].has_one_publisher


def test_what_two_clouds_promise_stands_side_by_side(figures: Figures) -> None:
    """Promises of one kind by independent providers; of the rest the page of figures says that there is one source."""
    for name in [
        "sla-server",
        "sla-servers-zones",
        "sla-key-value",
        "sla-object-store",
        "sla-queue",
        "sla-dns",
        "price-server",
        "price-block-storage",
        "price-object-store-reads",
        "price-queue",
        "cache-connections",
        "election-timeout",
    ]:
        assert not figures[name].has_one_publisher, name
    assert sum(figure.has_one_publisher for figure in figures) <= 20


def test_the_classic_latency_table_and_the_later_one_are_both_there(figures: Figures) -> None:
    """Jeff Dean, LADIS keynote, 2009, against Colin Scott's page at 2020."""
    by_year = {entry.source.year: entry.low for entry in figures["read-1-mb-memory"].entries}
    assert by_year[2009] == pytest.approx(250e-6)
    assert by_year[2020] == pytest.approx(3e-6)
    round_trips = figures["intercontinental-round-trip"]
    assert round_trips.disagreement == 1.0


def test_capacities_in_public_texts_differ_by_an_order_of_magnitude(figures: Figures) -> None:
    assert figures["capacity-sql"].disagreement > 10
    assert figures["capacity-reverse-proxy"].disagreement > 10


def test_every_figure_speaks_of_a_kind_that_diagrams_have_and_of_topics_that_exist(figures: Figures) -> None:
    kinds = set(get_args(ComponentKind))
    topics = {path.stem for path in (FIXTURES / "topics").glob("*/*.md")}
    assert {figure.component for figure in figures if figure.component} <= kinds
    assert {topic for figure in figures for topic in figure.topics} <= topics


def test_every_entry_names_where_it_is_from(figures: Figures) -> None:
    assert len(figures) > 40
    for figure in figures:
        for entry in figure.entries:
            assert entry.source.name, figure.id
            assert entry.source.section, figure.id
            assert entry.low > 0, figure.id


@pytest.mark.parametrize(
    ("unit", "low", "high", "said"),
    [
        ("s", 0.5e-9, 0.5e-9, "0.5 ns"),
        ("s", 2e-3, 14e-3, "2 to 14 ms"),
        ("s", 3e-6, 1e-3, "3 µs to 1 ms"),
        ("share", 0.9995, 0.9995, "99.95%"),
        ("USD/GB/month", 0.023, 0.023, "$0.023 per GB and month"),
        ("USD/million", 0.4, 0.4, "$0.40 per million"),
        ("query/s", 1000, 1000, "1,000 queries/s"),
        ("byte/connection", 250, 250, "250 B per connection"),
        ("connection", 100, 151, "100 to 151 connections"),
    ],
)
def test_a_figure_is_said_as_people_write_it(unit: str, low: float, high: float, said: str) -> None:
    assert say_in(unit, low, high) == said


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("theme: capacity", "theme: speed", "figure 'cache': the theme 'speed'"),
        ("unit: operation/s", "unit: parsec", "the unit 'parsec'"),
        ("source: A, ", "", "figure 'cache', entry 1: expected `source`"),
        ("year: 2020", "year: today", "expected the `year`"),
        ("low: 100.0e+3", "low: 9.0e+9", "low .* is above high"),
        ("value: 3.0e+6", "value: many", "entry 2: `value` must be a number, not 'many'"),
        ("value: 3.0e+6", "value: .nan", "finite number"),
        ("value: 3.0e+6", "value: 3.0e+6, low: 1", "either a `value`"),
        ("title: A cache", "title: A cache\n  colour: red", "unknown key colour"),
        ("source: C", "source: C, url: 'javascript:alert(1)'", "https://"),
        ("- id: cache", "- id: cache\n  entries: []\n- id: cache", "figure 'cache'"),
    ],
)
def test_what_is_wrong_is_named_with_its_place(old: str, new: str, message: str) -> None:
    with pytest.raises(FigureError, match=message):
        parse_figures(GOOD.replace(old, new))


@pytest.mark.parametrize("text", ["", "a: b", "- 1", "[", "- id: x\n- id: x"])
def test_what_is_no_list_of_figures_is_refused(text: str) -> None:
    with pytest.raises(FigureError):
        parse_figures(text)


def test_no_object_of_python_is_made() -> None:
    """promise 40: the safe loader makes plain values only."""
    with pytest.raises(FigureError, match="not YAML"):
        parse_figures("!!python/object/apply:os.system ['true']")


def test_what_is_bought_beyond_a_tier_has_the_price_of_the_tier():
    """160 TB: 10 at 90, 40 at 85, 100 at 70 and 10 at 50 dollars a TB."""
    (figure,) = parse_figures(
        "[{id: x, title: X, theme: price, unit: USD/GB, entries: [{value: 0.09, source: S, section: T, year: 2024,"
        " tiers: [[10000, 0.085], [50000, 0.07], [150000, 0.05]]}]}]"
    )
    assert figure.latest.paid_for(160_000) == pytest.approx(900 + 3_400 + 7_000 + 500)
    assert figure.latest.paid_for(9_000) == pytest.approx(810)
    assert figure.latest.paid_for(0) == 0


@pytest.mark.parametrize("tiers", ["3", "[[1]]", "[[5, 1], [4, 1]]", "[[-1, 1]]", "[[1, x]]"])
def test_tiers_that_cannot_be_read_are_an_error_at_their_entry(tiers):
    with pytest.raises(FigureError, match="'x', entry 1"):
        parse_figures(
            "[{id: x, title: X, theme: price, unit: USD/GB, entries: [{value: 1, source: S, section: T, year: 2024,"
            f" tiers: {tiers}}}]}}]"
        )
