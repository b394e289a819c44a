"""A module put on another device: `meta` stands for one that holds no values."""

import torch
from torch import nn

import loadstone
from loadstone.runtime.torch_devices import accelerator, place, reached
from loadstone.runtime.torch_run import moved, single_precision


class Held(nn.Module):
    """Devices and tensors as attributes, as projects hold them."""

    def __init__(self) -> None:
        super().__init__()
        self.fc = nn.Linear(2, 2)
        self.mask = torch.ones(2)
        self.device = torch.device("cuda:1")
        self.device_name = "cuda"
        self.backend = "cuda"  # names no device, though it reads like one
        self.shared = [self.mask, "x"]
        self.again = self.shared
        self.by_name = {"mask": self.mask, "device": "cuda:0", "n": 3}
        self.rows = (torch.zeros(1), torch.device("cpu"))
        self.unregistered = [nn.Linear(2, 2)]
        self.loop = []
        self.loop.append(self.loop)


def test_everything_goes_to_the_device():
    held = place(Held(), "meta")
    meta = torch.device("meta")
    assert {item.device for item in held.parameters()} == {meta}
    assert held.mask.device == meta
    assert held.device == meta
    assert held.device_name == "meta"
    assert held.backend == "cuda"
    assert held.shared[0] is held.mask
    assert held.again is held.shared
    assert held.by_name["mask"] is held.mask
    assert held.by_name["device"] == "meta"
    assert held.by_name["n"] == 3
    assert [item.device for item in held.unregistered[0].parameters()] == [meta, meta]
    assert held.rows[0].device == meta
    assert held.rows[1] == meta
    assert type(held.rows) is tuple
    assert len(held.loop) == 1


def test_what_is_there_already_stays_what_it_is():
    held = Held()
    before = dict(vars(held))
    place(held, "cpu")
    assert held.mask is before["mask"]
    assert held.shared is before["shared"]
    assert held.device == torch.device("cpu")
    assert held.by_name["device"] == "cpu"
    assert held.loop is before["loop"]


def test_a_cpu_is_no_accelerator():
    assert accelerator(Held()) == ""
    assert accelerator(nn.Linear(2, 2, device="meta")) == ""
    assert reached() is torch.cuda.is_available() or reached()


def test_tf32_is_off_while_it_predicts_and_as_it_was_after():
    seen = []

    def call(x: torch.Tensor) -> torch.Tensor:
        seen.append(torch.backends.cudnn.conv.fp32_precision)
        return x

    before = torch.backends.cudnn.allow_tf32
    torch.backends.cudnn.allow_tf32 = True
    try:
        moved(call, "cpu")(torch.ones(1))
        moved(call, "cpu", as_set=True)(torch.ones(1))
        assert torch.backends.cudnn.allow_tf32 is True
        assert seen == ["ieee", "tf32"]
        torch.backends.cuda.matmul.fp32_precision = "tf32"
        with single_precision():
            assert torch.backends.cuda.matmul.fp32_precision == "ieee"
        assert torch.backends.cuda.matmul.fp32_precision == "tf32"
    finally:
        torch.backends.cudnn.allow_tf32 = before
        torch.backends.cuda.matmul.fp32_precision = "none"


class Told(nn.Module):
    """Names a device that it does not compute on here."""

    def __init__(self) -> None:
        super().__init__()
        self.fc = nn.Linear(2, 2)
        self.where = torch.device("cuda:0")
        self.words = ["cuda"]

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.fc(x) + (1.0 if self.where.type == "meta" else 0.0)


def test_a_bundle_names_the_device_that_it_is_loaded_on(tmp_path):
    loadstone.save(Told().eval(), tmp_path / "m", examples=torch.ones(2, 2), forms=["native"])
    loaded = loadstone.load(tmp_path / "m")
    assert loaded.model.where == torch.device("cpu")
    assert loaded.model.words == ["cuda"]
    assert loaded.report.verdict.predicts_the_same == "identical"
