"""What a load by the target's own code fills is seen, whatever the code says."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from loadstone.adapters.torch.expects import Expected, expects
from loadstone.core import TensorFact


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.body, self.out = nn.Linear(4, 4), nn.Linear(4, 2)
        self.norm = nn.BatchNorm1d(4)


OUT = ("out.weight", "out.bias")
ALL = tuple(key for key in Net().state_dict() if key != "norm.num_batches_tracked")


class NotStrict(Net):
    def load_state_dict(self, state_dict, **options):
        return super().load_state_dict(state_dict, **{**options, "strict": False})


class Filtered(Net):
    def load_state_dict(self, state_dict):
        own = self.state_dict()
        own.update({key: value for key, value in state_dict.items() if key in own})
        return super().load_state_dict(own)


class Nothing(Net):
    def load_state_dict(self, state_dict):
        return None


class NewHead(Net):
    def load_state_dict(self, state_dict, **options):
        found = super().load_state_dict(state_dict, **options)
        nn.init.normal_(self.out.weight)
        nn.init.zeros_(self.out.bias)
        return found


class Likeness(Net):
    """The head is made as large as the file's, and of none of its numbers."""

    def load_state_dict(self, state_dict, **options):
        state = dict(state_dict)
        state["out.weight"] = torch.zeros_like(state["out.weight"])
        state["out.bias"] = state["out.bias"].new_zeros(2)
        return super().load_state_dict(state, **options)


class Renamed(Net):
    def _load_from_state_dict(self, state_dict, prefix, *rest):
        for name in ("weight", "bias"):
            if prefix + "fc." + name in state_dict:
                state_dict[f"{prefix}out.{name}"] = state_dict.pop(f"{prefix}fc.{name}")
        super()._load_from_state_dict(state_dict, prefix, *rest)


class Computed(Net):
    """The two halves of the head lie apart in the file, turned round."""

    def load_state_dict(self, state_dict, *, strict):
        state = dict(state_dict)
        parts = [state.pop(f"half{at}").t().float() for at in (0, 1)]
        state["out.weight"] = torch.cat(parts) * 2
        return super().load_state_dict(state, strict=strict)


class ByData(Net):
    def load_state_dict(self, state_dict, **_):
        for key, value in self.named_parameters():
            value.data = state_dict[key]
        for key, value in self.named_buffers():
            value.copy_(state_dict[key])


class ByRows(Net):
    def load_state_dict(self, state_dict):
        with torch.no_grad():
            for key, value in self.state_dict().items():
                if value.ndim:
                    for at, row in enumerate(state_dict[key]):
                        value[at].copy_(row)


def facts(state):
    return {
        key: TensorFact(str(value.dtype).removeprefix("torch."), tuple(value.shape))
        for key, value in state.items()
    }


def asked(net, state):
    expected = expects(net)
    assert isinstance(expected, Expected)
    return expected.ask(facts(state))


@pytest.mark.parametrize(
    ("net", "left"),
    [
        *((net, ()) for net in (Net, NotStrict, Filtered, ByData, ByRows, nn.Sequential(Net()))),
        (Nothing, ALL),
        (NewHead, OUT),
        (Likeness, OUT),
    ],
)
def test_a_file_of_all_its_tensors_fills_it_or_not(net, left):
    state = net.state_dict() if isinstance(net, nn.Module) else Net().state_dict()
    target, filling = asked(net, state)
    assert set(left) <= set(filling.left)
    assert bool(filling.left) is bool(left)
    assert target.accepts is not bool(left)
    assert target.refusal == ""


@pytest.mark.parametrize("net", [NotStrict, Filtered])
def test_what_the_file_lacks_is_left(net):
    state = {key: value for key, value in Net().state_dict().items() if key not in OUT}
    target, filling = asked(net, state)
    assert (target.accepts, filling.left, filling.aside) == (False, OUT, ())


@pytest.mark.parametrize("net", [NotStrict, Filtered])
def test_another_prefix_fills_nothing(net):
    state = {f"module.{key}": value for key, value in Net().state_dict().items()}
    target, filling = asked(net, state)
    assert (target.accepts, filling.left) == (False, ALL)
    assert set(filling.aside) == {f"module.{key}" for key in ALL}


@pytest.mark.parametrize("net", [NotStrict, Filtered])
def test_what_only_the_file_has_is_left_aside(net):
    target, filling = asked(net, {**Net().state_dict(), "old.weight": torch.zeros(2)})
    assert (target.accepts, filling.left, filling.aside) == (True, (), ("old.weight",))


def test_counters_that_a_norm_starts_itself_are_no_loss():
    state = Net().state_dict()
    del state["norm.num_batches_tracked"]
    target, filling = asked(Net, state)
    assert target.accepts is True
    assert not filling.left


def test_renaming_and_computing_hooks_are_followed():
    state = {key.replace("out", "fc"): value for key, value in Net().state_dict().items()}
    assert asked(Renamed, state)[0].accepts is True
    state = Net().state_dict()
    del state["out.weight"]
    state |= {"half0": torch.zeros(4, 1).half(), "half1": torch.zeros(4, 1).half()}
    target, filling = asked(Computed, state)
    assert (target.accepts, filling.aside) == (True, ())


@pytest.mark.parametrize(
    "net",
    [
        nn.TransformerEncoderLayer(8, 2, 16, batch_first=True),
        nn.LSTM(3, 4, 2, bidirectional=True),
        nn.MultiheadAttention(8, 2, kdim=4, vdim=4),
        nn.utils.parametrizations.weight_norm(nn.Linear(3, 4)),
        nn.utils.parametrizations.spectral_norm(nn.Linear(3, 4)),
        nn.Sequential(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4), nn.EmbeddingBag(5, 3)),
        torch.optim.swa_utils.AveragedModel(nn.Linear(3, 4)),
        nn.Sequential(nn.PReLU(), nn.Bilinear(2, 3, 4), nn.Flatten()),
    ],
)
def test_modules_of_torch_are_filled_by_their_own_files(net):
    target, filling = asked(net, net.state_dict())
    assert target.accepts is True
    assert not filling.left
    assert not filling.aside
