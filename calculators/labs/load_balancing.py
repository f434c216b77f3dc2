"""One stream of requests and six balancing strategies: all of them run side by side, one of them is drawn.

Time goes in ticks. A server does one unit of work a tick, a slow one half a unit. A request takes several units, fewer
when this server has answered the same client before and still holds its data.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict, deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random

from calculators.labs import svg
from calculators.labs.lab import STEP, Action, Choice, Lab, Number, Question, Table, Values, View, number, word

TICKS_A_STEP = 50
STEPS = 40
WORK = 4.0
WORK_FROM_CACHE = 1.0
CLIENTS = 200
HEAVY = 0
CLIENTS_IN_CACHE = 40
LANE = 50
STRATEGIES = {
    "two-choices": "two random choices, the shorter queue",
    "random": "random",
    "round-robin": "round robin",
    "weighted": "weighted round robin, slow servers half",
    "least": "least connections",
    "ip-hash": "hash of the client's address",
}

LANE_NAMES = {
    "two-choices": "two random choices",
    "random": "random",
    "round-robin": "round robin",
    "weighted": "weighted round robin",
    "least": "least connections",
    "ip-hash": "hash of the address",
}


@dataclass
class Server:
    speed: float
    queue: deque[tuple[int, float]] = field(default_factory=deque)
    """(tick of arrival, work left) of each request, the first of them being served."""
    known: OrderedDict[int, None] = field(default_factory=OrderedDict)
    served: int = 0

    def take(self, client: int, tick: int) -> bool:
        """Queues a request, and returns whether the client's data were still here."""
        is_hit = client in self.known
        self.known[client] = None
        self.known.move_to_end(client)
        if len(self.known) > CLIENTS_IN_CACHE:
            self.known.popitem(last=False)
        self.queue.append((tick, WORK_FROM_CACHE if is_hit else WORK))
        return is_hit

    def work(self, tick: int) -> list[int]:
        """One tick; how long each request that is now answered took."""
        left, took = self.speed, []
        while self.queue and left > 0:
            arrived, work = self.queue[0]
            if work > left:
                self.queue[0] = (arrived, work - left)
                break
            left -= work
            self.queue.popleft()
            self.served += 1
            took.append(tick - arrived + 1)
        return took


class Farm:
    """Servers behind a balancer with one strategy. It has its own source of chance, so that all strategies see the same
    stream."""

    def __init__(self, strategy: str, speeds: Sequence[float], random: Random) -> None:
        self.strategy, self.random = strategy, random
        self.servers = [Server(speed) for speed in speeds]
        self.turns = [index for index, speed in enumerate(speeds) for _ in range(2 if speed == 1 else 1)]
        self.turn = self.hits = self.requests = self.longest = 0
        self.took: list[int] = []
        self.history: list[int] = [0]
        """The longest queue at the end of each step."""
        self.heavy_at = -1

    def tick(self, tick: int, clients: Sequence[int]) -> None:
        for client in clients:
            self.requests += 1
            chosen = self._pick(client)
            self.hits += self.servers[chosen].take(client, tick)
            if client == HEAVY:
                self.heavy_at = chosen
        for server in self.servers:
            self.took += server.work(tick)
            self.longest = max(self.longest, len(server.queue))

    def _pick(self, client: int) -> int:
        count = len(self.servers)
        if self.strategy == "random":
            return self.random.randrange(count)
        if self.strategy == "ip-hash":
            return hashlib.blake2b(b"%d" % client, digest_size=4).digest()[0] % count
        if self.strategy == "least":
            return min(range(count), key=lambda index: len(self.servers[index].queue))
        if self.strategy == "two-choices":
            pair = self.random.sample(range(count), 2) if count > 1 else [0]
            return min(pair, key=lambda index: len(self.servers[index].queue))
        order = self.turns if self.strategy == "weighted" else range(count)
        self.turn += 1
        return order[self.turn % len(order)]

    @property
    def mean_took(self) -> float:
        return sum(self.took) / len(self.took) if self.took else 0.0

    @property
    def slowest(self) -> int:
        """The 99th percentile of the answers' times."""
        return sorted(self.took)[int(len(self.took) * 0.99)] if self.took else 0

    @property
    def hit_share(self) -> float:
        return self.hits / self.requests if self.requests else 0.0


