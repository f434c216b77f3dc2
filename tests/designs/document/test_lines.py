"""One typed line becomes one operation or entity, or an error that says what was expected."""

from __future__ import annotations

import itertools
from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from designs.document.checks import read
from designs.document.lines import (
    MAX_LINE,
    FieldLine,
    LineError,
    ParameterLine,
    entity_patch,
    operation_patch,
    parse_entity,
    parse_operation,
)
from designs.document.patches import apply
from designs.document.schema import blank
from tests.designs.document.examples import complete
from tests.refusals import done_or_refused


def ids():
    counter = itertools.count(1)
    return lambda: f"k{next(counter)}"


def names(line: str) -> list[str]:
    return [parameter.name for parameter in parse_operation(line).parameters]


def test_the_notes_example_is_read():
    found = parse_operation("postTweet(user_id, text, location) -> Tweet")
    assert (found.name, found.response, found.style) == ("postTweet", "Tweet", "rpc")
    assert [parameter.name for parameter in found.parameters] == ["user_id", "text", "location"]


@pytest.mark.parametrize(
    ("written", "parameter"),
    [
        pytest.param("text", ParameterLine(name="text"), id="name alone"),
        pytest.param("text: string", ParameterLine(name="text", type="text"), id="colon"),
        pytest.param("string text", ParameterLine(name="text", type="text"), id="type first"),
        pytest.param("location?", ParameterLine(name="location", required=False), id="optional"),
        pytest.param("limit int = 20", ParameterLine(name="limit", type="integer", required=False), id="default"),
        pytest.param("tweets list<Tweet>", ParameterLine(name="tweets", type="list<Tweet>"), id="list"),
        pytest.param("counts map<text, int>", ParameterLine(name="counts", type="map<text, int>"), id="comma inside"),
    ],
)
def test_a_parameter_may_be_written_in_many_ways(written, parameter):
    assert parse_operation(f"call({written})").parameters == (parameter,)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        pytest.param("GET /users/{id}/posts getPosts(limit)", ("getPosts", "GET", "/users/{id}/posts"), id="named"),
        pytest.param("get /users/{id}/posts", ("getUsersPosts", "GET", "/users/{id}/posts"), id="unnamed"),
        pytest.param("rpc GetUser(GetUserRequest) returns (User);", ("GetUser", "", ""), id="proto"),
    ],
)
def test_rest_and_proto_lines_are_read(line, expected):
    found = parse_operation(line)
    assert (found.name, found.method, found.path) == expected


def test_a_parameter_in_the_path_is_one_of_the_operation():
    found = parse_operation("GET /users/{user_id}/timeline getTimeline(limit) -> list<Tweet>")
    assert [(each.name, each.location) for each in found.parameters] == [("limit", "body"), ("user_id", "path")]


@pytest.mark.parametrize(
    ("written", "field"),
    [
        pytest.param("id int64 pk", FieldLine(name="id", type="bigint", size="8 B", key="primary"), id="key"),
        pytest.param("text 280 B", FieldLine(name="text", type="text", size="280 B"), id="size"),
        pytest.param("at: timestamptz sort", FieldLine(name="at", type="timestamp", size="8 B", key="sort"), id="sort"),
        pytest.param("mail varchar(9) unique", FieldLine(name="mail", type="text", size="9 B", key="unique"), id="sql"),
        pytest.param("bio text null", FieldLine(name="bio", type="text", optional=True), id="null"),
        pytest.param("bio text not null", FieldLine(name="bio", type="text"), id="not null"),
        pytest.param("photo bytes 2 MB", FieldLine(name="photo", type="bytes", size="2 MB"), id="megabytes"),
        pytest.param(
            "by int64 -> user", FieldLine(name="by", type="bigint", size="8 B", references="user"), id="arrow"
        ),
        pytest.param(
            "by int64 references users(id)",
            FieldLine(name="by", type="bigint", size="8 B", references="users"),
            id="references",
        ),
    ],
)
def test_a_field_may_be_written_like_sql_or_short(written, field):
    assert parse_entity(f"thing({written})").fields == (field,)


