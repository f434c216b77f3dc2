"""Every rule, in the order in which findings of one severity are told."""

from __future__ import annotations

from collections.abc import Mapping

from designs.analysis.findings import Rule
from designs.analysis.rules import saturated, single_point

RULES: tuple[Rule, ...] = (
    saturated.RULE,
    single_point.RULE,
)
BY_ID: Mapping[str, Rule] = {rule.id: rule for rule in RULES}
