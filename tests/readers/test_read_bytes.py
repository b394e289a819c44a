"""The bytes of a tensor, also where a view is far larger than a chunk."""

import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from reader_truth import joined, packed

from loadstone import readers
from loadstone.readers import _bytes

SETTINGS = settings(
    deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@st.composite
def views(draw):
    dtype = draw(st.sampled_from([torch.uint8, torch.int16, torch.float32, torch.complex128]))
    sizes = draw(
        st.lists(st.integers(1, 40), min_size=1, max_size=4).filter(
            lambda s: len(s) < 4 or max(s) < 20
        )
    )
    tensor = torch.arange(torch.Size(sizes).numel()).to(dtype).reshape(sizes)
    tensor = tensor.permute(draw(st.permutations(range(len(sizes)))))
    for axis in range(len(sizes)):
        start = draw(st.integers(0, tensor.shape[axis] - 1))
        tensor = tensor.narrow(axis, start, tensor.shape[axis] - start)
        if draw(st.booleans()):
            tensor = tensor[(slice(None),) * axis + (slice(None, None, draw(st.integers(1, 3))),)]
    if draw(st.booleans()):
        tensor = tensor.unsqueeze(0).expand(draw(st.integers(1, 5)), *tensor.shape)
    return tensor


@pytest.mark.parametrize(("chunk", "span"), [(4 << 20, 16 << 20), (64, 0), (1000, 500)])
@SETTINGS
@given(tensor=views())
def test_every_view(tmp_path, chunk, span, tensor):
    path = tmp_path / "views.pt"
    torch.save([tensor], path)
    fact = readers.read(path).state_dicts[0].tensors["0"]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_bytes, "CHUNK", chunk)
        patch.setattr(_bytes, "_SPAN", span)
        assert joined(path, fact) == packed(tensor)


def test_chunks_are_bounded(tmp_path):
    path = tmp_path / "large.pt"
    tensor = torch.arange(6_000_000, dtype=torch.float32).reshape(2000, 3000)
    torch.save({"plain": tensor, "turned": tensor.t(), "wide": tensor[:1].expand(4000, 3000)}, path)
    for key, fact in readers.read(path).state_dicts[0].tensors.items():
        sizes = [len(chunk) for chunk in readers.tensor_bytes(path, fact)]
        assert max(sizes) <= _bytes.CHUNK, key
        assert sum(sizes) == fact.nbytes


def test_a_tensor_without_bytes_says_so(tmp_path):
    path = tmp_path / "meta.pt"
    torch.save({"a": torch.ones(2, device="meta")}, path)
    fact = readers.read(path).state_dicts[0].tensors["a"]
    with pytest.raises(ValueError, match="the bytes of this float32 2 are not in the file"):
        joined(path, fact)
