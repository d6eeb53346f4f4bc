"""An authority of the tests' own, and the certificates it signs; PEM files that last a day."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

Extension = x509.ExtensionType


class Authority:
    """Signs for one address, 127.0.0.1, and for clients by their names. `certificate` is what others trust."""

    def __init__(self, folder: Path, name: str = "test authority") -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = _named(name)
        signed = self._signed(self._name, self._key, x509.BasicConstraints(ca=True, path_length=0))
        self.certificate = folder / "authority.pem"
        self.certificate.write_bytes(signed)

    def broker(self) -> Path:
        """Key and certificate in one file, as Kafka reads a PEM key store; valid for 127.0.0.1 and no other name."""
        alternative = x509.SubjectAlternativeName([x509.IPAddress(IPv4Address("127.0.0.1"))])
        key, certificate = self._pair("broker", alternative)
        path = self.folder / "broker.pem"
        path.write_bytes(key + certificate)
        return path

    def client(self, name: str) -> tuple[Path, Path]:
        """(certificate, key) of a client whom Kafka knows as `User:CN=<name>`."""
        key, certificate = self._pair(name)
        paths = self.folder / f"{name}.crt", self.folder / f"{name}.key"
        paths[0].write_bytes(certificate)
        paths[1].write_bytes(key)
        return paths

    def _pair(self, name: str, *extensions: Extension) -> tuple[bytes, bytes]:
        key = ec.generate_private_key(ec.SECP256R1())
        pem = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        return pem, self._signed(_named(name), key, *extensions)

    def _signed(self, subject: x509.Name, key: ec.EllipticCurvePrivateKey, *extensions: Extension) -> bytes:
        now = datetime.now(UTC)
        builder = x509.CertificateBuilder(
            issuer_name=self._name,
            subject_name=subject,
            public_key=key.public_key(),
            serial_number=x509.random_serial_number(),
            not_valid_before=now - timedelta(hours=1),
            not_valid_after=now + timedelta(days=1),
        )
        for extension in extensions:
            builder = builder.add_extension(extension, critical=isinstance(extension, x509.BasicConstraints))
        return builder.sign(self._key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)


def _named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
