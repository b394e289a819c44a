"""Audited globals of pandas, scipy and scikit-learn that their pickles *call*, by hand."""

__all__ = ["FAISS", "HNSWLIB", "NATIVE", "OFFSETS", "PANDAS", "SCIPY", "SKLEARN", "SKLEARN_LOSSES"]

_REBUILD = "call build"

_OF_BUSINESS = (
    "CustomBusinessDay CustomBusinessHour CustomBusinessMonthEnd CustomBusinessMonthBegin "
    "BusinessHour FY5253 FY5253Quarter HalfYearEnd HalfYearBegin BHalfYearEnd BHalfYearBegin"
)
OFFSETS = ("pandas._libs.tslibs.offsets", "pandas.tseries.offsets", "pandas")
PANDAS = (
    # a dictionary that prints itself shorter; 1.1 to 3.1
    ("pandas.io.formats.printing", "PrettyDict", "new build items"),
    # check axes and blocks, and hold them
    ("pandas.core.internals.managers", "BlockManager SingleBlockManager", "call new build"),
    # make a block or an index of audited classes from arrays
    ("pandas._libs.internals", "_unpickle_block", "call"),
    ("pandas.core.internals.blocks", "new_block", "call"),
    ("pandas.core.indexes.base", "_new_Index", "call"),
    ("pandas.core.indexes.datetimes", "_new_DatetimeIndex", "call"),
    ("pandas.core.indexes.timedeltas", "_new_TimedeltaIndex", "call"),  # as of 3
    ("pandas.core.indexes.period", "_new_PeriodIndex", "call"),
    ("pandas.core.indexes.interval", "_new_IntervalIndex", "call"),
    ("pandas.indexes.base", "_new_Index", "call"),
    # the classes that those are given
    ("pandas.core.indexes.base", "Index", ""),
    ("pandas.core.indexes.range", "RangeIndex", ""),
    ("pandas.core.indexes.numeric", "Int64Index UInt64Index Float64Index NumericIndex", ""),
    ("pandas.core.indexes.category", "CategoricalIndex", ""),
    ("pandas.core.indexes.multi", "MultiIndex", ""),
    ("pandas.core.indexes.datetimes", "DatetimeIndex", ""),
    ("pandas.core.indexes.timedeltas", "TimedeltaIndex", ""),
    ("pandas.core.indexes.period", "PeriodIndex", ""),
    ("pandas.core.indexes.interval", "IntervalIndex", ""),
    (
        "pandas",
        (
            "Index RangeIndex CategoricalIndex MultiIndex DatetimeIndex TimedeltaIndex PeriodIndex "
            "IntervalIndex"
        ),
        "",
    ),
    # fill an array that holds another, and its dtype
    ("pandas._libs.arrays", "__pyx_unpickle_NDArrayBacked", _REBUILD),
    ("pandas.core.arrays.datetimes", "DatetimeArray", "new build"),
    ("pandas.core.arrays.timedeltas", "TimedeltaArray", "new build"),
    ("pandas.core.arrays.period", "PeriodArray", "new build"),
    ("pandas.core.arrays.categorical", "Categorical", "new build"),
    ("pandas.core.arrays.numpy_", "PandasArray NumpyExtensionArray", ""),
    ("pandas.core.arrays.string_", "StringArray StringArrayNumpySemantics", "new build"),
    (
        "pandas.arrays",
        "NumpyExtensionArray StringArray DatetimeArray TimedeltaArray PeriodArray",
        "new build",
    ),
    ("pandas", "Categorical", "new build"),
    # made and filled from arrays, dtypes and numbers
    ("pandas.core.arrays.interval", "IntervalArray", "new build"),
    ("pandas.arrays", "IntervalArray", "new build"),  # as of 3
    ("pandas.core.arrays.string_", "StringDtype", "call new build"),
    ("pandas", "StringDtype", "call new build"),
    ("pandas.core.dtypes.dtypes", "PeriodDtype IntervalDtype", "call new build"),
    ("pandas", "PeriodDtype IntervalDtype", "call new build"),
    # one moment, span or period from a number
    ("pandas._libs.tslibs.timestamps", "_unpickle_timestamp Timestamp", "call"),
    ("pandas._libs.tslibs.timedeltas", "_timedelta_unpickle Timedelta", "call"),
    ("pandas._libs.tslibs.nattype", "_nat_unpickle __nat_unpickle", "call"),
    ("pandas._libs.tslibs.period", "Period", "call new build"),
    ("pandas", "Period", "call"),
    ("pandas._libs.tslibs.period", "_unpickle_period", "call"),
    ("pandas._libs.tslibs.period", "__pyx_unpickle_PeriodMixin", "call build"),
    ("pandas._libs.interval", "Interval", "call"),
    ("pandas", "Interval", "call"),
    # the one missing value, and how a text column names it
    ("pandas._libs.missing", "_unpickle_NA NA NAType", "call"),
    ("pandas", "NA NaT", ""),
    # offsets of a calendar: they keep numbers
    (
        "pandas._libs.tslibs.offsets",
        (
            "Day Hour Minute Second Milli Micro Nano MonthEnd MonthBegin BusinessMonthEnd "
            "BusinessMonthBegin SemiMonthEnd SemiMonthBegin QuarterEnd QuarterBegin BQuarterEnd "
            "BQuarterBegin YearEnd YearBegin BYearEnd BYearBegin Week WeekOfMonth LastWeekOfMonth "
            "BusinessDay Easter DateOffset RelativeDeltaOffset " + _OF_BUSINESS
        ),
        "call new build",
    ),
    ("pandas", "DateOffset", "call new build"),
    (
        "pandas.tseries.offsets",
        (
            "Day Hour Minute Second Milli Micro Nano MonthEnd MonthBegin BMonthEnd BMonthBegin "
            "BusinessMonthEnd BusinessMonthBegin SemiMonthEnd SemiMonthBegin QuarterEnd "
            "QuarterBegin "
            "BQuarterEnd BQuarterBegin YearEnd YearBegin BYearEnd BYearBegin Week WeekOfMonth "
            "LastWeekOfMonth BusinessDay Easter DateOffset " + _OF_BUSINESS
        ),
        "call new build",
    ),
    # functions of tables, which stand as values
    (
        "pandas",
        (
            "to_datetime to_numeric to_timedelta isna isnull notna notnull get_dummies cut qcut "
            "concat merge factorize unique melt"
        ),
        "",
    ),
    # freezes a list: a subclass of `list` whose items are given to it
    ("pandas.core.indexes.frozen", "FrozenList", "call new build items"),
)

