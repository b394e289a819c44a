from __future__ import annotations

import json
import os
from types import SimpleNamespace

import numpy as np
import pytest
import report_samples as samples

from loadstone.cli import main
from loadstone.core.classes import replace
from loadstone.core.facts import Coverage, Lookups, RowLookups
from loadstone.environment.run import ProcessFailedError
from loadstone.errors import LoadError, SaveError

UNKNOWN = Coverage((Lookups("vocab_map", 2, 1, ("universe",)), Lookups("labels", 3, 0)))


class Predictor:
    coverage = None
    probabilities = None

    def predict(self, rows):
        self.rows = rows
        return [f"seen {row}" for row in rows] if isinstance(rows, list) else rows


@pytest.fixture
def predictor(stand_in, monkeypatch):
    """Let what is loaded be a bundle that was proved."""
    loaded = Predictor()
    loaded.report = SimpleNamespace(verdict=SimpleNamespace(predicts_the_same="identical"))
    monkeypatch.setattr("loadstone.runtime.files.is_bundle", lambda _: True)

    def load(path, **settings):
        assert settings.pop("env", "auto") == "auto"
        settings.pop("wishes", None)
        loaded.asked = (path, settings)
        return loaded

    stand_in("loading", load=load)
    return loaded


def test_texts_in_lines_out(predictor, capsys):
    assert main(["predict", "review.lode", "hello", "world"]) == 0
    shown = capsys.readouterr()
    assert (shown.out, shown.err) == ("seen hello\nseen world\n", "")
    assert predictor.asked == ("review.lode", {"on_unknown": "ignore"})


def test_what_nothing_proves_is_told_to_be_unproven(predictor, capsys, monkeypatch):
    predictor.report.verdict.predicts_the_same = "unproven"
    assert main(["predict", "review.lode", "hello"]) == 0
    told = "note: unproven: nothing recorded says what it predicted when it was saved\n"
    assert capsys.readouterr().err == told
    predictor.report.verdict.predicts_the_same = "identical"
    monkeypatch.setattr("loadstone.runtime.files.is_bundle", lambda _: False)
    assert main(["predict", "model.pkl", "hello"]) == 0
    assert capsys.readouterr().err == told


def test_what_libraries_print_is_not_among_the_predictions(predictor, capsys, monkeypatch):
    plain = predictor.predict

    def predict(rows):
        print("[LightGBM] [Warning] Ignoring unrecognized parameter")
        return plain(rows)

    monkeypatch.setattr(predictor, "predict", predict)
    assert main(["predict", "review.lode", "hello"]) == 0
    shown = capsys.readouterr()
    assert shown.out == "seen hello\n"
    assert shown.err.startswith("[LightGBM]")


def test_texts_may_stand_after_options(predictor, capsys):
    assert (
        main(["predict", "m.pth", "--into", "net:Net", "hello", "--on-unknown", "warn", "b"]) == 0
    )
    assert capsys.readouterr().out == "seen hello\nseen b\n"


def test_unknown_words_are_told_on_stderr(predictor, capsys):
    predictor.coverage = UNKNOWN
    assert main(["predict", "review.lode", "hello universe"]) == 0
    shown = capsys.readouterr()
    told = "warning: `universe` is unknown to the vocabulary `vocab_map`: 1 of 2 tokens"
    assert shown.err == f"{told}\n"
    assert shown.out == "seen hello universe\n"


def test_what_was_unknown_at_save_is_told_beside(predictor, capsys):
    item = UNKNOWN.lookups[0]
    for unknown, told in ((4, "0.4%"), (0, "0%"), (16, "1.6%")):
        counts = {"looked_up_at_save": 1000, "unknown_at_save": unknown}
        predictor.coverage = Coverage((replace(item, **counts),))
        assert main(["predict", "review.lode", "hello universe"]) == 0
        assert capsys.readouterr().err.endswith(f": 1 of 2 tokens; {told} at save\n")


