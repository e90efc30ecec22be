"""Keys: what a password opens, and the site's root that vouches for each person's key.

Each person has one secret (a P-256 signing key and a share) that exists only wrapped by that person's password:
Argon2id → HKDF → AES-256-GCM. The site's root key exists only wrapped for pairs of administrators, by both their
shares together (engineering-review 11). Claim: one administrator cannot sign for anyone; two can, and it shows.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

from .passwords import normal
from .refusal import Refusal

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
    from cryptography.x509 import Certificate, KeyUsage

# RFC 9106, second recommended choice.
MEMORY_KIB, PASSES, LANES = 65536, 3, 4
NEVER = datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)


class Cost(NamedTuple):
    """Argon2id's parameters; kept with each lock, so that they can grow later."""

    memory_kib: int = MEMORY_KIB
    passes: int = PASSES
    lanes: int = LANES


class Lock(NamedTuple):
    """What the vault keeps of a password: enough to check it and to open the secret with it, no more."""

    person: str
    salt: bytes
    cost: Cost
    verifier: bytes
    nonce: bytes
    wrapped: bytes

    def dump(self) -> bytes:
        parts = {
            "person": self.person,
            "salt": self.salt.hex(),
            "cost": list(self.cost),
            "verifier": self.verifier.hex(),
            "nonce": self.nonce.hex(),
            "wrapped": self.wrapped.hex(),
        }
        return json.dumps(parts, sort_keys=True).encode()

    @classmethod
    def load(cls, data: bytes) -> Lock:
        parts = json.loads(data)
        return cls(
            parts["person"],
            bytes.fromhex(parts["salt"]),
            Cost(*parts["cost"]),
            bytes.fromhex(parts["verifier"]),
            bytes.fromhex(parts["nonce"]),
            bytes.fromhex(parts["wrapped"]),
        )


class Secret(NamedTuple):
    """What a password opens: the signing key (PKCS #8 DER) and the share that helps to open the root."""

    person: str
    key: bytes
    share: bytes

    def signing_key(self) -> EllipticCurvePrivateKey:
        from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
        from cryptography.hazmat.primitives.serialization import load_der_private_key

        key = load_der_private_key(self.key, None)
        assert isinstance(key, EllipticCurvePrivateKey)
        return key


def new_secret(person: str) -> Secret:
    """Make a person's key and share."""
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    der = key.private_bytes(serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return Secret(person, der, os.urandom(32))


def lock(secret: Secret, password: str, cost: Cost = Cost()) -> Lock:  # noqa: B008 - an immutable default
    """Wrap ``secret`` by ``password``."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    salt, nonce = os.urandom(16), os.urandom(12)
    master = _master(password, salt, cost)
    body = json.dumps({"key": secret.key.hex(), "share": secret.share.hex()}).encode()
    wrapped = AESGCM(_part(master, "wrap")).encrypt(nonce, body, secret.person.encode())
    return Lock(secret.person, salt, cost, _part(master, "verify"), nonce, wrapped)


def unlock(locked: Lock, password: str) -> Secret:
    """Open a lock. Raises Refusal ``password.wrong``. Slow on purpose (about 0.15 s): runs in the pool."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    master = _master(password, locked.salt, locked.cost)
    if not hmac.compare_digest(_part(master, "verify"), locked.verifier):
        raise Refusal("password.wrong")
    body = json.loads(AESGCM(_part(master, "wrap")).decrypt(locked.nonce, locked.wrapped, locked.person.encode()))
    return Secret(locked.person, bytes.fromhex(body["key"]), bytes.fromhex(body["share"]))


def _master(password: str, salt: bytes, cost: Cost) -> bytes:
    from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

    kdf = Argon2id(salt=salt, length=32, iterations=cost.passes, lanes=cost.lanes, memory_cost=cost.memory_kib)
    return kdf.derive(normal(password).encode())


def _part(master: bytes, label: str) -> bytes:
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    return HKDF(hashes.SHA256(), 32, None, f"cellguide {label}".encode()).derive(master)


# --- PIN ------------------------------------------------------------------------------------------------------


def pin_verifier(pin: str, salt: bytes, pepper: bytes, cost: Cost = Cost()) -> bytes:  # noqa: B008
    """What the vault keeps of a PIN; useless without the pepper that the machine holds."""
    return hmac.new(pepper, _part(_master(pin, salt, cost), "pin"), hashlib.sha256).digest()


# --- the site's root ------------------------------------------------------------------------------------------


def new_root(site: str, at: datetime) -> tuple[bytes, bytes]:
    """Make the site's root. Returns (private key as PKCS #8 DER, certificate as PEM)."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import NameOID

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, site[:64]),
            x509.NameAttribute(NameOID.COMMON_NAME, "CellGuide site root"),
        ]
    )
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(at)
        .not_valid_after(NEVER)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(certs=True), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    der = key.private_bytes(serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return der, certificate.public_bytes(serialization.Encoding.PEM)


def issue(root_key: bytes, root_pem: bytes, secret: Secret, *, name: str, staff_no: str, at: datetime) -> bytes:
    """Certify a person's key with the root. Returns the certificate as DER; it ends 9999-12-31."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
    from cryptography.x509.oid import NameOID

    root = x509.load_pem_x509_certificate(root_pem)
    signer = serialization.load_der_private_key(root_key, None)
    assert isinstance(signer, EllipticCurvePrivateKey)
    public = secret.signing_key().public_key()
    subject = x509.Name(
        [
            *root.subject.get_attributes_for_oid(NameOID.ORGANIZATION_NAME),
            x509.NameAttribute(NameOID.COMMON_NAME, name[:64]),
            x509.NameAttribute(NameOID.SERIAL_NUMBER, staff_no),
        ]
    )
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(root.subject)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(at)
        .not_valid_after(NEVER)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(certs=False), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False)
        .sign(signer, hashes.SHA256())
    )
    return certificate.public_bytes(serialization.Encoding.DER)


