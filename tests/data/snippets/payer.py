import json
import sys
import time

from kafka import KafkaConsumer, KafkaProducer, TopicPartition

KAFKA = {"bootstrap_servers": "127.0.0.1:9092"}


def verdict(payment: dict, wait_seconds: float = 30) -> str:
    """release | review | hold, or blocked where no answer came in time. Only a release may be paid."""
    key, deadline = payment["event_id"].encode(), time.monotonic() + wait_seconds
    decisions, payments = KafkaConsumer(**KAFKA), KafkaProducer(**KAFKA, acks="all")
    partitions = [TopicPartition("decisions", n) for n in decisions.partitions_for_topic("decisions")]
    decisions.assign(partitions)
    starts = decisions.end_offsets(partitions)  # before publishing, so that no answer is missed
    for partition in partitions:
        decisions.seek(partition, starts[partition])
    payments.send("payments", key=key, value=json.dumps(payment).encode()).get(timeout=wait_seconds)
    while time.monotonic() < deadline:
        for record in (r for records in decisions.poll(timeout_ms=200).values() for r in records):
            decision = json.loads(record.value)
            if record.key == key and decision["tenant"] in (payment["tenant"], None):
                return decision["verdict"]
    return "blocked"


print(verdict(json.load(sys.stdin)))
