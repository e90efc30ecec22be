"""What a scanner read from a label: symbology, standard, fields and faults. The only room that knows biip."""

from .gs1 import get_ready
from .isbt import check_character
from .scan import HARMLESS, Scan, read

__all__ = ["HARMLESS", "Scan", "check_character", "get_ready", "read"]
