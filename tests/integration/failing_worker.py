"""A worker whose own code fails on certain events: how the product answers its own faults can be seen from outside.

    python -m tests.integration.failing_worker

The real worker with the real Monitor, but for two methods that raise where a test asks them to.
"""

from __future__ import annotations

import os
from collections.abc import Generator

from streamer import __version__
from streamer.detectors.behaviour.histories import History
from streamer.detectors.behaviour.watching import Watched
from streamer.events import Observation, PaymentEvent
from streamer.lists import Lists
from streamer.monitor import Monitor, Received, Screened
from streamer.policy import policy_from_toml, shipped_policy
from streamer.settings import read_settings
from streamer.worker import app, process
from streamer.worker.metrics import Metrics

FAILS = "fails in our own code"
"""A payment with this purpose cannot be screened."""
FAILS_LATER = "fails-later-"
"""What the behaviour rules fail on: an event id that begins so."""


class Fault(Exception):
    """Its message quotes a person, as messages of libraries do."""


class FailingMonitor(Monitor):
    def screening(
        self, received: Received, lists: Lists, earlier_digest: str | None = None
    ) -> Generator[None, None, Screened]:
        if isinstance(received.event, PaymentEvent) and received.event.purpose == FAILS:
            raise Fault(f"cannot handle {received.event.creditor.name}")
        return (yield from super().screening(received, lists, earlier_digest))

    def watch(self, observation: Observation, history: History) -> Watched:
        if observation.event_id.startswith(FAILS_LATER):
            raise Fault(f"cannot handle {observation.event_id}")
        return super().watch(observation, history)


def main() -> None:
    settings = read_settings(os.environ)
    path = settings.policy_file
    policy = policy_from_toml(path.read_text("utf-8"), str(path)) if path else shipped_policy()
    assert settings.identity_key is not None
    monitor = FailingMonitor.under(policy, identity_key=settings.identity_key.encode(), engine_version=__version__)
    process.run(app.Worker(settings, monitor, Metrics()))


if __name__ == "__main__":
    main()
