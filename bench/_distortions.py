"""What happens to the keys of a state dict between saving and loading, each with its true answer.

A case holds what the file says after it happened, and for every key of the target the tensors of
the file that it truly is. Whether the answer can be told is decided here, by what was kept: never
by the matcher.
"""

from __future__ import annotations

import random
import string
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from loadstone.core.facts import Extent, Target, TensorFact

Tensors = dict[str, TensorFact]
Source = tuple[object, ...]  # where the numbers of a tensor lie


@dataclass
class Case:
    """A file and the truth about it."""

    net: str
    what: str
    target: Target
    saved: Tensors
    truth: dict[str, Source]
    decidable: bool = True
    declines: bool = False  # nothing that loads completely is right
    notes: list[str] = field(default_factory=list)


def placed(key: str, fact: TensorFact, storage: str = "") -> TensorFact:
    """Return the tensor with a storage of its own, packed."""
    strides, step = [], 1
    for size in reversed(fact.shape):
        strides.append(step)
        step *= size
    place = Extent("", 0, fact.nbytes, 0, tuple(reversed(strides)), storage or key)
    return TensorFact(fact.dtype, fact.shape, None, place)


def source(fact: TensorFact) -> Source:
    """Return which numbers a tensor holds, and in which order."""
    assert fact.extent is not None
    steps = [(n, s) for n, s in zip(fact.shape, fact.extent.stride, strict=True) if n != 1]
    return (fact.extent.storage, fact.extent.first, tuple(steps))


def untouched(net: Target) -> Case:
    """Return the file as it was saved; tied names share their storage."""
    saved = {key: placed(key, fact, net.aliases.get(key, key)) for key, fact in net.tensors.items()}
    return Case(net.reference, "", net, saved, {key: source(fact) for key, fact in saved.items()})


def renamed(case: Case, rename: Callable[[str], str]) -> bool:
    """Rename every key; False where two would be one, or nothing changes."""
    saved = {rename(key): fact for key, fact in case.saved.items()}
    if len(saved) < len(case.saved) or saved.keys() == case.saved.keys():
        return False
    case.saved = saved
    return True


def word(rng: random.Random) -> str:
    return "".join(rng.choice(string.ascii_lowercase) for _ in range(rng.randint(4, 8)))


def stem(segment: str) -> str:
    return segment.rstrip(string.digits)


def stems(case: Case) -> list[str]:
    """Return the words of modules, without their numbers."""
    found = {stem(part) for key in case.saved for part in key.split(".")[:-1]}
    return sorted(found - {"", "parametrizations", "weight", "original"})  # torch's own words


def exchanged(case: Case, names: Mapping[str, str]) -> bool:
    def rename(key: str) -> str:
        *path, leaf = key.split(".")
        parts = [names.get(stem(part), stem(part)) + part[len(stem(part)) :] for part in path]
        return ".".join([*parts, leaf])

    return renamed(case, rename)


def told_apart(case: Case, unknown: set[str]) -> bool:
    """Whether no two modules beside each other could be exchanged, if `unknown` words say nothing.

    Two with the same number that hold the same, all unknown words left out, could.
    """
    tree: dict[str, dict] = {}
    for key, fact in case.saved.items():
        node = tree
        *path, leaf = key.split(".")
        for part in path:
            node = node.setdefault(part, {})
        node[f"={leaf}"] = fact.shape

    good = True

    def form(node: dict) -> object:
        nonlocal good
        seen: Counter[object] = Counter()
        forms = []
        for name, held in node.items():
            if not isinstance(held, dict):
                forms.append((name, str(held)))
                continue
            hidden = stem(name) in unknown
            shown = "?" + name[len(stem(name)) :] if hidden else name
            inner = (shown, form(held))
            if hidden:
                seen[inner] += 1
            forms.append((shown, str(inner)))
        good = good and all(number == 1 for number in seen.values())
        return hash(tuple(sorted(forms)))

    form(tree)
    return good


# --- names ---------------------------------------------------------------------------------------


