"""A layered layout after Sugiyama, Tagawa and Toda (1981): ranks, crossings by barycentre, then positions.

It lays out hundreds of nodes in well under a second. Edges that cross layers are routed around boxes up to
`MAX_STAND_INS`; further edges are straight, so that the time stays bounded.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

SWEEPS = 8
MAX_STAND_INS = 8_000


@dataclass(frozen=True, kw_only=True)
class Size:
    """Across the layer, and along the direction of flow."""

    across: float
    along: float


@dataclass(frozen=True, kw_only=True)
class Point:
    across: float
    along: float


@dataclass(frozen=True, kw_only=True)
class Layout:
    """Centres of the nodes, and for each edge (by its position in the input) the points between its two ends."""

    centres: dict[str, Point]
    bends: list[list[Point]]
    across: float
    along: float


def layered(
    sizes: Mapping[str, Size], edges: Sequence[tuple[str, str]], *, node_gap: float, layer_gap: float
) -> Layout:
    """Places nodes of the given sizes; edges are (source, target) pairs and may form cycles and loops."""
    ranks = _ranks(list(sizes), edges)
    widths: dict[str, Size] = dict(sizes)
    chains: list[list[str]] = []
    neighbours: list[tuple[str, str]] = []
    stand_ins = 0
    for number, (source, target) in enumerate(edges):
        crossed = max(abs(ranks[target] - ranks[source]) - 1, 0)
        stand_ins += crossed
        if crossed and stand_ins > MAX_STAND_INS:
            chains.append([source, target])
            continue
        chain = _with_stand_ins(number, source, target, ranks, widths)
        chains.append(chain)
        neighbours += list(itertools.pairwise(chain))
    layers: list[list[str]] = [[] for _ in range(max(ranks.values(), default=-1) + 1)]
    for node, rank in ranks.items():
        layers[rank].append(node)
    _reduce_crossings(layers, neighbours, ranks)
    across = _positions(layers, neighbours, widths, node_gap)
    along = _depths(layers, widths, layer_gap)
    points = {node: Point(across=across[node], along=along[ranks[node]]) for node in ranks}
    return Layout(
        centres={node: points[node] for node in sizes},
        bends=[[points[node] for node in chain[1:-1]] for chain in chains],
        across=max((across[node] + widths[node].across / 2 for node in ranks), default=0.0),
        along=max((points[node].along + widths[node].along / 2 for node in ranks), default=0.0),
    )


def closing_edges(nodes: Sequence[str], edges: Sequence[tuple[str, str]]) -> set[int]:
    """The edges, by their position, that close a cycle and are ignored for the ranks."""
    known = set(nodes)
    _, forward = _depth_first(list(nodes), [edge for edge in edges if known.issuperset(edge)])
    kept = set(forward)
    return {number for number, edge in enumerate(edges) if edge not in kept}


def _ranks(nodes: list[str], edges: Sequence[tuple[str, str]]) -> dict[str, int]:
    """Longest path from a source, ignoring the edges that close a cycle."""
    order, forward = _depth_first(nodes, edges)
    parents: dict[str, list[str]] = defaultdict(list)
    for source, target in forward:
        parents[target].append(source)
    ranks: dict[str, int] = {}
    for node in reversed(order):
        ranks[node] = max((ranks[parent] + 1 for parent in parents[node]), default=0)
    return {node: ranks[node] for node in nodes}


def _depth_first(nodes: list[str], edges: Sequence[tuple[str, str]]) -> tuple[list[str], list[tuple[str, str]]]:
    """Nodes in the order in which they are finished, and the edges that do not lead back to an unfinished node."""
    targets: dict[str, list[str]] = defaultdict(list)
    for source, target in edges:
        targets[source].append(target)
    order: list[str] = []
    forward: list[tuple[str, str]] = []
    seen: set[str] = set()
    unfinished: set[str] = set()
    for root in nodes:
        stack = [] if root in seen else [(root, iter(targets[root]))]
        while stack:
            node, children = stack[-1]
            seen.add(node)
            unfinished.add(node)
            child = next(children, None)
            if child is None:
                stack.pop()
                unfinished.discard(node)
                order.append(node)
            elif child not in unfinished:
                forward.append((node, child))
                if child not in seen:
                    stack.append((child, iter(targets[child])))
    return order, forward


def _with_stand_ins(number: int, source: str, target: str, ranks: dict[str, int], widths: dict[str, Size]) -> list[str]:
    """The edge as a chain with one stand-in for each layer that it crosses."""
    step = 1 if ranks[target] >= ranks[source] else -1
    chain = [source]
    for rank in range(ranks[source] + step, ranks[target], step):
        stand_in = f"\x00{number}:{rank}"
        ranks[stand_in] = rank
        widths[stand_in] = Size(across=8, along=0)
        chain.append(stand_in)
    return [*chain, target]


def _reduce_crossings(layers: list[list[str]], neighbours: list[tuple[str, str]], ranks: dict[str, int]) -> None:
    above: dict[str, list[str]] = defaultdict(list)
    below: dict[str, list[str]] = defaultdict(list)
    for a, b in neighbours:
        upper, lower = (a, b) if ranks[a] < ranks[b] else (b, a)
        if ranks[upper] != ranks[lower]:
            above[lower].append(upper)
            below[upper].append(lower)
    unchanged = 0
    for sweep in range(SWEEPS):
        before = [list(layer) for layer in layers]
        is_down = sweep % 2 == 0
        known = above if is_down else below
        for index in range(1, len(layers)) if is_down else range(len(layers) - 2, -1, -1):
            fixed = {node: place for place, node in enumerate(layers[index - 1 if is_down else index + 1])}
            current = {node: place for place, node in enumerate(layers[index])}
            layers[index].sort(key=lambda node: _mean([fixed[other] for other in known[node]], default=current[node]))
        unchanged = unchanged + 1 if layers == before else 0
        if unchanged == 2:  # a sweep each way: the rest would change nothing, and most drawings are done at once
            break


def _positions(
    layers: list[list[str]], neighbours: list[tuple[str, str]], widths: Mapping[str, Size], gap: float
) -> dict[str, float]:
    """Each node tends to the mean of its neighbours; a layer keeps its order and its gaps."""
    linked: dict[str, list[str]] = defaultdict(list)
    for a, b in neighbours:
        linked[a].append(b)
        linked[b].append(a)
    across: dict[str, float] = {}
    for layer in layers:
        _place(layer, dict.fromkeys(layer, 0.0), widths, gap, across)
    for sweep in range(SWEEPS):
        for layer in layers if sweep % 2 == 0 else reversed(layers):
            wanted = {node: _mean([across[other] for other in linked[node]], default=across[node]) for node in layer}
            _place(layer, wanted, widths, gap, across)
    leftmost = min((across[node] - widths[node].across / 2 for node in across), default=0.0)
    return {node: place - leftmost for node, place in across.items()}


def _place(
    layer: list[str], wanted: Mapping[str, float], widths: Mapping[str, Size], gap: float, across: dict[str, float]
) -> None:
    """Least squares with a fixed order (isotonic regression): nodes that would overlap merge into a block at their
    mean."""
    offset = 0.0
    blocks: list[tuple[float, int, list[str]]] = []  # sum of wished block starts, count, nodes
    offsets: dict[str, float] = {}
    for node in layer:
        offsets[node] = offset + widths[node].across / 2
        offset += widths[node].across + gap
        blocks.append((wanted[node] - offsets[node], 1, [node]))
        while len(blocks) > 1 and blocks[-2][0] / blocks[-2][1] >= blocks[-1][0] / blocks[-1][1]:
            total, count, nodes = blocks.pop()
            before = blocks.pop()
            blocks.append((before[0] + total, before[1] + count, before[2] + nodes))
    for total, count, nodes in blocks:
        for node in nodes:
            across[node] = total / count + offsets[node]


def _depths(layers: list[list[str]], widths: Mapping[str, Size], gap: float) -> list[float]:
    depths: list[float] = []
    edge = 0.0
    for layer in layers:
        thickness = max((widths[node].along for node in layer), default=0.0)
        depths.append(edge + thickness / 2)
        edge += thickness + gap
    return depths


def _mean(values: Sequence[float], *, default: float) -> float:
    return sum(values) / len(values) if values else default
