from __future__ import annotations

import os
import subprocess
import sys

import pytest

from loadstone.cli import main
from loadstone.cli.failures import fail
from loadstone.cli.main import COMMANDS


def loadstone(*arguments, **settings):
    command = [sys.executable, "-c", "import sys; from loadstone.cli import main; sys.exit(main())"]
    return subprocess.run(
        [*command, *arguments], capture_output=True, text=True, timeout=60, check=False, **settings
    )


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["check", "--help"]])
def test_help_imports_nothing_heavy(arguments):
    told = (
        "import sys; from loadstone.cli import main; main(sys.argv[1:]); "
        "print([n for n in ('torch', 'numpy', 'rich', 'safetensors', 'loadstone.engine') "
        "if n in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", told, *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert done.stdout.splitlines()[-1] == "[]"


def test_help_lists_the_commands(capsys):
    assert main(["--help"]) == 0
    shown = capsys.readouterr().out
    assert all(name in shown for name in COMMANDS)


def test_no_command_is_a_mistake(capsys):
    assert main([]) == 2
    assert "usage: loadstone" in capsys.readouterr().out


def test_version(capsys):
    assert main(["--version"]) == 0
    assert capsys.readouterr().out.startswith("loadstone 0.")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["nonsense"], "invalid choice: 'nonsense'"),
        (["check"], "the following arguments are required: FILE"),
        (["check", "a", "--verb"], "unrecognized arguments: --verb"),
        (["check", "a", "--unsafe-fixes"], "`--unsafe-fixes` needs `--fix` or `--diff`"),
        (["check", "a", "-o", "b"], "`--output` says where `--fix` writes"),
        (["check", "a", "b", "--save-facts", "f"], "names one file, and 2 are checked"),
        (["check", "a", "--diff", "--output-format", "json"], "`--diff` is text"),
        (["check", "a", "--accept", "LS402"], "gives no reason"),
        (["check", "a", "--accept", "LS40X=so"], "no check has this code; nearest:"),
        (["predict", "a"], "nothing to predict"),
        (["predict", "a", "text", "-i", "b.json"], "give texts or `--input`, not both"),
        (["explain", "wraper-prefix"], "nearest: `LS402 wrapper-prefix`"),
    ],
)
def test_mistakes_are_one_line(arguments, told, capsys):
    assert main(arguments) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err.startswith("error: ")
    assert shown.err.count("\n") == 1
    assert told in shown.err


def test_a_missing_file_is_one_line(engine, capsys):
    assert main(["inspect", "nowhere\x1b[2J.pth"]) == 2
    assert capsys.readouterr().err == "error: nowhere\\x1b[2J.pth: no such file or directory\n"


def test_a_defect_is_told_with_a_recipe(engine, capsys, monkeypatch):
    engine.answer = RuntimeError("boom")
    assert main(["check", "a b.pth"]) == 2
    told = capsys.readouterr().err
    assert told.startswith("error: internal error: RuntimeError: boom\n")
    assert "LOADSTONE_TRACEBACK=1 loadstone check 'a b.pth'" in told
    assert "Traceback" not in told
    monkeypatch.setenv("LOADSTONE_TRACEBACK", "1")
    assert main(["check", "a.pth"]) == 2
    assert "Traceback" in capsys.readouterr().err


def test_interrupted(engine, capsys):
    engine.answer = KeyboardInterrupt()
    assert main(["check", "a.pth"]) == 130
    assert capsys.readouterr().err == "interrupted\n"


@pytest.mark.skipif(os.name != "posix", reason="`head` and its broken pipe")
def test_a_closed_pipe_is_quiet():
    command = (
        f'{sys.executable} -c "import sys; from loadstone.cli import main; '
        "sys.exit(main(['explain', 'LS4']))\" | true"
    )
    done = subprocess.run(
        command, shell=True, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.stderr == ""


def test_output_is_ascii_where_the_stream_is():
    environment = {**os.environ, "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    done = loadstone("explain", "LS402", env=environment)
    assert done.returncode == 0
    assert done.stdout.isascii()
    assert "| since 0.1 |" in done.stdout


@pytest.mark.parametrize(
    ("variables", "coloured"),
    [({}, False), ({"FORCE_COLOR": "1"}, True), ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, False)],
)
def test_colour_is_asked_for_or_refused(variables, coloured):
    clean = {k: v for k, v in os.environ.items() if k not in ("FORCE_COLOR", "NO_COLOR")}
    done = loadstone("explain", "LS402", env={**clean, **variables})
    assert ("\x1b[" in done.stdout) is coloured


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--with", "numpy==1.2", "--with", "NumPy<2"], "`--with` names `numpy` twice"),
        (["--with", "="], "is no requirement"),
        (["--python", "newest"], "is no version"),
        (["--wheelhouse", "nowhere"], "is not a folder"),
    ],
)
def test_wishes_that_make_no_sense(words, told, tmp_path, capsys):
    (tmp_path / "model.pkl").write_bytes(b"\x80\x04N.")
    assert main(["env", "show", str(tmp_path / "model.pkl"), *words]) == 2
    assert told in capsys.readouterr().err


def test_a_table_in_an_error_keeps_its_lines_and_no_other_break_does(capsys):
    assert fail("it does not fit\n  expected  given\n  3         a\nb") == 2
    told = capsys.readouterr().err
    assert told == "error: it does not fit\n  expected  given\n  3         a\\nb\n"
