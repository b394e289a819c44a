"""Facts that several checks see: one cause is reported, and its consequences are not."""

from __future__ import annotations

import pytest
from scene import read

from loadstone.core import Artifact, Target, TensorFact
from loadstone.core.facts import StateDict
from loadstone.core.report import Report
from loadstone.engine import run_checks

INTO = 'load_into({"fc.weight": zeros(2, 3)})\n'
OLD = (
    'artifact("m.pkl", format="joblib", content="model", framework="sklearn",'
    ' opening_runs_code="library", detail={"python2_strings": True},'
    ' globals=["sklearn.externals.joblib.numpy_pickle.NumpyArrayWrapper"])\n'
    'environment(installed={"scikit-learn": "1.5.2"})\n'
    'code("sklearn.externals.joblib.numpy_pickle.NumpyArrayWrapper", "name-missing",'
    ' library_here=True, moved_to="joblib.numpy_pickle.NumpyArrayWrapper")\n'
)
CASES = {
    "class-in-main of a whole module": (
        'artifact(content="module", modules=["__main__.Net"], opening_runs_code="yes",'
        ' calls=["__main__.Net"], state={"fc.weight": zeros(2, 3, at=0)})\n'
        'code("__main__.Net", "main", found=["net:Net"])\n' + INTO,
        ["LS300"],
    ),
    "whole module of a class that is here": (
        'artifact(content="module", modules=["net.Net"], state={"fc.weight": zeros(2, 3)},'
        ' opening_runs_code="yes", calls=["net.Net"])\ncode("net.Net", "present")\n' + INTO,
        ["LS107"],
    ),
    "a library that is not here, and a class of that name in the project": (
        (
            'artifact("v.pkl", format="pickle", content="object", framework=None,'
            ' globals=["torchtext.vocab.Vocab"])\n'
            'code("torchtext.vocab.Vocab", "module-missing", distribution="torchtext",'
            ' found=["net:Vocab"])'
        ),
        ["LS302"],
    ),
    "an unpacked checkpoint with another device": (
        'artifact("m", format="torch-unpacked", is_folder=True, devices=["cuda:3"],'
        ' state={"fc.weight": zeros(2, 3, device="cuda:3")})\nenvironment()\n' + INTO,
        ["LS009", "LS202"],
    ),
    "a wrapper, and a layer that was added since": (
        (
            'save({"module.a.weight": zeros(2, 3), "module.b.weight": zeros(3, 2)})\n'
            'load_into({"a.weight": zeros(2, 3), "b.weight": zeros(3, 2), "c.weight": zeros(4, 4)})'
        ),
        ["LS400", "LS402"],
    ),
    "a prefix, and a head of another size": (
        (
            'save({"net.a.weight": zeros(2, 3), "net.b.weight": zeros(3, 2), "net.c": zeros(4)})\n'
            'load_into({"a.weight": zeros(2, 3), "b.weight": zeros(3, 2), "c": zeros(7)})'
        ),
        ["LS403", "LS405"],
    ),
    "buffers of which only some have values that are certain": (
        (
            'save({"fc.weight": zeros(2, 3)})\n'
            'load_into({"fc.weight": zeros(2, 3), "bn.num_batches_tracked": zeros(dtype="int64"),'
            ' "rotary.inv_freq": zeros(4)})'
        ),
        ["LS409"],
    ),
    "a prefix, and a loss beside the model": (
        (
            'save({"net.a.weight": zeros(2, 3), "net.b.weight": zeros(3, 2), "loss.w": zeros(4)})\n'
            'load_into({"a.weight": zeros(2, 3), "b.weight": zeros(3, 2)})'
        ),
        ["LS405", "LS442"],
    ),
    "a zip that is cut off before its first member": (
        'artifact(format="zip", content="container", damage=[damage("truncated")])',
        ["LS006"],
    ),
    "a file of an old loader, which Loadstone loads elsewhere": (
        OLD + 'load(where="/envs/old/bin/python")',
        [],
    ),
    "a file of an old loader, which Loadstone loads here": (OLD + "load()", []),
    "a file of an old loader, which does not load elsewhere either": (
        OLD + 'load(where="/envs/old/bin/python", error="raised", why="ValueError: no")',
        ["LS147", "LS208", "LS611"],
    ),
    "a pickle that is cut off": (
        'artifact(format="pickle", content="object", damage=[damage("truncated")])\n' + INTO,
        ["LS006"],
    ),
    "edited tokenizer inside a bundle": (
        (
            'artifact("r.lode", format="bundle", content="bundle")\n'
            'bundle(changed=["steps/vocab.json"])\nreplay(preprocess="differs", model="identical")'
        ),
        ["LS500"],
    ),
    "replaced preprocessing": (
        (
            'artifact("r.lode", format="bundle", content="bundle")\n'
            'bundle(replaced=["preprocess"])\n'
            'replay(preprocess="differs", model="identical")'
        ),
        ["LS500"],
    ),
    "dropout that eval does not reach": (
        (
            'artifact("r.lode", format="bundle", content="bundle")\n'
            'replay(model="differs", repeatable=False)'
        ),
        ["LS602"],
    ),
    "line endings and what follows from them": (
        'artifact(damage=[damage("crlf", recovers=True), damage("truncated"), damage("crc")])',
        ["LS008"],
    ),
    "harmful calls and the code that they are": (
        (
            'artifact(content="checkpoint", globals=["posix.system", "my.Config"],'
            ' opening_runs_code="yes", calls=["posix.system"])\ncode("my.Config", "module-missing")'
        ),
        ["LS701"],
    ),
    "library that is missing, beside names of numpy": (
        (
            'artifact(content="checkpoint", globals=["pytorch_lightning.callbacks.Timer",'
            ' "numpy.dtype"])\ncode("pytorch_lightning.callbacks.Timer", "module-missing",'
            ' distribution="pytorch-lightning")'
        ),
        ["LS302"],
    ),
}


