"""MapReduce on a few sentences: split, map, shuffle and reduce, tick by tick, with a straggler if wanted."""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from random import Random

from calculators.labs import svg
from calculators.labs.lab import STEP, Action, Choice, Lab, Number, Question, Table, Values, View, number, word

Pair = tuple[str, str]
WORD = re.compile(r"[a-z]+")
SENTENCES = (
    "the queue holds the messages",
    "the worker takes the message",
    "a message waits for the worker",
    "the store keeps the copies",
    "a copy waits in the queue",
    "the copies answer for the store",
)
MAP_TICKS, STRAGGLER_FACTOR = 2, 4
PAIRS_A_TICK = 6  # that a reducer processes
LINE, DOCUMENT = 13, 34
DOTS_WIDE = 74.0  # between the first dot of a word and its count


@dataclass
class Task:
    """Something that a worker does in some ticks; a copy of it elsewhere may finish first."""

    name: str
    ticks: int
    output: list[Pair] = field(default_factory=list)
    done: int = 0
    copy_ticks: int = 0
    copy_done: int = 0

    def work(self) -> None:
        if not self.is_over:
            self.done += 1
            self.copy_done += 1 if self.copy_ticks else 0

    @property
    def is_over(self) -> bool:
        return self.done >= self.ticks or bool(self.copy_ticks and self.copy_done >= self.copy_ticks)

    @property
    def share(self) -> float:
        copied = self.copy_done / self.copy_ticks if self.copy_ticks else 0.0
        return min(1.0, max(self.done / self.ticks, copied))


def mapped(job: str, number_of: int, sentence: str) -> list[Pair]:
    """(word, 1) for a count, (word, document) for an inverted index."""
    value = "1" if job == "count" else f"d{number_of + 1}"
    return [(found, value) for found in WORD.findall(sentence)]


def reduced(job: str, values: list[str]) -> str:
    return str(sum(map(int, values))) if job == "count" else ", ".join(sorted(set(values)))


def combined(job: str, pairs: list[Pair]) -> list[Pair]:
    """The pairs that a combiner leaves to be sent: one for each word. The reducer treats them like single pairs."""
    grouped: dict[str, list[str]] = defaultdict(list)
    for key, value in pairs:
        grouped[key].append(value)
    if job == "count":
        return [(key, str(sum(map(int, values)))) for key, values in grouped.items()]
    return [(key, value) for key, values in grouped.items() for value in sorted(set(values))]


def partition(key: str, reducers: int) -> int:
    """The partition by first letter, so that a reader sees where a word goes; real systems hash."""
    return (ord(key[0]) - ord("a")) % reducers


