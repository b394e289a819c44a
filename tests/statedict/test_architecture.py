"""State dicts that the libraries made are named; what no library has is not."""

from __future__ import annotations

import json
import math
from fractions import Fraction
from pathlib import Path

import pytest
import torch
import transformers
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from loadstone.cli.main import main
from loadstone.core.facts import TensorFact
from loadstone.statedict.architecture import Architecture, identify
from loadstone.statedict.configured import Rule, Sizes, Term, configured
from loadstone.statedict.known import table
from loadstone.statedict.trees import grown

FILES = Path(__file__).parents[1] / "files" / "architectures"


def _tensors(name: str) -> dict[str, TensorFact]:
    shapes = json.loads((FILES / f"{name}.json").read_text("utf-8"))
    return {key: TensorFact("float32", tuple(shape)) for key, shape in shapes.items()}


def _known(name: str) -> Architecture:
    found = identify(_tensors(name))
    assert found is not None
    return found


def test_a_wrapped_net_with_other_classes() -> None:
    known = _known("resnet18_parallel")

    assert known.call == "torchvision.models.resnet18(num_classes=10)"
    assert known.into == "torchvision.models:resnet18(num_classes=10)"
    assert known.exact
    assert known.prefix == "module."
    assert "timm.create_model('resnet18', num_classes=10)" in known.others


def test_a_model_of_timm_with_gray_pictures() -> None:
    known = _known("vit_gray")

    assert known.library == "timm"
    assert known.exact
    assert "num_classes=7" in known.call
    assert "in_chans=1" in known.call
    calls = [known.call, *known.others]
    assert "timm.create_model('vit_tiny_patch16_224', num_classes=7, in_chans=1)" in calls


def test_a_head_of_its_own_is_not_exact() -> None:
    known = _known("resnet50_headed")

    assert known.call == "torchvision.models.resnet50()"
    assert not known.exact
    assert known.missing == ("fc",)


def test_other_depths_are_not_exact() -> None:
    known = _known("resnet_shallow")

    assert known.name.startswith("resnet1")
    assert not known.exact


def test_a_class_of_transformers_inside_ones_own() -> None:
    known = _known("bert_mine")

    assert known.library == "transformers"
    assert known.prefix == "encoder."
    assert known.outside == ("head",)
    calls = [known.call, *known.others]
    (bert,) = [call for call in calls if call.startswith("transformers.BertModel(")]
    for size in (
        "vocab_size=1000",
        "hidden_size=96",
        "num_hidden_layers=3",
        "intermediate_size=192",
    ):
        assert size in bert


def test_a_classifier_of_transformers() -> None:
    known = _known("distilbert")

    assert known.name == "DistilBertForSequenceClassification"
    for size in ("num_labels=4", "dim=64", "n_layers=2", "hidden_dim=128"):
        assert size in known.call


def test_a_language_model() -> None:
    known = _known("llama")

    assert known.call.startswith("transformers.LlamaForCausalLM(transformers.LlamaConfig(")
    assert "vocab_size=500, hidden_size=64, intermediate_size=96" in known.call
    assert len(known.others) > 5  # Mistral and more have the same names and shapes


@pytest.mark.parametrize(
    ("name", "unseen"),
    [
        ("gpt2", ("n_head",)),
        ("llama", ("num_attention_heads",)),
        ("mixtral", ("num_attention_heads",)),
        ("t5", ()),
        ("vit", ("num_attention_heads",)),
        ("clip", ("text_config.num_attention_heads", "vision_config.num_attention_heads")),
        ("distilbert", ("n_heads",)),
        ("bert_mine", ("num_attention_heads",)),
    ],
)
def test_the_call_makes_what_the_file_holds(name: str, unseen: tuple[str, ...]) -> None:
    known = _known(name)
    with torch.device("meta"):
        made = eval(known.call, {"transformers": transformers})  # of the table, not of a file
    shapes = {key: tuple(value.shape) for key, value in made.state_dict().items()}
    held = {
        key.removeprefix(known.prefix): fact.shape
        for key, fact in _tensors(name).items()
        if key.startswith(known.prefix)
    }

    assert known.exact
    assert shapes == held
    assert known.open == unseen


def test_the_size_of_a_head_is_told_by_rotary_frequencies() -> None:
    tensors = _tensors("llama")
    tensors["model.layers.0.self_attn.rotary_emb.inv_freq"] = TensorFact("float32", (8,))
    known = identify(tensors)

    assert known is not None
    for size in ("num_attention_heads=4", "num_key_value_heads=2", "head_dim=16"):
        assert size in known.call
    assert not known.open


def test_fewer_modules_in_a_list_than_the_call_makes_are_not_exact() -> None:
    known = _known("wav2vec2")

    assert known.name == "Wav2Vec2ForCTC"
    assert "vocab_size=31" in known.call
    assert not known.exact


def test_every_class_of_the_table_can_be_read() -> None:
    held = table()
    number = 0
    while "library" in (line := held._line(number)):
        known = held.known(number)
        assert known.names == tuple(line["names"])
        configured(grown({"a.weight": (2, 3)}), known.tree, known.sizes or Sizes((), (), {}, ()))
        number += 1

    assert number > 2_000


