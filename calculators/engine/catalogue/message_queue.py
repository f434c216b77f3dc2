"""Message queue: a burst that consumers cannot keep up with, the backlog it leaves, and how long it takes to drain."""

from __future__ import annotations

from calculators.engine.catalogue.literature import ASSUMED, MEASURE
from calculators.engine.sheets import Check, Formula, Input, Remark, Sheet

SHEET = Sheet(
    slug="message-queue",
    title="Message queue",
    summary="Arrival and service, the backlog of a burst, the age of the oldest message, and the time to drain.",
    inputs=(
        Input(
            name="arrival_rate",
            label="messages that arrive, normally",
            default="2,000",
            unit="message/s",
            minimum="0",
            source="Worked example",
        ),
        Input(
            name="burst_rate",
            label="messages that arrive in a burst",
            default="8,000",
            unit="message/s",
            minimum="0",
            source="Worked example: four times as many",
        ),
        Input(name="burst_time", label="the burst lasts", default="10 min", unit="min", minimum="0", source=ASSUMED),
        Input(
            name="service_time",
            label="time to handle a message",
            default="20 ms/message",
            unit="ms/message",
            minimum="1 ns/message",
            source=MEASURE,
        ),
        Input(
            name="consumers",
            label="consumers",
            default="60",
            minimum="1",
            maximum="1e9",
            help="Each handles one message at a time; in a log no more than it has partitions.",
            source="Worked example",
        ),
        Input(
            name="message_size",
            label="bytes per message",
            default="1 kB",
            unit="byte/message",
            minimum="0",
            source=ASSUMED,
        ),
        Input(
            name="copies",
            label="copies of each message",
            default="3",
            minimum="1",
            maximum="100",
            source="Apache Kafka documentation: a replication factor of 3 in its examples",
        ),
        Input(
            name="retention",
            label="messages kept for",
            default="7 days",
            unit="day",
            minimum="0",
            help="A log keeps what has been read; a queue forgets it.",
            source="Apache Kafka documentation: log.retention.hours, default 168",
        ),
    ),
    checks=(
        Check(
            must="service_rate > arrival_rate",
            text="{consumers} consumers handle {service_rate}, and {arrival_rate} arrive: the backlog never drains. "
            "Expected more than {least_consumers}",
            input="consumers",
            endless=("drain_time", "late_for"),
        ),
    ),
    formulas=(
        Formula(
            name="service_rate",
            label="messages that consumers can handle",
            expression="consumers / service_time",
            unit="message/s",
        ),
        Formula(
            name="least_consumers",
            label="consumers that are busy without a burst",
            expression="arrival_rate * service_time",
            words="messages that arrive × time to handle one (Little's law)",
        ),
        Formula(
            name="utilisation",
            label="how busy they are, normally",
            expression="arrival_rate / service_rate",
            unit="%",
        ),
        Formula(
            name="backlog",
            label="backlog at the end of the burst",
            expression="max(burst_rate - service_rate, 0) * burst_time",
            words="(messages in the burst − what consumers handle) × its time",
            unit="message",
            help="Assumes an even flow within the burst, without chance: short queues before it are left out.",
        ),
        Formula(
            name="drain_time",
            label="time to drain it",
            expression="backlog / (service_rate - arrival_rate)",
            words="backlog ÷ (what consumers handle − what arrives normally)",
        ),
        Formula(
            name="oldest",
            label="longest wait of a message",
            expression="backlog / service_rate",
            words="backlog ÷ what consumers handle: the last message of the burst",
            help="Assumes an even flow, and that messages are taken in the order in which they came.",
        ),
        Formula(
            name="late_for",
            label="from the start of the burst until the backlog is gone",
            expression="burst_time + drain_time",
        ),
        Formula(name="backlog_size", label="bytes of the backlog", expression="backlog * message_size"),
        Formula(
            name="log_size",
            label="disk for all messages kept, all copies",
            expression="arrival_rate * message_size * retention * copies",
        ),
        Formula(
            name="consumers_for_burst",
            label="consumers that would leave no backlog",
            expression="ceil(burst_rate * service_time)",
            words="messages in the burst × time to handle one, rounded up",
        ),
    ),
    outputs=("utilisation", "backlog", "drain_time", "oldest", "consumers_for_burst", "log_size"),
    remarks=(
        Remark(
            when="backlog == 0",
            text="Consumers keep up with the burst: the queue hardly fills.",
            topic="message-queues",
        ),
        Remark(
            when="drain_time > 3 * burst_time",
            text="A burst of {burst_time} is felt for {late_for}: there is little capacity to spare for catching up.",
            topic="message-queues",
        ),
        Remark(
            when="oldest > retention",
            text="The oldest message waits {oldest}, longer than messages are kept: some are lost unread.",
            topic="queue-durability",
        ),
        Remark(
            when="utilisation > 0.8",
            text="{utilisation} busy without any burst: a queue moves load in time, it does not remove it.",
            topic="message-queues",
        ),
    ),
    topics=("message-queues", "queue-durability", "delivery-guarantees", "percentiles-and-littles-law"),
    sources=(
        "Leonard Kleinrock, Queueing Systems, vol. 2 (1976), ch. 2: fluid approximation",
        "John Little, A proof for the queuing formula L = λW, Operations Research 9 (1961)",
    ),
)