class Job:
    def __init__(self, values: Values, random: Random) -> None:
        self.job = word(values, "job")
        self.combines = word(values, "combiner") == "yes"
        self.backs_up = word(values, "backup") == "yes"
        self.reducers = number(values, "reducers")
        self.maps = [Task(f"map {index + 1}", MAP_TICKS) for index in range(len(SENTENCES))]
        if word(values, "straggler") == "yes":
            slow = random.choice(self.maps)
            slow.ticks *= STRAGGLER_FACTOR
        for index, (task, sentence) in enumerate(zip(self.maps, SENTENCES, strict=True)):
            pairs = mapped(self.job, index, sentence)
            task.output = combined(self.job, pairs) if self.combines else pairs
        self.reduces: list[Task] = []
        self.output: dict[str, str] = {}
        self.ticks = 0
        self.spent = dict.fromkeys(("map", "shuffle", "reduce"), 0)
        self.said = f"{len(SENTENCES)} documents are split over {len(SENTENCES)} map tasks."

    @property
    def is_over(self) -> bool:
        return bool(self.output)

    def act(self, action: str) -> None:  # noqa: ARG002 - it can only step
        if self.is_over:
            return
        self.ticks += 1
        if not all(task.is_over for task in self.maps):
            self.spent["map"] += 1
            self._map()
        elif not self.reduces:
            self.spent["shuffle"] += 1
            self._shuffle()
        else:
            self.spent["reduce"] += 1
            self._reduce()

    def _map(self) -> None:
        for task in self.maps:
            task.work()
        waiting = [task for task in self.maps if not task.is_over]
        if not waiting:
            self.said = "All map tasks are done. Nothing could be reduced before the last of them."
        elif self.backs_up and len(waiting) == 1 and not waiting[0].copy_ticks:
            waiting[0].copy_ticks = MAP_TICKS
            self.said = f"Only {waiting[0].name} is left: a copy of it starts on an idle worker."
        else:
            self.said = f"{len(waiting)} map {'task is' if len(waiting) == 1 else 'tasks are'} still running."

    def _shuffle(self) -> None:
        for index in range(self.reducers):
            pairs = [pair for task in self.maps for pair in task.output if partition(pair[0], self.reducers) == index]
            self.reduces.append(Task(f"reduce {index + 1}", max(1, math.ceil(len(pairs) / PAIRS_A_TICK)), pairs))
        self.said = f"Shuffle: {self.pairs_sent} pairs went to {self.reducers} reducers, all of one word to the same."

    def _reduce(self) -> None:
        for task in self.reduces:
            task.work()
        if not all(task.is_over for task in self.reduces):
            left = [task.name for task in self.reduces if not task.is_over]
            self.said = f"Each reducer takes its words one after the other; still at work: {', '.join(left)}."
            return
        grouped: dict[str, list[str]] = defaultdict(list)
        for task in self.reduces:
            for key, value in task.output:
                grouped[key].append(value)
        self.output = {key: reduced(self.job, values) for key, values in sorted(grouped.items())}
        the = self.output["the"]
        self.said = f"Done after {self.ticks} ticks. " + (
            f"“the” stands {the} times." if self.job == "count" else f"“the” stands in {the}."
        )

    @property
    def pairs_sent(self) -> int:
        return sum(len(task.output) for task in self.maps)

    def view(self) -> View:
        tables = [self._map_table()]
        if self.reduces:
            rows = tuple(
                (task.name, ", ".join(sorted({key for key, _ in task.output})), f"{len(task.output)}")
                for task in self.reduces
            )
            tables.append(Table("What each reducer gets", ("Task", "Words", "Pairs"), rows))
        if self.output:
            head = ("Word", "Times" if self.job == "count" else "Documents")
            tables.append(Table("The result", head, tuple(self.output.items())))
        return View(
            said=self.said,
            drawing=self._drawing(),
            facts=(
                ("Ticks", f"{self.ticks}"),
                ("Pairs over the network", f"{self.pairs_sent}" if self.reduces else "none yet"),
            ),
            tables=tuple(tables),
            can=() if self.is_over else (STEP,),
        )

    def _map_table(self) -> Table:
        rows = tuple(
            (
                f"d{index + 1}",
                sentence,
                " ".join(f"({key}, {value})" for key, value in task.output) if task.is_over else "not yet",
            )
            for index, (task, sentence) in enumerate(zip(self.maps, SENTENCES, strict=True))
        )
        return Table("Documents and what is mapped from them", ("Document", "Text", "Pairs"), rows)

    def _drawing(self) -> str:
        """Documents on the left with the pairs mapped from them; each pair flies to its word at a reducer."""
        inside = svg.text(6, 12, "documents, mapped to pairs", "small", anchor="start")
        inside += svg.text(232, 12, "reducers, a line for each word", "small", anchor="start")
        for row, (task, sentence) in enumerate(zip(self.maps, SENTENCES, strict=True)):
            y = 20.0 + DOCUMENT * row
            state = "good" if task.is_over else "warn" if task.ticks > MAP_TICKS else "accent"
            inside += svg.text(6, y + 10, sentence, "small", anchor="start")
            inside += svg.rect(6, y + 15, 60, 4, "track", radius=2)
            inside += svg.rect(6, y + 15, 60 * task.share, 4, f"fill {state}", radius=2)
            words = "slow" if task.ticks > MAP_TICKS else ""
            inside += svg.text(6, y + 30, "copy started" if task.copy_ticks else words, "small", anchor="start")
        places, height = self._words()
        for key, (x, y) in places.items():
            inside += svg.text(x, y + 4, key, "small", anchor="start")
            inside += svg.text(396, y + 4, self._said_of(key), "small count", anchor="end")
        inside += self._pairs(places)
        size = max(height, 24 + DOCUMENT * len(self.maps))
        return svg.drawing("Words as dots: from documents to the reducer that adds them up", size, inside)

    def _words(self) -> tuple[dict[str, tuple[float, float]], float]:
        """The place of each word at its reducer, and where the last of them ends."""
        keys = sorted({key for task in self.maps for key, _ in task.output})
        places: dict[str, tuple[float, float]] = {}
        y = 22.0
        for reducer in range(self.reducers):
            for key in keys:
                if partition(key, self.reducers) == reducer:
                    places[key] = (238.0, y)
                    y += LINE
            y += 7
        return places, y

    def _said_of(self, key: str) -> str:
        if not self.output:
            return ""
        return f"{self.output[key]}" if self.job == "count" else self.output[key].replace(" ", "")

    def _pairs(self, places: dict[str, tuple[float, float]]) -> str:
        """A dot for each pair, larger for one that stands for several; the colour is that of its reducer."""
        inside, arrived = "", dict.fromkeys(places, 0)
        counts = Counter(key for task in self.maps for key, _ in task.output)
        apart = {key: min(9.0, DOTS_WIDE / max(1, count - 1)) for key, count in counts.items()}
        for row, task in enumerate(self.maps):
            for index, (key, value) in enumerate(task.output):
                reducer = partition(key, self.reducers)
                at_map = (78.0 + 13 * index, 38.0 + DOCUMENT * row)
                x, y = places[key]
                at_reducer = (x + 62 + apart[key] * arrived[key], y)
                arrived[key] += 1
                radius = 0.0 if not task.is_over else 3.0 + (int(value) if self.job == "count" else 1)
                at_x, at_y = at_reducer if self.reduces else at_map
                name = f"{row}-{index}"
                inside += svg.circle(
                    at_x, at_y, radius, f"fill {svg.colour(reducer)}", tip=f"({key}, {value})", key=name
                )
        return inside


