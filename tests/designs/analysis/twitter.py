"""The small Twitter of the notes, with what an interviewer would give: two boxes are too small, and one is alone."""

from __future__ import annotations

from typing import Any


def twitter() -> dict[str, Any]:
    """100 million people a day read 50 times and post once every two days; three times as much at peak.

    That is 57,870 reads and 579 posts a second on average, 175,347 requests at peak.
    """
    return {
        "format": 2,
        "meta": {"title": "Twitter", "method": "scope-sketch-bottleneck"},
        "scope": {
            "functional_requirements": {"post": {"text": "Post a tweet"}, "read": {"text": "Read the timeline"}},
            "measurable_requirements": {
                "up": {"metric": "availability", "comparison": ">=", "quantity": "99.9%", "order": 1},
                "fast": {
                    "metric": "latency_p99",
                    "quantity": "200 ms",
                    "operation": "get_timeline",
                    "order": 2,
                },
                "alone": {"metric": "no_single_point", "operation": "post_tweet", "order": 3},
            },
        },
        "estimate": {
            "rows": {
                "people": {"label": "Daily users", "formula": "100M", "source": "the interviewer", "order": 1},
                "posts": {"label": "Posts", "formula": "people * 0.5/day", "order": 2},
                "reads": {"label": "Reads", "formula": "people * 50/day", "order": 3},
                "peak_factor": {"label": "Peak factor", "formula": "3", "source": "assumption", "order": 4},
            }
        },
        "data_model": {
            "entities": {
                "tweet": {
                    "name": "Tweet",
                    "store": "sql",
                    "rows_per_day": "posts",
                    "retention": "5 years",
                    "fields": {
                        "id": {"name": "id", "type": "bigint", "key": "primary", "order": 1},
                        "author": {"name": "author_id", "type": "bigint", "key": "index", "order": 2},
                        "text": {"name": "text", "type": "text", "size": "280 B", "order": 3},
                    },
                }
            }
        },
        "api": {
            "operations": {
                "post_tweet": {
                    "name": "postTweet", "method": "POST", "path": "/tweets", "writes": {"tweet": True},
                    "rate": "posts", "serves": {"post": True}, "idempotency": "idempotency_key", "order": 1,
                },
                "get_timeline": {
                    "name": "getTimeline", "method": "GET", "path": "/timeline", "reads": {"tweet": True},
                    "rate": "reads", "serves": {"read": True}, "idempotency": "idempotent", "response": "Tweet",
                    "order": 2,
                },
            }
        },
        "diagram": {
            "components": {
                "phone": {"kind": "client", "label": "Phone", "x": 0, "y": 160, "order": 1},
                "lb": {
                    "kind": "load_balancer", "label": "Load balancer", "x": 240, "y": 160, "capacity": "300k/s",
                    "latency": "1 ms", "order": 2,
                },
                "api": {
                    "kind": "service", "label": "Tweet service", "x": 480, "y": 160, "instances": 40,
                    "capacity": "4k/s", "latency": "10 ms", "order": 3,
                },
                "tweets": {
                    "kind": "sql", "label": "Tweets", "x": 720, "y": 160, "stores": {"tweet": True}, "stateful": True,
                    "capacity": "50k/s", "latency": "5 ms", "order": 4,
                },
            },
            "connections": {
                "c1": {"source": "phone", "target": "lb", "latency": "40 ms", "order": 1},
                "c2": {"source": "lb", "target": "api", "order": 2},
                "c3": {"source": "api", "target": "tweets", "order": 3},
            },
        },
    }  # fmt: skip
