"""What a model itself looks up and does not know is told: scikit-learn and transformers."""

import contextlib
import itertools
import json
import warnings
from pathlib import Path

import pytest

import loadstone
from loadstone.bundle.private import MODES
from loadstone.inputs.coverage import UnknownInput, UnknownInputError
from loadstone.runtime.files import Files

FILES = Path(__file__).parents[1] / "files" / "hf"
WORDS = ["film", "day", "rome", "lovely", "dreadful", "what", "nice", "plain"]
TEXTS = [" ".join(words) for words in itertools.permutations(WORDS, 4)][:120:2]
FOREIGN = "so es da du wo wir ihr ob am im um zu"


@pytest.fixture
def load():
    """Load bundles, and let them go at the end."""
    with contextlib.ExitStack() as stack:
        yield lambda *given, **how: stack.enter_context(loadstone.load(*given, **how))


@pytest.fixture(scope="module")
def fitted():
    """Return a pipeline whose vocabulary was cut to six of eight words."""
    pytest.importorskip("sklearn")
    from sklearn.compose import ColumnTransformer
    from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline, make_union

    labels = [at % 2 for at in range(len(TEXTS))]
    words = TfidfVectorizer(max_features=6)
    made = {"cut": make_pipeline(words, LogisticRegression()).fit(TEXTS, labels)}
    both = make_union(CountVectorizer(), TfidfVectorizer(analyzer="char"))
    made["union"] = make_pipeline(both, LogisticRegression()).fit(TEXTS, labels)
    pd = pytest.importorskip("pandas")
    frame = pd.DataFrame({"text": TEXTS, "size": [float(at) for at in range(len(TEXTS))]})
    columns = ColumnTransformer([("words", CountVectorizer(), "text")], remainder="passthrough")
    made["columns"] = make_pipeline(columns, LogisticRegression(max_iter=999)).fit(frame, labels)
    return {**made, "frame": frame}


@pytest.fixture(scope="module")
def saved(fitted, tmp_path_factory):
    folder = tmp_path_factory.mktemp("models")
    for name in ("cut", "union", "columns"):
        given = fitted["frame"] if name == "columns" else TEXTS
        loadstone.save(fitted[name], folder / f"{name}.lode", examples=given)
    return folder


def test_a_cut_vocabulary_of_a_pipeline_is_told_where_it_lacks_more(saved, load):
    manifest = Files(str(saved / "cut.lode")).manifest
    (counts,) = manifest["coverage"].values()
    assert manifest["coverage"].keys() == {"tfidfvectorizer"}
    assert counts["looked_up"] == 240
    assert 0 < counts["unknown"] < 240
    model = load(saved / "cut.lode", on_unknown="error")
    model.predict(TEXTS[:9])
    with pytest.raises(
        UnknownInputError, match=r"`tfidfvectorizer`: 12 of 12 tokens; \d+% at save"
    ):
        model.predict(FOREIGN)
    with pytest.raises(UnknownInputError, match="1 of 10 rows: row 10 with 12 of 12 tokens"):
        model.predict([*TEXTS[:9], FOREIGN])
    (found,) = model.coverage.lookups
    assert found.looked_up_at_save == 240


@pytest.mark.parametrize("name", ["union", "columns"])
def test_vectorizers_inside_of_others_tell_their_rows(name, saved, fitted, load):
    model = load(saved / f"{name}.lode")
    rows = ["what a nice day", "a day in pluto", "plain rome"]
    given = fitted["frame"].head(3).assign(text=rows) if name == "columns" else rows
    told = r"`in` and `pluto` are unknown .*: 2 of 8 tokens; 0% at save \(1 of 3 rows: row 2"
    with pytest.warns(UnknownInput, match=told):
        model.predict(given)
    (found,) = model.coverage.lookups
    assert found.name == {"union": "featureunion.countvectorizer"}.get(
        name, "columntransformer.words"
    )
    with pytest.warns(UnknownInput, match=told):
        plain = model.plain(rows if name == "union" else given.to_dict("records"))
    assert set(plain) == {"predictions"}