@pytest.mark.parametrize(
    "line", ["create table tweet (id bigint primary key)", "tweet { id bigint pk }", "TWEET(id int64 pk);"]
)
def test_an_entity_may_be_a_table_or_a_block(line):
    found = parse_entity(line)
    assert (found.name.lower(), [each.key for each in found.fields]) == ("tweet", ["primary"])


@pytest.mark.parametrize(
    ("line", "words"),
    [
        pytest.param("", "empty", id="empty"),
        pytest.param("post tweet", "name and brackets", id="no brackets"),
        pytest.param("post(a", "not closed", id="open bracket"),
        pytest.param("post(a) Tweet", "->", id="no arrow"),
        pytest.param("post(a, A)", "two parameters called 'A'", id="twice"),
        pytest.param("1st(a)", "name of letters", id="digit first"),
        pytest.param("a(<script>)", "name of a parameter", id="markup"),
        pytest.param("GET tweets list()", "name of letters", id="path without slash"),
        pytest.param("a\x00(b)", "control character", id="NUL"),
        pytest.param("a(" + "b," * MAX_LINE + ")", "at most", id="too long"),
    ],
)
def test_what_is_wrong_with_an_operation_is_said(line, words):
    with pytest.raises(LineError, match=words.replace("(", r"\(")):
        parse_operation(line)


def test_operations_become_part_of_a_valid_document():
    document = complete()
    patch = operation_patch("deleteTweet(tweet_id int64)", document, ids())
    after = apply(document, patch)
    read(after)
    added = after["api"]["operations"]["k1"]
    assert (added["name"], added["order"]) == ("deleteTweet", 3)
    assert [each["name"] for each in added["parameters"].values()] == ["tweet_id"]


def test_a_line_of_a_known_name_changes_what_is_there():
    document = complete()
    after = apply(document, operation_patch("postTweet(text, place?) -> Tweet", document, ids()))
    assert len(after["api"]["operations"]) == 2
    operation = after["api"]["operations"]["post_tweet"]
    assert operation["rate"] == "tweet_rate"
    assert {each["name"] for each in operation["parameters"].values()} == {"user_id", "text", "place"}


def test_an_entity_refers_to_another_by_its_name_in_singular_or_plural():
    document = complete()
    after = apply(document, entity_patch("follow(follower int64 -> users, followee int64 -> User)", document, ids()))
    read(after)
    (added,) = [each for each in after["data_model"]["entities"].values() if each["name"] == "follow"]
    assert [each["references"] for each in added["fields"].values()] == ["user", "user"]


def test_an_entity_may_refer_to_itself():
    after = apply(blank(), entity_patch("reply(id int64 pk, parent int64 -> reply)", blank(), ids()))
    read(after)
    [(key, entity)] = after["data_model"]["entities"].items()
    assert [each.get("references", "") for each in entity["fields"].values()] == ["", key]


def test_a_reference_to_nothing_is_an_error():
    with pytest.raises(LineError, match="no entity called 'planet'"):
        entity_patch("a(b int -> planet)", blank(), ids())


@settings(max_examples=150)
@given(st.one_of(st.text(max_size=300), st.from_regex(r"[a-z(){},<>:;=?\->\[\]\x00 \"'&/]{0,120}", fullmatch=True)))
def test_any_line_is_read_or_refused_in_words(line):
    for make in (operation_patch, entity_patch):
        answer = done_or_refused(partial(make, line, blank(), ids()), LineError)
        assert answer if isinstance(answer, str) else read(apply(blank(), answer))


def test_a_hostile_line_costs_no_more_than_its_length():
    """promise 42: a million brackets are refused by their number, before anything looks at them."""
    for line in ("a(" + "(" * 1_000_000, "a" * 1_000_000, "a(" + "b " * 1_900 + ")", "x" + "<" * 3_900):
        with pytest.raises(LineError):
            parse_operation(line)
