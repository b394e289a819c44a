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