@pytest.mark.parametrize(
    ("heads", "groups", "width"), [(2, 1, 44), (6, 1, 60), (3, 3, 24), (2, 2, 20)]
)
@pytest.mark.parametrize("kind", ["Llama", "Mistral", "Mixtral"])
def test_heads_are_guessed_so_that_the_call_can_be_made(
    kind: str, heads: int, groups: int, width: int
) -> None:
    given = {"vocab_size": 250, "hidden_size": width, "intermediate_size": 44}
    given |= {"num_hidden_layers": 3, "num_attention_heads": heads, "num_key_value_heads": groups}
    made = _made(f"transformers.{kind}ForCausalLM(transformers.{kind}Config(**{given!r}))")
    known = identify({key: TensorFact("float32", shape) for key, shape in made.items()})

    assert known is not None
    assert known.exact
    assert any(f".{kind}ForCausalLM(" in call for call in (known.call, *known.others))
    assert _made(known.call) == made


def test_numbers_with_a_gap_are_not_exact() -> None:
    tensors = {
        key.replace("transformer.h.1.", "transformer.h.5."): fact
        for key, fact in _tensors("gpt2").items()
    }
    known = identify(tensors)

    assert known is not None
    assert known.name == "GPT2LMHeadModel"
    assert not known.exact


def test_names_alone_do_not_make_two_classes_alike() -> None:
    known = _known("gpt2")  # GPTBigCode has the names too, and turned matrices

    assert known.name == "GPT2LMHeadModel"
    assert not any("BigCode" in call for call in known.others)


def test_a_tied_head_need_not_be_in_the_file() -> None:
    config = transformers.BertConfig(
        vocab_size=90, hidden_size=48, num_hidden_layers=2, num_attention_heads=4
    )
    with torch.device("meta"):
        made = transformers.BertForMaskedLM(config)
    tensors = {
        key: TensorFact("float32", tuple(value.shape))
        for key, value in made.state_dict().items()
        if not key.startswith("cls.predictions.decoder.")
    }
    known = identify(tensors)

    assert known is not None
    assert known.exact
    assert known.name == "BertForMaskedLM"
    assert "vocab_size=90, hidden_size=48" in known.call


def test_a_size_that_no_configuration_gives_is_not_exact() -> None:
    tensors = _tensors("gpt2")
    tensors["transformer.h.1.mlp.c_fc.weight"] = TensorFact("float32", (64, 200))
    known = identify(tensors)

    assert known is not None
    assert known.name == "GPT2LMHeadModel"
    assert not known.exact


@pytest.mark.parametrize(
    "tensors",
    [
        _tensors("digits"),
        {},
        {"weight": TensorFact("float32", (2, 3)), "bias": TensorFact("float32", (2,))},
        {f"layers.{at}.weight": TensorFact("float32", (2, 3)) for at in range(9)},
    ],
)
def test_what_no_library_has_is_not_named(tensors: dict[str, TensorFact]) -> None:
    assert identify(tensors) is None


def test_old_files_without_counters_are_named_the_same() -> None:
    tensors = {
        key: fact
        for key, fact in _tensors("resnet18_parallel").items()
        if not key.endswith("num_batches_tracked")
    }

    assert identify(tensors) == _known("resnet18_parallel")


def test_strange_keys_are_no_error() -> None:
    fact = TensorFact("float32", (1,))

    assert (
        identify({".".join("a" * 300): fact, "": fact, "..": fact, "a.b": fact, "a": fact}) is None
    )


