"""Events per second and core through the Monitor: a payroll line, a pacs.008 through five banks, a pain.001.

    python -m tests.bench.route [--lines 5000]

The whole core on the full OFAC and UN lists beside the checkout: bytes in, decision out; no Kafka. Every payment names
other people: no answer comes from a cache of names but those of the banks and of the company that pays, as in life.
XML is also timed by itself: the share of reading in it.
"""

from __future__ import annotations

import argparse
import io
import json
import random
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from streamer.files.replay import lists_from
from streamer.iso20022 import Found, transactions
from streamer.lists import Lists
from streamer.monitor import Monitor, Record
from streamer.policy import shipped_policy
from streamer.watchlists import read_list
from tests.bench.accuracy import clean_names
from tests.shared import SHARED

MESSAGES = Path(__file__).resolve().parents[1] / "acceptance" / "payments" / "messages"
RECEIVED_AT = datetime(2026, 11, 20, 9, 0, 1, tzinfo=UTC)
AGENTS = ("DEUTDEFF", "COBADEFF", "CHASUS33", "IRVTUS3N", "SOGEFRPP", "BNPAFRPP")


def full_lists() -> Lists:
    specs = (f"ofac={SHARED / 'data' / 'ofac'}", f"un={SHARED / 'data' / 'un' / 'consolidated.xml'}")
    return lists_from([one for spec in specs for one in read_list(spec).by_name()], RECEIVED_AT)


def pacs008(names: Sequence[str]) -> Iterator[bytes]:
    """Messages of one transfer through five banks, with ultimate parties, addresses and two lines of remittance."""
    base = (MESSAGES / "pacs008.xml").read_text("utf-8")
    chain = "".join(
        f"<IntrmyAgt{n}><FinInstnId><BICFI>{bic}</BICFI></FinInstnId></IntrmyAgt{n}>"
        for n, bic in enumerate(AGENTS[1:4], start=1)
    )
    base = base.replace("<Dbtr>", f"{chain}<UltmtDbtr><Nm>@ultimate@</Nm></UltmtDbtr><Dbtr>")
    for n, name in enumerate(names):
        other = names[-n - 1]
        text = f"<Ustrd>Invoice {n} of 3 November 2026</Ustrd><Ustrd>project {n % 97} phase 2</Ustrd>"
        message = base.replace("Maison Lefevre SARL", _escaped(name)).replace("@ultimate@", _escaped(other))
        yield message.replace("<Ustrd>Invoice 4711 of 3 November 2026</Ustrd>", text).encode()


def pain001(names: Sequence[str]) -> bytes:
    """One pay run of as many lines as names."""
    head, _, tail = (MESSAGES / "pain001.xml").read_text("utf-8").partition("<CdtTrfTxInf>")
    line, _, tail = tail.partition("</CdtTrfTxInf>")
    lines = "".join(
        f"<CdtTrfTxInf>{line.replace('Ada Brandt', _escaped(name)).replace('NOV-0042', f'NOV-{n:06}')}</CdtTrfTxInf>\n"
        for n, name in enumerate(names)
    )
    return (head + lines + tail).encode()


def pay_lines(names: Sequence[str]) -> Iterator[bytes]:
    base = json.loads((MESSAGES / "pay.json").read_text("utf-8"))
    for n, name in enumerate(names):
        worker = base["worker"] | {"name": name, "worker_id": f"W-{n}"}
        yield json.dumps(base | {"event_id": f"W-{n}", "worker": worker, "account_holder_name": name}).encode()


def _escaped(name: str) -> str:
    return name.replace("&", "&amp;").replace("<", "&lt;")


def timed(what: str, work: Callable[[], int]) -> float:
    started = time.process_time()
    count = work()
    seconds = time.process_time() - started
    print(f"{what:44s} {count / seconds:10,.0f} /s   {seconds / count * 1e6:8,.0f} us each   ({count:,})", flush=True)
    return count / seconds


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--lines", type=int, default=5_000)
    arguments = parser.parse_args()
    names = [one.name for one in clean_names(0, 1)]
    random.Random(3).shuffle(names)
    names = (names * (arguments.lines * 3 // len(names) + 1))[: arguments.lines * 3]
    runs = names[: arguments.lines], names[arguments.lines : arguments.lines * 2], names[arguments.lines * 2 :]
    lists = full_lists()
    judge = Monitor.under(shipped_policy(), identity_key=b"bench", engine_version="0")
    verdicts: dict[str, int] = {}

    def answered(topic: str, values: Iterator[bytes]) -> int:
        count = 0
        for count, value in enumerate(values, start=1):
            decision = judge.screen(judge.receive(Record(topic, 0, count, None, value, RECEIVED_AT)), lists).decision
            verdicts[decision.verdict] = verdicts.get(decision.verdict, 0) + 1
        return count

    pay, transfers, run = list(pay_lines(runs[0])), list(pacs008(runs[1])), pain001(runs[2])
    print(f"{len(lists.screener):,} entries; one core, CPU seconds")
    timed("payroll line", lambda: answered("payrolls", iter(pay)))
    timed("pacs.008, five banks", lambda: answered("payments", iter(transfers)))
    timed("pain.001 of many lines, per line", lambda: answered("payments", (f.record("t") for f in _read(run))))
    timed("reading alone: pacs.008", lambda: sum(1 for message in transfers for _ in _read(message)))
    timed("reading alone: pain.001, per line", lambda: sum(1 for _ in _read(run)))
    print(", ".join(f"{count:,} {verdict}" for verdict, count in sorted(verdicts.items())))


def _read(raw: bytes) -> Iterator[Found]:
    return transactions(io.BytesIO(raw))


if __name__ == "__main__":
    main()
