"""The command that gives a pickle the code of one's own that it names."""

from __future__ import annotations

from collections.abc import Iterable

from loadstone.checks._common import quoted
from loadstone.core.facts import Artifact, CodeName


def giving(artifact: Artifact, names: Iterable[CodeName]) -> str:
    """Return the command, with the files where the names are; "" where the file takes no code."""
    if artifact.format not in ("pickle", "joblib") or artifact.framework == "torch":
        return ""
    files = dict.fromkeys(file for item in names if (file := _file(item)))
    given = " ".join(f"--code {quoted(file)}" for file in [*files][:4]) or "--code FILE.py"
    return f"loadstone predict {quoted(artifact.path)} -i rows.json {given}"


def _file(item: CodeName) -> str:
    if item.found:
        return f"{item.found[0].partition(':')[0].replace('.', '/')}.py"
    return f"{item.module.replace('.', '/')}.py" if item.state == "present" else ""
