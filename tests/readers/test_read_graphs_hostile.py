"""Any bytes that begin as a graph or an array give well-typed facts, in bounded time."""

import json
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from reader_truth import read

from loadstone import readers
from loadstone.core.jsonable import to_json

FILES = Path(__file__).parents[1] / "files"
FOLDERS = ("numpy", "onnx", "gguf", "flax", "coreml", "openvino", "paddle", "pmml")
WORDS = {
    "truncated", "trailing", "malformed", "limit", "version", "missing-member", "short-member",
    "outside", "crc", "encrypted", "layout-flat", "layout-nested", "empty-member", "crlf",
}  # fmt: skip
SEEDS = [
    path
    for folder in FOLDERS
    for path in sorted((FILES / folder).glob("**/*"))
    if path.is_file()
    and path.suffix not in {".py", ".json", ".data"}
    and path.stat().st_size < 8000
]
PROPERTY = settings(
    deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


def test_every_format_has_seeds():
    assert {path.relative_to(FILES).parts[0] for path in SEEDS} == set(FOLDERS)


@st.composite
def mutated(draw):
    data = bytearray(draw(st.sampled_from(SEEDS)).read_bytes())
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(data)))
        kind = draw(st.integers(0, 5))
        if kind == 0:
            del data[at:]
        elif kind == 1 and at < len(data):
            data[at] = draw(st.integers(0, 255))
        elif kind == 2:
            data[at:at] = draw(st.binary(max_size=8))
        elif kind == 3:
            del data[at : at + draw(st.integers(1, 40))]
        elif kind == 4:
            data[at : at + 4] = draw(st.sampled_from([b"\xff" * 4, bytes(4), b"\xff\xff\xff\x7f"]))
        else:
            to = draw(st.integers(0, len(data)))
            data[at:at] = data[to : to + draw(st.integers(1, 60))]
    return bytes(data)


@settings(PROPERTY, max_examples=500)
@given(data=mutated())
def test_mutated_files_give_facts(tmp_path, data):
    path = tmp_path / "model.bin"
    path.write_bytes(data)
    artifact = read(path)
    json.dumps(to_json(artifact), allow_nan=False).encode()
    assert {item.kind for item in artifact.damage} <= WORDS
    for state in artifact.state_dicts:
        for fact in list(state.tensors.values())[:3]:
            if fact.extent is not None and not artifact.damage:
                try:
                    for chunk, _ in zip(readers.tensor_bytes(path, fact), range(3), strict=False):
                        assert len(chunk) <= 32 << 20
                except OSError:
                    pass
