"""CellGuide's domain: the path of a cell therapy medicine through a hospital. No screen, no database."""

__version__ = "0.1.0"
