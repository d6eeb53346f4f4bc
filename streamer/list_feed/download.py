"""Files of a list, fetched whole over HTTPS, or not at all.

Certificates are checked, redirects lead to HTTPS only, sizes are bounded as sent and as unpacked, and a publisher that
stumbles is asked again, more and more slowly. What was fetched before is asked for conditionally (RFC 9110, 13).
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import random
import re
import ssl
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import aiohttp
from yarl import URL

from streamer import __version__
from streamer.list_feed.editions import RawFile
from streamer.list_feed.guards import RefusedList
from streamer.list_feed.sources import Source

log = logging.getLogger(__name__)

ATTEMPTS_MAX: Final = 4
_BACKOFF_SECONDS: Final = 2.0
"""Before the second attempt; doubled before each further one."""
_RETRY_AFTER_SECONDS_MAX: Final = 120.0
_REDIRECTS_MAX: Final = 5
_TIMEOUT: Final = aiohttp.ClientTimeout(total=1800, sock_connect=30, sock_read=60)
BLOCK_BYTES: Final = 256 * 1024
_VALIDATOR_CHARS_MAX: Final = 500
_BEGINNING_BYTES: Final = 256

_AGAIN: Final = frozenset({408, 425, 429, 500, 502, 503, 504})
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"


class NotFetched(RefusedList):
    """A list could not be downloaded. Names the file, what came instead, and the cure."""

    def __init__(self, message: str) -> None:
        super().__init__(message, "download")


class _Redirected(Exception):
    def __init__(self, to: URL) -> None:
        super().__init__(str(to))
        self.to = to


class _AskAgain(Exception):
    """The publisher stumbled. Carries the seconds it asks us to wait, if it does."""

    def __init__(self, what: str, wait_seconds: float | None = None) -> None:
        super().__init__(what)
        self.wait_seconds = wait_seconds


@dataclass(slots=True)
class Downloader:
    """Fetches sources into a folder. `sleep` and `progress` (bytes so far, of all files) are the caller's."""

    ca_file: Path | None = None
    """A further authority to trust, beside the system's: that of a mirror or of an inspecting proxy."""
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    progress: Callable[[int], None] = lambda done: None

    def fetched(self, source: Source, folder: Path, known: Mapping[str, RawFile]) -> tuple[RawFile, ...] | None:
        """The files of a source, written into `folder`; None where the publisher says that all `known` are unchanged.

        Raises NotFetched; the folder is then not to be used.
        """
        return asyncio.run(self._fetched(source, folder, known))

    async def _fetched(self, source: Source, folder: Path, known: Mapping[str, RawFile]) -> tuple[RawFile, ...] | None:
        connector = aiohttp.TCPConnector(ssl=self._context(), limit=1)
        headers = {"User-Agent": f"streamer/{__version__} (sanctions screening)", "Accept": "*/*"}
        # Unpacked by us, within bounds; cookies of one source are no business of another.
        async with aiohttp.ClientSession(
            connector=connector,
            headers=headers,
            timeout=_TIMEOUT,
            auto_decompress=False,
            cookie_jar=aiohttp.DummyCookieJar(),
            trust_env=True,
        ) as session:
            found: dict[str, RawFile | None] = {}
            if known:
                found = {
                    name: await self._file(session, source, name, folder, known.get(name)) for name in source.files
                }
                if all(file is None for file in found.values()):
                    return None
            fresh: list[RawFile] = []
            for name in source.files:
                # One edition: what did not change must stand beside what did.
                file = found.get(name) or await self._file(session, source, name, folder, None)
                if file is not None:
                    fresh.append(file)
            return tuple(fresh)

    def _context(self) -> ssl.SSLContext:
        context = ssl.create_default_context()
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        if self.ca_file:
            try:
                context.load_verify_locations(cafile=self.ca_file)
            except OSError:
                raise NotFetched(
                    f"STREAMER_SOURCES_CA_FILE = {str(self.ca_file)!r}: holds no certificate; it must be PEM"
                ) from None
        return context

    async def _file(
        self, session: aiohttp.ClientSession, source: Source, name: str, folder: Path, known: RawFile | None
    ) -> RawFile | None:
        """None: unchanged since `known`; or, where it is optional, not there."""
        url = URL(source.url + source.files[name], encoded=True)
        for attempt in range(1, ATTEMPTS_MAX + 1):
            try:
                return await self._attempt(session, source, name, url, folder / name, known)
            except _AskAgain as error:
                if attempt == ATTEMPTS_MAX:
                    raise NotFetched(
                        f"{source.name}: {name}: {url.human_repr()} did not answer well in {ATTEMPTS_MAX} attempts "
                        f"({error}). Look at the publisher's page, or name a mirror in STREAMER_SOURCES_FILE"
                    ) from None
                wait = error.wait_seconds or _BACKOFF_SECONDS * 2 ** (attempt - 1)
                log.info("%s: %s: %s; asked again in %.0f s", source.name, name, error, wait)
                # Not all of our users at the same second.
                await self.sleep(wait * random.uniform(1.0, 1.25))  # noqa: S311 - no secret
        raise AssertionError("the last attempt returns or raises")

    async def _attempt(
        self,
        session: aiohttp.ClientSession,
        source: Source,
        name: str,
        url: URL,
        to: Path,
        known: RawFile | None,
    ) -> RawFile | None:
        with _stumbles(source, name):
            for _ in range(_REDIRECTS_MAX + 1):
                try:
                    return await self._asked(session, source, name, url, to, known)
                except _Redirected as redirected:
                    url = redirected.to
                    if url.scheme != "https":
                        raise NotFetched(
                            f"{source.name}: {name}: the publisher redirects to {url.human_repr()[:200]}, which is not "
                            "HTTPS; refused. Look at the publisher's page for the new address"
                        ) from None
        raise NotFetched(f"{source.name}: {name}: more than {_REDIRECTS_MAX} redirects; the last one to {url}")

    async def _asked(
        self, session: aiohttp.ClientSession, source: Source, name: str, url: URL, to: Path, known: RawFile | None
    ) -> RawFile | None:
        async with session.get(url, headers=_conditions(known), allow_redirects=False) as answer:
            status = answer.status
            if status in _REDIRECTS and "Location" in answer.headers:
                # Browsers, and the publishers they are made for, encode anew; a signed address bears no such thing.
                raise _Redirected(url.join(URL(answer.headers["Location"], encoded=True)))
            if status == 304 and known is not None:
                return None
            if status in _AGAIN:
                raise _AskAgain(f"HTTP {status}", _retry_after(answer.headers.get("Retry-After")))
            if status == 404 and name in source.optional:
                return None
            if status != 200:
                raise NotFetched(
                    f"{source.name}: {name}: {url.human_repr()} answers HTTP {status}. Look at the publisher's page "
                    "with a browser: the address may have moved, or this network may be shut out"
                )
            digest, size, beginning = hashlib.sha256(), 0, b""
            with to.open("wb") as out:
                async for block in _unpacked(answer, source, name):
                    size += len(block)
                    self._refuse_large(source, name, to, size)
                    beginning += block[: max(0, _BEGINNING_BYTES - len(beginning))]
                    digest.update(block)
                    out.write(block)
            _refuse_odd(source, name, size, beginning)
            return RawFile(
                name=name,
                sha256=digest.hexdigest(),
                bytes=size,
                url=source.url + source.files[name],
                etag=_validator(answer.headers.get("ETag")),
                last_modified=_validator(answer.headers.get("Last-Modified")),
            )

    def _refuse_large(self, source: Source, name: str, to: Path, size: int) -> None:
        others = sum(path.stat().st_size for path in to.parent.iterdir() if path != to)
        self.progress(others + size)
        if others + size > source.bytes_max:
            raise NotFetched(
                f"{source.name}: {name}: more than {source.bytes_max:,} bytes (bytes_max of the source); refused. Look "
                "at what the publisher sends"
            )


