"""Examples that are private prove a save, and no value of them is kept: nothing, or digests."""

import collections
import json
import pickle
import re

import numpy as np
import pandas as pd
import pytest
import torch
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from sklearn.linear_model import LogisticRegression
from torch import nn

import loadstone
from loadstone import SaveError, UsageError
from loadstone.bundle import private
from loadstone.bundle.draft import Instead
from loadstone.inputs import columns, digests, fitted, synthetic
from loadstone.inputs import signature as signature_of
from loadstone.runtime.files import Files
from loadstone.runtime.pipeline import Pipeline

SECRETS = ["patient zero", "patient one", "another secret"]


def letters(text):
    return torch.tensor([float(len(text)), float(text.count("a"))])


@pytest.mark.parametrize("name", ["net", "net.lode"])
def test_nothing_of_the_examples_is_kept(tmp_path, name):
    path = tmp_path / name
    saved = loadstone.save(
        nn.Linear(2, 2).eval(),
        path,
        preprocess=letters,
        batched=False,
        examples=SECRETS,
        private=True,
    )
    assert saved.verdict.predicts_the_same == "identical"
    files = Files(str(path))
    assert not [name for name in files.places if name.startswith("witnesses/")]
    for place in files.places:
        data = bytes(files.read(place))
        assert b"patient" not in data
        assert b"secret" not in data
    assert files.manifest["ranges"] == []
    assert len(list(tmp_path.iterdir())) == 1
    report = loadstone.check(path)
    assert not report.found
    assert (report.verdict.loads, report.verdict.predicts_the_same) == ("yes", "unproven")
    assert report.verdict.predicts_because == (
        "3 examples proved the save and were left out as private"
    )
    assert loadstone.load(path).predict("a new one").shape == (2,)


@pytest.mark.parametrize("private", [True, False])
def test_a_program_keeps_no_numbers_of_the_examples(tmp_path, private):
    inputs = torch.full((64, 4), 123456.789)
    held = inputs[:1].numpy().tobytes()[:4]
    loadstone.save(nn.Linear(4, 2).eval(), tmp_path / "net", examples=inputs, private=private)
    files = Files(str(tmp_path / "net"))
    assert {form["kind"] for form in files.manifest["forms"]} == {"native", "program"}
    found = {name for name in files.places if held in bytes(files.read(name))}
    assert not [name for name in found if not name.startswith("witnesses/")]
    assert bool(found) != private
    program = Pipeline(str(tmp_path / "net"))
    program.load(forms=["program"])
    assert program.steps.predict(inputs).shape == (64, 2)


def test_the_save_is_proved_all_the_same(tmp_path):
    expected = torch.zeros(3, 2)
    with pytest.raises(SaveError):
        loadstone.save(
            nn.Linear(2, 2).eval(),
            tmp_path / "net",
            preprocess=letters,
            batched=False,
            examples=(SECRETS, expected),
            private=True,
        )
    assert not list(tmp_path.iterdir())


MODES = ["left-out", "hashed", "synthetic"]
VOCABULARY = {"<unk>": 0, "hello": 1, "world": 2, "lovely": 3, "day": 4}
TEXTS = ["hello secretpatient world", "a lovely zebra day", "day"]


def tokens(text):
    return torch.tensor([VOCABULARY.get(word, 0) for word in text.split()])


def label(scores):
    return ["negative", "positive"][int(scores.argmax())]


class Words(nn.Module):
    def __init__(self):
        super().__init__()
        self.words = nn.Embedding(5, 8)
        self.head = nn.Linear(8, 2)

    def forward(self, ids):
        return self.head(self.words(ids).mean(-2))


class Noisy(nn.Module):
    def __init__(self):
        super().__init__()
        self.head = nn.Linear(4, 2)

    def forward(self, x):
        return self.head(x) + torch.randn(x.shape[0], 2)