def _longest(run: Job) -> str:
    return max(run.spent, key=lambda part: run.spent[part]) if run.is_over else ""


def _lesson(run: Job) -> str:
    slow = next((task for task in run.maps if task.ticks > MAP_TICKS), None)
    held_up = f", of which {run.spent['map'] - MAP_TICKS} were spent waiting for {slow.name}" if slow else ""
    busiest = max(run.reduces, key=lambda task: len(task.output))
    return (
        f"Mapping took {run.spent['map']} ticks{held_up}, reducing {run.spent['reduce']}, since {busiest.name} got "
        f"{len(busiest.output)} of the {run.pairs_sent} pairs."
    )


LAB = Lab(
    slug="mapreduce",
    title="MapReduce",
    summary="Count words or build an inverted index in map, shuffle and reduce, and wait for a straggler.",
    notice=(
        "Reducing cannot begin before the last map task is done: one slow worker holds up the whole job.",
        "A backup copy of the last task on an idle worker ends the wait; the first to finish counts.",
        "A combiner adds up on the map's side, so that (the, 1), (the, 1) travels as (the, 2).",
        "Every pair of one word goes to one reducer: a very common word makes that reducer the slow one.",
    ),
    parameters=(
        Choice(
            name="job",
            label="job",
            options=(("count", "count words"), ("index", "build an inverted index")),
        ),
        Choice(name="straggler", label="one slow worker", options=(("yes", "yes"), ("no", "no"))),
        Choice(name="backup", label="backup copies of the last task", options=(("no", "no"), ("yes", "yes"))),
        Choice(name="combiner", label="combiner", options=(("no", "no"), ("yes", "yes"))),
        Number(name="reducers", label="reducers", default=3, least=1, most=6),
    ),
    actions=(Action(STEP, "One tick"),),
    begin=Job,
    shown="run",
    asks=Question(
        text="Which part of the job will take most ticks?",
        options=lambda _run: (("map", "mapping"), ("shuffle", "the shuffle"), ("reduce", "reducing")),
        answer=_longest,
        lesson=_lesson,
    ),
    topics=("mapreduce", "online-vs-offline"),
    sources=("Dean and Ghemawat, MapReduce: Simplified Data Processing on Large Clusters, OSDI 2004, 3.6 and 4.3",),
)
