"""What most people keep, and alarmed when it was first met; beside each what it is near to."""

import pytest
from tests.runtime.test_pickles_everyday import SCORE, verdict
from tests.runtime.test_pickles_gadgets import (
    RIDGE,
    WORDS,
    build,
    call,
    glob,
    new,
    of_objects,
    pairs,
    several,
    text,
)

FROZEN = "diffusers.configuration_utils", "FrozenDict"
ETS = "statsmodels.tsa.exponential_smoothing._ets_smooth", "_ets_smooth_add_add"
MODEL = new("statsmodels.tsa.exponential_smoothing.ets", "ETSModel")
BLOCK = glob("pandas.core.internals.blocks", "new_block")
SLICE = call("builtins", "slice", b"K\0", b"K\1", b"K\1")
REFERENCE = "torch.nn.quantized.dynamic.modules.conv", "Conv2d"  # nobody read what fills it
SOURCE = call("numpy.random._pickle", "__randomstate_ctor", text("MT19937"))
GROUPS = ("statsmodels.sandbox.stats.multicomp",)
ESTIMATORS = of_objects(RIDGE)


def partial(func, *args, named=(), attributes=b"N"):
    """Return a partial as pickle writes it, whose state names its function again."""
    made = call("functools", "partial", func)
    return made + several(func, several(*args), pairs(*named), attributes) + b"b"


def block(*args, held=()):
    """Return a block as pandas 1.3 makes it."""
    return partial(BLOCK, *held, named=[("ndim", b"K\2")]) + several(*args) + b"R"


def frozen(*args, item=b"K\1", state=b"K\1"):
    """Return a configuration of diffusers, whose items are its attributes too."""
    return call(*FROZEN, *args) + b"(" + text("a") + item + b"u" + pairs(("a", state)) + b"b"


def weighed(*args, **kwargs):
    return build(
        new("gensim.models.tfidfmodel", "TfidfModel"), ("wlocal", partial(*args, **kwargs))
    )


def bound(module, cls, name):
    """Return what an object has by a name: a method that it keeps, or something else."""
    return call("builtins", "getattr", new(module, cls), text(name))


def kept(name):
    return bound("albumentations.augmentations.crops.transforms", "RandomCrop", name)


def drawn(*held, source=SOURCE):
    """Return a distribution as scipy up to 1.5 fills it: what makes it, and what draws numbers."""
    made = new("scipy.stats._continuous_distns", "norm_gen")
    return made + several(pairs(*held), source) + b"b"


def itself(key, value, name="Bunch"):
    """Return a dictionary of statsmodels' that is its own attributes, as protocol 0 has it."""
    args = (
        glob("statsmodels.tools.tools", name),
        glob("builtins", "dict"),
        b"}" + key + value + b"s",
    )
    return call("copyreg", "_reconstructor", *args) + b"\x94h\0b"


LOCAL = glob("gensim.models.tfidfmodel", "smartirs_wlocal")


@pytest.mark.parametrize(
    ("genuine", "others"),
    [
        (frozen(), [frozen(WORDS), frozen(item=WORDS), frozen(state=WORDS), frozen(state=SCORE)]),
        (build(MODEL, ("_smoothing_func", glob(*ETS))), [call(*ETS), call(*ETS, WORDS)]),
        (
            weighed(LOCAL, named=[("local_scheme", text("n"))]),
            [
                weighed(SCORE),
                weighed(LOCAL, attributes=pairs(("_load_specials", SCORE))),
                build(
                    new("gensim.models.tfidfmodel", "TfidfModel"),
                    ("_load_specials", partial(LOCAL)),
                ),
            ],
        ),
        (
            block(ESTIMATORS, SLICE),
            [
                block(SLICE, ESTIMATORS),
                block(ESTIMATORS, held=[SLICE]),
                block(ESTIMATORS, SLICE, held=[SLICE]),
                block(WORDS, SLICE),
                block(ESTIMATORS, SLICE) + pairs(("a", b"K\1")) + b"b",
            ],
        ),
        (
            build(new("PIL.ImageFilter", "GaussianBlur"), ("radius", b"K\2")),
            [
                new("PIL.ImageFilter", "GaussianBlur", WORDS),
                call("PIL.ImageFilter", "GaussianBlur", b"K\2"),
                new("PIL.ImageFilter", "Color3DLUT"),
            ],
        ),
        (
            build(new(*GROUPS, "MultiComparison"), ("groups", b"K\1")),
            [call(*GROUPS, "MultiComparison"), new(*GROUPS, "StepDown")],
        ),
        (
            kept("apply_to_mask3d"),
            [kept("__class__"), kept("available_keys"), kept("apply_to_nothing")],
        ),
        (
            bound("torch.optim.lr_scheduler", "OneCycleLR", "_annealing_cos"),
            [
                bound("torch.optim.lr_scheduler", "OneCycleLR", "optimizer"),
                bound("torch.optim.lr_scheduler", "StepLR", "_annealing_cos"),
                bound("torch.optim.lr_scheduler", "ReduceLROnPlateau", "in_cooldown"),
            ],
        ),
        (
            build(new("torch.nn.quantized.modules", "Quantize"), ("training", b"\x89")),
            [call("torch.nn.quantized.modules", "Quantize"), new(*REFERENCE)],
        ),
        (
            drawn(("shapes", text("a, b"))),
            [
                drawn(("shapes", text("a): import os"))),
                drawn(("shapes", b"N"), source=WORDS),
                drawn(("shapes", b"N"), source=pairs(("a", WORDS))),
                drawn(("shapes", b"N"), ("name", WORDS)),
                drawn(("_rvs", SCORE)),
            ],
        ),
        (
            itself(text("a"), b"K\1"),
            [
                itself(text("__setstate__"), b"K\1"),
                itself(text("a"), b"K\1", name="Holder"),
            ],
        ),
        (glob("__builtin__", "NoneType"), [call("__builtin__", "NoneType")]),
    ],
    ids=[
        "a configuration",
        "a smoother",
        "a weight",
        "a block of pandas 1.3",
        "a filter",
        "groups",
        "a method",
        "a schedule",
        "a quantized module",
        "a distribution of scipy 1.5",
        "a bunch",
        "the type of None",
    ],
)
def test_popular_is_library_and_its_neighbours_are_not(genuine, others):
    assert verdict(genuine) == "library"
    assert [verdict(other) for other in others] == ["yes"] * len(others)