def codes(report: Report) -> list[str]:
    return [item.check.code for item in report.found]


@pytest.mark.parametrize("name", CASES)
def test_one_cause_one_finding(name: str) -> None:
    source, expected = CASES[name]
    assert codes(run_checks(read(source))) == expected


def test_which_stage_differs_is_said() -> None:
    source, _ = CASES["edited tokenizer inside a bundle"]
    finding = run_checks(read(source)).found[0].finding
    assert "the preprocessing and not the weights" in finding.message
    assert "changed after it was saved: `steps/vocab.json`" in finding.notes


def test_a_change_without_consequence_is_told_as_a_change() -> None:
    text = (
        'artifact("r.lode", format="bundle", content="bundle")\n'
        'bundle(changed=["steps/vocab.json"])\n'
        'replay(preprocess="identical", model="identical")'
    )
    (found,) = run_checks(read(text)).found
    assert found.check.code == "LS800"
    assert found.finding.message.endswith("the predictions are as recorded")


def test_class_in_main_says_where_the_class_is() -> None:
    source, _ = CASES["class-in-main of a whole module"]
    finding = run_checks(read(source)).found[0].finding
    assert finding.rows[0].expected == "net:Net"
    assert finding.fix is not None
    assert finding.fix.safety == "safe"


def test_checkpoint_without_a_target_is_a_note() -> None:
    text = 'save({"epoch": "int 3", "model": {"fc.weight": zeros(2, 3)}})'
    report = run_checks(read(text))
    assert [(item.check.code, item.severity) for item in report.found] == [("LS103", "note")]


def test_checkpoint_with_two_models_that_both_fit_offers_no_edit() -> None:
    text = 'save({"g": {"fc.weight": zeros(2, 3)}, "d": {"fc.weight": zeros(2, 3)}})\n' + INTO
    (found,) = run_checks(read(text)).found
    assert found.finding.fix is not None
    assert found.finding.fix.safety == "manual"


def test_code_beside_weights_is_left_behind_by_the_fix() -> None:
    text = (
        'save({"model": {"fc.weight": zeros(2, 3)}, "opt": "my.Config"}, globals=["my.Config"])\n'
        'code("my.Config", "present")\n' + INTO
    )
    report = run_checks(read(text))
    assert [(item.check.code, item.severity) for item in report.found] == [
        ("LS103", "error"),
        ("LS307", "warning"),
    ]


@pytest.mark.parametrize(
    ("word", "python", "found"),
    [
        ("3.8 to 3.10", "3.11.7", ["LS205"]),
        ("3.8 to 3.10", "3.9.1", []),
        ("3.11 or newer", "3.10.2", ["LS205"]),
        ("3.11 or newer", "3.13.0", []),
        ("3.7 or older", "3.8.0", ["LS205"]),
    ],
)
def test_arguments_of_a_code_object_tell_the_python(
    word: str, python: str, found: list[str]
) -> None:
    text = (
        'artifact("m.pkl", format="pickle", content="object", globals=["dill._dill._create_code"],'
        f' detail={{"code_python": "{word}"}})\nenvironment(python="{python}")'
    )
    assert codes(run_checks(read(text))) == found


