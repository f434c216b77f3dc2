"""Raft's log: an entry is committed when a majority has it, and only a server that has all committed entries may
lead."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random

from calculators.labs import svg
from calculators.labs.lab import Action, Choice, Lab, Number, Question, Table, Values, View, number, word

WRITE, SEND, CRASH, RETURN, ELECT = "write", "send", "crash", "return", "elect"
LABELS = {
    WRITE: "A client writes",
    SEND: "Send the log on",
    CRASH: "Crash the leader",
    RETURN: "Bring one back",
    ELECT: "Hold an election",
}
MOST_ENTRIES = 8


@dataclass(frozen=True)
class Entry:
    """A write, numbered by the clients, and the term in which a leader took it."""

    term: int
    write: int


@dataclass
class Server:
    log: list[Entry] = field(default_factory=list)
    is_up: bool = True
    term: int = 0

    @property
    def last(self) -> tuple[int, int]:
        """What decides which of two logs is newer: the term of the last entry, then the length."""
        return (self.log[-1].term if self.log else 0, len(self.log))


class Group:
    """Servers with one leader. `is_strict` keeps Raft's rule that a voter refuses a candidate whose log is older than
    its own."""

    def __init__(self, values: Values, random: Random) -> None:  # noqa: ARG002 - nothing here is left to chance
        self.is_strict = word(values, "rule") == "raft"
        self.servers = [Server() for _ in range(number(values, "servers"))]
        self.leader: int | None = 0
        self.term, self.writes, self.next_candidate = 1, 0, 1
        self.servers[0].term = 1
        self.acknowledged: list[int] = []
        self.was_elected = False
        self.said = "S1 leads in term 1, and all logs are empty. Let a client write, and send the log."

    @property
    def majority(self) -> int:
        return len(self.servers) // 2 + 1

    @property
    def lost(self) -> list[int]:
        """Writes that were acknowledged and that the current leader does not have."""
        if self.leader is None:
            return []
        held = {entry.write for entry in self.servers[self.leader].log}
        return [write for write in self.acknowledged if write not in held]

    def act(self, action: str) -> None:
        if action not in self._can():
            raise ValueError(action)
        self.said = {
            WRITE: self._write,
            SEND: self._send,
            CRASH: self._crash,
            RETURN: self._return,
            ELECT: self._elect,
        }[action]()

    def _lead(self) -> Server:
        if self.leader is None:
            raise LookupError("nobody leads")
        return self.servers[self.leader]

    def _behind(self) -> list[int]:
        if self.leader is None:
            return []
        log = self._lead().log
        return [place for place, each in enumerate(self.servers) if each.is_up and each.log != log]

    def _write(self) -> str:
        self.writes += 1
        self._lead().log.append(Entry(self.term, self.writes))
        return f"The leader has write {self.writes} in its log. It is not acknowledged yet: one log is no majority."

    def _send(self) -> str:
        place = self._behind()[0]
        server, log = self.servers[place], self._lead().log
        cut = sum(1 for own, given in zip(server.log, log, strict=False) if own != given) + max(
            len(server.log) - len(log), 0
        )
        server.log, server.term = list(log), self.term
        words = f"S{place + 1} has the leader's log now."
        if cut:
            words = f"S{place + 1} discards {cut} entries that no majority had, and takes the leader's log."
        return words + self._acknowledge()

    def _acknowledge(self) -> str:
        """Commits an entry of the leader's own term once a majority has it, and with it all entries before it."""
        log = self._lead().log
        counts = [
            sum(len(each.log) > place and each.log[place] == entry for each in self.servers)
            for place, entry in enumerate(log)
        ]
        safe = [place for place, held in enumerate(counts) if held >= self.majority and log[place].term == self.term]
        newly = [entry.write for entry in log[: safe[-1] + 1] if entry.write not in self.acknowledged] if safe else []
        self.acknowledged += newly
        if not newly:
            return ""
        return f" A majority has write {newly[-1]}: it is committed and acknowledged to the client."

    def _crash(self) -> str:
        place = self.leader
        self._lead().is_up = False
        self.leader, self.next_candidate = None, ((place or 0) + 1) % len(self.servers)
        return f"S{(place or 0) + 1} is down. Nobody leads, and nobody can write until one is elected."

    def _return(self) -> str:
        place = next(place for place, each in enumerate(self.servers) if not each.is_up)
        self.servers[place].is_up = True
        return f"S{place + 1} is back with the log that it had. It follows whoever leads."

    def _elect(self) -> str:
        while not self.servers[self.next_candidate].is_up:
            self.next_candidate = (self.next_candidate + 1) % len(self.servers)
        place = self.next_candidate
        candidate = self.servers[place]
        self.term += 1
        up = [each for each in self.servers if each.is_up]
        votes = sum(each is candidate or not self.is_strict or each.last <= candidate.last for each in up)
        self.next_candidate = (place + 1) % len(self.servers)
        if votes < self.majority:
            why = "others refuse it, because their logs are newer" if len(up) >= self.majority else "too few are up"
            return f"S{place + 1} gets {votes} of {self.majority} votes in term {self.term}: {why}. The next one tries."
        self.leader = place
        self.was_elected = True
        candidate.term = self.term
        lost = self.lost
        words = f"S{place + 1} leads in term {self.term} with {votes} votes."
        if lost:
            return f"{words} Its log lacks write {lost[0]}, which was acknowledged. It is lost."
        return f"{words} Its log has every committed write."

    def _can(self) -> tuple[str, ...]:
        down = any(not each.is_up for each in self.servers)
        if self.leader is None:
            return (ELECT, *((RETURN,) if down else ()))
        can = [WRITE] if len(self._lead().log) < MOST_ENTRIES else []
        can += [SEND] if self._behind() else []
        return (*can, CRASH, *((RETURN,) if down else ()))

    def view(self) -> View:
        rows = tuple(
            (
                f"S{place + 1}",
                "leads" if place == self.leader else "follows" if each.is_up else "down",
                " ".join(f"{entry.write} (term {entry.term})" for entry in each.log) or "empty",
            )
            for place, each in enumerate(self.servers)
        )
        return View(
            said=self.said,
            drawing=self._drawing(),
            facts=(
                ("Term", f"{self.term}"),
                ("Acknowledged writes", f"{len(self.acknowledged)}"),
                ("Of these lost", f"{len(self.lost)}"),
            ),
            tables=(Table("Logs", ("Server", "State", "Writes in its log"), rows),),
            can=self._can(),
        )

    def _drawing(self) -> str:
        inside, step = "", 36
        for place, each in enumerate(self.servers):
            y = 14 + step * place
            state = "leader" if place == self.leader else "" if each.is_up else "stopped"
            inside += svg.circle(24, y + 12, 13, f"node {state}")
            inside += svg.text(24, y + 16, f"S{place + 1}", "small")
            for column in range(MOST_ENTRIES):
                x = 52 + 42 * column
                if column >= len(each.log):
                    inside += svg.rect(x, y, 36, 24, "box free")
                    continue
                entry = each.log[column]
                is_safe = entry.write in self.acknowledged
                tip = f"Write {entry.write}, term {entry.term}, {'committed' if is_safe else 'not committed'}"
                inside += svg.rect(x, y, 36, 24, "box" if is_safe else "box dirty", tip=tip)
                inside += svg.text(x + 18, y + 16, f"{entry.write}", "value")
        height = 14 + step * len(self.servers) + 18
        inside += svg.text(52, height - 4, "solid: committed, dashed: not yet", "small", anchor="start")
        return svg.drawing("The log of each server, entry by entry", height, inside)