def _usage(*, certs: bool) -> KeyUsage:
    from cryptography import x509

    return x509.KeyUsage(
        digital_signature=not certs,
        content_commitment=not certs,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=certs,
        crl_sign=certs,
        encipher_only=False,
        decipher_only=False,
    )


def certificate(der: bytes) -> Certificate:
    """Read a certificate."""
    from cryptography import x509

    return x509.load_der_x509_certificate(der)


def issued_by(der: bytes, root_pem: bytes) -> bool:
    """Whether the root's key signed the certificate ``der``."""
    from cryptography import x509
    from cryptography.exceptions import InvalidSignature

    try:
        certificate(der).verify_directly_issued_by(x509.load_pem_x509_certificate(root_pem))
    except (InvalidSignature, ValueError, TypeError):
        return False
    return True


def serial_of(der: bytes) -> str:
    """The certificate's serial number in hex, as entries and paper write it."""
    return f"{certificate(der).serial_number:x}"


def fingerprint(der: bytes) -> str:
    """The first 16 hex digits of the certificate's SHA-256 in groups of four, as the person's card shows it."""
    digits = hashlib.sha256(der).hexdigest()[:16]
    return " ".join(digits[i : i + 4] for i in range(0, 16, 4))


def wrap_root(root_key: bytes, shares: tuple[Secret, ...]) -> bytes:
    """Wrap the root for these administrators together; all of them are needed to open it."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    nonce = os.urandom(12)
    return nonce + AESGCM(_shared(shares)).encrypt(nonce, root_key, pair_name(shares).encode())


def unwrap_root(wrapped: bytes, shares: tuple[Secret, ...]) -> bytes:
    """Open the root. Raises Refusal ``root.not_theirs`` when these are not the administrators it was wrapped for."""
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    try:
        return AESGCM(_shared(shares)).decrypt(wrapped[:12], wrapped[12:], pair_name(shares).encode())
    except InvalidTag:
        raise Refusal("root.not_theirs", pair=pair_name(shares)) from None


def pair_name(shares: tuple[Secret, ...]) -> str:
    """The vault's name for the copy that these administrators open."""
    return pair_of(*(secret.person for secret in shares))


def pair_of(*people: str) -> str:
    """The same by staff numbers.

    >>> pair_of("900002", "900001")
    '900001+900002'
    """
    return "+".join(sorted(people))


def _shared(shares: tuple[Secret, ...]) -> bytes:
    joined = b"".join(secret.share for secret in sorted(shares, key=lambda secret: secret.person))
    return _part(joined, "root")


def root_number(root_key: bytes) -> bytes:
    """The root's P-256 scalar, 32 bytes: all that paper must keep of it."""
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
    from cryptography.hazmat.primitives.serialization import load_der_private_key

    key = load_der_private_key(root_key, None)
    assert isinstance(key, EllipticCurvePrivateKey)
    return key.private_numbers().private_value.to_bytes(32, "big")


def root_from_number(untrusted_number: bytes, root_pem: bytes) -> bytes:
    """The root's key (PKCS #8 DER) from its scalar. Raises Refusal ``envelope.not_root`` when the certificate
    ``root_pem`` holds another public key."""
    from cryptography import x509
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    try:
        key = ec.derive_private_key(int.from_bytes(untrusted_number, "big"), ec.SECP256R1())
    except ValueError:  # nought, or not below the curve's order
        raise Refusal("envelope.not_root") from None
    if key.public_key() != x509.load_pem_x509_certificate(root_pem).public_key():
        raise Refusal("envelope.not_root")
    return key.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def station_public(raw: bytes) -> bytes:
    """The 32 raw bytes of the public key to a station's Ed25519 key."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    return Ed25519PrivateKey.from_private_bytes(raw).public_key().public_bytes_raw()


# --- statements -----------------------------------------------------------------------------------------------


def sign(secret: Secret, data: bytes) -> str:
    """ECDSA P-256 over SHA-256 of ``data``, DER, base64: what ``openssl dgst -sha256 -verify`` reads."""
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec

    return base64.b64encode(secret.signing_key().sign(data, ec.ECDSA(hashes.SHA256()))).decode()


def verify(der: bytes, data: bytes, signature: str) -> bool:
    """Whether the key in the certificate ``der`` made ``signature`` over ``data``."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec

    public = certificate(der).public_key()
    assert isinstance(public, ec.EllipticCurvePublicKey)
    try:
        public.verify(base64.b64decode(signature), data, ec.ECDSA(hashes.SHA256()))
    except (InvalidSignature, ValueError):
        return False
    return True
