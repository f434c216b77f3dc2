"""What the interviewer makes of questions in candidates' own words."""

from __future__ import annotations

from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from designs.interviews.answering import covered, entry_called, spoken
from designs.interviews.asking import Found, Groups, find_question, knowledge_of, understand, words_of
from designs.interviews.counting import runs_in, runs_of
from designs.interviews.following import followed
from designs.interviews.known import entries_of, shared_answers
from designs.interviews.telling import asks_for_a_meaning, asks_what_is_done, told_by
from designs.scenarios.schema import Scenario
from tests.designs.interviews.shipped import FIXTURES, scenario
from web.reading.safe_yaml import own_yaml

ASKED = Path(__file__).with_name("asked")
OF_SCENARIO = ("question", "requirement", "figure")


@cache
def asked_in(name: str) -> list[tuple[Scenario, dict[str, Any]]]:
    read = own_yaml((ASKED / f"{name}.yaml").read_text(encoding="utf-8"))
    return [(scenario(slug), item) for slug, items in read.items() for item in items]


def outcomes(name: str) -> Counter[str]:
    """How many are right, missed (no answer though there is one) and wrong (another answer, or one too many)."""
    counts: Counter[str] = Counter()
    for data, item in asked_in(name):
        found = find_question(data, item["ask"])
        said = found.name if found and found.kind in OF_SCENARIO else "none"
        counts["right" if said in item["right"] else "missed" if said == "none" else "wrong"] += 1
    return counts


@pytest.mark.parametrize(
    ("name", "right", "wrong"), [("candidates", 0.95, 0.02), ("held_out", 0.92, 0.04), ("newer", 0.92, 0.03)]
)
def test_nearly_all_questions_are_understood_and_hardly_any_is_mistaken(name, right, wrong):
    """The second list was written after the matcher was tuned, and took no part in it: 58 of 60 right, 2 wrong."""
    counts = outcomes(name)

    assert counts["right"] >= right * counts.total()
    assert counts["wrong"] <= wrong * counts.total()


@pytest.mark.parametrize(
    ("name", "right", "wrong"),
    [
        ("strangers", 0.95, 0.03),
        ("week_before", 0.97, 0.02),
        ("blind", 0.96, 0.04),
        ("from_titles", 0.93, 0.06),
        ("first_minutes", 0.94, 0.05),
        ("prompts_alone", 0.89, 0.03),
        ("spoken", 0.97, 0.02),
        ("after_the_rules", 0.96, 0.02),
    ],
)
def test_a_strangers_questions_are_answered_with_what_fits_them(name, right, wrong):
    """Each answer counts here, shared ones and what the task leaves out, too. The bounds are what stands, not what is
    wanted (92 % right, 3 % wrong), and not what a new list would show: ways of asking were added to the scenarios after
    the mistakes in these lists were read."""
    counts: Counter[str] = Counter()
    for data, item in asked_in(name):
        said = {each.name for each in understand(data, item["ask"]).found} or {"none"}
        counts["right" if said <= set(item["right"]) else "missed" if said == {"none"} else "wrong"] += 1

    assert counts["right"] >= right * counts.total()
    assert counts["wrong"] <= wrong * counts.total()


def test_an_entry_for_which_little_speaks_needs_a_higher_chance():
    knowledge = knowledge_of(scenario("late-events"))
    asked = "how many machines are there in the field?"
    other = next(one for one in knowledge.chances(asked) if one.name == "question:change")

    assert other.bar > 0.5
    assert {each.name for each in understand(scenario("late-events"), asked).found} <= {"question:machines"}


@pytest.mark.parametrize(
    ("slug", "ask"),
    [
        ("food-delivery", "How many couriers are out at once?"),
        ("stock-exchange", "how many brokers are connected?"),
        ("job-scheduler", "do some jobs have priority over others?"),
    ],
)
def test_a_thing_that_the_task_leaves_out_is_not_asked_for_by_one_word_of_it(slug, ask):
    assert not [each.name for each in understand(scenario(slug), ask).found if each.kind == "prompt"]


