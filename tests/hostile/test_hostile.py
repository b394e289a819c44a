"""Every attack ends in facts or an `OSError`, in time and memory, and makes a reader do nothing."""

import subprocess
import tempfile
from pathlib import Path

import attacks
import loaders
import pytest

ALL = {**attacks.ATTACKS, **loaders.CALLS}
SECONDS, MB = 2, 200


@pytest.mark.parametrize("name", ALL)
def test_attack(name, ask):
    root = tempfile.mkdtemp(prefix="hostile")
    try:
        folder = Path(root, "given")
        folder.mkdir()
        found = ask(ALL[name](folder))
    finally:
        subprocess.run(["rm", "-rf", root], check=True)  # deeper than Python removes
    assert not found["outcome"].startswith(("RAISED", "DIED")), found
    assert found["did"] == []
    assert found["seconds"] < SECONDS
    assert found["mb"] < MB
    if name in attacks.LINKED:
        assert "link-outside" in found["outcome"]
    if name in attacks.LINKED or name in attacks.CALLS:  # it calls, or was not read: not harmless
        assert not {"no", "library"} & set(found["outcome"].split())
