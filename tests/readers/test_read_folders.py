"""Folders of Hugging Face and of trainings: what is read equals what the libraries reported."""

import argparse
import json
import re
import shutil
from pathlib import Path

import pytest
import torch
from reader_truth import joined, packed, read
from safetensors.torch import load_file, save_file

from loadstone import readers
from loadstone.readers import store

FILES = Path(__file__).parents[1] / "files" / "hf"
TOLD = json.loads((FILES / "truth.json").read_text())
FORMATS = {
    "bert": "transformers", "gpt2-shards": "transformers", "bert-bin": "transformers",
    "gpt2-bin-shards": "transformers", "adapter": "peft-adapter", "trainer": "transformers",
    "accelerate": "training-checkpoint", "sentences": "sentence-transformers",
    "diffusers": "diffusers",
}  # fmt: skip
LFS = b"version https://git-lfs.github.com/spec/v1\noid sha256:" + b"0" * 64 + b"\nsize 9\n"


@pytest.fixture
def copy(tmp_path):
    def copied(name):
        return Path(shutil.copytree(FILES / name, tmp_path / name))

    return copied


def kinds(artifact):
    return [(item.kind, item.detail.get("member")) for item in artifact.damage]


@pytest.mark.parametrize("name", FORMATS)
def test_the_tensors_are_those_of_the_files(name):
    artifact = read(FILES / name)
    assert artifact.format == FORMATS[name]
    assert (artifact.damage, artifact.disagreements) == ((), ())
    assert artifact.is_folder
    found = {
        key: [fact.dtype, list(fact.shape)]
        for state in artifact.state_dicts
        for key, fact in state.tensors.items()
    }
    assert found == TOLD["folders"][name]["tensors"]
    assert artifact.opening_runs_code == ("library" if "bin" in name else "no")


def test_the_bytes_are_found_in_their_files():
    for name in ("bert", "gpt2-shards", "bert-bin", "gpt2-bin-shards", "diffusers"):
        truth = {}
        for path in (FILES / name).rglob("*.safetensors"):
            truth |= load_file(path)
        for path in (FILES / name).rglob("*.bin"):
            truth |= torch.load(path)
        artifact = read(FILES / name)
        for state in artifact.state_dicts:
            for key, fact in state.tensors.items():
                assert joined(FILES / name, fact) == packed(truth[key]), (name, key)


def test_what_the_configs_say():
    versions = TOLD["versions"]
    bert = read(FILES / "bert")
    assert bert.producer["transformers"] == versions["transformers"]
    assert [item.name for item in bert.modules] == [TOLD["folders"]["bert"]["class"]]
    assert bert.detail["model_type"] == "bert"
    assert bert.detail["tokenizer"] == "tokenizer.json, vocab.txt"
    assert {"transformers", "torch", "safetensors"} <= set(bert.requires)
    roles = {part.path: (part.format, part.role) for part in bert.parts}
    assert roles["model.safetensors"] == ("safetensors", "weights")
    assert roles["tokenizer.json"] == ("json", "tokenizer")
    adapter = read(FILES / "adapter")
    assert adapter.producer["peft"] == versions["peft"]
    assert adapter.detail["base_model"] == TOLD["folders"]["adapter"]["base"]
    assert adapter.detail["r"] == TOLD["folders"]["adapter"]["r"]
    trainer = read(FILES / "trainer")
    assert (trainer.detail["trained_by"], trainer.detail["step"]) == ("Trainer", 2)
    assert {p.path: p.role for p in trainer.parts}["optimizer.pt"] == "training"
    sentences = read(FILES / "sentences")
    assert [item.name for item in sentences.modules] == TOLD["folders"]["sentences"]["modules"]
    diffusers = read(FILES / "diffusers")
    assert {item.path: item.name for item in diffusers.modules} == (
        TOLD["folders"]["diffusers"]["components"]
    )
    assert diffusers.detail["pipeline"] == TOLD["folders"]["diffusers"]["class"]


