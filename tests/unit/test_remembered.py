"""Looking back: what is remembered, what a change of the lists finds, and what is published of it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import faust
import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from streamer import remembered as core
from streamer.events import Consequence, PartyType, Verdict
from streamer.lists import Lists
from streamer.monitor import Monitor
from streamer.outputs import Output
from streamer.policy import Policy, shipped_policy
from streamer.remembered import Counterparty, Job, Prints, Sighting, Unreadable, Vault
from streamer.route import Item
from streamer.watchlists.entity import Entity, EntityType, ListedIdentifier, ListedName, ListedWallet
from streamer.worker.metrics import Metrics
from streamer.worker.rescreening import Lookback
from streamer.worker.state import RocksStore, StateTable
from tests.builders import IBAN_PARIS, pay, payment, record

NOW = datetime.now(UTC)
AHEAD = (NOW + timedelta(days=3)).date().isoformat()


def entity(number: str, name: str, **fields: Any) -> Entity:
    return Entity("ofac", number, EntityType.UNKNOWN, (ListedName(name),), **fields)


KNOWN = entity("1", "Somebody Known Already")


# ---------------------------------------------------------------- rows

texts = st.text(max_size=20)
counterparties = st.builds(
    Counterparty,
    texts,
    st.lists(
        st.builds(Item, texts, texts, texts, st.sampled_from(PartyType), st.none() | texts, st.tuples(texts)),
        max_size=3,
    ).map(tuple),
)


@given(counterparties)
def test_a_counterparty_is_read_as_it_was_written(one: Counterparty) -> None:
    assert Counterparty.from_json(one.to_json()) == one


@given(st.dates(), st.sampled_from(Verdict), st.lists(st.tuples(texts, texts), max_size=3).map(tuple))
def test_a_sighting_is_read_as_it_was_written(day: date, verdict: Verdict, route: tuple[tuple[str, str], ...]) -> None:
    one = Sighting("t", "e", "pay", "d", "i", 1, verdict, NOW, "payments", 3, 4, day, None, "x", route, ("aa",), ("b",))
    assert Sighting.from_json(one.to_json()) == one
    assert replace(one, execution_date=None) == Sighting.from_json(replace(one, execution_date=None).to_json())


@given(st.binary(max_size=60))
def test_rows_of_another_shape_are_unreadable_and_nothing_else(raw: bytes) -> None:
    for read in (Counterparty.from_json, Sighting.from_json, Job.from_json):
        with pytest.raises(Unreadable):
            read(raw)


def test_a_row_opens_with_its_key_at_its_place_only() -> None:
    sealed = Vault(b"secret").seal(b"here", b"Ada Park")
    assert b"Ada" not in sealed
    assert Vault(b"secret").opened(b"here", sealed) == b"Ada Park"
    assert sealed == Vault(b"secret").seal(b"here", b"Ada Park"), "a redelivery repeats the row"
    for vault, place, bytes_ in (
        (Vault(b"another"), b"here", sealed),
        (Vault(b"secret"), b"there", sealed),
        (Vault(b"secret"), b"here", sealed[:-1]),
        (Vault(b"secret"), b"here", b""),
    ):
        with pytest.raises(Unreadable):
            vault.opened(place, bytes_)


marks = st.frozensets(st.binary(min_size=8, max_size=8), max_size=40)


@given(marks, marks)
def test_fingerprints_survive_their_rows_and_only_rows_that_change_are_written(
    before: frozenset[bytes], after: frozenset[bytes]
) -> None:
    rows = core.judged_rows(frozenset(), before)
    changed = core.judged_rows(before, after)
    rows |= changed
    assert core.judged_in(value for value in rows.values() if value) == after
    assert set(changed) == {core.bucket_key(core.bucket_of(mark)) for mark in before ^ after}


def test_whatever_changes_of_an_entry_changes_its_fingerprint() -> None:
    boss = entity("1", "Boss")
    company = entity("2", "Company", listed=False, consequence=Consequence.REVIEW)
    first = Lists.of((), [boss, company])
    prints = Prints.of(first.screener.entities_by_id.values(), first.ownership)
    again = Prints.of(Lists.of((), [boss, company]).screener.entities_by_id.values(), first.ownership)
    assert prints.all == again.all
    renamed = Prints.of([replace(boss, remarks="more")], first.ownership)
    assert not prints.all & renamed.all


def test_a_payment_can_be_stopped_until_its_day_is_over_everywhere() -> None:
    one = Sighting("t", "e", "payment", "d", "i", 0, Verdict.RELEASE, NOW, "payments", 0, 0, date(2026, 11, 20))
    assert one.is_pending(datetime(2026, 11, 19, 23, tzinfo=UTC))
    assert one.is_pending(datetime(2026, 11, 21, 11, 59, tzinfo=UTC))
    assert not one.is_pending(datetime(2026, 11, 21, 12, 0, tzinfo=UTC))
    assert not replace(one, execution_date=None).is_pending(NOW)


# ---------------------------------------------------------------- a worker's memory without Kafka


class _Table(StateTable):
    """Confirms at once what Kafka would, and keeps the changelog."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.changelog: dict[tuple[int, bytes], bytes | None] = {}

    async def send_changelog_record(self, partition: int, key: bytes, value: bytes | None) -> Awaitable[Any]:
        self.changelog[partition, key] = value
        return _confirmed()


