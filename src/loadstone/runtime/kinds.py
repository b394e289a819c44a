"""The formats of model files that are predicted with, by the words of their readers."""

KINDS = (
    *("pickle", "joblib", "xgboost-json", "xgboost-ubj", "xgboost-binary", "lightgbm-text"),
    *(
        "catboost",
        "catboost-json",
        "onnx",
        "savedmodel",
        "tf-graph",
        "tflite",
        "keras-h5",
        "keras",
        "skops",
    ),
    *("transformers", "sentence-transformers"),
)