def test_what_the_task_leaves_out_is_told_when_it_is_named():
    found = find_question(scenario("food-delivery"), "Do we have to pay the restaurants and the couriers?")

    assert found is not None
    assert found.name in {"prompt:1", "requirement:pay"}


@pytest.mark.parametrize("counts", [[1], [3, 1, 2], [0, 4, 0, 1, 7, 0]])
def test_the_best_of_each_entry_are_those_that_sorting_finds(counts):
    values = np.random.default_rng(1).normal(size=sum(counts))
    groups = Groups.of(counts)
    best, three = groups.best(values)

    rest = iter(values)
    sorted_ones = [sorted((next(rest) for _ in range(count)), reverse=True) for count in counts if count]
    assert groups.rows.tolist() == [row for row, count in enumerate(counts) if count]
    assert best.tolist() == [each[0] for each in sorted_ones]
    assert three == pytest.approx([sum(each[:3]) for each in sorted_ones])


def test_what_a_number_is_asked_of():
    assert runs_in("how many open tickets are there, and the number of refunds") == [("open", "ticket"), ("refund",)]
    assert runs_in("how much is it") == []
    assert runs_in("how many people send messages, and how many flag evaluations") == [("peopl",), ("flag", "evalu")]
    assert runs_of(["rides per day, trips", "How often are they taken?"]) == [("ride",), ("trip",)]


@pytest.mark.parametrize(
    ("slug", "ask", "told"),
    [
        ("ride-hailing", "how many cities?", {"common:geography"}),  # not within how many kilometres of a city
        ("collaborative-editor", "how many docs are there overall", set()),  # not how many are open at once
        ("notifications", "how many devices does a user have?", set()),  # not whether one may have several
        ("chat", "how many people send messages every day?", {"question:users"}),  # not how many messages each sends
        ("top-k", "how many views a day does the site get?", {"question:views"}),  # not how many videos are viewed
        ("ticket-sale", "how many seats does a concert have?", {"question:seats"}),  # not how many concerts
    ],
)
def test_a_number_of_one_thing_is_not_told_of_another(slug, ask, told):
    assert {each.name for each in understand(scenario(slug), ask).found} <= told


def test_a_target_is_told_of_the_operation_that_is_named():
    heard = understand(scenario("key-value-store"), "what p99 latency do callers expect for a get?")

    assert [each.name for each in heard.found] == ["requirement:get_fast"]


@pytest.mark.parametrize(
    ("slug", "ask", "told"),
    [
        ("twitter", "how available should reading be", {"requirement:timeline_up", "requirement:post_up"}),
        ("video", "how available should watching be?", {"requirement:page_up", "requirement:watch_up"}),
        ("rate-limiter", "Which algorithm, token bucket or sliding window?", {"common:wire_details"}),  # no limit
        ("llm-chat", "do we host the model ourselves?", {"question:machine"}),  # not what the task leaves out
    ],
)
def test_an_availability_a_technique_and_what_the_task_says_are_not_taken_for_something_else(slug, ask, told):
    assert {each.name for each in understand(scenario(slug), ask).found} == told


@pytest.mark.parametrize(
    ("slug", "ask", "told"),
    [
        ("news-feed", "Is friendship mutual?", {"prompt:0"}),
        ("feature-flags", "who defines the flags?", {"prompt:1"}),
        ("photo-sharing", "can people follow each other?", {"prompt:0"}),
        ("pastebin", "can a paste expire?", {"question:expiry"}),  # the scenario says more of it than its task
        ("food-delivery", "can a customer cancel after the kitchen has accepted?", set()),  # the task does not cancel
        ("live-comments", "Do I have to design the video streaming too?", {"prompt:2"}),  # no `the task does not ask`
    ],
)
def test_what_the_task_states_answers_where_nothing_says_more(slug, ask, told):
    assert {each.name for each in understand(scenario(slug), ask).found} == told