def test_what_is_unknown_as_at_save_is_not_told(predictor, capsys):
    counts = {"looked_up_at_save": 1000, "unknown_at_save": 400}
    predictor.coverage = Coverage((replace(UNKNOWN.lookups[0], **counts),))
    assert main(["predict", "review.lode", "hello universe", "--on-unknown", "error"]) == 0
    assert capsys.readouterr().err == ""


def test_the_rows_that_hold_unknown_words_are_named(predictor, capsys):
    rows = (RowLookups(3, 2, 1, ("universe",)), RowLookups(7, 1200, 1))
    item = replace(UNKNOWN.lookups[0], rows=rows, rows_unknown=2, of=9)
    for told, found in (
        ("2 of 9 rows: 3 with 1 of 2 tokens and 7 with 1 of 1,200", item),
        ("5 of 9 rows: 3 with 1 of 2 tokens, 7 with 1 of 1,200 …", replace(item, rows_unknown=5)),
        ("1 of 9 rows: row 3 with 1 of 2 tokens", replace(item, rows=rows[:1], rows_unknown=1)),
    ):
        predictor.coverage = Coverage((found,))
        assert main(["predict", "review.lode", "hello universe"]) == 0
        assert capsys.readouterr().err.endswith(f": 1 of 2 tokens ({told})\n")


def test_unknown_words_can_be_errors_or_ignored(predictor, capsys):
    predictor.coverage = UNKNOWN
    assert main(["predict", "review.lode", "hello universe", "--on-unknown", "error"]) == 1
    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err.startswith("error: `universe` is unknown")
    assert main(["predict", "review.lode", "hello universe", "--on-unknown", "ignore"]) == 0
    assert capsys.readouterr().err == ""


def test_the_suffix_of_the_output_says_how_it_is_written(predictor, tmp_path, capsys):
    for name, text in (
        ("p.csv", "prediction\nseen a\n"),
        ("p.txt", "seen a\n"),
        ("p.json", '{"predictions": ["seen a"]}\n'),
        ("p", '{"predictions": ["seen a"]}\n'),
    ):
        assert main(["predict", "m.lode", "a", "-o", str(tmp_path / name)]) == 0
        assert (tmp_path / name).read_text() == text
    assert main(["predict", "m.lode", "a", "-o", str(tmp_path / "p.npy")]) == 2
    assert "predictions are written as .json, .csv, .txt" in capsys.readouterr().err
    asked = ["-o", str(tmp_path / "p.npy"), "--output-format", "text"]
    assert main(["predict", "m.lode", "a", *asked]) == 0
    assert (tmp_path / "p.npy").read_text() == "seen a\n"


def test_one_list_is_told_to_be_one_row(predictor, tmp_path, capsys):
    predictor.notes = []
    (tmp_path / "row.json").write_text("[1, 2, 3]")
    assert main(["predict", "m.pkl", "-i", str(tmp_path / "row.json")]) == 0
    assert capsys.readouterr().err == "note: the list is one row of 3 numbers\n"


def test_a_file_of_rows_is_no_text(predictor, tmp_path, capsys):
    (tmp_path / "my rows.csv").write_text("text\nhello\n")
    path = str(tmp_path / "my rows.csv")
    assert main(["predict", "m.lode", path]) == 2
    assert f"is a file: `-i '{path}'` predicts its rows" in " ".join(
        capsys.readouterr().err.split()
    )


def test_json_floats_round_trip(predictor, tmp_path, capsys):
    rows = np.random.default_rng(1).normal(size=(3, 4)).astype(np.float32)
    np.save(tmp_path / "rows.npy", rows)
    predictor.probabilities = rows[:, 0]
    assert main(["predict", "m.lode", "-i", str(tmp_path / "rows.npy"), "-o", "-"]) == 0
    value = json.loads(capsys.readouterr().out)
    assert np.array_equal(np.asarray(value["predictions"], np.float32), rows)
    assert np.array_equal(np.asarray(value["probabilities"], np.float32), rows[:, 0])