def test_files_that_are_missing_are_named(copy):
    folder = copy("bert")
    (folder / "model.safetensors").unlink()
    artifact = read(folder)
    assert kinds(artifact) == [("no-weights", None)]
    (folder / "checkpoint-5").mkdir()
    save_file({"a": torch.ones(2)}, folder / "checkpoint-5" / "model.safetensors")
    assert read(folder).damage[0].detail["others"] == "checkpoint-5/model.safetensors"
    for name in ("tokenizer.json", "vocab.txt"):
        (folder / name).unlink()
    assert "tokenizer" not in read(folder).detail
    for name, file in (
        ("gpt2-shards", "model-00002-of-00003.safetensors"),
        ("gpt2-bin-shards", "pytorch_model-00002-of-00003.bin"),
    ):
        folder = copy(name)
        (folder / file).unlink()
        assert kinds(read(folder)) == [("missing-member", file)]
        next(folder.glob("*.index.json")).unlink()
        index = file.replace("-00002-of-00003", "") + ".index.json"
        assert kinds(read(folder)) == [("missing-member", index), ("missing-member", file)]


def test_pointers_and_unfinished_downloads_are_named(copy):
    folder = copy("bert")
    for name in ("model.safetensors", "vocab.txt", "config.json"):
        (folder / name).write_bytes(LFS)
    assert sorted(kinds(read(folder))) == [
        ("lfs-pointer", "config.json"), ("lfs-pointer", "model.safetensors"),
        ("lfs-pointer", "vocab.txt"),
    ]  # fmt: skip
    folder = copy("gpt2-shards")
    (folder / "model-00002-of-00003.safetensors").write_bytes(LFS)
    assert kinds(read(folder)) == [("lfs-pointer", "model-00002-of-00003.safetensors")]
    folder = copy("trainer")
    cut = (folder / "model.safetensors").read_bytes()[:-100]
    (folder / "model.safetensors").write_bytes(cut)
    (folder / "model.safetensors.incomplete").write_bytes(b"x")
    assert kinds(read(folder)) == [("truncated", "model.safetensors")]
    (folder / "model.safetensors").unlink()
    assert kinds(read(folder)) == [
        ("no-weights", None), ("incomplete", "model.safetensors.incomplete"),
    ]  # fmt: skip


def cache(tmp_path):
    """The cache of a repository, as huggingface_hub lays it out."""
    root = tmp_path / "models--org--name"
    revision = root / "snapshots" / "0123abcd"
    revision.mkdir(parents=True)
    (root / "blobs").mkdir()
    (root / "refs").mkdir()
    (root / "refs" / "main").write_text("0123abcd")
    for at, path in enumerate(sorted((FILES / "bert").iterdir())):
        shutil.copy(path, root / "blobs" / f"blob{at}")
        (revision / path.name).symlink_to(f"../../blobs/blob{at}")
    return root, revision


def test_the_cache_is_read_through_its_links(tmp_path):
    root, revision = cache(tmp_path)
    truth = TOLD["folders"]["bert"]["tensors"]
    for path in (root, revision):
        artifact = read(path)
        assert (artifact.format, artifact.damage) == ("transformers", ())
        (state,) = artifact.state_dicts
        assert set(state.tensors) == set(truth)
        assert all(joined(path, fact) for fact in state.tensors.values())
    assert read(root).detail["snapshot"] == "0123abcd"
    (root / "blobs" / "0.incomplete").write_bytes(b"")
    assert (read(root).damage, read(root).detail["unfinished"]) == ((), 1)
    (revision / "model.safetensors").resolve().unlink()
    assert ("missing-member", "model.safetensors") in kinds(read(revision))


def test_links_out_of_a_folder_are_not_followed(tmp_path, copy):
    folder = copy("bert")
    outside = tmp_path / "outside.safetensors"
    shutil.move(folder / "model.safetensors", outside)
    (folder / "model.safetensors").symlink_to(outside)
    artifact = read(folder)
    assert kinds(artifact) == [("link-outside", "model.safetensors")]
    assert artifact.tensors == 0
    folder = copy("gpt2-shards")
    shard = folder / "model-00001-of-00003.safetensors"
    shutil.move(shard, outside)
    shard.symlink_to(outside)
    assert kinds(read(folder)) == [("link-outside", shard.name)]
    assert read(folder).damage[0].detail["target"] == str(outside)
    shutil.copy(FILES / "bert" / "config.json", tmp_path / "config.json")
    (tmp_path / "snapshots").mkdir()
    (tmp_path / "snapshots" / "net").mkdir()
    (tmp_path / "snapshots" / "net" / "config.json").symlink_to("../../config.json")
    assert ("link-outside", "config.json") in kinds(read(tmp_path / "snapshots" / "net"))


