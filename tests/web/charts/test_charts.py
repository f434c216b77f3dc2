"""Charts are read as XML here: what is drawn, what is said, and that hostile words stay words."""

from __future__ import annotations

import math
from xml.etree import ElementTree

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from web.charts.plots import Axis, Curve, Mark, Spot, histogram, line_chart, sparkline
from web.charts.rows import Bar, Heads, Rung, Span, Swing, bar_chart, ladder, tornado
from web.charts.scales import LinearScale, LogScale, log_scale_over

HEADS = Heads("Thing", "Value")
HOSTILE = "</title></svg><script>alert(1)</script>&\"'"


def say(value: float) -> str:
    return f"{value:g}"


def parsed(markup: str) -> ElementTree.Element:
    return ElementTree.fromstring(f"<all>{markup}</all>")


def texts(markup: str) -> str:
    return " ".join(parsed(markup).itertext())


def widths(markup: str, css: str) -> list[float]:
    return [
        float(rect.get("width", "").rstrip("%"))
        for rect in parsed(markup).iter("rect")
        if rect.get("class", "").startswith(css)
    ]


def test_bars_are_as_long_as_their_values() -> None:
    markup = bar_chart("Cost", [Bar("a", 50, "$50"), Bar("b", 200, "$200"), Bar("c", 0, "$0")], HEADS)
    assert widths(markup, "mark") == [25, 100, 0]


def test_a_log_ladder_puts_equal_factors_at_equal_distances() -> None:
    rungs = [Rung(str(v), (Span(v, v, ""),), say(v)) for v in (1e-9, 1e-6, 1e-3)]
    places = [float(c.get("cx", "").rstrip("%")) for c in parsed(ladder("L", rungs, HEADS, say)).iter("circle")]
    assert places == pytest.approx([0, 50, 100])


def test_a_rung_joins_sources_that_disagree() -> None:
    rung = Rung("SSD", (Span(10, 10, "one"), Span(1000, 1000, "other")), "10 to 1000")
    assert widths(ladder("L", [rung], HEADS, say), "mark whole") == [100]


def test_the_widest_swing_comes_first() -> None:
    markup = tornado("T", [Swing("small", 9, 11, ""), Swing("wide", 5, 20, "")], 10, HEADS, say)
    assert texts(markup).index("wide") < texts(markup).index("small")


def test_every_chart_is_a_table_too() -> None:
    markups = [
        bar_chart("T", [Bar("a", 1, "one")], HEADS),
        ladder("T", [Rung("a", (Span(1, 1, ""),), "one")], HEADS, say),
        tornado("T", [Swing("a", 1, 2, "one")], 1.5, HEADS, say),
        histogram("T", [0, 1], [3], [], Axis("x", say)),
        line_chart("T", [Curve("c", ((0, 1), (1, 2)))], Axis("x", say), Axis("y", say)),
    ]
    for markup in markups:
        table = parsed(markup).find(".//table")
        assert table is not None
        assert table.findtext("caption") == "T"
        assert table.findall(".//tbody/tr/th")


def test_plots_name_and_describe_themselves() -> None:
    root = parsed(histogram("Rate", [0, 1, 2], [3, 4], [Mark(1, "median: 1")], Axis("x", say)))
    svg = root.find(".//svg")
    assert svg is not None
    assert svg.get("role") == "img"
    assert svg.findtext("title") == "Rate"
    assert svg.findtext("desc") == "median: 1"


def test_what_rises_without_end_leaves_through_the_top() -> None:
    """The hockey stick: the curve is cut where it crosses the top, and the table says `without end`."""
    curve = Curve("wait", ((0.0, 0.0), (0.5, 100.0), (0.9, 300.0), (1.0, math.inf)))
    markup = line_chart("W", [curve], Axis("rho", say), Axis("ms", say), top_value=200)
    points = [line.get("points") for line in parsed(markup).iter("polyline")]
    assert points == ["0.0,1000.0 500.0,500.0 700.0,0.0"]
    assert "without end" in texts(markup)


