"""Settings that hold or lead to secrets: refused by name, never shown; and the page that documents the rights."""

from __future__ import annotations

from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization

from streamer.kafka import access
from streamer.settings import ENVIRONMENT, InvalidSettings, Settings, read_settings
from tests.integration.worker import run_streamer
from tests.security.certificates import Authority

SECURITY = Path(__file__).resolve().parents[2] / "SECURITY.md"
SECRETS = {name for name, setting in ENVIRONMENT.items() if setting.secret}


def _tls(**changed: str) -> Settings:
    return read_settings({"STREAMER_KAFKA_SECURITY_PROTOCOL": "SSL", **changed})


def test_the_secrets_are_these() -> None:
    assert {
        "STREAMER_ANALYST_PASSPHRASE",
        "STREAMER_COUNTERPARTY_KEY",
        "STREAMER_IDENTITY_KEY",
        "STREAMER_KAFKA_SASL_PASSWORD",
        "STREAMER_LISTS_KEY",
        "STREAMER_WEB_TOKEN",
    } == SECRETS


@pytest.mark.parametrize("name", sorted(SECRETS))
def test_a_secret_comes_from_a_file_and_is_not_shown(name: str, tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_text("hunter2 is the word\n")
    settings = read_settings({f"{name}_FILE": str(file)})
    assert getattr(settings, ENVIRONMENT[name].field) == "hunter2 is the word"
    assert "hunter2" not in repr(settings) + str(settings)


@pytest.mark.parametrize("name", sorted(SECRETS))
@pytest.mark.parametrize("content", [None, b"", b"\xff\xfehunter2"])
def test_a_file_without_a_secret_is_refused_by_name(name: str, content: bytes | None, tmp_path: Path) -> None:
    file = tmp_path / "secret"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(InvalidSettings, match=name) as refused:
        read_settings({f"{name}_FILE": str(file)})
    assert "hunter2" not in str(refused.value)


def test_no_option_of_any_command_takes_a_secret() -> None:
    for command in ("worker", "publish", "reconcile", "lists", "topics", "replay"):
        shown = run_streamer(command, "--help").stdout
        assert shown
        assert not any(word in shown.lower() for word in ("--password", "--token", "--key", "--identity"))


# ---------------------------------------------------------------- certificates


def test_a_file_without_certificates_is_refused_by_name(tmp_path: Path) -> None:
    empty = tmp_path / "authority.pem"
    empty.write_text("no certificate\n")
    with pytest.raises(InvalidSettings, match="STREAMER_KAFKA_CA_FILE"):
        _tls(STREAMER_KAFKA_CA_FILE=str(empty)).ssl_context()


def test_a_key_of_another_certificate_is_refused_by_name(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    settings = _tls(
        STREAMER_KAFKA_CA_FILE=str(authority.certificate),
        STREAMER_KAFKA_CERT_FILE=str(authority.client("worker")[0]),
        STREAMER_KAFKA_KEY_FILE=str(authority.client("payer")[1]),
    )
    with pytest.raises(InvalidSettings, match="STREAMER_KAFKA_KEY_FILE"):
        settings.ssl_context()


def test_an_encrypted_key_is_refused_without_asking_the_terminal(tmp_path: Path) -> None:
    certificate, path = Authority(tmp_path).client("worker")
    key = serialization.load_pem_private_key(path.read_bytes(), None)
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.BestAvailableEncryption(b"hunter2"),
        )
    )
    settings = _tls(STREAMER_KAFKA_CERT_FILE=str(certificate), STREAMER_KAFKA_KEY_FILE=str(path))
    with pytest.raises(InvalidSettings, match="must not be encrypted"):
        settings.ssl_context()


# ---------------------------------------------------------------- the documented rights


def test_the_page_lists_the_rights_as_they_are() -> None:
    assert access.table() in SECURITY.read_text("utf-8"), f"paste into SECURITY.md:\n{access.table()}"
    assert access.ROLES.keys() == access.ROLE_TASKS.keys()


def test_a_role_that_does_not_exist_is_refused_by_name() -> None:
    with pytest.raises(InvalidSettings, match="'boss'"):
        access.rights("boss", read_settings({}))


def test_every_proof_the_page_names_exists() -> None:
    repository = SECURITY.parent
    named = {word for word in SECURITY.read_text("utf-8").split("`") if word.startswith("tests/")}
    assert named
    assert all((repository / name).exists() for name in named), named