def test_a_usual_number_does_not_answer_how_many_are_allowed():
    """Of followers the scenario tells an average, and no limit."""
    data = scenario("twitter")

    assert {each.name for each in understand(data, "How many followers does a user have?").found} == {"question:fanout"}
    asked = understand(data, "is there a limit on how many people one can follow?")
    assert {each.name for each in asked.found} <= {"common:limits"}
    largest = understand(scenario("chat"), "is there a limit on the size of a group?")
    assert {each.name for each in largest.found} == {"question:groups"}


@pytest.mark.parametrize(
    ("slug", "before", "ask", "told"),
    [
        ("twitter", "how available should the timeline be?", "and what about posting?", "requirement:post_up"),
        ("ride-hailing", "how many riders are there?", "and drivers?", "question:drivers"),
        ("photo-sharing", "how large is a photo?", "and in the feed?", "question:shown"),
        ("chat", "how many messages does one send a day?", "and at peak?", "figure:peak_factor"),
    ],
)
def test_a_question_goes_on_from_the_one_before_it(slug, before, ask, told):
    heard = understand(scenario(slug), ask, before)

    assert [each.name for each in heard.found] == [told]
    assert [each.words for each in heard.found] == [ask]


def test_only_a_short_question_that_goes_on_takes_its_kind_from_the_one_before_it():
    assert followed("what about reads?", "how many links are created?") == "how many reads"
    assert followed("and how large is a link?", "how many links are created?") == ""
    assert followed("what about reads?", "can links be deleted?") == ""
    assert followed("reads?", "how many links are created?") == ""


def test_an_event_is_not_answered_by_a_bare_figure_nor_a_meaning_by_a_fact():
    """`1M/day. They cost money.` is about text messages, and says nothing of their provider."""
    down = understand(scenario("notifications"), "what do we do when the sms provider is down?")
    meant = understand(scenario("top-k"), "what does 'last hour' mean, a sliding window or since the full hour?")

    assert asks_what_is_done("so what if it is down")
    assert asks_for_a_meaning("what counts as a view")
    assert not asks_for_a_meaning("what is the mean size?")
    assert {each.name for each in down.found} <= {"common:dependency_down"}
    assert {each.name for each in meant.found} <= {"common:meaning"}


def test_who_is_not_answered_by_how_soon_nor_a_deletion_by_a_loss():
    """`How soon must a courier be found?` names nobody, and a video that is deleted was not lost."""
    for slug, ask in (("food-delivery", "Who picks the courier?"), ("video", "Are videos ever deleted?")):
        assert understand(scenario(slug), ask).found == (), ask

    for slug, ask, meant in (
        ("ride-hailing", "Who picks the driver?", "question:match"),
        ("food-delivery", "How soon must a courier be found?", "question:find"),
        ("video", "May a video be lost?", "question:loss"),
        ("twitter", "Can tweets be removed?", "question:delete"),
    ):
        assert [each.name for each in understand(scenario(slug), ask).found] == [meant], ask


def test_two_things_between_which_a_question_does_not_choose_are_both_told():
    heard = understand(scenario("llm-chat"), "How many tokens is a typical prompt and a typical answer?")

    assert {each.name for each in heard.found} == {"question:prompt", "question:answer"}


def test_what_no_scenario_says_gets_the_shared_answer_that_fits():
    wanted = [(data, item) for data, item in asked_in("candidates") if "common" in item]
    fitting = [
        item
        for data, item in wanted
        if (found := find_question(data, item["ask"])) and found.name == f"common:{item['common']}"
    ]

    assert len(fitting) >= 0.85 * len(wanted)


def test_small_talk_gets_no_answer_of_the_task():
    asides = [(data, item["ask"]) for data, item in asked_in("candidates") if item.get("aside")]

    for data, ask in asides:
        assert not any(spoken(data, each).kept for each in understand(data, ask).found), ask


@pytest.mark.parametrize("slug", ["twitter", "url-shortener", "payments", "web-crawler"])
def test_every_question_in_the_interviewers_own_words_finds_itself(slug):
    data = scenario(slug)
    for key, each in data.questions.items():
        found = find_question(data, each.question)
        assert found is not None, each.question
        assert found.question == key, each.question


