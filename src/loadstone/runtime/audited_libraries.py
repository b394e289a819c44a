"""Audited globals of libraries that their pickles *call*: constructors and helpers, by hand.

Classes that are only made and filled, hundreds of them, are in `names/`.
"""

from .audited_tables import NATIVE, PANDAS, SCIPY, SKLEARN, SKLEARN_LOSSES

_REBUILD = "call build"
_ARRAY = "array build @own"  # by numpy's `_reconstruct`, of that class

_BOOSTERS = (
    # `__setstate__` parses a model in the library's C++, `__del__` frees it
    ("xgboost.core", "Booster", "new build"),
    ("lightgbm.basic", "Booster", "new build"),
    ("lightgbm.basic", "Dataset", "new build"),  # what it read; its handle is not kept
    (
        "catboost.core",
        "CatBoost CatBoostClassifier CatBoostRegressor CatBoostRanker",
        "new build",
    ),
)

_STATE = (
    "Statespace Initialization KalmanFilter KalmanSmoother SimulationSmoother CFASimulationSmoother"
)

_LINALG = "inv pinv norm det slogdet solve lstsq eig eigh eigvals eigvalsh svd qr cholesky cond"
_LINALG_2 = "numpy.linalg._linalg"
_RUST = (
    "RsQuantile RsIQR RsRollingQuantile RsRollingIQR RsEWMean RsEWVar RsKurtosis RsSkew "
    "RsPeakToPeak"
)

_UPDATERS = "GARCHUpdater EGARCHUpdater HARCHUpdater MIDASUpdater FIGARCHUpdater VolatilityUpdater"
_OF_MAPS = (
    "_gaussian _mexican_hat _bubble _triangle _euclidean_distance _cosine_distance "
    "_manhattan_distance _chebyshev_distance _asymptotic_decay _inverse_decay_to_zero "
    "_linear_decay_to_zero _inverse_decay_to_one _linear_decay_to_one asymptotic_decay"
)

FIGURES = {
    "matplotlib.figure": "Figure _AxesStack",
    "matplotlib.axes._axes": "Axes",
    "matplotlib.axes._base": "_process_plot_var_args",
    "matplotlib.projections.polar": "PolarAxes",
    "matplotlib.projections.geo": "AitoffAxes HammerAxes LambertAxes MollweideAxes",
    "matplotlib.spines": "Spines",
    "matplotlib.cbook": "Grouper Stack",
    "matplotlib.container": "BarContainer ErrorbarContainer StemContainer",
    "mpl_toolkits.mplot3d.axes3d": "Axes3D",
}
_EFUNCS = " ".join(
    f"{flat}{model}cdm_inv_efunc{kind}"
    for flat in ("", "f")
    for model in ("l", "w", "w0wa", "wpwa", "w0wz")
    for kind in ("", "_norel", "_nomnu")
)

COVARIANCES = (
    "HomoskedasticCovariance",
    "HeteroskedasticCovariance",
    "ClusteredCovariance",
    "DriscollKraay",
    "ACCovariance",
    "FamaMacBethCovariance",
)
_DIVERSITY = (
    "double_fault negative_double_fault Q_statistic ratio_errors disagreement_measure "
    "agreement_measure correlation_coefficient"
)
OUTPUTS = (
    "BaseModelOutput BaseModelOutputWithPast BaseModelOutputWithPooling CausalLMOutput "
    "BaseModelOutputWithPoolingAndCrossAttentions CausalLMOutputWithPast MaskedLMOutput "
    "SequenceClassifierOutput TokenClassifierOutput QuestionAnsweringModelOutput Seq2SeqLMOutput "
    "ImageClassifierOutput"
)

