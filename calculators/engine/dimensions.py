"""What a number counts: a product of powers of base things, such as byte/s or write/user/day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

# Whole powers are kept as int, which is many times quicker than a fraction.
Power = int | Fraction
MEASURED = ("byte", "s", "USD")


@dataclass(frozen=True)
class Dimension:
    """Sorted pairs of base thing and power, none of them zero. Bases are `byte`, `s`, `USD` and whatever is counted."""

    powers: tuple[tuple[str, Power], ...] = ()

    @classmethod
    def of(cls, powers: Mapping[str, Power]) -> Dimension:
        return cls(tuple(sorted((name, _whole(power)) for name, power in powers.items() if power)))

    def __mul__(self, other: Dimension) -> Dimension:
        if not self.powers:
            return other
        if not other.powers:
            return self
        total = dict(self.powers)
        for name, power in other.powers:
            total[name] = total.get(name, 0) + power
        return Dimension.of(total)

    def __truediv__(self, other: Dimension) -> Dimension:
        return self * other**-1

    def __pow__(self, power: Power) -> Dimension:
        return Dimension(tuple((name, _whole(own * power)) for name, own in self.powers)) if power else DIMENSIONLESS

    @property
    def measured(self) -> Dimension:
        """Without the counted things: bytes per write become bytes."""
        return Dimension(tuple((name, power) for name, power in self.powers if name in MEASURED))

    @property
    def is_plain(self) -> bool:
        return not self.powers

    def __str__(self) -> str:
        """`byte/s`, `write/s/user`; a plain number says so."""
        if not self.powers:
            return "a plain number"
        above = [_powered(name, power) for name, power in self.powers if power > 0]
        below = [_powered(name, -power) for name, power in self.powers if power < 0]
        return "/".join(["*".join(above) or "1", *below])


def _whole(power: Power) -> Power:
    return int(power) if power.denominator == 1 else power


def _powered(name: str, power: Power) -> str:
    return name if power == 1 else f"{name}^{power}"


DIMENSIONLESS = Dimension()


def counted(thing: str) -> Dimension:
    """The dimension of counted things, by the singular of their name."""
    return Dimension.of({thing: 1})
