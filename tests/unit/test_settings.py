"""Settings: read once, every variable in one table, refusals that name the variable and hide secrets."""

from __future__ import annotations

import ssl
from dataclasses import fields
from pathlib import Path

import pytest

from streamer.settings import ENVIRONMENT, InvalidSettings, Settings, read_settings


def test_without_any_variable_the_defaults_hold() -> None:
    settings = read_settings({})
    assert settings.servers == ["127.0.0.1:9092"]
    assert settings.identity_key is None
    assert settings.allow_sample_lists is False


def test_the_table_and_the_settings_name_the_same_fields() -> None:
    assert {setting.field for setting in ENVIRONMENT.values()} == {field.name for field in fields(Settings)}
    assert all(name.startswith("STREAMER_") and setting.help for name, setting in ENVIRONMENT.items())


def test_web_hosts_are_names_in_lower_case() -> None:
    assert read_settings({}).web_hosts == ()
    assert read_settings({"STREAMER_WEB_HOSTS": "Worker, metrics.example.,"}).web_hosts == ("worker", "metrics.example")


def test_what_is_said_at_the_command_wins_over_the_environment() -> None:
    environment = {"STREAMER_BOOTSTRAP_SERVERS": "a:1", "STREAMER_WEB_PORT": "1"}
    settings = read_settings(environment, bootstrap_servers="b:2, c:3", web_port=None)
    assert (settings.servers, settings.web_port) == (["b:2", "c:3"], 1)
    assert read_settings(environment, web_port=0).web_port == 0


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("STREAMER_PARTITIONS", "many", "whole number from 1 to 1024"),
        ("STREAMER_PARTITIONS", "0", "from 1 to 1024"),
        ("STREAMER_WEB_HOSTS", "worker:6066", "host names without ports"),
        ("STREAMER_WEB_HOSTS", "http://worker", "host names without ports"),
        ("STREAMER_BOOTSTRAP_SERVERS", "", "must not be empty"),
        ("STREAMER_BOOTSTRAP_SERVERS", ",", "no host:port"),
        ("STREAMER_STORE", "redis", "rocksdb, memory"),
        ("STREAMER_ALLOW_SAMPLE_LISTS", "perhaps", "must be 1 or 0"),
        ("STREAMER_TOPIC_PREFIX", "a/b", "letters, digits"),
        ("STREAMER_POLICY_FILE", "/nowhere/policy.toml", "no such file"),
        ("STREAMER_SESSION_TIMEOUT_SECONDS", "1", "from 6 to 300"),
        ("STREAMER_KAFKA_API_VERSION", "new", "numbers with dots"),
        ("STREAMER_KAFKA_SECURITY_PROTOCOL", "TLS", "PLAINTEXT"),
    ],
)
def test_a_bad_value_names_its_variable_and_the_cure(name: str, value: str, said: str) -> None:
    with pytest.raises(InvalidSettings) as refused:
        read_settings({name: value})
    assert str(refused.value).startswith(f"{name} = {value!r}")
    assert said in str(refused.value)


def test_no_default_is_refused() -> None:
    for setting in ENVIRONMENT.values():
        if setting.default not in (None, ""):
            assert setting.default is not None
            setting.read(setting.default)


def test_a_secret_is_read_from_its_file_and_never_shown(tmp_path: Path) -> None:
    path = tmp_path / "key"
    path.write_text("s3cret\n", "utf-8")
    settings = read_settings({"STREAMER_IDENTITY_KEY_FILE": str(path)})
    assert settings.identity_key == "s3cret"
    assert "s3cret" not in repr(settings)
    with pytest.raises(InvalidSettings) as refused:
        read_settings({"STREAMER_IDENTITY_KEY": "  "})
    assert "(secret)" in str(refused.value)


def test_a_secret_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(InvalidSettings, match=r"STREAMER_IDENTITY_KEY_FILE = .*No such file"):
        read_settings({"STREAMER_IDENTITY_KEY_FILE": str(tmp_path / "missing")})


def test_only_secrets_may_stand_in_files(tmp_path: Path) -> None:
    path = tmp_path / "port"
    path.write_text("1", "utf-8")
    with pytest.raises(
        InvalidSettings, match=r"^STREAMER_WEB_PORT_FILE is no setting: did you mean STREAMER_WEB_PORT\?"
    ):
        read_settings({"STREAMER_WEB_PORT_FILE": str(path)})


def test_a_variable_that_nobody_reads_is_refused_with_the_nearest_name() -> None:
    with pytest.raises(InvalidSettings, match=r"^STREAMER_PARTITION is no setting: did you mean STREAMER_PARTITIONS\?"):
        read_settings({"STREAMER_PARTITION": "3"})
    with pytest.raises(InvalidSettings, match=r"^STREAMER_QQQ is no setting: there is none like it\."):
        read_settings({"STREAMER_QQQ": "3"})


def test_what_kubernetes_sets_for_its_services_is_none_of_ours() -> None:
    read_settings(
        {
            "STREAMER_WORKER_SERVICE_HOST": "10.0.0.7",
            "STREAMER_WORKER_SERVICE_PORT_WEB": "6066",
            "STREAMER_WORKER_PORT": "tcp://10.0.0.7:6066",
            "STREAMER_WORKER_PORT_6066_TCP_ADDR": "10.0.0.7",
        }
    )


def test_a_login_needs_name_and_password() -> None:
    sasl = {"STREAMER_KAFKA_SECURITY_PROTOCOL": "SASL_SSL", "STREAMER_KAFKA_SASL_USERNAME": "u"}
    with pytest.raises(InvalidSettings, match="STREAMER_KAFKA_SASL_PASSWORD"):
        read_settings(sasl)
    settings = read_settings(sasl | {"STREAMER_KAFKA_SASL_PASSWORD": "p"})
    client = settings.kafka_client()
    assert (client["sasl_plain_username"], client["sasl_plain_password"]) == ("u", "p")


def test_tls_checks_certificate_and_name() -> None:
    context = read_settings({"STREAMER_KAFKA_SECURITY_PROTOCOL": "SSL"}).ssl_context()
    assert context is not None
    assert (context.verify_mode, context.check_hostname) == (ssl.CERT_REQUIRED, True)
    assert read_settings({}).ssl_context() is None


def test_a_key_without_its_certificate_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "key.pem"
    path.touch()
    with pytest.raises(InvalidSettings, match="STREAMER_KAFKA_KEY_FILE is set without"):
        read_settings({"STREAMER_KAFKA_KEY_FILE": str(path)})


def test_one_replica_less_must_be_in_sync_but_one_at_least() -> None:
    replicas = {"1": 1, "2": 1, "3": 2, "5": 4}
    assert {n: read_settings({"STREAMER_REPLICATION_FACTOR": n}).min_insync_replicas for n in replicas} == replicas


def test_a_setting_that_does_not_exist_is_a_programming_error() -> None:
    with pytest.raises(TypeError, match="no such settings: colour"):
        read_settings({}, colour="red")
