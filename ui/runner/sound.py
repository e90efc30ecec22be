"""The signal that exposure is too long: two tones made here, heard where the machine can play them.

``QApplication.beep`` is silent on much hardware (engineering-review 2); where QtMultimedia is missing the visible
alarm stands alone, and ``ring`` says so by returning False.
"""

from __future__ import annotations

import functools
import math
import struct
import tempfile
import wave
from pathlib import Path
from typing import Any

from PySide6.QtCore import QUrl

from ui.runner.camera import multimedia

_RATE_HZ = 22_050
_TONES = ((880.0, 0.18), (0.0, 0.08), (880.0, 0.18), (0.0, 0.08), (660.0, 0.3))  # Hz and seconds


def samples() -> bytes:
    """The signal as 16-bit mono samples at 22,050 Hz."""
    made = bytearray()
    for pitch_hz, length_s in _TONES:
        count = round(length_s * _RATE_HZ)
        for n in range(count):
            edge = min(n, count - n, 200) / 200  # no click at either end
            level = math.sin(2 * math.pi * pitch_hz * n / _RATE_HZ) * 0.6 * edge
            made += struct.pack("<h", round(level * 32_767))
    return bytes(made)


@functools.cache
def _player() -> Any:
    media = multimedia()
    if media is None or not media.QMediaDevices.audioOutputs():
        return None
    folder = tempfile.TemporaryDirectory(prefix="cellguide-")
    path = Path(folder.name) / "signal.wav"
    with wave.open(str(path), "wb") as target:
        target.setnchannels(1)
        target.setsampwidth(2)
        target.setframerate(_RATE_HZ)
        target.writeframes(samples())
    player = media.QSoundEffect()
    player.setSource(QUrl.fromLocalFile(str(path)))
    player.setVolume(1.0)
    return player, folder  # the folder lives as long as the player does


def ring() -> bool:
    """Play the signal once; False where this machine cannot."""
    player = _player()
    if player is None:
        return False
    player[0].play()
    return True
