#!/usr/bin/env python3
"""Downloads one official list whole, or leaves the last good copy untouched.

    fetch_lists.py SOURCE FOLDER [--url URL]      SOURCE: ofac, un, eu, uk

Prints KIND=PATH, as `streamer lists sync --source` takes it. Exits 1 with a sentence on stderr where the list could not
be had; then nothing should be synced, so that its age shows. Needs Python's standard library only.
"""

from __future__ import annotations

import argparse
import http.client
import re
import shutil
import sys
import time
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

ATTEMPTS_MAX = 3
TIMEOUT_SECONDS = 60
FILE_BYTES_MAX = 512 * 1024 * 1024
CHUNK_BYTES = 1024 * 1024
PAUSE_SECONDS = 10.0


class NotFetched(Exception):
    """A list could not be downloaded. Names the file, what came and the cure."""


@dataclass(frozen=True)
class Source:
    """Where a list is published. `files` maps the name in the folder to what is appended to `url`."""

    url: str
    files: Mapping[str, str]
    bytes_min: int
    """Of the first file. Far below the real size: a page that says "error" is smaller."""
    begins: bytes
    """Pattern of the first file's beginning: a login page or an error page does not match."""
    is_folder: bool = False
    optional: frozenset[str] = frozenset()
    """Files that the publisher leaves out where they would be empty."""


SOURCES: Mapping[str, Source] = {
    "ofac": Source(
        "https://sanctionslistservice.ofac.treas.gov/api/PublicationPreview/exports/",
        {
            "sdn.csv": "SDN.CSV",
            "alt.csv": "ALT.CSV",
            "add.csv": "ADD.CSV",
            "sdn_comments.csv": "SDN_COMMENTS.CSV",
            "cons_prim.csv": "CONS_PRIM.CSV",
            "cons_alt.csv": "CONS_ALT.CSV",
            "cons_add.csv": "CONS_ADD.CSV",
            "cons_comments.csv": "CONS_COMMENTS.CSV",
        },
        bytes_min=1_000_000,
        # No header: the first row is an entry, and starts with its number.
        begins=rb"\d+,",
        is_folder=True,
        optional=frozenset({"cons_comments.csv"}),
    ),
    "un": Source(
        "https://scsanctions.un.org/resources/xml/en/consolidated.xml",
        {"un.xml": ""},
        bytes_min=500_000,
        begins=rb"<\?xml|<CONSOLIDATED_LIST",
    ),
    "eu": Source(
        # The token is public: the Commission hands the same one to everybody.
        "https://webgate.ec.europa.eu/fsd/fsf/public/files/xmlFullSanctionsList_1_1/content?token=dG9rZW4tMjAxNw",
        {"eu.xml": ""},
        bytes_min=5_000_000,
        begins=rb"<\?xml|<export",
    ),
    "uk": Source(
        "https://sanctionslist.fcdo.gov.uk/docs/UK-Sanctions-List.csv",
        {"uk.csv": ""},
        bytes_min=1_000_000,
        begins=rb"[^<]",
    ),
}
BYTE_ORDER_MARK = b"\xef\xbb\xbf"


def fetch(
    name: str, folder: Path, url: str | None = None, pause: Callable[[float], None] = time.sleep
) -> tuple[str, Path]:
    """(kind, path) of the list in `folder`. Raises NotFetched and changes nothing where a file is missing or odd."""
    source = SOURCES[name]
    base = url or source.url
    folder.mkdir(parents=True, exist_ok=True)
    incoming = folder / f".{name}.incoming"
    shutil.rmtree(incoming, ignore_errors=True)
    incoming.mkdir()
    try:
        for file, path in source.files.items():
            try:
                _download(base + path, incoming / file, pause)
            except NotFetched:
                if file not in source.optional:
                    raise
                (incoming / file).unlink(missing_ok=True)
        _refuse_odd(name, source, incoming / next(iter(source.files)))
        return name, _put_in_place(name, source, incoming, folder)
    finally:
        shutil.rmtree(incoming, ignore_errors=True)


def _download(url: str, to: Path, pause: Callable[[float], None]) -> None:
    for attempt in range(1, ATTEMPTS_MAX + 1):
        try:
            _download_once(url, to)
            return
        # HTTPException: a body that ends early. The errors of urllib are OSErrors.
        except (OSError, ValueError, http.client.HTTPException) as error:
            if attempt == ATTEMPTS_MAX:
                raise NotFetched(
                    f"{to.name}: {url} did not answer well in {ATTEMPTS_MAX} attempts ({error}); "
                    "the last good copy stays. Check the address with a browser, or name a mirror with --url"
                ) from None
            pause(PAUSE_SECONDS * attempt)


def _download_once(url: str, to: Path) -> None:
    request = urllib.request.Request(url, headers={"User-Agent": "streamer (sanctions screening)", "Accept": "*/*"})  # noqa: S310
    with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS) as answer, to.open("wb") as out:  # noqa: S310
        expected = answer.headers.get("Content-Length")
        received = 0
        while chunk := answer.read(CHUNK_BYTES):
            received += len(chunk)
            if received > FILE_BYTES_MAX:
                raise ValueError(f"more than {FILE_BYTES_MAX} bytes")
            out.write(chunk)
    if expected is not None and int(expected) != received:
        raise ValueError(f"{received} of {expected} bytes")
    if not received:
        raise ValueError("no bytes")


def _refuse_odd(name: str, source: Source, first: Path) -> None:
    size = first.stat().st_size
    with first.open("rb") as file:
        beginning = file.read(64).removeprefix(BYTE_ORDER_MARK).lstrip()
    if size < source.bytes_min:
        raise NotFetched(
            f"{name}: {first.name} has {size} bytes, fewer than {source.bytes_min}; the last good copy stays. "
            "Look at what the publisher sends"
        )
    if not re.match(source.begins, beginning):
        raise NotFetched(
            f"{name}: {first.name} does not begin as the list does: another page, or a new format; the last good copy "
            "stays. Look at what the publisher sends"
        )


def _put_in_place(name: str, source: Source, incoming: Path, folder: Path) -> Path:
    if not source.is_folder:
        (file,) = source.files
        target = folder / file
        (incoming / file).replace(target)
        return target
    # Files of one publication belong together: the folder changes as a whole.
    target, old = folder / name, folder / f".{name}.old"
    shutil.rmtree(old, ignore_errors=True)
    if target.exists():
        target.rename(old)
    incoming.rename(target)
    shutil.rmtree(old, ignore_errors=True)
    return target


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("source", choices=SOURCES)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--url", help="a mirror; for ofac the address that the file names are appended to")
    options = parser.parse_args(arguments)
    try:
        kind, path = fetch(options.source, options.folder, options.url)
    except NotFetched as error:
        print(error, file=sys.stderr)  # noqa: T201
        return 1
    print(f"{kind}={path}")  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