def wrapper(case: Case, rng: random.Random) -> bool:
    added = rng.choice(["module.", "_orig_mod.", "module._orig_mod.", "_fsdp_wrapped_module."])
    return renamed(case, lambda key: added + key)


def prefix(case: Case, rng: random.Random) -> bool:
    added = rng.choice(["model.", "net.", "backbone.encoder.", "student.", f"{word(rng)}."])
    return renamed(case, lambda key: added + key)


def prefix_gone(case: Case, _: random.Random) -> bool:
    top = {key.split(".")[0] for key in case.saved}
    if len(top) > 1:
        return False
    return renamed(case, lambda key: key.partition(".")[2])


def one_word(case: Case, rng: random.Random) -> bool:
    words = stems(case)
    return bool(words) and exchanged(case, {rng.choice(words): word(rng)})


def few_words(case: Case, rng: random.Random) -> bool:
    words = stems(case)
    chosen = dict.fromkeys(rng.sample(words, min(3, len(words))))
    case.decidable = told_apart(case, set(chosen))
    return exchanged(case, {old: word(rng) for old in chosen})


def every_word(case: Case, rng: random.Random) -> bool:
    words = stems(case)
    case.decidable = told_apart(case, set(words))
    return exchanged(case, {old: word(rng) for old in words})


SYNONYMS = (
    {"query": "q_proj", "key": "k_proj", "value": "v_proj", "LayerNorm": "norm"},
    {"attention": "attn", "encoder": "enc", "decoder": "dec", "embeddings": "embed"},
    {"q_proj": "query", "k_proj": "key", "v_proj": "value", "out_proj": "o_proj"},
    {"q_proj": "wq", "k_proj": "wk", "v_proj": "wv", "o_proj": "wo"},
    {"q_proj": "to_q", "k_proj": "to_k", "v_proj": "to_v", "out_proj": "to_out"},
    {"wq": "q_proj", "wk": "k_proj", "wv": "v_proj", "wo": "o_proj"},
    {"mlp": "ffn", "self_attn": "attention", "layers": "blocks", "layernorm": "norm"},
    {"self_attn": "attn", "layers": "h", "embed_tokens": "wte", "mlp": "feed_forward"},
    {"input_layernorm": "attention_norm", "post_attention_layernorm": "ffn_norm"},
    {"attention_norm": "input_layernorm", "ffn_norm": "post_attention_layernorm"},
    {"layernorm_before": "norm1", "layernorm_after": "norm2", "layer": "blocks"},
    {"bn": "norm", "conv": "convolution", "downsample": "shortcut", "fc": "head"},
    {"dense": "linear", "intermediate": "fc1", "classifier": "head", "pooler": "pool"},
    {"word_embeddings": "token_embed", "position_embeddings": "pos_embed"},
)


def synonyms(case: Case, rng: random.Random) -> bool:
    words = set(stems(case))
    rows = [row for row in SYNONYMS if words & row.keys()]
    if not rows:
        return False
    chosen = {old: new for row in rng.sample(rows, min(2, len(rows))) for old, new in row.items()}
    chosen = {old: new for old, new in chosen.items() if old in words}
    if words & set(chosen.values()):
        return False  # a word that is taken already would say something else
    return exchanged(case, chosen)


# --- levels, order, numbers ----------------------------------------------------------------------


def level_in(case: Case, rng: random.Random) -> bool:
    words = stems(case)
    if not words:
        return False
    at, added = rng.choice(words), rng.choice(["inner", "body", "core", word(rng)])

    def rename(key: str) -> str:
        *path, leaf = key.split(".")
        return ".".join([*(f"{part}.{added}" if stem(part) == at else part for part in path), leaf])

    return renamed(case, rename)


def level_out(case: Case, rng: random.Random) -> bool:
    words = [
        item for item in stems(case) if all(f".{item}." in f".{k}" or True for k in case.saved)
    ]
    rng.shuffle(words)
    for gone in words:

        def rename(key: str, gone: str = gone) -> str:
            *path, leaf = key.split(".")
            return ".".join([*(part for part in path if part != gone), leaf])

        names = {rename(key) for key in case.saved}
        modules = {key.rpartition(".")[0] for key in case.saved}
        after = {name.rpartition(".")[0] for name in names}
        if len(names) == len(case.saved) and len(after) == len(modules) and "" not in after:
            return renamed(case, rename)
    return False


