"""Reports written by hand: what the renderers are shown in the tests."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from loadstone.core.edits import DropKeys, RenameKeys, RetagDevice, SelectEntry
from loadstone.core.facts import (
    Artifact,
    Damage,
    Extent,
    GlobalFact,
    ModuleFact,
    StateDict,
    Target,
    TensorFact,
    Weights,
)
from loadstone.core.findings import Finding, Fix, Place, Row
from loadstone.core.registry import Check
from loadstone.core.report import Crash, Found, NotRun, Report
from loadstone.core.verdict import Verdict


def _page(weights: Weights) -> Iterator[Finding]:
    """Keys carry the name of a wrapper that the target does not have.

    ## Why it breaks
    `DataParallel(net)` holds `net` as its `module`.

    ## Fix
    Safe: names change, tensors do not.
    """
    yield Finding(f"{len(weights)} keys", at=Place(weights.path))


def fake(code: str, name: str, stage: str = "weights", severity: str = "error") -> Check:
    return Check(
        code=code,
        name=name,
        stage=stage,
        severity=severity,
        since="0.1",
        supersedes=(),
        covers=("torch/E07",),
        function=_page,
        needs={"weights": (Weights, False)},
    )


WRAPPER = fake("LS402", "wrapper-prefix")
TRUNCATED = fake("LS001", "truncated", "file")
SHAPE = fake("LS403", "shape-mismatch")
UNEXPECTED = fake("LS401", "unexpected-keys")
TIED = fake("LS407", "tied-weights")
ORDER = fake("LS501", "reordered-columns", "inputs")
DEVICE = fake("LS210", "other-device", "environment", "warning")
POINTER = fake("LS003", "lfs-pointer", "file")

EXTENT = Extent("", 1024, 37632, 0, (147, 49, 7, 1), "0")
TENSORS = {
    "module.conv1.weight": TensorFact("float32", (64, 3, 7, 7), "cuda:3", EXTENT),
    "module.bn1.weight": TensorFact("float32", (64,), "cuda:3"),
    "module.fc.bias": TensorFact("float32", (2,), "cuda:3"),
}
ARTIFACT = Artifact(
    path="model.pth",
    format="torch-zip",
    content="state-dict",
    size=44_700_000,
    framework="torch",
    producer={"torch": "2.1.0"},
    state_dicts=(StateDict("", TENSORS),),
    devices=("cuda:3",),
)
TARGET = Target(
    "my_pkg.Net",
    {key.removeprefix("module."): fact for key, fact in TENSORS.items()},
    reference="my_pkg:Net",
    file="my_pkg/net.py",
    line=41,
    class_name="Net",
)
PREFIX = Found(
    WRAPPER,
    Finding(
        "every key starts with `module.`, which `my_pkg.Net` does not have",
        at=Place("model.pth", name="module.conv1.weight"),
        code_at=Place("my_pkg/net.py", line=41),
        code_text="class Net",
        rows=(
            Row("module.conv1.weight  float32 64×3×7×7", "conv1.weight  float32 64×3×7×7"),
            Row("module.bn1.weight  float32 64", "bn1.weight  float32 64"),
        ),
        more=120,
        notes=("`torch.nn.DataParallel` adds it when the wrapper is saved, not the model in it",),
        fix=Fix(
            "remove the prefix from every key",
            (RenameKeys(strip="module."),),
            proof="all 122 renamed keys are expected, with the same shapes and dtypes",
        ),
    ),
)
BROKEN = Report(
    artifact=ARTIFACT,
    target=TARGET,
    verdict=Verdict("no", "unproven", "", "no witness predictions; `loadstone.save` records them"),
    found=(PREFIX,),
    passed=(TRUNCATED, SHAPE),
    not_run=(NotRun(UNEXPECTED, "explained by LS402"),),
)
FIXED = Report(
    artifact=replace(ARTIFACT, path="model.fixed.safetensors", format="safetensors"),
    target=TARGET,
    verdict=Verdict("yes", "unproven", "122 of 122 tensors", "no witness predictions"),
    found=(
        Found(
            ORDER,
            Finding(
                "columns stand in another order than at the save",
                at=Place("model.pth"),
                fix=Fix("reorder columns", (RenameKeys(names={"a": "b"}),), "unsafe"),
                severity="warning",
            ),
        ),
    ),
    passed=(TRUNCATED, WRAPPER, SHAPE),
    fixed=(PREFIX,),
    wrote=("model.fixed.safetensors", "model.fix.json"),
)
PROVEN = Report(
    artifact=replace(ARTIFACT, path="review.lode", format="bundle", content="bundle"),
    verdict=Verdict("yes", "identical", "torch 2.13.0 (saved with 2.13.0)", "on 64 witnesses"),
    passed=(TRUNCATED, SHAPE),
)
POINTED = Report(
    artifact=Artifact("weights/model.pth", "text", "none", 130),
    verdict=Verdict("no", "unproven", "1 error", "nothing was loaded"),
    found=(
        Found(
            POINTER,
            Finding(
                "this is a git-lfs pointer, not the file that it stands for",
                at=Place("weights/model.pth", offset=0),
                headings=("the pointer says", ""),
                rows=(Row("size 438,007,537 bytes"), Row("sha256 8f4e…", note="checked by git")),
                notes=("torch reads its first letter as an opcode: `Unsupported operand 118`",),
                fix=Fix(
                    "fetch the file from the server",
                    safety="manual",
                    shell="git lfs install\ngit lfs pull --include weights/model.pth",
                    python="import subprocess",
                ),
            ),
        ),
    ),
)
MANY = Report(
    artifact=ARTIFACT,
    target=TARGET,
    verdict=Verdict("no", "differs", "", "3 of 64 witnesses, largest difference 0.25"),
    found=tuple(
        Found(
            DEVICE, Finding(f"tensor {number} was on `cuda:3`", at=Place("model.pth", f"t{number}"))
        )
        for number in range(5)
    ),
    passed=(TRUNCATED,),
    not_run=(NotRun(SHAPE, "there is no target to compare with (`--into pkg:Net`)"),),
    crashed=(Crash(TIED, "KeyError: 'lm_head'"),),
    accepted={"LS210": "compared on 10,000 rows, max difference 0"},
)
HOSTILE = Report(
    artifact=replace(ARTIFACT, path="ev\x1b[2Jil.pth"),
    verdict=Verdict("no", "unproven", "1 error", ""),
    found=(
        Found(
            SHAPE,
            Finding(
                "`</script><b>\x1b]0;x\x07`\u202e` has another shape | ::error::",
                at=Place("ev\x1b[2Jil.pth", "a\nb"),
                rows=(Row("ключ`|<i>  float32 2", "日本語  float32 3"),),
            ),
        ),
    ),
)
CHECKPOINT = Artifact(
    path="epoch_12.ckpt",
    format="torch-zip",
    content="checkpoint",
    size=134_200_000,
    framework="torch",
    producer={"torch": None, "lightning": "2.2.1"},
    state_dicts=(
        StateDict(
            "state_dict",
            {f"net.{n}.weight": TensorFact("float32", (n + 1, 5), "cpu") for n in range(20)},
        ),
        StateDict(
            "optimizer_states.0.state",
            {"0.exp_avg": TensorFact("float16", (), "cuda:0")},
            others={"step": "int 40"},
            role="optimizer",
        ),
    ),
    entries={"epoch": "int 12", "state_dict": "dict of 20", "optimizer_states": "list of 1"},
    modules=(ModuleFact("", "train", "Net"), ModuleFact("fc", "torch.nn.modules.linear", "Linear")),
    globals=(
        GlobalFact("torch._utils", "_rebuild_tensor_v2", ("call",), 120),
        GlobalFact("train", "Config", ("reference", "new"), 512),
    ),
    opening_runs_code="yes",
    calls=("train.Config",),
    devices=("cpu", "cuda:0"),
    damage=(Damage("truncated", "the central directory is missing", 134_200_000),),
    disagreements=(Damage("duplicate-member", "`data.pkl` is there twice", 99),),
    detail={"byteorder": "little"},
)
PLANNED = replace(
    BROKEN,
    planned=(
        replace(
            PREFIX,
            finding=replace(
                PREFIX.finding,
                fix=Fix(
                    "take the state dict, remove the prefix, leave out what holds no value",
                    (
                        SelectEntry(""),
                        RenameKeys(strip="module."),
                        DropKeys(("fc.bias",)),
                        RetagDevice(),
                    ),
                ),
            ),
        ),
    ),
)
