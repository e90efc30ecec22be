"""Where a database may lie: on a disk of this machine. SQLite's locks do not hold on network shares."""

from __future__ import annotations

import re
import sys
from pathlib import Path

from cellguide.refusal import Refusal

_NETWORK_FS = frozenset(
    {"nfs", "nfs4", "cifs", "smb3", "smbfs", "fuse.sshfs", "fuse.rclone", "9p", "afs", "ncpfs", "davfs", "fuse.davfs2"}
)
_SYNC_FOLDERS = (
    *("onedrive", "dropbox", "icloud", "google drive", "nextcloud", "wechat files", "xwechat_files"),
    *("坚果云", "nutstore", "baidunetdisk", "百度", "wps云盘", "wpsdrive"),
)
_OCTAL = re.compile(r"\\([0-7]{3})")


def check(path: Path, mounts: str | None = None) -> None:
    """Refuse network shares and folders that another program synchronises, with the reason.

    ``mounts`` is the text of /proc/mounts; given by tests, read otherwise.
    """
    whole = path.resolve()
    for part in whole.parts:
        if part.lower().startswith(_SYNC_FOLDERS):
            raise Refusal("store.sync_folder", path=str(whole), folder=part)
    if sys.platform == "win32":
        import ctypes

        remote = ctypes.windll.kernel32.GetDriveTypeW(str(whole.anchor)) == 4
        if remote or str(whole).startswith("\\\\"):
            raise Refusal("store.network_share", path=str(whole), system="SMB")
        return
    table = mounts if mounts is not None else _mounts()
    rows = [line.split()[1:3] for line in table.splitlines() if len(line.split()) >= 3]
    best = ("", "")
    for mount, system in rows:
        mount = _OCTAL.sub(lambda code: chr(int(code[1], 8)), mount)
        inside = whole.is_relative_to(mount)
        if inside and len(mount) >= len(best[0]):
            best = (mount, system)
    if best[1] in _NETWORK_FS:
        raise Refusal("store.network_share", path=str(whole), system=best[1])


def _mounts() -> str:
    try:
        return Path("/proc/mounts").read_text("utf-8", errors="replace")
    except OSError:
        return ""
