"""CUDA is not downloaded for a machine without a GPU, and a large download is announced."""

from __future__ import annotations

import functools
import http.server
import sys
import threading

import pytest
from test_build import wheel

from loadstone.environment import download, interpreters, resolve, uv


@pytest.fixture
def index(tmp_path, monkeypatch):
    """Serve two indexes: one like PyPI's, with CUDA, and one like PyTorch's, without dates."""
    for name in ("pypi", "pytorch"):
        (tmp_path / name).mkdir()
    wheel(tmp_path / "pypi", "torch", "2.0", "", "Requires-Dist: nvidia-cublas\n")
    wheel(tmp_path / "pypi", "nvidia_cublas", "1.0", "")
    wheel(tmp_path / "pypi", "lodenet", "1.0", "", "Requires-Dist: torch\n")
    wheel(tmp_path / "pytorch", "torch", "2.0+cpu", "")
    wheel(tmp_path / "pytorch", "torch", "3.0+cpu", "")
    for file in [*tmp_path.glob("py*/*.whl")]:
        folder = file.parent / file.name.partition("-")[0].replace("_", "-")
        folder.mkdir(exist_ok=True)
        file.rename(folder / file.name)
    for folder in tmp_path.glob("py*/*"):
        links = [f'<a href="{file.name}">{file.name}</a>' for file in folder.iterdir()]
        (folder / "index.html").write_text("\n".join(links))
    handler = functools.partial(Quiet, directory=str(tmp_path))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        monkeypatch.setenv("UV_CACHE_DIR", str(tmp_path / "cache"))
        for name in download._CHOICES:
            monkeypatch.delenv(name, raising=False)
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Say nothing."""


HERE = f"{sys.version_info[0]}.{sys.version_info[1]}"


def compiled(url: str, wanted: list[str], more: list[str]) -> str:
    """Resolve as `resolve` does, the two local indexes in the place of PyPI and PyTorch."""
    asked: list[str] = []
    if more:
        assert more[:2] == ["--torch-backend", "auto"]
        asked = [*more[2:], "--index", f"{url}/pytorch/"]
    interpreter = interpreters.of(HERE)
    assert interpreter is not None
    day = ["--exclude-newer", "2023-01-01", "--exclude-newer-package", "torch=2100-01-01"]
    if not more:
        day = []
    else:
        day += ["--exclude-newer-package=lodenet=false"]
    settings = [*day, *asked, "--default-index", f"{url}/pypi/"]
    return resolve.compiled(wanted, interpreter, settings)


def versions(text: str) -> dict[str, str]:
    return resolve.Lock(text, HERE).versions


def test_torch_comes_without_cuda_in_the_version_that_was_resolved(index):
    run = functools.partial(compiled, index)
    text = run(["lodenet==1.0"], [])
    assert versions(text) == {"lodenet": "1.0", "nvidia-cublas": "1.0", "torch": "2.0"}
    found = download.without_cuda(text, ["lodenet==1.0"], (), run)
    assert versions(found) == {"lodenet": "1.0", "torch": "2.0+cpu"}


def test_an_index_that_the_user_chose_decides(index, monkeypatch):
    text = compiled(index, ["lodenet==1.0"], [])

    def never(*_: object) -> str:
        raise AssertionError

    assert download.without_cuda(text, [], ("--offline",), never) == text
    monkeypatch.setenv("UV_TORCH_BACKEND", "cu128")
    assert download.without_cuda(text, [], (), never) == text


def test_where_the_other_index_cannot_be_had_it_is_as_it_was(index):
    text = compiled(index, ["lodenet==1.0"], [])

    def unreachable(*_: object) -> str:
        raise uv.UvFailedError(["dns error"])

    assert download.without_cuda(text, [], (), unreachable) == text
    assert download.without_cuda(text, [], (), lambda *_: text) == text  # a GPU is here


def test_a_large_download_is_announced():
    def lock(*sizes: tuple[str, str, int]) -> str:
        parts = [
            f'[[packages]]\nname = "{name}"\nversion = "1"\n'
            f'wheels = [{{ url = "https://x/{name}-1-{tags}.whl", size = {size} }}]\n'
            for name, tags, size in sizes
        ]
        return "\n".join(parts)

    small = ("six", "py3-none-any", 11_050)
    large = ("nvidia-cudnn", "py3-none-any", 2_500_000_000)
    assert download.announced(lock(small)) == ""
    assert download.announced(lock(small, large)) == (
        "; up to 2.5 GB to download, of it nvidia-cudnn 2.5 GB"
    )


def test_files_for_other_machines_are_not_counted(monkeypatch):
    monkeypatch.setattr(download.sys, "platform", "linux")
    monkeypatch.setattr(download.platform, "machine", lambda: "x86_64")
    names = ("manylinux_2_28_x86_64", "manylinux_2_28_aarch64", "win_amd64")
    wheels = ", ".join(
        f'{{ url = "https://x/torch-1-cp311-cp311-{name}.whl", size = {(at + 1) * 10**9} }}'
        for at, name in enumerate(names)
    )
    text = f'[[packages]]\nname = "torch"\nversion = "1"\nwheels = [{wheels}]\n'
    assert download.announced(text) == "; up to 1 GB to download, of it torch 1 GB"
