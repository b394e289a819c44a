"""For every check, facts that resemble its cause and are another: it must stay quiet."""

from __future__ import annotations

from pathlib import Path

import pytest
from scene import read

from loadstone.core.registry import load_all
from loadstone.engine import run_checks

WEIGHTS = 'save({"fc.weight": zeros(2, 3)})\n'
LODE = 'artifact("net.lode", format="bundle", content="bundle")\n'
MODULE = 'artifact(content="module", modules=["net.Net"], state={"fc.weight": zeros(2, 3)})\n'
TF = 'artifact("ck", framework="tensorflow", '
KERAS = (
    'artifact("w.h5", format="keras-h5", content="state-dict", framework="keras",'
    ' detail={"holds": "weights", "layout": "named"})\n'
)
INTO = 'load_into({"fc.weight": zeros(2, 3)})\n'
NEAR = {
    "LS413": KERAS + 'assignment("net:build", unnamed=["left", "right"])',
    "LS414": KERAS + 'assignment("net:build", open=[("left", "right", "left")])',
    "LS415": KERAS + 'assignment("net:build", open=[("left", "right", "left")])',
    "LS416": 'artifact("weights.h5", format="keras-h5", content="state-dict", framework="keras",'
    ' producer={"keras": "2.3.0"})\n'
    'assignment("net:build", functions=[("read", "LSTM", "recurrent_activation", "sigmoid")])',
    "LS334": 'artifact("saved", format="savedmodel", content="program", framework="tensorflow",'
    ' detail={"keras": True, "functions": 6, "own_layers": "Twice"})',
    "LS329": 'artifact("saved", format="savedmodel", content="program", framework="tensorflow",'
    ' signatures=[signature("serving_default", x=("float32", (None, 4)))])',
    "LS225": 'artifact("saved", format="savedmodel", content="program", framework="tensorflow",'
    ' ops={"MatMul": 1, "IteratorV2": 1})',
    "LS310": 'artifact("m.pkl", format="pickle", content="object", framework=None,'
    ' globals=["sklearn.svm.classes.SVC"])\n'
    'code("sklearn.svm.classes.SVC", "module-missing", distribution="scikit-learn")',
    "LS311": 'artifact("m.pkl", format="pickle", content="object", framework=None,'
    ' globals=["sklearn.mixture.gmm.GMM"])\n'
    'code("sklearn.mixture.gmm.GMM", "module-missing", distribution="scikit-learn")',
    "LS610": 'artifact("m.pkl", format="pickle", content="object", framework=None)\n'
    'load(loaded=True, where="/envs/old/bin/python")',
    "LS335": 'artifact("model.h5", format="keras-h5", content="model", framework="keras")',
    "LS226": 'artifact("m.pkl", format="pickle", content="object", framework=None)\n'
    'drift("scikit-learn", "1.2.2", "1.9.1")',
    "LS227": 'artifact("m.pkl", format="pickle", content="model", framework="xgboost",'
    ' producer={"xgboost": "3.4.1"}, detail={"booster": "ubjson"})\n'
    'environment(installed={"xgboost": "3.4.1"})',
    "LS228": 'artifact("m.txt", format="lightgbm-text", content="model", framework="lightgbm",'
    ' detail={"not_of_4_1": "max_position"})\n'
    'environment(installed={"lightgbm": "4.2.0"})',
    "LS612": 'artifact("m.pkl", format="pickle", content="object", framework=None)\n'
    'drift("scikit-learn", "1.3.2", "1.9.1")',
    "LS614": 'artifact("m.pkl", format="pickle", content="object", framework=None)\n'
    'drift("scikit-learn", "1.3.2", "1.9.1", moved=[(3, "0.25", "0.5")], given=[])',
    "LS611": 'artifact("m.pkl", format="pickle", content="object", framework=None)\n'
    'load(error="unaudited", why="it calls `net.build`")',
    "LS711": 'artifact("m.pkl", format="pickle", content="object", framework=None)\n'
    'load(error="companion", why="a companion is not there")',
    "LS001": 'artifact("README.md", format="text", content="none", size=130)',
    "LS002": 'artifact("page.json", format="json", content="none")',
    "LS003": 'artifact("notes.txt", format="text", content="none", size=15)',
    "LS004": 'artifact(format="zeros", content="none", size=1)',
    "LS005": 'artifact(format="empty", content="none", size=0)',
    "LS006": 'artifact(damage=[damage("trailing")])',
    "LS007": 'artifact(damage=[damage("truncated")])',
    "LS008": 'artifact(damage=[damage("crc", member="model/data/0")])',
    "LS009": 'artifact("runs", format="folder", content="none", is_folder=True)',
    "LS010": 'artifact(damage=[damage("malformed")])',
    "LS011": 'artifact("model.tar", format="torch-tar")',
    "LS012": 'artifact("model.npz", format="npz", content="container", framework="numpy")',
    "LS013": 'artifact(format="torch-zip", damage=[damage("missing-member", member="data/3")])',
    "LS015": 'artifact(damage=[damage("missing-member", member="data/3")])',
    "LS016": 'artifact(damage=[damage("missing-member", member="data/3")])',
    "LS014": 'artifact(damage=[damage("trailing")])',
    "LS017": 'artifact("model.onnx", format="onnx", content="program", framework="onnx")',
    "LS125": 'artifact("x.npy", format="npy", content="tensor", framework="numpy",'
    ' state={"": zeros(2)}, detail={"pickled": False})',
    "LS126": 'artifact("model.onnx", format="onnx", content="program", framework="onnx")',
    "LS100": 'artifact("model.safetensors", format="safetensors")',
    "LS101": 'artifact("model.onnx", format="onnx", content="program", framework="onnx")',
    "LS102": 'artifact("model.pkl", format="pickle", content="object")',
    "LS103": WEIGHTS + INTO,
    "LS104": 'artifact("model.pt2", format="torch-export", content="program")',
    "LS105": 'artifact("model.pt", format="torchscript", content="program")',
    "LS106": 'artifact("model.zip", format="zip", content="container", framework=None)',
    "LS107": 'artifact("model.pkl", format="pickle", content="object", framework=None)',
    "LS108": 'save({"model": {"fc.weight": zeros(2, 3)}, "optimizer": "dict of 2"})',
    "LS109": "artifact(protocol=3)",
    "LS110": "artifact(protocol=2)",
    "LS111": 'artifact("model", format="torch-unpacked", is_folder=True)',
    "LS112": 'artifact("x.npy", format="npy", content="tensor", framework="numpy")\n' + INTO,
    "LS144": 'artifact("notes.txt", format="text", content="none", detail={"first": "hello"})',
    "LS145": 'artifact("model.pkl", format="unknown", content="none", framework=None)',
    "LS146": 'artifact("m.pkl", format="pickle", content="model", framework="sklearn")',
    "LS147": 'artifact("m.pkl", format="joblib", content="model", framework="sklearn",'
    ' globals=["joblib.numpy_pickle.NumpyArrayWrapper"])',
    "LS148": 'artifact("m.txt", format="text", content="none", detail={"kind": "Python source"})',
    "LS211": 'artifact("m.pkl", format="pickle", content="model", framework="xgboost",'
    ' producer={"xgboost": "2.1.4"}, modules=["xgboost.core.Booster"])\n'
    'environment(installed={"xgboost": "1.7.6"})',
    "LS212": 'artifact("m.txt", format="lightgbm-text", content="model", framework="lightgbm",'
    ' detail={"linear_tree": "0"})\nenvironment(installed={"lightgbm": "3.1.1"})',
    "LS213": 'artifact("m.txt", format="lightgbm-text", content="model", framework="lightgbm")\n'
    'environment(installed={"lightgbm": "4.5.0", "scikit-learn": "1.8.0"})',
    "LS214": 'artifact("frame.pkl", format="pickle", content="object", framework=None,'
    ' globals=["pandas.core.internals.managers.BlockManager"])\n'
    'environment(installed={"pandas": "3.1.1"})',
    "LS217": 'artifact("model", format="mlflow", content="container", framework=None,'
    ' is_folder=True, requires={"scikit-learn": ">=1.5"})\n'
    'environment(installed={"scikit-learn": "1.9.1"})',
    "LS221": 'artifact("m.json", format="xgboost-json", content="model", framework="xgboost",'
    ' detail={"num_class": 3, "wrapper": "XGBClassifier"})\n'
    'environment(installed={"xgboost": "2.1.4"})',
    "LS222": 'artifact("m.pkl", format="pickle", content="object", framework=None,'
    ' detail={"random_state": "two arguments"})\nenvironment(numpy="1.24.4")',
    "LS223": 'artifact("m.pkl", format="pickle", content="model", framework="sklearn",'
    ' detail={"tree_indexes": "int64"})',
    "LS315": 'artifact("en", format="spacy", content="model", framework="spacy", is_folder=True,'
    ' modules=["ner", "transformer"])\n'
    'environment(installed={"spacy": "3.7.5", "spacy-transformers": "1.3.5"})',
    "LS316": 'artifact("m.onnx", format="onnx", content="program", framework="onnx",'
    ' detail={"rounded_off": 0.002})',
    "LS313": 'artifact("m.json", format="xgboost-json", content="model", framework="xgboost",'
    ' detail={"best_iteration": 9, "trees": 30, "num_class": 3})',
    "LS314": 'artifact("m.json", format="xgboost-json", content="model", framework="xgboost",'
    ' detail={"categories": "stored"})',
    "LS215": 'artifact("m.ubj", format="xgboost-ubj", content="model", framework="xgboost",'
    ' producer={"xgboost": "3.0.5"})\nenvironment(installed={"xgboost": "2.1.4"})',
    "LS216": 'artifact("m.onnx", format="onnx", content="program", framework="onnx",'
    ' detail={"ir_version": 9, "opset": 20})\nenvironment(installed={"onnxruntime": "1.17.3"})',
    "LS312": 'artifact("m.onnx", format="onnx", content="program", framework="onnx",'
    ' ops={"com.microsoft::FusedMatMul": 1})',
    "LS150": 'artifact("m.model", format="xgboost-json", content="model", framework="xgboost")',
    "LS151": 'artifact("model.txt", format="lightgbm-text", content="model", framework="lightgbm")',
    "LS152": 'artifact("bert", format="transformers", content="model", is_folder=True)',
    "LS153": 'artifact("run", format="transformers", detail={"trained_by": "Trainer"})',
    "LS154": 'artifact("m.skops", format="skops", content="object", framework="sklearn")',
    "LS155": 'artifact("m.json", format="xgboost-json", content="model", framework="xgboost")',
    "LS156": 'artifact("m.ubj", format="xgboost-ubj", content="model", framework="xgboost")',
    "LS157": 'artifact("bert", format="transformers", content="model", is_folder=True)',
    "LS158": 'artifact("vit", format="transformers", content="model", is_folder=True,'
    ' detail={"model_type": "vit", "takes_text": False, "weights": "model.safetensors"})',
    "LS140": 'artifact("model.joblib", format="joblib", content="model", framework="sklearn")',
    "LS141": 'artifact(format="torch-zip", damage=[damage("missing-member", member="data/3")])',
    "LS142": 'artifact("m.pkl", format="pickle", content="model", damage=[damage("trailing")])',
    "LS143": 'artifact("m.pkl", format="pickle", content="object", detail={"root": "object of a"})',
    "LS130": TF + 'format="savedmodel", content="program", is_folder=True,'
    ' detail={"given": "folder"})',
    "LS131": 'artifact("m.onnx", format="onnx", content="program", framework="onnx")\n' + INTO,
    "LS132": TF + 'format="tf-checkpoint-v1", detail={"given": "prefix"})',
    "LS133": TF + 'format="tf-checkpoint", is_folder=True,'
    ' detail={"given": "folder", "listed": "m-1", "prefix": "m-1", "listed_here": True})',
    "LS134": 'artifact("m.h5", format="keras-h5", content="model",'
    ' framework="keras", detail={"holds": "model", "layout": "named"})',
    "LS135": 'artifact("m.weights.h5", format="keras-h5", content="state-dict",'
    ' framework="keras", detail={"holds": "weights", "layout": "numbered"})',
    "LS136": 'artifact("m.keras", format="keras", content="model",'
    ' framework="keras", detail={"holds": "model", "layout": "numbered"})',
    "LS200": WEIGHTS + "environment()",
    "LS201": 'artifact(globals=["torch._utils._rebuild_tensor_v2"])\n'
    'code("torch._utils._rebuild_tensor_v2", "present")\nenvironment()',
    "LS202": 'save({"fc.weight": zeros(2, 3, device="cuda:1")})\n'
    'environment(devices=["cpu", "cuda:0", "cuda:1"])',
    "LS203": 'artifact("m.pkl", format="pickle", content="object", devices=["cpu"],'
    ' globals=["torch.storage._load_from_bytes"])\nenvironment()',
    "LS204": 'artifact(content="checkpoint", globals=["numpy.core.multiarray.scalar"])\n'
    'environment(numpy="1.24.4")',
    "LS205": 'artifact("m.pkl", format="pickle", content="object", producer={"python": "3.11"},'
    ' globals=["cloudpickle.cloudpickle._make_function"])\nenvironment(python="3.11.9")',
    "LS206": WEIGHTS + 'environment(variables={"TORCH_FORCE_WEIGHTS_ONLY_LOAD": "1"})',
    "LS207": 'artifact("m.pkl", format="pickle", content="object", globals=["pathlib.PosixPath"])\n'
    'environment(platform="linux")',
    "LS208": 'artifact("old.pkl", format="pickle", content="object", detail={"root": "dict"})',
    "LS209": 'save({"w": zeros(2)}, "pytorch_model.bin")\nenvironment(transformers="5.23.0")',
    "LS210": WEIGHTS + 'environment(torch="2.2.2", numpy="1.26.4")',
    "LS325": TF + 'format="tflite", content="program", ops={"ADD": 1})',
    "LS300": MODULE + 'code("net.Net", "present")',
    "LS301": MODULE + 'code("net.Net", "present")',
    "LS302": MODULE + 'code("net.Net", "module-missing")',
    "LS303": WEIGHTS + 'no_target("net:Net", "arguments-missing")',
    "LS304": WEIGHTS + 'no_target("net:Net", "name-missing")',
    "LS305": WEIGHTS + 'no_target("net:Net", "not-a-model")',
    "LS306": WEIGHTS + 'no_target("net:Net", "module-raised")',
    "LS307": 'artifact(globals=["torch._utils._rebuild_tensor_v2", "collections.OrderedDict",'
    ' "torch.FloatStorage", "torch.float8_e4m3fn", "collections.Counter", "__builtin__.set"])',
    "LS308": 'artifact("old.pkl", format="pickle", content="object",'
    ' modules=["torch.nn.modules.activation.ReLU"])',
    "LS500": LODE + 'replay(preprocess="identical", model="differs")',
    "LS501": LODE + 'coverage("v", looked_up=10, unknown=1, examples=["x"],'
    " looked_up_at_save=90, unknown_at_save=9)",
    "LS504": 'artifact("m.pkl", format="pickle", content="model", framework="sklearn",'
    ' detail={"features": 3})',
    "LS503": LODE + 'coverage("v", looked_up=10, unknown=1, examples=["x"])',
    "LS512": LODE + 'misfit("type", "a", "b", expected="float64", given="text")',
    "LS513": LODE + 'misfit("column", "a", "b", expected="float64", given="text")',
    "LS514": LODE + 'misfit("type", "a", "b", expected="float64", given="text")',
    "LS517": LODE + 'misfit("type", "a", "b", expected="float64", given="text")',
    "LS515": LODE + 'stray("", "range", rows=1, of=8, examples=["7"], recorded="0 to 1")',
    "LS516": LODE
    + 'stray("", "scale", rows=8, of=8, examples=["0 to 255", "0 to 251"], recorded="0 to 1")',
    "LS502": LODE + 'replay(preprocess="differs", model="identical")',
    "LS600": LODE + 'replay(preprocess="differs", model="within tolerance")',
    "LS601": LODE + 'replay(model="differs", postprocess="identical")',
    "LS602": LODE + 'replay(model="identical", repeatable=True)\nsaving()',
    "LS603": LODE + "saving()",
    "LS604": LODE + 'saving(expected_reproduced="within tolerance")',
    "LS608": 'artifact("b", format="transformers", content="model", is_folder=True,'
    ' detail={"labels": 2, "head_rows": 2})',
    "LS605": LODE + "saving()",
    "LS618": LODE + 'saving(device="cuda:0", differs_there=0.0)',
    "LS619": LODE + 'saving(device="cuda:0", differs_there=0.0)',
    "LS219": 'artifact("m.pkl", format="pickle", content="object",'
    ' globals=["cupy._core.core.array"])\nenvironment(devices=["cpu", "cuda:0"],'
    ' installed={"cupy-cuda13x": "14.2.0"})',
    "LS606": LODE + 'replay(preprocess=raised("KeyError: 1"), model="identical")',
    "LS700": 'artifact(opening_runs_code="library", calls=["collections.OrderedDict"])',
    "LS701": 'artifact(globals=["torch.os_utils.Thing"], content="object")',
    "LS702": 'artifact(disagreements=[damage("trailing")])',
    "LS800": LODE + 'bundle(missing=["forms/model.safetensors"])',
    "LS801": LODE + 'bundle(changed=["forms/model.safetensors"])',
    "LS802": LODE + "saving()",
    "LS803": LODE + "saving()",
}
CORPUS = Path(__file__).parents[1] / "corpus"


@pytest.mark.parametrize("code", NEAR)
def test_near_miss_stays_quiet(code: str) -> None:
    report = run_checks(read(NEAR[code]))
    assert code not in [item.check.code for item in report.found]
    assert code not in [item.check.code for item in report.not_run if "explained" in item.reason]
    assert not report.crashed


def test_every_check_of_these_stages_has_a_near_miss() -> None:
    """Here, or as a case of the corpus whose folder starts with `near`."""
    near = {path.parent.name for path in CORPUS.glob("LS*/near*")} | set(NEAR)
    assert near >= {item.code for item in load_all() if item.stage != "weights"}
    assert set(NEAR) <= {item.code for item in load_all()}


def test_healthy_state_dict_has_no_finding() -> None:
    report = run_checks(read(WEIGHTS + INTO + "environment()"))
    assert report.found == ()
    assert report.verdict.loads == "yes"
    assert report.verdict.predicts_the_same == "unproven"


def test_healthy_bundle_has_no_finding() -> None:
    text = LODE + 'bundle()\nreplay(preprocess="identical", model="identical")\nenvironment()'
    assert run_checks(read(text)).found == ()
