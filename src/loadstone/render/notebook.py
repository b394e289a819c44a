"""Reports in a notebook: the HTML section in the notebook's own theme; no script, no widget."""

from __future__ import annotations

from html import escape

from loadstone.core.facts import Artifact
from loadstone.core.report import Report
from loadstone.render import html, inspect
from loadstone.render.view import View

_INHERIT = (
    ".loadstone { color: inherit; background: transparent; --ink: currentColor; "
    "--panel: transparent; --line: rgba(128, 128, 128, .35); --soft: gray; font-size: inherit; }\n"
    ".loadstone h1 { font-size: 1.15em; }\n.loadstone .verdict { background: transparent; }\n"
)


def report_html(report: Report) -> str:
    """Return what `Report._repr_html_` shows."""
    body = html.section(report, View(language="python"))
    return f'<div class="loadstone"><style>{html.style()}{_INHERIT}</style>{body}</div>'


def artifact_html(artifact: Artifact) -> str:
    """Return what `Artifact._repr_html_` shows: the text of `inspect`."""
    text = escape(inspect.render([artifact], View()))
    return f'<pre style="background: transparent">{text}</pre>'


def register() -> None:
    """Give `Report` and `Artifact` their notebook form; a core class cannot import a renderer."""
    Report._repr_html_ = report_html  # type: ignore[attr-defined]
    Artifact._repr_html_ = artifact_html  # type: ignore[attr-defined]
