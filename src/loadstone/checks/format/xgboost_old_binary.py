"""LS156: XGBoost's old binary format, which as of 3.1 no release reads."""

from collections.abc import Iterator

from loadstone.checks._common import here, version
from loadstone.core import Artifact, Environment, Finding, Fix, check

REMOVED = (3, 1)


@check("LS156", since="0.2", covers=("sklearn/X02",), own_loader=True)
def xgboost_old_binary(artifact: Artifact, environment: Environment | None) -> Iterator[Finding]:
    """The model is in XGBoost's old binary format, which 3.1 and later do not read.

    ## Why it breaks
    Up to 2.0 it was what `save_model` wrote for any suffix but `.json` and `.ubj`. As of 3.1 the
    reader of it is gone: `Failed to load model`.

    ## Example
    ```python fails=LS156
    artifact("m.model", format="xgboost-binary", content="model", framework="xgboost")
    ```

    ## Fix
    Load it with an xgboost between 1.6 and 3.0, and save it as UBJSON there. The model stays the
    same; predict with both and compare.

    ## See also
    <https://xgboost.readthedocs.io/en/stable/changes/v3.1.0.html>
    """
    if artifact.format != "xgboost-binary" or artifact.damage:
        return
    here_is = environment.distributions.get("xgboost", "") if environment is not None else ""
    reads = bool(here_is) and version(here_is) < REMOVED
    written = artifact.producer.get("xgboost")
    head, dot, _ = artifact.path.rpartition(".")
    new = f"{head if dot else artifact.path}.ubj"
    yield Finding(
        f"`{artifact.name}` is in XGBoost's old binary format, which 3.1 and later do not read",
        at=here(artifact),
        severity="warning" if reads else "error",
        notes=((f"xgboost {here_is}, which is here, still reads it",) if reads else ())
        + ((f"it was written by xgboost {written}",) if written else ()),
        fix=Fix(
            "save it as UBJSON with an xgboost that reads both",
            safety="manual",
            python="import xgboost  # >=1.6,<3.1, in an environment of its own\n\n"
            f"model = xgboost.Booster(model_file={artifact.path!r})\n"
            f"model.save_model({new!r})\n",
        ),
    )
