"""Make pickles as users make them, with whatever libraries this environment has.

    python bench/genuine_pickles.py OUT [library …]

Run it in throw-away environments of several versions; each file is named `library-what.pkl` or
`.joblib`, and `bench/alarms.py` then says what the audited table makes of them. Runs on Python 3.6
and newer.
"""

# it runs on every Python from 3.6 on, and is no API
# ruff: noqa: ANN001, ANN201, ANN202

import os
import pickle
import sys
import warnings

warnings.simplefilter("ignore")
sys.path.pop(0)  # `inspect.py` stands beside this file


def _data():
    import numpy as np

    rng = np.random.RandomState(0)
    rows = rng.rand(60, 4)
    return rows, (rows[:, 0] > 0.5).astype(int), rows[:, 1] * 2 + rng.rand(60) / 10


def numpy():
    import numpy as np

    yield "array", np.arange(12.0).reshape(3, 4)
    yield "fortran", np.asfortranarray(np.ones((3, 4), "f4"))
    yield "structured", np.zeros(2, [("a", "i4"), ("b", "U5")])
    yield "object", np.array([1, "a", None], dtype=object)
    yield "datetime", np.array(["2020-01-01"], "datetime64[D]")
    yield "masked", np.ma.masked_array([1, 2, 3], [0, 1, 0])
    yield "random_state", np.random.RandomState(3)
    yield "record", np.rec.array([(1, 2.0)], dtype=[("x", int), ("y", float)])
    yield "ufunc", {"transform": np.log1p, "inverse": np.expm1}
    yield "poly1d", np.poly1d([1, 2, 3])
    yield "matrix", np.matrix([[1, 2], [3, 4]])
    yield "scalars", {"a": np.float32(1), "b": np.int64(2), "c": np.bool_(1), "d": np.str_("x")}
    if hasattr(np.random, "default_rng"):
        yield "generator", np.random.default_rng(1)
        yield "pcg64", np.random.PCG64(1)
        yield "philox", np.random.Philox(1)
        yield "seed_sequence", np.random.SeedSequence(5)


def stdlib():
    import collections
    import datetime as dt
    import decimal
    import fractions
    import ipaddress
    import pathlib
    import re
    import time
    import types
    import uuid

    yield (
        "settings",
        {
            "when": dt.datetime(2020, 1, 1, tzinfo=dt.timezone.utc),
            "day": dt.date(2020, 1, 1),
            "price": decimal.Decimal("1.5"),
            "path": pathlib.Path("a/b"),
            "id": uuid.UUID(int=1),
            "half": fractions.Fraction(1, 2),
            "space": types.SimpleNamespace(a=1),
            "pattern": re.compile(r"\w+", re.IGNORECASE),
            "address": ipaddress.ip_address("127.0.0.1"),
            "time": time.localtime(0),
        },
    )
    yield (
        "containers",
        [
            collections.OrderedDict(a=1),
            collections.Counter("ab"),
            collections.defaultdict(int, a=1),
            collections.defaultdict(list),
            collections.deque([1], 3),
            collections.ChainMap({"a": 1}),
            {1, 2},
            frozenset([1]),
            range(3),
            slice(1),
            1j,
            bytearray(b"ab"),
        ],
    )
    yield "types", {"int": int, "str": str, "len": len, "none": type(None)}


