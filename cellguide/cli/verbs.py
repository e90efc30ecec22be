"""The verbs, in one tuple: name, arguments, what runs."""

from __future__ import annotations

import argparse
import getpass
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from ..acts import staff
from ..clock import Moment, SystemClock
from ..demo import people as demo_people
from ..desk import Desk
from ..doors import Doors
from ..refusal import Refusal
from ..words import say
from . import scanning, taking_in

if TYPE_CHECKING:
    from ..demo import shipper_logger

Run = Callable[[argparse.Namespace, Doors], int]


class Verb(NamedTuple):
    """One verb of the command line."""

    name: str
    arguments: Callable[[argparse.ArgumentParser], None]
    run: Run


def _db(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--db", type=Path, required=True, metavar="DB")
    parser.add_argument(
        "--station", type=Path, metavar="DIR", help="the station's folder; beside DB when it lies there"
    )


def signed_in_desk(args: argparse.Namespace, doors: Doors) -> Desk:
    """Open the database and sign in by staff number and password, asked on the terminal."""
    store, pepper = doors.open(args.db, args.station, False)
    held = store.get("site", "site")
    zone = str(held.doc["zone"]) if held is not None else "UTC"
    desk = Desk(store, SystemClock(zone), pepper=pepper, demo=bool(held and held.doc.get("demo")))
    try:
        person, password = _ask()
        proof = staff.prove(desk, person, password)
        staff.sign_in(desk, proof, getattr(args, "role", None) or desk.person(person).roles[0])
    except BaseException:
        store.close()
        raise
    return desk


def _ask() -> tuple[str, str]:
    """Staff number and password from the terminal, or two lines of standard input."""
    if sys.stdin.isatty():
        return input("staff no.: "), getpass.getpass("password: ")
    return sys.stdin.readline().strip(), sys.stdin.readline().rstrip("\n")


# --- verify -------------------------------------------------------------------------------------------------------


def _verify_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("path", type=Path)
    parser.add_argument("--trust", type=Path, metavar="root.pem")


def _verify(args: argparse.Namespace, doors: Doors) -> int:
    path: Path = args.path
    if not path.exists():
        raise Refusal("verify.nothing", path=str(path))
    root = args.trust.read_bytes() if args.trust is not None else None
    if path.is_dir():
        from .. import copies

        verdict = copies.verify(path, root)
    elif doors.is_database(path):
        verdict = doors.verify(path, root)
    else:
        from . import paper_verdict

        return paper_verdict.report(path, args.trust)
    print(verdict)
    if verdict.intact:
        print(f"  {verdict.size} entries, head {verdict.chain}")
    else:
        print(f"  {verdict.why}")
    return 0 if verdict.intact else 1


# --- export, backup, restore, rebuild ---------------------------------------------------------------------------


def _export_arguments(parser: argparse.ArgumentParser) -> None:
    _db(parser)
    parser.add_argument("--out", type=Path, required=True, metavar="DIR")


def _export(args: argparse.Namespace, doors: Doors) -> int:
    from ..acts import inspection

    desk = signed_in_desk(args, doors)
    try:
        inspection.export_copy(desk, args.out, doors.reader(args.db))
    finally:
        desk.store.close()
    print(args.out)
    return 0


def _backup(args: argparse.Namespace, doors: Doors) -> int:
    from ..acts import site

    desk = signed_in_desk(args, doors)
    try:
        if args.out is not None:
            site.choose_backup_folder(desk, str(args.out))
        verdict = site.make_backup(desk)
    finally:
        desk.store.close()
    if verdict is None:
        raise Refusal("backup.none_chosen")
    print(verdict)
    return 0


def _backup_arguments(parser: argparse.ArgumentParser) -> None:
    _db(parser)
    parser.add_argument("--out", type=Path, metavar="DIR", help="choose this folder from now on")


def _restore_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("copy", type=Path, metavar="COPY", help="a folder that backup made")
    _db(parser)
    parser.add_argument("--reason", required=True)
    parser.add_argument(
        "--envelope", action="store_true", help="no two passwords are known: by the sheet of the sealed envelope"
    )


def _restore(args: argparse.Namespace, doors: Doors) -> int:
    from ..acts import inspection

    if not args.db.exists():
        print(doors.restore(args.copy, args.db))
    store, pepper = doors.open(args.db, args.station, False, succeed=True)
    try:
        held = store.get("site", "site")
        zone = str(held.doc["zone"]) if held is not None else "UTC"
        desk = Desk(store, SystemClock(zone), pepper=pepper, demo=bool(held and held.doc.get("demo")))
        if args.envelope:
            from . import envelope

            print(envelope.open_envelope(desk, args.reason).number)
        else:
            people = [inspection.prove_restorer(desk, *_ask()) for _ in range(2)]
            inspection.restore_database(desk, people, args.reason)
    finally:
        store.close()
    print(store.station)
    return 0


def _rebuild(args: argparse.Namespace, doors: Doors) -> int:
    desk = signed_in_desk(args, doors)
    try:
        count = doors.rebuild(desk.store)
    finally:
        desk.store.close()
    print(f"{count} entries")
    return 0


# --- read ---------------------------------------------------------------------------------------------------------


def _read_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--zone")
    parser.add_argument("--unit", choices=["C", "F", "K"])


def _read(args: argparse.Namespace, doors: Doors) -> int:
    from .. import loggers

    if not args.file.is_file():
        raise Refusal("verify.nothing", path=str(args.file))
    understood = loggers.summary(loggers.read_path(args.file, zone=args.zone, unit=args.unit))
    if args.json:
        print(json.dumps(understood, ensure_ascii=False, indent=2))
    else:
        for name, value in understood.items():
            print(f"{name}: {json.dumps(value, ensure_ascii=False)}")
    return 0


def _scan(args: argparse.Namespace, doors: Doors) -> int:
    text, code = scanning.report(args)
    print(text)
    return code


def _import_arguments(parser: argparse.ArgumentParser) -> None:
    _db(parser)
    taking_in.add_arguments(parser)


def _import(args: argparse.Namespace, doors: Doors) -> int:
    data = taking_in.loaded(args.file)
    desk = signed_in_desk(args, doors)
    try:
        code, lines = taking_in.take_in(desk, data, args)
    finally:
        desk.store.close()
    print("\n".join(lines))
    return code


# --- demo -----------------------------------------------------------------------------------------------------------


def _demo_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--out", type=Path, required=True, metavar="DIR")
    parser.add_argument("--logger", type=Path, metavar="FILE", help="a real logger file as one shipper's history")
    parser.add_argument("--zone", help="the zone of FILE's times, where FILE does not say it")
    parser.add_argument("--unit", choices=["C", "F", "K"], help="the unit of FILE's readings, likewise")
    parser.add_argument(
        "--answer", action="append", default=[], metavar="NAME=TEXT", help="what else FILE leaves open: date_order=dmy"
    )


def _demo(args: argparse.Namespace, doors: Doors) -> int:
    from .. import demo
    from ..demo import shipper_logger

    given = None
    if args.logger is not None:
        if not args.logger.is_file():
            raise Refusal("verify.nothing", path=str(args.logger))
        said = {name: text for name, _, text in (one.partition("=") for one in args.answer)}
        said |= {name: text for name, text in (("zone", args.zone), ("unit", args.unit)) if text}
        given = shipper_logger.understand(args.logger, said)
    became: list[shipper_logger.Told] = []
    for path in demo.make(args.out, doors, logger=given, told=became.append):
        print(path)
    print(f"password of every invented person: {demo_people.PASSWORD}")
    if given is not None:
        for line in _logger_lines(given, became[0]):
            print(line)
    return 0


def _logger_lines(given: shipper_logger.Given, became: shipper_logger.Told) -> list[str]:
    """How the file was placed, and what its readings were judged to be."""
    from . import language

    lang = language()
    facts = {"name": given.name, "record": became.record, "c_max": became.c_max.replace("-", "−")}
    times = {name: at.iso[:16].replace("T", " ") for name, at in became._asdict().items() if isinstance(at, Moment)}
    placed = say("cli.logger_placed", lang, **facts, **times, zone=demo_people.SITE.zone)
    left_open = [
        say("cli.logger_left_open", lang, question=question, asked=say(f"logger.question.{question}", lang))
        for question in given.left_open
    ]
    return [placed, *left_open, say(f"cli.logger_{became.decision}", lang, **facts)]


VERBS: tuple[Verb, ...] = (
    Verb("demo", _demo_arguments, _demo),
    Verb("verify", _verify_arguments, _verify),
    Verb("read", _read_arguments, _read),
    Verb("scan", scanning.add_arguments, _scan),
    Verb("import", _import_arguments, _import),
    Verb("export", _export_arguments, _export),
    Verb("backup", _backup_arguments, _backup),
    Verb("restore", _restore_arguments, _restore),
    Verb("rebuild", _db, _rebuild),
)
