"""Files and folders whose own loader looks up names that they hold as plain text, and calls."""

import gzip
import io
import json
import pickle
import tarfile

import h5py
import numpy as np
from attacks import CALL, CALLS, STATE, file, torch, zipped

__all__ = ["CALL", "CALLS", "STATE", "folder", "torch"]


def folder(name, files, *, calls=True):
    """Keep an attack that is a folder of files, given as bytes, texts or what becomes JSON."""

    def make(root):
        for place, held in files.items():
            path = root / place
            path.parent.mkdir(parents=True, exist_ok=True)
            told = held if isinstance(held, bytes | str) else json.dumps(held)
            path.write_bytes(told if isinstance(told, bytes) else told.encode())
        return root

    assert calls
    CALLS[name] = make


def _h5(config=None, training=None):
    held = io.BytesIO()
    with h5py.File(held, "w") as made:
        if config is None:
            made.create_group("layers")
        else:
            made.attrs["model_config"] = json.dumps(config)
            made.attrs["keras_version"] = "2.9.0"
            made.attrs["backend"] = "tensorflow"
            made.create_group("model_weights").attrs["layer_names"] = np.array([], "S1")
            if training is not None:
                made.attrs["training_config"] = json.dumps(training)
    return held.getvalue()


def _object(module, of, config, **more):
    return {"module": module, "class_name": of, "config": config, "registered_name": None, **more}


def _keras(*layers, **more):
    first = _object("keras.layers", "InputLayer", {"batch_shape": [None, 4], "name": "i"}, name="i")
    config = {"name": "m", "layers": [{**first, "inbound_nodes": []}, *layers]}
    config |= {"input_layers": [["i", 0, 0]], "output_layers": [["i", 0, 0]]}
    model = _object("keras.src.models.functional", "Functional", config) | more
    return zipped(
        ("config.json", json.dumps(model)),
        ("metadata.json", '{"keras_version": "3.8.0"}'),
        ("model.weights.h5", _h5()),
    )


def keras(name, *layers, **more):
    """Keep an attack that is an archive of Keras 3."""
    file(f"keras: {name}", lambda: _keras(*layers, **more), calls=True, as_="model.keras")


def _layer(module, name, config):
    node = {"args": ["open('x', 'w')"], "kwargs": {}}
    return _object(module, name, config, name="d", inbound_nodes=[node])


# CVE-2025-1550: what a configuration names is imported, and called with the arguments beside it
keras("exec in the place of a layer", _layer("builtins", "function", "exec"))
keras("a function of Keras's as a layer", _layer("keras.utils", "function", "get_file"))
keras(
    "one that Keras imports as a layer", _layer("keras.src.utils.file_utils", "function", "rmtree")
)
keras("one that a class is named by", _layer("keras.src.utils.python_utils", "func_load", {}))
keras(
    "one that has a second name",
    _object(
        "keras.layers",
        "Dense",
        {
            "kernel_initializer": {
                **_object("keras.src.saving.saving_api", "function", "relu"),
                "registered_name": "load_model",
            }
        },
    ),
)
keras(
    "one of TensorFlow's",
    _layer("tensorflow.python.platform.gfile", "function", "DeleteRecursively"),
)
keras("eval as a loss", compile_config={"loss": _object("builtins", "function", "eval")})
keras("a pickle of torch's", _object("keras.layers", "TorchModuleWrapper", {"module": "gASV"}))
keras("a class that Keras is not known to have", _object("keras.src.utils.x", "Unheard", {}))
keras(
    "a program that is loaded as an activation",
    _object(
        "keras.layers",
        "Dense",
        {"activation": _object("keras.layers", "TFSMLayer", {"filepath": "x"})},
    ),
)
keras(
    "words of another file", _object("keras.layers", "StringLookup", {"vocabulary": "/etc/passwd"})
)

_LAMBDA = {
    "class_name": "Lambda",
    "config": {"function": ["4wEA", None, None], "function_type": "lambda"},
}


def h5(name, *layers, **more):
    """Keep an attack that is an HDF5 file of Keras 2."""
    config = {"class_name": "Functional", "config": {"name": "m", "layers": list(layers)}}
    file(f"keras h5: {name}", lambda: _h5(config, **more), calls=True, as_="model.h5")


