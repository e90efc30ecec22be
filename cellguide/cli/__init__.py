"""The command line: one of two mouths. Verbs call acts; errors are one sentence on stderr.

Exit codes: 0 done, 1 found wanting, 2 unusable input.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence

from .. import refusal_words
from ..doors import Doors
from ..refusal import Refusal
from ..words import Lang, say

Verb = Callable[[argparse.Namespace, Doors], int]


def language() -> Lang:
    """The language of messages: Chinese where the environment says so, else English."""
    chosen = os.environ.get("CELLGUIDE_LANG") or os.environ.get("LC_ALL") or os.environ.get("LANG") or ""
    return "zh" if chosen.lower().startswith("zh") else "en"


def sentence(refusal: Refusal, lang: Lang | None = None) -> str:
    """The sentence of a refusal."""
    return refusal_words.said(refusal, lang or language())


def guarded(work: Callable[[], int]) -> int:
    """Run ``work``; a refusal becomes one line on stderr and exit code 2."""
    try:
        return work()
    except Refusal as refusal:
        print(sentence(refusal), file=sys.stderr)
        return 2
    except BrokenPipeError:
        return 0


def main(argv: Sequence[str], doors: Doors) -> int:
    """Parse and run one verb."""
    from . import verbs

    parser = argparse.ArgumentParser(prog="python main.py", description=say("cli.about", language()))
    chosen = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    for verb in verbs.VERBS:
        help_text = say(f"cli.{verb.name}", language())
        sub = chosen.add_parser(verb.name, help=help_text, description=help_text)
        verb.arguments(sub)
        sub.set_defaults(run=verb.run)
    chosen.add_parser("tour", help=say("cli.tour", language()))
    args = parser.parse_args(argv)
    return guarded(lambda: int(args.run(args, doors)))
