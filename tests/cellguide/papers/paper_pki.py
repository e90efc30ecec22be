"""A site root and its people, made for the tests and thrown away with them."""

from __future__ import annotations

import datetime
from functools import cache
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from cellguide import canonical, keys
from cellguide.clock import parse_iso
from cellguide.papers.seal import PaperSigner, seal

FOR_EVER = datetime.datetime(9999, 12, 31, 23, 59, 59, tzinfo=datetime.UTC)
START = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
NOW = parse_iso("2026-11-22T18:00:00.000+08:00")


def _name(common: str, staff_id: str = "") -> x509.Name:
    parts = [x509.NameAttribute(NameOID.COMMON_NAME, common)]
    if staff_id:
        parts.append(x509.NameAttribute(NameOID.SERIAL_NUMBER, staff_id))
    return x509.Name(parts)


class Authority:
    """One root."""

    def __init__(self, name: str = "DEMO Hospital site root") -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.certificate = (
            x509.CertificateBuilder()
            .subject_name(_name(name))
            .issuer_name(_name(name))
            .public_key(self.key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(START)
            .not_valid_after(FOR_EVER)
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(_usage(certificates=True), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(self.key.public_key()), critical=False)
            .sign(self.key, hashes.SHA256())
        )
        self.pem = self.certificate.public_bytes(serialization.Encoding.PEM)

    def issue(self, name: str, staff_id: str) -> tuple[ec.EllipticCurvePrivateKey, x509.Certificate]:
        key = ec.generate_private_key(ec.SECP256R1())
        certificate = (
            x509.CertificateBuilder()
            .subject_name(_name(name, staff_id))
            .issuer_name(self.certificate.subject)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(START)
            .not_valid_after(FOR_EVER)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(_usage(certificates=False), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key()), critical=False)
            .sign(self.key, hashes.SHA256())
        )
        return key, certificate


def _usage(*, certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not certificates,
        content_commitment=not certificates,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=certificates,
        crl_sign=certificates,
        encipher_only=False,
        decipher_only=False,
    )


@cache
def site() -> Authority:
    return Authority()


PEOPLE = {
    "performed": ("演示甲 DEMO A", "D-0017", "pharmacist", "2026-11-22T15:01:00.000+08:00"),
    "checked": ("演示乙 DEMO B", "D-0021", "nurse", "2026-11-22T15:02:30.000+08:00"),
    "reviewed": ("演示丙 DEMO C", "D-0033", "quality", "2026-11-22T16:10:12.000+08:00"),
}


@cache
def person(meaning: str) -> tuple[ec.EllipticCurvePrivateKey, x509.Certificate]:
    name, staff_id, _, _ = PEOPLE[meaning]
    return site().issue(name, staff_id)


def serials() -> list[str]:
    return [f"{person(meaning)[1].serial_number:x}" for meaning in PEOPLE]


def signer(
    record: dict[str, Any], meaning: str, /, *, number: int = 1, authority: Authority | None = None, **stated: Any
) -> PaperSigner:
    """The person who gives ``meaning`` as the ``number``-th; ``authority``: another root; ``stated`` replaces facts."""
    name, staff_id, role, at = PEOPLE[meaning]
    key, certificate = authority.issue(name, staff_id) if authority else person(meaning)
    der = certificate.public_bytes(serialization.Encoding.DER)
    statement = {
        "schema": "cellguide.statement/1",
        "record": record["id"],
        "version": record["version"],
        "sha256": canonical.sha256(canonical.encode(record)),
        "meaning": meaning,
        "signer": staff_id,
        "name": name,
        "latin": "",
        "role": role,
        "certificate": f"{certificate.serial_number:x}",
        "time": at,
        "method": "password",
        "number": number,
        "of": len(record["required"]),
    }
    return PaperSigner(
        certificate=der,
        root_pem=(authority or site()).pem,
        key=key,
        statement=statement | stated,
        fingerprint=keys.fingerprint(der),
        at=parse_iso(at),
    )


def sealed(record: dict[str, Any], pdf: bytes, count: int | None = None) -> bytes:
    """``pdf`` signed by everybody the record asks for, or by the first ``count`` of them."""
    for number, meaning in enumerate(record["required"][:count], start=1):
        pdf = seal(pdf, meaning, signer(record, meaning, number=number))
    return pdf
