"""Wires: each reads what a page shows and turns what it asks into acts. Pages know no store, wires paint nothing."""