def test_custom_code_and_quantization_are_told(copy):
    folder = copy("bert")
    config = json.loads((folder / "config.json").read_text())
    config["auto_map"] = {"AutoModel": "modeling_net.Net"}
    config["quantization_config"] = {"quant_method": "bitsandbytes", "load_in_4bit": True}
    (folder / "config.json").write_text(json.dumps(config))
    artifact = read(folder)
    assert artifact.detail["auto_map"] == "modeling_net.Net"
    assert artifact.detail["quantization"] == "bitsandbytes"
    assert "bitsandbytes" in artifact.requires


DEEPSPEED = FILES.parent / "deepspeed"
STEP = "global_step1"


@pytest.mark.parametrize(
    ("name", "zero", "ranks"),
    [
        ("stage0", "none", 1),
        ("stage1", "1", 2),
        ("stage2", "2", 2),
        ("stage3", "3", 2),
        ("experts", "none", 1),
        ("pipeline", "none", 1),
    ],
)
def test_deepspeed_as_it_writes_itself(name, zero, ranks):
    """Of ZeRO 3, as its own tool puts it together; else as the file has it, of 16 bits maybe."""
    told = json.loads((DEEPSPEED / "truth.json").read_text())[name]
    for path in (DEEPSPEED / name, DEEPSPEED / name / STEP):
        artifact = read(path)
        assert (artifact.format, artifact.damage) == ("deepspeed", ())
        assert (artifact.detail["zero"], artifact.detail["ranks"]) == (zero, ranks)
        assert artifact.producer == {"deepspeed": "0.19.8"}
        assert artifact.opening_runs_code in ("no", "library")
        (state,) = artifact.state_dicts
        found = {key: [fact.dtype, list(fact.shape)] for key, fact in state.tensors.items()}
        if name == "stage1":  # whose frozen parameters DeepSpeed leaves out
            assert set(found) - set(told) == {"frozen.weight", "frozen.bias"}
        if zero in ("1", "2"):
            assert artifact.detail["master"] == "float32"
            assert {key: found[key][1] for key in told} == {key: told[key][1] for key in told}
            assert found["emb.weight"][0] == "bfloat16"
        else:
            assert found == told


@pytest.mark.parametrize("name", ["stage2", "stage3"])
def test_ranks_of_deepspeed_that_are_missing(tmp_path, name):
    """How many there were is told by every file, also where the last ones are missing."""
    folder = Path(shutil.copytree(DEEPSPEED / name, tmp_path / name))
    for rank in (0, 1):
        last = f"{STEP}/bf16_zero_pp_rank_{rank}_mp_rank_00_optim_states.pt"
        kept = (folder / last).read_bytes()
        (folder / last).unlink()
        artifact = read(folder)
        assert [item.detail["member"] for item in artifact.damage] == [last]
        assert artifact.detail["ranks"] == 2
        assert artifact.tensors == 10
        (folder / last).write_bytes(kept)
    for path in folder.rglob("*_optim_states.pt"):
        path.unlink()
    artifact = read(folder)
    split = name == "stage3"
    assert len(artifact.damage) == 2 * split
    assert artifact.tensors == (4 if split else 10)  # buffers, and what is frozen
    (state,) = artifact.state_dicts
    told = "tensor 7×4, in no file that is here" if split else None
    assert state.others.get("emb.weight") == told


def test_the_step_that_deepspeed_calls_the_latest_is_not_there(tmp_path):
    folder = Path(shutil.copytree(DEEPSPEED / "stage0", tmp_path / "run"))
    (folder / "latest").write_text("global_step9")
    artifact = read(folder)
    assert [item.detail["member"] for item in artifact.damage] == ["global_step9"]
    assert (artifact.detail["tag"], artifact.tensors) == (STEP, 10)


