"""What another version of transformers is given: the config, the tokenizer, the options."""

import json
import types
from pathlib import Path

import numpy as np
import pytest

import loadstone
from loadstone.adapters.torch import configured
from loadstone.inputs.witnesses import Witnesses
from loadstone.runtime import torch_model, transformers_config, transformers_model
from loadstone.runtime import transformers_steps as steps
from loadstone.runtime.pipeline import Pipeline

transformers = pytest.importorskip("transformers")
torch = pytest.importorskip("torch")
REVIEWS = Path(__file__).parents[1] / "files" / "hf" / "reviews"
TEXTS = ["a lovely film", "what a dreadful day"]


@pytest.fixture(scope="module")
def pair():
    net = transformers.AutoModelForSequenceClassification.from_pretrained(REVIEWS)
    return net, transformers.AutoTokenizer.from_pretrained(REVIEWS)


@pytest.fixture(scope="module")
def saved(pair, tmp_path_factory):
    """Return the structure, the tensors and the captured objects of a bundle."""
    path = tmp_path_factory.mktemp("other") / "net"
    loadstone.save(pair, path, examples=TEXTS, forms=["native"])
    held = Pipeline(str(path))
    held.load(["native"])
    return held.structure, held.stored(held.manifest["forms"][0]), held.roots


def test_another_version_builds_a_model_by_its_config(pair, saved, monkeypatch):
    structure, *rest = saved
    build, built = transformers_config.build, []
    monkeypatch.setattr(
        transformers_config, "build", lambda *given: built.append(1) or build(*given)
    )
    given = pair[1](TEXTS, padding=True, return_tensors="pt")
    with torch.inference_mode():
        before = pair[0](**given).logits
        for version in (transformers.__version__, "4.44.2"):
            made = {**structure["transformers"], "version": version}
            net = torch_model.build({**structure, "transformers": made}, *rest)
            assert not net.training
            assert torch.equal(net(**given).logits, before)
    assert built == [1]


def test_a_version_with_other_tensors_builds_none(saved):
    structure, *rest = saved
    held = {**structure["transformers"], "version": "4.44.2"}
    for change in ({"num_hidden_layers": 1}, {"num_hidden_layers": 3}):
        other = {**held, "config": {**held["config"], **change}}
        with pytest.raises(transformers_config.NotFittingError, match="of other tensors: bert"):
            torch_model.build({**structure, "transformers": other}, *rest)
    other = {**held, "class": "pipeline"}
    with pytest.raises(transformers_config.NotFittingError, match="has no model `pipeline`"):
        torch_model.build({**structure, "transformers": other}, *rest)


def test_only_a_model_that_its_config_tells_is_told_by_it(pair):
    assert configured.told(pair[0])["class"] == "BertForSequenceClassification"
    for change in (
        lambda net: net.bert.encoder.layer.__delitem__(0),
        lambda net: net.classifier.register_forward_hook(lambda *_: None),
        lambda net: setattr(net.dropout, "p", 0.5),
        lambda net: setattr(net.config, "num_attention_heads", 4),
        lambda net: setattr(net, "classifier", torch.nn.Identity()),
        lambda net: setattr(net.config, "held", object()),
    ):
        net = transformers.AutoModelForSequenceClassification.from_pretrained(REVIEWS)
        change(net)
        assert configured.told(net) is None
    assert configured.told(torch.nn.Linear(2, 2)) is None

    class Own(transformers.BertForSequenceClassification):
        pass

    assert configured.told(Own(pair[0].config)) is None


def test_a_tokenizer_whose_class_was_renamed(pair):
    older = types.SimpleNamespace(
        AutoTokenizer=None, PreTrainedTokenizerFast=transformers.PreTrainedTokenizerFast
    )
    tokenizer = steps.tokenizer_in(older, str(REVIEWS))
    for texts in (TEXTS, TEXTS[0]):
        assert dict(tokenizer(texts, padding=True)) == dict(pair[1](texts, padding=True))


def test_options_that_are_off_and_not_known_are_left_out():
    class Pipeline:
        def _sanitize_parameters(self, top_k=None):
            """Take one option."""

    class Every:
        def _sanitize_parameters(self, top_k=None, **more):
            """Take any."""

    given = {"top_k": 1, "split": False, "stride": 2}
    assert transformers_model._known(Pipeline, given) == {"top_k": 1, "stride": 2}
    assert transformers_model._known(Every, given) == given


def test_rounding_is_allowed_twice_where_it_was_measured_against_double_precision():
    kept = Witnesses(2)
    kept.record("model", np.array([0.25, -4.0], np.float32))
    off = np.array([0.25, -4.0 + 2**-20], np.float32)
    kept.measure("one thread", {"model": lambda: off})
    assert kept.tolerances == {"model": {"": 2**-20}}
    kept.measure("double precision", {"model": lambda: off}, sides=2)
    assert kept.tolerances == {"model": {"": 2**-19}}
    assert kept.measured == {"one thread": 2**-20, "double precision": 2**-20}


def test_a_pipeline_is_measured_in_double_precision(tmp_path):
    made = json.loads((REVIEWS / "config.json").read_text())
    net = transformers.BertForMaskedLM(transformers.BertConfig(**{**made, "architectures": None}))
    words = transformers.AutoTokenizer.from_pretrained(REVIEWS)
    given = transformers.pipeline("fill-mask", model=net.eval(), tokenizer=words)
    loadstone.save(given, tmp_path / "net", examples=["a [MASK] film", "what a [MASK] day"])
    told = json.loads((tmp_path / "net/witnesses/witnesses.json").read_text())
    assert {"singly", "one thread", "double precision"} <= set(told["measured"])
    assert None not in told["measured"].values()
    (allowed,) = told["tolerances"]["model"].values()
    assert 2 * told["measured"]["double precision"] < allowed < 1e-5
    assert next(net.parameters()).dtype is torch.float32
