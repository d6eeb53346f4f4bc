"""Faust's own settings; the reasons are those of its delivery semantics, see `delivery`."""

from __future__ import annotations

from typing import Any

import faust

from streamer.settings import METADATA_AGE_MS_MAX, Settings

OUTPUT_BYTES_MAX = 4 * 1024 * 1024
"""A dead letter is the input's megabyte plus its headers; `topics` allows the same."""


def faust_settings(settings: Settings) -> dict[str, Any]:
    """Faust's own settings; the reasons are those of its delivery semantics, see `delivery`."""
    session = float(settings.session_timeout_seconds)
    return {
        "id": f"{settings.topic_prefix}streamer",
        "broker": [f"kafka://{server}" for server in settings.servers],
        "broker_credentials": _credentials(settings),
        "store": f"{settings.store}://",
        "datadir": str(settings.data_dir),
        "processing_guarantee": "at_least_once",
        "consumer_auto_offset_reset": "earliest",
        "consumer_metadata_max_age_ms": METADATA_AGE_MS_MAX,
        "broker_commit_interval": 0.5,
        "broker_session_timeout": session,
        "broker_heartbeat_interval": session / 4,
        "broker_request_timeout": max(40.0, session * 2),
        "broker_rebalance_timeout": max(30.0, session * 3),
        "producer_acks": -1,
        "producer_max_request_size": OUTPUT_BYTES_MAX,
        "consumer_max_fetch_size": OUTPUT_BYTES_MAX,
        "stream_wait_empty": True,
        "stream_recovery_delay": 0.0,
        "topic_allow_declare": False,
        "topic_disable_leader": True,
        "topic_partitions": settings.partitions,
        "table_standby_replicas": 0,
        "web_enabled": False,
        "worker_redirect_stdouts": False,
    }


def _credentials(settings: Settings) -> Any:
    context = settings.ssl_context()
    if settings.security_protocol.startswith("SASL"):
        return faust.SASLCredentials(
            mechanism=settings.sasl_mechanism,
            username=settings.sasl_username,
            password=settings.sasl_password,
            ssl_context=context,
        )
    return faust.SSLCredentials(context=context) if context else None
