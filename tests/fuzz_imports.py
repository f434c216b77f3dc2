"""Feeds mutated uploads to the imports: `python -m tests.fuzz_imports [--seconds N] [--seed N] [--only KIND]`.

Texts of every format that designs are read from, decks of cards, rosters and addresses of labs, changed at random. Each
must be read or refused with a message within two seconds of processor time, and twice the text may take about twice the
time. Every failure is printed with a minimal text. The suite runs some of these texts.
"""

from __future__ import annotations

import argparse
import io
import random
import sys
import time
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from calculators.labs.lab import LabError, frames, play, read_done
from calculators.labs.registry import LABS
from classrooms.rosters.layouts import layout_of, people_of
from classrooms.rosters.tables import RosterFileError, read_table
from designs.document.checks import read as read_document
from designs.exchange import registry
from designs.exchange.problems import ImportFailedError
from studyguide.decks.problems import DeckError
from studyguide.decks.reading import read_deck
from tests.designs.exchange.examples import complete
from tests.designs.exchange.foreign import FOREIGN

MOST_CPU_S = 2.0
MOST_LETTERS = 60_000
# Growth is measured from this time on: below it, the noise of the machine is larger.
WORTH_A_LOOK_S = 0.15
MOST_GROWTH = 3.0  # for twice the text; quadratic time has four
CASES = Path(__file__).parent / "designs" / "exchange" / "cases"
ROSTERS = Path(__file__).parent / "classrooms" / "rosters"
TOKENS = [
    "\x00", "\ud800", "\u202e", "{", "}", "[", "]", "(", ")", "<", ">", "<!--", "-->", "<![CDATA[", "&#0;",
    "&amp;", '"', "'", "`", "```", "\\", "\\u0000", "\n", "\r\n", "\t", "  ", ":", ": ", "- ", "? ", "---\n",
    "...", "&a ", "*a", "!!", "<<: ", "|", ">", "%", "#", "//", "/*", "*/", "--", "->", "-->", "==", "$ref",
    "#/", "allOf", "null", "true", "NaN", "-0", "1e999", "9" * 400, "0x", "²", "١", "é", "😀", ",", ";", ";;",
    "|||", "__proto__", "subgraph", "end", "CREATE TABLE", "REFERENCES", "resource", "for_each", "count",
    "{{c1::", "}}", "{{", "#separator:", "#html:true\n", "=cmd|", "step*600", "run", "a" * 3_000,
]  # fmt: skip
DECKS = [
    "#separator:tab\n#html:true\n#columns:Front\tBack\tTags\nWhat is a <b>cache</b>?\tA copy<br>nearby\tone two\n",
    "front,back\n\"a, b\",c\n{{c1::Paris}} is a city,\n",
    "Q: What?\nA: That.\n\nQ: And?\nA: This.\n",
    "Term :: Meaning\nOther :: More\n",
    '[{"front": "a", "back": "b"}, {"question": "c", "answer": "d", "tags": ["x"]}]',
    "# One\n\nfront\n\n---\n\nback\n",
]  # fmt: skip


@dataclass(frozen=True)
class Kind:
    """An import: its function, the errors by which it may refuse, and texts that it reads."""

    read: Callable[[str], object]
    refuses: tuple[type[Exception], ...]
    seeds: Sequence[str]


@dataclass(frozen=True)
class Fault:
    kind: str
    what: str
    text: str

    def __str__(self) -> str:
        return f"{self.kind}: {self.what}\n    {self.text[:400]!r}" + (" ..." if len(self.text) > 400 else "")


def kinds() -> dict[str, Kind]:
    found = {f"design {slug}": Kind(_reader(slug), (ImportFailedError,), seeds) for slug, seeds in _designs().items()}
    found["design guessed"] = Kind(
        registry.read, (ImportFailedError,), [text for seeds in _designs().values() for text in seeds]
    )
    found["deck"] = Kind(lambda text: read_deck(io.BytesIO(_bytes(text))), (DeckError,), DECKS)
    rosters = [path.read_bytes().decode("latin-1") for path in sorted(ROSTERS.iterdir()) if path.suffix != ".py"]
    found["roster"] = Kind(_roster, (RosterFileError,), [text for text in rosters if text.isascii()])
    for lab in LABS:
        found[f"lab {lab.slug}"] = Kind(_lab(lab.slug), (LabError,), [_address(lab.slug)])
    return found


