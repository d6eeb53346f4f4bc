"""The main job, live: an embedded broker, a real worker process, lists through the topic, a month of events.

`streamer/data/demo` ships the events: most of them ordinary, some planted, and `stories.json` tells what must
happen to those. Whether it happened is judged from the raw topics alone: nothing here asks the worker.
"""

from __future__ import annotations

import logging
import os
import signal
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from types import FrameType
from typing import Final

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from streamer.demo.events import Script, Shipment
from streamer.demo.screen import Screen
from streamer.demo.seen import Alert, Seen
from streamer.demo.stories import judge
from streamer.demo.traffic import Traffic
from streamer.demo.worker_process import STOP_SECONDS_MAX, DemoFailed, WorkerProcess, free_port, worker_environment
from streamer.kafka import topics
from streamer.kafka.broker import EmbeddedBroker
from streamer.list_feed.editions import TOPIC as LISTS_TOPIC
from streamer.list_feed.editions import edition_from
from streamer.list_feed.publisher import publish_edition
from streamer.policy import shipped_policy
from streamer.settings import Settings, read_settings
from streamer.watchlists import ParsedList, read_list, sample_lists
from streamer.watchlists.entity import InvalidList

_EVENTS_PER_SECOND: Final = 60
"""Fast enough for a demonstration, slow enough to read along; the worker takes many times more."""
_EVENTS_PER_SECOND_SERVED: Final = 10
_WAITING_MAX: Final = 40
"""Unanswered events beyond which none is published: a demonstration shows latency, not a backlog."""

_READY_SECONDS_MAX: Final = 240
"""Full lists take a small machine half a minute; beyond this the worker is stuck."""
_ANSWER_SECONDS_MAX: Final = 30
"""Without any answer for so long, what is missing is lost."""


def run(*, lists: Sequence[str], serve: bool, console: Console, script: Script | None = None) -> int:
    """Carry it out; returns the exit code: 0 only where the stories went as told, all else was released and nothing
    is lost.

    `lists` are `KIND=PATH`; none means the shipped sample. `serve` goes on with fresh events until Ctrl-C. `script`
    is for tests. Raises InvalidList for lists that cannot be read or lack one that the policy requires.
    """
    screen = Screen(console)
    _survive_any_encoding(console)
    parsed = _parsed(lists, screen)
    try:
        with _terminated_as_interrupted():
            return _run(parsed, screen, serve=serve, is_sample=not lists, script=script or Script.shipped())
    except KeyboardInterrupt:
        screen.say("interrupted; the worker and the broker are stopped", "yellow")
        return 130
    except (DemoFailed, ModuleNotFoundError) as error:
        screen.say(f"demo: {error}", "red")
        return 2


def _parsed(specs: Sequence[str], screen: Screen) -> list[ParsedList]:
    parsed: list[ParsedList] = []
    for spec in specs:
        with screen.stage(f"reading {spec}"):
            parsed.extend(read_list(spec).by_name())
    if not specs:
        parsed.extend(sample_lists())
    names = Counter(name for one in parsed for name in one.names)
    twice = [name for name, count in names.items() if count > 1]
    if twice:
        raise InvalidList(f"list {twice[0]} is given twice; name each list once")
    missing = [name for name in shipped_policy().lists.required if name not in names]
    if missing:
        raise InvalidList(
            f"the shipped policy requires list {', '.join(missing)}, and a worker consumes nothing without it: add "
            f"--list {missing[0]}=PATH, or give no --list at all for the sample"
        )
    return parsed


