"""This process's environment, as far as a check needs it: cheap, and without importing it."""

from __future__ import annotations

import os
import platform
import re
import sys
from typing import Final

from loadstone.core.facts import Environment

VARIABLES: Final = (
    "TORCH_FORCE_WEIGHTS_ONLY_LOAD",
    "TORCH_FORCE_NO_WEIGHTS_ONLY_LOAD",
    "KERAS_BACKEND",
    "TF_USE_LEGACY_KERAS",
)


def here(devices_of: str = "") -> Environment:
    """Return the Python, the distributions and the variables that change a load.

    `devices_of="torch"` also asks torch which devices it could use, which imports it.
    """
    return Environment(
        python=platform.python_version(),
        distributions=_distributions(),
        platform=sys.platform,
        devices=_torch_devices() if devices_of == "torch" else ("cpu", *_graphics_cards()),
        variables={name: os.environ[name] for name in VARIABLES if name in os.environ},
    )


def _distributions() -> dict[str, str]:
    """Return normalised names and versions of what is installed.

    Read from the names of the `.dist-info` folders: opening every METADATA costs ten times more.
    """
    found: dict[str, str] = {}
    for entry in sys.path:
        try:
            names = [item.name for item in os.scandir(entry or ".")]
        except OSError:
            continue
        for name in names:
            match = re.fullmatch(r"(.+?)-([^-]+)(?:-py[\d.]+)?\.(?:dist-info|egg-info)", name)
            if match:
                found.setdefault(re.sub(r"[-_.]+", "-", match[1]).lower(), match[2])
    return dict(sorted(found.items()))


def version(distribution: str) -> str | None:
    """Return the installed version of a distribution, or None."""
    import importlib.metadata

    try:
        return importlib.metadata.version(distribution)
    except importlib.metadata.PackageNotFoundError:
        return None


def _graphics_cards() -> tuple[str, ...]:
    """Return the graphics cards that the driver of NVIDIA lists, without a framework."""
    try:
        many = len(os.listdir("/proc/driver/nvidia/gpus"))  # noqa: PTH208 - as the rest of the file
    except OSError:
        return ()
    return tuple(f"gpu:{index}" for index in range(many))


def _torch_devices() -> tuple[str, ...]:
    import torch

    found = ["cpu", "meta"]
    found += [f"cuda:{index}" for index in range(torch.cuda.device_count())]
    if torch.backends.mps.is_available():
        found.append("mps")
    return tuple(found)