def words(path, **options):
    """Save a text classifier with private examples."""
    torch.manual_seed(0)
    steps = {"preprocess": tokens, "postprocess": label, "batched": False}
    net = Words().eval()
    return loadstone.save(net, path, examples=TEXTS, forms=["native"], **steps, **options)


DIGEST = re.compile(rb"\b[0-9a-f]{32,}\b")


def holding(path, *secrets):
    """Return the files of a bundle that hold one of these bytes, digests apart."""
    files = Files(str(path))
    # A digest's digits are drawn anew at each save: "1987" is among them by chance.
    data = {name: DIGEST.sub(b"", bytes(files.read(name))) for name in files.places}
    return [name for name, held in data.items() if any(item in held for item in secrets)]


@pytest.mark.parametrize("how", MODES)
def test_no_text_and_no_rate_of_unknown_tokens_is_kept(tmp_path, how):
    saved = words(tmp_path / "net.lode", private=how)
    assert saved.verdict.predicts_the_same == "identical"
    assert holding(tmp_path / "net.lode", b"secretpatient", b"zebra") == []
    manifest = Files(str(tmp_path / "net.lode")).manifest
    assert manifest["coverage"] == {"VOCABULARY": None}
    assert manifest["witnesses"]["left_out"] == 3
    assert loadstone.load(tmp_path / "net.lode").predict("hello day") in {"negative", "positive"}


def test_what_each_costs_is_said_at_save_and_at_every_load(tmp_path):
    said = {
        "left-out": ("no later load can prove it", "unproven", "were left out as private"),
        "hashed": ("only who has them and the key", "unproven", "are kept as digests"),
        "synthetic": ("not that it is right", "identical", "on 16 synthetic inputs"),
    }
    for how, (cost, verdict, because) in said.items():
        path = tmp_path / f"{how}.lode"
        assert cost in words(path, private=how).verdict.predicts_because
        for report in (loadstone.check(path), loadstone.load(path).report):
            assert report.verdict.predicts_the_same == verdict
            assert because in report.verdict.predicts_because
        told = loadstone.inspect(path).detail["examples"]
        assert told.startswith("3 private")
        assert "private" in bytes(Files(str(path)).read("README.md")).decode()


def test_digests_prove_it_to_who_has_the_examples_and_the_key(tmp_path):
    path, key = tmp_path / "net.lode", tmp_path / "net.lode.key"
    words(path, private="hashed")
    assert key.stat().st_mode & 0o077 == 0
    report = loadstone.check(path, examples=TEXTS)
    assert report.verdict.predicts_the_same == "identical"
    assert "on 3 examples of the save, by their digests" in report.verdict.predicts_because
    for others in (TEXTS[::-1], TEXTS[:2], [*TEXTS[:2], "days"]):
        verdict = loadstone.check(path, examples=others).verdict
        assert verdict.predicts_the_same == "unproven"
        assert "is not the examples of the save" in verdict.predicts_because
    elsewhere = key.rename(tmp_path / "kept.key")
    assert "is not there" in loadstone.check(path, examples=TEXTS).verdict.predicts_because
    report = loadstone.check(path, examples=TEXTS, key=elsewhere)
    assert report.verdict.predicts_the_same == "identical"
    elsewhere.write_text(digests.key_text(digests.new_key()))
    because = loadstone.check(path, examples=TEXTS, key=elsewhere).verdict.predicts_because
    assert "is the key of others" in because
    elsewhere.write_text("a text")
    with pytest.raises(UsageError, match="is no key of Loadstone's"):
        loadstone.check(path, examples=TEXTS, key=elsewhere)


def other_tokens(text):
    return tokens(text).flip(0) * 0 + 1


def other_label(scores):
    return ["positive", "negative"][int(scores.argmax())]


