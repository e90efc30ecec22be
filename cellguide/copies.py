"""Inspection copies: a folder that says everything the ledger says and proves itself without CellGuide (REG-030, 031).

``write`` makes one from a ``Source``; ``verify`` reads one back as plain files. What lies where:

- ``audit.jsonl`` the entries of the first station, one exact line each; ``audit-B.jsonl``… those of later ones
- ``records/<id>-v<n>.json`` and ``.pdf`` every version, superseded and void ones too
- ``signatures.jsonl``, ``certificates.jsonl``, ``certificates/<serial>.pem``, ``root.pem``, ``station-A.pub.pem``
- ``checkpoints/A-<size>.note``; ``files/<sha256>`` everything else that an entry names
- ``VERIFY.txt``, ``verify.sh`` and ``manifest.sha256``
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from . import canonical, proof
from .clock import parse_iso
from .ledger import Verdict
from .refusal import Refusal

Doc = dict[str, Any]
Progress = Callable[[int], None]

MANIFEST = "manifest.sha256"
_CLAIM = re.compile(r'"obj":"(?:site|certificate|signature|record|checkpoint):').search
_ED25519_DER = bytes.fromhex("302a300506032b6570032100")  # SubjectPublicKeyInfo before the 32 bytes, RFC 8410


class Source(Protocol):
    """Where a copy is made from: the lines of each chain, oldest chain first, and the blobs."""

    def stations(self) -> list[str]: ...

    def lines(self, station: str) -> Iterator[str]: ...

    def names(self) -> Iterator[str]: ...

    def fetch(self, name: str) -> bytes | None: ...


class Counts(NamedTuple):
    """What a copy holds: equal to what the database holds."""

    entries: int
    versions: int
    signatures: int
    certificates: int
    checkpoints: int
    blobs: int


class _Found:
    """What the entries name, gathered while the lines are copied."""

    def __init__(self) -> None:
        self.entries = 0
        self.root = ""
        self.stations: dict[str, str] = {}
        self.versions: dict[tuple[str, int], Doc] = {}
        self.current: dict[str, int] = {}
        self.signatures: list[Doc] = []
        self.certificates: dict[str, Doc] = {}
        self.notes: list[tuple[str, str]] = []
        self.last = ""

    def take(self, line: str) -> None:
        fields = json.loads(line)
        kind, _, id = fields["obj"].partition(":")
        new = fields["new"]
        if kind == "site":
            self.root = new.get("root_sha256", self.root)
            self.stations |= new.get("stations", {})
        elif kind == "certificate":
            self.certificates.setdefault(id, {"serial": id}).update(new)
        elif kind == "signature":
            self.signatures.append({"id": id, "signature": new["signature"], "statement": new["statement"]})
        elif kind == "checkpoint":
            self.notes.append((fields["ws"], new["note"]))
        elif kind == "record":
            number = self.current[id] = int(new.get("number", self.current.get(id, 0)))
            self.versions.setdefault((id, number), {}).update(new)


# --- writing ----------------------------------------------------------------------------------------------------


def check_folder(out: Path) -> None:
    """Refuse a folder that holds anything, and a name that is a file: ``export.not_empty``, ``export.folder``."""
    try:
        if out.exists() and (not out.is_dir() or any(out.iterdir())):
            raise Refusal("export.not_empty", folder=str(out))
    except OSError as fault:
        raise Refusal("export.folder", folder=str(out), reason=fault.strerror or str(fault)) from fault


def write(source: Source, out: Path, progress: Progress | None = None) -> Counts:
    """Write a whole copy into the empty folder ``out``; ``progress`` hears the entries written so far.

    Raises Refusal ``export.not_empty``, ``export.folder``, ``export.blob`` (one that is missing or altered): then, and
    when a person cancels by raising in ``progress``, nothing stays in the folder.
    """
    check_folder(out)
    try:
        out.mkdir(parents=True, exist_ok=True)
        return _write(source, out, progress)
    except BaseException as fault:
        for item in list(out.iterdir()) if out.is_dir() else []:
            shutil.rmtree(item) if item.is_dir() else item.unlink()
        if isinstance(fault, OSError):
            raise Refusal("export.folder", folder=str(out), reason=fault.strerror or str(fault)) from fault
        raise


def _write(source: Source, out: Path, progress: Progress | None) -> Counts:
    found = _Found()
    for index, station in enumerate(source.stations()):
        name = "audit.jsonl" if index == 0 else f"audit-{station}.jsonl"
        _write_lines(source.lines(station), out / name, found, progress)
    named = _write_records(source, out / "records", found)
    named |= _write_keys(source, out, found)
    blobs = 0
    for name in source.names():
        blobs += 1
        if name not in named:
            _put(out / "files" / name, _blob(source, name))
    lines = [canonical.encode(item) + b"\n" for item in found.signatures]
    _put(out / "signatures.jsonl", b"".join(lines))
    for station, note in found.notes:
        size = int(note.split("\n")[1])
        _put(out / "checkpoints" / f"{station}-{size:09d}.note", note.encode())
    for name, packaged in (("verify.sh", "verify.sh"), ("VERIFY.txt", "verify.md")):
        _put(out / name, _packaged(packaged))
    _write_manifest(out)
    counted = (len(found.versions), len(found.signatures), len(found.certificates), len(found.notes))
    return Counts(found.entries, *counted, blobs)


def _packaged(name: str) -> bytes:
    """The script and its explanation lie in docs/ beside the program: what an inspector reads is what is shipped."""
    return (Path(__file__).resolve().parents[1] / "docs" / name).read_bytes()


def _write_lines(lines: Iterator[str], path: Path, found: _Found, progress: Progress | None) -> None:
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for line in lines:
            file.write(line + "\n")
            found.entries += 1
            if _CLAIM(line) is not None:
                found.take(line)
            if progress is not None and found.entries % 4096 == 0:
                progress(found.entries)


def _write_records(source: Source, folder: Path, found: _Found) -> set[str]:
    """Every version as JSON and, once drawn, as the paper with the signatures it has. Returns the blobs' names."""
    named = set()
    for (id, number), doc in found.versions.items():
        stem = f"{re.sub(r'[^A-Za-z0-9._-]', '_', id)}-v{number}"
        for field, ending in (("sha256", "json"), ("pdf_sha256", "pdf")):
            name = doc.get(field)
            if name:
                _put(folder / f"{stem}.{ending}", _blob(source, name))
                named.add(str(name))
    return named


