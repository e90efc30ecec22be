"""OLE compound files as paths and streams. Whatever olefile makes of a broken one is one answer: refused."""

from __future__ import annotations

import io

from ..refusal import Refusal

MOST_STREAMS = 200


class Compound:
    """The streams of one OLE file, read at once. Raises Refusal ``logger.broken_compound``."""

    def __init__(self, untrusted_data: bytes) -> None:
        import olefile

        self._streams: dict[tuple[str, ...], bytes] = {}
        try:
            with olefile.OleFileIO(io.BytesIO(untrusted_data)) as file:
                paths = file.listdir(streams=True, storages=False)
                if len(paths) > MOST_STREAMS:
                    raise Refusal("logger.broken_compound", reason="too many streams")
                total = 0
                for path in paths:
                    total += file.get_size(path)
                    if total > len(untrusted_data):
                        raise Refusal("logger.broken_compound", reason="streams larger than the file")
                    self._streams[tuple(path)] = file.openstream(path).read()
        except Refusal:
            raise
        except Exception as error:  # olefile raises whatever a damaged table leads it into
            raise Refusal("logger.broken_compound", reason=type(error).__name__) from error

    @property
    def paths(self) -> tuple[tuple[str, ...], ...]:
        """The streams' paths in the file's order."""
        return tuple(self._streams)

    def stream(self, *path: str) -> bytes:
        """Return a stream's bytes, empty when there is none of that path."""
        return self._streams.get(path, b"")

    def root_of(self, *rest: str) -> str | None:
        """Return the storage under which the stream ``rest`` lies."""
        return next((path[0] for path in self._streams if path[1:] == rest), None)
