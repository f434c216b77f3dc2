"""Leader election as in Raft: terms, votes and heartbeats, tick by tick, with a partition that the reader can cause."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random
from typing import Literal

from calculators.labs import svg
from calculators.labs.lab import STEP, Action, Lab, Number, Question, Table, Values, View, number

CUT, HEAL, STOP, START, WAIT = "cut", "heal", "stop", "start", "wait"
HEARTBEAT = 3
TIMEOUT = (8, 16)
STEPS = 200
Role = Literal["follower", "candidate", "leader"]


@dataclass
class Member:
    """What Raft asks of a server (Ongaro and Ousterhout, 2014, figure 2), without a log."""

    id: int
    timeout: int
    role: Role = "follower"
    term: int = 0
    voted_for: int = 0
    votes: set[int] = field(default_factory=set)
    silent: int = 0
    is_up: bool = True

    def follow(self, term: int) -> None:
        if term > self.term:
            self.term, self.voted_for = term, 0
        self.role, self.votes = "follower", set()


class Election:
    def __init__(self, values: Values, random: Random) -> None:
        self.random = random
        self.members = [Member(each, random.randint(*TIMEOUT)) for each in range(1, number(values, "servers") + 1)]
        self.cut_off: set[int] = set()
        self.ticks = self.elections = 0
        self.leaders: dict[int, int] = {}
        self.seen_leaders = self.cut_at = 0
        """Leaders at once since the cut, and the tick of the cut."""
        self.said = "All are followers and wait for a leader's heartbeat. None will come."

    @property
    def majority(self) -> int:
        return len(self.members) // 2 + 1

    @property
    def largest_minority(self) -> int:
        return len(self.members) - self.majority

    def reaches(self, one: Member, other: Member) -> bool:
        return one.is_up and other.is_up and (one.id in self.cut_off) == (other.id in self.cut_off)

    def act(self, action: str) -> None:
        if action == CUT:
            self._cut()
        elif action == HEAL:
            self.cut_off = set()
            self.said = "The network is whole again. Whoever has an older term will step down at the next message."
        elif action == STOP:
            self._stop()
        elif action == START:
            self._start()
        elif action == WAIT:
            self._wait()
        else:
            self._tick()

    def _cut(self) -> None:
        """The leader, if there is one, finds itself on the small side."""
        leader = self.current_leader()
        first = leader.id if leader else 1
        ids = [(first - 1 + offset) % len(self.members) + 1 for offset in range(self.largest_minority)]
        self.cut_off = set(ids)
        self.cut_at, self.seen_leaders = self.ticks, 0
        names = ", ".join(f"S{each}" for each in ids)
        self.said = f"The network is cut: {names} cannot reach the others. Let some ticks pass."

    def _stop(self) -> None:
        leader = self.current_leader()
        if leader is None:
            self.said = "There is no leader to stop."
            return
        leader.is_up = False
        self.said = (
            f"S{leader.id}, the leader of term {leader.term}, has stopped. Nobody tells the others; they notice."
        )

    def _start(self) -> None:
        for member in self.members:
            if not member.is_up:
                member.is_up = True
                member.follow(member.term)
                member.silent = 0
        self.said = "All servers run again, as followers."

    def current_leader(self) -> Member | None:
        """The leader with the newest term among those that run."""
        leaders = [each for each in self.members if each.role == "leader" and each.is_up]
        return max(leaders, key=lambda each: each.term, default=None)

    def believers(self) -> list[Member]:
        """The members that believe they are the leader."""
        return [each for each in self.members if each.role == "leader" and each.is_up]

    def _tick(self) -> None:
        self.ticks += 1
        self.said = "Time passes; no timeout ran out."
        for member in self.members:
            if not member.is_up:
                continue
            if member.role == "leader":
                if self.ticks % HEARTBEAT == 0:
                    self._heartbeat(member)
                continue
            member.silent += 1
            if member.silent >= member.timeout:
                self._stand(member)
        if self.cut_off:
            self.seen_leaders = max(self.seen_leaders, len(self.believers()))

    def _wait(self) -> None:
        """Ticks up to the next election, or up to the last tick when none comes."""
        before = self.elections
        while self.elections == before and self.ticks < STEPS:
            self._tick()

    def _expects_election(self) -> bool:
        """Whether a server runs that no leader reaches."""
        leaders = self.believers()
        return any(
            each.is_up and each.role != "leader" and not any(self.reaches(leader, each) for leader in leaders)
            for each in self.members
        )

    def _heartbeat(self, leader: Member) -> None:
        heard = 0
        for other in self.members:
            if other is leader or not self.reaches(leader, other):
                continue
            if other.term > leader.term:
                self.said = f"S{leader.id} hears of term {other.term} and steps down."
                leader.follow(other.term)
                leader.silent = 0
                return
            other.follow(leader.term)
            other.silent = 0
            heard += 1
        self.said = f"S{leader.id}, leader of term {leader.term}: its heartbeat reached {heard} others."
        if heard + 1 < self.majority:
            self.said += " That is no majority: it can commit nothing, and does not know it yet."

    def _stand(self, member: Member) -> None:
        """Timeout: a new term, a vote for oneself, and questions to all."""
        self.elections += 1
        member.term += 1
        member.role, member.voted_for, member.votes = "candidate", member.id, {member.id}
        member.silent, member.timeout = 0, self.random.randint(*TIMEOUT)
        for other in self.members:
            if other is member or not self.reaches(member, other):
                continue
            if other.term > member.term:
                member.follow(other.term)
                self.said = f"S{member.id} stood for election and learned that term {member.term} has begun."
                return
            if other.term < member.term:
                other.follow(member.term)
            if other.voted_for in (0, member.id):
                other.voted_for, other.silent = member.id, 0
                member.votes.add(other.id)
        if len(member.votes) >= self.majority:
            member.role = "leader"
            self.leaders[member.term] = member.id
            self.said = (
                f"S{member.id} got {len(member.votes)} of {len(self.members)} votes and leads term {member.term}."
            )
            self._announce(member)
        else:
            self.said = (
                f"S{member.id} stood in term {member.term} and got {len(member.votes)} of the {self.majority} votes "
                "that it needs."
            )

    def _announce(self, leader: Member) -> None:
        said = self.said
        self._heartbeat(leader)
        self.said = said

    def view(self) -> View:
        leader = self.current_leader()
        rows = tuple(
            (
                f"S{each.id}",
                each.role if each.is_up else "stopped",
                f"{each.term}",
                f"S{each.voted_for}" if each.voted_for else "nobody",
                f"{max(0, each.timeout - each.silent)} ticks" if each.is_up and each.role != "leader" else "",
            )
            for each in self.members
        )
        history = tuple((f"{term}", f"S{who}") for term, who in sorted(self.leaders.items()))
        can = [
            *([STEP] if self.ticks < STEPS else []),
            *([WAIT] if self.ticks < STEPS and self._expects_election() else []),
            *([HEAL] if self.cut_off else [CUT] if self.largest_minority else []),
            *([STOP] if leader else []),
            *([START] if not all(each.is_up for each in self.members) else []),
        ]
        asks_for_a_cut = leader and CUT in can and not self.cut_at
        return View(
            said=f"{self.said} Now cut the network: who leads then?" if asks_for_a_cut else self.said,
            drawing=self._drawing(),
            facts=(
                ("Leader", f"S{leader.id} of term {leader.term}" if leader else "none"),
                ("Elections so far", f"{self.elections}"),
                ("A majority is", f"{self.majority} of {len(self.members)}"),
            ),
            tables=(
                Table("The servers", ("Server", "Role", "Term", "Voted for", "Stands for election in"), rows),
                *((Table("Leaders so far", ("Term", "Leader"), history),) if history else ()),
            ),
            can=tuple(can),
        )

    def _drawing(self) -> str:
        """Servers in a circle; the arc around each is the time until it stands for election, a dashed line a vote."""
        x, y, radius = svg.WIDTH / 2, 164, 112
        places = {each.id: svg.on_circle((each.id - 1) / len(self.members), radius, x=x, y=y) for each in self.members}
        inside = ""
        for one in self.members:
            for other in self.members:
                if one is other or not self.reaches(one, other):
                    continue
                if one.role == "leader":
                    inside += svg.line(*places[one.id], *places[other.id], "link")
                elif one.role == "candidate" and other.id in one.votes:
                    inside += svg.line(*places[one.id], *places[other.id], "link vote")
        for each in self.members:
            px, py = places[each.id]
            css = (
                "node stopped"
                if not each.is_up
                else f"node {each.role}" + (" cut-off" if each.id in self.cut_off else "")
            )
            inside += svg.circle(px, py, 33, css)
            waits = each.is_up and each.role != "leader"
            inside += svg.timer(px, py, 39, max(0, each.timeout - each.silent) / TIMEOUT[1] if waits else 0)
            inside += svg.text(px, py - 7, f"S{each.id}", "value")
            inside += svg.text(px, py + 7, each.role if each.is_up else "stopped", "small")
            inside += svg.text(px, py + 20, f"term {each.term}", "small")
        words = "The network is cut: dashed servers are on their own" if self.cut_off else "The network is whole"
        title = "Servers with role, term and the time until each stands for election; lines from the leader"
        return svg.drawing(title, 346, inside + svg.text(x, 338, words, "label"))


def _leaders(run: Election) -> str:
    """Known when there are two, or when enough time has passed for an election."""
    if not run.cut_off or (run.seen_leaders < 2 and run.ticks - run.cut_at < 2 * max(TIMEOUT)):
        return ""
    return str(min(run.seen_leaders, 2))


def _lesson(run: Election) -> str:
    terms = ", ".join(f"S{each.id} in term {each.term}" for each in run.believers()) or "nobody"
    return (
        f"Leaders by their own belief: {terms}. No term has two, and only one that reaches {run.majority} servers, "
        "itself included, can promise anything."
    )


LAB = Lab(
    slug="leader-election",
    title="Leader election",
    summary="Let servers elect a leader, cut the network, and see why a majority is what makes it safe.",
    notice=(
        "Timeouts are random so that servers seldom stand at the same moment. Here one stands after another, so you "
        "will see no split vote.",
        "Cut the leader off: it still calls itself leader, while a newer term has another. No term ever has two.",
        "With four servers a majority is three, so four survive no more failures than three do.",
        "The old leader learns of the newer term at the first message after the cut heals, and steps down.",
    ),
    parameters=(Number(name="servers", label="servers", default=5, least=1, most=7),),
    actions=(
        Action(STEP, "One tick"),
        Action(WAIT, "On to the next election"),
        Action(CUT, "Cut the network"),
        Action(HEAL, "Heal the network"),
        Action(STOP, "Stop the leader"),
        Action(START, "Start stopped servers"),
    ),
    begin=Election,
    shown="step*20",
    asks=Question(
        text="When a leader is elected, the network is cut and time passes: how many think that they lead?",
        options=lambda _run: (("0", "none"), ("1", "one"), ("2", "two")),
        answer=_leaders,
        lesson=_lesson,
    ),
    topics=("leader-election", "quorums-and-pacelc", "fencing", "zookeeper"),
    sources=("Ongaro and Ousterhout, In Search of an Understandable Consensus Algorithm (Raft), USENIX ATC 2014, 5.2",),
)