@pytest.mark.parametrize(
    ("slug", "ask", "meant"),
    [
        ("twitter", "How many people use it daily?", "question:users"),
        ("twitter", "How fast should the timeline load?", "requirement:fast_timeline"),
        ("twitter", "Do we need to support deleting or editing tweets?", "question:delete"),
        ("twitter", "How long do we keep tweets?", "requirement:kept"),
        ("twitter", "How long can a tweet be?", "question:size"),
        ("twitter", "Do we serve users worldwide?", "common:geography"),
        ("twitter", "what's the read/write ratio?", "question:reads"),
        ("photo-sharing", "are pictures stored forever?", "question:keep"),
        ("url-shortener", "Do users need to log in?", "common:auth"),
        ("url-shortener", "CAN USERS PICK A CUSTOM ALIAS", "question:custom"),
        ("url-shortener", "latancy of opening a link, p99?", "requirement:instant"),
        ("video", "what availabilty do pages need", "requirement:page_up"),
    ],
)
def test_the_kind_of_question_and_typing_errors_are_understood(slug, ask, meant):
    found = find_question(scenario(slug), ask)

    assert found is not None
    assert found.name == meant


@pytest.mark.parametrize("ask", ["", "?", "a" * 10_000, "<script>", "\u0000", "🙂", "1 2 3", "of the and"])
def test_what_means_nothing_gets_no_answer(ask):
    data = scenario("url-shortener")

    assert not any(spoken(data, each).kept for each in understand(data, ask).found)


def test_two_questions_in_one_get_two_answers_in_their_order():
    heard = understand(scenario("twitter"), "How many users are there, and how long do we keep tweets?")

    assert [each.name for each in heard.found] == ["question:users", "requirement:kept"]
    assert [each.words for each in heard.found] == ["How many users are there", "how long do we keep tweets"]


def test_a_target_that_may_be_one_of_several_tells_them_all():
    heard = understand(scenario("leaderboard"), "what availability are we aiming for?")

    assert {each.name for each in heard.found} == {"requirement:score_up", "requirement:top_up"}


@pytest.mark.parametrize(
    ("slug", "ask", "meant"),
    [
        ("news-feed", "How many DAU are we talking about?", "question:users"),
        ("payment-api", "are events guaranteed to arrive in order", "question:order"),
        ("url-shortener", "can it be modified afterwards", "question:change"),
        ("url-shortener", "what do we lose when a server crashes", "common:loss"),  # no question stands for it here
    ],
)
def test_a_question_of_the_scenario_stands_for_the_shared_one(slug, ask, meant):
    found = find_question(scenario(slug), ask)

    assert found is not None
    assert found.name == meant


def test_scenarios_stand_for_shared_answers_that_exist():
    for path in sorted((FIXTURES / "scenarios").glob("*.yaml")):
        for key, each in scenario(path.stem).questions.items():
            assert set(each.stands_for) <= set(shared_answers()), (path.stem, key)


def test_an_unsure_match_is_asked_back_and_not_answered():
    heard = understand(scenario("payment-api"), "Do merchants need to be able to tell test payments from real ones?")

    assert heard.found == ()
    assert "question:keys" in {each.name for each in heard.maybe}


def test_the_same_question_always_gets_the_same_answer():
    data = scenario("twitter")

    assert len({find_question(data, "how many users and how many tweets") for _ in range(5)}) == 1


def answer(slug: str, name: str, figures: dict[str, str] | None = None) -> str:
    entry = entry_called(scenario(slug), name)
    assert entry is not None
    return spoken(scenario(slug), Found(entry, 1.0, "typed"), figures).answer


