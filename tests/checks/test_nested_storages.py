"""The code that LS102 and LS203 give for tensors of a GPU in a plain pickle loads them."""

import io
import pickle
import runpy

import pytest
import torch

from loadstone.checks._nested import is_nested, on_cpu
from loadstone.readers import read


class Storage:
    """Pickles as a storage of a GPU does."""

    def __init__(self, tensor):
        self.tensor = tensor

    def __reduce__(self):
        file = io.BytesIO()
        storage = torch.storage.TypedStorage(
            wrap_storage=self.tensor.untyped_storage(), dtype=self.tensor.dtype, _internal=True
        )
        torch.save(storage, file, _use_new_zipfile_serialization=False)
        found = file.getvalue().replace(b"X\3\0\0\0cpu", b"X\6\0\0\0cuda:0")
        return torch.storage._load_from_bytes, (found,)


@pytest.mark.filterwarnings("ignore:TypedStorage is deprecated")
@pytest.mark.parametrize("protocol", [2, 4])
def test_the_code_loads_them_on_the_cpu(tmp_path, protocol):
    path = tmp_path / "clf.pkl"
    path.write_bytes(pickle.dumps({"a": Storage(torch.arange(3.0))}, protocol))
    found = read(path)
    assert is_nested(found)
    (tmp_path / "fix.py").write_text(on_cpu(found), "utf-8")
    runpy.run_path(str(tmp_path / "fix.py"))
    kept = torch.load(f"{path}.pth", weights_only=False)["a"]
    assert list(kept) == [0.0, 1.0, 2.0]
