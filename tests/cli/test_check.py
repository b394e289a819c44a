from __future__ import annotations

import json
from dataclasses import replace

import pytest
import report_samples as samples

from loadstone.cli import main
from loadstone.core.facts import Artifact
from loadstone.core.verdict import Verdict
from loadstone.errors import UsageError

CLEAN = replace(samples.PROVEN, verdict=Verdict("yes", "unproven"))
WARNED = replace(samples.FIXED, fixed=(), wrote=())
CRASHED = replace(CLEAN, crashed=samples.MANY.crashed)


@pytest.mark.parametrize(
    ("report", "flags", "code"),
    [
        (samples.BROKEN, [], 1),
        (samples.PROVEN, [], 0),
        (samples.PROVEN, ["--require-proof"], 0),
        (CLEAN, [], 0),
        (CLEAN, ["--require-proof"], 1),
        (WARNED, [], 0),
        (WARNED, ["--fail-on", "warning"], 1),
        (samples.FIXED, ["--fix"], 0),
        (replace(CLEAN, verdict=Verdict("yes", "differs")), [], 1),
        (CRASHED, [], 2),
        (replace(samples.BROKEN, crashed=samples.MANY.crashed), [], 1),
    ],
)
@pytest.mark.parametrize("kind", ["text", "concise", "json", "sarif", "github", "html", "markdown"])
def test_the_format_never_changes_the_exit_code(engine, kind, report, flags, code, capsys):  # noqa: PLR0917 - fixtures
    engine.answer = report
    assert main(["check", "model.pth", *flags, "--output-format", kind]) == code
    assert capsys.readouterr().out


def test_the_follow_up_repeats_what_was_asked(engine, capsys):
    engine.answer = samples.BROKEN
    asked = "--code own.py --code more.py --python 3.9 --offline -o x.keras"
    main(["check", "model.pth", *asked.split(), "--fix"])
    command = " ".join(capsys.readouterr().out.split("loadstone check ")[-1].split())
    flags = "--python 3.9 --output x.keras --code own.py --code more.py --offline"
    assert f"{flags} --fix" in command


def test_every_flag_reaches_the_engine(engine, capsys):
    arguments = (
        "--into net:Net(1) --preprocess p:f --postprocess p:g --examples e.json --fix "
        "--unsafe-fixes -o out"
    )
    more = [
        "--entry",
        "model",
        "--base",
        "base",
        "--accept",
        "wrapper-prefix=known",
        "--save-facts",
        "facts.json",
    ]
    main(["check", "model.pth", *arguments.split(), *more])
    assert engine.asked == [
        (
            "model.pth",
            {
                "into": "net:Net(1)",
                "entry": "model",
                "base": "base",
                "preprocess": "p:f",
                "postprocess": "p:g",
                "examples": "e.json",
                "code": [],
                "fix": True,
                "unsafe": True,
                "dry_run": False,
                "out": "out",
                "accept": {"LS402": "known"},
                "save_facts": "facts.json",
            },
        )
    ]
    told = capsys.readouterr().out
    command = "loadstone check model.pth --into my_pkg:Net"
    steps = "--preprocess p:f --postprocess p:g --examples e.json --output out"
    assert f"{command} --entry model --base base {steps} --fix" in told


@pytest.mark.parametrize(
    ("report", "told"),
    [
        (CLEAN, "there is nothing to fix, so no copy was written"),
        (samples.FIXED, ""),
    ],
)
def test_a_fix_that_wrote_nothing_says_so(engine, report, told, capsys):
    engine.answer = report
    main(["check", "model.pth", "--fix"])
    shown = capsys.readouterr().err
    assert told in shown if told else not shown


def test_diff_writes_nothing(engine, capsys):
    engine.answer = samples.PLANNED
    assert main(["check", "model.pth", "--diff", "--fix"]) == 1
    settings = engine.asked[0][1]
    assert settings["dry_run"]
    assert "-module.conv1.weight\n+conv1.weight\n" in capsys.readouterr().out


def test_several_files_are_a_list_in_json(engine, capsys):
    assert main(["check", "a", "b", "--output-format", "json"]) == 1
    assert len(json.loads(capsys.readouterr().out)) == 2


@pytest.mark.parametrize("error", [UsageError("no `Net`"), ValueError("no `Net`")])
def test_arguments_that_make_no_sense(engine, error, capsys):
    engine.answer = error
    assert main(["check", "a"]) == 2
    assert capsys.readouterr().err == "error: no `Net`\n"


def test_inspect(monkeypatch, capsys):
    monkeypatch.setattr("loadstone.readers.read", lambda _: samples.CHECKPOINT)
    assert main(["inspect", "epoch_12.ckpt"]) == 0
    assert capsys.readouterr().out.startswith("epoch_12.ckpt\n  format ")
    assert main(["inspect", "epoch_12.ckpt", "--output-format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["content"] == "checkpoint"


def test_a_missing_file_keeps_no_report_of_the_others_back(tmp_path, capsys):
    here = tmp_path / "empty.pth"
    here.write_bytes(b"")
    missing = tmp_path / "missing.pth"
    assert main(["check", str(missing), str(here)]) == 2
    shown = capsys.readouterr()
    assert shown.err == f"error: {missing}: no such file or directory\n"
    assert "is empty" in shown.out
    assert main(["check", str(missing), str(here), "--output-format", "json"]) == 2
    assert len(json.loads(capsys.readouterr().out)) == 1
    assert main(["check", str(missing)]) == 2
    assert not capsys.readouterr().out


def test_every_model_of_a_folder_is_offered(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("a.pth", "b c.pth"):
        (tmp_path / name).write_bytes(b"\x80\x02}q\x00.")
    assert main(["check", "."]) == 1
    assert "loadstone check ./a.pth './b c.pth'" in capsys.readouterr().out


def test_a_root_has_a_name():
    assert Artifact(path="/", format="folder", content="none", size=0).name == "/"
    assert Artifact(path="runs/", format="folder", content="none", size=0).name == "runs"
