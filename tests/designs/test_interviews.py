from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from accounts.models import User
from designs.models import Interview, InterviewEvent, InterviewMark, Scenario
from designs.scenarios.reference import individual_figures, reference_of
from designs.selectors.interviews import seconds_on_clock, state_of
from designs.services import interviews
from designs.services.interviews import LEFT_TO_YOU, NotNowError
from designs.services.saving import Edit, save_patch
from studyguide.models import Card, CardState
from tests.browser import broken_rules
from tests.designs.browsing import open_step, sign_in
from tests.designs.conftest import NOON, loaded
from tests.markup import squeezed

Kind = InterviewEvent.Kind


def later(minutes: float):
    return NOON + timedelta(minutes=minutes)


@pytest.fixture
def scenario(db) -> Scenario:
    return loaded(at=NOON)


@pytest.fixture
def interview(scenario, owner) -> Interview:
    return interviews.start_interview(scenario, owner=owner, at=NOON)


def ask(interview: Interview, typed: str, at=None):
    return interviews.ask(interview, typed, author=None, at=at or later(1))


def test_an_edit_by_a_form_of_the_page_stands_on_the_clock_too(client, owner, interview):
    """The page's own scripts say the second; a form without them is told it by the server."""
    client.force_login(owner)
    design = interview.design
    lines = {"line:/data_model/entities": "Order: id, total", "base": design.version}
    client.post(reverse("designs:step", args=[design.pk, "data-model"]), lines)
    drawing = {"text": "flowchart LR\n  a[Phone app] --> b[API]\n", "base": design.version + 1, "action": "text"}
    client.post(reverse("designs:diagram", args=[design.pk]), drawing)

    logged = dict(design.changes.exclude(step="").values_list("step", "elapsed_seconds"))
    assert set(logged) == {"data-model", "high-level"}
    assert None not in logged.values()
    interviews.finish(interview, author=owner, at=later(3))
    assert seconds_on_clock(design, later(4)) is None


def test_the_answer_to_a_question_lands_in_the_scope(interview):
    question = next(iter(interview.data.questions.values())).question

    answer = ask(interview, question)
    asked = Interview.objects.get(pk=interview.pk).design.data()["scope"]["questions"]

    assert [(each["text"], each["answer"]) for each in asked.values()] == [(question, answer.words)]


def test_asking_again_answers_again_and_writes_once(interview):
    question = next(iter(interview.data.questions.values())).question
    first, second = ask(interview, question), ask(interview, question)

    assert first == second
    assert len(scope_of(interview)) == 1
    assert interview.events.filter(kind=Kind.ASKED).count() == 2


def scope_of(interview: Interview) -> dict:
    return Interview.objects.get(pk=interview.pk).design.data().get("scope", {}).get("questions", {})


@pytest.mark.parametrize(
    "typed",
    [
        "What is your favourite colour?",  # small talk
        "SQL or NoSQL, which database do you prefer?",  # nobody's business but the candidate's
        "zebra crossing lights in Wakanda",  # means nothing here
    ],
)
def test_what_the_interviewer_does_not_decide_is_written_nowhere(interview, typed):
    reply = ask(interview, typed)

    assert reply.words
    assert scope_of(interview) == {}


def test_what_means_nothing_is_left_to_the_candidate(interview):
    assert ask(interview, "zebra crossing lights in Wakanda").words == LEFT_TO_YOU


def test_the_candidates_own_words_stay_in_the_scope(interview):
    ask(interview, "so how fast should the timeline load??")

    assert [(each["text"], each["answer"]) for each in scope_of(interview).values()] == [
        (
            "so how fast should the timeline load??",
            "A timeline opens fast, counted from where requests reach us: 99 of 100 requests within 200 ms.",
        )
    ]


def test_an_unsure_question_is_asked_back_and_the_choice_is_answered(owner):
    interview = interviews.start_interview(loaded("payment-api", at=NOON), owner=owner, at=NOON)
    typed = "Do merchants need to be able to tell test payments from real ones?"
    reply = ask(interview, typed)

    assert (reply.answers, scope_of(interview)) == ((), {})
    assert "question:keys" in {name for name, _ in reply.choices}
    assert state_of(interview, later(1)).unsettled.choices == reply.choices

    interviews.ask(interview, typed, meant="question:keys", author=None, at=later(2))
    assert [each["text"] for each in scope_of(interview).values()] == [typed]
    assert state_of(interview, later(2)).unsettled is None


