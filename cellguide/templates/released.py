"""The templates that come with the program. A released version is pinned by its SHA-256 and never changes again."""

from __future__ import annotations

import functools
import tomllib

from .. import canonical, resources
from ..refusal import Refusal
from .loader import load
from .values import Template

FOLDER = "templates"
RELEASED = f"{FOLDER}/released.toml"


@functools.cache
def released() -> dict[tuple[str, int], str]:
    """Return {(id, version): SHA-256} of every version that was ever released."""
    tree = tomllib.loads(resources.read_text(RELEASED))
    return {(name, int(version)): digest for name, pins in tree.items() for version, digest in pins.items()}


@functools.cache
def packaged(name: str, version: int) -> Template:
    """Return that version. Raises Refusal: ``template.unknown``, ``template.changed``, ``template.mistake``."""
    pinned = released().get((name, version))
    if pinned is None:
        raise Refusal("template.unknown", template=name, version=version)
    data = resources.read_bytes(f"{FOLDER}/{name}/{version}.toml")
    if canonical.sha256(data) != pinned:
        raise Refusal("template.changed", template=name, version=version)
    return load(data.decode("utf-8"), f"{name}/{version}.toml")


def latest(name: str) -> Template:
    """Return the newest released version of a template. Raises Refusal ``template.unknown``."""
    versions = [version for known, version in released() if known == name]
    if not versions:
        raise Refusal("template.unknown", template=name, version=0)
    return packaged(name, max(versions))
