from __future__ import annotations

import os
from pathlib import Path

import pytest
import report_samples as samples

from loadstone.render import FORMATS, View, diff, exception, inspect, notebook, page, render

SNAPSHOTS = Path(__file__).parent / "snapshots"
REPORTS = {
    "broken": samples.BROKEN,
    "fixed": samples.FIXED,
    "proven": samples.PROVEN,
    "pointer": samples.POINTED,
    "many": samples.MANY,
    "hostile": samples.HOSTILE,
}
VIEWS = {
    "utf8-100": View(),
    "utf8-60": View(width=60),
    "ascii-100": View(unicode=False),
    "ascii-60": View(width=60, unicode=False),
    "verbose": View(verbose=True),
    "colour": View(colour=True, verbose=True),
}


def same(name, text):
    """Compare with the committed text; LOADSTONE_UPDATE_SNAPSHOTS=1 writes it anew."""
    path = SNAPSHOTS / name
    if os.environ.get("LOADSTONE_UPDATE_SNAPSHOTS"):
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
    assert text == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("name", REPORTS)
def test_text(name, view):
    same(f"text-{name}-{view}.txt", render("text", [REPORTS[name]], VIEWS[view]))


@pytest.mark.parametrize("kind", [kind for kind in FORMATS if kind not in ("text", "sarif")])
@pytest.mark.parametrize("name", REPORTS)
def test_other_formats(name, kind):
    same(f"{kind}-{name}.txt", render(kind, [REPORTS[name]]))


@pytest.mark.parametrize("view", ["utf8-100", "ascii-60", "verbose", "colour"])
def test_inspect(view):
    text = inspect.render([samples.CHECKPOINT], VIEWS[view])
    same(f"inspect-{view}.txt", text)


def test_inspect_json():
    same("inspect.json", inspect.render_json([samples.CHECKPOINT]))


@pytest.mark.parametrize("name", ["broken", "pointer"])
def test_exception(name):
    same(f"exception-{name}.txt", exception.message(REPORTS[name]) + "\n")


@pytest.mark.parametrize("view", ["utf8-100", "colour"])
def test_diff(view):
    same(f"diff-{view}.txt", diff.render([samples.PLANNED], VIEWS[view]))


def test_page():
    same("page.txt", page.render([samples.WRAPPER], View(width=60)))


def test_notebook():
    same("notebook.html", notebook.report_html(samples.BROKEN))