@contextmanager
def _stumbles(source: Source, name: str) -> Iterator[None]:
    """What the network or the publisher does wrong, told apart: to be asked again, or in vain."""
    try:
        yield
    except aiohttp.ClientConnectorCertificateError as error:
        why = getattr(error.certificate_error, "verify_message", None) or error.certificate_error
        raise NotFetched(
            f"{source.name}: {name}: the certificate of {error.host} is not to be trusted ({why}); refused. "
            "Behind a proxy that inspects TLS, name its authority in STREAMER_SOURCES_CA_FILE"
        ) from None
    except aiohttp.ClientSSLError as error:
        raise NotFetched(f"{source.name}: {name}: no TLS with {error.host} ({error.strerror or error})") from None
    except aiohttp.InvalidURL as error:
        raise NotFetched(f"{source.name}: {name}: {error} is no address; refused") from None
    except (aiohttp.ClientError, TimeoutError, ConnectionError) as error:
        raise _AskAgain(str(error) or type(error).__name__) from None


def _conditions(known: RawFile | None) -> dict[str, str]:
    conditions = {"Accept-Encoding": "gzip"}
    if known and known.etag:
        conditions["If-None-Match"] = known.etag
    if known and known.last_modified:
        conditions["If-Modified-Since"] = known.last_modified
    return conditions


def _validator(text: str | None) -> str | None:
    return text if text and len(text) <= _VALIDATOR_CHARS_MAX and text.isprintable() else None


def _retry_after(text: str | None) -> float | None:
    return min(float(text), _RETRY_AFTER_SECONDS_MAX) if text and text.isascii() and text.isdigit() else None


async def _unpacked(answer: aiohttp.ClientResponse, source: Source, name: str) -> AsyncIterator[bytes]:
    """The body, block by block: a few kilobytes must not become gigabytes of memory."""
    encoding = answer.headers.get("Content-Encoding", "identity").strip().lower()
    if encoding == "identity":
        async for block in answer.content.iter_chunked(BLOCK_BYTES):
            yield block
        return
    if encoding not in ("gzip", "x-gzip"):
        raise NotFetched(f"{source.name}: {name}: the publisher packs it as {encoding[:40]!r}, which nobody asked for")
    unpack = zlib.decompressobj(31)
    try:
        async for packed in answer.content.iter_chunked(BLOCK_BYTES):
            rest = packed
            while rest and not unpack.eof:
                yield unpack.decompress(rest, BLOCK_BYTES)
                rest = unpack.unconsumed_tail
    except zlib.error as error:
        raise _AskAgain(f"damaged on the way: {error}") from None
    if not unpack.eof:
        raise _AskAgain("the packed body ends early")


def _refuse_odd(source: Source, name: str, size: int, beginning: bytes) -> None:
    if not size:
        raise _AskAgain("no bytes")
    is_first = name == next(iter(source.files))
    if is_first and not re.match(source.begins.encode(), beginning.removeprefix(_BYTE_ORDER_MARK).lstrip()):
        raise NotFetched(
            f"{source.name}: {name} does not begin as the list does: another page, or a new format; refused. "
            "Look at what the publisher sends"
        )