def _answer(run: Group) -> str:
    """Known after an election; asked of acknowledged writes."""
    if not run.was_elected or not run.acknowledged:
        return ""
    return "lost" if run.lost else "kept"


def _lesson(run: Group) -> str:
    if run.lost:
        return f"Write {run.lost[0]} is lost though it was acknowledged: the voters did not compare logs."
    promised = len(run.acknowledged)
    words = "the write" if promised == 1 else f"all {promised} writes"
    return f"Who leads in term {run.term} has {words} that were acknowledged, as one voter of its majority had."


LAB = Lab(
    slug="raft-log",
    title="Raft: a log on a majority",
    summary="Write, crash the leader and elect another: which writes a majority keeps, and what a loose rule loses.",
    notice=(
        "A write is acknowledged when a majority has it. Crash the leader before: nothing was promised.",
        "Any two majorities share a server, so one voter of each election has every committed write.",
        "That voter refuses a candidate with an older log. Switch the rule off, elect such a one, and a write is lost.",
        "A follower discards what no majority had. Nothing is lost: it was never acknowledged.",
    ),
    parameters=(
        Number(name="servers", label="servers", default=3, least=3, most=5),
        Choice(
            name="rule",
            label="who may lead",
            options=(("raft", "only an up-to-date log"), ("anybody", "anybody with a majority")),
        ),
    ),
    actions=tuple(Action(name, label) for name, label in LABELS.items()),
    begin=Group,
    by_chance=False,
    shown="write.send.write.crash.elect",
    opens="write.send.write",
    asks=Question(
        text="A write is acknowledged, the leader crashes, and another is elected. What becomes of the write?",
        options=lambda _run: (("kept", "the new leader has it"), ("lost", "it may be lost")),
        answer=_answer,
        lesson=_lesson,
    ),
    topics=("consensus-log", "leader-election"),
    sources=(
        "Ongaro and Ousterhout, In Search of an Understandable Consensus Algorithm, USENIX ATC (2014), section 5",
    ),
)