h5("bytecode under another key", {"class_name": "Own", "config": {"dnn_model": _LAMBDA}})
h5("a function of files", {"class_name": "TFOpLambda", "config": {"function": "io.gfile.rmtree"}})
h5(
    "one that is spelled with its version",
    {"class_name": "SlicingOpLambda", "config": {"function": "compat.v1.load_op_library"}},
)
h5(
    "one of Keras's among TensorFlow's",
    {"class_name": "TFOpLambda", "config": {"function": "keras.activations.deserialize"}},
)
h5("a method of a class", {"class_name": "ClassMethod", "config": {"cls_symbol": "io.gfile.GFile"}})

# containers of other libraries, which import what their own files name
_PICKLE = b"\x80\x04}."
_MLFLOW = "flavors:\n  python_function:\n    loader_module: {}\n    model_path: a.pkl\n"
_ADDED = "  sklearn:\n    pickled_model: a.pkl\n"


_SCRIPTED = _MLFLOW.format("mlflow.pyfunc.loaders.code_model") + "    model_code_path: /x/own.py\n"
_TRUSTED = _MLFLOW.format("mlflow.transformers") + "  transformers:\n    model_binary: a.pkl\n"


def mlflow(name, text, **files):
    """Keep an attack that is a folder of MLflow's, of which one pickle is harmless."""
    held = {"MLmodel": text, "a.pkl": _PICKLE}
    folder(
        f"mlflow: {name}",
        held
        | {
            (place if "." in place else place.replace("_", ".")): body
            for place, body in files.items()
        },
    )


mlflow("a module that is imported", _MLFLOW.format("evil"))
mlflow("a loader of its own that nobody read", _MLFLOW.format("mlflow.langchain"))
mlflow("code beside", _MLFLOW.format("mlflow.sklearn") + "    code: code\n")
mlflow("code of another flavor", _MLFLOW.format("mlflow.sklearn") + _ADDED + "    code: code\n")
mlflow("another pickle", _MLFLOW.format("mlflow.pyfunc.model") + _ADDED, b_pkl=CALL)
mlflow("one under the name of a picture", _MLFLOW.format("mlflow.pyfunc.model"), b_png=CALL)
mlflow(
    "a module that unpickles", _MLFLOW.format("mlflow.pytorch"), **{"pickle_module_info.txt": b"x"}
)
mlflow("a script that makes the model", _SCRIPTED, own_py=b"import evil\n")
mlflow("code beside weights for transformers", _TRUSTED, mine_py=b"import evil\n")
folder(
    "mlflow: a class of another folder for a tokenizer of transformers",
    {
        "MLmodel": _TRUSTED,
        "a.pkl": _PICKLE,
        "components/tokenizer/tokenizer_config.json": {"auto_map": {"AutoTokenizer": "a--b.C"}},
    },
)

_BERT = {"model_type": "bert", "architectures": ["BertModel"]}
_OWN = {"model_type": "own", "architectures": ["Own"]}
_WEIGHTS = b"\x02\0\0\0\0\0\0\0{}"
_FIRST = {"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"}
_DENSE = {"idx": 1, "name": "1", "path": "d", "type": "sentence_transformers.models.Dense"}


def sentences(name, second, **files):
    """Keep an attack that is a folder of sentence-transformers."""
    held = {"modules.json": [_FIRST, second], "config.json": _BERT, "model.safetensors": _WEIGHTS}
    more = {place.replace("_", "/", 1): body for place, body in files.items()}
    folder(f"sentences: {name}", held | more)


