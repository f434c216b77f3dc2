"""Automatic checks of a design: each gives a share of what was asked, and what is missing. PURE."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence

from designs.analysis.surviving import single_points
from designs.analysis.values import quantity
from designs.document.reasoning import Bottleneck
from designs.interviews.case import Case, Served, walked
from designs.interviews.evidence import Evidence
from designs.interviews.results import results_found, right_results
from designs.interviews.subject import words_of_long
from designs.interviews.ways import carries
from designs.scenarios.schema import Check

LEAST_WORDS, LEAST_CONTENT, LEAST_KNOWN = 5, 3, 2  # fewer words are a claim without a reason
MOST_ASKED = 3  # decisions and bottlenecks, even if the reference has more
MANY_TIMES = 10.0  # from here on written as `12 times`
LONG, LEAST_JOINED = 8, 0.1  # from LONG words on, at least this share joins the others
JOINING_WORDS = """
a an the of to is are be was it its and or for because so than not no in into on at by with from that this which as if
when while would can may must but only each every one all any has have do does did then they we there more less i you
"""
JOINING = frozenset(JOINING_WORDS.split())


def works(case: Case) -> float:
    """The share of musts that have an operation with a path to all of its data."""
    return sum(each.reaches for each in case.musts) / len(case.musts) if case.musts else 1.0


def _evidence(check: Check, shares: Sequence[float], words: str, missed: Iterable[str]) -> Evidence:
    share = sum(shares) / len(shares) if shares else None
    return Evidence(check, share, words, tuple(missed))


def _requirements_have_operations(case: Case) -> Evidence:
    """Half for an operation that handles data, the rest for a path to it."""
    wanted = case.served
    shares = [(each.touches + each.reaches) / 2 for each in wanted]
    missed = [each.text for each in wanted if not each.touches]
    done = len(wanted) - len(missed)
    words = _of_all(done, len(wanted), "functional requirement", holds="is", hold="are")
    words += " served by an operation that reads or writes data."
    return _evidence("requirements_have_operations", shares, words, missed)


def _requirements_are_measurable(case: Case) -> Evidence:
    """Targets on the metrics that the scenario measures. Targets that were given are not expected again."""
    asked = {
        key: each
        for key, each in case.scenario.requirements.measurable.items()
        if not case.is_given("scope", "measurable_requirements", key)
    }
    if not asked:
        words = "The targets were given." if case.scenario.requirements.measurable else "The scenario sets no targets."
        return Evidence("requirements_are_measurable", None, words)
    good = [
        each.metric
        for key, each in case.document.scope.measurable_requirements.items()
        if each.metric
        and quantity(each.quantity) is not None
        and not case.is_given("scope", "measurable_requirements", key)
    ]
    missed = []
    for key, each in asked.items():
        if each.metric in good:
            good.remove(each.metric)
        else:
            missed.append(each.text or key)
    words = _of_all(len(asked) - len(missed), len(asked), "target", holds="has", hold="have") + " a number and a unit."
    return _evidence(
        "requirements_are_measurable", [0.0] * len(missed) + [1.0] * (len(asked) - len(missed)), words, missed
    )


def _estimate_within_tolerance(case: Case) -> Evidence:
    asked, right = case.asked_results, right_results(case)
    if not asked:
        words = "Every result is a given figure." if case.expected else "The scenario names no results."
        return Evidence("estimate_within_tolerance", None, words)
    missed = [case.scenario.figures[name].label for name in asked if name not in right]
    words = _of_all(len(right), len(asked), "expected result", holds="stands", hold="stand") + " in the estimate."
    if repeated := len(case.expected) - len(asked):
        one = repeated == 1
        words += f" {repeated} more only repeat{'s' * one} a given figure and {'does' if one else 'do'} not count."
    return _evidence("estimate_within_tolerance", [1.0] * len(right) + [0.0] * len(missed), words, missed)


def _operations_reach_storage(case: Case) -> Evidence:
    wanted = case.served
    missed = [each.text for each in wanted if each.reaches < 1]
    done = len(wanted) - len(missed)
    missed += [f"The arrow from {each} carries no request" for each in _against_the_way(case, wanted)]
    words = f"For {done} of {_requirements(wanted)} the operations reach what they read and write."
    return _evidence("operations_reach_storage", [each.reaches for each in wanted], words, missed)


def _against_the_way(case: Case, wanted: Iterable[Served]) -> list[str]:
    """Arrows of operations that do not reach their data: they start where a request arrives, but cannot carry it
    further."""
    graph = case.analysis.model.graph
    found = dict[str, None]()
    for operation in (key for each in wanted if each.reaches < 1 for key in each.operations):
        way = walked(case, operation)
        for hop in case.analysis.model.flows[operation].hops:
            arrow = graph.connections[hop.connection]
            ends = graph.components[hop.source], graph.components[hop.target]
            if hop.source in way and not carries(*ends, arrow) and ends[1].kind != "client":
                found[f"{graph.name(hop.source)} to {graph.name(hop.target)}"] = None
    return list(found)


def _capacity_covers_peak(case: Case) -> Evidence:
    """By requirement: of the components on the paths of its operations, the share that handles a known peak."""
    shares, missed, fullest = [], dict[str, None](), 0.0
    for each in case.served:
        shares.append(0.0)
        components = [key for key in _path_of(case, each) if case.analysis.model.loads.components.get(key)]
        known = [
            (key, load.utilisation)
            for key in components
            if (load := case.analysis.model.loads.components[key]).peak > 0 and load.utilisation is not None
        ]
        if each.reaches == 0 or not known:
            missed[f"{each.text} ({'no path' if each.reaches == 0 else 'its peak is not known'})"] = None
            continue
        over = [(key, used) for key, used in known if used > 1]
        missed.update({f"{case.analysis.model.graph.name(key)} at {_used(used)}": None for key, used in over})
        fullest = max(fullest, *(used for _, used in known))
        shares[-1] = each.reaches * _held(len(over), len(known))
    if fullest:
        told = f"the fullest component is at {_used(fullest)}"
    else:
        reach_data = any(each.reaches for each in case.served)
        told = "no peak is known" if reach_data else "none of their operations has a path to its data"
    done = sum(share >= 1 for share in shares)
    words = f"For {done} of {_requirements(shares)} the drawing carries the peak{_in_part(shares, 'for ')}; {told}."
    words += _counted(case) if fullest else ""
    return _evidence("capacity_covers_peak", [share * case.worked_out for share in shares], words, missed)


def _counted(case: Case, working: float = 1.0) -> str:
    """Says how much of what holds counts, where not all does: too little works, or the load is not worked out."""
    why = []
    if working < 1:
        why.append(f"only {working:.0%} of the musts have a path" if working else "none of the musts has a path")
    if case.worked_out < 1:
        why.append("results that say how much load there is are missing or wrong")
    counted = working * case.worked_out
    return (
        f" {f'Only {counted:.0%}' if counted else 'None'} of this counts, because {' and '.join(why)}." if why else ""
    )


def _used(share: float) -> str:
    """`70% of its capacity`, and `12 times its capacity` for values far above 100%."""
    return f"{share:.0%} of its capacity" if share < MANY_TIMES else f"{share:,.0f} times its capacity"


def _in_part(shares: Sequence[float], word: str = "") -> str:
    """`, and 2 in part` after a count of what holds as a whole."""
    partly = sum(0 < share < 1 for share in shares)
    return f", and {word}{partly} in part" if partly else ""


def _held(fallen: int, all_of_them: int) -> float:
    """Half at most as soon as one component is overloaded: a chain is as strong as its weakest link."""
    return 1.0 if not fallen else 0.5 * (1 - fallen / all_of_them)


def _path_of(case: Case, each: Served) -> list[str]:
    """Components that the operations of a requirement go through, clients left out."""
    found = [key for operation in each.operations for key in walked(case, operation)]
    components = case.analysis.model.graph.components
    return [key for key in dict.fromkeys(found) if components[key].kind != "client"]


def _no_single_point_on_a_must(case: Case) -> Evidence:
    """A single point of failure that the design names and answers as a bottleneck counts as solved."""
    model = case.analysis.model
    answered = _answered_components(case)
    shares, missed = [], dict[str, None]()
    for each in case.musts:
        known = [key for key in each.operations if key in model.cuts]
        if not known or not each.reaches:
            shares.append(0.0)
            missed[f"{each.text} (no path)"] = None
            continue
        path = _path_of(case, each)
        alone: dict[str, str] = {}
        for key in known:
            for point in single_points(model, key):
                if point in path and point not in answered:
                    alone.setdefault(point, model.operation_name(key))
        for operation in dict.fromkeys(alone.values()):
            points = [model.graph.name(point) for point, needs in alone.items() if needs == operation]
            missed[f"{operation} fails without {' or without '.join(points)}"] = None
        shares.append(each.reaches * _held(len(alone), len(path)))
    done = sum(share >= 1 for share in shares)
    words = _of_all(done, len(case.musts), "must", holds="survives", hold="survive")
    words += f" the loss of any one component, or the design says what happens then{_in_part(shares)}."
    return _evidence("no_single_point_on_a_must", shares, words, missed)


def _answered_components(case: Case) -> set[str]:
    return {
        key
        for each in _own_bottlenecks(case)
        if _is_answered(case, each) and each.rule in ("", "single-point")
        for key in each.components
    }


def _requirements_are_met(case: Case) -> Evidence:
    """A target counts only as far as the operations work, because an empty drawing meets every target."""
    results = case.analysis.requirements
    names = case.document.scope.measurable_requirements
    asked = max(len(case.scenario.requirements.measurable), len(results))
    if not asked:
        return Evidence("requirements_are_met", None, "There are no targets to meet.")
    if not results:
        return Evidence("requirements_are_met", 0.0, f"You set no targets; this task has {asked}.")
    passed = [each for each in results if each.verdict == "pass"]
    missed = [names[each.requirement].text or each.metric for each in results if each.verdict != "pass"]
    working = works(case)
    words = _of_all(len(passed), asked, "target", holds="passes", hold="pass") + "."
    words += _counted(case, working) if passed else ""
    return Evidence("requirements_are_met", working * case.worked_out * len(passed) / asked, words, tuple(missed))


def _decisions_have_because(case: Case) -> Evidence:
    own = [each for key, each in case.document.decisions.items() if not case.is_given("decisions", key)]
    seen: set[str] = set()
    missed, done = [], 0
    for each in own:
        components = case.document.diagram.components
        is_about_something = not each.component or each.component in components
        if each.choice in each.options and is_about_something and is_reason(case, each.because, each.question, seen):
            done += 1
        else:
            missed.append(each.question or "a decision without a question")
    asked = max(len(own), _asked(len(case.scenario.reference.get("decisions", {}))))
    said = "what was chosen and why"
    words = _of_own(
        done, len(own), asked, "decision", holds=f"says {said}", hold=f"say {said}", fails=f"does not say {said}"
    )
    return _evidence("decisions_have_because", [1.0] * done + [0.0] * (asked - done), words, missed)


def _own_bottlenecks(case: Case) -> list[Bottleneck]:
    return [each for key, each in case.document.bottlenecks.items() if not case.is_given("bottlenecks", key)]


def _is_answered(case: Case, each: Bottleneck, seen: set[str] | None = None) -> bool:
    components = case.document.diagram.components
    if each.response == "open" or any(key not in components for key in each.components):
        return False
    return is_reason(case, each.mitigation, each.finding, seen if seen is not None and not each.rule else set())


def _bottlenecks_are_answered(case: Case) -> Evidence:
    own = _own_bottlenecks(case)
    seen: set[str] = set()
    missed, done = [], 0
    for each in own:
        if _is_answered(case, each, seen):
            done += 1
        else:
            missed.append(each.finding or "a bottleneck without words")
    asked = max(len(own), _asked(len(case.scenario.reference.get("bottlenecks", {}))))
    so = "mitigated or accepted in words that give a reason"
    words = _of_own(done, len(own), asked, "bottleneck", holds=f"is {so}", hold=f"are {so}", fails=f"is not {so}")
    return _evidence("bottlenecks_are_answered", [1.0] * done + [0.0] * (asked - done), words, missed)


def _of_all(done: int, asked: int, thing: str, *, holds: str, hold: str) -> str:
    """`1 of 4 targets passes`, `2 of 4 targets pass`, `0 of 1 target passes`."""
    return f"{done} of {asked} {thing}{'s' * (asked != 1)} {holds if done == 1 or asked == 1 else hold}"


def _requirements(wanted: Sequence[object]) -> str:
    return f"{len(wanted)} requirement{'s' * (len(wanted) != 1)}"


def _of_own(done: int, own: int, asked: int, thing: str, *, holds: str, hold: str, fails: str) -> str:
    """The share of the written items that hold, in words for one, for several, and for one that does not. The divisor
    is the number that the task asks for when fewer are written."""
    if not own:
        return f"You wrote down no {thing}s; full marks take {asked}."
    one = holds if done else fails
    words = f"Your one {thing} {one}" if own == 1 else f"{done} of your {own} {thing}s {holds if done == 1 else hold}"
    return f"{words}; full marks take {asked}." if own < asked else f"{words}."


def _asked(of_reference: int) -> int:
    """The number of items expected: as many as the reference has, at most three, at least one."""
    return max(1, min(MOST_ASKED, of_reference))


def is_reason(case: Case, text: str, about: str, seen: set[str]) -> bool:
    """Whether a text gives a reason. It has enough words, some of them about this subject, and adds words and thoughts
    of its own to what the scenario gave. It is neither a mere list of words nor a repetition of the item it explains or
    of an accepted reason. Accepted texts are added to `seen`."""
    words = words_of_long(text)
    if len(text.split()) < LEAST_WORDS or len(set(words)) < LEAST_CONTENT:
        return False
    if len(set(words) & case.known_words) < LEAST_KNOWN or _is_a_list_of_words(text):
        return False
    told = " ".join(words)
    if told in seen or told == " ".join(words_of_long(about)) or not case.said.is_added_to_by(words):
        return False
    seen.add(told)
    return True


def argued(case: Case) -> float:
    """The share of the expected results that the estimate has; where the scenario expects none, the share of the
    decisions and bottlenecks with a reason. 1 where nothing of the kind is expected."""
    if case.asked_results:
        return results_found(case)
    seen: set[str] = set()
    reasons = [is_reason(case, each.because, each.question, seen) for each in case.document.decisions.values()]
    reasons += [_is_answered(case, each, seen) for each in _own_bottlenecks(case)]
    reference = case.scenario.reference
    asked = sum(_asked(len(reference[part])) for part in ("decisions", "bottlenecks") if reference.get(part))
    return min(1.0, sum(reasons) / asked) if asked else 1.0


def _is_a_list_of_words(text: str) -> bool:
    """Whether the text lacks the joining words that every English sentence has."""
    words = re.findall(r"[a-z']+", text.casefold())
    return len(words) >= LONG and sum(word in JOINING for word in words) < LEAST_JOINED * len(words)


def _time_per_stage(case: Case) -> Evidence:
    used = [each for each in case.time_spent if each.seconds]
    if not used:
        words = "No change to the design was timed." if case.time_spent else "No clock ran."
        return Evidence("time_per_stage", None, words)
    over = [f"{each.stage.title} took {each.minutes} of {each.stage.minutes} minutes" for each in used if each.is_over]
    shares = [0.0 if each.is_over else 1.0 for each in used]
    untouched = [each.stage.title for each in case.time_spent if not each.seconds]
    words = "; ".join(over) + "." if over else "No stage took more than its budget."
    if untouched:
        words += f" No time went into {' and '.join(untouched)}."
        shares += [0.0] * len(untouched)
    return _evidence("time_per_stage", shares, words, over)


CHECKS: dict[Check, Callable[[Case], Evidence]] = {
    "requirements_have_operations": _requirements_have_operations,
    "requirements_are_measurable": _requirements_are_measurable,
    "estimate_within_tolerance": _estimate_within_tolerance,
    "operations_reach_storage": _operations_reach_storage,
    "capacity_covers_peak": _capacity_covers_peak,
    "no_single_point_on_a_must": _no_single_point_on_a_must,
    "requirements_are_met": _requirements_are_met,
    "decisions_have_because": _decisions_have_because,
    "bottlenecks_are_answered": _bottlenecks_are_answered,
    "time_per_stage": _time_per_stage,
}