_MESSAGES = (
    "ModelProto GraphProto NodeProto TensorProto AttributeProto ValueInfoProto TypeProto "
    "OperatorSetIdProto FunctionProto SparseTensorProto StringStringEntryProto TensorShapeProto"
)
TIMM = {
    "adabelief": "AdaBelief",
    "adafactor": "Adafactor",
    "adamw": "AdamWLegacy",
    "adan": "Adan",
    "adopt": "Adopt",
    "lamb": "Lamb",
    "lars": "Lars",
    "lion": "Lion",
    "madgrad": "MADGRAD",
    "mars": "Mars",
    "nadamw": "NAdamW",
    "nvnovograd": "NvNovoGrad",
    "rmsprop_tf": "RMSpropTF",
    "sgdw": "SGDW",
}
_OF_STEPS = " ".join(
    f"_get_{name}_lr_lambda"
    for name in (
        *("constant_schedule_with_warmup", "linear_schedule_with_warmup"),
        *("cosine_schedule_with_warmup", "cosine_with_hard_restarts_schedule_with_warmup"),
        *("polynomial_decay_schedule_with_warmup", "inverse_sqrt_schedule"),
        "cosine_with_min_lr_schedule_with_warmup",
    )
)
_LEVELS = (
    "rotate_level enhance_level enhance_increasing_level minmax_level shear_level "
    "translate_abs_level translate_rel_level posterize_level posterize_increasing_level "
    "posterize_original_level solarize_level solarize_increasing_level solarize_add_level"
)
_OF_IMAGES = (
    "auto_contrast equalize invert rotate posterize solarize solarize_add color contrast "
    "brightness sharpness shear_x shear_y translate_x_rel translate_y_rel translate_x_abs "
    "translate_y_abs gaussian_blur gaussian_blur_rand desaturate "
) + " ".join(f"_{name}_to_arg" for name in _LEVELS.split())

KORNIA = (
    ("color_jitter", "ColorJitter"),
    ("gaussian_blur", "RandomGaussianBlur"),
    ("gaussian_illumination", "RandomGaussianIllumination"),
)