def _designs() -> dict[str, list[str]]:
    document = complete()
    found: dict[str, list[str]] = {}
    for each in registry.IMPORTABLE:
        found[each.slug] = [each.write(document)] if each.write else []
        found[each.slug] += [text for text, _ in FOREIGN.get(each.slug, [])]
    for path in sorted(CASES.iterdir()):
        text = path.read_text()
        slug = path.name.partition("-")[0]
        if slug in found:
            found[slug].append(text)
    return {slug: seeds for slug, seeds in found.items() if seeds}


def _reader(slug: str) -> Callable[[str], object]:
    return lambda text: read_document(registry.read(text, slug).document)


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _roster(text: str) -> object:
    rows = read_table(_bytes(text))
    return people_of(rows, layout_of([row for _, row in rows]))


def _lab(slug: str) -> Callable[[str], object]:
    """An address as a lab reads it: parameters, seed and actions, separated by line breaks."""
    lab = next(each for each in LABS if each.slug == slug)

    def read(text: str) -> object:
        lines = dict(line.partition("=")[::2] for line in text.split("\n"))
        values = {name: each.read(lines.get(name, str(each.default))) for name, each in lab.by_name.items()}
        done = read_done(lines.get("do", ""))
        run, _ = play(lab, values, seed=1, done=done)
        run.view()
        return frames(lab, values, seed=1, done=done[:20])

    return read


def _address(slug: str) -> str:
    lab = next(each for each in LABS if each.slug == slug)
    values = [f"{name}={each.default}" for name, each in lab.by_name.items()]
    return "\n".join([*values, f"do={lab.shown}"])