def nested_anew(case: Case, rng: random.Random) -> bool:
    """`encoder.layer.3` becomes `blocks.3`."""
    heads = Counter()
    for key in case.saved:
        parts = key.split(".")
        at = next((i for i, part in enumerate(parts) if part.isdigit()), 0)
        if at >= 2:
            heads[tuple(parts[:at])] += 1
    if not heads:
        return False
    head, _ = heads.most_common(1)[0]
    old, new = ".".join(head) + ".", rng.choice(["blocks.", "h.", "transformer_layers."])
    return renamed(case, lambda key: new + key[len(old) :] if key.startswith(old) else key)


def shuffled(case: Case, rng: random.Random) -> bool:
    if not (level_in if rng.random() < 0.5 else one_word)(case, rng):
        return False
    keys = list(case.saved)
    rng.shuffle(keys)
    case.saved = {key: case.saved[key] for key in keys}
    return True


def alphabetical(case: Case, rng: random.Random) -> bool:
    if not one_word(case, rng):
        return False
    case.saved = dict(sorted(case.saved.items()))
    return True


def reordered(case: Case, rng: random.Random) -> bool:
    """List what is in each module in another order, and give one word a new name."""
    if not one_word(case, rng):
        return False
    places: dict[str, float] = {}

    def place(key: str) -> list[float]:
        parts = key.split(".")
        heads = [".".join(parts[: at + 1]) for at in range(len(parts))]
        return [places.setdefault(head, rng.random()) for head in heads]

    case.saved = dict(sorted(case.saved.items(), key=lambda item: place(item[0])))
    return True


def shifted(case: Case, rng: random.Random) -> bool:
    """Move on what comes after an activation or a dropout that was put into a container."""
    containers = defaultdict(set)
    for key in case.saved:
        parts = key.split(".")
        for at, part in enumerate(parts[:-1]):
            if part.isdigit():
                containers[".".join(parts[:at])].add(int(part))
    if not containers:
        return False
    where = rng.choice(sorted(containers))
    start = rng.choice(sorted(containers[where]))
    depth = where.count(".") + 1 if where else 0

    def rename(key: str) -> str:
        parts = key.split(".")
        if ".".join(parts[:depth]) == where and len(parts) > depth + 1 and parts[depth].isdigit():
            number = int(parts[depth])
            parts[depth] = str(number + 1 if number >= start else number)
        return ".".join(parts)

    return renamed(case, rename)


def indexed(case: Case, rng: random.Random) -> bool:
    """`layer1` to `layer4` become `stages.0` to `stages.3`."""
    series = defaultdict(set)
    for key in case.saved:
        parts = key.split(".")
        for at, part in enumerate(parts[:-1]):
            if stem(part) and part != stem(part):
                series[".".join(parts[:at]), stem(part)].add(part)
    found = sorted(name for name, parts in series.items() if len(parts) > 1)
    if not found:
        return False
    where, old = rng.choice(found)
    new, first = rng.choice(["stages", "parts", word(rng)]), rng.choice([0, 1])
    ranks = {
        p: n + first
        for n, p in enumerate(sorted(series[where, old], key=lambda p: int(p[len(old) :])))
    }
    depth = where.count(".") + 1 if where else 0

    def rename(key: str) -> str:
        parts = key.split(".")
        if ".".join(parts[:depth]) == where and len(parts) > depth + 1 and parts[depth] in ranks:
            parts[depth] = f"{new}.{ranks[parts[depth]]}"
        return ".".join(parts)

    return renamed(case, rename)


# --- layouts -------------------------------------------------------------------------------------

TRIPLES = (
    ("q_proj", "k_proj", "v_proj"),
    ("query", "key", "value"),
    ("wq", "wk", "wv"),
    ("q_lin", "k_lin", "v_lin"),
)


