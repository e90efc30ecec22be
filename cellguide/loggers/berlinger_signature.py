"""The device signature at the end of a Berlinger file (formats 1.1: worked out from ten files, no vendor paper).

P-256 with every number little-endian: public key X‖Y, signature r‖s, and the SHA-256 digest itself. ``Sig`` covers the
file up to its own line and is made with the device's key; ``Sig Cert`` covers the block ``Cert:`` and is made with the
maker's key. The known maker's key was recovered from certificates, not published by Berlinger: the verdict is therefore
"consistent with known Berlinger devices", never "authentic".
"""

from __future__ import annotations

import hashlib
import re

from .form import Signature

KNOWN_ROOT = (
    "6619afdc1b1198fcc7d8462aed7ef55293883a19ac0ac04f878b26041bbea20a"
    "68f60c18dac0aaab9f74afb65c503c00fd484b7cfc9a5b7e7b1aaeb94816bee3"
)
_LINE = re.compile(rb"^(Cert:|Sig Cert: ?([0-9a-fA-F]{128})|Sig: ?([0-9a-fA-F]{128}))\s*$", re.MULTILINE)
_KEY = re.compile(rb"^ Public Key: ?([0-9a-fA-F]{128})\s*$", re.MULTILINE)


def verdict(untrusted_data: bytes, root_key: str = KNOWN_ROOT) -> Signature:
    """Return ``consistent``, ``altered``, ``none`` (no signature) or ``not_checkable`` (parts missing, other maker).

    Line ends that became LF on the way are put back to CRLF first; nothing else is forgiven.
    """
    if not re.search(rb"^Sig:", untrusted_data, re.MULTILINE):
        return "none"
    forms = [untrusted_data]
    if b"\r\n" not in untrusted_data:
        forms.append(untrusted_data.replace(b"\n", b"\r\n"))
    return min((_verdict(form, root_key) for form in forms), key=("consistent", "not_checkable", "altered").index)


def _verdict(untrusted_data: bytes, root_key: str) -> Signature:
    places = {match[1].split(b":")[0]: match for match in _LINE.finditer(untrusted_data)}
    key = _KEY.search(untrusted_data)
    if key is None or set(places) != {b"Cert", b"Sig Cert", b"Sig"}:
        return "not_checkable"
    cert, sig_cert, sig = places[b"Cert"], places[b"Sig Cert"], places[b"Sig"]
    if not cert.start() < key.start() < sig_cert.start() < sig.start():
        return "not_checkable"
    whole, block = untrusted_data[: sig.start()], untrusted_data[cert.start() : sig_cert.start()]
    if not _verifies(bytes.fromhex(key[1].decode()), whole, bytes.fromhex(sig[3].decode())):
        return "altered"
    maker = _verifies(bytes.fromhex(root_key), block, bytes.fromhex(sig_cert[2].decode()))
    return "consistent" if maker else "not_checkable"


def _verifies(public_key: bytes, message: bytes, signature: bytes) -> bool:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.asymmetric.utils import Prehashed, encode_dss_signature
    from cryptography.hazmat.primitives.hashes import SHA256

    x, y, r, s = (
        int.from_bytes(half, "little") for half in (public_key[:32], public_key[32:], signature[:32], signature[32:])
    )
    try:
        key = ec.EllipticCurvePublicNumbers(x, y, ec.SECP256R1()).public_key()
        digest = hashlib.sha256(message).digest()[::-1]
        key.verify(encode_dss_signature(r, s), digest, ec.ECDSA(Prehashed(SHA256())))
    except (InvalidSignature, ValueError):
        return False
    return True