def test_a_label_that_would_run_into_the_one_before_on_a_phone_is_left_to_wider_screens():
    """At 250 px the last label, which ends at the edge, has 50 px from the middle of the one before; six letters of
    6.75 px and half of five need 57, three and half of two need 27."""
    curve = [Curve("hits", ((0, 0), (100, 1)))]

    def crowded(unit: str) -> list[str]:
        markup = line_chart("T", curve, Axis("x", lambda value: f"{value:g}{unit}"), Axis("y", say))
        return [each.text for each in parsed(markup).iter("text") if "crowded" in each.get("class", "")]

    assert crowded(" GB") == ["100 GB"]
    assert crowded("") == []


def test_the_spot_is_where_the_reader_is() -> None:
    curve = Curve("c", ((0.0, 0.0), (10.0, 100.0)))
    markup = line_chart("W", [curve], Axis("x", say), Axis("y", say), spot=Spot(5, 50, "you"))
    circle = parsed(markup).find(".//circle")
    assert circle is not None
    assert circle.get("cx") == "50%"
    assert "you" in texts(markup)


@pytest.mark.parametrize(
    "markup",
    [
        bar_chart(HOSTILE, [Bar(HOSTILE, 1, HOSTILE, HOSTILE)], Heads(HOSTILE, HOSTILE)),
        ladder(HOSTILE, [Rung(HOSTILE, (Span(1, 2, HOSTILE),), HOSTILE, HOSTILE)], HEADS, lambda _: HOSTILE),
        tornado(HOSTILE, [Swing(HOSTILE, 1, 2, HOSTILE, HOSTILE)], 1, HEADS, lambda _: HOSTILE),
        histogram(HOSTILE, [0, 1], [1], [Mark(0.5, HOSTILE)], Axis(HOSTILE, lambda _: HOSTILE)),
        line_chart(
            HOSTILE,
            [Curve(HOSTILE, ((0, 1), (1, 2))), Curve(HOSTILE, ((0, 1), (1, 2)))],
            Axis(HOSTILE, lambda _: HOSTILE),
            Axis(HOSTILE, lambda _: HOSTILE),
            spot=Spot(0, 1, HOSTILE),
        ),
        sparkline(HOSTILE, [1, 2]),
    ],
)
def test_hostile_words_stay_words(markup: str) -> None:
    """promise 31; and no style attribute, which the site's policy would refuse (promise 44)."""
    assert "<script" not in markup
    assert "style=" not in markup
    assert "alert(1)" in texts(markup)


@given(st.floats(-1e12, 1e12), st.floats(1e-6, 1e12))
@example(1801439851.0, 1e-06)
@example(-1801439851.0, 1e-06)
@example(1e12, 1e-3)
def test_ticks_are_few_ordered_and_inside(low: float, span: float) -> None:
    scale = LinearScale(low, low + span)
    if scale.high == scale.low:
        return
    ticks = scale.ticks(6)
    assert len(ticks) <= 6
    assert ticks == sorted(ticks)
    assert len(set(ticks)) == len(ticks)
    assert all(scale.low <= tick <= scale.high for tick in ticks)


@given(st.lists(st.floats(1e-12, 1e15), min_size=1, max_size=20))
def test_a_log_scale_covers_its_values_in_whole_decades(values: list[float]) -> None:
    scale = log_scale_over(values)
    assert scale.low <= min(values) * (1 + 1e-9)
    assert scale.high >= max(values) * (1 - 1e-9)
    assert len(scale.ticks(6)) <= 6
    assert math.log10(scale.low) == pytest.approx(round(math.log10(scale.low)), abs=1e-9)


def test_a_scale_without_width_puts_everything_in_the_middle() -> None:
    assert LinearScale(3, 3).place(3) == 50
    assert LinearScale(3, 3).ticks() == [3]
    assert LogScale(1, 10).place(-1) == 0


def test_charts_of_nothing_are_refused() -> None:
    with pytest.raises(ValueError, match="one edge more"):
        histogram("H", [0, 1], [], [], Axis("x", say))
    with pytest.raises(ValueError, match="finite"):
        line_chart("L", [Curve("c", ((0, math.inf),))], Axis("x", say), Axis("y", say))
    with pytest.raises(ValueError, match="finite"):
        sparkline("S", [math.nan])
