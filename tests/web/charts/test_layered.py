from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from web.charts.layered import Size, layered

names = st.integers(min_value=0, max_value=11).map(str)
graphs = st.lists(st.tuples(names, names), max_size=30)


def laid_out(edges):
    sizes = {name: Size(across=60, along=30) for name in sorted({end for edge in edges for end in edge} | {"0"})}
    return layered(sizes, edges, node_gap=20, layer_gap=40)


@given(graphs)
def test_no_two_boxes_overlap_and_all_lie_inside(edges):
    layout = laid_out(edges)

    centres = list(layout.centres.values())
    for index, a in enumerate(centres):
        assert a.across - 30 >= -0.01
        assert a.across + 30 <= layout.across + 0.01
        assert 0 <= a.along - 15 <= a.along + 15 <= layout.along
        for b in centres[index + 1 :]:
            assert abs(a.across - b.across) >= 79.99 or abs(a.along - b.along) >= 69.99


@given(graphs)
def test_without_cycles_every_edge_flows_forward(edges):
    forward = [(a, b) for a, b in edges if int(a) < int(b)]
    layout = laid_out(forward)

    assert all(layout.centres[a].along < layout.centres[b].along for a, b in forward)


@given(graphs)
def test_an_edge_bends_once_for_each_layer_that_it_crosses(edges):
    layout = laid_out(edges)
    layers = sorted({point.along for point in layout.centres.values()})

    for (a, b), bends in zip(edges, layout.bends, strict=True):
        low, high = sorted((layout.centres[a].along, layout.centres[b].along))
        assert len(bends) == sum(low < layer < high for layer in layers)


def test_a_tree_is_drawn_without_crossings_and_its_root_stands_over_the_middle():
    layout = laid_out([("0", "1"), ("0", "2"), ("1", "3"), ("1", "4"), ("2", "5"), ("2", "6")])
    x = {name: point.across for name, point in layout.centres.items()}

    assert x["3"] < x["4"] < x["5"] < x["6"]
    assert abs(x["0"] - (x["3"] + x["6"]) / 2) < 1