_PYOD = (
    "ABOD CBLOF COF COPOD ECOD GMM HBOS IForest INNE KDE KNN LODA LOF MCD OCSVM PCA QMCD ROD SOD "
    "SOS Sampling"
)
_INTERP1D = (
    "call_linear_np call_linear call_nearest call_previous_next call_previousnext call_spline "
    "call_nan_spline"
)

SCIPY = (
    # keeps numbers; its setters compare bounds and keep a number to fill with
    ("scipy.interpolate.interpolate", "interp1d", "new build"),
    ("scipy.interpolate._interpolate", "interp1d", "new build"),
    *(
        (module, " ".join("interp1d._" + name for name in _INTERP1D.split()), "")
        for module in ("scipy.interpolate.interpolate", "scipy.interpolate._interpolate")
    ),
    # keep the arrays of a spline; setters check them
    (
        "scipy.interpolate._cubic",
        "CubicSpline CubicHermiteSpline PchipInterpolator Akima1DInterpolator",
        "new build",
    ),
    ("scipy.interpolate._interpolate", "PPoly BPoly", "new build"),
    ("scipy.interpolate._bsplines", "BSpline", "new build"),
    # a tree of points from its own nodes, checked in C++
    ("scipy.spatial.ckdtree", "cKDTree", "call new build"),
    ("scipy.spatial._ckdtree", "cKDTree", "call new build"),
    ("scipy.spatial._kdtree", "KDTree", "call new build"),
    ("scipy.spatial.kdtree", "KDTree", "call new build"),
    # keeps its points and its tree; `__setstate__` unpacks two tuples of them
    ("scipy.interpolate._rbfinterp", "RBFInterpolator", "new build"),
    # values and where they are; `__init__` of an index checks its integers in Cython
    ("pandas.arrays", "SparseArray", "new build"),
    ("pandas.core.arrays.sparse.array", "SparseArray", "new build"),
    ("pandas._libs.sparse", "IntIndex BlockIndex", "call"),
    # keep their parameters and what they fitted; pyod 2.0.5 and 3.6.7 have no method of pickle's
    *((f"pyod.models.{name.lower()}", name, "new build") for name in _PYOD.split()),
    # `__setstate__` updates `__dict__` and picks three of its own methods by a word
    ("statsmodels.discrete.discrete_model", "NegativeBinomial", "new build"),
    # numbers of a rotation
    ("scipy.spatial.transform.rotation", "Rotation", "call new build"),
    ("scipy.spatial.transform._rotation", "Rotation", "call new build"),
    # hold the numbers of a triangulation, or of a hull; what they close at their end is none
    *(
        (module, "Delaunay ConvexHull Voronoi HalfspaceIntersection", "new build")
        for module in ("scipy.spatial.qhull", "scipy.spatial._qhull")
    ),
    # how interpolators make an array; nothing here calls it
    ("scipy._external.array_api_compat.numpy._aliases", "asarray", ""),
    ("scipy._lib.array_api_compat.numpy._aliases", "asarray", ""),
    # splines that hold their knots
    ("scipy.interpolate.fitpack2", "UnivariateSpline", "new build"),
)

