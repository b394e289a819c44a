from __future__ import annotations

import io
import json
import re
import time
from pathlib import Path

import pytest

from loadstone.causes import candidates, causes
from loadstone.cli import main
from loadstone.core import registry
from loadstone.explaining import named

MEASURED = json.loads(Path(__file__).with_name("measured_errors.json").read_text("utf-8"))
FORMATS = json.loads(Path(__file__).with_name("measured_formats.json").read_text("utf-8"))
CHECKED = [entry for entry in MEASURED if "check" in entry]
NEWER = """\
Traceback (most recent call last):
  File "predict.py", line 3, in <module>
    torch.load("model.pth")
_pickle.UnpicklingError: Weights only load failed. In PyTorch 2.6, we changed the default value of
the `weights_only` argument in `torch.load` from `False` to `True`.
Please file an issue: WeightsUnpickler error: Unsupported operand 118
"""


def right(entry):
    """Whether a right row is among the first three candidates."""
    named = [row for item in candidates(entry["text"])[:3] for row in item.cause.rows]
    return bool(set(named) & set(entry["rows"]))


def test_measured_errors_are_recognised():
    missed = [entry["id"] for entry in MEASURED if not right(entry)]
    assert len(MEASURED) > 250
    assert len(missed) <= 0.05 * len(MEASURED), missed


def test_every_measured_error_of_a_format_is_recognised():
    assert len(FORMATS) > 80
    assert [entry["id"] for entry in FORMATS if not right(entry)] == []


def test_what_was_measured_of_other_frameworks_names_its_cause_and_its_check():
    assert len(CHECKED) > 400
    for entry in CHECKED:
        found = named(entry["text"])
        assert right(entry), entry["id"]
        assert (found[0].check and found[0].check.code) == entry["check"], entry["id"]


def test_every_cause_of_other_frameworks_is_named_by_a_text_that_was_measured():
    texts = [entry["text"] for entry in MEASURED + FORMATS] + FIRST_TIME
    seen = {item.cause for text in texts for item in candidates(text)}
    others = [cause for cause in causes() if cause.rows and not is_torch(cause)]
    assert len(others) > 200
    assert [cause.pattern for cause in others if cause not in seen] == []


def is_torch(cause):
    return any(row.startswith("torch/") for row in cause.rows)


def test_neither_framework_is_told_what_to_do_with_the_other():
    told = {
        entry["id"]
        for entry in CHECKED
        if any("--into" in item.next for item in named(entry["text"]))
    }
    weights = {
        "e03_shape_mismatch",
        "e05_shape_mismatch_ckpt",
        "e09_ckpt_attribute_renamed",
        "e10_checkpoint_root_name",
        "e11_checkpoint_restore_model_directly",
    }
    assert told == {"d09_get_config_missing_arg", *weights}  # a class of either says it
    of_torch = [entry for entry in MEASURED if entry["rows"][0].startswith("torch/")]
    assert [
        entry["id"]
        for entry in of_torch
        if any("rows.json" in item.next for item in named(entry["text"]))
    ] == []


def test_most_measured_errors_are_named_first():
    first = [
        entry
        for entry in MEASURED
        if (found := candidates(entry["text"])) and set(found[0].cause.rows) & set(entry["rows"])
    ]
    assert len(first) >= 0.85 * len(MEASURED)


def test_what_is_certain_leaves_out_what_is_general():
    text = "Weights only load failed. WeightsUnpickler error: Unsupported operand 118"
    assert [item.cause.rows for item in candidates(text)] == [("torch/A01", "sklearn/A01")]
    assert candidates("Weights only load failed.")[0].cause.fallback


def test_long_lists_of_keys_are_read_to_their_end():
    keys = ", ".join(f'"layers.{number}.weight"' for number in range(20_000))
    text = (
        "RuntimeError: Error(s) in loading state_dict for Net:\n"
        f"\tMissing key(s) in state_dict: {keys}. \n"
        f"\tUnexpected key(s) in state_dict: {keys.replace('layers', 'module.layers')}. "
    )
    assert candidates(text)[0].cause.rows == ("torch/E07",)