def fused(case: Case, _: random.Random) -> bool:
    done = False
    for path in sorted({key.rpartition(".")[0] for key in case.saved}):
        parent, dot, last = path.rpartition(".")
        triple = next((row for row in TRIPLES if row[0] == last), None)
        if triple is None:
            continue
        for leaf in ("weight", "bias"):
            keys = [f"{parent}{dot}{name}.{leaf}" for name in triple]
            if sum(key in case.saved for key in keys) not in (0, 3):
                return False
            if keys[0] not in case.saved:
                continue
            facts = [case.saved[key] for key in keys]
            if len({fact.shape[1:] for fact in facts}) > 1:
                return False
            if any(f.extent.storage != k for f, k in zip(facts, keys, strict=True)):
                return False
            rows = sum(fact.shape[0] for fact in facts)
            new = f"{parent}{dot}qkv.{leaf}"
            whole = placed(new, TensorFact(facts[0].dtype, (rows, *facts[0].shape[1:])))
            at, saved = 0, {}
            for key, fact in case.saved.items():
                if key == keys[0]:
                    saved[new] = whole
                if key not in keys:
                    saved[key] = fact
            for key, fact in zip(keys, facts, strict=True):
                steps = whole.extent.stride
                case.truth[key] = (
                    new,
                    at * steps[0],
                    tuple((n, s) for n, s in zip(fact.shape, steps, strict=True) if n != 1),
                )
                at += fact.shape[0]
            case.saved, done = saved, True
    return done


def split(case: Case, _: random.Random) -> bool:
    done = False
    for key in list(case.saved):
        path, _, leaf = key.rpartition(".")
        parent, dot, last = path.rpartition(".")
        fact = case.saved[key]
        if last not in {"qkv", "qkv_proj"} or fact.shape[0] % 3:
            continue
        rows = fact.shape[0] // 3
        parts = [f"{parent}{dot}{name}.{leaf}" for name in ("q", "k", "v")]
        made = [placed(part, TensorFact(fact.dtype, (rows, *fact.shape[1:]))) for part in parts]
        saved = {}
        for name, held in case.saved.items():
            if name == key:
                saved.update(zip(parts, made, strict=True))
            else:
                saved[name] = held
        case.saved, done = saved, True
        case.truth[key] = ("parts", *map(source, made))
    return done


LINEAR = {"Linear", "Conv1D", "NonDynamicallyQuantizableLinear"}


def turned(case: Case, _: random.Random) -> bool:
    """Every matrix of a `Linear` lies the other way round, as TensorFlow and JAX hold it."""
    kinds = case.target.modules
    if "MultiheadAttention" in kinds.values():
        return False
    keys = [
        key for key in case.target.tensors
        if key.endswith(".weight") and kinds.get(key.rpartition(".")[0]) in LINEAR
        and len(case.target[key].shape) == 2
    ]  # fmt: skip
    shapes = [case.target[key].shape for key in keys]
    if not keys or any(
        key in case.target.aliases or key in case.target.aliases.values() for key in keys
    ):
        return False
    of = {
        kind: [s for k, s in zip(keys, shapes, strict=True) if kinds[k.rpartition(".")[0]] == kind]
        for kind in {kinds[k.rpartition(".")[0]] for k in keys}
    }
    case.decidable = all(any(a != b for a, b in shapes) for shapes in of.values())
    for key in keys:
        rows, columns = case.saved[key].shape
        case.saved[key] = placed(key, TensorFact(case.saved[key].dtype, (columns, rows)))
        case.truth[key] = (key, 0, tuple((n, s) for n, s in ((rows, 1), (columns, rows)) if n != 1))
    return any(a != b for a, b in shapes)


def pointwise(case: Case, _: random.Random) -> bool:
    """Every `Linear` was a convolution of size 1."""
    kinds = case.target.modules
    done = False
    for key, fact in list(case.saved.items()):
        if key.endswith(".weight") and kinds.get(key.rpartition(".")[0]) == "Linear":
            if key in case.target.aliases or key in case.target.aliases.values():
                return False
            case.saved[key] = placed(key, TensorFact(fact.dtype, (*fact.shape, 1, 1)))
            done = True
    return done


