"""The fetcher of the lists: the whole list, or the last good copy untouched. Against a publisher on this machine."""

from __future__ import annotations

import http.server
import importlib.util
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import pytest

from streamer.cli import main as command_line
from streamer.watchlists import PARSERS

SCRIPT = Path(__file__).resolve().parents[2] / "deploy/fetch_lists.py"


def _loaded() -> ModuleType:
    spec = importlib.util.spec_from_file_location("fetch_lists", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["fetch_lists"] = module
    spec.loader.exec_module(module)
    return module


fetch_lists = _loaded()
SOURCES = fetch_lists.SOURCES
Answer = tuple[int, bytes, dict[str, str]]


class Publisher:
    """A web site whose pages a test sets; `asked` counts the requests by path."""

    def __init__(self) -> None:
        self.pages: dict[str, Callable[[int], Answer]] = {}
        self.asked: dict[str, int] = {}
        self.url = ""

    def serve(self, path: str, body: bytes, status: int = 200) -> None:
        self.pages[path] = lambda _: (status, body, {"Content-Length": str(len(body))})


@pytest.fixture
def publisher() -> Iterator[Publisher]:
    site = Publisher()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked = site.asked[self.path] = site.asked.get(self.path, 0) + 1
            page = site.pages.get(self.path)
            status, body, headers = page(asked) if page else (404, b"", {"Content-Length": "0"})
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    site.url = f"http://127.0.0.1:{server.server_address[1]}/"
    yield site
    server.shutdown()
    server.server_close()
    thread.join()


def a_list(name: str, beginning: bytes) -> bytes:
    return beginning + b"x" * int(SOURCES[name].bytes_min)


def publish_ofac(site: Publisher, without: str = "") -> None:
    for file in SOURCES["ofac"].files.values():
        if file != without:
            site.serve("/" + file, a_list("ofac", b'36,"AEROCARIBBEAN AIRLINES"'))


def fetched(site: Publisher, name: str, folder: Path, page: str = "") -> Path:
    kind, path = fetch_lists.fetch(name, folder, site.url + page, pause=lambda seconds: None)
    assert kind == name
    assert isinstance(path, Path)
    return path


BEGINNINGS = {
    "un": b'<?xml version="1.0"?>',
    "eu": b'\xef\xbb\xbf<?xml version="1.0"?>',
    "uk": b"Report Date: 28-Jan-2026",
}


@pytest.mark.parametrize("name", BEGINNINGS)
def test_a_list_is_fetched_whole(publisher: Publisher, tmp_path: Path, name: str) -> None:
    body = a_list(name, BEGINNINGS[name])
    publisher.serve("/list", body)
    assert fetched(publisher, name, tmp_path / "lists", "list").read_bytes() == body


def test_the_files_of_ofac_stay_together(publisher: Publisher, tmp_path: Path) -> None:
    publish_ofac(publisher)
    folder = fetched(publisher, "ofac", tmp_path)
    assert {file.name for file in folder.iterdir()} == set(SOURCES["ofac"].files)
    assert fetched(publisher, "ofac", tmp_path) == folder
    assert [path.name for path in tmp_path.iterdir()] == ["ofac"]


def test_a_missing_file_leaves_the_last_good_copy(publisher: Publisher, tmp_path: Path) -> None:
    publish_ofac(publisher)
    folder = fetched(publisher, "ofac", tmp_path)
    before = {file.name: file.stat().st_mtime_ns for file in folder.iterdir()}
    del publisher.pages["/ALT.CSV"]
    with pytest.raises(fetch_lists.NotFetched, match=r"alt\.csv.*the last good copy stays"):
        fetched(publisher, "ofac", tmp_path)
    assert {file.name: file.stat().st_mtime_ns for file in folder.iterdir()} == before
    assert [path.name for path in tmp_path.iterdir()] == ["ofac"]


def test_a_file_that_may_be_left_out_hinders_nothing(publisher: Publisher, tmp_path: Path) -> None:
    publish_ofac(publisher, without="CONS_COMMENTS.CSV")
    folder = fetched(publisher, "ofac", tmp_path)
    assert {file.name for file in folder.iterdir()} == set(SOURCES["ofac"].files) - {"cons_comments.csv"}


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"<!DOCTYPE html><html>" + b"x" * 2_000_000, "does not begin as the list does"),
        (b'<?xml version="1.0"?><CONSOLIDATED_LIST/>', "fewer than"),
        (b"", "no bytes"),
    ],
    ids=["a web page", "too short", "empty"],
)
def test_what_is_no_list_is_refused(publisher: Publisher, tmp_path: Path, body: bytes, why: str) -> None:
    good = a_list("un", BEGINNINGS["un"])
    publisher.serve("/list", good)
    path = fetched(publisher, "un", tmp_path, "list")
    publisher.serve("/list", body)
    with pytest.raises(fetch_lists.NotFetched, match=why):
        fetched(publisher, "un", tmp_path, "list")
    assert path.read_bytes() == good


def test_a_body_that_ends_early_is_refused(publisher: Publisher, tmp_path: Path) -> None:
    body = a_list("un", BEGINNINGS["un"])
    publisher.pages["/list"] = lambda _: (200, body, {"Content-Length": str(len(body) + 1)})
    with pytest.raises(fetch_lists.NotFetched, match="did not answer well"):
        fetched(publisher, "un", tmp_path, "list")
    assert not list(tmp_path.iterdir())


def test_a_stumbling_publisher_is_asked_again(publisher: Publisher, tmp_path: Path) -> None:
    body = a_list("eu", BEGINNINGS["eu"])
    publisher.pages["/list"] = lambda asked: (
        (500, b"", {"Content-Length": "0"}) if asked < 3 else (200, body, {"Content-Length": str(len(body))})
    )
    assert fetched(publisher, "eu", tmp_path, "list").read_bytes() == body
    assert publisher.asked["/list"] == fetch_lists.ATTEMPTS_MAX


def test_the_script_prints_what_sync_takes(publisher: Publisher, tmp_path: Path) -> None:
    publisher.serve("/list", a_list("un", BEGINNINGS["un"]))
    done = subprocess.run(
        [sys.executable, SCRIPT, "un", tmp_path, "--url", publisher.url + "list"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == f"un={tmp_path / 'un.xml'}\n"
    assert done.stderr == ""


def test_the_script_says_in_a_sentence_what_is_wrong(publisher: Publisher, tmp_path: Path) -> None:
    publisher.serve("/list", b"<html>")
    done = subprocess.run(
        [sys.executable, SCRIPT, "un", tmp_path, "--url", publisher.url + "list"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1
    assert "the last good copy stays" in done.stderr


def test_every_source_is_a_kind_of_list() -> None:
    assert set(SOURCES) <= set(PARSERS)
    sync = command_line.commands["lists"].commands["sync"]  # type: ignore[attr-defined]
    assert any("--source" in option.opts for option in sync.params)


@pytest.mark.parametrize("name", SOURCES)
def test_official_addresses_are_encrypted(name: str) -> None:
    assert SOURCES[name].url.startswith("https://")
