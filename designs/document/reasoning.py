"""Steps 7 and 8: how requests flow, what was decided and why, and the bottlenecks with their answers."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from designs.document.basics import Id, IdSet, Item, Name, Quantity, Reference, Text
from designs.document.limits import MAX_ITEMS

Response = Literal["open", "mitigated", "accepted"]


class Hop(Item):
    """One arrow of a flow. Its share of the flow's rate is that of its source x split x multiplier."""

    connection: Annotated[Id, Field(description="An id of `diagram.connections`.")]
    split: Annotated[Quantity, Field(description="Share of the requests that take it: `20%`; empty means all.")] = ""
    multiplier: Annotated[Quantity, Field(description="Calls for each request (fan-out): `200`; empty means one.")] = ""
    service_time: Annotated[
        Quantity, Field(description="The target's time for this call, where it differs from its latency.")
    ] = ""


class Flow(Item):
    """The path of one operation through the diagram, with hops in order."""

    name: Annotated[Name, Field(description="When one operation has several paths: `cache miss`.")] = ""
    operation: Annotated[Reference, Field(description="An id of `api.operations`.")] = ""
    hops: Annotated[dict[Id, Hop], Field(max_length=MAX_ITEMS)] = {}
    proposed: Annotated[bool, Field(description="Suggested by the site and not yet confirmed by a person.")] = False
    note: Text = ""


class Option(Item):
    name: Name = ""
    pros: Text = ""
    cons: Text = ""


class Decision(Item):
    """A question of the detailed design, the options, the choice, and its reason."""

    question: Text = ""
    component: Annotated[Reference, Field(description="What it is about: an id of `diagram.components`.")] = ""
    options: Annotated[dict[Id, Option], Field(max_length=MAX_ITEMS)] = {}
    choice: Annotated[Reference, Field(description="An id of this decision's `options`.")] = ""
    because: Text = ""


class Bottleneck(Item):
    """What would break or saturate, and what the design does about it."""

    finding: Text = ""
    rule: Annotated[Name, Field(description="The rule of the computed finding; empty when found by hand.")] = ""
    key: Annotated[Name, Field(description="The computed finding it answers: its rule and elements.")] = ""
    components: Annotated[IdSet, Field(description="Ids of `diagram.components`.")] = {}
    response: Response = "open"
    mitigation: Text = ""
