"""fastText's header, compared with what gensim reads from the same file."""

import json
from pathlib import Path

from reader_truth import read

FILES = Path(__file__).parents[1] / "files" / "fasttext"


def test_arguments_and_counts():
    found = read(FILES / "gensim.bin")
    told = json.loads((FILES / "truth.json").read_text("utf-8"))
    assert (found.format, found.content, found.framework) == ("fasttext", "model", "fasttext")
    assert {key: found.detail[key] for key in told} == told
    assert (found.opening_runs_code, found.damage) == ("no", ())


def test_a_file_that_ends_in_its_header(tmp_path):
    data = (FILES / "gensim.bin").read_bytes()
    for length in (8, 40, 90):
        (tmp_path / "model.bin").write_bytes(data[:length])
        assert [item.kind for item in read(tmp_path / "model.bin").damage] == ["truncated"]