@pytest.mark.parametrize(
    ("slug", "name", "said"),
    [
        ("web-crawler", "figure:peak_factor", "Peak over average: 2."),
        ("twitter", "requirement:post", "Post a short message? Yes, that is a must."),
        ("twitter", "requirement:ads", "Show advertisements: out of scope."),
        ("twitter", "requirement:timeline_up", "Timelines are nearly always there: at least 99.9% of the time."),
        ("twitter", "requirement:kept", "Messages are kept: for at least 5 years."),
        ("twitter", "change:media", "Not today. Let us keep that for later."),
        ("hotel-booking", "prompt:1", "As the task says: Staff change prices and numbers of rooms."),
        ("video", "prompt:2", "As the task says: Recommendations, comments and advertisements are out of scope."),
        ("twitter", "tweets", "500M/day, on average over the year."),  # as a log of the first version names it
    ],
)
def test_each_part_of_a_scenario_answers_in_a_sentence(slug, name, said):
    assert answer(slug, name) == said


def test_an_answer_holds_ones_own_figures():
    assert answer("twitter", "question:tweets", {"tweets_per_day": "90M/day"}).startswith("90M/day")


def test_a_scenario_says_something_else_than_every_interviewer():
    data = scenario("web-crawler").model_copy(update={"answers": {"auth": "Only what anybody can open."}})
    found = Found(next(each for each in entries_of(data) if each.key == "auth"), 1.0)

    assert spoken(data, found).answer == "Only what anybody can open."
    assert spoken(scenario("twitter"), found).answer == shared_answers()["auth"].answer


def test_a_figure_or_a_target_that_was_told_answers_the_question_for_it_too():
    assert covered(scenario("twitter"), frozenset({"figure:peak_factor", "users"})) >= {"peak", "users"}
    assert "keep" in covered(scenario("photo-sharing"), frozenset({"requirement:kept"}))
    assert "size" not in covered(scenario("photo-sharing"), frozenset({"requirement:kept"}))


def test_words_are_compared_by_what_they_are_about():
    assert words_of("How many of the queries are cached?") == ["queri", "cach"]


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        ("10/day.", {"count", "rate"}),
        ("20 B; 20% of them were never made before.", {"size", "share"}),
        ("So many calls a minute. Short bursts may pass.", {"time"}),
        ("About 0.02 USD.", {"money"}),
        ("Thirty days.", {"count", "time"}),
        ("At once, or the fun is gone.", {"time"}),
        ("It says so and shows what it found.", set()),
        ("The board is kept, and a new one begins.", set()),
        ("Only one that has paid may see it.", set()),
    ],
)
def test_which_figures_an_answer_tells(answer, told):
    assert told_by(answer).figures == told


def test_a_question_for_a_number_is_not_answered_without_one():
    """`Passages of documents go to the provider under a contract.` has the words and no number."""
    heard = understand(scenario("company-rag"), "how many documents does the company have?")

    assert [each.name for each in heard.found] == ["question:documents"]


@pytest.mark.parametrize(
    ("slug", "ask", "told"),
    [
        ("unique-ids", "how many years must the 64 bits last?", "question:years"),  # not `64 bits`
        ("food-delivery", "does a courier carry more than one order at a time?", None),  # not how many there are
        ("web-crawler", "who uses the output", None),  # not `Yes, that is a must.`
    ],
)
def test_an_answer_is_of_the_form_that_the_question_asks_for(slug, ask, told):
    found = find_question(scenario(slug), ask)

    assert (found.name if found else None) == told


@pytest.mark.parametrize(
    ("slug", "ask", "told"),
    [
        ("ride-hailing", "how many riders and drivers do we have?", ["question:riders", "question:drivers"]),
        ("food-delivery", "how many restaurants and couriers?", ["question:restaurants"]),  # one answer for both
        ("food-delivery", "what are the functional requirements?", ["common:requirements"]),
        ("food-delivery", "anything else I should know?", ["common:anything_else"]),
        ("twitter", "which DB should I use?", ["common:stack"]),  # not `What was confirmed may not be lost.`
    ],
)
def test_a_question_for_several_things_or_for_the_whole_is_heard(slug, ask, told):
    assert [each.name for each in understand(scenario(slug), ask).found] == told