class Balancing:
    def __init__(self, values: Values, random: Random) -> None:
        self.random = random
        self.strategy = word(values, "strategy")
        count, slow = number(values, "servers"), number(values, "slow")
        speeds = [0.5 if index >= count - slow else 1.0 for index in range(count)]
        seeds = [random.random() for _ in STRATEGIES]
        self.farms = {
            name: Farm(name, speeds, Random(seed))  # noqa: S311 - a demonstration
            for name, seed in zip(STRATEGIES, seeds, strict=True)
        }
        # The load is that of requests that miss the cache; hits leave spare capacity.
        self.arrivals_a_tick = number(values, "load") / 100 * sum(speeds) / WORK
        self.heavy_share = number(values, "heavy") / 100
        self.tick = self.steps = 0
        self.said = f"{count} servers, {min(slow, count)} of them half as fast. Let some requests in."

    def act(self, action: str) -> None:  # noqa: ARG002 - it can only step
        if self.steps >= STEPS:
            raise ValueError(f"it ends after {STEPS} steps")
        for _ in range(TICKS_A_STEP):
            clients = [self._client() for _ in range(self._arrivals())]
            for farm in self.farms.values():
                farm.tick(self.tick, clients)
            self.tick += 1
        for farm in self.farms.values():
            farm.history.append(max(len(server.queue) for server in farm.servers))
        self.steps += 1
        drawn = self.farms[self.strategy]
        best = min(self.farms.values(), key=lambda farm: farm.slowest)
        self.said = (
            f"After {drawn.requests:,} requests an answer takes {drawn.mean_took:.1f} ticks on average, "
            f"{drawn.slowest} for the slowest in a hundred. The best of the six at that: {STRATEGIES[best.strategy]}."
        )

    def _arrivals(self) -> int:
        """Poisson, by counting exponential gaps."""
        count, passed = 0, self.random.expovariate(self.arrivals_a_tick)
        while passed < 1:
            count += 1
            passed += self.random.expovariate(self.arrivals_a_tick)
        return count

    def _client(self) -> int:
        is_heavy = self.random.random() < self.heavy_share
        return HEAVY if is_heavy else self.random.randrange(1, CLIENTS)

    def view(self) -> View:
        farm = self.farms[self.strategy]
        rows = tuple(
            (
                STRATEGIES[name],
                f"{each.mean_took:.1f}",
                f"{each.slowest}",
                f"{each.longest}",
                f"{each.hit_share:.0%}",
            )
            for name, each in self.farms.items()
        )
        head = ("Strategy", "Mean answer, ticks", "Slowest in 100", "Longest queue", "Cache hits")
        servers = tuple(
            (self._name(index), f"{len(server.queue)}", f"{server.served:,}")
            for index, server in enumerate(farm.servers)
        )
        return View(
            said=self.said,
            drawing=self._drawing(),
            facts=(
                ("Requests so far", f"{farm.requests:,}"),
                ("Mean answer", f"{farm.mean_took:.1f} ticks"),
                ("Longest queue so far", f"{farm.longest}"),
            ),
            tables=(
                Table("All strategies on this very stream", head, rows),
                Table("The servers now", ("Server", "Waiting", "Served"), servers),
            ),
            can=(STEP,) if self.steps < STEPS else (),
        )

    def _name(self, index: int) -> str:
        slow = " (slow)" if self.farms[self.strategy].servers[index].speed < 1 else ""
        return f"Server {index + 1}{slow}"

    def _drawing(self) -> str:
        """A lane for each strategy: its longest queue over time, the queues now, and the slowest in a hundred."""
        most = max(10, *(max(farm.history) for farm in self.farms.values()))
        inside = svg.text(8, 12, "longest queue over time", "small", anchor="start")
        inside += svg.text(276, 12, "queues", "small", anchor="start")
        inside += svg.text(396, 12, "slowest 1 %", "small", anchor="end")
        for row, (name, farm) in enumerate(self.farms.items()):
            top = 18 + LANE * row
            bottom = top + LANE - 8
            label = "label chosen" if name == self.strategy else "label"
            inside += svg.rect(4, top, 392, LANE - 4, "lane chosen" if name == self.strategy else "lane")
            inside += svg.text(8, top + 12, LANE_NAMES[name], label, anchor="start")
            height = LANE - 24
            points = [(8 + 6.2 * index, bottom - height * queue / most) for index, queue in enumerate(farm.history)]
            inside += svg.path(points, "history")
            for index, server in enumerate(farm.servers):
                x, tall = 276 + 9 * index, height * min(len(server.queue), most) / most
                state = "bad" if len(server.queue) > 12 else "warn" if len(server.queue) > 5 else "good"
                inside += svg.rect(x, bottom - tall - 1, 7, tall + 1, f"fill {state}", radius=1)
            heavy = 276 + 9 * farm.heavy_at + 3.5
            inside += svg.circle(
                heavy, bottom + 3, 2.4 if farm.heavy_at >= 0 else 0, "place found", key=f"{name} heavy"
            )
            inside += svg.text(392, bottom - 4, f"{farm.slowest}", "value", anchor="end")
        title = "Six strategies side by side. The dot is where the heavy client's last request went."
        return svg.drawing(title, 20 + LANE * len(self.farms), inside)

    def longest_by(self, strategy: str) -> int:
        return max(self.farms[strategy].history)


