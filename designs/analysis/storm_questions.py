"""Learning material about a storm: a question to predict, and four cards. PURE."""

from __future__ import annotations

from dataclasses import dataclass

from designs.analysis import values
from designs.analysis.closing import Change
from designs.analysis.loops import Loop
from designs.analysis.markdown import plain
from designs.analysis.model import Model
from designs.analysis.storms import Storm

FACTOR = 3.0
LONGER, SHORTER = 2.0, 0.4  # multiple of the shortest spike that causes it; closer to that, random variation decides


@dataclass(frozen=True)
class Question:
    """Traffic rises to `factor` times today's peak for `seconds` and comes back. Does it `stay` collapsed?"""

    factor: float
    seconds: float
    stays: bool
    shortest_s: float


@dataclass(frozen=True)
class StormCard:
    """Both sides as Markdown; `key` tells the cards of one storm apart."""

    key: str
    front: str
    back: str


def question_of(storm: Storm) -> Question | None:
    """A question for a loop.

    The component decides whether the answer is yes or no, so the form of the question gives no hint.
    """
    shortest = next((each.seconds for each in storm.triggers if each.factor == FACTOR), None)
    if shortest is None or not storm.loop.is_vulnerable:
        return None
    stays = sum(storm.loop.component.encode()) % 2 == 0
    seconds = float(f"{shortest * (LONGER if stays else SHORTER):.2g}")
    return Question(FACTOR, seconds, stays, shortest)


def storm_cards(model: Model, storm: Storm, title: str) -> list[StormCard]:
    """Cards about why it collapses, where it recovers, what starts it, and what ends it; none where there is one
    state.
    """
    loop = storm.loop
    if not loop.has_two:
        return []
    name, design = plain(model.graph.name(loop.component)), plain(title)
    here = f"In the design {design}, {name} runs at {_quiet(loop):.0%} of its capacity at today's peak"
    best = storm.closing
    return [
        StormCard(
            "collapse",
            f"{here}. From which traffic on does it collapse by itself, and why before it is full?",
            f"From ×{loop.collapses_at:.3g} of today's peak. Waits make some calls late, and each retry adds load: "
            f"above {loop.healthy[-1].load:.0%} of the capacity a further request adds more retries than it can serve.",
        ),
        StormCard(
            "recovery",
            f"{here}, and {_costs(loop)} when no answer comes in time. It has collapsed. Below which traffic does it "
            "recover?",
            f"Below 1 / ({_quiet(loop):.0%} × {loop.full.tries:.3g}) = ×{loop.recovers_at:.3g} of today's peak: only "
            "then does all the work fit into the capacity.",
        ),
        StormCard(
            "trigger", f"{here}. What moves it into its collapsed state although that peak is fine?", _trigger(storm)
        ),
        StormCard(
            "change",
            f"{name} of the design {design} can stay collapsed by its own retries. Which single change prevents that, "
            "and what does it cost?",
            _ends(best),
        ),
    ]


def _quiet(loop: Loop) -> float:
    first = loop.curve[0]
    return first.load / first.times / first.tries


def _costs(loop: Loop) -> str:
    """Misses of cold caches are work, too, but no attempts of a request."""
    many = f"{loop.full.tries:.3g}"
    return f"retries and misses make {many} times the work" if loop.caches else f"a request costs {many} attempts"


def _trigger(storm: Storm) -> str:
    said = [
        f"a spike to {each.factor:g} times the traffic for {values.said_seconds(each.seconds)}"
        for each in storm.triggers
        if each.seconds is not None
    ]
    if storm.stop.seconds is not None:
        said.append(f"{values.said_seconds(storm.stop.seconds)} in which it answers nothing")
    if storm.loop.caches:
        said.append("the loss of its caches")
    if not said:
        return "Nothing that was tried; only more traffic than it collapses at."
    words = "; or ".join(said)
    return f"{words[0].upper()}{words[1:]}. The cause ends, and the retries go on."


def _ends(change: Change | None) -> str:
    if change is None:
        return "None of those that were tried: it takes several, or more capacity."
    how = "Then there is no second state" if change.closes else "Then it recovers by itself at today's peak"
    return f"{plain(change.title)}. {how}. It costs: {change.cost}."
