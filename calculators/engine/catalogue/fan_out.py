"""Fan-out: copy a post to every follower when it is written, gather posts when they are read, or both by popularity."""

from __future__ import annotations

from calculators.engine.catalogue.literature import ASSUMED, KLEPPMANN, PRIMER, XU
from calculators.engine.sheets import Formula, Input, Remark, Sheet

SHEET = Sheet(
    slug="fan-out",
    title="Fan-out on write or on read",
    summary="Deliveries and look-ups a second for a feed or pub/sub, and what a celebrity does to each.",
    inputs=(
        Input(
            name="post_rate",
            label="posts per second",
            default="4,600",
            unit="post/s",
            minimum="0",
            source=f"{KLEPPMANN}, ch. 1: Twitter in November 2012, 4,600 a second on average",
        ),
        Input(
            name="followers",
            label="followers of an author, mean",
            default="75",
            unit="delivery/post",
            minimum="0",
            source=f"{KLEPPMANN}, ch. 1: 75 on average",
        ),
        Input(
            name="feed_reads",
            label="feeds read per second",
            default="300,000",
            unit="read/s",
            minimum="0",
            source=f"{KLEPPMANN}, ch. 1: 300,000 home timelines a second",
        ),
        Input(
            name="followed",
            label="authors that a reader follows",
            default="75",
            unit="query/read",
            minimum="0",
            help="Each of them is one look-up when feeds are gathered at reading.",
            source="The mean number of followers is the mean number of followed",
        ),
        Input(
            name="celebrity_followers",
            label="followers of a celebrity",
            default="30M",
            unit="delivery/post",
            minimum="0",
            source=f"{KLEPPMANN}, ch. 1: over 30 million",
        ),
        Input(
            name="celebrity_posts",
            label="share of posts by celebrities",
            default="0.0001%",
            minimum="0",
            maximum="100%",
            source=ASSUMED,
        ),
        Input(
            name="celebrities_followed",
            label="celebrities that a reader follows",
            default="5",
            unit="query/read",
            minimum="0",
            source=ASSUMED,
        ),
        Input(
            name="delivery_capacity",
            label="deliveries that the feed stores take",
            default="1M",
            unit="delivery/s",
            minimum="0.001",
            source="An assumption: ten in-memory stores of 100,000 operations a second (Alex Xu, vol. 2, 2022)",
        ),
        Input(
            name="delivery_size",
            label="bytes of an entry in a feed",
            default="16 B",
            unit="byte/delivery",
            minimum="0",
            help="Ids only; the posts themselves are looked up.",
            source="Two ids of 8 bytes",
        ),
    ),
    formulas=(
        Formula(
            name="on_write",
            label="on write: deliveries per second",
            expression="post_rate * followers",
            unit="delivery/s",
        ),
        Formula(
            name="on_read",
            label="on read: look-ups per second",
            expression="feed_reads * followed",
            unit="query/s",
        ),
        Formula(
            name="celebrity_deliveries",
            label="deliveries per second for celebrities' posts",
            expression="post_rate * celebrity_posts * celebrity_followers",
            unit="delivery/s",
        ),
        Formula(
            name="celebrity_time",
            label="time to deliver one post of a celebrity",
            expression="celebrity_followers * 1 post / delivery_capacity",
            words="followers of a celebrity ÷ deliveries that the stores take",
        ),
        Formula(
            name="all_on_write",
            label="on write with celebrities: deliveries per second",
            expression="on_write + celebrity_deliveries",
            unit="delivery/s",
        ),
        Formula(
            name="mixed_reads",
            label="mixed: look-ups per second",
            expression="feed_reads * (celebrities_followed + 1 query / 1 read)",
            words="feeds read × (celebrities followed + 1 for the prepared feed)",
            unit="query/s",
            help="Ordinary posts are delivered at writing, celebrities' posts are looked up at reading.",
        ),
        Formula(
            name="write_utilisation",
            label="how busy deliveries make the stores",
            expression="all_on_write / delivery_capacity",
            unit="%",
        ),
        Formula(
            name="read_over_write",
            label="look-ups at reading for each delivery at writing",
            expression="if(all_on_write > 0, (on_read / 1 query) / (all_on_write / 1 delivery), 1,000,000)",
            words="on read ÷ on write with celebrities",
        ),
        Formula(
            name="feed_bytes",
            label="bytes written into feeds a day",
            expression="all_on_write * delivery_size * 1 day",
        ),
    ),
    outputs=("on_write", "on_read", "celebrity_time", "all_on_write", "mixed_reads", "write_utilisation"),
    remarks=(
        Remark(
            when="read_over_write > 3",
            text="Reading gathers {on_read}, writing delivers {all_on_write}: do the work when a post is written.",
            topic="pub-sub",
        ),
        Remark(
            when="read_over_write < 0.5",
            text="Writing delivers {all_on_write}, reading gathers only {on_read}: gather when a feed is read.",
            topic="pub-sub",
        ),
        Remark(
            when="celebrity_time > 5 s",
            text="One post of a celebrity takes {celebrity_time} to deliver, and answers arrive before it: look "
            "their posts "
            "up at reading.",
            topic="pub-sub",
        ),
        Remark(
            when="write_utilisation > 1",
            text="The stores take {delivery_capacity}, and {all_on_write} come: deliveries fall behind.",
            topic="message-queues",
        ),
    ),
    topics=("pub-sub", "message-queues", "caching-basics"),
    sources=(
        f"{KLEPPMANN}, ch. 1: describing load",
        "Raffi Krikorian, Timelines at Scale, QCon (2012)",
        f"{XU}, ch. 11",
        f"{PRIMER}, Twitter timeline",
    ),
)
