"""Step 5: the operations that the system offers, REST or RPC, and what each of them needs."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from designs.document.basics import Formula, Id, IdSet, Item, Model, Name, Quantity, Text
from designs.document.limits import MAX_ITEMS

Style = Literal["rest", "rpc"]
Method = Literal["", "GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"]
Location = Literal["path", "query", "header", "body"]
Importance = Literal["", "low", "high"]
Idempotency = Literal["", "idempotent", "idempotency_key", "not_idempotent"]

# A type is a common name (see data_model.FIELD_TYPES), the name of an entity or of a message, or `list<...>` of one.
TypeName = Annotated[Name, Field(description="`text`, `Tweet`, `list<Tweet>`; empty when not known yet.")]


class Parameter(Item):
    name: Name = ""
    location: Location = "body"
    type: TypeName = ""
    size: Annotated[Quantity, Field(description="Bytes of one value on average: `2 kB`.")] = ""
    required: bool = True
    note: Text = ""


class Operation(Item):
    """One operation that a client may call."""

    name: Annotated[Name, Field(description="As in code: `postTweet`.")] = ""
    style: Style = "rest"
    method: Annotated[Method, Field(description="REST only.")] = ""
    path: Annotated[Name, Field(description="REST only, with parameters in braces: `/users/{user_id}/tweets`.")] = ""
    parameters: Annotated[dict[Id, Parameter], Field(max_length=MAX_ITEMS)] = {}
    response: TypeName = ""
    response_items: Annotated[Quantity, Field(description="How many entries a `list<...>` contains: `20`.")] = ""
    response_size: Annotated[Quantity, Field(description="Bytes of an answer without a known type size.")] = ""
    serves: Annotated[IdSet, Field(description="Ids of `scope.functional_requirements`.")] = {}
    reads: Annotated[IdSet, Field(description="Ids of `data_model.entities`.")] = {}
    writes: Annotated[IdSet, Field(description="Ids of `data_model.entities`.")] = {}
    rate: Annotated[Formula, Field(description="How often it is called: `tweets_per_day`, `5k/s`.")] = ""
    growth: Annotated[Quantity, Field(description="By how much the rate grows in a year: `100%` doubles it.")] = ""
    importance: Annotated[
        Importance,
        Field(description="Importance of its requests in a full queue that refuses by importance; empty is usual."),
    ] = ""
    idempotency: Annotated[Idempotency, Field(description="What happens when a client sends it twice.")] = ""
    note: Text = ""


class MessageField(Item):
    name: Name = ""
    type: TypeName = ""
    size: Annotated[Quantity, Field(description="Bytes of one value on average.")] = ""
    items: Annotated[Quantity, Field(description="How many entries a `list<...>` holds.")] = ""
    required: bool = True
    note: Text = ""


class Message(Item):
    """A request or response body that is no entity."""

    name: Name = ""
    fields: Annotated[dict[Id, MessageField], Field(max_length=MAX_ITEMS)] = {}
    note: Text = ""


class Api(Model):
    operations: Annotated[dict[Id, Operation], Field(max_length=MAX_ITEMS)] = {}
    messages: Annotated[dict[Id, Message], Field(max_length=MAX_ITEMS)] = {}