def old_leaves(case: Case, _: random.Random) -> bool:
    """Let the norms say `gamma` and `beta`."""
    new = {"weight": "gamma", "bias": "beta"}
    kinds = case.target.modules

    def rename(key: str) -> str:
        path, dot, leaf = key.rpartition(".")
        return f"{path}{dot}{new.get(leaf, leaf)}" if "Norm" in kinds.get(path, "") else key

    return renamed(case, rename)


def normed(case: Case, rng: random.Random) -> bool:
    """Every weight of a `Linear` or a convolution was saved under `weight_norm`, old or new."""
    kinds = case.target.modules
    names = rng.choice([
        ("weight_g", "weight_v"),
        ("parametrizations.weight.original0", "parametrizations.weight.original1"),
    ])  # fmt: skip
    tied = {*case.target.aliases, *case.target.aliases.values()}
    saved: Tensors = {}
    for key, fact in case.saved.items():
        path, _, leaf = key.rpartition(".")
        kind = kinds.get(path, "")
        if leaf != "weight" or key in tied or not (kind in LINEAR or kind.startswith("Conv")):
            saved[key] = fact
            continue
        shape = tuple(size if at == 0 else 1 for at, size in enumerate(fact.shape))
        parts = [
            placed(f"{path}.{names[0]}".lstrip("."), TensorFact(fact.dtype, shape)),
            placed(f"{path}.{names[1]}".lstrip("."), TensorFact(fact.dtype, fact.shape)),
        ]
        for name, part in zip(names, parts, strict=True):
            saved[f"{path}.{name}".lstrip(".")] = part
        case.truth[key] = ("weight", *map(source, parts))
    changed = saved.keys() != case.saved.keys()
    case.saved = saved
    return changed


# --- buffers and ties ----------------------------------------------------------------------------


def buffers_more(case: Case, rng: random.Random) -> bool:
    path = rng.choice(sorted({key.rpartition(".")[0] for key in case.saved}))
    added = {
        "position_ids": ("int64", (1, 512)),
        "rotary_emb.inv_freq": ("float32", (32,)),
        "attn.masked_bias": ("float32", ()),
    }
    for leaf, (dtype, shape) in added.items():
        key = f"{path}.{leaf}".lstrip(".")
        if key in case.saved or key in case.target:
            return False
        case.saved[key] = placed(key, TensorFact(dtype, shape))
    return rng.random() < 0.5 or one_word(case, rng)


def buffers_less(case: Case, _: random.Random) -> bool:
    gone = {"num_batches_tracked": "zeros", "position_ids": "arange"}
    found = [key for key in case.saved if key.rpartition(".")[2] in gone]
    for key in found:
        if case.saved[key].dtype != "int64" or case.saved[key].shape[:1] not in ((), (1,)):
            return False
        case.truth[key] = ("fill", gone[key.rpartition(".")[2]])
        del case.saved[key]
    return bool(found)


def untied(case: Case, rng: random.Random) -> bool:
    """Save once what is tied, as safetensors does."""
    if not case.target.aliases:
        return False
    for key in case.target.aliases:
        case.saved.pop(key, None)
    return rng.random() < 0.5 or one_word(case, rng)


# --- nothing that loads is right -----------------------------------------------------------------


def head_resized(case: Case, rng: random.Random) -> bool:
    last = next(
        (k for k in reversed(case.saved) if k.endswith("weight") and len(case.saved[k].shape) == 2),
        None,
    )
    if last is None or last in case.target.aliases or last in case.target.aliases.values():
        return False
    fact = case.saved[last]
    case.saved[last] = placed(last, TensorFact(fact.dtype, (fact.shape[0] + 3, *fact.shape[1:])))
    bias = last.removesuffix("weight") + "bias"
    if bias in case.saved:
        case.saved[bias] = placed(bias, TensorFact(fact.dtype, (fact.shape[0] + 3,)))
    case.declines = True
    return rng.random() < 0.5 or prefix(case, rng)