def test_a_choice_that_the_interviewer_does_not_know_is_refused(interview):
    with pytest.raises(NotNowError):
        interviews.ask(interview, "anything", meant="question:no-such", author=None, at=later(2))


def test_an_answer_to_another_question_is_taken_back(interview):
    ask(interview, "How many people use it?")
    interviews.take_back(interview, "question:users", author=None, at=later(2))

    assert scope_of(interview) == {}
    assert state_of(interview, later(3)).asked == []
    with pytest.raises(NotNowError):
        interviews.take_back(interview, "question:tweets", author=None, at=later(3))


def test_figures_of_an_answer_go_into_the_estimate(interview):
    ask(interview, "How many messages are posted?")
    interviews.take_figures(interview, "question:tweets", author=None, at=later(2))

    rows = Interview.objects.get(pk=interview.pk).design.data()["estimate"]["rows"]
    assert rows["tweets_per_day"]["formula"] == "500M/day"
    assert rows["tweets_per_day"]["source"] == "the interviewer"
    with pytest.raises(NotNowError):
        interviews.take_figures(interview, "question:reads", author=None, at=later(3))


def test_a_figure_goes_into_the_input_of_its_name_where_the_sheet_has_one(owner):
    interview = interviews.start_interview(loaded("chat", at=NOON), owner=owner, at=NOON)
    patch = {"estimate": {"calculator": "capacity"}}
    save_patch(interview.design, Edit(patch=patch, base_version=0, step="estimate"), author=None, at=NOON)
    ask(interview, "How many people use it?")
    interviews.take_figures(interview, "question:users", author=None, at=later(2))

    estimate = Interview.objects.get(pk=interview.pk).design.data()["estimate"]
    assert estimate["inputs"]["daily_users"]["value"] == "50M"
    assert "daily_users" not in estimate.get("rows", {})


def test_what_was_asked_in_any_words_is_never_called_never_asked(interview):
    """Understood or not: the candidate did ask."""
    for typed in (
        "Do we need to support deleting or editing tweets?",
        "How long can a tweet be?",
        "peak?",
        "followers",
    ):
        ask(interview, typed)

    assert not {"delete", "size", "peak", "fanout"} & set(state_of(interview, later(2)).never_asked)


def test_what_was_never_asked_is_known_at_the_end(interview):
    first, *rest = interview.data.questions
    ask(interview, interview.data.questions[first].question)

    assert state_of(interview, later(2)).never_asked == rest


def test_words_with_a_nul_are_kept_without_it_on_both_databases(interview):
    interviews.mark_moment(interview, "a\x00b", author=None, at=later(1))
    interviews.write_private_note(interview, "a\x00b", at=later(1))
    interviews.mark_dimension(
        interview, role="self", dimension=next(iter(interview.data.rubric)), level=0, note="a\x00b"
    )
    ask(interview, "favourite\x00 colour?")

    assert interview.events.get(kind=Kind.MOMENT).words == "ab"
    assert interview.events.get(kind=Kind.ASKED).words == "favourite colour?"
    assert interview.private_notes.get().words == interview.marks.get().note == "ab"


@pytest.mark.parametrize("rest", ["", "live/"])
def test_a_watching_link_with_a_nul_is_not_found(rest, db, client):
    assert client.get(f"/interviews/watch/a%00b/{rest}").status_code == 404


def test_own_figures_are_told_and_the_reference_follows_them(scenario, owner):
    figures = individual_figures(scenario.data, seed="ada")
    own = interviews.start_interview(scenario, owner=owner, at=NOON, figures=figures)

    changed = [name for name, value in own.figures.items() if value != scenario.data.figures[name].value]
    assert changed
    told = [key for key, each in scenario.data.questions.items() if f"{{{changed[0]}}}" in each.answer]
    answer = ask(own, scenario.data.questions[told[0]].question)
    assert own.figures[changed[0]] in answer.words


