"""Speak with a runtime process: start it, ask it, and say clearly how it died."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import loadstone.runtime
from loadstone.environment import cache
from loadstone.runtime import frames
from loadstone.runtime.worker import START

if TYPE_CHECKING:
    from typing_extensions import Self

RUNTIME = Path(loadstone.runtime.__file__).parent
_TAIL = 12  # lines of standard error that an error shows
_MEANING = {
    9: ", which the system does where memory runs out",
    11: ", a crash in a library's own code",
}


class ProcessFailedError(Exception):
    """The process died, or did not answer in time; `lines` are the last of its standard error."""

    def __init__(self, why: str, lines: Sequence[str] = ()) -> None:
        super().__init__("\n".join((why, *lines)))
        self.why = why
        self.lines = tuple(lines)


class RequestFailedError(Exception):
    """The process answered that it could not do what was asked; `stage` says where.

    `type` is the class of what was raised there, `kind` its own word for the cause, `names` what
    that concerns, and `missing` the module that could not be imported.
    """

    def __init__(self, why: str, answer: Mapping[str, Any]) -> None:
        super().__init__(why)
        self.why = why
        self.stage = str(answer["stage"])
        self.traceback = str(answer["traceback"])
        self.type = str(answer.get("type", ""))
        self.kind = str(answer.get("kind", ""))
        self.names = tuple(map(str, answer.get("names", ())))
        self.missing = str(answer.get("missing", ""))


# What the system, Python and the frameworks need; of the user's own variables, none: code that
# reads one would find it here and not elsewhere.
_KEPT = (
    *("PATH", "HOME", "USER", "LOGNAME", "LANG", "LANGUAGE", "TZ", "TMP", "TEMP", "TMPDIR", "TERM"),
    *("SYSTEMROOT", "SYSTEMDRIVE", "COMSPEC", "PATHEXT", "WINDIR", "USERPROFILE"),
)
_KEPT_OF = (
    *("LC_", "LD_", "DYLD_", "XDG_", "CUDA_", "NVIDIA_", "ROCM_", "HIP_", "HSA_", "OMP_", "MKL_"),
    *("OPENBLAS_", "KMP_", "GOMP_", "TORCH_", "PYTORCH_", "TF_", "XLA_"),
)


def _is_kept(name: str) -> bool:
    return name.upper() in _KEPT or name.startswith(_KEPT_OF)


def _variables(*, accelerators: bool) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if _is_kept(name)}
    return kept if accelerators else {**kept, "CUDA_VISIBLE_DEVICES": ""}  # ROCm heeds it too


class Runtime:
    """A clean process: isolated, in an empty folder, without the project on its path.

    Of the user's environment variables it has those that the system and the frameworks read.
    """

    def __init__(
        self,
        python: str = sys.executable,
        *,
        start_timeout: float = 120.0,
        accelerators: bool = True,
    ) -> None:
        """Start `python`; without `accelerators`, it finds none of this machine's."""
        self.python = python
        self.accelerators = accelerators
        self.start_timeout = start_timeout
        self._folder = tempfile.TemporaryDirectory(prefix="loadstone-")
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 - closed by `close`
        try:
            self._process = subprocess.Popen(  # noqa: S603 - our own code, in the interpreter asked for
                [*_command(python), "-c", START, str(RUNTIME), *_package_folders(python)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._errors,
                cwd=self._folder.name,
                env=_variables(accelerators=accelerators),
            )
        except OSError as error:
            self._errors.close()
            self._folder.cleanup()
            why = f"`{python}` does not start: {error.strerror or error}"
            raise ProcessFailedError(why) from error

    def ask(
        self, do: str, arrays: Sequence[Any] = (), *, timeout: float = 600.0, **message: Any
    ) -> tuple[dict[str, Any], list[Any]]:
        """Send a request and return the answer with its arrays.

        Raises `RequestFailedError` where the process says why it cannot, `ProcessFailedError`
        where it died or let `timeout` seconds pass.
        """
        self.send(do, arrays, **message)
        return self.receive(do, timeout=timeout)

    def send(self, do: str, arrays: Sequence[Any] = (), **message: Any) -> None:
        """Send a request without waiting for the answer."""
        stdin = self._process.stdin
        assert stdin is not None
        try:
            frames.write(stdin, {"do": do, **message}, list(arrays))  # type: ignore[arg-type]
        except (BrokenPipeError, OSError) as error:
            raise ProcessFailedError(self._died(), self._last_lines()) from error

    def receive(self, do: str, *, timeout: float = 600.0) -> tuple[dict[str, Any], list[Any]]:
        """Return the next answer; `do` names the request in messages."""
        stdout = self._process.stdout
        assert stdout is not None
        late = threading.Event()

        def kill() -> None:
            late.set()
            self._process.kill()

        timer = threading.Timer(timeout, kill)
        timer.daemon = True
        timer.start()
        try:
            message, arrays = frames.read(stdout)  # type: ignore[arg-type]
        except (EOFError, OSError) as error:
            if late.is_set():
                why = f"the process did not answer `{do}` within {timeout:g} s"
                raise ProcessFailedError(why, self._last_lines()) from error
            raise ProcessFailedError(self._died(), self._last_lines()) from error
        except BaseException:  # Ctrl-C: what it computes is not wanted any more
            self._process.kill()
            raise
        finally:
            timer.cancel()
        if "error" in message:
            raise RequestFailedError(message["error"], message)
        return message, arrays

    def kill(self) -> None:
        """End the process at once, whatever it does, and remove its folder."""
        self._process.kill()
        self.close()

    def close(self) -> None:
        """End the process and remove its folder."""
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                with contextlib.suppress(OSError):
                    stream.close()
        try:
            self._process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._errors.close()
        self._folder.cleanup()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _died(self) -> str:
        code = self._process.wait()
        if code >= 0:
            return f"the process ended with exit code {code}"
        told = f"the process was ended by signal {-code}"
        with contextlib.suppress(ValueError):
            told += f" ({signal.Signals(-code).name})"
        return told + _MEANING.get(-code, "")

    def _last_lines(self) -> list[str]:
        self._errors.seek(0)
        text = self._errors.read()[-20_000:].decode(errors="replace")
        return [line for line in text.splitlines() if line.strip()][-_TAIL:]


def begin(python: str, modules: Sequence[str], memory_limit: int | None = None) -> Runtime:
    """Start a process without a network that imports `modules`; it is asked nothing else yet.

    Raises `ProcessFailedError` where it does not start.
    """
    runtime = Runtime(python)
    runtime.send("confine", memory=memory_limit)
    runtime.send("warm", modules=list(modules))
    return runtime


def _command(python: str) -> list[str]:
    """Return how an interpreter is started; one of ours keeps the bytecode of its libraries."""
    ours = Path(python).parent.parent / cache.RECORD
    return [python, "-I"] if ours.is_file() else [python, "-I", "-B"]


def _package_folders(python: str) -> list[str]:
    """Return the folders of packages that this process imports from; another's are its own."""
    own, asked = (os.path.dirname(os.path.abspath(path)) for path in (sys.executable, python))  # noqa: PTH100, PTH120 - links stand for environments
    if own != asked:
        return []
    return [
        folder
        for folder in sys.path
        if Path(folder).name in ("site-packages", "dist-packages") and Path(folder).is_dir()
    ]
