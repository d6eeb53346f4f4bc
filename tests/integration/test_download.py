"""Downloads over real HTTPS: whole or not at all, only from whom we trust, and no more than was agreed."""

from __future__ import annotations

import gzip
import hashlib
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from streamer.list_feed.download import ATTEMPTS_MAX, BLOCK_BYTES, Downloader, NotFetched
from streamer.list_feed.editions import RawFile
from tests.integration.publisher import Answer, WebPublisher, row
from tests.security.certificates import Authority

BODY = b"list,id,name\nown,1,Listed Party\n"


@pytest.fixture(scope="module")
def publisher(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WebPublisher]:
    with WebPublisher(tmp_path_factory.mktemp("publisher")) as publisher:
        yield publisher


@pytest.fixture(autouse=True)
def _empty(publisher: WebPublisher) -> None:
    publisher.pages.clear()
    publisher.asked.clear()


class Pauses(list[float]):
    async def __call__(self, seconds: float) -> None:
        self.append(seconds)


@pytest.fixture
def pauses() -> Pauses:
    return Pauses()


@pytest.fixture
def downloader(publisher: WebPublisher, pauses: Pauses) -> Downloader:
    return Downloader(publisher.authority, sleep=pauses)


def fetched(
    downloader: Downloader, publisher: WebPublisher, folder: Path, known: tuple[RawFile, ...] = (), **fields: Any
) -> tuple[RawFile, ...] | None:
    return downloader.fetched(row(publisher, **fields), folder, {file.name: file for file in known})


def test_a_file_is_fetched_whole_with_its_digest_and_validators(
    downloader: Downloader, publisher: WebPublisher, tmp_path: Path, pauses: Pauses
) -> None:
    publisher.serve("own.csv", BODY, Last_Modified="Fri, 20 Nov 2026 10:00:00 GMT")
    told: list[int] = []
    downloader.progress = told.append
    (file,) = fetched(downloader, publisher, tmp_path) or ()
    assert (tmp_path / "own.csv").read_bytes() == BODY
    assert (file.name, file.sha256, file.bytes) == ("own.csv", hashlib.sha256(BODY).hexdigest(), len(BODY))
    assert file.url == publisher.url + "own.csv"
    assert file.etag
    assert file.last_modified == "Fri, 20 Nov 2026 10:00:00 GMT"
    assert told == [len(BODY)]
    assert pauses == []


def test_what_did_not_change_is_not_sent_again(downloader: Downloader, publisher: WebPublisher, tmp_path: Path) -> None:
    publisher.serve("own.csv", BODY, Last_Modified="Fri, 20 Nov 2026 10:00:00 GMT")
    first = fetched(downloader, publisher, tmp_path)
    assert first
    assert fetched(downloader, publisher, tmp_path, first) is None
    asked = publisher.asked["own.csv"][-1]
    assert asked["If-None-Match"] == first[0].etag
    assert asked["If-Modified-Since"] == first[0].last_modified
    publisher.serve("own.csv", BODY + b"own,2,Another\n")
    (second,) = fetched(downloader, publisher, tmp_path, first) or ()
    assert second.bytes > first[0].bytes


OFAC_FILES = {"sdn.csv": "SDN.CSV", "alt.csv": "ALT.CSV", "add.csv": "ADD.CSV"}
OFAC: dict[str, Any] = {"name": "ofac", "kind": "ofac", "files": OFAC_FILES, "begins": r"\d+,"}


def test_files_of_one_edition_are_fetched_together(
    downloader: Downloader, publisher: WebPublisher, tmp_path: Path
) -> None:
    for name in OFAC_FILES.values():
        publisher.serve(name, b'36,"AEROCARIBBEAN"')
    first = fetched(downloader, publisher, tmp_path, **OFAC)
    assert first
    publisher.serve("ALT.CSV", b'36,12,"aka","AERO-CARIBBEAN"')
    folder = tmp_path / "next"
    folder.mkdir()
    second = fetched(downloader, publisher, folder, first, **OFAC)
    # One changed: the others stand beside it.
    assert second is not None
    assert {path.name for path in folder.iterdir()} == set(OFAC_FILES)
    assert [file.name for file in second] == list(OFAC_FILES)


def test_a_file_that_may_be_left_out_hinders_nothing_and_another_does(
    downloader: Downloader, publisher: WebPublisher, tmp_path: Path
) -> None:
    for name in ("SDN.CSV", "ALT.CSV"):
        publisher.serve(name, b'36,"AEROCARIBBEAN"')
    files = fetched(downloader, publisher, tmp_path, **OFAC, optional=["add.csv"])
    assert [file.name for file in files or ()] == ["sdn.csv", "alt.csv"]
    with pytest.raises(NotFetched, match=r"ofac: add\.csv: .*/ADD\.CSV answers HTTP 404.*may have moved"):
        fetched(downloader, publisher, tmp_path, **OFAC)


def test_a_stumbling_publisher_is_asked_again_more_and_more_slowly(
    downloader: Downloader, publisher: WebPublisher, tmp_path: Path, pauses: Pauses
) -> None:
    publisher.pages["own.csv"] = lambda request, asked: Answer(status=500) if asked < 2 else Answer(BODY)
    assert fetched(downloader, publisher, tmp_path)
    assert len(pauses) == 2
    assert 2 <= pauses[0] <= 2.5
    assert 4 <= pauses[1] <= 5


