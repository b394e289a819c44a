"""A torch module on one device: its tensors, and what its attributes hold of devices.

`torch.nn.Module.to` moves parameters and buffers only. A tensor that is a plain attribute stays
where it was, and so does a device that the forward pass makes its own tensors on.
"""

import re
from typing import Any, Callable, Dict, Set, Tuple

_TAG = re.compile(r"(cpu|cuda|mps|xpu)(:\d+)?$")


def accelerator(module: Any) -> str:
    """Return the first device of the parameters and buffers that is no CPU, or ""."""
    for held in (module.parameters(), module.buffers()):
        for tensor in held:
            if tensor.device.type not in ("cpu", "meta"):
                return str(tensor.device)
    return ""


def reached() -> bool:
    """Whether torch computes on an accelerator here, so that tensors may be elsewhere."""
    import torch

    mps = getattr(torch.backends, "mps", None)
    xpu = getattr(torch, "xpu", None)
    found = [torch.cuda, *([mps] if mps is not None else []), *([xpu] if xpu is not None else [])]
    return any(kind.is_available() for kind in found)


def place(module: Any, device: Any) -> Any:
    """Put `module` on `device`, with the tensors that it holds as attributes; return it.

    Attributes that are a device, or that are named for one and hold its tag, then name `device`.
    """
    import torch

    module.to(device)
    _Placing(torch.device(device)).modules(module)
    return module


class _Placing:
    """One placement: what is shared stays shared, and nothing is walked twice."""

    def __init__(self, device: Any) -> None:
        self.device = device
        self.moved: Dict[int, Tuple[Any, Any]] = {}  # what was met, and what stands for it
        self.seen: Set[int] = set()

    def modules(self, root: Any) -> None:
        for module in root.modules():
            if id(module) in self.seen:
                continue
            self.seen.add(id(module))
            for name, value in list(vars(module).items()):
                if name in ("_parameters", "_buffers", "_modules") or name.endswith("_hooks"):
                    continue
                new = self.value(value, name)
                if new is not value:
                    object.__setattr__(module, name, new)  # as it was held: no buffer is made

    def value(self, value: Any, name: str = "") -> Any:
        import torch

        if isinstance(value, torch.Tensor):
            return self.tensor(value)
        if isinstance(value, torch.device):
            return value if value.type == "meta" or value == self.device else self.device
        if isinstance(value, str):
            named = "device" in name and value != str(self.device) and _TAG.match(value)
            return str(self.device) if named else value
        if type(value) in (list, tuple):
            return self.items(value, name)
        if type(value) is dict:
            return self.entries(value)
        if isinstance(value, torch.nn.Module) and id(value) not in self.seen:
            value.to(self.device)  # it is in a list or the like, where torch does not find it
            self.modules(value)
        return value

    def tensor(self, value: Any) -> Any:
        if value.device == self.device or value.device.type == "meta":
            return value
        return self.once(value, lambda: value.detach().to(self.device))

    def items(self, value: Any, name: str) -> Any:
        def make() -> Any:
            new = [self.value(item, name) for item in value]
            return value if _same(new, value) else type(value)(new)

        return self.once(value, make)

    def entries(self, value: Any) -> Any:
        def make() -> Any:
            new = {key: self.value(item, str(key)) for key, item in value.items()}
            return value if _same(new.values(), value.values()) else new

        return self.once(value, make)

    def once(self, value: Any, make: Callable[[], Any]) -> Any:
        """Return what `make` gives, the same wherever `value` is met again."""
        if id(value) not in self.moved:
            self.moved[id(value)] = value, value  # where it holds itself; and its number is kept
            self.moved[id(value)] = value, make()
        return self.moved[id(value)][1]


def _same(new: Any, old: Any) -> bool:
    return all(one is other for one, other in zip(new, old))  # noqa: B905 - Python 3.6 has no `strict`