def test_deepspeed_of_tensors_split_over_ranks(tmp_path):
    """What one rank holds of a tensor is not the tensor."""
    for rank in range(2):
        torch.save({"module": {"w": torch.ones(2)}}, tmp_path / f"mp_rank_0{rank}_model_states.pt")
    artifact = read(tmp_path)
    assert (artifact.format, artifact.detail["splits"], artifact.tensors) == ("deepspeed", 2, 0)


def megatron(folder, *ranks, sizes=(1, 1)):
    """What `megatron/training/checkpointing.py` writes; the whole of it needs a GPU."""
    args = argparse.Namespace(
        tensor_model_parallel_size=sizes[0], pipeline_model_parallel_size=sizes[1], num_layers=2
    )
    for rank in ranks:
        place = folder / f"mp_rank_{rank}"
        place.mkdir(parents=True)
        model = {"language_model": {"embedding": {"word_embeddings": {"weight": torch.ones(4, 2)}}}}
        held = {"args": args, "checkpoint_version": 3.0, "iteration": 10, "model": model}
        torch.save(held | {"rng_state": [{}]}, place / "model_optim_rng.pt")


@pytest.mark.parametrize(
    ("ranks", "sizes"),
    [
        (("00",), (1, 1)),
        (("00", "01"), (2, 1)),
        (("00_000", "00_001", "01_000", "01_001"), (2, 2)),
    ],
)
def test_megatron(tmp_path, ranks, sizes):
    megatron(tmp_path / "iter_0000005", ranks[0], sizes=(1, 1))
    megatron(tmp_path / "iter_0000010", *ranks, sizes=sizes)
    (tmp_path / "latest_checkpointed_iteration.txt").write_text("10")
    for path in (tmp_path, tmp_path / "iter_0000010"):
        artifact = read(path)
        assert (artifact.format, artifact.damage) == ("megatron", ())
        assert artifact.detail["ranks"] == len(ranks)
        assert artifact.detail["inner"].endswith(f"mp_rank_{ranks[0]}/model_optim_rng.pt")
        assert artifact.tensors == (len(ranks) == 1)
    assert (read(tmp_path).detail["tag"], read(tmp_path).detail["steps"]) == ("iter_0000010", 2)


def test_ranks_and_steps_of_megatron_that_are_missing(tmp_path):
    megatron(tmp_path / "iter_0000005", "00", sizes=(2, 1))
    (tmp_path / "latest_checkpointed_iteration.txt").write_text("10")
    artifact = read(tmp_path)
    assert [item.detail["member"] for item in artifact.damage] == [
        "iter_0000010",
        "iter_0000005/mp_rank_*",
    ]
    assert (artifact.detail["ranks"], artifact.tensors) == (2, 0)


def test_a_plain_folder_lists_its_files(tmp_path):
    torch.save({"w": torch.ones(2)}, tmp_path / "net.pt")
    (tmp_path / "notes.txt").write_text("epoch 3")
    artifact = read(tmp_path)
    assert (artifact.format, artifact.content) == ("folder", "container")
    assert [(part.path, part.format, part.role) for part in artifact.parts] == [
        ("net.pt", "torch-zip", "weights"), ("notes.txt", "txt", ""),
    ]  # fmt: skip


@pytest.mark.parametrize("text", ["", "[]", "{", '{"a": ' * 3000, '{"model_type": 3, "dtype": []}'])
@pytest.mark.parametrize("name", ["config.json", "adapter_config.json", "model_index.json",
                                  "modules.json", "trainer_state.json"])  # fmt: skip
def test_configs_of_any_content(copy, name, text):
    folder = copy("trainer")
    (folder / name).write_text(text)
    json.dumps(read(folder).detail, allow_nan=False)


ODD = [None, 1, "x", [], {}, [1], {"a": 1}, -1.5, True, "\ud800", [["a", "b"]], ["a", "b"]]


@pytest.mark.parametrize("name", ["bert/config.json", "adapter/adapter_config.json",
                                  "diffusers/model_index.json", "gpt2-bin-shards/config.json",
                                  "sentences/config_sentence_transformers.json"])  # fmt: skip
