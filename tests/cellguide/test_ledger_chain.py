"""The chain, the root of RFC 6962 and the checkpoint notes of C2SP."""

from __future__ import annotations

import base64
import hashlib

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from cellguide import entry, ledger, proof
from cellguide.clock import Moment
from cellguide.entry import STATION, Change, Place

LEAVES = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC = KEY.public_key().public_bytes_raw()


def oracle(leaves: list[bytes]) -> bytes:
    """RFC 6962, section 2.1, as it is written there."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return hashlib.sha256(b"\x00" + leaves[0]).digest()
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return hashlib.sha256(b"\x01" + oracle(leaves[:k]) + oracle(leaves[k:])).digest()


@pytest.mark.req("REG-041")
@pytest.mark.parametrize("count", range(9))
def test_the_published_vectors_of_rfc_6962(count: int) -> None:
    tree = ledger.Tree()
    for leaf in LEAVES[:count]:
        tree.add(bytes.fromhex(leaf))
    assert tree.root.hex() == ROOTS[count]


@given(st.lists(st.binary(max_size=5), max_size=40), st.integers(0, 40))
def test_the_growing_tree_is_the_recursive_one_and_survives_being_put_away(leaves: list[bytes], at: int) -> None:
    tree = ledger.Tree()
    for index, leaf in enumerate(leaves):
        if index == at:
            tree = ledger.Tree.load(tree.dump())
        tree.add(leaf)
    assert (tree.size, tree.root) == (len(leaves), oracle(leaves))


def test_the_example_note_of_c2sp_reads_as_size_and_root() -> None:
    root = "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I="
    body = f"example.com/behind-the-sofa\n20852163\n{root}\n"
    signature = base64.b64encode(b"\x01\x02\x03\x04" + bytes(64)).decode()
    chained = f"{body}chain-sha256 {'ab' * 32}\n\n— example.com/behind-the-sofa {signature}\n"
    point, identity, signed = ledger.read_note(chained)
    assert (point.origin, point.size, point.root) == ("example.com/behind-the-sofa", 20852163, root)
    assert (identity, signed) == (b"\x01\x02\x03\x04", bytes(64))
    assert point.text == f"{body}chain-sha256 {'ab' * 32}\n"
    with pytest.raises(ValueError, match="note"):
        ledger.read_note(f"{body}\n— example.com/behind-the-sofa {signature}\n")


def test_the_key_id_is_that_of_a_signed_note() -> None:
    assert ledger.key_id("name", PUBLIC) == hashlib.sha256(b"name\n\x01" + PUBLIC).digest()[:4]


@pytest.mark.parametrize(
    "spoil",
    [
        lambda text: text.replace("\n\n", "\n"),
        lambda text: text.replace("— ", "- "),
        lambda text: text.replace("— cellguide", "— other"),
        lambda text: text.replace("chain-sha256", "chain"),
        lambda text: text.replace("\n3\n", "\nthree\n"),
        lambda text: text[:-8] + "!!!!\n",
        lambda text: "",
    ],
)
def test_a_spoilt_note_is_no_note(spoil) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(ValueError):
        ledger.read_note(spoil(notes(lines(3), 3)[-1]))


def lines(count: int, station: str = "A") -> list[str]:
    """A chain; its texts try to look like the fields behind them."""
    made: list[str] = []
    prev = ledger.START
    for seq in range(1, count + 1):
        nasty = f'x","prev":"{"f" * 64}","seq":{seq},"ws":"A"}}'
        change = Change("order", f"O-{seq}", {"coi": nasty, "prev": "0" * 64, "seq": 7}, reason=nasty)
        at = Moment(1_795_000_000_000 + seq, 480)
        made.append(
            entry.write("act", change, who=STATION, at=at, place=Place(station, seq, prev), version=1, old={}).line
        )
        prev = ledger.link(made[-1])
    return made


def notes(chain: list[str], *sizes: int) -> list[str]:
    found = []
    for size in sizes:
        tree = ledger.Tree()
        for line in chain[:size]:
            tree.add(line.encode())
        point = ledger.checkpoint("cellguide/demo/A", tree, ledger.link(chain[size - 1]))
        found.append(ledger.note(point, KEY.sign, PUBLIC))
    return found


def verified(text: bytes, signed: bytes) -> bool:
    return proof.station_signed(PUBLIC, text, signed)


def test_a_whole_chain_is_intact_whatever_stands_in_its_texts() -> None:
    chain = lines(12)
    verdict = ledger.audit(chain)
    assert (str(verdict), verdict.size, verdict.chain) == ("INTACT", 12, ledger.link(chain[-1]))
    assert base64.b64decode(verdict.root) == oracle([line.encode() for line in chain])
    assert str(ledger.check_notes(chain, notes(chain, 3, 7, 12), PUBLIC, verified)) == "INTACT"


@pytest.mark.req("REG-041")
@given(st.integers(0, 11), st.data())
def test_any_character_changed_anywhere_is_found(at: int, data: st.DataObject) -> None:
    chain = lines(12)
    place = data.draw(st.integers(0, len(chain[at]) - 1))
    letter = data.draw(st.characters(codec="utf-8").filter(lambda one: one != chain[at][place]))
    bad = [*chain[:at], chain[at][:place] + letter + chain[at][place + 1 :], *chain[at + 1 :]]
    verdict = ledger.check_notes(bad, notes(chain, 12), PUBLIC, verified)
    assert str(verdict) in {f"BROKEN AT {at + 1}", f"BROKEN AT {at + 2}", "BROKEN AT 12"}


@pytest.mark.req("REG-041")
@pytest.mark.parametrize("at", range(12))
def test_lines_deleted_doubled_reordered_or_cut_are_found_by_number(at: int) -> None:
    chain = lines(12)
    note = notes(chain, 12)
    changed = {
        "deleted": (chain[:at] + chain[at + 1 :], f"BROKEN AT {at + 1}" if at < 11 else "ROLLED BACK AT 12"),
        "doubled": ([*chain[: at + 1], *chain[at:]], f"BROKEN AT {at + 2}"),
        "cut": (chain[:at], f"ROLLED BACK AT {at + 1}"),
        "swapped": (
            chain[:at] + chain[at : at + 2][::-1] + chain[at + 2 :],
            f"BROKEN AT {at + 1}" if at < 11 else "INTACT",
        ),
    }
    for what, (bad, word) in changed.items():
        assert str(ledger.check_notes(bad, note, PUBLIC, verified)) == word, what


def test_a_note_of_another_key_is_foreign_and_one_of_another_past_is_broken() -> None:
    chain, other = lines(5), lines(5)
    other[4] = other[4].replace("O-5", "O-6")
    stranger = Ed25519PrivateKey.generate()
    tree = ledger.Tree()
    for line in chain:
        tree.add(line.encode())
    point = ledger.checkpoint("cellguide/demo/A", tree, ledger.link(chain[-1]))
    forged = ledger.note(point, stranger.sign, stranger.public_key().public_bytes_raw())
    assert ledger.check_notes(chain, [forged], PUBLIC, verified).word == "FOREIGN"
    assert str(ledger.check_notes(other, notes(chain, 5), PUBLIC, verified)) == "BROKEN AT 5"
