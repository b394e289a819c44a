"""The main job on real input: train, save, break, check, fix, predict, prove.

Every command below is run for real, in a process of its own; what is shown is what it printed.
"""

from __future__ import annotations

import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
PYTHON = pathlib.Path(sys.executable)
LOADSTONE = PYTHON.parent / "loadstone"
WAYS = (
    "checkpoint",
    "both",
    "inner",
    "whole_module",
    "cuda_tagged",
    "lfs_pointer",
    "html_page",
    "empty",
    "truncated",
    "zeros",
    "unzipped",
)
CHANGED = {
    "changed:WiderHead": "`fc2` has another shape",
    "changed:ExtraLayer": "a layer was added",
    "changed:RenamedLayer": "a layer was renamed",
    "renamed:SimpleNet": "the class was renamed",
}


def title(text: str) -> None:
    print(f"\n\033[1m{text}\033[0m" if sys.stdout.isatty() else f"\n== {text}", flush=True)


def run(*command: str, expect: int = 0, show: bool = True) -> str:
    """Run a command, print it with what it wrote, and insist on its exit code."""
    shown = " ".join(f'"{part}"' if " " in part else part for part in command)
    words = [str(LOADSTONE), *command[1:]] if command[0] == "loadstone" else list(command)
    words = [str(PYTHON), *words[1:]] if words[0] == "python" else words
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(words, capture_output=True, text=True, env=environment, check=False)
    if show:
        print(f"\n$ {shown}", flush=True)
        print((done.stdout + done.stderr).rstrip(), flush=True)
    if done.returncode != expect:
        sys.exit(f"demo: `{shown}` ended with {done.returncode}, not {expect}\n{done.stderr}")
    return done.stdout


def state_dict() -> None:
    title("1. A state dict, saved by one process and loaded by another")
    run("python", "train.py")
    run("loadstone", "check", "simple_model_state.pth", "--into", "net:SimpleNet")
    title("   … saved from DataParallel: checked, fixed, and the fix proved by its predictions")
    run("python", "break.py", "data_parallel", "wrapped.pth", show=False)
    run("loadstone", "check", "wrapped.pth", "--into", "net:SimpleNet", expect=1)
    run("loadstone", "check", "wrapped.pth", "--into", "net:SimpleNet", "--fix")
    pathlib.Path("rows.json").write_text("[[0, 1, 2, 3, 4, 5, 6, 7, 8, 9]]")
    into = ("--into", "net:SimpleNet", "-i", "rows.json")
    before = run("loadstone", "predict", "simple_model_state.pth", *into)
    after = run("loadstone", "predict", "wrapped.fixed.safetensors", *into)
    print("\nthe two predictions are", "equal" if before == after else "NOT equal")
    if before != after:
        sys.exit(1)
    title("   … and what else happens to such files: one finding each, the true cause")
    files = [f"{way}.pth" for way in WAYS]
    pairs = [word for way in WAYS for word in (way, f"{way}.pth")]
    run("python", "break.py", *pairs, show=False)
    told = run("loadstone", "check", *files, "--into", "net:SimpleNet",
               "--output-format", "concise", expect=1)  # fmt: skip
    if told.count(", 1 finding\n") != len(WAYS):
        sys.exit("demo: not one finding each")
    title("   … or to the class")
    for target in CHANGED:
        run("loadstone", "check", "simple_model_state.pth", "--into", target,
            "--output-format", "concise", expect=1)  # fmt: skip


def text_classifier() -> None:
    title("2. A text classifier with its tokenizer: one unit")
    run("python", "train.py")
    pathlib.Path("train.py").unlink()
    print("\n(train.py is deleted here)")
    run("loadstone", "predict", "review.lode", "hello world", "hello universe")
    run("loadstone", "check", "review.lode")
    pathlib.Path("other.py").write_text(
        "import torch\n\n\n"
        "def split(text):\n    return torch.tensor([len(word) for word in text.split()])\n"
    )
    title("   … with another tokenizer: it is the preprocessing, and not the weights")
    run("loadstone", "check", "review.lode", "--preprocess", "other:split", expect=1)


def silent() -> None:
    title("3. What loads and would quietly predict something else")
    for name in ("dropout_left_on", "not_repeatable", "changed_flag", "half_random"):
        run("python", f"{name}.py")


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="loadstone-demo-") as folder:
        for story in (state_dict, text_classifier, silent):
            place = pathlib.Path(folder, story.__name__)
            shutil.copytree(HERE / story.__name__, place)
            os.chdir(place)
            story()
        os.chdir(HERE)
    print("\nEverything above ran for real; every exit code was as expected.")


if __name__ == "__main__":
    main()