def test_configs_with_values_of_other_types(copy, name):
    folder = copy(name.partition("/")[0])
    path = folder / name.partition("/")[2]
    whole = json.loads(path.read_text())
    for key in (*whole, "auto_map", "quantization_config", "weight_map", "pretrained_cfg"):
        for value in ODD:
            path.write_text(json.dumps(whole | {key: value}))
            json.dumps(read(folder).detail, allow_nan=False)


def test_a_plain_archive_lists_its_files(tmp_path):
    import zipfile

    torch.save({"w": torch.ones(2)}, tmp_path / "net.pt")
    with zipfile.ZipFile(tmp_path / "run.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(tmp_path / "net.pt", "run/net.pt")
        archive.writestr("run/notes.txt", "epoch 3")
    artifact = read(tmp_path / "run.zip")
    assert (artifact.format, artifact.content) == ("zip", "container")
    assert [(part.path, part.format, part.role) for part in artifact.parts] == [
        ("run/net.pt", "torch-zip", "weights"), ("run/notes.txt", "txt", ""),
    ]  # fmt: skip


def test_timm():
    told = json.loads((FILES / "timm.json").read_text())
    artifact = read(FILES / "timm")
    assert (artifact.format, artifact.content, artifact.damage) == ("timm", "model", ())
    assert artifact.detail["architectures"] == told["architecture"]
    assert artifact.detail["num_classes"] == told["num_classes"]
    assert "timm" in artifact.requires
    (state,) = artifact.state_dicts
    truth = load_file(FILES / "timm" / "model.safetensors")
    assert {key: [fact.dtype, list(fact.shape)] for key, fact in state.tensors.items()} == (
        told["tensors"]
    )
    assert all(joined(FILES / "timm", state.tensors[key]) == packed(truth[key]) for key in truth)


def test_a_walk_names_links_out_and_does_not_follow_them(tmp_path):
    store_of, away = tmp_path / "store", tmp_path / "away.safetensors"
    store_of.mkdir()
    shutil.copy(FILES / "bert" / "model.safetensors", away)
    shutil.copy(away, store_of / "here.safetensors")
    (store_of / "inside.safetensors").symlink_to("here.safetensors")
    (store_of / "out.safetensors").symlink_to(away)
    blobs = tmp_path / "hub" / "models--org--name" / "blobs"
    blobs.mkdir(parents=True)
    shutil.copy(away, blobs / "blob")
    (store_of / "hub.safetensors").symlink_to(blobs / "blob")  # as in a `local_dir` before 0.23
    here, hub, inside, out = store.read_many(list(store.inside(str(store_of))))
    assert here.tensors == hub.tensors == inside.tensors > 0
    assert (out.filename, str(away) in out.strerror) == (str(store_of / "out.safetensors"), True)
    assert readers.read(store_of / "out.safetensors").tensors == here.tensors  # it was given itself


OPENS = re.compile(r"FileSource\(|\bos\.(open|listdir|stat)\(|os\.path\.(isfile|getsize)\(")
# the path they got
GIVEN = {"_bytes.py", "_identify.py", "_inside.py", "_quantised.py", "_source.py", "_verify.py"}
GIVEN |= {"_keras_whole.py"}


def test_what_lies_beside_an_artifact_is_opened_in_one_place():
    package = Path(readers.__file__).parent
    texts = {path.name: path.read_text("utf-8") for path in package.glob("*.py")}
    found = {name for name, text in texts.items() if OPENS.search(text)}
    assert found == GIVEN | {"_within.py"}


ALL = Path(__file__).parents[1] / "files"


def _collected(folder):
    """Copy the models that are single files into one folder, under the names of their paths."""
    for file in ALL.rglob("*"):
        if file.suffix in (".pt", ".h5", ".pkl", ".onnx", ".npz") and file.is_file():
            shutil.copy(file, folder / "_".join(file.relative_to(ALL).parts))


@pytest.mark.parametrize("name", ["config.json", "MLmodel", "saved_model.pb", "model.json"])
def test_one_file_among_many_models_does_not_stand_for_them(tmp_path, name):
    _collected(tmp_path)
    shutil.copy(next(ALL.rglob(name)), tmp_path / name)
    found = read(tmp_path)
    assert (found.format, found.content) == ("folder", "container")
    assert found.detail["count"] == len(list(tmp_path.iterdir())) > 100


@pytest.mark.parametrize("name", ["config.json", ".metadata", "saved_model.pb", "MLmodel"])
@pytest.mark.parametrize(
    "others", [("churn.pkl", "resnet50.pth"), ("a.pth", "b.pth", "fraud.onnx")]
)
def test_one_config_among_a_few_models_does_not_stand_for_them(tmp_path, name, others):
    """But of what a tool fills a folder with, all names are its own."""
    for other in others:
        torch.save({"w": torch.ones(2)}, tmp_path / other)
    (tmp_path / "notes.txt").write_text("several models")
    if name == ".metadata":
        (tmp_path / name).write_bytes(b"torch.distributed.checkpoint.metadata")
    else:
        shutil.copy(next(ALL.rglob(name)), tmp_path / name)
    found = read(tmp_path)
    assert found.format == ("mlflow" if name == "MLmodel" else "folder")
    if name != "MLmodel":
        assert found.detail["candidates"].split(", ") == sorted(others)


@pytest.mark.parametrize(
    "others",
    [
        (),
        ("head.pt",),
        ("epoch_1.pt", "epoch_2.pt"),
        ("pytorch_model.bin", "tf_model.h5", "model_quantized.onnx", "flax_model.msgpack"),
        ("optimizer.bin", "random_states_0.pkl", "training_args.bin", "rng_state_1.pth"),
        ("llama-7b.Q4_0.gguf", "llama-7b.Q5_K_M.gguf"),
        ("consolidated.00.pth", "consolidated.01.pth", "model-00001-of-00002.safetensors"),
    ],
)
def test_a_model_with_what_tools_put_beside_it_is_one(copy, others):
    folder = copy("bert")
    for name in others:
        (folder / name).exists() or torch.save({"w": torch.ones(2)}, folder / name)
    assert read(folder).format == "transformers"


def test_a_checkpoint_beside_other_models_does_not_stand_for_them(tmp_path):
    index = next(path for path in ALL.rglob("*.index") if path.is_file())
    for part in index.parent.glob(f"{index.stem}.*"):
        shutil.copy(part, tmp_path)
    assert read(tmp_path).format == "tf-checkpoint"
    for name in ("a.h5", "b.h5"):
        shutil.copy(next(ALL.rglob("*.h5")), tmp_path / name)
    assert read(tmp_path).format == "folder"


def test_the_weights_of_a_graph_are_no_model_of_a_folder(tmp_path):
    layers = (
        '<net name="n" version="11"><layers><layer id="0" name="w" type="Const" version="opset1">'
        '<data element_type="f32" shape="4" offset="0" size="16"/>'
        '<output><port id="0" precision="FP32"><dim>4</dim></port></output></layer></layers></net>'
    )
    (tmp_path / "net.xml").write_text(f'<?xml version="1.0"?>\n{layers}', "utf-8")
    (tmp_path / "net.bin").write_bytes(bytes(16))
    (tmp_path / "notes.xml").write_text("<a/>", "utf-8")
    assert read(tmp_path).detail["candidates"] == "net.xml"
    (tmp_path / "other.bin").write_bytes(b"\x80\4N.")
    assert read(tmp_path).detail["candidates"] == "net.xml, other.bin"


def test_models_of_every_ending_are_named(tmp_path):
    for name in ("a.skops", "b.cbm", "c.tflite", "d.txt"):
        (tmp_path / name).write_bytes(b"x")
    assert read(tmp_path).detail["candidates"] == "a.skops, b.cbm, c.tflite"


def test_what_lies_too_deep_is_told(tmp_path):
    deep = tmp_path.joinpath(*["d"] * 10)
    deep.mkdir(parents=True)
    (deep / "model.pkl").write_bytes(b"\x80\4N.")
    assert read(tmp_path).detail == {
        "candidates": "",
        "count": 0,
        "not_looked_into": "d/d/d/d/d/d/d/d/d/",
    }
