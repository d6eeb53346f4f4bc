import json

from kafka import KafkaConsumer

KAFKA = {"bootstrap_servers": "127.0.0.1:9092"}
seen = set()  # a SIEM does this by a unique key on (ce_source, ce_id)

alerts = KafkaConsumer("alerts", **KAFKA, group_id="soc", auto_offset_reset="earliest", enable_auto_commit=False)
for record in alerts:
    headers = dict(record.headers)
    identity = headers["ce_source"], headers["ce_id"]
    if identity not in seen:  # delivery is at least once: the same alert may come again, with the same id
        seen.add(identity)
        finding = json.loads(record.value)
        entries = [o["value"] for o in finding["observables"] if o["type"] == "Sanctions List Entry"]
        event = finding["resources"][0]["uid"]
        print(finding["severity"], finding["metadata"]["event_code"], event, *entries, sep="\t", flush=True)
    alerts.commit()
