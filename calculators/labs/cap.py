"""Two copies of one value and the link between them: cut it, and choose what each side still answers."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from calculators.labs import svg
from calculators.labs.lab import Action, Choice, Lab, Question, Table, Values, View, word

WRITE_A, WRITE_B, READ_A, READ_B, CUT, HEAL = "write-a", "write-b", "read-a", "read-b", "cut", "heal"
LABELS = {
    WRITE_A: "Write at A",
    READ_A: "Read at A",
    WRITE_B: "Write at B",
    READ_B: "Read at B",
    CUT: "Cut the link",
    HEAL: "Heal the link",
}


@dataclass
class Copy:
    """A value, and the number of the write that made it (a clock that both sides agree on)."""

    value: int = 0
    at: int = 0


class Link:
    """A is the primary. In CP mode a side that cannot reach it refuses. In AP mode each side answers, and when the link
    is back the later write settles conflicts."""

    def __init__(self, values: Values, random: Random) -> None:  # noqa: ARG002 - nothing here is left to chance
        self.is_cp = word(values, "choice") == "cp"
        self.copies = {"A": Copy(), "B": Copy()}
        self.is_cut = False
        self.writes = self.refused = self.stale = self.lost = 0
        self.newest = self.common = 0
        self.log: list[tuple[str, str]] = []
        self.b_said = ""
        self.shown = {"A": ("", ""), "B": ("", "")}
        """What each side answered last, and whether it was right, stale or refused."""
        self.said = "Both sides hold v0. Write somewhere, read elsewhere, then cut the link."

    def act(self, action: str) -> None:
        if action == CUT:
            self.is_cut = True
            self.common = self.newest
            self.said = "The link is cut. Neither side knows whether the other has stopped or only cannot be reached."
        elif action == HEAL:
            self._heal()
        else:
            verb, _, side = action.partition("-")
            self.said = self._write(side.upper()) if verb == "write" else self._read(side.upper())
        self.log.append((LABELS[action], self.said))

    def _write(self, side: str) -> str:
        if self.is_cp and self.is_cut and side == "B":
            self.refused += 1
            self.b_said, self.shown["B"] = "refuses", ("no", "refused")
            return "B refuses the write, because it cannot reach the primary."
        self.writes += 1
        self.newest = self.writes
        self.copies[side] = Copy(self.writes, self.writes)
        self.shown[side] = (f"wrote v{self.writes}", "right")
        if self.is_cut:
            self.b_said = "takes" if side == "B" else self.b_said
            return f"{side} took v{self.writes}. The other side does not know of it."
        other = "B" if side == "A" else "A"
        self.copies[other] = Copy(self.writes, self.writes)
        return f"{side} took v{self.writes}, and {other} has it too before the write is acknowledged."

    def _read(self, side: str) -> str:
        if self.is_cp and self.is_cut and side == "B":
            self.refused += 1
            self.shown["B"] = ("no", "refused")
            return "B refuses the read: what it holds may be old."
        value = self.copies[side].value
        self.shown[side] = (f"v{value}", "right" if value == self.newest else "stale")
        if value == self.newest:
            return f"{side} answers v{value}, the newest write."
        self.stale += 1
        return f"{side} answers v{value}. The newest acknowledged write is v{self.newest}: this answer is stale."

    def _heal(self) -> None:
        self.is_cut = False
        a, b = self.copies["A"], self.copies["B"]
        winner = a if a.at >= b.at else b
        loser = b if winner is a else a
        is_conflict = a.at != b.at and min(a.at, b.at) > self.common
        self.copies = {"A": Copy(winner.value, winner.at), "B": Copy(winner.value, winner.at)}
        if is_conflict:
            self.lost += 1
            self.said = (
                f"Both sides had written. The later one, v{winner.value}, wins; "
                f"v{loser.value} was acknowledged and is gone."
            )
        elif a.at != b.at:
            self.said = f"The link is back: v{winner.value} is copied to the side that missed it."
        else:
            self.said = "The link is back, and both sides hold the same."

    def view(self) -> View:
        rows = tuple((f"{index + 1}", what, said) for index, (what, said) in enumerate(self.log))
        return View(
            said=self.said,
            drawing=self._drawing(),
            facts=(
                ("Refused", f"{self.refused}"),
                ("Stale answers", f"{self.stale}"),
                ("Acknowledged writes lost", f"{self.lost}"),
            ),
            tables=(Table("What happened", ("#", "Action", "Outcome"), rows),) if rows else (),
            can=(WRITE_A, READ_A, WRITE_B, READ_B, HEAL if self.is_cut else CUT),
        )

    def _drawing(self) -> str:
        """Both copies, the link, and below each a person at a screen with the last answer from that side."""
        inside = ""
        for side, x in (("A", 80.0), ("B", 320.0)):
            refuses = self.is_cp and self.is_cut and side == "B"
            inside += svg.rect(x - 62, 26, 124, 76, "box off" if refuses else "box")
            inside += svg.text(x, 16, f"{side}, primary" if side == "A" else "B, copy", "label")
            inside += svg.text(x, 64, f"v{self.copies[side].value}", "value big")
            state = "refuses" if refuses else "stale" if self.copies[side].value != self.newest else "newest"
            inside += svg.text(x, 90, state, "label")
            inside += svg.line(x, 102, x, 128, "flow")
            inside += self._person(side, x)
        inside += svg.line(144, 64, 256, 64, "link cut" if self.is_cut else "link")
        inside += svg.text(200, 52, "cut" if self.is_cut else "link", "label")
        title = "Side A and side B with what each holds, the link between them, and what each told its reader last"
        return svg.drawing(title, 236, inside)

    def _person(self, side: str, x: float) -> str:
        words, fate = self.shown[side]
        screen = {"": "box free", "right": "box fresh", "stale": "box dirty", "refused": "box off"}[fate]
        head = svg.circle(x - 48, 178, 9, "node") + svg.path(
            [(x - 63, 210), (x - 58, 194), (x - 38, 194), (x - 33, 210)], "body"
        )
        inside = svg.rect(x - 26, 128, 90, 56, screen) + svg.line(x + 19, 184, x + 19, 196, "life")
        inside += svg.text(x + 19, 154, words, "value") + svg.text(x + 19, 173, fate, "label")
        return head + inside + svg.text(x, 228, f"connected to {side}", "small")


def _lesson(run: Link) -> str:
    if run.b_said == "refuses":
        return "Nobody reads stale data, and those who are connected to B cannot write until the link is back."
    return "Both sides work on, and their copies differ: when the link is back, one write has to give way to the other."


LAB = Lab(
    slug="cap",
    title="CAP: cut the link",
    summary="Cut the link between two copies, choose consistency or availability, and watch each side answer.",
    notice=(
        "While the link is whole both systems answer with the newest write. What waiting for both "
        "copies costs in time is not shown here; read PACELC for it.",
        "CP: the side without the primary says no. Nobody reads stale data, and part of the users cannot work.",
        "AP: both sides say yes. Some read a stale value; when both sides wrote, the earlier write is lost.",
        "The choice is made for each operation while the link is cut; it is not a label on a database.",
    ),
    parameters=(
        Choice(
            name="choice",
            label="while the link is cut",
            options=(
                ("cp", "consistency: refuse"),
                ("ap", "availability: answer"),
            ),
        ),
    ),
    actions=tuple(Action(name, label) for name, label in LABELS.items()),
    begin=Link,
    by_chance=False,
    shown="write-a.cut.write-b",
    asks=Question(
        text="The link is cut, and somebody writes at B. What will B say?",
        options=lambda _run: (("takes", "it takes the write"), ("refuses", "it refuses the write")),
        answer=lambda run: run.b_said,
        lesson=_lesson,
    ),
    topics=("cap-theorem", "consistency-models", "quorums-and-pacelc"),
    sources=(
        (
            "Gilbert and Lynch, Brewer's Conjecture and the Feasibility of "
            "Consistent, Available, Partition-Tolerant Web Services, 2002"
        ),
    ),
)
