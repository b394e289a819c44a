"""Pairs of names that mislead: each is right or left open, in the order of the class and sorted.

The truth is `saved>expected`; what follows `|` is the order of the class, where it is another. All
hold the same, alone and as a block of three layers.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pytest

from loadstone.core.facts import Extent, TensorFact
from loadstone.statedict.edited import edited
from loadstone.statedict.match import match
from loadstone.statedict.ways import ways

MISLEADING: Mapping[str, tuple[str, ...]] = {
    "no word of one is a word of the other": (
        "fc1>second fc2>first | first second",
        "fc1>b fc2>a | a b",
        "query>q key>k value>v out>o | k q v o",
        "fc_mu>mean fc_var>log_sigma | log_sigma mean",
        "left>b right>a | a b",
        "scale>beta_net shift>gamma_net",
        "bn1>bn_b bn2>bn_a | bn_a bn_b",
        "W_i>gate_in W_f>gate_forget W_o>gate_out W_c>cell",
        "i>input f>forget g>cell o>output | input forget output cell",
        "z>update r>reset h>candidate",
        "xz>in_z hz>rec_z xr>in_r hr>rec_r",
        "theta>query phi>key g>value | key query value",
        "theta>query phi>key g>value W>out",
        "f>key g>query h>value | query key value",
        "query_conv>q key_conv>kk value_conv>vv",
        "src_emb>encoder.emb tgt_emb>decoder.emb",
        "actor>b critic>a | a b",
        "mean>second std>first | first second",
        "x_proj>v y_proj>u | u v",
    ),
    "a letter": (
        "netG_A>gen_B netG_B>gen_A | gen_A gen_B",
        "encoder.q>b.q encoder.k>b.k decoder.q>a.q decoder.k>a.k | a.q a.k b.q b.k",
        "block_a.x>net_b.x block_b.x>net_a.x | net_a.x net_b.x",
        "rel_pos_h>rel_pos_y rel_pos_w>rel_pos_x | rel_pos_x rel_pos_y",
        "net_x>f_y net_y>f_x | f_x f_y",
        "D_A>disc_B D_B>disc_A | disc_A disc_B",
    ),
    "a name that is handed on": (
        "proj>out out>final",
        "norm>post_norm final_norm>norm",
        "norm1>norm_pre norm2>norm1 norm3>norm2",
        "stem>conv1 conv1>conv2 conv2>conv3",
        "conv1>stem conv2>conv1 conv3>conv2",
        "fc>hidden head>fc",
        "student.fc>model.fc teacher.fc>student.fc",
        "attn.q>self_attn.q src_attn.q>attn.q",
        "fc1>hidden fc2>fc1 fc3>fc2",
        "fc>fc1 fc2>fc",
        "out>out1 out2>out",
        "model.fc>net.fc ema_model.fc>model.fc",
        "ema.model.fc>avg.model.fc online.model.fc>model.fc",
        "norm>layernorm layer_norm>norm",
        "gate>in_gate gated>gate",
        "out>output output>final",
        "out>proj_out output>o",
        "conv>conv1 conv_skip>conv_1x1",
        "head>body tail>head",
        "layer1>stem layer2>layer1",
        "target.fc>online.fc online.fc>main.fc",
    ),
    "a word that both share for another reason": (
        "proj>attn_out out>mlp_proj",
        "conv_in>out_first conv_out>in_last",
        "down>up_to_bottom up>bottom_up_down",
        "value>critic v>value_proj",
        "word>pos_token_table pos>tok_pos",
        "cls>token_head head>dist_head",
        "item_key>emb_k item_query>emb_q token>pos_key",
        "attention.out>proj output>mlp.out",
        "attn.proj>attn.out mlp.out>mlp.proj",
        "proj>mlp_out out>attn_proj",
        "proj>key_out out>value_in",
        "first_in>last_in last_out>first_out | first_out last_in",
        "input_start>end_in output_end>start_out",
        "up_conv>top_down down_conv>bottom_up",
        "mlp.a>attn.b attn.a>c.b",
        "dense>attn_dense_out out_dense>ffn_dense",
    ),
    "words that contradict": (
        "attention.proj_out>fc output_proj>mlp.proj_out",
        "attn.q>cross.attn.q enc_attn.q>self.attn.q",
        "self_attn.q>attn2.q cross_attn.q>attn1.q | attn1.q attn2.q",
        "mlp.norm>norm_after_mlp attn.norm>norm_before_mlp",
        "attn_norm>post_norm mlp_norm>pre_norm | pre_norm post_norm",
        "gate_proj>w1 up_proj>w2",
        "w2>gate_proj w1>up_proj",
        "gate_proj>w3 up_proj>w1 | w1 w3",
        "ffn.last>x attention.last>ffn.last",
        "decoder.emb>encoder.emb encoder.emb>other.emb",
    ),
    "what is near in meaning": (
        "text_proj>token_proj word_proj>text_proj",
        "visual_proj>image_proj image_proj>region_proj",
        "visual_proj>vision_proj image_proj>image_proj",
        "text_emb>word_emb token_emb>text_emb",
        "patch_proj>image_proj image_proj>patch_fc",
        "sentence.fc>text.fc text.fc>token.fc",
        "image.fc>region.fc patch.fc>image.fc",
    ),
    "numbers that count from the other end": (
        "ups.0>dec.1 ups.1>dec.0 | dec.0 dec.1",
        "ups.0>decoders.2 ups.1>decoders.1 ups.2>decoders.0 | decoders.0 decoders.1 decoders.2",
        "net.up.0>net.dec.1 net.up.1>net.dec.0 | net.dec.0 net.dec.1",
        "up1>dec2 up2>dec1 | dec1 dec2",
        "up_blocks.0.c>dec.1.c up_blocks.1.c>dec.0.c | dec.0.c dec.1.c",
        "lateral.0>inner.1 lateral.1>inner.0 | inner.0 inner.1",
        "net.ups.0>dec.1 net.ups.1>dec.0 | dec.0 dec.1",
        "upsample.0>expand.1 upsample.1>expand.0 | expand.0 expand.1",
        "up.0>up_blocks.1 up.1>up_blocks.0 | up_blocks.0 up_blocks.1",
    ),
    "numbers of another level": (
        (
            "towers.0.0>blocks.0.branches.0 towers.0.1>blocks.1.branches.0 "
            "towers.1.0>blocks.0.branches.1 towers.1.1>blocks.1.branches.1 | "
            "blocks.0.branches.0 blocks.0.branches.1 blocks.1.branches.0 blocks.1.branches.1"
        ),
        (
            "heads.0.layers.0>layers.0.heads.0 heads.0.layers.1>layers.1.heads.0 "
            "heads.1.layers.0>layers.0.heads.1 heads.1.layers.1>layers.1.heads.1 | "
            "layers.0.heads.0 layers.0.heads.1 layers.1.heads.0 layers.1.heads.1"
        ),
        (
            "a.0.0.fc>x.0.y.0.fc a.0.1.fc>x.1.y.0.fc a.1.0.fc>x.0.y.1.fc a.1.1.fc>x.1.y.1.fc | "
            "x.0.y.0.fc x.0.y.1.fc x.1.y.0.fc x.1.y.1.fc"
        ),
    ),
}
PLAIN = (  # what looks like the above and does not mislead
    "embed>wte pos>wpe",
    "q_norm>norm_q k_norm>norm_k",
    "time_in>input time_out>output",
    "attn.out>out ff.out>ff2",
    "model.fc>net.fc model_ema.fc>ema.fc",
    "norm1>ln_1 norm2>ln_2",
    "ups.0>ups.0 ups.1>ups.1",
    "decoder.0>dec.0 decoder.1>dec.1",
    "layers.0>decoder.0 layers.1>decoder.1",
    "decoder.layers.0>decoder.0 decoder.layers.1>decoder.1",
)
# Names or numbers that are the same on both sides and mean others: nothing in the file says so.
LIES = (
    "conv_h>conv_w conv_w>conv_h | conv_h conv_w",
    "norm1>ln_2 norm2>ln_1 | ln_1 ln_2",
    "fc1>lin2 fc2>lin1 | lin1 lin2",
    "down>skip skip>down",
    "ffn.out>x attention.out>ffn.y",
)


def placed(name: str) -> dict[str, TensorFact]:
    """Return a layer's tensors, each with a storage of its own."""
    return {
        f"{name}.{leaf}": TensorFact(
            "float32", shape, None, Extent("", 0, 4 * shape[0], 0, shape[::-1], f"{name}.{leaf}")
        )
        for leaf, shape in (("weight", (8, 8)), ("bias", (8,)))
    }


