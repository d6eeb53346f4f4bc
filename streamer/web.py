"""The worker's web port: /metrics for Prometheus, /health for the supervisor, /ready for the load balancer."""

from __future__ import annotations

import hmac
from collections.abc import Awaitable, Callable
from typing import Any, Protocol

from aiohttp import web
from mode import Service

from streamer.metrics import CONTENT_TYPE, Metrics


class Condition(Protocol):
    """What the web port asks the worker."""

    def unready(self) -> list[str]:
        """Why the worker does not process payments now; empty when it does."""

    def unhealthy(self) -> list[str]:
        """Why the worker should be restarted; empty when it should not."""


class WebPort(Service):
    """Serves from the first moment of the start, also while the worker still waits for lists."""

    def __init__(
        self, host: str, port: int, condition: Condition, metrics: Metrics, token: str | None = None, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self._host = host
        self._port = port
        self._condition = condition
        self._metrics = metrics
        self._token = token
        self._runner: web.AppRunner | None = None

    async def on_start(self) -> None:
        application = web.Application(middlewares=[self._authorised], client_max_size=1024)
        application.router.add_get("/metrics", self._serve_metrics)
        application.router.add_get("/health", self._serve_health)
        application.router.add_get("/ready", self._serve_ready)
        self._runner = web.AppRunner(application, access_log=None)
        await self._runner.setup()
        await web.TCPSite(self._runner, self._host, self._port).start()

    async def on_stop(self) -> None:
        if self._runner is not None:
            await self._runner.cleanup()

    @property
    def port(self) -> int:
        """The port in use; differs from the one asked for where that was 0."""
        assert self._runner is not None
        port: int = self._runner.addresses[0][1]
        return port

    @web.middleware
    async def _authorised(
        self, request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
    ) -> web.StreamResponse:
        # Probes of a supervisor carry no token, and /health and /ready tell nothing about payments.
        if self._token is not None and request.path == "/metrics":
            given = request.headers.get("Authorization", "")
            if not hmac.compare_digest(given.encode(), f"Bearer {self._token}".encode()):
                return web.Response(status=401, text="a bearer token is required: STREAMER_WEB_TOKEN\n")
        return await handler(request)

    async def _serve_metrics(self, request: web.Request) -> web.Response:
        return web.Response(body=self._metrics.render(), headers={"Content-Type": CONTENT_TYPE})

    async def _serve_health(self, request: web.Request) -> web.Response:
        return _answer(self._condition.unhealthy(), "healthy")

    async def _serve_ready(self, request: web.Request) -> web.Response:
        return _answer(self._condition.unready(), "ready")


def _answer(reasons: list[str], good: str) -> web.Response:
    if reasons:
        return web.json_response({"status": f"not {good}", "reasons": reasons}, status=503)
    return web.json_response({"status": good})
