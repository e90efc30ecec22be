"""The verb ``scan``: what a barcode's content says, read by the same rules as a scan in a checklist."""

from __future__ import annotations

import argparse
import json

from .. import labels
from ..words import say


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("text", metavar="TEXT", help="as the scanner sent it; the separator may be written <GS>")
    parser.add_argument("--json", action="store_true")


def report(args: argparse.Namespace) -> tuple[str, int]:
    """What was read, as text or JSON, and the exit code: 1 where it has faults."""
    from . import language

    lang = language()
    scan = labels.read(args.text.replace("<GS>", "\x1d"))
    code = 1 if scan.faults else 0
    if args.json:
        told = {"symbology": scan.symbology, "standard": scan.standard, "fields": dict(scan.fields)}
        return json.dumps(told | {"faults": list(scan.faults)}, ensure_ascii=False, indent=2), code
    lines = [" ".join(part for part in (say(f"scan.standard.{scan.standard}", lang), scan.symbology) if part)]
    lines += [f"{name}: {value}" for name, value in scan.fields.items()]
    lines += [say(f"scan.fault.{fault}", lang) for fault in scan.faults]
    return "\n".join(lines), code