_OTHERS = (
    # announces an array whose bytes follow; the reader of joblib reads them
    ("joblib.numpy_pickle", "NumpyArrayWrapper", "new build"),
    ("sklearn.externals.joblib.numpy_pickle", "NumpyArrayWrapper", "new build"),
    # a counter of words
    ("nltk.probability", "FreqDist", "call new build"),
    # one for each condition
    ("nltk.probability", "ConditionalFreqDist", "call build items"),
    # a dictionary whose items are read and set as attributes; 1.0 to 2.1
    *(
        (f"{name}.utilities.parsing", "AttributeDict", "new build items")
        for name in ("pytorch_lightning", "lightning.pytorch")
    ),
    # a dictionary and a list of features, which are put there by name; 3.6 to 3.10
    ("nltk.featstruct", "FeatDict FeatList", "new build items"),
    # state spaces in arrays, whose shapes are checked
    *(
        (
            "statsmodels.tsa.statespace." + module,
            " ".join(kind + name for kind in "sdcz" for name in _STATE.split()),
            _REBUILD,
        )
        for module in (
            "_representation",
            "_initialization",
            "_kalman_filter",
            "_kalman_smoother",
            "_simulation_smoother",
            "_cfa_simulation_smoother",
        )
    ),
    # parts of a formula: text, and enumerations that their setters look up
    ("formulaic.parser.types.factor", "Factor", "new build"),
    ("formulaic.parser.types.token", "Token", "new build"),
    # what DeepSpeed 0.19 keeps beside an optimizer's states: a stage, a scale, places in a buffer
    ("deepspeed.runtime.zero.config", "ZeroStageEnum", "call"),
    ("deepspeed.runtime.fp16.loss_scaler", "LossScaler DynamicLossScaler", "new build"),
    ("deepspeed.utils.tensor_fragment", "fragment_address", "new build"),
    # a dictionary whose items are its attributes
    ("statsmodels.tools.tools", "Bunch", "new build items"),
    # modules that compile themselves where their state says so; 0.9. And functions that they keep
    *((f"kornia.augmentation._2d.intensity.{place}", name, "new build") for place, name in KORNIA),
    (
        "kornia.enhance.adjust",
        (
            "adjust_brightness_accumulative adjust_contrast_with_mean_subtraction adjust_hue "
            "adjust_saturation_with_gray_subtraction"
        ),
        "",
    ),
    ("kornia.filters.gaussian", "gaussian_blur2d", ""),
    (
        "kornia.augmentation._2d.intensity.gaussian_illumination",
        "_apply_gaussian_illumination",
        "",
    ),
    # hooks that a module keeps of itself until its first batch, as dill and cloudpickle name them
    (
        "torch.nn.modules.lazy",
        "LazyModuleMixin._infer_parameters LazyModuleMixin._lazy_load_hook",
        "",
    ),
    # keeps a series and whole numbers, and makes arrays for them; 0.12 to 0.15
    *((f"statsmodels.tsa.{place}_stl", "STL", "call") for place in ("stl.", "")),
    # what smooths a series of numbers, which models name; 0.12 to 0.15
    (
        "statsmodels.tsa.exponential_smoothing._ets_smooth",
        "_ets_smooth_add_add _ets_smooth_add_mul _ets_smooth_mul_add _ets_smooth_mul_mul",
        "",
    ),
    # groups of numbers, and how they differ, which fill themselves by attributes; 0.14
    (
        "statsmodels.sandbox.stats.multicomp",
        "TukeyHSDResults MultiComparison GroupsStats",
        "new build",
    ),
    # a dictionary that sets its items as attributes when it is made with some; 0.30 to 0.42
    ("diffusers.configuration_utils", "FrozenDict", "call new build items"),
    # the same, whose dictionaries and lists of dictionaries become of its own kind
    ("easydict", "EasyDict", "new build items"),
    # what Cython writes for each: an empty object of the class, filled from a tuple
    ("river.utils.vectordict", "__pyx_unpickle_VectorDict", _REBUILD),
    ("river.utils.vectordict", "VectorDict", ""),
    ("arch.univariate.recursions", _UPDATERS, _REBUILD),
    (
        "arch.univariate.recursions",
        " ".join("__pyx_unpickle_" + name for name in _UPDATERS.split()),
        _REBUILD,
    ),
    # a projection, parsed from its text
    ("pyproj.crs.crs", "CRS", "call new build"),
    ("pyproj.crs", "CRS", "call new build"),
    # draws what was fitted; fitters keep it bound to themselves
    ("lifelines.fitters", "UnivariateFitter.plot", "method"),
    # a list of its branches
    ("nltk.tree", "Tree", "new build items"),
    ("nltk.tree.tree", "Tree", "new build items"),
    # functions of numbers, and methods that are kept by name
    ("shap.utils._legacy", "IdentityLink.f IdentityLink.finv LogitLink.f LogitLink.finv", ""),
    ("minisom", " ".join("MiniSom." + name for name in _OF_MAPS.split()), "method"),
    # a filter bank, by its name or its numbers
    ("pywt._extensions._pywt", "Wavelet ContinuousWavelet", "call"),
    # compare texts
    *(
        (
            "rapidfuzz." + module,
            "ratio partial_ratio token_sort_ratio token_set_ratio token_ratio WRatio QRatio",
            "",
        )
        for module in ("fuzz", "cpp_fuzz", "fuzz_cpp", "fuzz_py", "fuzz_cpp_impl")
    ),
    # parts of a pipeline, made by Cython
    ("spacy.pipeline.sentencizer", "Sentencizer", ""),
    ("spacy.pipeline.senter", "SentenceRecognizer senter_score", ""),
    ("spacy.pipeline.tagger", "Tagger tagger_score", ""),
    ("spacy.pipeline.morphologizer", "Morphologizer morphologizer_score", ""),
    ("spacy.pipeline.dep_parser", "DependencyParser parser_score", ""),
    ("spacy.pipeline.ner", "EntityRecognizer", ""),
    # checks the properties of a figure; a property's class is found in a table of plotly's own
    ("plotly.graph_objs._figure", "Figure", "call"),
    # a file system; `audited_arguments` wants the local one, which opens nothing until it is asked
    ("fsspec.spec", "make_instance", "call"),
    ("fsspec.implementations.local", "LocalFileSystem", ""),
    # functions of numbers that searches are tried on, and that their results name
    ("skopt.benchmarks", "branin hart6 bench1 bench1_with_time bench2 bench3 bench4 bench5", ""),
    # places in a sequence, which are whole numbers, and what is told of each of its letters
    (
        "Bio.SeqFeature",
        (
            "ExactPosition BeforePosition AfterPosition UncertainPosition WithinPosition "
            "BetweenPosition UnknownPosition"
        ),
        "new build",
    ),
    ("Bio.SeqRecord", "_RestrictedDict", "new build items"),
    # numbers with a name, and the one value that stands for none
    ("mne.utils._bunch", "NamedInt NamedFloat", "new build"),
    ("attr._make", "_Nothing", "call"),
    # trees as those of scikit-learn, whose code it is
    ("econml.tree._tree", "Tree", _REBUILD),
    # functions of numbers, and methods of a covariance that results keep by name
    ("deslib.util.diversity", _DIVERSITY, ""),
    ("linearmodels.panel.covariance", " ".join(name + ".deferred_cov" for name in COVARIANCES), ""),
    # tensors by names; a first one that is no tensor is iterated
    ("transformers.modeling_outputs", OUTPUTS, "call new build items"),
    # sets of images, which their pickles hold or name the folder of: only `__init__` looks there
    ("torchvision.datasets.fakedata", "FakeData", "new build"),
    ("torchvision.datasets.vision", "StandardTransform", "new build"),
    ("torchvision.datasets.mnist", "MNIST FashionMNIST KMNIST EMNIST QMNIST", "new build"),
    ("torchvision.datasets.cifar", "CIFAR10 CIFAR100", "new build"),
    # arrays with a unit: they are filled as numpy's are, and keep the rest; 4.3 to 8.0
    ("astropy.units.quantity", "Quantity", _ARRAY),
    ("astropy.coordinates.angles", "Angle Latitude Longitude", _ARRAY),
    ("astropy.coordinates.angles.core", "Angle Latitude Longitude", _ARRAY),
    ("astropy.coordinates.distances", "Distance", _ARRAY),
    ("astropy.table.column", "Column", _ARRAY),
    *(
        (f"astropy.constants.{of.split()[0].lower()}", of, _ARRAY)
        for of in (
            *(f"CODATA{year} EMCODATA{year}" for year in (2010, 2014, 2018, 2022)),
            *("IAU2012", "IAU2015"),
        )
    ),
    # fill a figure and what stands in it, and may draw it: `audited_figures`; 3.1 to 3.11
    *((module, names, "new build key") for module, names in FIGURES.items()),
    # make axes of a class, or a norm, without their constructors; and what figures keep
    ("matplotlib.axes._subplots", "_picklable_subplot_class_constructor", _REBUILD),
    ("matplotlib.colors", "_create_empty_object_of_class", _REBUILD),
    ("matplotlib.colorbar", "_remove_cbar_axes _set_ticks_on_axis_warn", ""),
    ("matplotlib.axis", "Axis._format_with_dict", ""),
    ("mpl_toolkits.mplot3d.proj3d", "persp_transformation", ""),
    # functions of numbers that cosmologies hold
    *(
        (f"astropy.cosmology.{place}scalar_inv_efuncs", _EFUNCS, "")
        for place in ("", "flrw.", "_src.flrw.")
    ),
    # looks a unit up by its names, or makes it, and names it again
    ("astropy.units.core", "_recreate_irreducible_unit", _REBUILD),
    # make themselves of columns
    ("astropy.table.table", "Table QTable", "new build @own"),
    # what a fit searches for; a text among it would be evaluated; 0.9 to 1.3
    ("lmfit.parameter", "Parameters", _REBUILD),
    ("lmfit.parameter", "Parameter", "new build"),
    # signals that are held in memory: only their methods read files
    ("mne.io.array.array", "RawArray", "new build"),
    ("mne.io.array._array", "RawArray", "new build"),
    # generators of flaml's, and a method of its own that it keeps
    ("flaml.tune.sample", "_BackwardsCompatibleNumpyRng", "new build"),
    ("flaml.automl.state", "AutoMLState._compute_with_config_base", ""),
    ("flaml.automl", "AutoMLState._compute_with_config_base", ""),
    # numbers with a unit, whose name pint parses with its own tables
    ("pint", "_unpickle_quantity _unpickle_unit _unpickle_measurement", "call"),
    # a version as text
    ("torch.torch_version", "TorchVersion", "call new build"),
    # counts words in dictionaries
    *(
        (module, "Tokenizer", "new build")
        for module in (
            "keras_preprocessing.text",
            "keras.preprocessing.text",
            "keras.src.preprocessing.text",
            "keras.src.legacy.preprocessing.text",
            "tf_keras.src.preprocessing.text",
            "tf_keras.preprocessing.text",
            "tensorflow.python.keras.preprocessing.text",
        )
    ),
    # copies dictionaries of arrays; 0.3 to 0.12
    ("flax.core.frozen_dict", "FrozenDict", "call"),
    # looks at the types of its columns, and keeps them; 2.0 to 5.2
    ("datasets.features.features", "Features", "call"),
    # what a search for a root found; a dictionary as of 1.11
    *(
        (f"scipy.optimize.{place}", "RootResults", "new build items")
        for place in ("zeros", "_zeros_py")
    ),
    # load a model from bytes, which the reader of Keras's files reads
    ("keras.src.models.sequential", "Sequential", ""),
    ("keras.src.models.functional", "Functional", ""),
    ("keras.src.models.model", "Model", ""),
    *(
        (f"keras.{place}pickle_utils", "deserialize_model_from_bytecode", "call")
        for place in ("saving.", "src.saving.")
    ),
    # tensors that fastai casts to classes of its own, 2.0 to 2.7
    ("fastai.torch_core", "_fa_rebuild_tensor _rebuild_from_type", "call"),
    # moves of a parser, from its words and their counts; 3.0 to 3.8
    ("spacy.pipeline._parser_internals.ner", "BiluoPushDown", "call"),
    ("spacy.pipeline._parser_internals.arc_eager", "ArcEager", "call"),
    ("spacy.pipeline.ner", "ner_score", ""),
    # the same methods as of searches of scikit-learn's
    ("optuna_integration.sklearn.sklearn", "OptunaSearchCV", "new build"),
    ("thinc.layers.sparselinear", "forward init", ""),
    # messages of protobuf, which parse the one field of their state: its bytes
    *((module, _MESSAGES, _REBUILD) for module in ("onnx.onnx_ml_pb2", "onnx.onnx_pb")),
    # an image from its mode, its size and its bytes, and what images are asked for by name
    ("PIL.Image", "Image", "new build"),
    ("PIL.JpegImagePlugin", "JpegImageFile", "new build"),
    ("PIL.PngImagePlugin", "PngImageFile", "new build"),
    (
        "PIL.ImageFilter",
        "GaussianBlur BoxBlur UnsharpMask MedianFilter MinFilter MaxFilter ModeFilter RankFilter",
        "new build",
    ),
    ("PIL.Image", "Resampling Transpose Transform Dither Palette Quantize", "call"),
    # optimizers whose `__setstate__` fills in numbers that older versions lacked; 0.4 to 1.0
    *(("timm.optim." + module, names, "new build") for module, names in TIMM.items()),
    # functions of a step, which schedules keep in partials; 4.27 to 5.24
    ("transformers.optimization", _OF_STEPS, ""),
    # functions of images, which policies hold
    ("timm.data.auto_augment", _OF_IMAGES, ""),
    # its `__setattr__` sets what a module of torch sets
    ("sentence_transformers.cross_encoder.model", "CrossEncoder", "new build"),
    # keeps an index of times; its operators, which are set on the class, hand on to that
    ("sktime.forecasting.base._fh", "ForecastingHorizon", "new build"),
    # numbers, parsed from bytes in Rust
    ("river.stats._rust_stats", _RUST, "new build"),
    ("river._river_rust.stats", _RUST, "new build"),
    ("river._river_rust.drift", "AdaptiveWindowing", "new build"),
    ("river._river_rust.vectordict", "VectorDict", "call"),  # copies a dictionary of numbers
    ("thinc.backends.numpy_ops", "NumpyOps", "new build"),  # says where arrays are, by a word
    # functions of numbers and matrices that models hold; nothing here calls them
    ("minisom", "asymptotic_decay", ""),  # 2.3.1
    # a list of points that wait, in 1.4.3
    ("bayes_opt.bayesian_optimization", "Queue", "new build"),
    *((module, _LINALG, "") for module in ("numpy.linalg", "numpy.linalg.linalg", _LINALG_2)),
    ("scipy.linalg._decomp_cholesky", "cholesky", ""),
    ("scipy.linalg.decomp_cholesky", "cholesky", ""),
)

