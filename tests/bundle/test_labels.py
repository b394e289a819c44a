"""The order of labels is recorded, and another order is told where no witness shows it."""

import json
import pickle

import numpy as np
import pytest
import torch
from sklearn.linear_model import LogisticRegression
from torch import nn

import loadstone
from loadstone import LoadError
from loadstone.errors import SaveWarning
from loadstone.inputs import labels

LABELS = ["negative", "neutral", "positive"]
ROUND = ["positive", "neutral", "negative"]
NUMBERED = {"negative": 0, "neutral": 1, "positive": 2}
MORE_LABELS = ["background", *LABELS]


def label(scores):
    return LABELS[int(scores.argmax())]


def turned(scores):
    return ROUND[int(scores.argmax())]


def numbered(scores):
    return next(name for name, at in NUMBERED.items() if at == int(scores.argmax()))


def more(scores):
    return MORE_LABELS[int(scores.argmax())]


class Labeller:
    """A postprocessing with its labels in an attribute."""

    def __init__(self, names):
        self.names = names

    def __call__(self, scores):
        return self.names[int(scores.argmax())]


def neutral():
    """Return a model whose every answer is the label in the middle, which no turn moves."""
    net = nn.Linear(3, 3).eval()
    with torch.no_grad():
        net.bias.copy_(torch.tensor([0.0, 99.0, 0.0]))
    return net


@pytest.mark.parametrize("step", [label, numbered, Labeller(LABELS)])
def test_labels_in_another_order_are_told_though_every_witness_is_the_same(tmp_path, step):
    path = tmp_path / "net"
    loadstone.save(neutral(), path, examples=torch.rand(5, 3), postprocess=step, forms=["native"])
    held = json.loads((path / "loadstone.json").read_text())["signature"]["labels"]
    assert list(held.values()) == [LABELS]
    assert loadstone.check(path, postprocess=label).found == ()
    with pytest.raises(LoadError, match="labels are in another order") as raised:
        loadstone.load(path, postprocess=turned)
    (found,) = raised.value.report.errors
    assert "output 0 is `positive`, and was `negative`" in found.finding.message
    assert [item.check.code for item in raised.value.report.errors] == ["LS518"]
    accepted = loadstone.load(path, postprocess=turned, accept={"LS518": "turned on purpose"})
    assert accepted.predict(torch.rand(3)) == "neutral"


def test_labels_are_kept_and_told_in_another_process(tmp_path, python):
    source = """
        import torch
        from torch import nn
        import loadstone
        LABELS = ["negative", "neutral", "positive"]
        def label(scores):
            return LABELS[int(scores.argmax())]
        net = nn.Linear(3, 3).eval()
        torch.nn.init.zeros_(net.weight)
        with torch.no_grad():
            net.bias.copy_(torch.tensor([0.0, 99.0, 0.0]))
        loadstone.save(net, PATH, examples=torch.rand(5, 3), postprocess=label)
    """
    python(source, PATH=tmp_path / "net")
    told = python(
        """
        import loadstone
        LABELS = ["positive", "neutral", "negative"]
        def label(scores):
            return LABELS[int(scores.argmax())]
        print([item.check.code for item in loadstone.check(PATH, postprocess=label).errors])
        """,
        PATH=tmp_path / "net",
    )
    assert told.strip() == "['LS518']"


def test_more_names_than_outputs_are_told_at_save(tmp_path):
    with pytest.warns(SaveWarning, match="`MORE_LABELS` names 4 labels, and the model gives 3"):
        loadstone.save(neutral(), tmp_path / "a", examples=torch.rand(5, 3), postprocess=more)


def test_two_orders_of_the_same_labels_are_told():
    def both(scores):
        return LABELS[0], ROUND[0], scores

    told = labels.at_odds(both, torch.rand(5, 3))
    assert "have the same labels in another order" in told
    assert labels.at_odds(label, torch.rand(5, 3)) == ""
    assert labels.at_odds(label, torch.rand(5)) == ""
    assert labels.at_odds(more, torch.rand(5, 85)) == ""  # of boxes and scores
    assert labels.at_odds(more, (torch.rand(5, 2), torch.rand(5, 3))) == ""


@pytest.mark.parametrize(
    ("beside", "told"),
    [
        ({"labels": ["b", "a", "c"]}, True),
        ({"labels": ["a", "b", "c"]}, False),
        ({"labels": np.array(["c", "b", "a"])}, True),
        ({"columns": ["x", "y", "z"]}, False),
    ],
)
def test_a_list_beside_a_classifier(tmp_path, beside, told):
    rows = np.random.default_rng(0).normal(size=(30, 3))
    model = LogisticRegression().fit(rows, np.array(["a", "b", "c"] * 10))
    (tmp_path / "model.pkl").write_bytes(pickle.dumps({"model": model, **beside}))
    codes = [item.check.code for item in loadstone.check(tmp_path / "model.pkl").found]
    assert ("LS518" in codes) == told


@pytest.mark.parametrize(
    ("numbers", "told"),
    [
        ({"negative": 1, "positive": 0}, "`negative` is 0 in `id2label`, and 1 in `label2id`"),
        ({"negative": 0, "positive": 1}, ""),
        ({"LABEL_0": 0, "LABEL_1": 1}, ""),
        (None, ""),
    ],
)
def test_the_two_tables_of_a_config(numbers, told):
    from loadstone.readers._label_orders import in_config

    config = {"id2label": {"0": "negative", "1": "positive"}, "label2id": numbers}
    assert in_config(config) == told