def layer_gone(case: Case, rng: random.Random) -> bool:
    trained = [
        key
        for key, fact in case.target.items()
        if fact.kind == "parameter"
        and key not in case.target.aliases
        and key not in case.target.aliases.values()
    ]
    if len(trained) < 4:
        return False
    del case.saved[rng.choice(trained)]
    case.declines = True
    return rng.random() < 0.3 or one_word(case, rng)


def layer_more(case: Case, rng: random.Random) -> bool:
    shape = rng.choice(
        [fact.shape for fact in case.saved.values() if len(fact.shape) == 2] or [(3, 3)]
    )
    case.saved["extra_head.weight"] = placed("extra_head.weight", TensorFact("float32", shape))
    case.declines = True
    return rng.random() < 0.3 or one_word(case, rng)


def beside_each_other(case: Case) -> list[tuple[str, str]]:
    """Return the words of two modules of one parent that hold the same."""
    beside = defaultdict(lambda: defaultdict(list))
    for key, fact in case.saved.items():
        path, _, leaf = key.rpartition(".")
        beside[path.rpartition(".")[0]][path].append((leaf, fact.shape))
    pairs = []
    for modules in beside.values():
        by = defaultdict(list)
        for path, leaves in modules.items():
            last = path.rpartition(".")[2]
            if last and last == stem(last):
                by[tuple(sorted(leaves))].append(last)
        pairs += [tuple(sorted(names)[:2]) for names in by.values() if len(names) > 1]
    return pairs


def twins(case: Case, rng: random.Random) -> bool:
    """Two that hold the same, beside each other, both have new names, and the order is no help."""
    pairs = beside_each_other(case)
    if not pairs:
        return False
    pair = rng.choice(sorted(set(pairs)))
    if told_apart(case, set(pair)):
        return False
    case.decidable = False
    if not exchanged(case, {pair[0]: word(rng), pair[1]: word(rng)}):
        return False
    keys = list(case.saved)
    rng.shuffle(keys)
    case.saved = {key: case.saved[key] for key in keys}
    return True


def handed_on(case: Case, rng: random.Random) -> bool:
    """Give one of two that hold the same the other's name, and that one a new name."""
    pairs = beside_each_other(case)
    if not pairs:
        return False
    first, second = rng.choice(sorted(set(pairs)))
    case.decidable = False
    return exchanged(case, {first: second, second: word(rng)})


def both(first: Callable[..., bool], second: Callable[..., bool]) -> Callable[..., bool]:
    def done(case: Case, rng: random.Random) -> bool:
        return first(case, rng) and second(case, rng)

    return done


DISTORTIONS: dict[str, Callable[[Case, random.Random], bool]] = {
    "wrapper": wrapper,
    "prefix added": prefix,
    "prefix gone": prefix_gone,
    "one word new": one_word,
    "three words new": few_words,
    "every word new": every_word,
    "synonyms": synonyms,
    "synonyms, wrapper": both(synonyms, wrapper),
    "level added": level_in,
    "level gone": level_out,
    "layers nested anew": nested_anew,
    "nested anew, synonyms": both(nested_anew, synonyms),
    "a word or level new, shuffled": shuffled,
    "one word new, sorted": alphabetical,
    "one word new, modules reordered": reordered,
    "indices shifted": shifted,
    "indices shifted, prefix": both(shifted, prefix),
    "numbered words to indices": indexed,
    "q, k, v fused": fused,
    "q, k, v fused, prefix": both(fused, prefix),
    "q, k, v split": split,
    "matrices turned": turned,
    "matrices turned, one word new": both(turned, one_word),
    "1×1 convolutions": pointwise,
    "gamma and beta": old_leaves,
    "weight_norm folded": normed,
    "weight_norm folded, prefix": both(normed, prefix),
    "weight_norm folded, one word new": both(normed, one_word),
    "buffers added": buffers_more,
    "buffers gone": buffers_less,
    "buffers gone, prefix": both(buffers_less, prefix),
    "tied names gone": untied,
    "head of another size": head_resized,
    "a tensor missing": layer_gone,
    "a tensor too many": layer_more,
    "twins renamed, shuffled": twins,
    "a twin's name handed on": handed_on,
}