def test_each_grade_of_a_hint_is_given_once_and_costs_what_it_says(interview):
    hint, wanted = next(iter(interview.data.hints.items()))
    for grade in wanted.grades:
        assert interviews.give_hint(interview, hint, author=None, at=later(5)) == grade

    state = state_of(interview, later(6))
    assert state.hint_costs == sum(grade.cost for grade in wanted.grades)
    with pytest.raises(NotNowError, match="no further hint"):
        interviews.give_hint(interview, hint, author=None, at=later(7))


def test_a_change_comes_at_its_minute_or_when_the_interviewer_says_it(interview):
    key, change = next(iter(interview.data.changes.items()))

    assert key not in {each.key for each in state_of(interview, later(change.minute - 0.1)).changes}
    assert key in {each.key for each in state_of(interview, later(change.minute)).changes}

    interviews.announce_change(interview, key, author=None, at=later(2))
    assert key in {each.key for each in state_of(interview, later(2)).changes}


def test_a_change_cannot_be_taken_before_it_is_said(interview):
    with pytest.raises(NotNowError):
        interviews.take_change(interview, next(iter(interview.data.changes)), author=None, at=later(1))


def test_a_change_taken_stands_in_the_scope(interview):
    key, change = next(
        (key, each) for key, each in interview.data.changes.items() if each.measurable or each.functional
    )
    interviews.announce_change(interview, key, author=None, at=later(2))
    interviews.take_change(interview, key, author=None, at=later(3))
    interviews.take_change(interview, key, author=None, at=later(4))

    scope = Interview.objects.get(pk=interview.pk).design.data()["scope"]
    assert set(change.measurable) <= set(scope.get("measurable_requirements", {}))
    assert set(change.functional) <= set(scope.get("functional_requirements", {}))
    assert interview.events.filter(kind=Kind.TAKEN).count() == 1


def test_pauses_stop_the_clock_and_are_recorded(interview):
    interviews.pause(interview, author=None, at=later(10))
    interviews.pause(interview, author=None, at=later(11))
    assert state_of(interview, later(15)).is_paused
    interviews.resume(interview, author=None, at=later(20))

    state = state_of(interview, later(25))
    assert state.elapsed_seconds == 15 * 60
    assert [event.kind for event in state.events] == [Kind.PAUSED, Kind.RESUMED]


def test_finishing_stops_everything_and_happens_once(interview):
    interviews.finish(interview, author=None, at=later(40))
    interviews.finish(Interview.objects.get(pk=interview.pk), author=None, at=later(50))

    assert state_of(interview, later(90)).elapsed_seconds == 40 * 60
    assert interview.events.filter(kind=Kind.FINISHED).count() == 1
    with pytest.raises(NotNowError, match="over"):
        ask(interview, "How many users?", at=later(41))


def test_an_event_sent_twice_counts_once(interview):
    """promise 8"""
    for _ in range(2):
        interviews.announce_change(interview, next(iter(interview.data.changes)), author=None, at=later(2))

    assert interview.events.filter(kind=Kind.CHANGE).count() == 1
    event = interview.events.get(kind=Kind.CHANGE)
    with pytest.raises(IntegrityError):
        InterviewEvent.objects.create(interview=interview, kind=Kind.CHANGE, at=NOON, elapsed_seconds=0, key=event.key)


def test_later_corrections_of_a_scenario_do_not_change_what_was_asked(interview, scenario):
    before = interview.data.title
    Scenario.objects.filter(pk=scenario.pk).delete()

    assert Interview.objects.get(pk=interview.pk).data.title == before


def test_time_goes_to_the_stage_in_which_edits_were_made(interview):
    for step, seconds in (("understand", 300), ("estimate", 600), ("high-level", 1_800)):
        design = Interview.objects.get(pk=interview.pk).design
        edit = Edit(
            patch={"steps": {step: {"note": step}}}, base_version=design.version, step=step, elapsed_seconds=seconds
        )
        save_patch(design, edit, author=None, at=NOON)

    interviews.finish(interview, author=None, at=later(40))
    spent = {each.stage.slug: each.seconds for each in state_of(interview, later(40)).time_spent}
    assert spent == {"scope": 600, "sketch": 1_800, "bottleneck": 0}


def finished(interview: Interview) -> Interview:
    """The reference itself, handed in by the candidate."""
    design = Interview.objects.get(pk=interview.pk).design
    patch = {key: value for key, value in reference_of(interview.data).items() if key not in {"meta", "format"}}
    save_patch(design, Edit(patch=patch, base_version=design.version), author=None, at=NOON)
    interviews.finish(interview, author=None, at=later(40))
    return Interview.objects.select_related("design").get(pk=interview.pk)