def pandas():
    import numpy as np
    import pandas as pd

    frame = pd.DataFrame({"a": [1, 2, 3], "b": [1.5, 2.5, np.nan], "c": ["x", "y", "z"]})
    yield "frame", frame
    yield "series", frame["b"]
    yield "category", frame.assign(c=frame["c"].astype("category"))
    yield "dates", pd.DataFrame({"v": [1, 2]}, index=pd.date_range("2020", periods=2, freq="D"))
    yield "timezone", pd.Series(pd.date_range("2020", periods=2, tz="UTC"))
    yield "multi_index", frame.set_index(["a", "c"])
    yield "timestamp", {"now": pd.Timestamp("2020"), "gap": pd.Timedelta("1D"), "nat": pd.NaT}
    yield "period", pd.Series([1, 2], index=pd.period_range("2020", periods=2, freq="M"))
    yield "interval", pd.cut(pd.Series([1, 2, 3]), 2)
    yield "groups", {"mean": frame.groupby("c")["b"].mean(), "columns": frame.columns}
    yield "dtypes", frame.dtypes
    yield "offset", {"month": pd.offsets.MonthEnd(2), "day": pd.offsets.Day(3)}
    if hasattr(pd, "Int64Dtype"):
        yield "nullable", pd.DataFrame({"a": pd.array([1, None], dtype="Int64")})
    if hasattr(pd, "StringDtype"):
        yield "strings", pd.Series(["a", "b"], dtype="string")


def scipy():
    import numpy as np
    from scipy import interpolate, optimize, sparse, spatial, stats

    for kind in ("csr", "csc", "coo", "bsr", "dia", "lil", "dok"):
        yield kind, getattr(sparse, kind + "_matrix")(np.eye(3))
    if hasattr(sparse, "csr_array"):
        yield "csr_array", sparse.csr_array(np.eye(3))
    yield "spline", interpolate.UnivariateSpline(np.arange(9.0), np.arange(9.0) ** 2)
    yield "cubic", interpolate.CubicSpline(np.arange(9.0), np.arange(9.0) ** 2)
    yield "interp1d", interpolate.interp1d(np.arange(4.0), np.arange(4.0))
    yield "optimum", optimize.minimize(np.sum, [1.0], method="Nelder-Mead", options={"maxiter": 3})
    yield "kd_tree", spatial.cKDTree(np.eye(4))
    yield "frozen", stats.norm(1, 2)
    yield "uniform", {"C": stats.uniform(0, 1), "n": stats.randint(1, 9)}
    yield "kde", stats.gaussian_kde([1.0, 2.0, 4.0])


def sklearn():
    import sklearn
    from sklearn.compose import ColumnTransformer
    from sklearn.ensemble import GradientBoostingClassifier, RandomForestClassifier
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import GridSearchCV
    from sklearn.pipeline import Pipeline
    from sklearn.preprocessing import OneHotEncoder, StandardScaler

    rows, labels, _ = _data()
    steps = [("scale", StandardScaler()), ("model", LogisticRegression())]
    yield "pipeline", Pipeline(steps).fit(rows, labels)
    yield "grid", GridSearchCV(LogisticRegression(), {"C": [0.1, 1]}, cv=2).fit(rows, labels)
    columns = [("n", StandardScaler(), [0, 1]), ("c", OneHotEncoder(handle_unknown="ignore"), [2])]
    yield (
        "columns",
        Pipeline(
            [
                ("columns", ColumnTransformer(columns)),
                ("forest", RandomForestClassifier(n_estimators=3)),
            ]
        ).fit(rows, labels),
    )
    yield "boosting", GradientBoostingClassifier(n_estimators=3).fit(rows, labels)
    text = Pipeline([("tfidf", TfidfVectorizer()), ("model", LogisticRegression())])
    yield "text", text.fit(["good film", "bad film"] * 5, [1, 0] * 5)
    yield (
        "bundle",
        {"model": LogisticRegression().fit(rows, labels), "version": sklearn.__version__},
    )


def sklearn_all():
    import numpy as np

    try:
        from sklearn.utils import all_estimators
    except ImportError:
        from sklearn.utils.testing import all_estimators
    rows, labels, numbers = _data()
    for name, cls in all_estimators():
        try:
            estimator = cls()
            target = numbers if getattr(estimator, "_estimator_type", "") == "regressor" else labels
            if "Vectorizer" in name:
                estimator.fit(["a b c", "b c d"])
            elif "MultiTask" in name or "MultiOutput" in name or "CCA" in name or "PLS" in name:
                estimator.fit(rows, np.c_[numbers, numbers])
            else:
                estimator.fit(rows, target)
        except Exception:  # noqa: BLE001 - it takes other data
            continue
        yield name, estimator


