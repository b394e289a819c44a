"""The model card of a bundle: `README.md`, generated from its manifest."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from loadstone.inputs.described import sizes


def card(manifest: Mapping[str, Any]) -> str:
    """Return the Markdown text."""
    versions = manifest["environment"]["versions"]
    lines = [
        f"# {manifest['name']}",
        "",
        f"Saved by Loadstone {manifest['loadstone']} on {manifest['created']}.",
        "",
        "```python",
        "import loadstone",
        "",
        'predictor = loadstone.load("<this bundle>")',
        "predictor.predict(inputs)",
        "```",
        "",
        "| | |",
        "|---|---|",
        f"| framework | {manifest['framework']} {_version(manifest)} |",
        f"| Python | {versions['python']} |",
        f"| forms | {', '.join(form['kind'] for form in manifest['forms'])} |",
        f"| steps | {_steps(manifest['steps'])} |",
        f"| inputs | {_signature(manifest['signature'].get('inputs'))} |",
        f"| outputs | {_signature(manifest['signature'].get('outputs'))} |",
        f"| witnesses | {_witnesses(manifest['witnesses'])} |",
    ]
    if manifest["parameters"]:
        lines.append(f"| parameters | {manifest['parameters']:,} |")
    if manifest["unproven"]:
        lines += ["", "## Not proved", "", *[f"- {item}" for item in manifest["unproven"]]]
    return "\n".join(lines) + "\n"


def _witnesses(held: Mapping[str, Any]) -> str:
    """Return how many there are, and what became of private examples."""
    if not held.get("left_out"):
        return f"{held['count']:,}" + (", synthetic" if held.get("private") else "")
    proved = f"the {held['left_out']:,} examples that proved the save are private"
    return {
        "left-out": f"none: {proved} and left out",
        "hashed": f"digests: {proved}",
        "synthetic": f"{held['count']:,}, synthetic: {proved}",
    }.get(held.get("private", ""), str(held["count"]))


def _version(manifest: Mapping[str, Any]) -> str:
    """Return the version of the framework that computed the witnesses."""
    known = manifest["environment"]["versions"]
    name = {"sklearn": "scikit-learn", "onnx": "onnxruntime"}.get(manifest["framework"])
    return str(known.get(name or manifest["framework"], ""))


def _steps(steps: Mapping[str, Any]) -> str:
    return ", ".join(f"{name} (`{step['name']}`)" for name, step in steps.items()) or "none"


def _signature(part: Any) -> str:
    if not part:
        return "unknown"
    return ", ".join(
        f"`{item['name'] or item['kind']}` {item.get('dtype', item['kind'])} "
        f"{sizes(item.get('shape') or ())}".strip()
        for item in part
    )
