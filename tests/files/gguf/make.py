# /// script
# requires-python = "==3.11.*"
# dependencies = ["gguf==0.10.0", "numpy==1.26.4", "sentencepiece"]
# ///
"""GGUF files of the `gguf` package, with what its own reader says of them.

Version 1 and 2 are written by hand from version 3: only the width of the counts differs, and
`GGUFReader` reads version 2 to confirm it.
"""

import hashlib
import json
import shutil
from pathlib import Path

import gguf
import numpy as np

HERE = Path(__file__).parent


def write(path, *, endian=gguf.GGUFEndian.LITTLE, split=0, quantized=True, alignment=None):
    writer = gguf.GGUFWriter(path, "llama", endianess=endian, split_max_tensors=split)
    writer.add_name("tiny")
    writer.add_context_length(8)
    writer.add_float32("tiny.ratio", 0.5)
    writer.add_bool("tiny.flag", val=True)
    writer.add_array("tiny.sizes", [1, 2, 3])
    writer.add_token_list(["<s>", "</s>", "a", "b"])
    writer.add_tokenizer_model("llama")
    if alignment:
        writer.add_custom_alignment(alignment)
    rng = np.random.default_rng(0)
    weights = rng.standard_normal((4, 64)).astype(np.float32)
    writer.add_tensor("blk.0.attn.weight", weights)
    writer.add_tensor("blk.0.norm.weight", np.arange(5, dtype=np.float16))
    if quantized:
        for kind in (gguf.GGMLQuantizationType.Q8_0, gguf.GGMLQuantizationType.Q4_0):
            data = gguf.quants.quantize(weights, kind)
            writer.add_tensor(f"blk.0.{kind.name.lower()}", data, raw_dtype=kind)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def told(path):
    reader = gguf.GGUFReader(path)
    return {
        tensor.name: {
            "shape": [int(size) for size in reversed(tensor.shape)],
            "type": tensor.tensor_type.name,
            "offset": int(tensor.data_offset),
            "nbytes": int(tensor.n_bytes),
            "sha256": hashlib.sha256(tensor.data.tobytes()).hexdigest(),
        }
        for tensor in reader.tensors
    }


def main():
    write(HERE / "tiny.gguf")
    write(HERE / "aligned.gguf", alignment=64)
    write(HERE / "big.gguf", endian=gguf.GGUFEndian.BIG, quantized=False)
    shards = HERE / "sharded"
    shutil.rmtree(shards, ignore_errors=True)
    shards.mkdir()
    write(shards / "tiny.gguf", split=2)
    truth = {
        str(path.relative_to(HERE)): told(path)
        for path in sorted([*HERE.glob("*.gguf"), *shards.glob("*.gguf")])
    }
    (HERE / "truth.json").write_text(json.dumps(truth, indent=1) + "\n")


main()