def xgboost():
    import xgboost as xgb

    rows, labels, numbers = _data()
    yield "classifier", xgb.XGBClassifier(n_estimators=3).fit(rows, labels)
    yield "regressor", xgb.XGBRegressor(n_estimators=3).fit(rows, numbers)
    yield "booster", xgb.train({"max_depth": 2}, xgb.DMatrix(rows, labels), 3)
    yield "forest", xgb.XGBRFClassifier(n_estimators=3).fit(rows, labels)


def lightgbm():
    import lightgbm as lgb

    rows, labels, numbers = _data()
    options = {"n_estimators": 3, "min_child_samples": 2, "verbose": -1}
    yield "classifier", lgb.LGBMClassifier(**options).fit(rows, labels)
    yield "regressor", lgb.LGBMRegressor(**options).fit(rows, numbers)
    yield "booster", lgb.LGBMClassifier(**options).fit(rows, labels).booster_


def catboost():
    import catboost as cb

    rows, labels, numbers = _data()
    options = {"iterations": 3, "verbose": 0, "allow_writing_files": False}
    yield "classifier", cb.CatBoostClassifier(**options).fit(rows, labels)
    yield "regressor", cb.CatBoostRegressor(**options).fit(rows, numbers)


def statsmodels():
    import statsmodels.api as sm
    import statsmodels.formula.api as smf
    from statsmodels.tsa.api import ExponentialSmoothing

    rows, labels, numbers = _data()
    import pandas as pd

    frame = pd.DataFrame(rows, columns=list("abcd")).assign(y=numbers)
    yield "ols", sm.OLS(numbers, sm.add_constant(rows)).fit()
    yield "glm", sm.GLM(labels, rows, family=sm.families.Binomial()).fit()
    yield "logit", sm.Logit(labels, rows).fit(disp=0, method="bfgs", maxiter=5)
    yield "formula", smf.ols("y ~ a + b", frame).fit()
    yield "smoothing", ExponentialSmoothing(numbers).fit()
    yield "arima", sm.tsa.ARIMA(numbers, order=(1, 0, 0)).fit()


def gensim():
    from gensim import corpora, models

    words = [["a", "b", "c", "d"], ["b", "c", "e", "a"]] * 4
    dictionary = corpora.Dictionary(words)
    bags = [dictionary.doc2bow(line) for line in words]
    yield "word2vec", models.Word2Vec(words, vector_size=4, min_count=1, epochs=1)
    yield "doc2vec", models.Doc2Vec(
        [models.doc2vec.TaggedDocument(line, [i]) for i, line in enumerate(words)],
        vector_size=4, min_count=1, epochs=1,
    )  # fmt: skip
    yield "fasttext", models.FastText(words, vector_size=4, min_count=1, epochs=1, bucket=20)
    yield "dictionary", dictionary
    yield "tfidf", models.TfidfModel(bags)
    yield "lda", models.LdaModel(bags, num_topics=2, id2word=dictionary)
    yield "lsi", models.LsiModel(bags, num_topics=2, id2word=dictionary)
    yield "phrases", models.Phrases(words, min_count=1)
    yield "keyed", models.Word2Vec(words, vector_size=4, min_count=1, epochs=1).wv


def imblearn():
    from imblearn.ensemble import BalancedRandomForestClassifier, EasyEnsembleClassifier
    from imblearn.over_sampling import SMOTE
    from imblearn.pipeline import make_pipeline
    from imblearn.under_sampling import RandomUnderSampler
    from sklearn.linear_model import LogisticRegression

    rows, labels, _ = _data()
    yield "pipeline", make_pipeline(SMOTE(k_neighbors=2), LogisticRegression()).fit(rows, labels)
    yield "forest", BalancedRandomForestClassifier(n_estimators=3).fit(rows, labels)
    yield "easy", EasyEnsembleClassifier(n_estimators=2).fit(rows, labels)
    yield "under", RandomUnderSampler()