sentences("a type that is imported", {**_DENSE, "type": "evil.Dense"})
sentences(
    "an activation that is imported",
    _DENSE,
    **{"d_config.json": {"activation_function": "os.system"}},
)
sentences("types of a router", _DENSE, **{"d_config.json": {"types": {"query": "evil.Module"}}})
sentences("the pickle of a module", _DENSE, **{"d_pytorch_model.bin": torch(CALL)})
folder(
    "hf: classes of its own",
    {"config.json": {**_OWN, "auto_map": {"AutoModel": "m.Own"}}, "model.safetensors": _WEIGHTS},
)
folder(
    "hf: a tokenizer of its own",
    {
        "config.json": _BERT,
        "model.safetensors": _WEIGHTS,
        "tokenizer_config.json": {"auto_map": {"AutoTokenizer": ["t.T", None]}},
    },
)
folder(
    "hf: a processor of its own",
    {
        "config.json": _BERT,
        "model.safetensors": _WEIGHTS,
        "preprocessor_config.json": {"auto_map": {"AutoImageProcessor": "p.P"}},
    },
)
sentences("classes of a module's own", _DENSE, **{"d_config.json": {"auto_map": {"A": "m.M"}}})
folder(
    "peft: a library that is imported",
    {
        "adapter_config.json": {
            "peft_type": "LORA",
            "auto_mapping": {"base_model_class": "X", "parent_library": "evil"},
        },
        "adapter_model.safetensors": _WEIGHTS,
    },
)
_UNET = {"_class_name": "P", "unet": ["diffusers", "U"]}
folder(
    "diffusers: a library that is imported",
    {"model_index.json": {**_UNET, "unet": ["evil", "U"]}, "unet/model.safetensors": _WEIGHTS},
)
folder(
    "diffusers: a pipeline of its own",
    {
        "model_index.json": {**_UNET, "_class_name": ["pipeline", "P"]},
        "unet/model.safetensors": _WEIGHTS,
    },
)
folder(
    "diffusers: the pickle of a part",
    {"model_index.json": _UNET, "unet/diffusion_pytorch_model.bin": torch(CALL)},
)


def spacy(name, config, **files):
    """Keep an attack that is a pipeline of spaCy's."""
    held = {
        "meta.json": {"lang": "en", "spacy_version": ">=3.0"},
        "tokenizer": b"",
        "config.cfg": config,
    }
    folder(f"spacy: {name}", held | files)


spacy("a function of another library", '[nlp]\nbefore_creation = {"@callbacks": "evil.v1"}\n')
spacy("one that has spaces before it", '[nlp.x]\n@callbacks   =   "evil.v1"\n')
spacy("a component of another library", '[nlp]\n[components.a]\nfactory = "evil"\n')
spacy("another pipeline", '[nlp]\n[components.a]\nsource = "evil"\n')
spacy("a layer of torch's", '[nlp]\n[m]\n@architectures = "spacy.TorchBiLSTMEncoder.v1"\n')
spacy("a pickle", "[nlp]\n", kb=CALL)
spacy("a pickle for a tokenizer", "[nlp]\n", tokenizer=CALL)
spacy("a pickle behind msgpack", "[nlp]\n", tokenizer=b"\x80" + CALL)
_NER = '[nlp]\n[components.ner]\nfactory = "ner"\n'
_PACKED = torch(CALL)
_SHIM = b"\x81\xa5shims\x91\xc6" + len(_PACKED).to_bytes(4, "big") + _PACKED
spacy("a component that holds an archive of torch's", _NER, **{"ner/model": _SHIM})
spacy("a component whose extension is not msgpack's own", _NER, **{"ner/model": b"\xc7\0\5"})
spacy("a component that ends early", _NER, **{"ner/model": b"\x82\xa1a\xc0"})

_SPACY_2 = {"lang": "en", "spacy_version": ">=2.3.9", "pipeline": ["ner"]}
folder(
    "spacy 2: a component of another library",
    {"meta.json": _SPACY_2 | {"factories": {"ner": "evil"}}, "tokenizer": b""},
)
folder(
    "spacy 2: a language of another library",
    {"meta.json": _SPACY_2 | {"lang_factory": "evil"}, "tokenizer": b""},
)
folder("spacy 2: a pickle", {"meta.json": _SPACY_2, "tokenizer": b"", "ner/tag_map": CALL})

_MAR = {"modelName": "m", "serializedFile": "w.pt"}
for _handler in ("own:handle", "h.pyc"):
    file(
        f"torchserve: {_handler} handles it",
        zipped(
            ("MAR-INF/MANIFEST.json", json.dumps({"model": {**_MAR, "handler": _handler}})),
            ("w.pt", torch()),
        ),
        calls=True,
        as_="m.mar",
    )
folder(
    "bentoml: a module that is imported",
    {"model.yaml": "name: m\nversion: a\nmodule: evil\n", "saved_model.pkl": _PICKLE},
)
folder(
    "bentoml: objects beside",
    {
        "model.yaml": "name: m\nversion: a\nmodule: bentoml.sklearn\n",
        "saved_model.pkl": _PICKLE,
        "custom_objects.pkl": CALL,
    },
)