SKLEARN = (
    # trees in arrays; BUILD checks layout and dtype of the nodes, and copies them
    ("sklearn.tree._tree", "Tree", _REBUILD),
    # make an object of the class given without running its constructor; BUILD keeps arrays
    ("sklearn.neighbors.kd_tree", "newObj", _REBUILD),
    ("sklearn.neighbors.ball_tree", "newObj", _REBUILD),
    ("sklearn.neighbors._kd_tree", "newObj", _REBUILD),
    ("sklearn.neighbors._ball_tree", "newObj", _REBUILD),
    ("sklearn.neighbors.dist_metrics", "newObj", _REBUILD),
    ("sklearn.neighbors._dist_metrics", "newObj", _REBUILD),
    ("sklearn.metrics._dist_metrics", "newObj", _REBUILD),
    ("hdbscan.dist_metrics", "newObj", _REBUILD),
    # the classes that those are given, of arrays and numbers
    # (up to 0.19 trees name the class that both inherit `__setstate__` from)
    ("sklearn.neighbors.kd_tree", "KDTree BinaryTree", ""),
    ("sklearn.neighbors.ball_tree", "BallTree BinaryTree", ""),
    ("sklearn.neighbors._kd_tree", "KDTree KDTree32 KDTree64", ""),
    ("sklearn.neighbors._ball_tree", "BallTree BallTree32 BallTree64", ""),
)

_METRICS = (
    "EuclideanDistance SEuclideanDistance ManhattanDistance ChebyshevDistance MinkowskiDistance "
    "WMinkowskiDistance MahalanobisDistance HammingDistance CanberraDistance BrayCurtisDistance "
    "JaccardDistance MatchingDistance DiceDistance KulsinskiDistance RogersTanimotoDistance "
    "RussellRaoDistance SokalMichenerDistance SokalSneathDistance HaversineDistance"
)
_BITS = " ".join(name + bits for name in _METRICS.split() for bits in ("", "32", "64"))

_LOSSES = (
    "Hinge SquaredHinge Log Huber EpsilonInsensitive SquaredEpsilonInsensitive ModifiedHuber "
    "SquaredLoss SquaredError Classification Regression LossFunction"
)
_CYTHON_LOSSES = (
    "CyHalfSquaredError CyAbsoluteError CyPinballLoss CyHuberLoss CyHalfPoissonLoss "
    "CyHalfGammaLoss CyHalfTweedieLoss CyHalfTweedieLossIdentity CyHalfBinomialLoss "
    "CyHalfMultinomialLoss CyExponentialLoss"
)
_UNPICKLE_LOSSES = " ".join("__pyx_unpickle_" + name for name in _CYTHON_LOSSES.split())

SKLEARN_LOSSES = (
    *(
        (module, _BITS, "")
        for module in (
            "sklearn.neighbors.dist_metrics",
            "sklearn.neighbors._dist_metrics",
            "sklearn.metrics._dist_metrics",
            "hdbscan.dist_metrics",
        )
    ),
    # losses keep up to two numbers
    ("sklearn.linear_model.sgd_fast", _LOSSES, "call"),
    ("sklearn.linear_model._sgd_fast", _LOSSES, "call"),
    ("_loss", _CYTHON_LOSSES, "call"),
    ("_loss", _UNPICKLE_LOSSES, "call"),
    ("sklearn._loss._loss", _CYTHON_LOSSES, "call"),
    ("sklearn._loss._loss", _UNPICKLE_LOSSES, "call"),
)

FAISS = tuple("faiss.swigfaiss" + part for part in ("", "_avx2", "_avx512", "_avx512_spr", "_sve"))
HNSWLIB = ("hnswlib", "hnswlib.hnswlib")
_INDEXES = (
    "IndexFlat IndexFlatL2 IndexFlatIP IndexFlatCodes IndexIVF IndexIVFFlat IndexIVFPQ IndexIVFPQR "
    "IndexPQ IndexLSH IndexHNSW IndexHNSWFlat IndexHNSWPQ IndexHNSWSQ IndexNSGFlat IndexIDMap "
    "IndexIDMap2 IndexPreTransform IndexRefine IndexRefineFlat IndexScalarQuantizer "
    "IndexIVFScalarQuantizer IndexIVFFlatDedup IndexIVFFastScan IndexPQFastScan IndexIVFPQFastScan "
    "IndexBinaryFlat IndexBinaryIVF IndexBinaryHNSW IndexBinaryIDMap"
)
# their C++ parses what they are filled with, which `pickle_native` tells
NATIVE = (
    *((module, _INDEXES, "new build") for module in FAISS),
    *((module, "Index BFIndex", "new build") for module in HNSWLIB),
)
