"""The file of a booth's key is its user's own, whatever lay in its way."""

import os
import stat
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from booth_client.device_key import DeviceKey


def test_a_draft_that_a_crash_left_behind_opens_the_key_to_nobody(tmp_path: Path) -> None:
    path = tmp_path / "key"
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    draft.write_text("half a key")
    draft.chmod(0o644)
    DeviceKey("HD-TB-01", Ed25519PrivateKey.generate()).save(path)
    assert [one.name for one in tmp_path.iterdir()] == ["key"]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