@pytest.mark.parametrize(
    ("given", "code", "stages"),
    [
        ({"preprocess": other_tokens}, "LS500", ["differs"]),
        ({"postprocess": other_label}, "LS601", ["identical", "identical", "differs"]),
    ],
)
def test_digests_tell_which_stage_gives_something_else(tmp_path, given, code, stages):
    words(tmp_path / "net", private="hashed")
    report = loadstone.check(tmp_path / "net", examples=TEXTS, **given)
    assert code in [item.check.code for item in report.errors]
    assert [item.result for item in report.replay.stages] == stages
    assert report.verdict.predicts_the_same == "differs"


def test_weights_that_were_changed_are_told_by_digests(tmp_path):
    inputs = torch.rand(20, 4) * 3
    loadstone.save(nn.Linear(4, 2).eval(), tmp_path / "net", examples=inputs, private="hashed")
    weights = tmp_path / "net" / "forms" / "model.safetensors"
    data = bytearray(weights.read_bytes())
    data[-1] ^= 0x40
    weights.write_bytes(data)
    report = loadstone.check(tmp_path / "net", examples=inputs)
    assert report.verdict.predicts_the_same == "differs"


NUMBERS = st.floats(-1e6, 1e6)


@given(
    st.lists(NUMBERS, min_size=1, max_size=20),
    st.floats(1e-9, 1.0),
    st.floats(-1.0, 1.0),
)
@settings(max_examples=200, deadline=None)
def test_rounded_digests_take_what_is_within_and_nothing_beyond_twice(values, tolerance, share):
    key = digests.new_key()
    then = np.array(values)
    assume(tolerance > 256 * np.spacing(np.abs(then).max()))  # else a sum is no number within it
    told = json.loads(digests.recorded([], {"model": then}, {"model": tolerance}, key))
    near = digests.compared(told, "model", then + share * tolerance * 0.99, key, len(values))
    assert near.result in {"identical", "within tolerance"}
    far = digests.compared(told, "model", then + 2.01 * tolerance + 1e-9, key, len(values))
    moved = np.abs((then + 2.01 * tolerance + 1e-9) - then) > 2 * tolerance
    assert far.result == ("differs" if moved.any() else far.result)
    assert far.moved >= int(moved.sum())


def test_of_many_numbers_only_the_same_bits_are_proof():
    key, many = digests.new_key(), np.arange(float(digests.MOST + 1))
    told = json.loads(digests.recorded([], {"model": many}, {"model": 1e-6}, key))
    assert digests.compared(told, "model", many, key, 1).result == "identical"
    assert digests.compared(told, "model", many + 1e-9, key, 1).result == "unproven"
    assert digests.compared(told, "model", many.astype(int), key, 1).result == "differs"


def test_equal_values_have_no_equal_digests_and_guesses_none_without_the_key(tmp_path):
    labels = [["yes"], ["no"]] * 10
    told = [
        digests.recorded(labels, {"model": labels}, {}, digests.new_key()).decode()
        for _ in range(2)
    ]
    assert {line for line in told[0].split('"') if len(line) == 64}.isdisjoint(
        line for line in told[1].split('"') if len(line) == 64
    )


FRAME = pd.DataFrame(
    {
        "age": np.arange(30) + 98765401,
        "price": np.arange(30) * 98765.4321,
        "city": [f"secret{at % 3}" for at in range(30)],
        "day": pd.date_range("1987-03-04", periods=30),
    }
)


def numbers(frame):
    columns = [frame["price"].to_numpy(float), frame["city"].str.len().to_numpy(float)]
    return torch.tensor(np.stack(columns, 1), dtype=torch.float32)


@pytest.mark.parametrize("how", MODES)
def test_a_frame_is_known_by_its_cells_whatever_its_index(tmp_path, how):
    path = tmp_path / "net"
    options = {"preprocess": numbers, "batched": True, "examples": FRAME, "private": how}
    loadstone.save(nn.Linear(2, 2).eval(), path, forms=["native"], **options)
    assert holding(path, b"secret", b"98765", b"1987") == []
    report = loadstone.check(path, examples=FRAME.set_axis(range(100, 130)))
    wanted = {"left-out": "unproven", "hashed": "identical", "synthetic": "identical"}
    assert report.verdict.predicts_the_same == wanted[how]


