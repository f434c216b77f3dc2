"""How many instances an autoscaler requests, by the rule of the Horizontal Pod Autoscaler of Kubernetes. PURE.

Every 15 s it requests as many instances as bring the utilisation to its target: ceil(busy instances / target). Within
10 % of the target it changes nothing, it at most doubles (or adds four) in one step, and it goes down only to the
largest number that it requested in the last 300 s. Booting instances count as present and idle (Kubernetes
documentation, Horizontal Pod Autoscaling, 2025).
"""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass, field

EVERY_S = 15.0
TOLERANCE = 0.1
DOWN_AFTER_S = 300.0
USUAL_AIM = 0.8
MOST_ADDED = 4


@dataclass(eq=False)
class Scaler:
    """`standing` are instances that serve or boot; a new one serves `boot_s` after it was requested."""

    least: int
    most: int
    boot_s: float
    aim: float = USUAL_AIM
    standing: int = 0
    wanted: deque[tuple[float, int]] = field(default_factory=deque)

    def __post_init__(self) -> None:
        self.standing = self.least

    def asks(self, now: float, at_work: float) -> int:
        """How many more instances (or fewer, below 0), given the mean number of busy ones since the last decision."""
        used = at_work / self.standing
        want = self.standing
        if abs(used / self.aim - 1.0) > TOLERANCE:
            want = max(1, math.ceil(at_work / self.aim - 1e-9))
        want = min(want, max(2 * self.standing, self.standing + MOST_ADDED), self.most)
        self.wanted.append((now, want))
        while self.wanted[0][0] < now - DOWN_AFTER_S:
            self.wanted.popleft()
        if want < self.standing:
            want = min(self.standing, max(self.least, *(each for _, each in self.wanted)))
        more = want - self.standing
        self.standing = want
        return more
