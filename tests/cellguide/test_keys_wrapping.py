"""Keys: what a password opens and what two administrators open, and nothing else does."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime

import makers
import pytest
from cryptography import x509

from cellguide import keys
from cellguide.refusal import Refusal

AT = datetime(2026, 1, 1, tzinfo=UTC)
A, B, C = (keys.new_secret(person) for person in ("900001", "900002", "900003"))


def test_a_password_opens_its_own_lock_in_any_form_of_typing() -> None:
    locked = keys.lock(A, "全角ＡＢＣ and a space １２３", makers.CHEAP)
    assert keys.unlock(keys.Lock.load(locked.dump()), "全角ABC and a space 123") == A


@pytest.mark.parametrize("wrong", ["", "a long password with one letter more", "A long password with one letter"])
def test_a_wrong_password_opens_nothing(wrong: str) -> None:
    locked = keys.lock(A, "a long password with one letter", makers.CHEAP)
    with pytest.raises(Refusal) as caught:
        keys.unlock(locked, wrong)
    assert caught.value.code == "password.wrong"


def test_a_lock_tells_nothing_and_is_never_the_same_twice() -> None:
    first, second = (keys.lock(A, "a long password with one letter", makers.CHEAP) for _ in range(2))
    for name in ("salt", "nonce", "verifier", "wrapped"):
        assert getattr(first, name) != getattr(second, name)
    for locked in (first, second):
        dump = locked.dump()
        assert A.key.hex().encode() not in dump
        assert A.share.hex().encode() not in dump


def test_a_lock_moved_to_another_person_or_altered_does_not_open() -> None:
    from cryptography.exceptions import InvalidTag

    locked = keys.lock(A, "a long password with one letter", makers.CHEAP)
    altered = bytes([locked.wrapped[0] ^ 1]) + locked.wrapped[1:]
    for moved in (locked._replace(person="900002"), locked._replace(wrapped=altered)):
        with pytest.raises(InvalidTag):
            keys.unlock(moved, "a long password with one letter")


@pytest.mark.req("REG-023")
def test_the_root_opens_for_the_pair_it_was_wrapped_for_and_no_other() -> None:
    root, _ = keys.new_root("DEMO Hospital", AT)
    wrapped = keys.wrap_root(root, (A, B))
    assert keys.unwrap_root(wrapped, (A, B)) == keys.unwrap_root(wrapped, (B, A)) == root
    others = [
        (A,),
        (B,),
        (A, C),
        (B, C),
        (A, A),
        (A, B, C),
        (A._replace(share=C.share), B),
        (A, C._replace(person=B.person)),
    ]
    for pair in others:
        with pytest.raises(Refusal) as caught:
            keys.unwrap_root(wrapped, pair)
        assert caught.value.code == "root.not_theirs", [secret.person for secret in pair]
    assert len({keys.pair_name(pair) for pair in itertools.combinations((A, B, C), 2)}) == 3


def test_certificates_never_end_and_the_issuer_alone_can_issue() -> None:
    root_key, root_pem = keys.new_root("DEMO Hospital", AT)
    _, other_pem = keys.new_root("DEMO Hospital", AT)
    der = keys.issue(root_key, root_pem, A, name="演示管甲 DEMO Guan Jia", staff_no="900001", at=AT)
    for certificate in (keys.certificate(der), x509.load_pem_x509_certificate(root_pem)):
        assert certificate.not_valid_after_utc.date().isoformat() == "9999-12-31"
    assert keys.issued_by(der, root_pem)
    assert not keys.issued_by(der, other_pem), "same name, other key"
    usage = keys.certificate(der).extensions.get_extension_for_class(x509.KeyUsage).value
    assert usage.content_commitment and not usage.key_cert_sign
    assert not keys.certificate(der).extensions.get_extension_for_class(x509.BasicConstraints).value.ca


def test_a_pin_is_worth_nothing_without_the_machines_pepper() -> None:
    verifier = keys.pin_verifier("402917", b"salt" * 4, b"p" * 32, makers.CHEAP)
    assert verifier == keys.pin_verifier("402917", b"salt" * 4, b"p" * 32, makers.CHEAP)
    assert verifier != keys.pin_verifier("402917", b"salt" * 4, b"q" * 32, makers.CHEAP)
    assert verifier != keys.pin_verifier("402918", b"salt" * 4, b"p" * 32, makers.CHEAP)


def test_a_damaged_signature_is_false_and_no_traceback() -> None:
    root_key, root_pem = keys.new_root("DEMO Hospital", AT)
    der = keys.issue(root_key, root_pem, A, name="DEMO", staff_no="900001", at=AT)
    signed = keys.sign(A, b"data")
    assert keys.verify(der, b"data", signed)
    for spoilt in ("", "not base64 !", signed[:-8], signed[:8] + ("A" if signed[8] != "A" else "B") + signed[9:]):
        assert not keys.verify(der, b"data", spoilt)
    assert not keys.verify(der, b"date", signed)