def test_a_publisher_that_asks_for_time_gets_it(
    downloader: Downloader, publisher: WebPublisher, tmp_path: Path, pauses: Pauses
) -> None:
    busy = Answer(status=429, headers={"Retry-After": "17"})
    publisher.pages["own.csv"] = lambda request, asked: busy if asked == 0 else Answer(BODY)
    assert fetched(downloader, publisher, tmp_path)
    assert 17 <= pauses[0] <= 22


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (Answer(status=503), "HTTP 503"),
        (Answer(BODY, promised=len(BODY) + 1), "not enough data|closed|payload"),
        (Answer(b""), "no bytes"),
        (Answer(gzip.compress(BODY)[:-9], headers={"Content-Encoding": "gzip"}), "ends early"),
        (Answer(b"no gzip at all", headers={"Content-Encoding": "gzip"}), "damaged on the way"),
    ],
    ids=["503", "cut", "empty", "cut gzip", "no gzip"],
)
def test_what_never_comes_whole_is_given_up_in_words(
    downloader: Downloader, publisher: WebPublisher, tmp_path: Path, pauses: Pauses, answer: Answer, said: str
) -> None:
    publisher.pages["own.csv"] = lambda request, asked: answer
    with pytest.raises(NotFetched, match=rf"(?i)own\.csv.*did not answer well in 4 attempts \(.*({said})"):
        fetched(downloader, publisher, tmp_path)
    assert len(publisher.asked["own.csv"]) == ATTEMPTS_MAX
    assert len(pauses) == ATTEMPTS_MAX - 1


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (Answer(status=403), "HTTP 403"),
        (Answer(b"<!DOCTYPE html><html>sorry</html>"), "does not begin as the list does"),
        (Answer(BODY, headers={"Content-Encoding": "br"}), "'br', which nobody asked for"),
        (Answer(BODY + b"x" * 1_000_000), "more than 1,000,000 bytes"),
        (Answer(status=302, headers={"Location": "http://127.0.0.1/own.csv"}), "not HTTPS; refused"),
        (Answer(status=302, headers={"Location": "file:///etc/passwd"}), "not HTTPS; refused"),
        (Answer(status=302, headers={"Location": "own.csv"}), "more than 5 redirects"),
    ],
    ids=["403", "a web page", "brotli", "too large", "to http", "to a file", "in circles"],
)
def test_what_is_no_list_is_refused_at_once(
    downloader: Downloader, publisher: WebPublisher, tmp_path: Path, pauses: Pauses, answer: Answer, said: str
) -> None:
    publisher.pages["own.csv"] = lambda request, asked: answer
    with pytest.raises(NotFetched, match=said):
        fetched(downloader, publisher, tmp_path)
    assert pauses == []


def test_redirects_lead_to_the_file(downloader: Downloader, publisher: WebPublisher, tmp_path: Path) -> None:
    signed = "elsewhere/own.csv?signature=a%2Fb%3D"
    publisher.pages["own.csv"] = lambda request, asked: Answer(status=302, headers={"Location": f"/{signed}"})
    publisher.pages["elsewhere/own.csv"] = lambda request, asked: (
        Answer(BODY) if request.raw_path.endswith("signature=a%2Fb%3D") else Answer(status=403)
    )
    (file,) = fetched(downloader, publisher, tmp_path) or ()
    assert file.url == publisher.url + "own.csv"


def test_a_packed_file_is_unpacked_within_bounds(
    downloader: Downloader, publisher: WebPublisher, tmp_path: Path
) -> None:
    publisher.pages["own.csv"] = lambda request, asked: Answer(
        gzip.compress(BODY), headers={"Content-Encoding": "gzip"}
    )
    (file,) = fetched(downloader, publisher, tmp_path) or ()
    assert file.sha256 == hashlib.sha256(BODY).hexdigest()
    # 1 GiB in a megabyte: refused after the first million bytes, whatever else would follow.
    pack = zlib.compressobj(9, zlib.DEFLATED, 31)
    bomb = pack.compress(BODY) + b"".join(pack.compress(b"\0" * 2**20) for _ in range(1024)) + pack.flush()
    publisher.pages["own.csv"] = lambda request, asked: Answer(bomb, headers={"Content-Encoding": "gzip"})
    with pytest.raises(NotFetched, match="more than 1,000,000 bytes"):
        fetched(downloader, publisher, tmp_path)
    assert (tmp_path / "own.csv").stat().st_size <= 1_000_000 + BLOCK_BYTES


def test_a_certificate_nobody_vouches_for_is_refused_at_once(
    publisher: WebPublisher, tmp_path: Path, pauses: Pauses
) -> None:
    publisher.serve("own.csv", BODY)
    stranger = Authority(tmp_path / "stranger", "somebody else").certificate
    for ca_file in (None, stranger):
        with pytest.raises(NotFetched, match=r"certificate of 127\.0\.0\.1 is not to be trusted.*SOURCES_CA_FILE"):
            fetched(Downloader(ca_file, sleep=pauses), publisher, tmp_path)
    assert pauses == []
    assert publisher.asked == {}


def test_an_authority_file_without_a_certificate_is_named(publisher: WebPublisher, tmp_path: Path) -> None:
    nothing = tmp_path / "nothing.pem"
    nothing.write_text("no certificate")
    with pytest.raises(NotFetched, match=r"STREAMER_SOURCES_CA_FILE.*holds no certificate"):
        fetched(Downloader(nothing), publisher, tmp_path)