def nets(pairs: str, layers: int) -> tuple[dict, dict, dict[str, str]]:
    """Return the file, the target, and of every key of the target the key that it truly is."""
    said, _, order = pairs.partition("|")
    rows = [tuple(pair.split(">")) for pair in said.split()]
    heads = [("", "")] if layers == 1 else [(f"layers.{n}.", f"blocks.{n}.") for n in range(layers)]
    saved = {k: f for head, _ in heads for old, _ in rows for k, f in placed(head + old).items()}
    names = [(head, new) for _, head in heads for new in order.split() or [new for _, new in rows]]
    target = {
        key: TensorFact("float32", fact.shape)
        for head, new in names
        for key, fact in placed(head + new).items()
    }
    truth = {
        f"{other}{new}.{leaf}": f"{head}{old}.{leaf}"
        for head, other in heads
        for old, new in rows
        for leaf in ("weight", "bias")
    }
    return saved, target, truth


def given(saved: dict, found) -> dict[str, str]:
    """Return of every key of the target the key of the file whose numbers it gets."""
    after = edited(saved, [edit for step in found.steps for edit in step.edits])
    return {key: fact.extent.storage for key, fact in after.tensors.items()}


def each(pairs: str, layers: int) -> Iterator[str]:
    saved, target, truth = nets(pairs, layers)
    for file in (saved, dict(sorted(saved.items()))):
        found = match(file, target)
        yield "open" if not found.complete else "right" if given(file, found) == truth else "wrong"


