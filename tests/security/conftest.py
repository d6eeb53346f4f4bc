"""Two clusters for the whole run: one knows users by password, one by certificate."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from tests.security.deployment import Certificates, Deployment, Passwords


def _own_cluster() -> None:
    if "KAFKA_BOOTSTRAP_SERVERS" in os.environ:
        pytest.skip("KAFKA_BOOTSTRAP_SERVERS names a cluster whose listeners and authorities are not ours to set")


@pytest.fixture(scope="session")
def passwords(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Passwords]:
    _own_cluster()
    with Passwords.started(tmp_path_factory.mktemp("passwords")) as deployment:
        yield deployment


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Certificates]:
    _own_cluster()
    with Certificates.started(tmp_path_factory.mktemp("certificates")) as deployment:
        yield deployment


@pytest.fixture(params=["PLAIN", "SCRAM-SHA-512", "certificate"])
def deployment(request: pytest.FixtureRequest) -> Deployment:
    """Each way to prove who one is."""
    if request.param == "certificate":
        found: Certificates = request.getfixturevalue("certificates")
        return found
    users: Passwords = request.getfixturevalue("passwords")
    return users.by(request.param)
