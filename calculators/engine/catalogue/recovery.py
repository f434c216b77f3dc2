"""Recovery: how much is lost and how long it is down when a primary fails, and when only a backup is left."""

from __future__ import annotations

from calculators.engine.catalogue.literature import ASSUMED, KLEPPMANN, MEASURE, SRE
from calculators.engine.sheets import Formula, Input, Remark, Sheet

SHEET = Sheet(
    slug="recovery",
    title="Recovery",
    summary="RPO from replication lag and backups, RTO from detection, promotion and redirection, and what that costs.",
    inputs=(
        Input(
            name="lag",
            label="replication lag",
            default="500 ms",
            unit="ms",
            minimum="0",
            help="0 when a write waits for the copy.",
            source=MEASURE,
        ),
        Input(
            name="write_rate",
            label="writes per second",
            default="1,000",
            unit="write/s",
            minimum="0",
            source="Worked example",
        ),
        Input(
            name="heartbeat",
            label="time between heartbeats",
            default="10 s",
            unit="s",
            minimum="1 ms",
            source="Kubernetes documentation, probes: periodSeconds, default 10",
        ),
        Input(
            name="missed",
            label="heartbeats missed before one acts",
            default="3",
            minimum="1",
            maximum="1,000",
            source="Kubernetes documentation, probes: failureThreshold, default 3",
        ),
        Input(
            name="promotion",
            label="choosing and promoting a copy",
            default="30 s",
            unit="s",
            minimum="0",
            source=MEASURE,
        ),
        Input(
            name="redirection",
            label="clients find the new primary",
            default="60 s",
            unit="s",
            minimum="0",
            help="The time to live of a DNS record, or of a pool's connection.",
            source="AWS, Elastic Load Balancing user guide: DNS entries live 60 s",
        ),
        Input(
            name="warm_up",
            label="until it is as fast as before",
            default="60 s",
            unit="s",
            minimum="0",
            help="Empty caches, connections to open again.",
            source=ASSUMED,
        ),
        Input(
            name="failures",
            label="failures of a primary",
            default="4/year",
            unit="failure/year",
            minimum="0",
            source=ASSUMED,
        ),
        Input(
            name="backup_interval",
            label="time between backups",
            default="1 day",
            unit="hour",
            minimum="0",
            source=ASSUMED,
        ),
        Input(name="stored", label="bytes to restore", default="2 TB", unit="GB", minimum="0", source="Worked example"),
        Input(
            name="restore_speed",
            label="speed of a restore",
            default="200 MB/s",
            unit="MB/s",
            minimum="1 kB/s",
            source=MEASURE,
        ),
    ),
    formulas=(
        Formula(
            name="detection",
            label="until the failure is noticed, at most",
            expression="heartbeat * missed",
        ),
        Formula(
            name="recovery_time",
            label="RTO: down after a failover",
            expression="detection + promotion + redirection",
            words="detection + promotion + redirection",
        ),
        Formula(
            name="full_speed",
            label="until it is as fast as before",
            expression="recovery_time + warm_up",
        ),
        Formula(
            name="lost_time",
            label="RPO: writes lost by a failover, in time",
            expression="lag",
            words="the replication lag",
        ),
        Formula(
            name="lost_writes",
            label="confirmed writes lost by a failover",
            expression="write_rate * lag",
            unit="write",
        ),
        Formula(
            name="refused_writes",
            label="writes refused while it is down",
            expression="write_rate * recovery_time",
            unit="write",
        ),
        Formula(
            name="downtime_year",
            label="down a year",
            expression="failures * recovery_time * 1 year / 1 failure",
            words="failures a year × RTO",
        ),
        Formula(
            name="availability",
            label="availability that this leaves",
            expression="max(1 - failures * recovery_time / 1 failure, 0)",
            words="1 − failures × RTO",
            unit="%",
            help="Only failures of the primary are counted.",
        ),
        Formula(
            name="backup_lost_time",
            label="RPO from a backup, at most",
            expression="backup_interval",
            words="the time between backups",
        ),
        Formula(
            name="backup_lost_writes",
            label="writes lost with a backup, at most",
            expression="write_rate * backup_interval",
            unit="write",
        ),
        Formula(
            name="restore_time",
            label="RTO from a backup",
            expression="detection + stored / restore_speed + redirection",
            words="detection + bytes ÷ speed + redirection",
            help="A person who decides, and replaying a log, come on top.",
        ),
    ),
    outputs=("recovery_time", "lost_writes", "availability", "downtime_year", "restore_time", "backup_lost_writes"),
    remarks=(
        Remark(
            when="lost_writes >= 1 write",
            text="A failover loses up to {lost_writes} that had been confirmed. To lose none a write must wait for "
            "a copy.",
            topic="replication",
        ),
        Remark(
            when="detection > promotion + redirection",
            text="Most of the outage is noticing it ({detection} of {recovery_time}). Shorter heartbeats find it "
            "sooner, but take more healthy primaries for dead ones.",
            topic="failover",
        ),
        Remark(
            when="redirection > detection + promotion",
            text="Most of the outage is clients that ask the old address ({redirection} of {recovery_time}).",
            topic="dns",
        ),
        Remark(
            when="restore_time > 1 hour",
            text="From a backup it takes {restore_time}, and up to {backup_lost_writes} are gone: a backup is no "
            "failover.",
            topic="backups",
        ),
    ),
    topics=("failover", "backups", "replication", "availability-nines"),
    sources=(f"{KLEPPMANN}, ch. 5: handling node outages", f"{SRE}, ch. 26"),
)