def _run(parsed: Sequence[ParsedList], screen: Screen, *, serve: bool, is_sample: bool, script: Script) -> int:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="streamer-demo-")))
        stack.enter_context(_quiet_clients())
        port = free_port()
        environment = worker_environment(os.environ, folder=folder, port=port, is_sample=is_sample)
        started = time.monotonic()
        broker = stack.enter_context(EmbeddedBroker(topics.layout(read_settings(environment))))
        environment["STREAMER_BOOTSTRAP_SERVERS"] = broker.bootstrap_servers
        settings = read_settings(environment)
        screen.done("embedded broker", broker.bootstrap_servers, time.monotonic() - started)
        _publish_lists(settings, broker, parsed, screen)
        worker = stack.enter_context(WorkerProcess(environment, port, folder))
        _await_ready(worker, screen)
        seen = Seen()
        traffic = Traffic(settings, seen)
        stack.callback(traffic.close)
        tell = _teller(script, screen)
        screen.alert_header()
        _stream(traffic, worker, screen, script, tell)
        if serve:
            _serve(traffic, worker, screen, script, tell, environment)
        listed = frozenset(entity.id for one in parsed for entity in one.entities)
        judgement = judge(script, seen, published=traffic.published, listed=listed, is_sample=is_sample)
        screen.summary(judgement, seen, port, is_served=serve)
        if not worker.stop():
            raise worker.failure(f"the worker did not stop within {STOP_SECONDS_MAX} s of SIGTERM and was killed")
        screen.verdict(judgement)
        return 0 if judgement.is_good else 1


def _publish_lists(settings: Settings, broker: EmbeddedBroker, parsed: Iterable[ParsedList], screen: Screen) -> None:
    for one in parsed:
        started = time.monotonic()
        with screen.stage(f"list {one.names[0]}"):
            edition, chunks = edition_from(one, datetime.now(UTC))
            publish_edition(settings, edition, chunks)
        manifest = edition.manifest
        sample = ", sample" if manifest.sample else ""
        detail = f"{manifest.entities:,} entries, {manifest.names:,} names{sample}"
        screen.done(f"list {manifest.list}", detail, time.monotonic() - started)
    topic = settings.topic(LISTS_TOPIC)
    if any(fill.records_dropped for (name, _), fill in broker.fill().items() if name == topic):
        raise DemoFailed(
            "these lists are more than the embedded broker keeps: give fewer, or run them on a Kafka of your own with "
            "`streamer lists sync` and `streamer worker`"
        )


def _await_ready(worker: WorkerProcess, screen: Screen) -> None:
    started = time.monotonic()
    with screen.stage("worker") as waiting_for:
        while reasons := worker.unready():
            worker.must_run()
            if time.monotonic() - started > _READY_SECONDS_MAX:
                raise worker.failure(f"the worker is not ready after {_READY_SECONDS_MAX} s ({'; '.join(reasons)})")
            waiting_for("; ".join(reasons))
            time.sleep(0.1)
    screen.done("worker", f"ready; http://127.0.0.1:{worker.port}/metrics", time.monotonic() - started)


def _teller(script: Script, screen: Screen) -> Callable[[Alert], None]:
    who = {shipment.key.decode(): shipment.who for shipment in script.shipments}

    def tell(alert: Alert) -> None:
        screen.alert(alert, who.get(alert.key.partition("-r")[0], alert.key))

    return tell


