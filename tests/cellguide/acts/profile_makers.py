"""A completed profile of a product that does not exist, as a hospital would bring it in, and pictures of its insert."""

from __future__ import annotations

from cellguide.acts import products
from cellguide.desk import Desk
from cellguide.products import load, packaged_text

TRIAL = "trial-cel"


def completed(revision: int = 1, storage_c_max: int = -150, basis: str = "insert") -> str:
    """The invented profile rewritten as if it rested on an insert."""
    text = packaged_text("demo-cel").replace('id = "demo-cel"', f'id = "{TRIAL}"')
    text = text.replace('jurisdiction = "DEMO"\ndemonstration = true', 'jurisdiction = "CN"')
    text = text.replace("revision = 1", f"revision = {revision}").replace('basis = "invented"', f'basis = "{basis}"')
    return text.replace("storage_c_max = { value = -150", f"storage_c_max = {{ value = {storage_c_max}")


def picture(content: bytes = b"") -> bytes:
    return b"\x89PNG\r\n\x1a\n" + content


def photos(text: str) -> list[products.Photo]:
    """One photo that shows everything a verification of ``text`` asks for."""
    needed = products.photographs_needed(load(text, "x.toml"))
    return [products.Photo(needed, picture(b"page 1"))]


def as_real_site(desk: Desk) -> Desk:
    """The same site without its demonstration mark; the mark is chosen once, by the wizard."""
    from cellguide.entry import Change

    desk.write("found_site", [Change("site", "site", {"demo": False})], at=desk.now())
    return desk