def test_check_tells_the_rows_of_a_kept_model(saved, tmp_path, load):
    rows = tmp_path / "rows.json"
    rows.write_text(json.dumps([*TEXTS[:9], FOREIGN]))
    report = loadstone.check(saved / "cut.lode", examples=rows)
    (told,) = [item.finding for item in report.found if item.check.code == "LS501"]
    assert "1 of 10 rows: row 10 with 12 of 12 tokens" in told.message
    assert told.rows[-1].saved == "row 10: 12 of 12 tokens, `so`, `es` and `da`"


def test_many_rows_are_asked_in_parts_and_counted_from_the_first(saved, monkeypatch, load):
    monkeypatch.setattr("loadstone.bare_file._CHUNK", 2000)
    model = load(saved / "union.lode")
    rows = [*TEXTS, "what a pluto", *TEXTS, "mars"]
    told = "2 of 122 rows: 61 with 1 of 2 tokens and 122 with 1 of 1"
    with pytest.warns(UnknownInput, match=told):
        model.predict(rows)


@pytest.mark.parametrize("how", MODES)
def test_no_word_of_private_examples_is_kept(how, fitted, tmp_path, load):
    place = tmp_path / "cut.lode"
    texts = [*TEXTS, "secretpatient film", "zebra day"]
    loadstone.save(fitted["cut"], place, examples=texts, private=how)
    files = Files(str(place))
    held = b"".join(bytes(files.read(name)) for name in files.places)
    assert b"secretpatient" not in held
    assert b"zebra" not in held
    assert files.manifest["coverage"] == {"tfidfvectorizer": None}
    model = load(place)
    with pytest.warns(UnknownInput, match=r"`pluto` is unknown .*: 1 of 2 tokens$"):
        model.predict("film pluto")


@pytest.fixture(scope="module")
def people():
    transformers, torch = (pytest.importorskip(name) for name in ("transformers", "torch"))
    told = json.loads((FILES / "reviews" / "config.json").read_text())
    config = transformers.BertConfig(
        **{**told, "architectures": None, "id2label": {0: "O", 1: "P"}}
    )
    tokenizer = transformers.AutoTokenizer.from_pretrained(FILES / "reviews")
    torch.manual_seed(0)
    model = transformers.BertForTokenClassification(config).eval()
    return transformers.pipeline("token-classification", model=model, tokenizer=tokenizer)


def test_the_tokenizer_of_a_pipeline_of_any_task_tells_its_rows(people, tmp_path, load):
    loadstone.save(people, tmp_path / "it.lode", examples=["a lovely film", "what a day"])
    model = load(tmp_path / "it.lode", device="cpu")
    assert Files(str(tmp_path / "it.lode")).manifest["coverage"]["tokenizer"]["unknown"] == 0
    with warnings.catch_warnings():
        warnings.simplefilter("error", UnknownInput)
        model.predict(["a lovely day", "what a film"])
    told = r"`☃☃` and `日` are unknown .* \(2 of 3 rows: 1 with 1 of \d tokens and 3 with 1 of 1\)"
    with pytest.warns(UnknownInput, match=told):
        model.predict(["lovely ☃☃ film", "a film", "日"])


def test_a_folder_that_is_kept_as_it_was_counts_too(tmp_path, load):
    pytest.importorskip("transformers")
    pytest.importorskip("torch")
    place = tmp_path / "it.lode"
    assert loadstone.save(FILES / "reviews", place, examples=["a lovely film", "what a day"])
    told = r"`☃☃` is unknown to the vocabulary `tokenizer`: 1 of \d tokens; 0% at save"
    with pytest.warns(UnknownInput, match=told):
        load(place).predict(["lovely ☃☃ film"])