def _confirmed() -> Awaitable[Any]:
    future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    future.set_result(None)
    return future


class _View:
    """The two fields of a ListsView that are read."""

    current: Lists
    prepared: Prints

    def put(self, entities: Iterable[Entity]) -> None:
        self.current = Lists.of((), [KNOWN, *entities])
        self.prepared = Prints.of(self.current.screener.entities_by_id.values(), self.current.ownership)


class Memory:
    """One worker's memory of two partitions. `stops_at` ends it when so many outputs are published."""

    def __init__(self, folder: Path, store: str, policy: Policy) -> None:
        app = faust.App("test", broker="kafka://127.0.0.1:1", datadir=str(folder), store=f"{store}://")
        self.table = _Table(app, name="counterparties", partitions=2)
        self.policy = policy
        self.view = _View()
        self.view.put([])
        self.outputs: list[Output] = []
        self.stops_at: int | None = None
        self.begin()

    def begin(self) -> None:
        """A worker starts: it knows nothing but the table."""
        self.monitor = Monitor.under(self.policy, identity_key=b"k", engine_version="test")
        self.metrics = Metrics()
        self.lookback = Lookback(
            self.table,
            self.monitor,
            Vault(b"k"),
            self.view,  # type: ignore[arg-type]
            self.metrics,
            send=self._send,
            assigned=lambda: (0, 1),
            is_busy=lambda: False,
            timeout_seconds=5,
        )

    async def _send(self, output: Output) -> Awaitable[Any]:
        if self.stops_at is not None and len(self.outputs) >= self.stops_at:
            raise asyncio.CancelledError
        self.outputs.append(output)
        return _confirmed()

    async def answer(self, *events: Mapping[str, Any], partition: int = 0, at: datetime = NOW) -> None:
        for event in events:
            received = self.monitor.receive(record(event, timestamp=at))
            screened = self.monitor.screen(received, self.view.current)
            await self.lookback.log(partition, self.lookback.note(partition, screened))

    async def settled(self) -> None:
        """The rounds that `run` would make, until nothing is left to do."""
        await self.lookback._round()
        while any(state.is_behind for state in self.lookback._partitions.values()):
            await self.lookback._round()

    def superseding(self) -> dict[str, list[dict[str, Any]]]:
        found: dict[str, list[dict[str, Any]]] = {}
        for output in self.outputs:
            if output.topic == "decisions":
                value = orjson.loads(output.value or b"")
                found.setdefault(value["event_id"], []).append(value)
        return found

    def named(self) -> list[tuple[str, list[str]]]:
        """(entry, past events) of each alert that names some."""
        return [
            (alert["observables"][1]["value"], [event["uid"] for event in alert["finding_info"]["related_events"]])
            for alert in (orjson.loads(o.value or b"") for o in self.outputs if o.topic == "alerts")
            if alert["metadata"]["event_code"] == "RESCREENED"
        ]

    def rows(self, prefix: bytes, partition: int = 0) -> list[bytes]:
        return [key for key, _ in self.table.page(partition, prefix, b"", 10_000)]


def policy(**limits: int) -> Policy:
    return Policy.model_validate({**shipped_policy().model_dump(), "rescreening": limits})


@contextmanager
def _memory(folder: Path, store: str, limits: Mapping[str, int]) -> Iterator[Memory]:
    memory = Memory(folder, store, policy(**limits))
    try:
        yield memory
    finally:
        if isinstance(memory.table.data, RocksStore):
            memory.table.data._dbs.clear()


