"""Findings on real architectures, each judged by hand, and the weaknesses that their own engineers reported.

`python -m tests.designs.analysis.judged` prints the table of docs/analysis.md. Each design is drawn from what was
published; a finding is `true` (reported, or plainly so), `useful` (worth a question that the publication leaves open),
`noise` (right and worth nobody's time) or `false`.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from designs.analysis.report import analyse
from tests.designs.analysis.build import figures

DESIGNS = Path(__file__).parent / "designs"
GOOD = ("true", "useful")
NOT_LOOKED_FOR = "no rule"


@dataclass(frozen=True)
class Judged:
    """`known` are reported weaknesses with the rule that should find each; `labels` judge each finding by its key."""

    title: str
    source: str
    known: dict[str, str]
    labels: dict[str, str]


JUDGED = {
    "twitter-2013": Judged(
        "Twitter, 2013",
        "R. Krikorian, Timelines at Scale, QCon 2012; Real-Time Delivery Architecture at Twitter, 2013",
        {
            "a celebrity's fan-out takes minutes": "celebrity-fan-out",
            "scatter and gather of search has the slowest shard's tail": "fan-out-tail",
            "hot partitions": "hot-shard",
        },
        {
            "saturated:tls": "true",
            "saturated:tw": "noise",
            "saturated:eb": "useful",
            "nearly-full:bl": "useful",
            "no-spare-replica:bl": "useful",
            "celebrity-fan-out:c9,tweet": "true",
            "unknown-copies:tw": "useful",
            "unknown-copies:fl": "useful",
            "unknown-copies:eb": "useful",
            "fan-out-tail:c14,search": "true",
            "no-zones:": "useful",
            "unsafe-writes:tweet": "useful",
        },
    ),
    "instagram-2011": Judged(
        "Instagram, 2011",
        "Instagram Engineering, What Powers Instagram, 2011; Sharding and IDs at Instagram, 2012",
        {
            "one zone holds all primaries": "zone-alone",
            "one region": "zone-alone",
            "asynchronous followers lose the last writes at a failover": "lost-writes",
            "the loss of a shard": "unknown-copies",
        },
        {
            "single-point:gm": "true",
            "zone-alone:a": "true",
            "unknown-copies:pg": "true",
            "unknown-copies:pgr": "useful",
            "unknown-copies:rd": "useful",
            "zone-alone:us": "true",
            "lost-writes:pg": "true",
            "old-backup:pg": "useful",
            "unsafe-writes:post": "useful",
            "unsafe-writes:like": "useful",
            "no-dead-letters:gm": "useful",
            "slow-dependency:apns,wk": "useful",
            "stale-cache:mc": "useful",
            "unread-entity:like": "noise",
            "celebrity-fan-out:c11,post": "useful",
        },
    ),
    "stack-overflow-2016": Judged(
        "Stack Overflow, 2016",
        "N. Craver, Stack Overflow: The Architecture, 2016 Edition",
        {"one primary takes all writes": "single-point", "one data centre serves": "zone-alone"},
        {
            "single-point:sql": "true",
            "unknown-copies:es": "useful",
            "zone-alone:ny": "true",
            "lost-writes:sql": "true",
            "old-backup:sql": "useful",
            "unsafe-writes:ask": "useful",
            "slow-dependency:iis,tag": "useful",
            "stale-cache:red": "useful",
        },
    ),
    "discord-2022": Judged(
        "Discord, 2022",
        "B. Ingram, How Discord Stores Trillions of Messages, 2023; S. Vishnevskiy, How Discord Scaled Elixir, 2017",
        {
            "hot partitions of popular channels": "popular-key",
            "partitions without a bound": "unbounded-partition",
            "fan-out to the members of a large guild": "celebrity-fan-out",
            "reconnect storms at the gateway": "reconnect-storm",
            "stateful connection servers": "stateful-servers",
        },
        {
            "hot-shard:cass": "true",
            "popular-key:cass,message": "true",
            "popular-key:member,meta": "true",
            "unbounded-partition:cass,message": "true",
            "celebrity-fan-out:c7,send": "true",
            "stateful-servers:gw": "true",
            "reconnect-storm:gw": "true",
            "backlog:gw": "useful",
            "no-zones:": "useful",
            "slow-dependency:api,guild": "useful",
            "unwritten-entity:member": "noise",
        },
    ),
    "netflix-2012": Judged(
        "Netflix API, 2012",
        "B. Christensen, Fault Tolerance in a High Volume, Distributed System, 2012; A. Cockcroft, A Closer Look at "
        "the Christmas Eve Outage, 2012",
        {
            "a slow dependency takes the API with it": "slow-dependency",
            "one region's balancers stop everything": "zone-alone",
        },
        {
            "hot-shard:cass": "useful",
            "popular-key:bookmark,cass": "noise",
            "zone-alone:us": "true",
            "slow-dependency:api,marks,reco,subs,video": "true",
            "unread-entity:bookmark": "noise",
            "unwritten-entity:title": "useful",
            "unwritten-entity:viewer": "useful",
        },
    ),
    "github-2018": Judged(
        "GitHub, 2018",
        "J. Warner, October 21 post-incident analysis, 2018",
        {
            "a failover across the country lost writes": "lost-writes",
            "jobs piled up for hours": "backlog",
            "all writes need the primary in one region": "zone-alone",
        },
        {
            "single-point:db": "true",
            "single-point:hooks": "useful",
            "lost-writes:db": "true",
            "backlog:jobs": "true",
            "zone-alone:east": "true",
            "no-dead-letters:hooks": "useful",
        },
    ),
    "gitlab-2017": Judged(
        "GitLab.com, 2017",
        "GitLab, Postmortem of database outage of January 31, 2017, "
        "https://about.gitlab.com/blog/2017/02/10/postmortem-of-database-outage-of-january-31/",
        {
            "a single database handles all the load": "single-point",
            "the standby lags, and cannot take over without loss": "lost-writes",
            "the newest backup that worked was hours old": "old-backup",
        },
        {
            "single-point:db1": "true",
            "single-point:redis": "useful",
            "lost-writes:db1": "true",
            "old-backup:db1": "true",
            "zone-alone:azure": "useful",
            "no-dead-letters:redis": "useful",
        },
    ),
    "slack-2021": Judged(
        "Slack, 2021",
        "L. Nolan, Slack's Outage on January 4th 2021, https://slack.engineering/slacks-outage-on-january-4th-2021/",
        {
            "slow calls to backends saturate the web tier": "slow-dependency",
            "the gateways between the networks do not scale in time": "single-point",
            "dashboards and alerts need the network that fails": NOT_LOOKED_FOR,
        },
        {
            "single-point:tgw": "true",
            "slow-dependency:tgw,web": "true",
            "popular-key:db,message": "useful",
            "zone-alone:east": "useful",
            "lost-writes:db": "useful",
        },
    ),
    "roblox-2021": Judged(
        "Roblox, 2021",
        "Roblox Return to Service 10/28-10/31 2021, "
        "https://blog.roblox.com/2022/01/roblox-return-to-service-10-28-10-31-2021/",
        {
            "one data centre": "zone-alone",
            "all services hang when the one Consul cluster is slow": "slow-dependency",
            "telemetry needs the cluster that fails": NOT_LOOKED_FOR,
        },
        {
            "zone-alone:dc": "true",
            "slow-dependency:consul,game,identity": "true",
            "slow-dependency:consul,identity": "true",
            "stale-cache:cache": "useful",
        },
    ),
    "dynamodb-2015": Judged(
        "DynamoDB, 2015",
        "AWS, Summary of the Amazon DynamoDB Service Disruption in the US-East Region, "
        "https://aws.amazon.com/message/5467D2/",
        {
            "timeouts and retries keep the metadata service down": "retries-without-budget",
            "after a disruption all storage servers ask at once": "reconnect-storm",
        },
        {
            "retries-without-budget:c3": "true",
            "two-stable-states:meta": "true",
            "nearly-full:meta": "useful",
            "no-zones:": "useful",
            "unwritten-entity:membership": "noise",
        },
    ),
    "stripe-2019": Judged(
        "Stripe API, 2019",
        "D. Singleton, Root cause analysis: significantly elevated error rates on 2019-07-10, "
        "https://stripe.com/rcas/2019-07-10",
        {
            "a shard that elects no primary takes no writes": NOT_LOOKED_FOR,
            "the API's servers fill with requests that wait for the shard": "slow-dependency",
        },
        {"unbounded-partition:charge,db": "useful", "no-zones:": "noise"},
    ),
    "facebook-2013": Judged(
        "Facebook's memcache, 2013",
        "R. Nishtala et al., Scaling Memcache at Facebook, NSDI 2013, "
        "https://www.usenix.org/conference/nsdi13/technical-sessions/presentation/nishtala",
        {
            "a page waits for many keys at once": "fan-out-tail",
            "a cold cluster sends its reads to the databases": "cold-cache",
            "one popular key is asked for by all at once": "popular-key",
            "a region that replicates answers with old data": NOT_LOOKED_FOR,
        },
        {
            "cold-cache:db": "true",
            "popular-key:db,object": "true",
            "fan-out-tail:c3,page": "true",
            "fan-out-tail:c4,page": "useful",
            "unbounded-partition:db,object": "useful",
            "zone-alone:west": "useful",
            "lost-writes:db": "useful",
        },
    ),
}


def found_in(name: str) -> list[tuple[str, str]]:
    """Keys and rules of what the analysis finds."""
    document = json.loads((DESIGNS / f"{name}.json").read_text(encoding="utf-8"))
    return [(each.key, each.rule) for each in analyse(document, figures()).findings]


def table() -> str:
    lines = [
        "| architecture | findings | true | useful | noise | false | known weaknesses found |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    all_labels: Counter[str] = Counter()
    known = caught = 0
    for name, judged in JUDGED.items():
        found = found_in(name)
        labels = Counter(judged.labels[key] for key, _ in found)
        rules = {rule for _, rule in found}
        hits = sum(rule in rules for rule in judged.known.values())
        lines.append(_row(judged.title, labels, f"{hits} of {len(judged.known)}"))
        all_labels += labels
        known, caught = known + len(judged.known), caught + hits
    good = sum(all_labels[label] for label in GOOD) / max(1, all_labels.total())
    lines.append(_row(f"all, {good:.0%} true or useful", all_labels, f"{caught} of {known}"))
    return "\n".join(lines) + "\n"


def _row(title: str, labels: Counter[str], hits: str) -> str:
    counts = " | ".join(str(labels[label]) for label in ("true", "useful", "noise", "false"))
    return f"| {title} | {labels.total()} | {counts} | {hits} |"


if __name__ == "__main__":
    sys.stdout.write(table())