def _write_keys(source: Source, out: Path, found: _Found) -> set[str]:
    """The root, the certificates as PEM, the stations' public keys. Returns the blobs' names."""
    named = set()
    if found.root:
        _put(out / "root.pem", _blob(source, found.root))
        named.add(found.root)
    for serial, doc in found.certificates.items():
        _put(out / "certificates" / f"{serial}.pem", _pem(_blob(source, doc["sha256"]), "CERTIFICATE"))
        named.add(str(doc["sha256"]))
    listed = [canonical.encode(doc) + b"\n" for doc in found.certificates.values()]
    _put(out / "certificates.jsonl", b"".join(listed))
    for letter, key in found.stations.items():
        _put(out / f"station-{letter}.pub.pem", _pem(_ED25519_DER + bytes.fromhex(key), "PUBLIC KEY"))
    return named


def _pem(der: bytes, what: str) -> bytes:
    text = base64.b64encode(der).decode()
    rows = [text[at : at + 64] for at in range(0, len(text), 64)]
    return "\n".join([f"-----BEGIN {what}-----", *rows, f"-----END {what}-----", ""]).encode()


def _from_pem(pem: bytes) -> bytes:
    return base64.b64decode(b"".join(row for row in pem.split(b"\n") if not row.startswith(b"-----")))


def _blob(source: Source, name: str) -> bytes:
    data = source.fetch(name)
    if data is None or canonical.sha256(data) != name:
        raise Refusal("export.blob", sha256=name)
    return data


def _put(path: Path, data: bytes) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(data)


def _write_manifest(out: Path) -> None:
    rows = []
    for path in sorted(out.rglob("*")):
        if path.is_file():
            with path.open("rb") as file:
                rows.append(f"{hashlib.file_digest(file, 'sha256').hexdigest()}  {path.relative_to(out).as_posix()}\n")
    _put(out / MANIFEST, "".join(rows).encode())


# --- verifying --------------------------------------------------------------------------------------------------


def verify(folder: Path, trust: bytes | None = None, progress: Progress | None = None) -> Verdict:
    """Check a copy: chains, keys, signatures and papers first, then every file against the manifest.

    ``trust``: the root's certificate (PEM) from outside. Words as ``proof.check``; DAMAGED for a file that is missing,
    altered or not named in the manifest; BROKEN for a paper that fails, with the paper's own word.
    """
    try:
        manifest = _read_manifest(folder)
        found = _Found()
        chains = {station: _read_lines(path, found) for station, path in _audits(folder)}
        if not chains:
            return Verdict("DAMAGED", why="audit.jsonl")
        about = _teller(folder)
        verdict = proof.check(chains, _fetcher(folder, manifest), about, trust=trust, progress=progress)
        if not verdict.intact:
            return verdict
        bad = _check_extracts(folder, found) or _check_papers(folder, found) or _check_files(folder, manifest, found)
        return bad or verdict
    except (OSError, ValueError, KeyError, TypeError) as fault:
        return Verdict("DAMAGED", why=str(fault))


def _audits(folder: Path) -> Iterator[tuple[str, Path]]:
    for path in [folder / "audit.jsonl", *sorted(folder.glob("audit-*.jsonl"))]:
        if path.is_file():
            with path.open(encoding="utf-8", newline="\n") as file:
                yield str(json.loads(file.readline())["ws"]), path


