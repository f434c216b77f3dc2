"""Two transactions whose statements take turns: which level of isolation lets which anomaly through."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Literal

from calculators.labs import svg
from calculators.labs.lab import STEP, Action, Choice, Lab, Question, Table, Values, View, word

Reads = dict[str, int]
Verb = Literal["read", "write", "commit", "abort"]
REFUSED = ("Refused", "It was refused")
UNCOMMITTED, COMMITTED, SNAPSHOT, SERIALIZABLE = "read-uncommitted", "read-committed", "snapshot", "serializable"


@dataclass(frozen=True)
class Statement:
    """`value` gives what is written from what the transaction has read; `words` say it as SQL would."""

    who: int
    verb: Verb
    row: str = ""
    value: Callable[[Reads], int] | None = None
    words: str = ""


@dataclass(frozen=True)
class Story:
    """`is_wrong` tells the anomaly: from the rows at the end and from all that each transaction has read."""

    begin: Reads
    statements: tuple[Statement, ...]
    anomaly: str
    is_wrong: Callable[[Reads, dict[int, list[tuple[str, int]]], set[int]], bool]


def _both(committed: set[int]) -> bool:
    return committed == {1, 2}


STORIES: dict[str, Story] = {
    "lost-update": Story(
        {"stock": 10},
        (
            Statement(1, "read", "stock", words="read stock"),
            Statement(2, "read", "stock", words="read stock"),
            Statement(1, "write", "stock", lambda seen: seen["stock"] - 3, "stock = what it read - 3"),
            Statement(1, "commit"),
            Statement(2, "write", "stock", lambda seen: seen["stock"] - 4, "stock = what it read - 4"),
            Statement(2, "commit"),
        ),
        "Both have sold and only one sale was subtracted: 10 − 3 − 4 should be 3. This is a lost update.",
        lambda rows, _, done: _both(done) and rows["stock"] != 3,
    ),
    "write-skew": Story(
        {"Ada": 1, "Ben": 1},
        (
            Statement(1, "read", "Ada", words="read whether Ada is on call"),
            Statement(1, "read", "Ben", words="read whether Ben is on call"),
            Statement(2, "read", "Ada", words="read whether Ada is on call"),
            Statement(2, "read", "Ben", words="read whether Ben is on call"),
            Statement(1, "write", "Ada", lambda seen: 0 if sum(seen.values()) > 1 else 1, "two on call: Ada leaves"),
            Statement(2, "write", "Ben", lambda seen: 0 if sum(seen.values()) > 1 else 1, "two on call: Ben leaves"),
            Statement(1, "commit"),
            Statement(2, "commit"),
        ),
        "Each saw two on call and left, and now there is nobody. They wrote different rows: this is write skew.",
        lambda rows, _reads, _done: rows["Ada"] + rows["Ben"] == 0,
    ),
    "fuzzy-read": Story(
        {"price": 20},
        (
            Statement(1, "read", "price", words="read price"),
            Statement(2, "write", "price", lambda _: 25, "price = 25"),
            Statement(2, "commit"),
            Statement(1, "read", "price", words="read price again"),
            Statement(1, "commit"),
        ),
        "One transaction read one row twice and saw two values. This is a non-repeatable read.",
        lambda _rows, reads, _done: len({value for row, value in reads[1] if row == "price"}) > 1,
    ),
    "read-skew": Story(
        {"giro": 100, "savings": 100},
        (
            Statement(1, "read", "giro", words="read giro"),
            Statement(2, "read", "giro", words="read giro"),
            Statement(2, "read", "savings", words="read savings"),
            Statement(2, "write", "giro", lambda seen: seen["giro"] - 50, "giro = giro - 50"),
            Statement(2, "write", "savings", lambda seen: seen["savings"] + 50, "savings = savings + 50"),
            Statement(2, "commit"),
            Statement(1, "read", "savings", words="read savings"),
            Statement(1, "commit"),
        ),
        "The report adds 100 from before the transfer and 150 from after it: 250 never existed. This is read skew.",
        lambda _rows, reads, _done: sum(value for _, value in reads[1]) != 200,
    ),
    "dirty-read": Story(
        {"price": 20},
        (
            Statement(2, "write", "price", lambda _: 2, "price = 2, by mistake"),
            Statement(1, "read", "price", words="read price"),
            Statement(2, "abort"),
            Statement(1, "commit"),
        ),
        "It read a value that was rolled back. This is a dirty read.",
        lambda _rows, reads, _done: ("price", 2) in reads[1],
    ),
}


@dataclass
class Transaction:
    snapshot: Reads
    own: Reads = field(default_factory=dict)
    seen: Reads = field(default_factory=dict)
    reads: list[tuple[str, int]] = field(default_factory=list)
    state: str = "open"


class Database:
    """Rows with their committed values, and two transactions over them."""

    def __init__(self, values: Values, random: Random) -> None:  # noqa: ARG002 - nothing here is left to chance
        self.level = word(values, "level")
        self.story = STORIES[word(values, "story")]
        self.rows = dict(self.story.begin)
        self.changed: dict[str, int] = dict.fromkeys(self.rows, 0)  # by which step a row was last committed
        self.running = {who: Transaction(dict(self.rows)) for who in (1, 2)}
        self.log: list[tuple[int, str, str]] = []
        self.shown: list[str] = []  # by statement: the value that it saw or wrote, or how it ended
        self.history = [dict(self.rows)]  # what is committed, at first and after each statement
        self.said = "Two transactions have begun. Their statements take turns, as a busy database would mix them."

    @property
    def is_over(self) -> bool:
        return len(self.log) == len(self.story.statements)

    @property
    def committed(self) -> set[int]:
        return {who for who, each in self.running.items() if each.state == "committed"}

    @property
    def refused(self) -> list[int]:
        return [who for who, each in self.running.items() if each.state == "refused"]

    @property
    def is_wrong(self) -> bool:
        reads = {who: each.reads for who, each in self.running.items()}
        return self.is_over and self.story.is_wrong(self.rows, reads, self.committed)

    def act(self, action: str) -> None:  # noqa: ARG002 - it can only step
        statement = self.story.statements[len(self.log)]
        outcome = self._do(statement)
        words = statement.words or statement.verb
        self.log.append((statement.who, words, outcome))
        self.shown.append(self._in_short(statement, outcome))
        self.history.append(dict(self.rows))
        self.said = f"T{statement.who}: {words}. {outcome}"
        if self.is_over:
            self.said += f" {self.story.anomaly if self.is_wrong else self._fine()}"

    def _in_short(self, statement: Statement, outcome: str) -> str:
        who, row = self.running[statement.who], statement.row
        if outcome.startswith(REFUSED):
            return "refused"
        return f"{(who.seen if statement.verb == 'read' else who.own)[row]}" if row else ""

    def _fine(self) -> str:
        if len(self.committed) == 2 or all(each.state != "refused" for each in self.running.values()):
            return "Running the two one after the other could have given the same outcome."
        return "One was refused and has to be tried again; tried again it sees what the other did."

    def _do(self, statement: Statement) -> str:
        who = self.running[statement.who]
        if who.state == "refused":
            return "It was refused before and does nothing."
        if statement.verb == "read":
            value = self._visible(who, statement.row)
            who.seen[statement.row] = value
            who.reads.append((statement.row, value))
            return f"It sees {value}."
        if statement.verb == "write":
            return self._write(who, statement)
        if statement.verb == "abort":
            who.state = "aborted"
            return "Its writes are rolled back."
        return self._commit(who)

    def _visible(self, who: Transaction, row: str) -> int:
        if row in who.own:
            return who.own[row]
        if self.level == UNCOMMITTED:
            others = [each for each in self.running.values() if each is not who and each.state == "open"]
            return next((each.own[row] for each in others if row in each.own), self.rows[row])
        return self.rows[row] if self.level == COMMITTED else who.snapshot[row]

    def _write(self, who: Transaction, statement: Statement) -> str:
        is_changed = self.rows[statement.row] != who.snapshot[statement.row]
        if self.level in (SNAPSHOT, SERIALIZABLE) and is_changed:
            who.state = "refused"
            return "Refused: somebody has changed this row since the transaction began."
        value = statement.value(who.seen) if statement.value else 0
        who.own[statement.row] = value
        return (
            f"It writes {value}; the others see that after the commit."
            if self.level != UNCOMMITTED
            else (f"It writes {value}, and everybody sees it at once.")
        )

    def _commit(self, who: Transaction) -> str:
        read_and_changed = [row for row in who.seen if self.rows[row] != who.snapshot[row]]
        if self.level == SERIALIZABLE and who.own and read_and_changed:
            who.state = "refused"
            return f"Refused: what it read of {read_and_changed[0]} is no longer true."
        self.rows |= who.own
        who.state = "committed"
        return "Committed."

    def view(self) -> View:
        rows = tuple((f"{number}", f"T{who}", what, said) for number, (who, what, said) in enumerate(self.log, start=1))
        return View(
            said=self.said,
            drawing=self._drawing(),
            facts=(
                ("Committed", f"{len(self.committed)} of 2"),
                ("Refused", f"{len(self.refused)}"),
                ("Anomaly", "yes" if self.is_wrong else "no" if self.is_over else "not yet known"),
            ),
            tables=(Table("Statements", ("#", "Who", "Statement", "Outcome"), rows),) if rows else (),
            can=() if self.is_over else (STEP,),
        )

    def _drawing(self) -> str:
        """T1 and T2 on both sides, with the values that they saw and wrote; between them what is committed."""
        done, height = len(self.log), 62 + 26 * len(self.story.statements)
        inside = svg.text(63, 20, "T1", "label") + svg.text(337, 20, "T2", "label") + svg.text(200, 20, "committed")
        inside += svg.line(63, 28, 63, height, "life") + svg.line(337, 28, 337, height, "life")
        inside += self._committed(0, 38)
        for place, statement in enumerate(self.story.statements):
            x, y = 63 if statement.who == 1 else 337, 60 + 26 * place
            css, words = "box free", f"{statement.verb} {statement.row}".strip()
            if place < done:
                css = "box off" if self.log[place][2].startswith(REFUSED) else "box"
                words += f": {self.shown[place]}" if self.shown[place] else ""
                if self.history[place + 1] != self.history[place]:
                    inside += self._committed(place + 1, y + 4)
            inside += svg.rect(x - 60, y - 11, 120, 22, css, tip=statement.words)
            inside += svg.text(x, y + 4, words, "small")
        return svg.drawing("The statements of both transactions in their order, and the committed rows", height, inside)

    def _committed(self, done: int, y: float) -> str:
        return svg.text(200, y, ", ".join(f"{row} {value}" for row, value in self.history[done].items()), "value small")


def _answer(run: Database) -> str:
    if not run.is_over:
        return ""
    return "wrong" if run.is_wrong else "refused" if len(run.committed) < 2 and run.refused else "fine"


def _lesson(run: Database) -> str:
    if run.is_wrong:
        return run.story.anomaly
    if run.refused:
        return f"T{run.refused[0]} was refused, and with it the anomaly. It has to be tried again."
    return "No anomaly: what both have seen and left is what one after the other gives too."


LAB = Lab(
    slug="isolation",
    title="Isolation: two transactions at once",
    summary="Step through two transactions whose statements take turns, and see which level lets the anomaly through.",
    notice=(
        "Read committed prevents dirty reads only: updates can be lost, and two reads of one row can differ.",
        "A snapshot is refused where both write one row. Where they write different rows it lets write skew through.",
        "Serializable refuses one of the two. Whoever uses it must be ready to try again.",
        "Here it checks at the commit what was read. Databases differ in how they check, not in the result.",
    ),
    parameters=(
        Choice(
            name="story",
            label="what the two do",
            options=(
                ("lost-update", "both sell from one stock"),
                ("write-skew", "both leave the night shift"),
                ("fuzzy-read", "one reads a price twice"),
                ("read-skew", "one adds two accounts"),
                ("dirty-read", "reads what is rolled back"),
            ),
        ),
        Choice(
            name="level",
            label="isolation",
            options=(
                (COMMITTED, "read committed"),
                (SNAPSHOT, "snapshot (repeatable read)"),
                (SERIALIZABLE, "serializable"),
                (UNCOMMITTED, "read uncommitted"),
            ),
        ),
    ),
    actions=(Action(STEP, "Next statement"),),
    begin=Database,
    by_chance=False,
    shown="step*6",
    opens="step*2",
    asks=Question(
        text="Both run to their ends at this level. What will have happened?",
        options=lambda _run: (
            ("wrong", "the anomaly"),
            ("refused", "one of them is refused"),
            ("fine", "neither"),
        ),
        answer=_answer,
        lesson=_lesson,
    ),
    topics=("transactions-and-isolation",),
    sources=(
        "Berenson et al., A Critique of ANSI SQL Isolation Levels, SIGMOD (1995)",
        "PostgreSQL manual, ch. 13, Concurrency Control",
    ),
)