_TYPES = (
    "list_ large_list struct map_ dictionary timestamp time32 time64 duration decimal32 decimal64 "
    "decimal128 decimal256 fixed_size_binary binary run_end_encoded"
)
_GEOMETRIES = (
    ("point", "Point"),
    ("linestring", "LineString"),
    ("polygon", "Polygon LinearRing"),
    ("multipoint", "MultiPoint"),
    ("multilinestring", "MultiLineString"),
    ("multipolygon", "MultiPolygon"),
    ("collection", "GeometryCollection"),
)

_NORMALIZERS = (
    "Normalizer BertNormalizer ByteLevel Lowercase NFC NFD NFKC NFKD Nmt Precompiled Prepend "
    "Replace Sequence Strip StripAccents"
)
_SPLITTERS = (
    "PreTokenizer BertPreTokenizer ByteLevel CharDelimiterSplit Digits FixedLength Metaspace "
    "Punctuation Sequence Split UnicodeScripts Whitespace WhitespaceSplit"
)
_DECODERS = (
    "Decoder BPEDecoder ByteFallback ByteLevel CTC Fuse Metaspace Replace Sequence Strip WordPiece"
)
_POLARS = (
    "Int8 Int16 Int32 Int64 Int128 UInt8 UInt16 UInt32 UInt64 Float32 Float64 Boolean String Utf8 "
    "Binary Date Time Datetime Duration Categorical Enum List Array Struct Null Decimal Unknown"
)
_PROCESSORS = "PostProcessor BertProcessing ByteLevel RobertaProcessing Sequence TemplateProcessing"