def test_a_file_is_written_whole_or_not_at_all(predictor, tmp_path, capsys):
    out = tmp_path / "out.json"
    assert main(["predict", "m.lode", "a", "-o", str(out)]) == 0
    assert json.loads(out.read_text())["predictions"] == ["seen a"]
    assert main(["predict", "m.lode", "b", "-o", str(out)]) == 2
    assert "exists; `--overwrite` replaces it" in capsys.readouterr().err
    assert json.loads(out.read_text())["predictions"] == ["seen a"]
    assert main(["predict", "m.lode", "b", "-o", str(out), "--overwrite"]) == 0
    assert json.loads(out.read_text())["predictions"] == ["seen b"]
    assert list(tmp_path.iterdir()) == [out]
    assert out.stat().st_mode & 0o777 == 0o666 & ~_umask()


def _umask():
    mask = os.umask(0)
    os.umask(mask)
    return mask


def test_output_into_no_folder(predictor, tmp_path, capsys):
    assert main(["predict", "m.lode", "a", "-o", str(tmp_path / "no" / "out.json")]) == 2
    assert "is not a folder" in capsys.readouterr().err


def test_a_model_that_does_not_load(stand_in, capsys):
    def load(path, **settings):
        raise LoadError(samples.BROKEN)

    stand_in("loading", load=load)
    assert main(["predict", "model.pth", "a", "--into", "my_pkg:Net"]) == 1
    shown = capsys.readouterr()
    assert shown.out == ""
    assert "error[LS402]" in shown.err
    assert shown.err.endswith("No predictions were written.\n")


def test_inputs_that_do_not_fit(predictor, capsys):
    def refuse(rows):
        raise RuntimeError("mat1 and mat2 shapes\ncannot be multiplied")

    predictor.predict = refuse
    assert main(["predict", "m.lode", "a"]) == 2
    told = "RuntimeError: mat1 and mat2 shapes cannot be multiplied\n"
    assert capsys.readouterr().err == f"error: the model does not take these inputs: {told}"


def test_a_process_that_ends_is_not_blamed_on_the_inputs(predictor, capsys, monkeypatch):
    def predict(rows):
        raise ProcessFailedError("the process ended with exit code 3")

    monkeypatch.setattr(predictor, "predict", predict)
    assert main(["predict", "review.lode", "hello"]) == 2
    told = "error: the process of the model ended: the process ended with exit code 3\n"
    assert capsys.readouterr().err == told


def test_save(stand_in, predictor, tmp_path, capsys):
    asked = []
    predictor.model = "the model"

    def save(model, path, **settings):
        asked.append((model, path, settings))
        if path == "bad.lode":
            raise SaveError(samples.BROKEN)
        return samples.PROVEN

    stand_in("saving", save=save)
    (tmp_path / "rows.txt").write_text("hello world\nhello you\n")
    examples = ["--examples", str(tmp_path / "rows.txt")]
    flags = ["--into", "net:Net", "--preprocess", "json:dumps"]
    assert main(["save", "m.pth", "-o", "m.lode", *flags, *examples]) == 0
    settings = {"preprocess": json.dumps, "examples": ["hello world", "hello you"]}
    assert asked == [("the model", "m.lode", settings)]
    assert predictor.asked == ("m.pth", {"into": "net:Net", "fix": None, "accept": {}})
    shown = capsys.readouterr()
    assert shown.out.startswith("review.lode\n")
    assert shown.err == "Wrote m.lode.\n"
    assert main(["save", "m.pth", "-o", "bad.lode", "--into", "net:Net"]) == 1
    shown = capsys.readouterr()
    assert "error[LS402]" in shown.out
    assert shown.err == "Nothing was written.\n"


def test_save_with_a_function_that_is_not_there(capsys):
    assert main(["save", "m.pth", "-o", "m.lode", "--preprocess", "json:nothing"]) == 2
    assert capsys.readouterr().err.startswith("error: `--preprocess json:nothing`: ")