def _attributes(of, value):
    """Return an HDF5 file with an attribute as PyTables writes one."""
    held = io.BytesIO()
    with h5py.File(held, "w") as made:
        made.attrs["PYTABLES_FORMAT_VERSION"] = np.bytes_("2.1")
        made.create_group("df").create_dataset("x", data=[1]).attrs[of] = value
    return held.getvalue()


for _as, _value in {"fixed": np.bytes_(CALL), "of any length": CALL.decode()}.items():
    file(f"hdf5: a pickle in a text, {_as}", _attributes("meta", _value), calls=True, as_="m.h5")
file(
    "hdf5: rows of pickles", _attributes("PSEUDOATOM", np.bytes_("object")), calls=True, as_="m.h5"
)
file("hdf5: hickle", _attributes("HICKLE_VERSION", "5.0"), calls=True, as_="m.h5")


def _held(**held):
    """Return what torch writes of a dictionary of plain words, as protocol 2 has it."""
    return torch(pickle.dumps(held, 2))


_HYPER = {
    "_instantiator": "lightning.pytorch.cli.instantiate_module",
    "model": {"class_path": "os.x"},
}
file("lightning: classes by their paths", _held(hyper_parameters=_HYPER), calls=True)
file("lightning: a type that is called", _held(hparams_type=print, hyper_parameters={}), calls=True)
_VECTORS = {"__cls__": "WordEmbeddings", "embeddings": "/tmp/vectors.gensim"}
file(
    "flair: vectors that it unpickles",
    _held(__cls__="SequenceTagger", embeddings={"__cls__": "Stacked", "embeddings": [_VECTORS]}),
    calls=True,
)


def _tar(*members):
    held = io.BytesIO()
    with tarfile.open(fileobj=held, mode="w") as out:
        for name, body in members:
            info = tarfile.TarInfo(name)
            info.size = len(body)
            out.addfile(info, io.BytesIO(body))
    return held.getvalue()


_NEMO = _tar(("./model_config.yaml", b"target: evil.Net\n"), ("./model_weights.ckpt", torch()))
file("nemo: a class by its path", _NEMO, calls=True, as_="m.nemo")
file("nemo: the same, compressed", gzip.compress(_NEMO), calls=True, as_="m.nemo")
folder("nemo: the same, unpacked", {"model_config.yaml": "a: 1", "model_weights.ckpt": torch()})
_TAGS = "net: !new:speechbrain.nnet.linear.Linear\nx: !apply:os.system ['true']\n"
folder("speechbrain: a call by its path", {"hyperparams.yaml": _TAGS, "model.ckpt": torch()})
_TAGS = "net: !new:speechbrain.nnet.linear.Linear\n"
folder("speechbrain: a class of its own", {"hyperparams.yaml": _TAGS, "model.ckpt": torch()})
file(
    "allennlp: a class by its path",
    _tar(("config.json", b'{"model": {"type": "evil.Net"}}'), ("weights.th", torch())),
    calls=True,
    as_="model.tar",
)

_NODE = 'node {\n  name: "y"\n  op: "Const"\n}\n'
for _name, _node in {
    "in one line": 'node { name: "x" op: "WriteFile" }\n',
    "in other quotes": "node {\n  name: \"x\"\n  op: 'WriteFile'\n}\n",
    "in two texts": 'node {\n  name: "x"\n  op: "Write" "File"\n}\n',
    "in two lines": 'node {\n  name: "x"\n  op: "Write"\n  "File"\n}\n',
    "with an escape": 'node {\n  name: "x"\n  op: "Write\\106ile"\n}\n',
    "behind another": 'node {\n  name: "x" op: "WriteFile"\n}\n',
    "without a space": 'node {\n  name: "x"\n  op:"WriteFile"\n}\n',
}.items():
    file(f"graph: an op {_name}", (_NODE + _node).encode(), calls=True, as_="g.pbtxt")
    file(f"graph: an op alone {_name}", _node.encode(), calls=True, as_="g.pbtxt")
    _saved = (
        f"saved_model_schema_version: 1\nmeta_graphs {{\n  graph_def {{\n{_NODE}{_node}  }}\n}}\n"
    )
    folder(f"program: an op {_name}", {"saved_model.pbtxt": _saved})