def _read_lines(path: Path, found: _Found) -> Iterator[str]:
    with path.open(encoding="utf-8", newline="\n") as file:
        for row in file:
            line = row.removesuffix("\n")
            yield line
            # After the yield: the chain has been checked up to this line when the walk asks for the next one.
            found.last = line
            if _CLAIM(line) is not None:
                found.take(line)


def _teller(folder: Path) -> proof.About:
    """The lines about one object, read again: only a signature inside a run asks for them, and there are few."""

    def about(start: str) -> Iterator[bytes]:
        wanted = f'"obj":"{start}'.encode()
        for _, path in _audits(folder):
            with path.open("rb") as file:
                for row in file:
                    if wanted in row and str(json.loads(row)["obj"]).startswith(start):
                        yield row.removesuffix(b"\n")

    return about


def _read_manifest(folder: Path) -> dict[str, str]:
    rows = (folder / MANIFEST).read_text("utf-8").splitlines()
    return {row[66:]: row[:64] for row in rows}


def _fetcher(folder: Path, manifest: dict[str, str]) -> proof.Fetch:
    places = {digest: path for path, digest in manifest.items()}
    for path in folder.glob("certificates/*.pem"):
        places[canonical.sha256(_from_pem(path.read_bytes()))] = f"certificates/{path.name}"

    def fetch(name: str) -> bytes | None:
        place = places.get(name)
        path = folder / place if place is not None else None
        if path is None or not path.is_file():
            return None
        data = path.read_bytes()
        return _from_pem(data) if path.parent.name == "certificates" else data

    return fetch


def _check_extracts(folder: Path, found: _Found) -> Verdict | None:
    """What stands in files of its own for others' tools must be what the entries say."""
    expected = b"".join(canonical.encode(item) + b"\n" for item in found.signatures)
    if (folder / "signatures.jsonl").read_bytes() != expected:
        return Verdict("BROKEN", why="signatures.jsonl")
    notes = sorted(note.encode() for _, note in found.notes)
    if sorted(path.read_bytes() for path in folder.glob("checkpoints/*.note")) != notes:
        return Verdict("FOREIGN", why="checkpoints")
    for letter, key in found.stations.items():
        if _from_pem((folder / f"station-{letter}.pub.pem").read_bytes()) != _ED25519_DER + bytes.fromhex(key):
            return Verdict("FOREIGN", why=f"station-{letter}.pub.pem")
    return None


def _check_papers(folder: Path, found: _Found) -> Verdict | None:
    """Each paper as ``papers.verdicts`` judges it, against the register of revisions that the entries are."""
    from .papers import verdicts

    if not found.versions:
        return None
    root = (folder / "root.pem").read_bytes()
    listed = {serial: str(doc["sha256"]) for serial, doc in found.certificates.items()}
    now = parse_iso(str(json.loads(found.last)["ts"]))
    for (id, number), doc in found.versions.items():
        name = f"{re.sub(r'[^A-Za-z0-9._-]', '_', id)}-v{number}"
        if not doc.get("pdf_sha256"):
            continue  # frozen, and not drawn yet
        pdf = (folder / "records" / f"{name}.pdf").read_bytes()
        given = [item for item in found.signatures if _is_over(item["statement"], id, number)]
        registered = verdicts.Registered(str(doc["pdf_sha256"]), int(doc["pdf_size"]), len(given))
        try:
            judged = verdicts.verify_pdf(pdf, root, listed, now, registered)
        except Refusal as refusal:
            return Verdict("BROKEN", why=f"{name}.pdf: {refusal}")
        if judged.word not in (verdicts.Word.INTACT, verdicts.Word.INCOMPLETE):
            return Verdict("BROKEN", why=f"{name}.pdf: {judged.word.value}")
    return None


def _is_over(statement: Doc, record: str, version: int) -> bool:
    return (statement["record"], statement["version"]) == (record, version)


def _check_files(folder: Path, manifest: dict[str, str], found: _Found) -> Verdict | None:
    there = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()} - {MANIFEST}
    for name in sorted(there ^ set(manifest)):
        return Verdict("DAMAGED", why=f"{name} {'is not in the manifest' if name in there else 'is missing'}")
    registered = {doc.get(field) for doc in found.versions.values() for field in ("sha256", "pdf_sha256")}
    for name, digest in manifest.items():
        with (folder / name).open("rb") as file:
            if hashlib.file_digest(file, "sha256").hexdigest() != digest:
                return Verdict("DAMAGED", why=f"{name} has changed")
        place, _, rest = name.rpartition("/")
        if place == "files" and rest != digest:
            return Verdict("DAMAGED", why=f"{name} does not carry its hash as its name")
        if place == "records" and digest not in registered:
            return Verdict("BROKEN", why=f"{name} is not a registered file")
        if place == "certificates" and rest.removesuffix(".pem") not in found.certificates:
            return Verdict("FOREIGN", why=f"{name} is not listed")
    return None
