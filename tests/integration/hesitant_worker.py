"""A worker that fails where and as slowly as a test asks for.

    python -m tests.integration.hesitant_worker

SLOW_SECONDS: so long takes the screening of a record. A payment whose purpose is LABORIOUS takes LABORIOUS_SECONDS of
processor time, in pieces. BREAKS=index: no index can be built; BREAKS=answer: the first
answer to a payment whose purpose is ANSWER_FAILS cannot be written.
"""

from __future__ import annotations

import os
import time
from collections.abc import Generator, Iterable

from streamer import __version__
from streamer.events import ListVersion, PaymentEvent
from streamer.list_feed import view
from streamer.lists import Lists
from streamer.monitor import Monitor, Received, Screened
from streamer.policy import policy_from_toml, shipped_policy
from streamer.settings import read_settings
from streamer.watchlists.entity import Entity
from streamer.worker import app, process
from streamer.worker.metrics import Metrics

ANSWER_FAILS = "an answer that cannot be written"
LABORIOUS = "takes long to screen"
PIECE_SECONDS = 0.01


class HesitantMonitor(Monitor):
    seconds = 0.0
    laborious_seconds = 0.0

    def screening(
        self, received: Received, lists: Lists, earlier_digest: str | None = None
    ) -> Generator[None, None, Screened]:
        time.sleep(self.seconds)
        if isinstance(received.event, PaymentEvent) and received.event.purpose == LABORIOUS:
            for _ in range(int(self.laborious_seconds / PIECE_SECONDS)):
                until = time.thread_time() + PIECE_SECONDS
                while time.thread_time() < until:
                    pass
                yield
        screened = yield from super().screening(received, lists, earlier_digest)
        if isinstance(received.event, PaymentEvent) and received.event.purpose == ANSWER_FAILS:
            # What JSON cannot carry, found only when the answer is written.
            broken = screened.decision.model_copy(update={"thresholds": {"hold": object()}})
            return Screened(screened.record, broken, screened.dead_letter, screened.observations)
        return screened


class BrokenLists(Lists):
    @classmethod
    def of(cls, versions: Iterable[ListVersion], entities: Iterable[Entity]) -> Lists:
        raise RuntimeError("no room for the index")


def main() -> None:
    settings = read_settings(os.environ)
    path = settings.policy_file
    policy = policy_from_toml(path.read_text("utf-8"), str(path)) if path else shipped_policy()
    assert settings.identity_key is not None
    monitor = HesitantMonitor.under(policy, identity_key=settings.identity_key.encode(), engine_version=__version__)
    HesitantMonitor.seconds = float(os.environ.get("SLOW_SECONDS", "0"))
    HesitantMonitor.laborious_seconds = float(os.environ.get("LABORIOUS_SECONDS", "0"))
    if os.environ.get("BREAKS") == "index":
        vars(view)["Lists"] = BrokenLists
    process.run(app.Worker(settings, monitor, Metrics()))


if __name__ == "__main__":
    main()