def category_encoders():
    import category_encoders as ce
    import pandas as pd

    frame = pd.DataFrame({"c": list("abcabc"), "d": list("xyxyxy")})
    y = [1, 0, 1, 0, 1, 1]
    names = ("TargetEncoder", "OrdinalEncoder", "BinaryEncoder", "WOEEncoder", "CountEncoder",
             "HashingEncoder", "JamesSteinEncoder", "CatBoostEncoder", "OneHotEncoder")  # fmt: skip
    for name in names:
        yield name, getattr(ce, name)().fit(frame, y)


def networkx():
    import networkx as nx

    yield "graph", nx.karate_club_graph()
    yield "directed", nx.gn_graph(5)
    yield "multi", nx.MultiGraph([(1, 2), (1, 2)])


def sympy():
    import sympy as sp

    x, y = sp.symbols("x y")
    yield "expression", x**2 + sp.sin(y) / 2
    yield "matrix", sp.Matrix([[x, 1], [2, y]])


def nltk():
    from nltk.classify import NaiveBayesClassifier
    from nltk.probability import FreqDist
    from nltk.stem import PorterStemmer, SnowballStemmer
    from nltk.tag import DefaultTagger, UnigramTagger
    from nltk.tokenize import RegexpTokenizer, TweetTokenizer

    yield "bayes", NaiveBayesClassifier.train([({"a": 1}, "x"), ({"a": 2}, "y")])
    yield "frequencies", FreqDist("abca")
    yield "porter", PorterStemmer()
    yield "snowball", SnowballStemmer("english")
    yield "tagger", UnigramTagger([[("a", "N")]], backoff=DefaultTagger("X"))
    yield "tokenizer", RegexpTokenizer(r"\w+")
    yield "tweets", TweetTokenizer()


def lifelines():
    import lifelines as ll
    import numpy as np
    import pandas as pd

    rows, labels, numbers = _data()
    frame = pd.DataFrame(rows, columns=list("abcd")).assign(t=numbers + 1, e=np.maximum(labels, 0))
    yield "cox", ll.CoxPHFitter(penalizer=0.1).fit(frame, "t", "e")
    yield "kaplan_meier", ll.KaplanMeierFitter().fit(frame["t"], frame["e"])
    yield "weibull", ll.WeibullFitter().fit(frame["t"], frame["e"])
    yield "nelson_aalen", ll.NelsonAalenFitter().fit(frame["t"], frame["e"])


def pygam():
    import pygam

    rows, labels, numbers = _data()
    yield "linear", pygam.LinearGAM(n_splines=6).fit(rows, numbers)
    yield "logistic", pygam.LogisticGAM(n_splines=6).fit(rows, labels)


def mlxtend():
    from mlxtend.classifier import EnsembleVoteClassifier, StackingClassifier
    from mlxtend.feature_selection import ColumnSelector, SequentialFeatureSelector
    from mlxtend.preprocessing import TransactionEncoder
    from sklearn.linear_model import LogisticRegression

    rows, labels, _ = _data()
    base = LogisticRegression()
    yield "vote", EnsembleVoteClassifier([base, base]).fit(rows, labels)
    yield "stack", StackingClassifier([base], base).fit(rows, labels)
    yield "selector", SequentialFeatureSelector(base, k_features=2, cv=2).fit(rows, labels)
    yield "columns", ColumnSelector([0])
    yield "transactions", TransactionEncoder().fit([["a"], ["b"]])


