"""How alike designs are: what is shared beyond what all have, in which order it came, and no verdict."""

from __future__ import annotations

import math

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import User
from classrooms.review.similarity import Pair, alike, in_same_order, traces_of
from classrooms.services import classes
from classrooms.services import work as working
from tests.classrooms.conftest import after
from tests.classrooms.test_work import edit, fresh
from tests.markup import squeezed


def test_traces_are_texts_by_their_step_runs_of_five_words_and_arrows():
    document = {
        "format": 2,
        "meta": {"title": "Shop!"},
        "diagram": {
            "components": {"a": {"kind": "service", "label": "Web-Shop"}, "b": {"kind": "sql", "label": "Till"}},
            "connections": {"x": {"source": "a", "target": "b", "label": ""}},
        },
        "decisions": {"d": {"because": "It is the only one that scales", "question": "DB"}},
    }
    assert traces_of(document) == {
        ("/meta", "shop"), ("/diagram", "web shop"), ("/diagram", "till"), ("/arrow", "web shop to till"),
        ("/decisions", "it is the only one"), ("/decisions", "is the only one that"),
        ("/decisions", "the only one that scales"),
    }  # fmt: skip


def test_what_all_have_counts_least_by_hand():
    everybody, rare, mine = ("/diagram", "cache"), ("/diagram", "quetzal"), ("/diagram", "mine")
    designs = [{everybody, rare}, {everybody, rare, mine}, {everybody}]
    # Of 3 designs, 3 have the cache: ln(4/3); 2 the rare one: ln(4/2); 1 its own: ln(4/1).
    cache, shared, own = math.log(4 / 3), math.log(2), math.log(4)
    first, *rest = alike(designs)

    assert first == Pair(0, 1, pytest.approx((cache + shared) / (cache + shared + own)), 2)
    assert {(pair.one, pair.other): pair.common for pair in rest} == {(0, 2): 1, (1, 2): 1}
    assert alike([{rare}, {mine}]) == []


@given(st.lists(st.sets(st.sampled_from("abcdefgh").map(lambda each: ("/x", each))), min_size=2, max_size=6))
def test_equal_designs_are_wholly_alike_and_no_share_leaves_its_bounds(designs):
    found = {(pair.one, pair.other): pair.share for pair in alike([*designs, designs[0]])}

    assert all(0 < share <= 1 + 1e-9 for share in found.values())
    if designs[0]:
        assert found[0, len(designs)] == pytest.approx(1)


@pytest.mark.parametrize(
    ("one", "other", "ordered"),
    [
        ([1, 2, 3], [4, 5, 9], 3),
        ([1, 2, 3], [9, 5, 4], 1),
        ([1, 2, 3, 4], [2, 1, 4, 3], 2),
        ([1, 1], [3, 3], 2),
        ([], [], 0),
    ],
)
def test_the_same_order_is_the_longest_run_that_rises_in_both(one, other, ordered):
    assert in_same_order(one, other) == ordered


@pytest.fixture
def three(classroom, assignment):
    """Xi and Yu wrote the same odd words, Yu in the other order; Zed wrote something else."""
    works = {}
    words = {"Xi": ["Quetzal store", "Okapi queue"], "Yu": ["Okapi queue", "Quetzal store"], "Zed": ["Ledger"]}
    for name, labels in words.items():
        member = classes.join(classroom.join_code, user=User.objects.create_user(name), name=name, at=after(0))
        work = working.begin_work(assignment, member, at=after(1))
        for at, label in enumerate(labels):
            work = fresh(work)
            edit(work.design, {"diagram": {"components": {f"b{at}": {"kind": "service", "label": label}}}})
        works[name] = fresh(work)
        working.submit(works[name], at=after(2))
    return works


def test_pairs_lead_to_a_side_by_side_with_the_order_of_both_logs(client, teacher, three, assignment):
    client.force_login(teacher)
    text = squeezed(client.get(reverse("classrooms:assignment_similar", args=[assignment.pk])))
    assert "Xi and Yu" in text
    assert "100 %" in text
    assert "Zed" not in text.split("<table>")[1]
    assert "not a verdict" in text
    for verdict in ("plagiar", "copied", "cheat"):
        assert verdict not in text.casefold()

    pair = reverse("classrooms:similar_pair", args=[assignment.pk, three["Xi"].pk, three["Yu"].pk])
    text = squeezed(client.get(pair))
    assert "quetzal store" in text
    assert "Of 2 things that both logs record, 1 came in the same order." in text
    assert text.count("<figure") == 2
    same = reverse("classrooms:similar_pair", args=[assignment.pk, three["Xi"].pk, three["Xi"].pk])
    assert client.get(same).status_code == 404


def test_what_was_given_and_what_the_reference_has_is_not_counted(client, teacher, three, assignment):
    from designs.scenarios.reference import reference_of

    label = next(iter(reference_of(assignment.data)["diagram"]["components"].values()))["label"]
    for name in ("Xi", "Zed"):
        edit(three[name].design, {"diagram": {"components": {"ref": {"kind": "service", "label": label}}}})
        working.submit(fresh(three[name]), at=after(3))
    client.force_login(teacher)

    text = squeezed(client.get(reverse("classrooms:assignment_similar", args=[assignment.pk])))
    assert "Zed" not in text.split("<table>")[1]