@pytest.mark.parametrize("layers", [1, 3])
@pytest.mark.parametrize(
    "pairs", [pytest.param(pairs, id=pairs) for of in MISLEADING.values() for pairs in of]
)
def test_what_misleads_is_right_or_open(pairs, layers):
    assert "wrong" not in each(pairs, layers)


@pytest.mark.parametrize("layers", [1, 3])
@pytest.mark.parametrize("pairs", PLAIN)
def test_what_does_not_mislead_is_still_told(pairs, layers):
    assert next(each(pairs, layers)) == "right"


@pytest.mark.parametrize("pairs", LIES)
def test_names_that_lie_are_believed_and_the_truth_is_among_the_ways_that_outputs_settle(pairs):
    assert "wrong" in each(pairs, 1)
    saved, target, truth = nets(pairs, 1)
    made = ways(saved, target, kinds={}, aliases={})
    assert truth in [given(saved, way) for way in (*made.likely, *made.others)]


def test_layers_of_three_matrices_are_named_by_number_beside_the_third():
    def file(head, names):
        return {
            f"{head}.{n}.{name}.weight": TensorFact("float32", (8, 32) if third else (32, 8))
            for n in range(2)
            for name, third in zip(names, (False, True, False), strict=True)
        }

    saved = file("layers", ("gate_proj", "down_proj", "up_proj"))
    result = match(saved, file("blocks", ("w1", "w2", "w3")))
    truth = dict(zip(saved, file("blocks", ("w1", "w2", "w3")), strict=True))
    assert {old: new for step in result.steps for old, new in step.renames} == truth


def test_numbers_of_layers_of_other_shapes_are_not_counted_from_the_other_end():
    saved = {f"ups.{n}.weight": TensorFact("float32", (n + 1, 4)) for n in range(3)}
    target = {key.replace("ups", "dec"): fact for key, fact in saved.items()}
    assert match(saved, target).complete