def feature_engine():
    import pandas as pd
    from feature_engine.creation import CyclicalFeatures
    from feature_engine.discretisation import EqualWidthDiscretiser
    from feature_engine.encoding import OneHotEncoder, RareLabelEncoder
    from feature_engine.imputation import MeanMedianImputer
    from feature_engine.outliers import Winsorizer

    frame = pd.DataFrame({"a": [1.0, 2, 3, 4], "b": list("xyxx")})
    yield "imputer", MeanMedianImputer().fit(frame)
    yield "one_hot", OneHotEncoder().fit(frame)
    yield "rare", RareLabelEncoder(n_categories=1).fit(frame)
    yield "width", EqualWidthDiscretiser(bins=2).fit(frame)
    yield "winsor", Winsorizer().fit(frame)
    yield "cyclic", CyclicalFeatures().fit(frame[["a"]])


def xarray():
    import numpy as np
    import xarray as xr

    array = xr.DataArray(np.ones((2, 3)), dims=("x", "y"), coords={"x": [1, 2]})
    yield "array", array
    yield "dataset", xr.Dataset({"v": array})


def hdbscan():
    import hdbscan as module

    rows, _, _ = _data()
    yield "clusters", module.HDBSCAN(min_cluster_size=4).fit(rows)
    yield "predicting", module.HDBSCAN(min_cluster_size=4, prediction_data=True).fit(rows)


def patsy():
    import pandas as pd
    from patsy import dmatrix

    yield "matrix", pd.DataFrame(dmatrix("a", {"a": [1, 2, 3]}))


def formulaic():
    import formulaic as module

    yield "formula", module.Formula("y ~ a + b")


def pmdarima():
    import pmdarima as pm

    _, _, numbers = _data()
    yield "arima", pm.ARIMA((1, 0, 0)).fit(numbers)
    yield "boxcox", pm.preprocessing.BoxCoxEndogTransformer().fit(numbers + 1)


def sktime():
    import pandas as pd
    from sktime.forecasting.naive import NaiveForecaster
    from sktime.transformations.series.detrend import Detrender

    series = pd.Series([1.0, 2, 3, 4, 5], index=pd.RangeIndex(5))
    yield "naive", NaiveForecaster().fit(series)
    yield "detrend", Detrender().fit(series)


def skopt():
    from skopt.space import Categorical, Integer, Real

    yield "space", [Real(0.1, 1), Integer(1, 9), Categorical(["a", "b"])]


def optuna():
    import optuna as module

    module.logging.disable_default_handler()
    study = module.create_study()
    study.optimize(lambda trial: trial.suggest_float("x", 0, 1), 2)
    yield "sampler", module.samplers.TPESampler(seed=1)
    yield "trials", study.trials


def umap():
    import umap as module

    yield "unfitted", module.UMAP(n_neighbors=3)


def joblib():
    import joblib as module
    import numpy as np

    yield "arrays", {"a": np.eye(3), "b": np.arange(3), "c": np.array(["x", None], dtype=object)}
    yield "delayed", [module.hash("a"), {"x": np.float32(1)}]


def polars():
    import polars as pl

    yield "frame", pl.DataFrame({"a": [1, 2], "b": ["x", "y"]})


def pyarrow():
    import pyarrow as pa

    yield "table", pa.table({"a": [1, 2]})
    yield "schema", pa.schema([("a", pa.int64())])


def shapely():
    from shapely.geometry import Point, Polygon

    yield "point", Point(1, 2)
    yield "polygon", Polygon([(0, 0), (1, 0), (1, 1)])


def astropy():
    from astropy import units
    from astropy.table import Table

    yield "quantity", 3 * units.m
    yield "table", Table({"a": [1, 2]})

    from astropy.coordinates import SkyCoord
    from astropy.cosmology import FlatLambdaCDM
    from astropy.modeling.models import Gaussian1D
    from astropy.table import QTable
    from astropy.time import Time

    yield "lengths", [1, 2] * units.km / units.s
    yield "qtable", QTable({"a": [1, 2] * units.m, "when": Time(["2020-01-01", "2021-01-01"])})
    yield "time", Time("2020-01-01")
    yield "model", Gaussian1D(1, 0, 1)
    yield "compound", Gaussian1D(1, 0, 1) + Gaussian1D(2, 1, 1)
    yield "sky", SkyCoord(10 * units.deg, 20 * units.deg)
    yield "cosmology", FlatLambdaCDM(H0=70, Om0=0.3)