class Bender:
    """Makes texts by changing others, the same for the same seed."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)

    def bent(self, seeds: Sequence[str]) -> str:
        text = self.chance.choice(seeds)
        for _ in range(self.chance.choice((1, 1, 2, 3, 6))):
            text = self.chance.choice(self.WAYS)(self, text, seeds)[:MOST_LETTERS]
        return text

    def slice(self, text: str, most: int = 400) -> tuple[int, int]:
        start = self.chance.randrange(len(text) + 1)
        return start, min(len(text), start + self.chance.randrange(1, most))

    def _without(self, text: str, _seeds: Sequence[str]) -> str:
        start, end = self.slice(text)
        return text[:start] + text[end:]

    def _twice(self, text: str, _seeds: Sequence[str]) -> str:
        start, end = self.slice(text)
        return text[:end] + text[start:]

    def _often(self, text: str, _seeds: Sequence[str]) -> str:
        start, end = self.slice(text, most=self.chance.choice((3, 20, 120)))
        return text[:start] + text[start:end] * self.chance.choice((10, 300, 3_000)) + text[end:]

    def _token(self, text: str, _seeds: Sequence[str]) -> str:
        start, end = self.slice(text, most=12)
        token = self.chance.choice(TOKENS) * self.chance.choice((1, 1, 1, 5, 500))
        return text[:start] + token + text[self.chance.choice((start, end)) :]

    def _lines(self, text: str, _seeds: Sequence[str]) -> str:
        lines = text.split("\n")
        self.chance.shuffle(lines)
        return "\n".join(lines)

    def _mixed(self, text: str, seeds: Sequence[str]) -> str:
        other = self.chance.choice(seeds)
        (start, end), (begin, stop) = self.slice(text), self.slice(other)
        return text[:start] + other[begin:stop] + text[end:]

    def _nested(self, text: str, _seeds: Sequence[str]) -> str:
        start, end = self.slice(text, most=80)
        opens, closes = self.chance.choice(
            (("{", "}"), ("[", "]"), ("(", ")"), ("<a>", "</a>"), ("subgraph a\n", "\nend"))
        )
        depth = self.chance.choice((3, 60, 2_000))
        return text[:start] + opens * depth + text[start:end] + closes * depth + text[end:]

    def _indented(self, text: str, _seeds: Sequence[str]) -> str:
        start, end = self.slice(text)
        return (
            text[:start] + text[start:end].replace("\n", "\n" + " " * self.chance.choice((1, 2, 7, 900))) + text[end:]
        )

    def _cut(self, text: str, _seeds: Sequence[str]) -> str:
        return text[: self.chance.randrange(len(text) + 1)]

    WAYS = (_without, _twice, _often, _token, _lines, _mixed, _nested, _indented, _cut)


def judged(name: str, kind: Kind, text: str) -> Fault | None:
    """The failures of reading a text. It counts as slow only if it is slow each time: the first text of its kind may
    load a grammar, and a busy machine slows single readings."""
    fault, took = trial(name, kind, text)
    for _ in range(3):
        if not took > MOST_CPU_S:
            break
        fault, took = trial(name, kind, text)
    return fault


def trial(name: str, kind: Kind, text: str) -> tuple[Fault | None, float]:
    """The failure of one reading, if any, and its seconds of processor time."""
    begun = time.thread_time()
    try:
        kind.read(text)
    except kind.refuses as error:
        if not str(error).strip():
            return Fault(name, "is refused without words", text), 0
    except Exception as error:
        last = traceback.extract_tb(error.__traceback__)[-1]
        return Fault(
            name, f"{type(error).__name__}: {error!s:.200} ({Path(last.filename).name}:{last.lineno})", text
        ), 0
    took = time.thread_time() - begun
    return (Fault(name, f"takes {took:.1f} s", text) if took > MOST_CPU_S else None), took


def seconds_of(name: str, kind: Kind, text: str) -> float:
    """Processor time, the faster of two runs."""
    return min(trial(name, kind, text)[1] for _ in range(2))


def grows(
    name: str, kind: Kind, text: str, bender: Bender, *, cost: Callable[[str, Kind, str], float] = seconds_of
) -> Fault | None:
    """Whether time grows faster than the text: a piece of it is repeated until reading takes a while, then twice and
    four times as often."""
    start, end = bender.slice(text, most=bender.chance.choice((4, 60, 600)))
    piece, count = text[start:end], 50
    if not piece:
        return None

    def took(times: int) -> float:
        return cost(name, kind, text[:start] + piece * times + text[end:])

    while took(count) < WORTH_A_LOOK_S:
        count *= 2
        if count * len(piece) > 400_000:
            return None
    once, twice, four_times = took(count), took(2 * count), took(4 * count)
    if once and twice / once > MOST_GROWTH and four_times / twice > MOST_GROWTH:
        words = f"{count}, {2 * count}, {4 * count} times {piece[:80]!r}: {once:.2f}, {twice:.2f}, {four_times:.2f} s"
        return Fault(name, words, text)
    return None


def fuzz(known: Mapping[str, Kind], *, seed: int, tries: int) -> Iterator[Fault]:
    """Tries this many texts of each kind; reports each failure once for each place in the code."""
    seen = set()
    for name, kind in known.items():
        bender = Bender(seed)
        for text in (*kind.seeds, *(bender.bent(kind.seeds) for _ in range(tries))):
            fault = judged(name, kind, text)
            if fault and (name, fault.what) not in seen:
                seen.add((name, fault.what))
                yield fault


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    parser.add_argument("--only", default="", help="kinds whose name holds this")
    asked = parser.parse_args()
    known = {name: kind for name, kind in kinds().items() if asked.only in name}
    until, seed, seen, tried = time.monotonic() + asked.seconds, asked.seed, set(), 0
    print(f"{len(known)} kinds from seed {seed}")
    while time.monotonic() < until:
        for name, kind in known.items():
            bender = Bender(seed)
            for _ in range(20):
                tried += 1
                text = bender.bent(kind.seeds)
                fault = judged(name, kind, text) or (grows(name, kind, text, bender) if tried % 10 == 0 else None)
                if fault and fault.what[:60] not in seen:
                    seen.add(fault.what[:60])
                    print(f"seed {seed}: {fault}", flush=True)
        seed += 1
    print(f"{tried:,} texts, {len(seen)} faults")
    return 1 if seen else 0


if __name__ == "__main__":
    sys.exit(main())