@pytest.mark.parametrize("how", MODES)
def test_categories_are_kept_only_where_the_user_names_them(tmp_path, how):
    frame = FRAME.assign(city=FRAME["city"].astype("category"))
    options = {"preprocess": lambda held: torch.zeros(len(held), 2), "batched": True}
    options |= {"examples": frame, "private": how, "forms": ["native"]}
    with pytest.raises(UsageError, match="`city` is a column of categories, which are kept"):
        loadstone.save(nn.Linear(2, 2).eval(), tmp_path / "net", **options)
    named = {"city": {"categories": ["secret0", "secret1"]}}
    loadstone.save(nn.Linear(2, 2).eval(), tmp_path / "net", signature=named, **options)
    assert holding(tmp_path / "net", b"secret2") == []


def test_names_that_vary_from_record_to_record_are_not_kept(tmp_path):
    bags = [{"secretword": 1, "day": 2}, {"day": 1}]

    def size(bag):
        return torch.tensor([float(len(bag)), 1.0])

    options = {"preprocess": size, "batched": False, "examples": bags, "forms": ["native"]}
    loadstone.save(nn.Linear(2, 2).eval(), tmp_path / "net", private="hashed", **options)
    assert holding(tmp_path / "net", b"secretword") == []
    proved = loadstone.check(tmp_path / "net", examples=bags).verdict.predicts_the_same
    assert proved == "identical"
    assert loadstone.load(tmp_path / "net").predict(bags).shape == (2, 2)
    with pytest.raises(UsageError, match="names of the records vary"):
        loadstone.save(nn.Linear(2, 2).eval(), tmp_path / "b", private="synthetic", **options)


def test_models_that_draw(tmp_path):
    inputs = torch.rand(9, 4)
    loadstone.save(Noisy().eval(), tmp_path / "a", examples=inputs, seed=1, private="hashed")
    assert loadstone.check(tmp_path / "a", examples=inputs).verdict.predicts_the_same == "identical"
    loadstone.save(Noisy().eval(), tmp_path / "b", examples=inputs, draws=40, private="synthetic")
    verdict = loadstone.load(tmp_path / "b").report.verdict
    assert verdict.predicts_the_same == "within tolerance"
    assert "16 synthetic inputs in distribution: 40 runs" in verdict.predicts_because
    with pytest.raises(UsageError, match="what a model draws has no digest"):
        loadstone.save(Noisy().eval(), tmp_path / "c", examples=inputs, draws=40, private="hashed")


def test_a_key_is_never_written_over_and_goes_with_a_save_that_fails(tmp_path):
    inputs = torch.ones(2, 4)
    (tmp_path / "net.key").write_text("of others")
    with pytest.raises(UsageError, match="is the key of other digests"):
        loadstone.save(nn.Linear(4, 2), tmp_path / "net", examples=inputs, private="hashed")
    assert [item.name for item in tmp_path.iterdir()] == ["net.key"]
    with pytest.raises(UsageError, match="`private` is true, or one of left-out, hashed"):
        loadstone.save(nn.Linear(4, 2), tmp_path / "a", examples=inputs, private="hash")
    with pytest.raises(UsageError, match="says what is kept of examples: give some"):
        loadstone.save(nn.Linear(4, 2), tmp_path / "a", private="synthetic")
    loadstone.save(nn.Linear(4, 2), tmp_path / "b", examples=inputs)
    with pytest.raises(UsageError, match="holds no digests of examples"):
        loadstone.check(tmp_path / "b", examples=inputs, key=tmp_path / "net.key")