@pytest.mark.parametrize(
    ("word", "python", "found"),
    [
        ("3.4 to 3.7", "3.11.7", ["LS205"]),
        ("3.8 to 3.10", "3.11.7", ["LS205"]),
        ("3.11 or 3.12", "3.13.0", ["LS205"]),
        ("3.8 to 3.10, 3.11", "3.11.7", ["LS205"]),
        ("2", "3.11.7", ["LS205"]),
        ("3.11 or 3.12", "3.11.7", ["LS323", "LS703"]),
        ("3.14", "3.14.1", ["LS323", "LS703"]),
    ],
)
def test_the_bytecode_of_a_lambda_tells_the_python(
    word: str, python: str, found: list[str]
) -> None:
    text = (
        'artifact("m.h5", format="keras-h5", content="model", framework="keras", detail={'
        '"holds": "model", "generation": 2, "layout": "named", "lambdas": 1,'
        f' "lambda_paths": "double", "lambda_names": "SHIFT", "bytecode_of": "{word}"}},'
        f' opening_runs_code="yes", producer={{"keras": "2.8.0"}})\nenvironment(python="{python}")'
    )
    assert codes(run_checks(read(text))) == found


@pytest.mark.parametrize(
    ("kind", "rows", "told"),
    [
        ("Embedding", 32, "rows 30 to 31 of `pos.weight` were never trained"),
        ("Embedding", 28, "rows 28 to 29 of `pos.weight` would be lost"),
        ("Linear", 28, "a new `pos.weight` with 28 outputs would start untrained"),
        ("Conv1d", 28, None),
    ],
)
def test_what_another_size_would_mean_is_said(kind, rows, told):
    state = StateDict("", {"pos.weight": TensorFact("float32", (30, 4))})
    artifact = Artifact("m.pth", "torch-zip", "state-dict", 1, state_dicts=(state,))
    tensors = {"pos.weight": TensorFact("float32", (rows, 4))}
    target = Target("Net", tensors, modules={"pos": kind})
    (found,) = run_checks({Artifact: artifact, Target: target}).found
    assert found.check.code == "LS403"
    assert found.finding.notes[1:] == ((told,) if told else ())


@pytest.mark.parametrize(
    ("bundle", "title"),
    [
        ("bundle()", "predict in the environment that it was saved in, rebuilt"),
        ('bundle(replaced=["preprocess"])', "mend the preprocessing, or use the one of the bundle"),
        ('bundle(changed=["code/a.py"])', "mend the preprocessing, or use the one of the bundle"),
    ],
)
def test_a_step_of_the_bundle_that_raises_needs_no_mending(bundle: str, title: str) -> None:
    facts = f'artifact("a b.lode", format="bundle", content="bundle")\n{bundle}\n'
    found = run_checks(read(facts + 'replay(preprocess=raised("NameError: x"))'))
    (fix,) = [item.finding.fix for item in found.found if item.check.code == "LS502"]
    assert fix.title == title
    assert (fix.shell or "").startswith("loadstone predict 'a b.lode'") == (bundle == "bundle()")


def test_buffers_of_uncertain_values_are_named_too() -> None:
    report = run_checks(read(CASES["buffers of which only some have values that are certain"][0]))

    (found,) = report.found
    assert "`bn.num_batches_tracked` and `rotary.inv_freq`" in found.finding.message
    assert found.finding.fix is not None
    assert found.finding.fix.safety == "manual"
    assert "'rotary.inv_freq'" in found.finding.fix.python


def test_matrices_the_other_way_round_beside_square_ones() -> None:
    report = run_checks(
        read(
            'save({"a.weight": zeros(2, 3), "b.weight": zeros(4, 4), "c.weight": zeros(7, 5)})\n'
            'load_into({"a.weight": zeros(3, 2), "b.weight": zeros(4, 4), "c.weight": zeros(7, 5)})'
        )
    )

    (found,) = report.found
    assert found.check.code == "LS403"
    assert found.finding.message.endswith(": rows and columns exchanged")
    assert found.finding.fix is not None
    assert "`b.weight` is square" in found.finding.fix.title


def test_a_size_that_differs_beside_a_turned_matrix_is_no_layout() -> None:
    report = run_checks(
        read(
            'save({"a.weight": zeros(2, 3), "b.weight": zeros(4, 4)})\n'
            'load_into({"a.weight": zeros(3, 2), "b.weight": zeros(5, 4)})'
        )
    )

    assert "exchanged" not in report.found[0].finding.message