def test_the_result_waits_for_the_end_and_then_shows_evidence_and_the_reference(client, interview, owner):
    client.force_login(owner)
    address = interview.get_absolute_url()
    assert client.get(address).status_code == 302

    finished(interview)
    page = client.get(address).content.decode()

    assert "the operations reach what they read and write" in page
    assert next(iter(interview.data.traps.values())).claim.split("'")[0][:30] in page
    assert "The drawing of the reference" in page


def test_marks_are_kept_and_added_up(client, interview, owner):
    client.force_login(owner)
    finished(interview)
    best = {f"level-{key}": str(len(each.levels) - 1) for key, each in interview.data.rubric.items()}
    client.post(reverse("designs:interview_score", args=[interview.pk]), best)

    assert InterviewMark.objects.filter(interview=interview, role="self").count() == len(interview.data.rubric)
    assert "100 <span" in client.get(interview.get_absolute_url()).content.decode()


def test_progress_over_attempts_is_drawn_once_two_are_marked(client, scenario, owner):
    client.force_login(owner)
    page = reverse("designs:scenario_detail", args=[scenario.slug])
    assert "Your attempts" not in client.get(page).content.decode()
    for share in (0, 1):
        attempt = interviews.start_interview(scenario, owner=owner, at=later(share))
        interviews.finish(attempt, author=owner, at=later(40))
        for key, dimension in scenario.data.rubric.items():
            level = share * (len(dimension.levels) - 1)
            interviews.mark_dimension(attempt, role="self", dimension=key, level=level)

    assert "Points: 0, then 100" in client.get(page).content.decode()
    assert client.get(reverse("designs:interview_list")).content.decode().count("finished") == 2


def test_a_level_that_the_rubric_does_not_have_changes_nothing(client, interview, owner):
    """promise 21"""
    client.force_login(owner)
    dimension = next(iter(interview.data.rubric))
    client.post(reverse("designs:interview_score", args=[interview.pk]), {f"level-{dimension}": "99", "level-x": "1"})

    assert not InterviewMark.objects.exists()


@pytest.fixture
def attempted(interview) -> Interview:
    """Asked once, one result found, one reason missing, handed in."""
    ask(interview, "How many people use it?")
    rows = {"mine": {"formula": "500M/day"}}
    decisions = {"d": {"question": "Which store?", "options": {"a": {"name": "SQL"}}, "choice": "a"}}
    patch = {"estimate": {"rows": rows}, "decisions": decisions}
    design = Interview.objects.get(pk=interview.pk).design
    save_patch(design, Edit(patch=patch, base_version=design.version, step="estimate"), author=None, at=later(3))
    interviews.finish(interview, author=None, at=later(40))
    return Interview.objects.select_related("design").get(pk=interview.pk)


def cards_of(owner: User):
    return Card.objects.filter(owner=owner, source_name="interview")


def test_cards_are_made_of_what_was_missed_and_of_nothing_else(client, attempted, owner):
    client.force_login(owner)
    for _ in range(2):
        client.post(reverse("designs:interview_cards", args=[attempted.pk]))

    made = {card.source_id.removeprefix(f"{attempted.pk}-"): card for card in cards_of(owner)}
    asked = {f"asked-{key}" for key in attempted.data.questions if key != "users"}
    results = {f"result-{key}" for key, each in attempted.data.figures.items() if each.kind == "result"}
    checks = set(made) - asked - results
    assert asked <= set(made)
    # The other results only repeat a given figure in another unit, and are not counted.
    assert {key for key in made if key.startswith("result-")} == {"result-fanout_rate", "result-bytes_per_month"}
    assert "check-decisions_have_because" in checks
    assert all(key.startswith("check-") for key in checks)
    assert {card.kind for card in made.values()} == {"question"}  # nothing true is called false
    assert "**150 TB**" in made["result-bytes_per_month"].content["back"]