def lmfit():
    from lmfit import Parameters

    made = Parameters()
    made.add("slope", value=1.0, min=0)
    made.add("offset", value=2.0, vary=False)
    yield "parameters", made


def gymnasium():
    import gymnasium as module

    yield "cartpole", module.make("CartPole-v1")
    yield "recorded", module.wrappers.RecordEpisodeStatistics(module.make("Pendulum-v1"))


def matplotlib():
    import matplotlib as mpl

    mpl.use("agg")
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots()
    axes.plot([1, 2, 3], label="a")
    axes.set_title("b")
    axes.legend()
    yield "line", figure
    figure, axes = plt.subplots()
    axes.bar(["a", "b"], [1, 2])
    yield "bars", figure
    figure, axes = plt.subplots(subplot_kw={"projection": "polar"})
    axes.plot([0, 1], [1, 2])
    yield "polar", figure


def pint():
    import pint as module

    yield "quantity", module.get_application_registry()("3 m")


def uncertainties():
    from uncertainties import ufloat

    yield "number", ufloat(1, 0.1)


def sparse():
    import numpy as np
    import sparse as module

    yield "coo", module.COO.from_numpy(np.eye(3))


def tokenizers():
    from tokenizers import Tokenizer
    from tokenizers.models import BPE

    yield "bpe", Tokenizer(BPE())


def spacy():
    import spacy as module

    yield "vocabulary", module.blank("en").vocab.strings
    yield "doc", module.blank("en")("hello world")


def rank_bm25():
    from rank_bm25 import BM25Okapi

    yield "okapi", BM25Okapi([["a", "b"], ["b", "c"], ["d"]])


def textblob():
    from textblob import TextBlob

    yield "blob", TextBlob("good film")


def torch():
    import torch as module

    yield "state", {"w": module.nn.Linear(2, 2).weight.detach().numpy()}


def skops():
    from sklearn.linear_model import Ridge

    rows, _, numbers = _data()
    yield "ridge", Ridge().fit(rows, numbers)


RECIPES = {
    name: value
    for name, value in list(globals().items())
    if callable(value) and not name.startswith("_") and getattr(value, "__module__", "") == __name__
}


def _write(folder, library, what, value, count):
    name = f"{folder}/{library}-{what}"
    if count % 2 and library != "stdlib":
        try:
            import joblib as module
        except ImportError:
            pass
        else:
            module.dump(value, name + ".joblib", compress=(count % 4 == 3) * 3)
            return
    protocol = (2, 4, pickle.HIGHEST_PROTOCOL)[count % 3]
    with open(name + ".pkl", "wb") as file:  # noqa: PTH123 - runs on old Pythons
        pickle.dump(value, file, protocol=protocol)


def main():
    """Write the files of the recipes named, or of all that this environment can make."""
    folder, names = sys.argv[1], sys.argv[2:] or sorted(RECIPES)
    os.makedirs(folder, exist_ok=True)  # noqa: PTH103 - as above
    for library in names:
        count = made = 0
        try:
            for what, value in RECIPES[library]():
                count += 1
                try:
                    _write(folder, library, what, value, count)
                    made += 1
                except Exception as error:  # noqa: BLE001 - it cannot be pickled
                    print(library, what, "not pickled:", str(error)[:80])
                    for suffix in (".pkl", ".joblib"):
                        begun = f"{folder}/{library}-{what}{suffix}"
                        if os.path.exists(begun):  # noqa: PTH110 - as above
                            os.remove(begun)  # noqa: PTH107 - as above
        except ImportError as error:
            print(library, "not here:", error)
        except Exception as error:  # noqa: BLE001 - a version that wants other arguments
            print(library, type(error).__name__, str(error)[:120])
        print(library, made)


if __name__ == "__main__":
    main()
