from __future__ import annotations

import subprocess
import sys
from pathlib import Path

SCRIPT = Path(__file__).parents[2] / "scripts" / "generate.py"


def generate(*arguments):
    return subprocess.run(
        [sys.executable, str(SCRIPT), *arguments],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_pages_are_written_once_and_found_stale(tmp_path):
    docs = ["--docs", str(tmp_path)]
    assert generate("--check", *docs).returncode == 1
    assert generate(*docs).returncode == 0
    assert generate("--check", *docs).returncode == 0
    assert "0 of " in generate(*docs).stdout
    page = (tmp_path / "checks" / "LS402.md").read_text("utf-8")
    assert page.startswith("---\ncode: LS402\nname: wrapper-prefix\n")
    assert "## Why it breaks" in page
    (tmp_path / "checks" / "LS999.md").write_text("of a check that is gone")
    (tmp_path / "commands.md").write_text("old")
    told = generate("--check", *docs)
    assert told.returncode == 1
    assert "stale: docs/commands.md" in told.stderr
    assert "stale: docs/checks/LS999.md" in told.stderr
    generate(*docs)
    assert not (tmp_path / "checks" / "LS999.md").exists()
