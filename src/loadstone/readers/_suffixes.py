"""How the names of models end, for those that are listed in a folder; nothing else asks names."""

SUFFIXES = (
    ".safetensors",
    ".pth",
    ".pt",
    ".pt2",
    ".ckpt",
    ".bin",
    ".pkl",
    ".pickle",
    ".joblib",
    ".onnx",
    ".gguf",
    ".h5",
    ".keras",
    ".lode",
    ".npz",
)
# of models too, of which some hold other things as often
OTHERS = (
    *(
        ".skops",
        ".cbm",
        ".tflite",
        ".mlmodel",
        ".msgpack",
        ".ubj",
        ".pmml",
        ".mar",
        ".npy",
        ".dill",
    ),
    *(".cloudpickle", ".pdmodel", ".model", ".bst", ".xgb", ".lgb", ".ftz"),
)
