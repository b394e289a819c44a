"""What really runs here: every distribution, Python, system, processor and framework build."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import sys
from typing import Any

from loadstone.core.facts import Environment

_VARIABLES = (
    "CUDA_VISIBLE_DEVICES",
    "MKL_NUM_THREADS",
    "OMP_NUM_THREADS",
    "PYTHONPATH",
    "TORCH_FORCE_NO_WEIGHTS_ONLY_LOAD",
    "TORCH_FORCE_WEIGHTS_ONLY_LOAD",
)


def here() -> Environment:
    """Return the environment of this process as facts; frameworks are not imported for it."""
    return Environment(
        python=platform.python_version(),
        distributions=distributions(),
        platform=platform.platform(),
        variables={name: os.environ[name] for name in _VARIABLES if name in os.environ},
    )


def distributions() -> dict[str, str]:
    """Return every installed distribution with its version; the first on the path counts."""
    found: dict[str, str] = {}
    for item in importlib.metadata.distributions():
        name = item.name
        if name:
            found.setdefault(name.lower().replace("_", "-"), item.version)
    return dict(sorted(found.items()))


def record() -> dict[str, Any]:
    """Return `environment.json`: all that may change what a model predicts."""
    return {
        "schema": "loadstone.environment/1",
        "python": platform.python_version(),
        "implementation": platform.python_implementation(),
        "system": platform.system(),
        "platform": platform.platform(),
        "machine": platform.machine(),
        "libc": " ".join(platform.libc_ver()).strip(),
        "processor": _processor(),
        "cpus": os.cpu_count(),
        "distributions": distributions(),
        "variables": {name: os.environ[name] for name in _VARIABLES if name in os.environ},
        "torch": _torch(),
    }


def _processor() -> str:
    try:
        with open("/proc/cpuinfo", encoding="utf-8", errors="replace") as file:  # noqa: PTH123 - a device
            for line in file:
                if line.startswith("model name"):
                    return line.partition(":")[2].strip()
    except OSError:
        pass
    return platform.processor()


def _torch() -> dict[str, Any] | None:
    torch = sys.modules.get("torch")
    if torch is None:
        return None
    return {
        "version": str(torch.__version__),
        "cuda": torch.version.cuda,
        "threads": torch.get_num_threads(),
        "capability": torch.backends.cpu.get_cpu_capability(),
        "blas": "mkl" if torch.backends.mkl.is_available() else "other",
        "build": [line.strip() for line in torch.__config__.show().splitlines()],
    }