class _Block(nn.Module):
    def __init__(self, before: int, after: int, stride: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(before, after, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(after)
        self.conv2 = nn.Conv2d(after, after, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(after)
        if stride > 1:
            way = nn.Conv2d(before, after, 1, stride, bias=False)
            self.downsample = nn.Sequential(way, nn.BatchNorm2d(after))


class _ResNet(nn.Module):
    """torchvision's ResNet-18, as its source names it."""

    def __init__(self) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(3, 64, 7, 2, 3, bias=False)
        self.bn1 = nn.BatchNorm2d(64)
        sizes = [(64, 64), (64, 128), (128, 256), (256, 512)]
        for number, (before, after) in enumerate(sizes, 1):
            first = _Block(before, after, 1 if before == after else 2)
            self.add_module(f"layer{number}", nn.Sequential(first, _Block(after, after, 1)))
        self.fc = nn.Linear(512, 10)


def test_inspect_and_check_name_it(tmp_path: Path, capsys) -> None:
    with torch.device("cpu"):
        torch.save(_ResNet().state_dict(), tmp_path / "net.pt")

    assert main(["inspect", str(tmp_path / "net.pt")]) == 0
    shown = " ".join(capsys.readouterr().out.split())
    assert "architecture torchvision.models.resnet18(num_classes=10)" in shown
    assert main(["inspect", "--output-format", "json", str(tmp_path / "net.pt")]) == 0
    (state,) = json.loads(capsys.readouterr().out)["state_dicts"]
    assert state["architecture"]["exact"] is True
    main(["check", str(tmp_path / "net.pt")])
    shown = " ".join(capsys.readouterr().out.split())
    assert "--into 'torchvision.models:resnet18(num_classes=10)'" in shown


@pytest.mark.parametrize("times", [2, 3])
@pytest.mark.parametrize(
    ("name", "sizes"),
    [
        ("ViTForImageClassification", {"hidden_size": 14, "num_attention_heads": 1}),
        ("AlbertForMaskedLM", {"hidden_size": 14, "num_attention_heads": 1}),
        ("GemmaForCausalLM", {"hidden_size": 14, "num_attention_heads": 1}),
        ("Qwen3ForCausalLM", {"hidden_size": 14, "num_attention_heads": 1}),
        ("OPTForCausalLM", {"hidden_size": 14, "num_attention_heads": 1}),
        ("FalconForCausalLM", {"hidden_size": 14, "num_attention_heads": 1}),
        ("XLNetLMHeadModel", {"d_model": 14, "n_head": 1}),
        ("MambaForCausalLM", {"hidden_size": 32, "state_size": 5}),
        ("Phi3ForCausalLM", {"hidden_size": 16, "num_attention_heads": 2}),
        ("GPTBigCodeForCausalLM", {"n_embd": 14, "n_head": 1}),
        ("DebertaV2ForMaskedLM", {"hidden_size": 14, "num_attention_heads": 1}),
        ("SwinForImageClassification", {"embed_dim": 12, "window_size": 2}),
        ("Wav2Vec2ForCTC", {"hidden_size": 16, "num_attention_heads": 2}),
    ],
)
def test_a_call_that_is_said_to_fit_does(name: str, sizes: dict[str, int], times: int) -> None:
    config = getattr(transformers, name).config_class
    sizes = {path: value * times for path, value in sizes.items()}
    if "vocab_size" in config().to_dict():
        sizes["vocab_size"] = 97
    if name.startswith("Phi3"):
        sizes |= {"num_key_value_heads": 1, "pad_token_id": 0}
    made = _made(f"transformers.{name}(transformers.{config.__name__}(**{sizes!r}))")
    known = identify({key: TensorFact("float32", shape) for key, shape in made.items()})

    assert known is not None
    assert known.exact
    assert _made(known.call) == made


TERMS = st.lists(
    st.tuples(
        st.integers(1, 9),
        st.dictionaries(st.integers(0, 2), st.sampled_from([1, 2]), min_size=1),
    ),
    min_size=1,
    max_size=2,
)


@given(
    terms=TERMS,
    offset=st.integers(-1, 3),
    exponent=st.sampled_from([1, 2]),
    values=st.tuples(st.integers(1, 50), st.integers(1, 50), st.integers(1, 50)),
    asked=st.integers(0, 2),
)
def test_a_rule_gives_back_the_one_number_that_is_not_known(
    terms: list[tuple[int, dict[int, int]]],
    offset: int,
    exponent: int,
    values: tuple[int, int, int],
    asked: int,
) -> None:
    rule = Rule(
        tuple(Term(Fraction(factor), tuple(powers.items())) for factor, powers in terms),
        offset,
        exponent,
        3 if exponent == 2 else 0,
    )
    whole = sum(
        factor * math.prod(values[at] ** power for at, power in powers.items())
        for factor, powers in terms
    )
    size = (whole + offset) ** 2 + 3 if exponent == 2 else whole + offset
    known = {at: value for at, value in enumerate(values) if at != asked}
    rest, powers = rule.left(size, known)

    assert rule.gives(size, dict(enumerate(values)))
    assert not rule.gives(size + 1, dict(enumerate(values)))
    if whole + offset >= 0 and powers:
        ((at, power),) = powers
        assert at == asked
        assert rest == values[asked] ** power


def _made(call: str) -> dict[str, tuple[int, ...]]:
    with torch.device("meta"):
        made = eval(call, {"transformers": transformers})
    return {key: tuple(value.shape) for key, value in made.state_dict().items()}


def test_a_model_of_one_layer_whose_lists_are_not_alike_is_named(tmp_path, capsys) -> None:
    config = transformers.T5Config(
        vocab_size=100,
        d_model=32,
        d_kv=16,
        d_ff=64,
        num_layers=3,
        num_decoder_layers=1,
        num_heads=2,
    )
    torch.save(
        transformers.T5ForConditionalGeneration(config).state_dict(), tmp_path / "pytorch_model.bin"
    )
    assert main(["inspect", str(tmp_path / "pytorch_model.bin")]) == 0

    shown = " ".join(capsys.readouterr().out.split())
    assert "num_layers=3, num_decoder_layers=1" in shown
    assert "shapes do not tell what is left at its default" in shown


def test_a_token_that_fills_up_is_in_the_vocabulary_of_the_call() -> None:
    given = "vocab_size=97, pad_token_id=96, eos_token_id=0, d_model=32"
    made = _made(f"transformers.MarianMTModel(transformers.MarianConfig({given}))")
    known = identify({key: TensorFact("float32", shape) for key, shape in made.items()})

    assert known is not None
    assert known.exact
    assert "pad_token_id" in known.open
    assert _made(known.call) == made
