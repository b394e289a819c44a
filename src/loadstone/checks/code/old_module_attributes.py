"""LS308: a whole model pickled by an older torch lacks attributes that its classes have now."""

from collections.abc import Iterator

from loadstone.checks._common import here
from loadstone.core import Artifact, Finding, Fix, Row, Target, check
from loadstone.core.words import count

ADDED = {  # class: attribute and the value that behaves as before it was there
    "torch.nn.modules.activation.GELU": ("approximate", "none"),
    "torch.nn.modules.activation.MultiheadAttention": ("batch_first", False),
    "torch.nn.modules.transformer.TransformerEncoderLayer": ("norm_first", False),
    "torch.nn.modules.transformer.TransformerDecoderLayer": ("norm_first", False),
    "torch.nn.modules.transformer.Transformer": ("batch_first", False),
    "torch.nn.modules.sparse.EmbeddingBag": ("padding_idx", None),
}


@check("LS308", since="0.1", severity="warning", covers=("torch/D09",))
def old_module_attributes(artifact: Artifact, target: Target | None) -> Iterator[Finding]:
    """A layer in the pickled model lacks an attribute that its class reads today.

    ## Why it breaks
    A whole pickled model brings the attributes that its layers had when it was saved. Later
    versions of torch read attributes that did not exist then: it loads, and predicting says
    `'GELU' object has no attribute 'approximate'`.

    ## Example
    ```python fails=LS308
    artifact(
        "old.pkl",
        format="pickle",
        content="object",
        modules=["torch.nn.modules.activation.GELU"],
    )
    ```

    ## Fix
    Load the tensors into the class as it is today. Or set the attribute to the value that means
    what the layer did before: models that torch 1.7.0 pickled then give its outputs, to rounding.

    ## See also
    <https://github.com/pytorch/pytorch/issues/81306>
    """
    if target is not None:
        return  # the tensors go into a model that is built today
    absent = [
        (module, *ADDED[kind])
        for module in artifact.modules
        if (kind := f"{module.module}.{module.name}") in ADDED
        and ADDED[kind][0] not in module.attributes
    ]
    if not absent:
        return
    first, lacking, _ = absent[0]
    values = "".join(
        f"    if type(module).__name__ == {name!r}:\n        module.{attribute} = {value!r}\n"
        for name, (attribute, value) in {item[0].name: item[1:] for item in absent}.items()
    )
    yield Finding(
        f"{count(len(absent), 'layer')} of the pickled model {_lack(len(absent))} attributes that "
        f"torch reads today: `{first.name}` has no `{lacking}`",
        at=here(artifact, first.path),
        headings=("in the file", "read today"),
        rows=tuple(
            Row(f"{module.path or '(root)'}  {module.name}", f"{name}={value!r}")
            for module, name, value in absent[:4]
        ),
        more=max(0, len(absent) - 4),
        fix=Fix(
            "load the tensors into the class as it is today, or set the attributes after loading",
            safety="manual",
            python=f"for module in model.modules():\n{values}",
        ),
    )


def _lack(number: int) -> str:
    return "lacks" if number == 1 else "lack"
