"""The devices that torch can compute on here."""

from __future__ import annotations

from loadstone.core.words import listed
from loadstone.errors import UsageError


def refuse_absent(device: str | None) -> None:
    """Raise `UsageError` where `device` is no device of this machine."""
    if device is None:
        return
    import torch

    there = here()
    try:
        wanted = torch.device(device)
    except (RuntimeError, TypeError) as error:
        raise UsageError(f"`{device}` is no device; here are {listed(there)}") from error
    if wanted.type == "meta":
        why = "tensors on the device `meta` hold no numbers, so nothing is predicted there"
        raise UsageError(f"{why}; here are {listed(there)}")
    names = {str(wanted), wanted.type} if wanted.index is None else {str(wanted)}
    known = {*there, *(name.partition(":")[0] for name in there), "cpu:0"}
    if wanted.type in ("cpu", "cuda", "mps", "xpu") and not names & known:
        raise UsageError(f"the device `{device}` is not here; here are {listed(there)}")


def here() -> list[str]:
    """Return the devices: the CPU, and what accelerators torch reaches."""
    import torch

    found = ["cpu"]
    for kind in ("cuda", "xpu"):
        module = getattr(torch, kind, None)
        if module is not None and module.is_available():
            found += [f"{kind}:{number}" for number in range(module.device_count())]
    mps = getattr(torch.backends, "mps", None)
    return [*found, "mps"] if mps is not None and mps.is_available() else found
