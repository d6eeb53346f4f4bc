"""Errors that a user can cure, as one sentence and exit code 2."""

from __future__ import annotations

from typing import Final

import click
from kafka.errors import KafkaError

from streamer.cli.terminal import failure
from streamer.dispositions import InvalidAnalysts, InvalidDisposition
from streamer.files.publish import Interrupted
from streamer.files.rows import InvalidInput
from streamer.kafka.access import refusal_in_words
from streamer.kafka.topics import InvalidTopics
from streamer.policy import InvalidPolicy
from streamer.reference.networks import InvalidNetworks
from streamer.settings import InvalidSettings
from streamer.watchlists.entity import InvalidList

_KNOWN: Final = (
    *(InvalidSettings, InvalidPolicy, InvalidNetworks, InvalidAnalysts, InvalidDisposition),
    *(InvalidList, InvalidInput, InvalidTopics, Interrupted),
    *(KafkaError, TimeoutError, OSError),
)


def _is_of_aiokafka(error: Exception) -> bool:
    """A KafkaError of the worker's client, which is imported by workers alone."""
    return any(one.__module__ == "aiokafka.errors" and one.__name__ == "KafkaError" for one in type(error).__mro__)


def refusal(error: Exception) -> click.ClickException | None:
    """The error in words, with the cure; None where it is a fault of ours, which shows its traceback."""
    if not isinstance(error, _KNOWN) and not _is_of_aiokafka(error):
        return None
    message = refusal_in_words(error) or str(error) or type(error).__name__
    if type(error).__name__ in ("NoBrokersAvailable", "KafkaConnectionError", "KafkaTimeoutError"):
        message = (
            f"Kafka does not answer ({message}): check STREAMER_BOOTSTRAP_SERVERS or --bootstrap, "
            "that the broker runs, that it speaks STREAMER_KAFKA_SECURITY_PROTOCOL there, and that "
            "STREAMER_KAFKA_API_VERSION is unset (2.3 for the demo's broker)"
        )
    return failure(message)