@pytest.mark.parametrize("how", MODES)
def test_a_file_that_is_kept(tmp_path, python, how):
    inputs = np.arange(30.0).reshape(10, 3) * 98765.4321
    model = LogisticRegression().fit(inputs, np.arange(10) % 2)
    (tmp_path / "model.pkl").write_bytes(pickle.dumps(model))
    np.save(tmp_path / "rows.npy", inputs)
    source = f"""
        import sys
        from loadstone.cli.main import main
        sys.exit(main(["save", {str(tmp_path / "model.pkl")!r}, "-o", PATH, "--examples", ROWS,
                       "--private", HOW]))
    """
    path, rows = tmp_path / "kept.lode", tmp_path / "rows.npy"
    python(source, PATH=path, ROWS=rows, HOW=how)
    assert holding(path, inputs[1].tobytes(), b"98765") == []
    told = python(
        "import loadstone; print(loadstone.check(PATH, examples=ROWS).verdict.predicts_the_same)",
        PATH=path,
        ROWS=rows,
    )
    wanted = {"left-out": "unproven", "hashed": "identical", "synthetic": "identical"}
    assert told.strip() == wanted[how]
    with loadstone.load(path) as loaded:
        assert (loaded.predict(inputs) == model.predict(inputs)).all()


@pytest.mark.parametrize("how", MODES)
def test_a_live_estimator(tmp_path, how):
    inputs = np.arange(30.0).reshape(10, 3) * 98765.4321
    model = LogisticRegression().fit(inputs, np.arange(10) % 2)
    path = tmp_path / "kept.lode"
    assert loadstone.save(model, path, examples=inputs, private=how).verdict.loads == "yes"
    assert holding(path, inputs[1].tobytes(), b"98765") == []
    told = loadstone.check(path, examples=inputs).verdict.predicts_the_same
    assert told == ("unproven" if how == "left-out" else "identical")


def length(path):
    return torch.tensor([float(len(path.read_bytes())), 1.0])


def test_files_are_known_by_what_is_in_them(tmp_path):
    places = [tmp_path / f"secret-{at}.png" for at in range(3)]
    for at, place in enumerate(places):
        place.write_bytes(b"\x89PNG\r\n\x1a\nsecretpixels" + bytes(at))
    options = {"preprocess": length, "batched": False, "examples": places, "forms": ["native"]}
    loadstone.save(nn.Linear(2, 2).eval(), tmp_path / "net", private="hashed", **options)
    assert holding(tmp_path / "net", b"secret") == []
    assert (
        loadstone.check(tmp_path / "net", examples=places).verdict.predicts_the_same == "identical"
    )
    moved = [place.rename(tmp_path / f"other-{at}.png") for at, place in enumerate(places)]
    assert (
        loadstone.check(tmp_path / "net", examples=moved).verdict.predicts_the_same == "identical"
    )
    moved[0].write_bytes(b"\x89PNG\r\n\x1a\nothers")
    verdict = loadstone.check(tmp_path / "net", examples=moved).verdict
    assert "is not the examples of the save" in verdict.predicts_because
    options["examples"] = moved
    with pytest.raises(UsageError, match="no synthetic inputs are made of files"):
        loadstone.save(nn.Linear(2, 2), tmp_path / "b", private="synthetic", **options)


SIGNATURES = {
    "array": (nn.Linear(4, 2), {"inputs": {"dtype": "float32", "shape": [None, 4]}}, {}),
    "ids": (nn.Embedding(7, 2), {"inputs": {"dtype": "int64", "shape": [None, 3]}}, {}),
    "texts": (Words(), {"inputs": "text"}, {"preprocess": tokens, "batched": False}),
    "frame": (
        nn.Linear(2, 2),
        {"price": "float64", "city": "str"},
        {"preprocess": numbers, "batched": True},
    ),
}


