# /// script
# requires-python = "==3.11.*"
# dependencies = [
#     "mlflow-skinny==3.5.1", "mlem==0.4.14", "torch-model-archiver", "scikit-learn==1.5.2",
#     "pandas", "pydantic<2", "isort<6", "spacy==3.8.18", "bentoml<1.3",
# ]
# ///
"""Make the containers here with the libraries themselves, and note what they say after loading.

They do not install into one environment: `make.py mlflow`, `make.py spacy` … make one each.
"""

import json
import shutil
import subprocess
import sys
import warnings
from pathlib import Path

warnings.simplefilter("ignore")
HERE = Path(__file__).parent


def fresh(name):
    shutil.rmtree(HERE / name, ignore_errors=True)
    return HERE / name


def told(name, held):
    (HERE / "truth").mkdir(exist_ok=True)
    (HERE / "truth" / f"{name}.json").write_text(json.dumps(held, indent=1))


def fitted():
    import pandas as pd
    from sklearn.linear_model import LogisticRegression

    frame = pd.DataFrame({"age": [1.0, 2.0, 3.0, 4.0], "income: net": [1, 2, 3, 4]})
    return LogisticRegression().fit(frame, [0, 0, 1, 1]), frame


def mlflow():
    import mlflow

    model, frame = fitted()
    signature = mlflow.models.infer_signature(frame, model.predict(frame))
    folder = fresh("mlflow")
    mlflow.sklearn.save_model(model, folder, signature=signature)
    held = mlflow.models.Model.load(folder)
    told("mlflow", {
        "flavors": sorted(held.flavors),
        "mlflow_version": held.mlflow_version,
        "sklearn_version": held.flavors["sklearn"]["sklearn_version"],
        "loader_module": held.flavors["python_function"]["loader_module"],
        "inputs": [[column.name, column.type.name] for column in held.signature.inputs],
        "outputs": held.signature.outputs.to_dict(),
        "requirements": (folder / "requirements.txt").read_text().split(),
    })  # fmt: skip


def mlem():
    from mlem.api import load_meta, save

    model, frame = fitted()
    fresh("mlem").mkdir()
    save(model, str(HERE / "mlem" / "model"), sample_data=frame)
    meta = load_meta(str(HERE / "mlem" / "model"))
    told("mlem", {
        "type": meta.model_type.type,
        "uri": meta.artifacts["data"].uri,
        "requirements": {item.module: item.version for item in meta.requirements.installable},
    })  # fmt: skip


def mar():
    folder = fresh("mar")
    folder.mkdir()
    weights = HERE.parent / "hf" / "bert-bin" / "pytorch_model.bin"
    handler = folder / "handler.py"
    handler.write_text("def handle(data, context):\n    return data\n")
    tool = Path(sys.executable).with_name("torch-model-archiver")
    subprocess.run(
        [tool, "--model-name", "net", "--version", "1.0", "--serialized-file", weights,
         "--handler", handler, "--export-path", folder],
        check=True,
    )  # fmt: skip
    handler.unlink()


def spacy():
    import spacy

    nlp = spacy.blank("en")
    nlp.add_pipe("sentencizer")
    nlp.add_pipe("entity_ruler").add_patterns([{"label": "ORG", "pattern": "Acme"}])
    folder = fresh("spacy")
    nlp.to_disk(folder)
    again = spacy.load(folder)
    told("spacy", {
        "lang": again.lang,
        "components": again.pipe_names,
        "factories": [again.get_pipe_meta(name).factory for name in again.pipe_names],
        "spacy_version": again.meta["spacy_version"],
        "version": spacy.__version__,
    })  # fmt: skip


def bentoml():
    import bentoml

    model, _ = fitted()
    saved = bentoml.sklearn.save_model("scorer", model)
    folder = fresh("bentoml")
    shutil.copytree(saved.path, folder)
    info = saved.info
    told("bentoml", {
        "tag": str(saved.tag),
        "module": info.module,
        "bentoml_version": info.context.bentoml_version,
        "framework_versions": info.context.framework_versions,
        "signatures": sorted(info.signatures),
    })  # fmt: skip


if __name__ == "__main__":
    globals()[sys.argv[1]]()
