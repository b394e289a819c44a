"""A model that is defined in a notebook's cells is saved from there, and loads elsewhere."""

import nbclient
import nbformat
import pytest

import loadstone


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_saved_from_a_cell(classifier, tmp_path):
    imports, _, rest = classifier.partition("def basic_english")
    head, _, tail = rest.partition("class Classifier")
    path = f"PATH = {str(tmp_path / 'review.lode')!r}\n"
    cells = [path + imports, "def basic_english" + head, "class Classifier" + tail]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    nbclient.NotebookClient(
        notebook, timeout=120, resources={"metadata": {"path": tmp_path}}
    ).execute()
    assert notebook.cells[-1].outputs[-1]["text"] == "identical\n"
    predictor = loadstone.load(tmp_path / "review.lode", on_unknown="ignore")
    assert predictor.predict("hello world") in {"negative", "positive"}
    assert predictor.coverage.lookups[0].unknown == 0


CELL = """
import torch, loadstone
from torch import nn

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(2, 2)

    def forward(self, x):
        return torch.relu(self.fc(x))

def halved(x):
    return torch.mul(x, 0.5)

print(loadstone.save(Net().eval(), PATH, preprocess=halved, examples=torch.ones(3, 2)))
"""


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_a_cell_that_imports_and_defines(tmp_path):
    cell = nbformat.v4.new_code_cell(f"PATH = {str(tmp_path / 'net.lode')!r}\n{CELL}")
    notebook = nbformat.v4.new_notebook(cells=[cell])
    nbclient.NotebookClient(
        notebook, timeout=120, resources={"metadata": {"path": tmp_path}}
    ).execute()
    assert "predicts the same: identical" in cell.outputs[-1]["text"]
    assert loadstone.load(tmp_path / "net.lode").report.verdict.predicts_the_same == "identical"