def test_cards_of_an_interview_come_first_tomorrow_and_not_today(client, attempted, owner):
    client.force_login(owner)
    client.post(reverse("designs:interview_cards", args=[attempted.pk]))
    now = timezone.now()

    states = CardState.objects.filter(learner=owner, card__in=cards_of(owner))
    assert states.count() == cards_of(owner).count() > 0
    for state in states:
        assert state.is_wanted
        assert now < state.buried_until <= now + timedelta(hours=48)


def test_the_result_links_the_cards_that_were_made(client, attempted, owner):
    client.force_login(owner)
    client.post(reverse("designs:interview_cards", args=[attempted.pk]))
    shown = client.get(attempted.get_absolute_url()).content.decode()

    for card in cards_of(owner):
        assert reverse("studyguide:card_detail", args=[card.pk]) in shown


def test_the_result_names_what_was_found_and_what_was_not(client, attempted, owner):
    client.force_login(owner)
    shown = squeezed(client.get(attempted.get_absolute_url()))

    assert '<span class="badge good">found</span>' in shown
    assert "as <code>mine</code>" in shown
    assert shown.count('<span class="badge bad">not found</span>') == 4
    assert "Who follows whom: a key-value store" in shown


def test_no_level_is_chosen_for_the_candidate(client, attempted, owner):
    """A level's words say more than any check can tell."""
    client.force_login(owner)
    shown = client.get(attempted.get_absolute_url()).content.decode()

    assert "the evidence says" not in shown
    assert " checked" not in shown


OWN_PAGES = [
    "panel",
    "ask",
    "take_back",
    "take_figures",
    "hint",
    "change",
    "pause",
    "resume",
    "moment",
    "finish",
    "score",
    "answer",
    "cards",
    "open",
]


@pytest.mark.parametrize("who", ["nobody", "stranger"])
def test_nobody_else_takes_part_in_an_interview(client, interview, stranger, who):
    """promises 19 and 20"""
    if who == "stranger":
        client.force_login(stranger)
    answers = {}
    for page in OWN_PAGES:
        address = reverse(f"designs:interview_{page}", args=[interview.pk])
        answer = client.get(address) if page == "panel" else client.post(address, {"question": "How many users?"})
        answers[page] = answer.status_code
        assert not interview.events.exists(), page

    assert answers == dict.fromkeys(OWN_PAGES, 404)


@pytest.mark.parametrize("who", ["nobody", "stranger"])
def test_a_result_is_private_like_its_design(client, interview, stranger, who):
    """promise 19"""
    finished(interview)
    if who == "stranger":
        client.force_login(stranger)

    assert client.get(interview.get_absolute_url()).status_code in {403, 404}


def test_an_interviewers_link_opens_one_interview_until_it_is_taken_back(client, interview, owner):
    """promise 22"""
    token = interviews.open_to_interviewer(interview)
    watch = reverse("designs:interview_watch", args=[token])
    answer = client.get(watch)

    assert answer.status_code == 200
    assert answer["Referrer-Policy"] == "same-origin"  # no other host sees the token, and the page's forms still work
    assert len(token) >= 43
    interviews.close_to_interviewer(interview)
    assert client.get(watch).status_code == 404
    assert client.get(reverse("designs:interview_watch_live", args=[token])).status_code == 404
    assert (
        client.post(reverse("designs:interview_watch_do", args=[token]), {"do": "note", "words": "x"}).status_code
        == 404
    )


def test_private_notes_reach_the_interviewer_alone(client, interview, owner):
    token = interviews.open_to_interviewer(interview)
    client.post(reverse("designs:interview_watch_do", args=[token]), {"do": "note", "words": "Did not ask about scale"})
    assert "Did not ask about scale" in client.get(reverse("designs:interview_watch", args=[token])).content.decode()

    client.force_login(owner)
    finished(interview)
    for address in (interview.get_absolute_url(), reverse("designs:design_detail", args=[interview.design_id])):
        assert "Did not ask about scale" not in client.get(address).content.decode()


def test_the_task_stands_open_on_the_first_step_until_something_is_asked(client, interview, owner):
    client.force_login(owner)

    def is_open(step: str) -> bool:
        page = client.get(reverse("designs:step", args=[interview.design_id, step]))
        return '<details class="interview-task" open>' in squeezed(page)

    assert is_open("understand")
    assert not is_open("estimate")
    ask(interview, "How many people use it daily?")
    assert not is_open("understand")


