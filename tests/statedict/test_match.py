"""Names and shapes are brought together where it is provable, and never otherwise."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loadstone.core import Artifact, Concatenate, Target, TensorFact, Transpose
from loadstone.core.facts import StateDict
from loadstone.statedict.edited import edited
from loadstone.statedict.match import match
from loadstone.statedict.select import select
from loadstone.statedict.ways import ways


def tensor(*shape: int) -> TensorFact:
    return TensorFact("float32", shape)


NET = {
    "fc1.weight": tensor(5, 10),
    "fc1.bias": tensor(5),
    "fc2.weight": tensor(2, 5),
    "fc2.bias": tensor(2),
}


def renamed(rename):
    return {rename(key): fact for key, fact in NET.items()}


@pytest.mark.parametrize(
    ("saved", "kinds"),
    [
        (NET, []),
        (renamed(lambda key: f"module.{key}"), ["wrapper"]),
        (renamed(lambda key: f"_orig_mod.{key}"), ["wrapper"]),
        (renamed(lambda key: f"module._orig_mod.{key}"), ["wrapper"]),
        (renamed(lambda key: f"_orig_mod.module.{key}"), ["wrapper"]),
        (renamed(lambda key: key.replace("fc1.", "fc1._orig_mod.")), ["wrapper"]),
        (renamed(lambda key: f"net.{key}"), ["prefix"]),
        (renamed(lambda key: f"a.b.{key}"), ["prefix"]),
        (renamed(lambda key: key.replace("fc2", "out")), ["renamed"]),
        (renamed(lambda key: f"module.{key.replace('fc2', 'out')}"), ["wrapper", "renamed"]),
        (renamed(lambda key: key.replace("fc1", "a").replace("fc2", "b")), ["renamed"]),
    ],
)
def test_every_step_leads_to_the_names_expected(saved, kinds):
    result = match(saved, NET)
    assert [step.kind for step in result.steps] == kinds
    assert result.complete
    current = dict(saved)
    for step in result.steps:
        current = {step.edit(key): fact for key, fact in current.items()}
    assert current == NET


def test_a_target_that_is_wrapped_itself_gets_the_prefix_added():
    wrapped = renamed(lambda key: f"module.{key}")
    result = match(NET, wrapped)
    assert result.complete
    assert result.steps[0].edit.add == "module."


def test_a_wrapper_word_that_the_target_uses_is_left_alone():
    saved = {"module.weight": tensor(2, 2), "head.weight": tensor(1, 2)}
    assert match(saved, saved).steps == ()


def test_two_keys_that_would_collide_are_not_renamed():
    saved = {"module.a": tensor(2), "a": tensor(2)}
    assert match(saved, {"a": tensor(2)}).steps == ()


def test_other_shapes_are_a_mismatch_and_no_renaming():
    saved = {**NET, "fc2.weight": tensor(3, 5), "fc2.bias": tensor(3)}
    result = match(saved, NET)
    assert result.mismatched == ("fc2.weight", "fc2.bias")
    assert not result.steps


def test_equal_siblings_that_were_both_renamed_are_declined():
    saved = {"a.weight": tensor(4, 4), "b.weight": tensor(4, 4), "stem.weight": tensor(4, 3)}
    target = {"x.weight": tensor(4, 4), "y.weight": tensor(4, 4), "stem.weight": tensor(4, 3)}
    result = match(saved, target)
    assert not result.steps
    assert result.renamed_beyond_proof(target)
    ways_ = ways(saved, target, kinds={}, aliases={})
    told = [dict(way.steps[0].renames)["a.weight"] for way in ways_.likely]
    assert (told, ways_.others) == (["x.weight", "y.weight"], ())


PATHS = st.lists(
    st.lists(st.sampled_from(["a", "b", "block", "0", "1", "head"]), min_size=1, max_size=3).map(
        ".".join
    ),
    min_size=1,
    max_size=8,
    unique=True,
)


@st.composite
def trees(draw):
    """A module tree, and the same one with every module renamed."""
    paths = draw(PATHS)
    order = draw(st.permutations(range(len(paths))))
    sizes = draw(st.lists(st.integers(1, 3), min_size=len(paths), max_size=len(paths)))
    saved, expected, truth = {}, {}, {}
    for index, path in enumerate(paths):
        new = "abcdefgh"[order[index]] * 3  # no number: numbers in their order are evidence
        for leaf, shape in (("weight", (sizes[index], 2)), ("bias", (sizes[index],))):
            saved[f"{path}.{leaf}"] = TensorFact("float32", shape)
            expected[f"{new}.{leaf}"] = TensorFact("float32", shape)
            truth[f"{path}.{leaf}"] = f"{new}.{leaf}"
    return saved, expected, truth, sizes


@given(trees())
def test_a_random_renaming_is_recovered_or_declined_and_never_wrong(case):
    saved, expected, truth, sizes = case
    result = match(saved, expected)
    for step in result.steps:
        assert dict(step.renames) == truth
    if len(set(sizes)) == len(sizes):
        assert result.complete


def artifact(*states: StateDict) -> Artifact:
    return Artifact("m.pth", "torch-zip", "checkpoint", 1, state_dicts=states)


def test_the_state_dict_that_fits_the_target_is_selected():
    other = {"w": tensor(1)}
    file = artifact(StateDict("generator", NET), StateDict("discriminator", other))
    assert select(file, None) is None
    chosen = select(file, Target("Net", other))
    assert chosen is not None
    assert chosen.entry == "discriminator"


def test_an_optimizer_is_never_selected():
    file = artifact(StateDict("optimizer", NET, role="optimizer"))
    assert select(file, Target("Net", NET)) is None


def test_of_a_model_and_its_average_the_model_is_selected():
    file = artifact(StateDict("ema", NET, role="ema"), StateDict("model", NET))
    chosen = select(file, Target("Net", NET))
    assert chosen is not None
    assert chosen.entry == "model"


@pytest.mark.parametrize(
    ("saved", "expected"),
    [
        (("fc1", "fc2"), ("fc2", "fc3")),
        (("a", "b"), ("b", "c")),
    ],
)
def test_names_that_moved_by_one_are_not_taken_for_a_rename(saved, expected):
    found = match(linears(saved), linears(expected))
    assert not found.complete
    assert found.steps == ()


def test_a_rename_in_its_place_among_equal_layers():
    found = match(linears(("fc1", "fc2", "fc3")), linears(("fc1", "middle", "fc3")))
    assert found.complete
    assert found.steps[0].words == ("fc2", "middle")


def linears(names):
    return {
        f"{name}.{leaf}": TensorFact("float32", shape)
        for name in names
        for leaf, shape in (("weight", (5, 5)), ("bias", (5,)))
    }


def test_a_prefix_is_seen_beside_what_does_not_fit():
    head = {**NET, "fc2.weight": tensor(7, 5), "fc2.bias": tensor(7), "fc0.bias": tensor(9)}
    head |= {"fc0.weight": tensor(9, 9)}
    saved = renamed(lambda key: f"net.{key}") | {"net.fc0.weight": tensor(9, 9)}
    result = match({**saved, "net.fc0.bias": tensor(9), "loss.weight": tensor(3)}, head)
    assert [(step.kind, step.words) for step in result.steps] == [("prefix", ("net.",))]
    assert result.mismatched == ("fc2.weight", "fc2.bias")
    assert result.unexpected == ("loss.weight",)


def test_a_prefix_that_explains_less_than_half_is_no_cause():
    saved = {"net.fc1.weight": tensor(5, 10), "net.x": tensor(3), "net.y": tensor(4)}
    assert not match(saved, NET).steps


def after(result, saved):
    return edited(saved, [edit for step in result.steps for edit in step.edits])


def renames(result):
    return {old: new for step in result.steps for old, new in step.renames}


def test_a_layer_without_tensors_moves_the_numbers_of_a_sequential():
    found = match(linears(("net.0", "net.1", "net.2")), linears(("net.1", "net.2", "net.3")))
    assert found.complete
    assert renames(found)["net.1.weight"] == "net.2.weight"


BERT = {
    f"encoder.layer.{layer}.{module}.weight": tensor(*shape)
    for layer in range(12)
    for module, shape in {
        "attention.self.query": (8, 8),
        "attention.self.key": (8, 8),
        "attention.self.value": (8, 8),
        "attention.output.dense": (8, 8),
        "attention.output.LayerNorm": (8,),
        "intermediate.dense": (32, 8),
        "output.dense": (8, 32),
        "output.LayerNorm": (8,),
    }.items()
}
WORDS = {
    "attention.self.query": "attn.q_lin",
    "attention.self.key": "attn.k_lin",
    "attention.self.value": "attn.v_lin",
    "attention.output.dense": "attn.out_lin",
    "attention.output.LayerNorm": "attn.norm",
    "intermediate.dense": "mlp.up",
    "output.dense": "mlp.down",
    "output.LayerNorm": "mlp.norm",
}


def bert(**other):
    words = WORDS | other
    made = {}
    for key, fact in BERT.items():
        _, _, layer, module = key.removesuffix(".weight").split(".", 3)
        made[f"blocks.{layer}.{words[module]}.weight"] = fact
    return made


def test_layers_nested_anew_under_other_words_are_told_apart():
    saved = bert()
    head = {"head.weight": tensor(3, 8)}  # its shape tells which way round matrices lie
    result = match(dict(sorted((saved | head).items())), BERT | head)
    assert result.complete
    assert renames(result) == dict(zip(saved, BERT, strict=True))


def test_q_and_k_that_no_word_tells_apart_are_declined():
    saved = bert(**{"attention.self.query": "attn.a", "attention.self.key": "attn.b"})
    result = match(saved, BERT)
    assert not result.complete
    assert not result.steps


def test_a_norm_after_attention_is_not_the_norm_of_attention():
    saved = {
        f"{n}.{name}": tensor(4)
        for n in range(2)
        for name in ("input_layernorm", "post_attention_layernorm")
    }
    target = {f"{n}.{name}": tensor(4) for n in range(2) for name in ("attn_norm", "other_norm")}
    assert not match(saved, target).complete
    target = {f"{n}.{name}": tensor(4) for n in range(2) for name in ("attention_norm", "ffn_norm")}
    assert renames(match(saved, target))["1.post_attention_layernorm"] == "1.ffn_norm"


def test_two_that_seem_to_have_changed_places_are_turned():
    saved = {"0.wi.weight": tensor(4, 8), "0.wo.weight": tensor(8, 4)}
    target = {"0.wi.weight": tensor(8, 4), "0.wo.weight": tensor(4, 8)}
    result = match(saved, target)
    assert [(step.kind, step.edits) for step in result.steps] == [
        ("layout", (Transpose(("0.wi.weight", "0.wo.weight")),))
    ]


def test_a_square_matrix_is_turned_with_its_kind_and_never_alone():
    saved = {"a.weight": tensor(4, 8), "b.weight": tensor(4, 4), "e.weight": tensor(4, 4)}
    target = {"a.weight": tensor(8, 4), "b.weight": tensor(4, 4), "e.weight": tensor(4, 4)}
    kinds = {"a": "Linear", "b": "Linear", "e": "Embedding"}
    (step,) = match(saved, target, kinds=kinds).steps
    assert step.edits == (Transpose(("a.weight", "b.weight")),)
    assert not match(saved, target, kinds=kinds | {"b": "Bilinear"}).complete


def test_what_is_put_together_keeps_the_order_of_its_rows():
    parts = {f"attn.{name}.weight": tensor(4, 4) for name in ("v", "q", "k")}
    whole = {"attn.qkv.weight": tensor(12, 4)}
    result = match(parts, whole)
    (step,) = result.steps
    assert step.edits == (
        Concatenate(("attn.q.weight", "attn.k.weight", "attn.v.weight"), "attn.qkv.weight"),
    )
    assert step.convention
    (step,) = match(whole, parts).steps
    assert list(step.edit.into) == ["attn.q.weight", "attn.k.weight", "attn.v.weight"]
    assert not match(parts, {"attn.query_key_value.weight": tensor(12, 4)}).complete


def test_counters_and_positions_are_added_and_what_is_computed_is_left_out():
    saved = {"bn.running_mean": tensor(3), "rotary.inv_freq": tensor(5)}
    counter = TensorFact("int64", (), kind="buffer")
    target = {
        "bn.running_mean": tensor(3),
        "bn.num_batches_tracked": counter,
        "emb.position_ids": TensorFact("int64", (1, 6), kind="buffer"),
    }
    result = match(saved, target)
    assert result.complete
    made = after(result, saved).made
    assert {key: how.fill for key, how in made.items()} == {
        "bn.num_batches_tracked": "zeros",
        "emb.position_ids": "arange",
    }
    assert not match(target, {"bn.running_mean": tensor(3), "rotary.inv_freq": tensor(5)}).complete


def test_a_trained_tensor_is_never_left_out():
    saved = {"a.weight": tensor(3, 4), "mask": TensorFact("float32", (3, 4))}
    assert not match(saved, {"a.weight": tensor(3, 4)}).complete


def test_a_name_handed_on_is_not_what_remains_where_the_file_has_no_order():
    saved = dict(sorted(linears(("fc", "head")).items()))
    assert not match(saved, linears(("hidden", "fc"))).complete
    saved = dict(sorted(linears(("conv1", "conv2", "stem")).items()))
    assert not match(saved, linears(("conv1", "conv2", "conv3"))).complete


def test_a_name_with_a_number_is_not_told_from_one_without_by_having_one():
    saved = linears(f"layers.{n}.{name}" for n in range(3) for name in ("out", "out2"))
    target = linears(f"blocks.{n}.{name}" for n in range(3) for name in ("out1", "out"))
    assert not match(saved, target).complete


@pytest.mark.parametrize(
    ("saved", "expected"),
    [
        (("up", "down"), ("up_proj", "down_proj")),
        (("c_fc", "c_proj"), ("fc1", "fc2")),
    ],
)
def test_shapes_tell_nothing_that_turned_matrices_would_tell_otherwise(saved, expected):
    def net(names, *shapes):
        pairs = zip(names, shapes, strict=True)
        return {"norm.weight": tensor(4)} | {f"{n}.weight": tensor(*shape) for n, shape in pairs}

    target = net(expected, (8, 4), (4, 8))
    turned = net(saved, (4, 8), (8, 4))
    assert not match(turned, target).complete
    assert not match(dict(sorted(turned.items())), target).complete
    assert match(net(saved, (8, 4), (4, 8)), target).complete


@pytest.mark.parametrize("heads", [2, 3])
@pytest.mark.parametrize("names", ["heads.{}.layers.{}", "head{}.layer{}"])
def test_levels_that_changed_places_are_not_counted_as_they_stand(names, heads):
    outer, inner = names.split(".l")
    places = [(head, layer) for head in range(heads) for layer in range(2)]
    saved = linears(names.format(*place) for place in places)
    swapped = f"l{inner}.{outer}"
    target = linears(sorted(swapped.format(layer, head) for head, layer in places))
    assert not match(saved, target).complete


def test_a_mask_beside_a_weight_is_not_left_out():
    mask = TensorFact("bool", (4, 3))
    saved = {"fc.weight": tensor(4, 3), "fc.mask": mask}
    assert not match(saved, {"fc.weight": tensor(4, 3)}).complete
    saved = {"fc.weight": tensor(4, 3), "attn.mask": mask}
    assert match(saved, {"fc.weight": tensor(4, 3)}).complete


def test_a_square_matrix_in_a_module_of_its_own_is_no_safe_one_to_turn():
    saved = {"mlp.a.weight": tensor(4, 8), "mlp.b.weight": tensor(4, 4)}
    target = {"mlp.a.weight": tensor(8, 4), "mlp.b.weight": tensor(4, 4)}
    kinds = {"mlp.a": "Linear", "mlp.b": "Linear", "head.pool": "Linear"}
    (step,) = match(saved, target, kinds=kinds).steps
    assert not step.convention
    more = {"head.pool.weight": tensor(4, 4)}
    (step,) = match(saved | more, target | more, kinds=kinds).steps
    assert step.convention


def test_rows_of_a_layer_called_in_proj_are_no_documented_ones():
    saved = {"attn.in_proj.weight": tensor(12, 4)}
    (step,) = match(saved, {f"attn.{name}.weight": tensor(4, 4) for name in "qkv"}).steps
    assert step.convention


def test_a_letter_says_nothing():
    """`G_A` makes images of A in one code, and is given them in another."""
    saved, target = linears(("netG_A", "netG_B")), linears(("gen_A", "gen_B"))
    assert not match(saved, target).complete