def _worst(run: Balancing) -> str:
    return max(run.farms, key=run.longest_by) if run.steps >= STEPS else ""


def _lesson(run: Balancing) -> str:
    worst, best = max(run.farms, key=run.longest_by), min(run.farms, key=run.longest_by)
    return (
        f"Of the same {run.farms[worst].requests:,} requests {STRATEGIES[worst]} had up to {run.longest_by(worst)} "
        f"waiting at one server, {STRATEGIES[best]} at most {run.longest_by(best)}; the slowest in a hundred took "
        f"{run.farms[worst].slowest} ticks against {run.farms[best].slowest}."
    )


LAB = Lab(
    slug="load-balancing",
    title="Load balancing",
    summary="Send one stream of requests through six strategies and watch the queues behind each.",
    notice=(
        "Two random choices come close to least connections, although the balancer asks two servers and not all.",
        "Round robin does not know that a server is slow: its queue grows while the others idle. Weights help.",
        "A hash of the address keeps clients where their data are cached, and sends one heavy client to one server.",
    ),
    parameters=(
        Choice(name="strategy", label="strategy to mark", options=tuple(LANE_NAMES.items())),
        Number(name="servers", label="servers", default=5, least=1, most=10),
        Number(name="slow", label="of them half as fast", default=1, least=0, most=10),
        Number(
            name="load",
            label="load, percent",
            default=85,
            least=5,
            most=150,
            help="Of what the servers could do if no request found its data in a cache.",
        ),
        Number(name="heavy", label="requests of the one heavy client, percent", default=10, least=0, most=90),
    ),
    actions=(Action(STEP, f"Let {TICKS_A_STEP} ticks pass"),),
    begin=Balancing,
    shown="step*20",
    opens="step*4",
    asks=Question(
        text="Behind which strategy will the longest queue stand?",
        options=lambda _run: tuple(LANE_NAMES.items()),
        answer=_worst,
        lesson=_lesson,
    ),
    topics=("load-balancing", "two-choices", "server-selection", "layer-4-vs-layer-7"),
    sources=("Mitzenmacher, The Power of Two Choices in Randomized Load Balancing, 2001",),
)