@pytest.mark.parametrize("name", SIGNATURES)
def test_examples_made_from_the_signature_alone(tmp_path, name):
    model, signature, steps = SIGNATURES[name]
    options = {"examples": "synthetic", "signature": signature, "forms": ["native"], **steps}
    saved = loadstone.save(model.eval(), tmp_path / "net", **options)
    assert "not that it is right for real inputs" in saved.verdict.predicts_because
    report = loadstone.load(tmp_path / "net").report
    assert report.verdict.predicts_the_same == "identical"
    assert report.verdict.predicts_because.startswith("on 16 synthetic inputs, in this process")
    assert loadstone.inspect(tmp_path / "net").detail["examples"].startswith("synthetic")


@pytest.mark.parametrize(
    "signature",
    [None, {"inputs": "float32"}, {"a": {"missing": True}}, {"inputs": "text", "a": "str"}],
)
def test_a_signature_that_does_not_say_enough(tmp_path, signature):
    options = {"examples": "synthetic", "signature": signature}
    with pytest.raises(UsageError, match="synthetic examples are made from `signature` alone"):
        loadstone.save(nn.Linear(4, 2), tmp_path / "net", **options)


PARTS = st.fixed_dictionaries(
    {
        "dtype": st.sampled_from(
            ["float32", "float64", "int64", "int8", "uint8", "bool", "float16"]
        ),
        "shape": st.lists(st.none() | st.integers(1, 5), max_size=3).map(
            lambda rest: [None, *rest]
        ),
    }
)


@given(PARTS)
@settings(max_examples=60, deadline=None)
def test_what_is_made_from_a_signature_fits_it(part):
    part = {"name": "", "kind": "array", **part}
    made = synthetic.made("array", [part], lambda batch: batch)
    assert fitted.array(made, part).batch is made
    assert synthetic.made("array", [part], lambda batch: batch).tobytes() == made.tobytes()


COLUMNS = st.sampled_from(["float64", "int64", "str", "bool", "datetime64[us]", "Int64", "object"])


@given(st.lists(COLUMNS, min_size=1, max_size=5))
@settings(max_examples=40, deadline=None)
def test_a_frame_that_is_made_fits_its_signature(dtypes):
    told = {f"c{at}": dtype for at, dtype in enumerate(dtypes)}
    kind, parts = signature_of.whole(told)
    made = synthetic.made(kind, parts, lambda batch: torch.zeros(len(batch), 1))
    again = columns.frame(made, parts)
    assert again.misfits == ()
    assert list(again.batch.columns) == list(told)


def test_which_columns_of_the_examples_lacked_values_is_not_kept():
    """The form then takes none that lacks a value, which the original answers."""
    content = {
        "witnesses": {"count": 3},
        "signature": {"inputs": None, "outputs": None},
        "steps": {},
        "coverage": {},
        "dropped": [],
        "forms": [{"kind": "original"}, {"kind": "portable", "labels": {"missing": ["income"]}}],
    }
    held = private.kept(content, Instead())["forms"]
    assert held == [{"kind": "original"}, {"kind": "portable", "labels": {"missing": []}}]
    assert content["forms"][1]["labels"]["missing"] == ["income"]


@pytest.mark.parametrize("how", MODES)
def test_a_vocabulary_that_keeps_the_words_of_private_texts_is_refused(how, tmp_path):
    """A defaultdict holds each word that it was asked for, of the texts that it has seen before."""
    known = collections.defaultdict(int, {"hello": 1, "day": 2})

    def prepare(text):
        return torch.tensor([float(known[word]) for word in text.split()][:1])

    saving = {"preprocess": prepare, "private": how, "batched": False}
    net = torch.nn.Linear(1, 2).eval()
    loadstone.save(net, tmp_path / "first.lode", examples=["hello", "secretpatient"], **saving)
    assert holding(tmp_path / "first.lode", b"secretpatient") == []
    with pytest.raises(UsageError, match=r"`known` is a defaultdict, .*: 1 of its"):
        loadstone.save(net, tmp_path / "again.lode", examples=["hello"], **saving)