# values of libraries written in C++ or Rust, that tables and models hold
_VALUES = (
    # enumerations, whose own class only goes over them otherwise; kornia 0.7 to 0.9
    ("kornia.constants", "BorderType DType DataKey Resample SamplePadding", "call key"),
    # arrays and tables of buffers, and their types by name; 25.0
    (
        "pyarrow.lib",
        (
            "_restore_array type_for_alias py_buffer chunked_array _reconstruct_table schema field "
            "_reconstruct_record_batch scalar"
        ),
        "call",
    ),
    # parse the bytes of a footer; those of an expression may hold a pickle, before 21
    ("pyarrow._parquet", "_reconstruct_filemetadata", "call"),
    ("pyarrow.lib", _TYPES, "call"),
    # a frame's text, held by pyarrow: `__setstate__` makes it of one chunk
    ("pandas.core.arrays.arrow.array", "ArrowExtensionArray", "new build"),
    (
        "pandas.core.arrays.string_arrow",
        "ArrowStringArray ArrowStringArrayNumpySemantics",
        "new build",
    ),
    ("pandas.arrays", "ArrowExtensionArray ArrowStringArray", "new build"),
    # parse the bytes of a geometry; up to 1.8 an empty one is made, and filled from them
    ("shapely.io", "from_wkb", "call"),
    ("shapely.strtree", "STRtree", "call"),
    # updates `__dict__`, or parses geometries from an array of bytes, which refuses all else
    ("geopandas.array", "GeometryArray", "new build"),
    *(("shapely.geometry." + module, names, _REBUILD) for module, names in _GEOMETRIES),
    # moments and spans, made from numbers and from zones that are looked up by their names
    ("pendulum.datetime", "DateTime", "call"),
    ("arrow.arrow", "Arrow", "new build"),
    ("pendulum.date", "Date", "call"),
    ("pendulum.time", "Time", "call"),
    ("pendulum.duration", "Duration", "call"),
    ("pendulum.interval", "Interval", "call"),
    ("pendulum.tz.timezone", "Timezone", ""),
    ("pendulum.tz.timezone", "FixedTimezone", "call"),
    # parse JSON that says how text is split
    ("tokenizers", "Tokenizer AddedToken Encoding", "new build"),
    ("tokenizers.models", "Model BPE WordPiece WordLevel Unigram", "new build"),
    ("tokenizers.normalizers", _NORMALIZERS, "new build"),
    ("tokenizers.pre_tokenizers", _SPLITTERS, "new build"),
    ("tokenizers.decoders", _DECODERS, "new build"),
    ("tokenizers.processors", _PROCESSORS, "new build"),
    # their bytes, in Rust; those of `LazyFrame` and `Expr` may hold a pickle, and are left out
    ("polars.dataframe.frame", "DataFrame", "new build"),
    ("polars.series.series", "Series", "new build"),
    ("polars.internals.dataframe.frame", "DataFrame", "new build"),
    ("polars.internals.series.series", "Series", "new build"),
    ("polars.internals.frame", "DataFrame", "new build"),
    ("polars.internals.series", "Series", "new build"),
    # fill stores of words, vectors and rules from texts, and parse bytes in the format of msgpack;
    # two of them unpickle an argument, which the machine reads too; 3.0 to 3.8
    ("spacy.vocab", "unpickle_vocab", "call"),
    ("spacy.tokens.doc", "unpickle_doc", "call"),
    ("spacy.strings", "StringStore", "call"),
    ("spacy.vectors", "unpickle_vectors", "call"),
    ("spacy.morphology", "unpickle_morphology", "call"),
    ("spacy.tokenizer", "Tokenizer", "call"),
    ("spacy.matcher.matcher", "unpickle_matcher", "call"),
    ("spacy.matcher.phrasematcher", "unpickle_matcher", "call"),
    ("spacy.matcher.dependencymatcher", "unpickle_matcher", "call"),
    ("spacy.matcher.levenshtein", "levenshtein_compare", ""),
    ("spacy.tokens._serialize", "unpickle_bin", "call"),
    ("spacy.pipeline._edit_tree_internals.edit_trees", "unpickle_edittrees", "call"),
    *(
        (module, _POLARS, "new build")
        for module in ("polars.datatypes", "polars.datatypes.classes")
    ),
    ("polars.schema", "Schema", "call new build items"),  # takes its types only
    # of an array of numpy's, of a word, and of whole numbers; `audited_tensors` wants those
    ("tensorflow.python.framework.ops", "convert_to_tensor", "call"),
    ("tensorflow.python.framework.dtypes", "as_dtype", "call"),
    ("tensorflow.python.framework.tensor_shape", "TensorShape Dimension", "call"),
    # makes an array with numpy and puts it on a device
    ("jax._src.array", "_reconstruct_array", "call"),
    ("cupy._core.core", "array", "call"),  # copies an array of numpy to a GPU
    ("sentencepiece", "SentencePieceProcessor", "new build"),  # parses its bytes
    # a graph of numbers, with attributes that it keeps
    ("igraph", "Graph", _REBUILD),
    # parse their own bytes; those of a molecule lead outside of them, and are left out
    ("rdkit.DataStructs.cDataStructs", "ExplicitBitVect SparseBitVect", _REBUILD),
)

# models of pydantic's that langchain 0.0 had, before their libraries were read
MODELS = {
    "langchain.docstore.document": "Document",
    "langchain.schema": "Document HumanMessage AIMessage SystemMessage ChatMessage",
    "langchain.schema.document": "Document",
    "langchain.prompts.prompt": "PromptTemplate",
}

LIBRARIES = (
    ("others", tuple((module, names, "new build") for module, names in MODELS.items())),
    ("others", (("langchain.docstore.in_memory", "InMemoryDocstore", "new build"),)),
    ("values", _VALUES),
    ("pandas", PANDAS),
    ("scipy", SCIPY),
    ("sklearn", SKLEARN + SKLEARN_LOSSES),
    ("boosters", _BOOSTERS),
    ("native", NATIVE),
    ("others", _OTHERS),
)