@contextmanager
def _bar(screen: Screen, total: int | None) -> Iterator[Callable[[Traffic], None]]:
    columns = (
        TextColumn("events"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[decided]} decided, {task.fields[alerts]} alerts"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=screen.console, transient=True, disable=not screen.console.is_terminal) as bar:
        task = bar.add_task("events", total=total, decided=0, alerts=0)

        def update(traffic: Traffic) -> None:
            alerts = sum(traffic.seen.rules.values())
            bar.update(task, completed=traffic.published, decided=traffic.seen.answered, alerts=alerts)

        yield update


def _stream(
    traffic: Traffic, worker: WorkerProcess, screen: Screen, script: Script, tell: Callable[[Alert], None]
) -> None:
    """All shipments once, at a readable pace, until every one is answered and the behaviour rules have seen all."""
    started = time.monotonic()
    with _bar(screen, len(script.shipments)) as update:
        _publish(traffic, worker, script.shipments, _EVENTS_PER_SECOND, tell, update)
        _settle(traffic, worker, tell, update)
    if not screen.console.is_terminal:
        screen.say(f"{traffic.published} events published and answered in {time.monotonic() - started:.1f} s")


def _publish(
    traffic: Traffic,
    worker: WorkerProcess,
    shipments: Iterable[Shipment],
    per_second: int,
    tell: Callable[[Alert], None],
    update: Callable[[Traffic], None],
) -> None:
    started = time.monotonic()
    for n, shipment in enumerate(shipments):
        give_up_at = time.monotonic() + _ANSWER_SECONDS_MAX
        while (now := time.monotonic()) < started + n / per_second or traffic.waiting >= _WAITING_MAX:
            _read(traffic, worker, tell, update)
            if now > give_up_at:
                raise worker.failure(f"{traffic.waiting} events have waited {_ANSWER_SECONDS_MAX} s for an answer")
        traffic.publish(shipment)


def _read(
    traffic: Traffic, worker: WorkerProcess, tell: Callable[[Alert], None], update: Callable[[Traffic], None]
) -> None:
    for alert in traffic.read():
        tell(alert)
    update(traffic)
    worker.must_run()


def _settle(
    traffic: Traffic, worker: WorkerProcess, tell: Callable[[Alert], None], update: Callable[[Traffic], None]
) -> None:
    """Until everything is answered, or nothing moves any more; the judgement then tells what is missing."""
    state, moved_at = None, time.monotonic()
    while not (traffic.is_answered and traffic.is_worked_off and traffic.is_read):
        _read(traffic, worker, tell, update)
        now = (traffic.seen.inputs, traffic.seen.answered, sum(traffic.seen.rules.values()))
        if now != state:
            state, moved_at = now, time.monotonic()
        elif time.monotonic() - moved_at > _ANSWER_SECONDS_MAX:
            return


_ASKING: Final = ("STREAMER_BOOTSTRAP_SERVERS", "STREAMER_KAFKA_API_VERSION")
"""What another terminal needs to ask the embedded broker."""


def _serve(
    traffic: Traffic,
    worker: WorkerProcess,
    screen: Screen,
    script: Script,
    tell: Callable[[Alert], None],
    environment: Mapping[str, str],
) -> None:
    """The same events under fresh ids, over and over, until Ctrl-C."""
    first_round = {shipment.ref for shipment in script.shipments}

    def rounds(is_over: Callable[[], bool]) -> Iterator[Shipment]:
        for n in count(2):
            for shipment in script.shipments:
                if is_over():
                    return
                yield shipment.again(n)
            traffic.seen.forget_settled(keep=first_round)

    with _interruption() as is_wanted, _bar(screen, None) as update:
        screen.say(f"traffic goes on; metrics: http://127.0.0.1:{worker.port}/metrics; Ctrl-C ends it", "bold")
        asking = " ".join(f"{name}={environment[name]}" for name in _ASKING)
        screen.say(f"ask it: export {asking}; streamer reconcile", "dim")
        _publish(traffic, worker, rounds(is_wanted), _EVENTS_PER_SECOND_SERVED, tell, update)
    with screen.stage("waiting for the last answers"):
        _settle(traffic, worker, tell, lambda _: None)


_Handler = Callable[[int, FrameType | None], None]


@contextmanager
def _handling(numbers: Iterable[signal.Signals], handler: _Handler) -> Iterator[None]:
    """The handler for as long as the block lasts. Only the main thread may set one; another leaves them as they are."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.signal(number, handler) for number in numbers}
    try:
        yield
    finally:
        for number, handler_before in before.items():
            signal.signal(number, handler_before)


@contextmanager
def _terminated_as_interrupted() -> Iterator[None]:
    """SIGTERM unwinds like Ctrl-C, so that the worker never outlives the demo."""

    def interrupt(number: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    with _handling((signal.SIGTERM,), interrupt):
        yield


@contextmanager
def _interruption() -> Iterator[Callable[[], bool]]:
    """Ctrl-C is noted, not raised, lest it part a record from its count; the second one is raised."""
    wanted = threading.Event()

    def note(number: int, frame: FrameType | None) -> None:
        if wanted.is_set():
            raise KeyboardInterrupt
        wanted.set()

    with _handling((signal.SIGINT, signal.SIGTERM), note):
        yield wanted.is_set


@contextmanager
def _quiet_clients() -> Iterator[None]:
    """kafka-python tells of every connection that closes; here they all do, at the end."""
    logger = logging.getLogger("kafka")
    before = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        logger.setLevel(before)


def _survive_any_encoding(console: Console) -> None:
    """Names come in many scripts; a terminal that cannot show them shows question marks instead of an error."""
    reconfigure = getattr(console.file, "reconfigure", None)
    if reconfigure is not None and not console.encoding.startswith("utf"):
        reconfigure(errors="replace")
