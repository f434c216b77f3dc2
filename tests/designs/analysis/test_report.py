from __future__ import annotations

import json
import math
import subprocess
import sys
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from designs.analysis.findings import answer_patch
from designs.analysis.markdown import as_markdown
from designs.analysis.published import json_schema, published
from designs.analysis.report import Analysis, after, analyse
from designs.document.patches import apply
from tests.designs.analysis.build import design, figures
from tests.designs.analysis.twitter import twitter
from tests.designs.document.examples import complete

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="module")
def analysis() -> Analysis:
    return analyse(twitter(), figures())


def titles(analysis: Analysis, rule: str) -> list[str]:
    return [finding.title for finding in analysis.findings if finding.rule == rule]


def test_two_boxes_saturate_and_the_balancer_is_alone(analysis):
    """100M people x (50 + 0.5) a day x 3 = 175,347 requests a second at peak."""
    assert titles(analysis, "saturated") == ["Tweet service saturates at peak", "Tweets saturates at peak"]
    balancer = analysis.finding("single-point:lb")
    assert balancer is not None
    assert balancer.operations == ("post_tweet", "get_timeline")
    assert "postTweet and getTimeline fail when it fails" in balancer.proof
    saturated = analysis.finding("saturated:tweets")
    assert saturated is not None
    assert "180,000" in saturated.proof
    assert "351%" in saturated.proof


def test_remedies_turn_every_requirement_green_one_by_one():
    """Each step is one remedy of the findings, tried as its patch; each can be undone by the inverse patch."""
    document = twitter()
    verdicts = []
    steps = (("saturated:api", 0), ("saturated:tweets", 0), ("single-point:lb", 0), ("single-point:tweets", 0))
    for key, remedy in steps:
        found = analyse(document, figures())
        verdicts.append([each.verdict for each in found.requirements])
        finding = found.finding(key)
        assert finding is not None, key
        patch = finding.remedies[remedy].patch
        assert patch is not None
        document = apply(document, patch)
    done = analyse(document, figures())

    assert verdicts[0] == ["fail", "fail", "fail"]
    assert [each.verdict for each in done.requirements] == ["pass", "pass", "pass"]
    assert done.finding("saturated:tweets") is None


def test_json_follows_its_published_schema(analysis):
    schema = json.loads((ROOT / "designs" / "analysis" / "schema.json").read_text())
    assert schema == json_schema()

    for each in (analysis, analyse(complete(), figures()), analyse({"format": 2}, figures())):
        Draft202012Validator(schema).validate(json.loads(json.dumps(published(each), allow_nan=False)))


def test_json_is_the_same_each_time():
    """Also with another seed of hashes, in another process."""
    code = (
        "import json; from tests.designs.analysis.build import figures; from designs.analysis.report import analyse;"
        "from tests.designs.document.examples import complete; from designs.analysis.published import published;"
        "print(json.dumps(published(analyse(complete(), figures()))))"
    )
    runs = {
        subprocess.run(
            [sys.executable, "-c", code], cwd=ROOT, env={"PYTHONHASHSEED": seed}, capture_output=True, check=True
        ).stdout
        for seed in ("1", "2")
    }
    assert len(runs) == 1


def test_answered_finding_stays_and_is_open_no_more(analysis):
    finding = analysis.finding("single-point:lb")
    assert finding is not None
    patch = answer_patch(finding, analysis.document, response="accepted", mitigation="It is managed.")

    answered = after(twitter(), patch, figures())

    assert answered.answers["single-point:lb"].mitigation == "It is managed."
    assert "single-point:lb" not in [each.key for each in answered.open_findings]
    assert len(answered.findings) == len(analysis.findings)
    again = answer_patch(finding, answered.document, response="mitigated", mitigation="Two now.")
    assert list(again["bottlenecks"]) == [answered.answers["single-point:lb"].bottleneck]


def test_key_stays_when_figures_change(analysis):
    more = after(twitter(), {"estimate": {"rows": {"people": {"formula": "200M"}}}}, figures())

    assert {each.key for each in analysis.findings} <= {each.key for each in more.findings}


def test_ranges_say_how_sure_it_is_and_what_decides():
    wide = {"estimate": {"rows": {"people": {"formula": "20M..120M"}, "peak_factor": {"formula": "1.5..3"}}}}

    doubts = {each.component: each for each in after(twitter(), wide, figures()).doubts}

    assert 0 < doubts["tweets"].share < 1
    assert doubts["tweets"].influences[0].name == "people"
    assert sum(each.share for each in doubts["tweets"].influences) == pytest.approx(1)


def test_markdown_has_all_of_it_and_keeps_words_inert(analysis):
    text = as_markdown(analysis)
    assert text.startswith("## Analysis\n")
    assert "| availability of the system | at least 99.9 % |" in text
    assert "**Load balancer is a single point of failure** (high)" in text

    named = after(twitter(), {"diagram": {"components": {"lb": {"label": "<img src=x> | `x`"}}}}, figures())
    assert r"\<img src=x\> \| \`x\`" in as_markdown(named)


def test_empty_design_has_nothing_to_say():
    empty = analyse({"format": 2}, figures())

    assert (empty.requirements, empty.findings, empty.missing) == ((), (), ())
    assert as_markdown(empty) == "## Analysis\n"


def test_the_text_says_what_is_a_bound_and_counts_what_times_out():
    """Of calls that take 2 s on average, and whose times are exponential, e^-2 take longer than 4 s."""
    components = {
        "app": "client",
        "api": {"kind": "service", "availability": "99.9%"},
        "index": "search_index",
        "bank": {"kind": "third_party", "availability": "99%", "latency": "2 s", "capacity": "10k/s"},
    }
    asked = design(
        components,
        "app -> api, api -> index, api -> bank",
        operations={key: {"name": key, "rate": "1/s"} for key in ("search", "pay")},
        flows={"search": ["app_api", "api_index"], "pay": ["app_api", "api_bank"]},
        connections={"api_bank": {"timeout": "4 s"}},
    )
    analysis = analyse(asked, figures())
    rows = [line.split(" | ") for line in as_markdown(analysis).split("\n") if line.startswith(("| search", "| pay"))]
    assert rows[1][1:] == ["at most 99.9 %", "at most 99.9 %", "index and api |"]
    assert rows[0][1] == "98.9 %"
    answered, error = map(float, rows[0][2].removesuffix(" %").split(" % ± "))
    assert abs(answered - 98.9 * (1 - math.exp(-2))) <= error < 1.2
    assert "hasty-caller:api_bank,pay" in {each.key for each in analysis.findings}


def test_a_request_that_asks_many_shards_fails_with_one_of_them():
    """Two calls go to two of four shards, so half of the requests meet a lost one; fifty go to all of fifty."""
    for calls, shards, share in ((2, 4, "50 %"), (1, 4, "25 %"), (50, 50, "100 %")):
        asked = design(
            {"app": "client", "api": {"kind": "service", "instances": 2}, "db": {"kind": "sql", "shards": shards}},
            "app -> api, api -> db",
            operations={"read": {"name": "read", "rate": "1/s"}},
            flows={"read": ["app_api", {"connection": "api_db", "multiplier": str(calls)}]},
        )
        (lost,) = [each for each in analyse(asked, figures()).findings if each.key == "single-point:db"]
        said = "of requests" if share != "100 %" else "fails when"
        assert said in lost.proof
        assert (share in lost.proof) == (share != "100 %")