def test_the_candidate_is_told_the_interviewers_address_at_once(client, interview, owner):
    client.force_login(owner)
    answer = client.post(reverse("designs:interview_open", args=[interview.pk]), follow=True)

    interview.refresh_from_db()
    address = reverse("designs:interview_watch", args=[interview.observer_token])
    assert f"http://testserver{address}" in answer.content.decode()


def test_the_interviewer_sees_what_was_said_and_marked(client, interview):
    Interview.objects.filter(pk=interview.pk).update(started_at=timezone.now())  # no change has come by itself
    watch = reverse("designs:interview_watch", args=[interviews.open_to_interviewer(interview)])
    doing = reverse("designs:interview_watch_do", args=[interview.observer_token])
    offered = client.get(watch).content.decode().count("Say it now")
    change = next(iter(interview.data.changes))

    client.post(doing, {"do": "change", "subject": change})
    client.post(doing, {"do": "moment", "words": "Sees the hot key"})
    page = client.get(watch).content.decode()
    assert page.count("Say it now") == offered - 1
    assert "Sees the hot key" in page


def test_the_live_part_answers_only_when_something_changed(client, interview):
    token = interviews.open_to_interviewer(interview)
    live = reverse("designs:interview_watch_live", args=[token])
    seen = client.get(live).context["seen"]

    assert client.get(live, {"seen": seen}).status_code == 204
    ask(interview, next(iter(interview.data.questions.values())).question)
    assert client.get(live, {"seen": seen}).context["seen"] != seen


def test_anybody_may_start_an_interview_and_becomes_a_guest(client, scenario):
    answer = client.post(reverse("designs:interview_start", args=["twitter"]), {"minutes": "30"})
    interview = Interview.objects.get()

    assert answer["Location"] == reverse("designs:step", args=[interview.design_id, "understand"])
    assert interview.minutes == 30
    assert interview.design.owner.is_guest
    assert User.objects.filter(is_guest=True).count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_candidate_asks_takes_a_change_and_finishes_in_the_browser(page, interview, owner):
    sign_in(page, owner)
    open_step(page, interview.design, "understand")
    page.locator("#clock [data-left]").get_by_text("over by").wait_for()
    question = next(iter(interview.data.questions.values())).question
    page.get_by_label("Ask the interviewer").fill(question)
    page.get_by_label("Ask the interviewer").press("Enter")
    page.get_by_text("It stands in your scope.").first.wait_for()
    page.get_by_role("button", name="Take it into the scope").first.click()
    page.wait_for_function(
        "count => document.querySelectorAll('#interview-news .note-box.warn').length < count",
        arg=len(interview.data.changes),
    )
    assert broken_rules(page) == []
    page.get_by_role("button", name="Hand in").click()
    expect(page.get_by_role("button", name="Hand in now")).to_be_visible()
    assert broken_rules(page) == []
    page.get_by_role("button", name="Hand in now").click()
    page.get_by_role("heading", name="The rubric").wait_for()
    assert broken_rules(page) == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.both_databases
def test_an_interviewer_sees_an_edit_within_two_seconds(page, interview):
    """The page asks every second and a half; what it shows came without a reload."""
    token = interviews.open_to_interviewer(interview)
    page.goto(reverse("designs:interview_watch", args=[token]))
    assert broken_rules(page) == []
    patch = {"api": {"operations": {"post": {"name": "postTweet"}}}}
    save_patch(interview.design, Edit(patch=patch, base_version=0, step="api"), author=None, at=NOON)

    page.locator("#live").get_by_text("postTweet").wait_for()


@pytest.mark.django_db(transaction=True)
def test_an_interview_without_scripts(plain_page, interview, owner):
    """promise 50"""
    sign_in(plain_page, owner)
    plain_page.goto(reverse("designs:step", args=[interview.design_id, "understand"]))
    plain_page.get_by_label("Ask the interviewer").fill(next(iter(interview.data.questions.values())).question)
    plain_page.get_by_role("button", name="Ask", exact=True).click()
    expect(plain_page.locator(".messages")).to_contain_text("The interviewer:")
    plain_page.get_by_role("button", name="Hand in", exact=True).click()
    plain_page.get_by_role("button", name="Hand in now").click()
    expect(plain_page.get_by_role("heading", name="The rubric")).to_be_visible()