@pytest.mark.parametrize(
    "piece",
    ['Missing key(s) in state_dict: "1.weight"', "Unexpected key(s) in state_dict: ", "a.", '"'],
)
def test_no_text_takes_long(piece):
    start = time.process_time()
    candidates(piece * (1_000_000 // len(piece)))
    assert time.process_time() - start < 2


@pytest.mark.parametrize("cause", causes(), ids=lambda cause: cause.pattern[:40])
def test_the_table_is_well_formed(cause):
    re.compile(cause.pattern)
    covered = {
        row for item in registry.load_all() if item.code == cause.check for row in item.covers
    }
    assert covered.intersection(cause.rows) if cause.check else True
    assert all(re.fullmatch(r"[a-z]+/[A-Za-z]\d\d", row) for row in cause.rows)
    assert cause.next.startswith("loadstone ")
    assert not cause.cause.endswith(".")


def test_explain_reads_a_traceback(capsys, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO(NEWER))
    assert main(["explain", "-"]) == 0
    told = capsys.readouterr().out
    assert "git-lfs pointer" in told.split("2. ")[0]
    assert "= why: the text says `Unsupported operand 118`" in told
    assert "= next: loadstone check FILE" in told


@pytest.mark.parametrize(
    ("text", "code", "told"),
    [("all is well", 1, "No known error is in this text."), (" \n", 2, "standard input is empty")],
)
def test_explain_of_other_texts(text, code, told, capsys, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO(text))
    assert main(["explain", "-"]) == code
    shown = capsys.readouterr()
    assert told in shown.out + shown.err


@pytest.mark.parametrize("word", ["LS402", "ls402", "wrapper-prefix"])
def test_explain_finds_by_code_and_name(word, capsys):
    assert main(["explain", word]) == 0
    told = capsys.readouterr().out
    assert told.startswith("wrapper-prefix (LS402) · error · since 0.1 · needs: weights, target")
    assert "\nWhy it breaks\n  " in told
    assert told.endswith("\nhttps://loadstone.dev/checks/LS402\n")


def test_explain_lists_a_stage(capsys):
    assert main(["explain", "LS4"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("LS400  missing-keys ")
    assert len([line for line in lines if line.startswith("LS4")]) > 5


MISSING = 'Error(s) in loading state_dict for Net: Missing key(s) in state_dict: "fc3.weight". '


@pytest.mark.parametrize(
    ("text", "codes", "told"),
    [
        (
            "Expected state_dict to be dict-like, got <class 'net.SimpleNet'>.",
            ["LS107"],
            "a whole model",
        ),
        (
            "Expected state_dict to be dict-like, got <class 'torch.jit._script.ScriptModule'>.",
            ["LS104"],
            "a TorchScript program",
        ),
        ("Expected state_dict to be dict-like, got <class 'str'>.", [None], "was given a path"),
        ("Expected state_dict to be dict-like, got <class 'list'>.", [None], "no state dict"),
        (MISSING, ["LS400", "LS404", "LS405"], "some of the weights"),
        ("AttributeError: 'dict' object has no attribute 'iteritems'", [None], "Python 2"),
        (
            "FileNotFoundError: [Errno 2] No such file or directory: 'gcc'",
            [None],
            "a compiler is missing",
        ),
        ("No such file or directory: 'gcc.pth'", [], ""),
        (
            "error[LS402]: keys carry `module.`\nwarning[LS107]: whole",
            ["LS402", "LS107"],
            "a wrapper",
        ),
        ("LS999", [], ""),
        (
            "WeightsUnpickler error: Unsupported global: GLOBAL __main__.Net was not an allowed",
            ["LS300", "LS107", "LS307"],
            "in the training script",
        ),
        (
            "ImportError: /lib64/libstdc++.so.6: version `GLIBCXX_3.4.29' not found (required by",
            [None],
            "a newer Linux",
        ),
        (
            "RuntimeError: CUDA error: no kernel image is available for execution on the device",
            [None],
            "no code for this GPU",
        ),
        ("ModuleNotFoundError: No module named 'torch'", [None], "torch is not installed"),
        (
            "AttributeError: 'CountVectorizer' object has no attribute 'get_feature_names'",
            [None],
            "scikit-learn before 1.2",
        ),
        ("AttributeError: module 'numpy' has no attribute 'float'", [None], "`np.float`"),
        (
            "ImportError: cannot import name '_check_fit_params' from 'sklearn.utils.validation'",
            [None],
            "another version of that library",
        ),
        ("ValueError: columns are missing: {'age'}", [None], "the rows lack columns"),
        ("passed to DepthwiseConv2D: {'groups': 1}", ["LS328"], "Keras 2 wrote `groups`"),
        (
            "incompatible with the layer: expected shape=(None, 28), found shape=(None, 32)",
            [None],
            "how they are prepared",
        ),
        (
            (
                'Exception encountered when calling layer "my_l" (type MyL). Cannot call custom '
                "layer my_l, because the call function was not serialized to the SavedModel."
            ),
            ["LS334"],
            "`save_traces=False`",
        ),
        (
            (
                'in user code: Input 0 of layer "dense" is incompatible with the layer: expected '
                "min_ndim=2, found ndim=1."
            ),
            [None],
            "the axis of the batch",
        ),
        (
            "Graph execution error: indices[0,4] = 99 is not in [0, 10)",
            [None],
            "another vocabulary",
        ),
        ("AttributeError: 'NoneType' object has no attribute 'shape'", [], ""),
    ],
)
def test_what_a_text_names(text, codes, told):
    found = named(text)
    assert [item.check and item.check.code for item in found] == codes
    assert not found or told in found[0].cause


def test_a_library_that_ended_is_named_before_any_missing_package():
    first = named("ModuleNotFoundError: No module named 'torchtext'")[0]
    assert first.cause.startswith("torchtext ended with torch 2.3")
    assert first.check.code == "LS302"


FIRST_TIME = [
    "ValueError: node array from the pickle has an incompatible dtype:\n- expected: {'names':",
    "passed to DepthwiseConv2D: {'groups': 1}",
    "Unrecognized keyword arguments: ['batch_shape', 'optional']",
    "A total of 2 objects could not be loaded. List of objects that could not be loaded: [<Dense",
    "OSError: No file or directory found at model.h5",
    "ValueError: columns are missing: {'age'}",
    "incompatible with the layer: expected shape=(None, 28, 28), found shape=(None, 32, 32)",
    "numpy.dtype size changed, may indicate binary incompatibility. Expected 96 from C header",
    "AttributeError: 'SimpleImputer' object has no attribute '_fill_dtype'",
    "Can't get attribute '_RemainderColsList' on <module 'sklearn.compose._column_transformer'",
    "AttributeError: 'XGBModel' object has no attribute 'gpu_id'",
    "ValueError: X has 3 features, but StandardScaler is expecting 4 features as input.",
    "ValueError: The feature names should match those that were passed during fit.",
]


@pytest.mark.parametrize("text", FIRST_TIME)
def test_what_is_no_torch_is_not_told_to_give_a_class_of_torch(text):
    found = named(text)
    assert found
    assert all("--into" not in item.next and "PKG" not in item.next for item in found)


@pytest.mark.parametrize("text", FIRST_TIME)
def test_the_text_of_an_error_is_read_without_a_dash(text, tmp_path, capsys):
    assert main(["explain", text]) == 0
    told = capsys.readouterr().out
    (tmp_path / "error.tb").write_text(f"Traceback (most recent call last):\n{text}\n")
    assert main(["explain", str(tmp_path / "error.tb")]) == 0
    assert capsys.readouterr().out == told


@pytest.mark.parametrize(("data", "told"), [(b"\0\1", "is no text"), (b" \n", "is empty")])
def test_a_file_that_holds_no_traceback_is_told(data, told, tmp_path, capsys):
    (tmp_path / "model.pkl").write_bytes(data)
    assert main(["explain", str(tmp_path / "model.pkl")]) == 2
    assert told in capsys.readouterr().err
