"""The worker's web port: /metrics for Prometheus, /health for the supervisor, /ready for the load balancer."""

from __future__ import annotations

import errno
import hmac
import ipaddress
import logging
import re
import threading
from collections.abc import Awaitable, Callable, Collection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final, Protocol

from aiohttp import web
from mode import Service

from streamer.exposition import CONTENT_TYPE, Exposition
from streamer.settings import InvalidSettings

log = logging.getLogger(__name__)

_NO_HOST: Final = "a Host header is required\n"
_MISDIRECTED: Final = "asked under a name that is not this server's: STREAMER_WEB_HOSTS\n"
UNAUTHORISED: Final = "a bearer token is required: STREAMER_WEB_TOKEN\n"


class Condition(Protocol):
    """What the web port asks the worker."""

    def unready(self) -> list[str]:
        """Why the worker does not process payments now; empty when it does."""

    def unhealthy(self) -> list[str]:
        """Why the worker should be restarted; empty when it should not."""


class WebPort(Service):
    """Serves from the first moment of the start, also while the worker still waits for lists."""

    def __init__(
        self,
        host: str,
        port: int,
        condition: Condition,
        metrics: Exposition,
        token: str | None = None,
        hosts: Collection[str] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self._host = host
        self._hosts = frozenset(hosts)
        self._port = port
        self._condition = condition
        self._metrics = metrics
        self._token = token
        self._runner: web.AppRunner | None = None

    async def on_start(self) -> None:
        application = web.Application(middlewares=[self._directed, self._authorised], client_max_size=1024)
        application.router.add_get("/metrics", self._serve_metrics)
        application.router.add_get("/health", self._serve_health)
        application.router.add_get("/ready", self._serve_ready)
        self._runner = web.AppRunner(application, access_log=None, logger=_SilentAboutContent(log, {}))
        await self._runner.setup()
        try:
            await web.TCPSite(self._runner, self._host, self._port).start()
        except OSError as error:
            raise port_refused(self._host, self._port, error) from None

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
    async def _directed(
        self, request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
    ) -> web.StreamResponse:
        refusal = misdirected(request.headers.get("Host"), self._host, self._hosts)
        if refusal is None:
            return await handler(request)
        return web.Response(status=refusal[0], text=refusal[1])

    @web.middleware
    async def _authorised(
        self, request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
    ) -> web.StreamResponse:
        # Probes of a supervisor carry no token, and /health and /ready tell nothing about payments.
        if request.path != "/metrics" or bears(request.headers.get("Authorization", ""), self._token):
            return await handler(request)
        return web.Response(status=401, headers={"WWW-Authenticate": "Bearer"}, text=UNAUTHORISED)

    async def _serve_metrics(self, request: web.Request) -> web.Response:
        return web.Response(body=self._metrics.render(), headers={"Content-Type": CONTENT_TYPE})

    async def _serve_health(self, request: web.Request) -> web.Response:
        return _answer(self._condition.unhealthy(), "healthy")

    async def _serve_ready(self, request: web.Request) -> web.Response:
        return _answer(self._condition.unready(), "ready")


class _SilentAboutContent(logging.LoggerAdapter[logging.Logger]):
    """What aiohttp says of a request that it cannot read or answer, in one line: its own quotes the request."""

    def log(self, level: int, msg: object, *args: object, **kwargs: Any) -> None:
        error = kwargs.get("exc_info")
        what = type(error).__name__ if isinstance(error, BaseException) else "no error"
        self.logger.log(min(level, logging.WARNING), "web port: a request could not be read or answered: %s", what)


_HOST: Final = re.compile(r"(?:\[([^\]]*)\]|([^:\[\]]*))(?::[0-9]{1,5})?")


def misdirected(host: str | None, address: str, names: Collection[str]) -> tuple[int, str] | None:
    """(status, text) where a request's Host header names somebody else; None where the request is ours.

    A page in a browser reaches a port of its machine under a name of its own, whose address it changes meanwhile (DNS
    rebinding), never under an IP address: so any address is taken, as scrapes and probes send it, and of the names
    `localhost`, `address` (what the port listens on) and `names`.
    """
    if not host:
        return 400, _NO_HOST
    parts = _HOST.fullmatch(host.strip().lower())
    name = (parts[1] or parts[2]).rstrip(".") if parts else ""
    if name in ("localhost", address.lower()) or name in names or _is_address(name):
        return None
    return 421, _MISDIRECTED


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def bears(authorization: str, token: str | None) -> bool:
    """Whether a request's Authorization header carries the token, where one is asked for; says so in constant time."""
    return token is None or hmac.compare_digest(
        authorization.encode("utf-8", "surrogateescape"), f"Bearer {token}".encode()
    )


def serve_metrics(host: str, port: int, metrics: Exposition, token: str | None, hosts: Collection[str] = ()) -> int:
    """Serve /metrics and /health from a thread, for a command without an event loop; returns the port in use."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            refusal = misdirected(self.headers.get("Host"), host, hosts)
            if refusal is not None:
                self._answer(refusal[0], "text/plain", refusal[1].encode())
            elif (path := self.path.partition("?")[0]) == "/health":
                # A supervisor's probe carries no token. That the process answers is all it can say of itself.
                self._answer(200, "application/json", b'{"status": "healthy"}')
            elif path != "/metrics":
                self._answer(404, "text/plain", b"there are /metrics and /health\n")
            elif not bears(self.headers.get("Authorization", ""), token):
                self._answer(401, "text/plain", UNAUTHORISED.encode())
            else:
                self._answer(200, CONTENT_TYPE, metrics.render())

        def _answer(self, status: int, content_type: str, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", content_type)
            self.send_header("Content-Length", str(len(body)))
            if status == 401:
                self.send_header("WWW-Authenticate", "Bearer")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:
            """Nothing: what asks for metrics asks often."""

        def log_error(self, format: str, *args: Any) -> None:
            log.warning("web port: a request could not be read")

    try:
        server = ThreadingHTTPServer((host, port), Handler)
    except OSError as error:
        raise port_refused(host, port, error) from None
    threading.Thread(target=server.serve_forever, name="metrics", daemon=True).start()
    return int(server.server_address[1])


def port_refused(host: str, port: int, error: OSError) -> InvalidSettings:
    """What kept the web port from opening, and the cure."""
    if error.errno == errno.EADDRINUSE:
        return InvalidSettings(
            f"web port {port} of {host} is taken by another process: choose another by --web-port or "
            "STREAMER_WEB_PORT, 0 for any that is free"
        )
    return InvalidSettings(f"web port {port} of {host} cannot be opened: {error.strerror}; see STREAMER_WEB_HOST")


def _answer(reasons: list[str], good: str) -> web.Response:
    if reasons:
        return web.json_response({"status": f"not {good}", "reasons": reasons}, status=503)
    return web.json_response({"status": good})
