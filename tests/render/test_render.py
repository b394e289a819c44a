"""What every rendering must do, whatever it looks like."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from importlib import resources

import jsonschema
import pytest
import report_samples as samples

from loadstone.core import registry
from loadstone.errors import LoadError
from loadstone.render import FORMATS, View, inspect, notebook, render
from loadstone.render.exception import message
from loadstone.render.predictions import plain, render_csv, render_json
from loadstone.render.predictions import render as render_lines
from loadstone.render.view import cells, hang, wrap

REPORTS = [
    samples.BROKEN,
    samples.FIXED,
    samples.PROVEN,
    samples.POINTED,
    samples.MANY,
    samples.HOSTILE,
    samples.PLANNED,
]
SCHEMA = json.loads(
    resources.files("loadstone.render").joinpath("check.schema.json").read_text("utf-8")
)


def test_json_fits_the_committed_schema():
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    validator = jsonschema.Draft202012Validator(SCHEMA)
    for report in REPORTS:
        validator.validate(json.loads(render("json", [report])))
    validator.validate(json.loads(render("json", REPORTS)))


def test_inspect_json_fits_the_committed_schema():
    schema = {"$ref": "#/$defs/inspected", "$defs": SCHEMA["$defs"]}
    value = json.loads(inspect.render_json([samples.CHECKPOINT]))
    jsonschema.Draft202012Validator(schema).validate(value)
    assert len(json.loads(inspect.render_json([samples.CHECKPOINT] * 2))) == 2


def test_json_repeats_the_flags_in_the_command():
    value = json.loads(render("json", [samples.BROKEN], View(flags="--preprocess prep:f")))
    command = "loadstone check model.pth --into my_pkg:Net --preprocess prep:f --fix"
    assert value["findings"][0]["fix"]["command"] == command


def test_sarif_lists_every_check_and_anchors_at_the_code():
    run = json.loads(render("sarif", [samples.BROKEN, samples.MANY]))["runs"][0]
    rules = run["tool"]["driver"]["rules"]
    assert {item.code for item in registry.load_all()} <= {rule["id"] for rule in rules}
    first = run["results"][0]
    location = first["locations"][0]
    assert rules[first["ruleIndex"]]["id"] == "LS402"
    assert location["physicalLocation"]["artifactLocation"]["uri"] == "my_pkg/net.py"
    assert location["physicalLocation"]["region"]["startLine"] == 41
    assert location["logicalLocations"][0]["fullyQualifiedName"] == "module.conv1.weight"
    assert run["results"][1]["suppressions"][0]["justification"].startswith("compared")
    assert run["invocations"][0]["executionSuccessful"] is False


def test_sarif_fingerprint_does_not_depend_on_the_message():
    finding = replace(samples.PREFIX.finding, message="other words")
    other = replace(samples.BROKEN, found=(replace(samples.PREFIX, finding=finding),))
    prints = [
        json.loads(render("sarif", [report]))["runs"][0]["results"][0]["partialFingerprints"]
        for report in (samples.BROKEN, other)
    ]
    assert prints[0] == prints[1]


@pytest.mark.parametrize("kind", FORMATS)
def test_control_characters_of_a_file_never_reach_the_reader(kind):
    text = render(kind, [samples.HOSTILE])
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f\u202e]", text)


def test_github_holds_one_command_a_line():
    lines = render("github", [samples.HOSTILE]).splitlines()
    assert len(lines) == 2
    assert all(line.startswith(("::error ", "::notice ")) for line in lines)


@pytest.mark.parametrize("report", REPORTS)
def test_ascii_is_ascii(report):
    assert render("text", [report], View(unicode=False, verbose=True)).isascii()


@pytest.mark.parametrize("report", REPORTS)
def test_colour_changes_nothing_but_colour(report):
    plain_text = render("text", [report], View(verbose=True))
    coloured = render("text", [report], View(verbose=True, colour=True))
    assert "\x1b[" in coloured
    assert re.sub(r"\x1b\[[\d;]*m", "", coloured) == plain_text


class _Page(HTMLParser):
    """Collects what a page would fetch or run, and the tags that stay open."""

    def __init__(self):
        super().__init__()
        self.fetched, self.open = [], []

    def handle_starttag(self, tag, attrs):
        if tag in ("script", "img", "link", "iframe", "object"):
            self.fetched.append(tag)
        self.fetched += [name for name, _ in attrs if name in ("src", "onclick", "onload")]
        if tag not in ("meta", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


@pytest.mark.parametrize("report", REPORTS)
def test_html_fetches_nothing_and_is_closed(report):
    page = _Page()
    text = render("html", [report])
    page.feed(text)
    assert (page.fetched, page.open) == ([], [])
    assert "url(" not in text
    assert "@import" not in text


def test_notebook_form_is_hooked_on():
    notebook.register()
    assert samples.BROKEN._repr_html_().startswith('<div class="loadstone">')
    assert "epoch_12.ckpt" in samples.CHECKPOINT._repr_html_()


def test_errors_speak_python_and_hold_the_report():
    error = LoadError(samples.BROKEN, message(samples.BROKEN))
    assert error.report is samples.BROKEN
    assert str(error).startswith("model.pth does not load into my_pkg.Net\n\nerror[LS402]")
    assert str(error).endswith('fix: loadstone.load("model.pth", into=Net, fix="safe")')
    assert message(samples.MANY, "a.lode was not saved").startswith("a.lode was not saved\n\n")


def test_wide_characters_count_twice():
    assert cells("日本語") == 6
    assert cells("é") == 1


def test_wrap_keeps_commands_whole():
    assert wrap("run `loadstone check a --fix` now", 12) == [
        "run",
        "`loadstone check a --fix`",
        "now",
    ]
    assert hang("  a: ", "b c", 80) == ["  a: b c"]


def test_predictions_round_trip_exactly():
    np = pytest.importorskip("numpy")
    values = np.random.default_rng(0).normal(size=(50, 3)).astype(np.float32)
    document = json.loads(render_json(values, values[:1]))
    assert np.array_equal(np.asarray(document["predictions"], np.float32), values)
    assert set(document) == {"predictions", "probabilities"}


def test_predictions_a_line_each():
    assert render_lines(["pos\nitive", "negative"]) == "pos itive\nnegative\n"
    assert render_lines([{"label": "a", "score": 0.5}]) == '{"label": "a", "score": 0.5}\n'
    assert plain([float("nan"), float("-inf"), (1, None)]) == ["NaN", "-Infinity", [1, None]]


@pytest.mark.parametrize(
    ("given", "text"),
    [
        ((["a", "b"],), "prediction\na\nb\n"),
        (([1.5, None],), 'prediction\n1.5\n""\n'),
        (([[1, 2], [3, 4]],), "prediction 0,prediction 1\n1,2\n3,4\n"),
        (({"x": [1, 2], "y": [[5], [6]]},), "x,y 0\n1,5\n2,6\n"),
        (
            (["a"], [[0.25, 0.75]], ["b,c", "a"]),
            'prediction,"probability b,c",probability a\na,0.25,0.75\n',
        ),
        ((["a"], [[0.25, 0.75]]), "prediction,probability 0,probability 1\na,0.25,0.75\n"),
        (("a", [0.25, 0.75], ["b", "a"]), "prediction,probability b,probability a\na,0.25,0.75\n"),
        (([0.1], None, None), "prediction\n0.1\n"),
    ],
)
def test_predictions_as_csv_have_a_row_each(given, text):
    assert render_csv(*given) == text


def test_what_does_not_go_into_a_table_is_refused():
    with pytest.raises(ValueError, match="write JSON"):
        render_csv([[[1], [2]]])
    with pytest.raises(ValueError, match="write JSON"):
        render_csv([[1], [2, 3]])
