"""A publisher of lists as on the internet, but on this machine: HTTPS with a certificate of the tests' own."""

from __future__ import annotations

import asyncio
import ssl
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

from aiohttp import web

from streamer.list_feed.sources import Source
from tests.security.certificates import Authority


@dataclass(frozen=True)
class Answer:
    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    promised: int | None = None
    """Content-Length, where it is not that of the body: the connection then ends early."""


Page = Callable[[web.Request, int], Answer]
"""(request, how many times the page was asked before) -> answer."""


class WebPublisher:
    """Serves `pages`, a dict by path that a test may change at any time. `asked` holds the headers of each request."""

    def __init__(self, folder: Path) -> None:
        authority = Authority(folder)
        self.authority = authority.certificate
        self.pages: dict[str, Page] = {}
        self.asked: dict[str, list[Mapping[str, str]]] = {}
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(authority.broker())
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        self.port = asyncio.run_coroutine_threadsafe(self._serve(), self._loop).result(30)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        asyncio.run_coroutine_threadsafe(self._runner.cleanup(), self._loop).result(30)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(30)
        self._loop.close()

    @property
    def url(self) -> str:
        return f"https://127.0.0.1:{self.port}/"

    def serve(self, path: str, body: bytes, **headers: str) -> None:
        """A page with an ETag of its content, which answers conditional requests."""
        tag = f'"{hash(body) & 0xFFFFFFFF:x}"'

        def page(request: web.Request, asked: int) -> Answer:
            if request.headers.get("If-None-Match") == tag:
                return Answer(status=304, headers={"ETag": tag})
            return Answer(body, headers={"ETag": tag} | {k.replace("_", "-"): v for k, v in headers.items()})

        self.pages[path] = page

    def fail(self, path: str, status: int, **headers: str) -> None:
        self.pages[path] = lambda request, asked: Answer(
            status=status, headers={k.replace("_", "-"): v for k, v in headers.items()}
        )

    async def _serve(self) -> int:
        application = web.Application()
        application.router.add_get("/{path:.*}", self._answer)
        self._runner = web.AppRunner(application, access_log=None, shutdown_timeout=1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0, ssl_context=self._context)
        await site.start()
        port: int = self._runner.addresses[0][1]
        return port

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        path = request.path.lstrip("/")
        before = self.asked.setdefault(path, [])
        page = self.pages.get(path)
        answer = page(request, len(before)) if page else Answer(status=404)
        before.append(dict(request.headers))
        if answer.promised is None:
            return web.Response(body=answer.body, status=answer.status, headers=answer.headers)
        response = web.StreamResponse(status=answer.status, headers=answer.headers)
        response.content_length = answer.promised
        await response.prepare(request)
        await response.write(answer.body)
        assert request.transport is not None
        request.transport.close()
        return response


def row(publisher: WebPublisher, **fields: object) -> Source:
    """A row of the table: one CSV file of the test's own at `own.csv`, other `fields` as given."""
    return Source.model_validate(
        {
            "name": "own",
            "title": "a list of the tests",
            "jurisdiction": "US",
            "kind": "csv",
            "url": publisher.url,
            "files": {"own.csv": "own.csv"},
            "default": True,
            "poll_minutes": 60,
            "entries": [1, 1000],
            "age_hours_max": 24,
            "bytes_max": 1_000_000,
            "begins": "list,id",
        }
        | fields
    )


def as_toml(*rows: Source) -> str:
    """The rows as a table of sources."""
    texts = []
    for one in rows:
        fields = one.model_dump(mode="json", exclude_none=True)
        lines = [f"{key} = {_toml(value)}" for key, value in fields.items()]
        texts.append("[[source]]\n" + "\n".join(lines) + "\n")
    return "\n".join(texts)


def _toml(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict):
        return "{" + ", ".join(f'"{key}" = {_toml(one)}' for key, one in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_toml(one) for one in value) + "]"
    return str(value) if isinstance(value, int | float) else f"'{value}'"
