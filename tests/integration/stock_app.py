"""A small Faust app, run either as Faust's documentation writes it or by the parts of `streamer.delivery`.

    python -m tests.integration.stock_app stock|ours BOOTSTRAP PREFIX FOLDER [FAULT]

Every record of `<PREFIX>in` is answered on `<PREFIX>out` with a value ten times as long. With the fault `raise` the
agent raises at the record b"raise"; without it that record is answered like any other.
"""

from __future__ import annotations

import sys
from typing import Any

import faust

from streamer.worker.delivery import AckWindow, Transport, leave
from streamer.worker.state import StateTable

RAISES = b"raise"
TIMES = 10


class Fault(Exception):
    """What an agent's own code may do."""


def answer(value: bytes, fault: str) -> bytes:
    if fault == "raise" and value == RAISES:
        raise Fault
    return value * TIMES


def settings(bootstrap: str, prefix: str, folder: str) -> dict[str, Any]:
    """The safest settings that Faust has, for both."""
    return {
        "id": f"{prefix}app",
        "broker": f"kafka://{bootstrap}",
        "datadir": folder,
        "store": "memory://",
        "processing_guarantee": "at_least_once",
        "consumer_auto_offset_reset": "earliest",
        "broker_commit_interval": 0.2,
        "broker_session_timeout": 6.0,
        "broker_heartbeat_interval": 1.5,
        "producer_acks": -1,
        "stream_wait_empty": True,
        "topic_allow_declare": False,
        "topic_disable_leader": True,
        "topic_partitions": 1,
        "table_standby_replicas": 0,
        "web_enabled": False,
        "worker_redirect_stdouts": False,
    }


def raw_topic(app: Any, name: str) -> Any:
    return app.topic(name, key_type=bytes, value_type=bytes, key_serializer="raw", value_serializer="raw")


def stock(bootstrap: str, prefix: str, folder: str, fault: str) -> Any:
    """As in Faust's documentation."""
    app = faust.App(**settings(bootstrap, prefix, folder))
    out = raw_topic(app, f"{prefix}out")

    @app.agent(raw_topic(app, f"{prefix}in"))  # type: ignore[untyped-decorator]
    async def agent(stream: Any) -> None:
        async for event in stream.events():
            await out.send(key=event.key, value=answer(event.value, fault))

    return app


class Ours(faust.App):  # type: ignore[misc]
    """The same with the window, the consumer and the table of `streamer.delivery`."""

    def __init__(self, bootstrap: str, prefix: str, folder: str) -> None:
        super().__init__(**settings(bootstrap, prefix, folder))
        self.window = AckWindow(events_max=100, timeout_seconds=60.0)
        self.seen = StateTable(self, name="seen", partitions=1, beacon=self.tables.beacon)
        self.tables.add(self.seen)

    async def on_start(self) -> None:
        await super().on_start()
        self.add_future(self.window.run())

    def _new_transport(self) -> Any:
        return Transport(self.conf.broker_consumer, self, loop=self.loop)

    def _new_producer_transport(self) -> Any:
        return Transport(self.conf.broker_producer, self, loop=self.loop)


def ours(bootstrap: str, prefix: str, folder: str, fault: str) -> Any:
    app = Ours(bootstrap, prefix, folder)

    @app.agent(raw_topic(app, f"{prefix}in"))  # type: ignore[untyped-decorator]
    async def agent(stream: Any) -> None:
        async for event in stream.noack().events():
            try:
                value = answer(event.value, fault)
            except Fault:
                leave("the agent failed")
                return
            confirmations = [
                await app.producer.send(f"{prefix}out", event.key, value, None, None, []),
                await app.seen.put(event.message.partition, b"seen\x1f" + event.key, b"1"),
            ]
            await app.window.add(event, confirmations)

    return app


def main() -> None:
    kind, bootstrap, prefix, folder, *fault = sys.argv[1:]
    app = {"stock": stock, "ours": ours}[kind](bootstrap, prefix, folder, fault[0] if fault else "")
    runner = faust.Worker(app, loglevel="WARNING", redirect_stdouts=False, console_port=None)
    runner.execute_from_commandline()


if __name__ == "__main__":
    main()