@pytest.fixture(params=["memory", "rocksdb"])
def told(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[..., None]:
    """Runs a story on either store."""

    def run(story: Callable[[Memory], Awaitable[None]], **limits: int) -> None:
        async def whole() -> None:
            with _memory(tmp_path, request.param, limits) as memory:
                await story(memory)

        asyncio.run(whole())

    return run


Told = Callable[..., None]


def test_a_new_entry_finds_the_past_and_stops_what_is_ahead(told: Told) -> None:
    async def story(memory: Memory) -> None:
        await memory.answer(
            payment("ahead", creditor="Crimson Pelican", requested_execution_date=AHEAD),
            payment("done", creditor="Crimson Pelican"),
            payment("other", requested_execution_date=AHEAD),
        )
        await memory.settled()
        assert not memory.outputs
        memory.view.put([entity("9", "Crimson Pelican")])
        await memory.settled()
        assert memory.named() == [("ofac-9", ["ahead", "done"])]
        (decisions,) = memory.superseding().values()
        (decision,) = decisions
        assert (decision["event_id"], decision["verdict"], decision["revision"]) == ("ahead", "hold", 1)
        assert [f["evidence"][0]["element"] for f in decision["findings"]] == ["creditor.name"]
        before = len(memory.outputs)
        await memory.settled()
        memory.begin()
        await memory.settled()
        assert len(memory.outputs) == before, "nothing is told twice"

    told(story)


@pytest.mark.parametrize(
    ("event", "listed"),
    [
        (payment(creditor_agent={"bic": "ZZZZDEFFXXX"}), {"identifiers": (ListedIdentifier("bic", "ZZZZDEFF"),)}),  # type: ignore[arg-type]
        (pay(worker={"name": "Ada", "email": "ada@example.org"}), {"emails": ("ADA@example.org",)}),
        (
            payment(creditor_account={"wallet": {"asset": "ETH", "address": "0x" + "aB" * 20}}),
            {"wallets": (ListedWallet("ETH", "0x" + "ab" * 20),)},
        ),
    ],
)
def test_identifiers_banks_and_wallets_are_remembered_as_well(
    told: Told, event: Mapping[str, Any], listed: Mapping[str, Any]
) -> None:
    async def story(memory: Memory) -> None:
        await memory.answer(event)
        memory.view.put([entity("9", "Nobody in this Event", **listed)])
        await memory.settled()
        assert memory.named() == [("ofac-9", [event["event_id"]])]

    told(story)


def test_who_was_remembered_while_lists_were_behind_is_found_when_they_come(told: Told) -> None:
    """A partition moves to a worker whose lists are older than those it was judged by: the entries count again."""

    async def story(memory: Memory) -> None:
        listed = entity("9", "Crimson Pelican")
        memory.view.put([listed])
        await memory.settled()
        memory.begin()
        memory.view.put([])
        await memory.answer(payment("between", creditor="Crimson Pelican", requested_execution_date=AHEAD))
        await memory.settled()
        memory.view.put([listed])
        await memory.settled()
        assert memory.named() == [("ofac-9", ["between"])]

    told(story)


def test_an_event_delivered_again_after_it_was_superseded_stays_so(told: Told) -> None:
    async def story(memory: Memory) -> None:
        event = payment("again", creditor="Crimson Pelican", requested_execution_date=AHEAD)
        await memory.answer(event)
        memory.view.put([entity("9", "Crimson Pelican")])
        await memory.settled()
        await memory.answer(event)
        memory.view.put([entity("9", "Crimson Pelican", remarks="changed")])
        await memory.settled()
        assert [d["revision"] for d in memory.superseding()["again"]] == [1, 2]

    told(story)


def test_an_entry_that_held_the_payment_in_the_first_place_is_no_news(told: Told) -> None:
    async def story(memory: Memory) -> None:
        memory.view.put([entity("9", "Crimson Pelican")])
        await memory.answer(payment(creditor="Crimson Pelican", requested_execution_date=AHEAD))
        memory.view.put([entity("9", "Crimson Pelican", remarks="changed")])
        await memory.settled()
        assert not memory.outputs

    told(story)


def test_an_entry_that_becomes_stricter_holds_what_it_had_reviewed(told: Told) -> None:
    """The review stays in force beside the hold: only a release is superseded, what blocks must be resolved."""

    async def story(memory: Memory) -> None:
        memory.view.put([entity("9", "Crimson Pelican", consequence=Consequence.REVIEW)])
        await memory.answer(payment("e", creditor="Crimson Pelican", requested_execution_date=AHEAD))
        memory.view.put([entity("9", "Crimson Pelican", consequence=Consequence.BLOCK)])
        await memory.settled()
        assert [(d["verdict"], d["supersedes"]) for d in memory.superseding()["e"]] == [("hold", None)]

    told(story)


def test_a_job_stopped_anywhere_goes_on_without_loss_or_second_decision(tmp_path: Path) -> None:
    """Stopped after each number of outputs in turn, as by kill -9, and begun again on what the table holds."""
    names = ("Crimson Pelican", "Velvet Anchor", "Hollow Kestrel")
    events = [payment(f"e{n}", creditor=names[n % 3], requested_execution_date=AHEAD) for n in range(6)]

    async def story(stops_at: int) -> tuple[set[str], dict[str, list[str]], int]:
        with _memory(tmp_path / str(stops_at), "memory", {}) as memory:
            await memory.answer(*events[:4])
            await memory.answer(*events[4:], partition=1)
            memory.view.put(entity(str(n), name) for n, name in enumerate(names, start=10))
            memory.stops_at = stops_at
            try:
                await memory.settled()
            except asyncio.CancelledError:
                memory.stops_at = None
                memory.begin()
                await memory.settled()
            alerts = {o.headers["ce_id"].decode() for o in memory.outputs if o.topic == "alerts"}
            decisions = {k: sorted({d["decision_id"] for d in v}) for k, v in memory.superseding().items()}
            return alerts, decisions, len(memory.outputs)

    _, undisturbed, total = asyncio.run(story(10_000))
    assert {len(ids) for ids in undisturbed.values()} == {1}
    assert set(undisturbed) == {event["event_id"] for event in events}
    for stops_at in range(total):
        alerts, decisions, outputs = asyncio.run(story(stops_at))
        assert decisions == undisturbed
        assert len(alerts) == 6 + 5, "a block for each payment, and each counterparty once in each partition"
        assert outputs <= total + 4, "what was confirmed is not told again, but for the slice that was cut"


def test_more_matches_than_one_round_holds_are_answered_in_rounds(told: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(core, "ROUND_MAX", 2)

    async def story(memory: Memory) -> None:
        names = [f"{a} {b}" for a in ("Crimson", "Velvet", "Hollow") for b in ("Pelican", "Anchor")]
        await memory.answer(*(payment(name, creditor=name) for name in names))
        memory.view.put([entity("9", names[0]), *(entity(str(n), name) for n, name in enumerate(names[1:], start=10))])
        await memory.settled()
        assert {event for _, (event, *_) in memory.named()} == set(names)

    told(story)


def test_a_partition_that_is_full_forgets_the_oldest_and_says_so(told: Told) -> None:
    async def story(memory: Memory) -> None:
        for week in range(10):
            at = NOW - timedelta(weeks=20 - week)
            await memory.answer(
                payment(f"old{week}", creditor=f"Quiet Number{week} Works", debtor={"name": "D"}), at=at
            )
        await memory.settled()
        assert len(memory.rows(core.WHO)) == 9
        assert len(memory.rows(core.SEEN)) == 10
        for n in range(10):
            await memory.answer(payment(f"new{n}", creditor=f"Fresh Number{n} Works", debtor={"name": "D"}))
        await memory.settled()
        assert len(memory.rows(core.WHO)) <= 10
        assert b'remembered_total{outcome="full"} 9.0' in memory.metrics.render()
        assert len(memory.rows(core.SEEN)) == 15

    told(story, counterparties_max=10, events_max=15)


def test_what_is_older_than_the_window_is_forgotten(told: Told) -> None:
    async def story(memory: Memory) -> None:
        await memory.answer(payment("old", creditor="Crimson Pelican"), at=NOW - timedelta(days=60))
        await memory.answer(payment("new", creditor="Velvet Anchor"))
        await memory.settled()
        memory.view.put([entity("8", "Crimson Pelican"), entity("9", "Velvet Anchor")])
        await memory.settled()
        assert memory.named() == [("ofac-9", ["new"])]
        assert len(memory.rows(core.SEEN)) == 1

    told(story, window_days=30)


def test_the_policy_switches_it_off(told: Told) -> None:
    async def story(memory: Memory) -> None:
        await memory.answer(payment(creditor="Crimson Pelican"))
        assert not memory.table.changelog

    told(story, window_days=0)


def test_a_row_that_another_key_sealed_is_counted_and_passed_over(told: Told) -> None:
    async def story(memory: Memory) -> None:
        await memory.answer(payment("e", creditor="Crimson Pelican"), payment("f", creditor="Velvet Anchor"))
        (key, *_) = memory.rows(core.WHO)
        memory.table.write(0, key, core.with_week(1, b"nonsense"))
        memory.view.put([entity("8", "Crimson Pelican"), entity("9", "Velvet Anchor")])
        await memory.settled()
        assert b"screening_rescreen_unreadable_total 1.0" in memory.metrics.render()

    told(story)


def test_nothing_personal_stands_in_a_row(told: Told) -> None:
    async def story(memory: Memory) -> None:
        event = payment(
            creditor={"name": "Zqbdf Klmnp", "email": "zq@example.org"},
            creditor_account={"iban": IBAN_PARIS},
            message_id="WAGES-ZQ",
        )
        await memory.answer(event)
        whole = b"".join(key + (value or b"") for (_, key), value in memory.table.changelog.items()).lower()
        for word in (b"zqbdf", b"klmnp", b"zq@", IBAN_PARIS.lower().encode(), b"wages-zq"):
            assert word not in whole

    told(story)
