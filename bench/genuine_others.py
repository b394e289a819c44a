"""Make pickles with libraries that the audited table was not written from, as users make them.

    python bench/genuine_others.py OUT [library …]

The recipes of `genuine_pickles.py` are those of the libraries that it was written from. What the
table says of these is the rate that a user with a library of his own meets. Runs on Python 3.9 and
newer.
"""

# it runs in throw-away environments, and is no API
# ruff: noqa: ANN001, ANN201, ANN202

import importlib.util
import sys
import warnings
from pathlib import Path

warnings.simplefilter("ignore")
sys.path.pop(0)  # `inspect.py` stands beside this file
_SPEC = importlib.util.spec_from_file_location(
    "genuine_pickles", Path(__file__).with_name("genuine_pickles.py")
)
genuine_pickles = importlib.util.module_from_spec(_SPEC)
sys.path.insert(0, "")  # which it takes away again
_SPEC.loader.exec_module(genuine_pickles)
_data = genuine_pickles._data  # noqa: SLF001 - the two are one


def _text():
    return ["good film", "bad film", "a good day", "a bad day"] * 5, [1, 0] * 10


def hmmlearn():
    from hmmlearn import hmm

    rows, labels, _ = _data()
    yield "gaussian", hmm.GaussianHMM(2, random_state=0).fit(rows)
    yield "gmm", hmm.GMMHMM(2, n_mix=2, random_state=0).fit(rows)
    yield "categorical", hmm.CategoricalHMM(2, random_state=0).fit(labels[:, None])
    yield "poisson", hmm.PoissonHMM(2, random_state=0).fit(labels[:, None])


def sklearn_crfsuite():
    import sklearn_crfsuite as module

    words, tags = [[{"w": "a"}, {"w": "b"}]] * 4, [["X", "Y"]] * 4
    yield "crf", module.CRF(max_iterations=3).fit(words, tags)
    yield "unfitted", module.CRF(c1=0.1)


def implicit():
    import numpy as np
    from implicit.als import AlternatingLeastSquares
    from implicit.bpr import BayesianPersonalizedRanking
    from implicit.lmf import LogisticMatrixFactorization
    from implicit.nearest_neighbours import BM25Recommender, CosineRecommender
    from scipy.sparse import csr_matrix

    seen = csr_matrix((np.random.RandomState(0).rand(9, 7) > 0.5).astype("f4"))
    given = {"factors": 4, "iterations": 1}
    for name, model in (
        ("als", AlternatingLeastSquares(**given)),
        ("bpr", BayesianPersonalizedRanking(**given)),
        ("lmf", LogisticMatrixFactorization(**given)),
        ("bm25", BM25Recommender(K=2)),
        ("cosine", CosineRecommender(K=2)),
    ):
        model.fit(seen, show_progress=False)
        yield name, model


def surprise():
    import pandas as pd
    from surprise import (
        NMF,
        SVD,
        BaselineOnly,
        CoClustering,
        Dataset,
        KNNBasic,
        KNNWithMeans,
        Reader,
        SlopeOne,
        SVDpp,
    )

    frame = pd.DataFrame({"u": list("aabbcc"), "i": list("xyxzyz"), "r": [1, 2, 3, 4, 5, 1]})
    held = Dataset.load_from_df(frame, Reader(rating_scale=(1, 5))).build_full_trainset()
    yield "trainset", held
    for model in (SVD(n_epochs=1), SVDpp(n_epochs=1), KNNBasic(verbose=False), NMF(n_epochs=1),
                  KNNWithMeans(verbose=False), SlopeOne(), BaselineOnly(verbose=False),
                  CoClustering(n_epochs=1)):  # fmt: skip
        yield type(model).__name__, model.fit(held)


def ngboost():
    from ngboost import NGBClassifier, NGBRegressor, NGBSurvival
    from ngboost.distns import Exponential, LogNormal, Poisson, k_categorical

    rows, labels, numbers = _data()
    given = {"n_estimators": 3, "verbose": False}
    yield "regressor", NGBRegressor(**given).fit(rows, numbers)
    yield "classifier", NGBClassifier(**given).fit(rows, labels)
    yield "log_normal", NGBRegressor(Dist=LogNormal, **given).fit(rows, numbers + 1)
    yield "exponential", NGBRegressor(Dist=Exponential, **given).fit(rows, numbers + 1)
    yield "survival", NGBSurvival(Dist=LogNormal, **given).fit(rows, numbers + 1, labels)
    yield "poisson", NGBRegressor(Dist=Poisson, **given).fit(rows, labels)
    yield "categorical", NGBClassifier(Dist=k_categorical(2), **given).fit(rows, labels)


def interpret():
    from interpret.glassbox import (
        ClassificationTree,
        ExplainableBoostingClassifier,
        ExplainableBoostingRegressor,
        LinearRegression,
        LogisticRegression,
        RegressionTree,
    )

    rows, labels, numbers = _data()
    given = {"max_rounds": 3, "n_jobs": 1, "outer_bags": 1}
    yield "classifier", ExplainableBoostingClassifier(**given).fit(rows, labels)
    yield "regressor", ExplainableBoostingRegressor(**given).fit(rows, numbers)
    yield "logistic", LogisticRegression().fit(rows, labels)
    yield "linear", LinearRegression().fit(rows, numbers)
    yield "tree", ClassificationTree().fit(rows, labels)
    yield "regression_tree", RegressionTree().fit(rows, numbers)


def pyod():
    from pyod.models.abod import ABOD
    from pyod.models.cblof import CBLOF
    from pyod.models.copod import COPOD
    from pyod.models.ecod import ECOD
    from pyod.models.hbos import HBOS
    from pyod.models.iforest import IForest
    from pyod.models.kde import KDE
    from pyod.models.knn import KNN
    from pyod.models.lof import LOF
    from pyod.models.mcd import MCD
    from pyod.models.ocsvm import OCSVM
    from pyod.models.pca import PCA

    rows, _, _ = _data()
    for model in (ABOD, CBLOF, COPOD, ECOD, HBOS, IForest, KDE, KNN, LOF, MCD, OCSVM, PCA):
        yield model.__name__, model().fit(rows)


def river():
    from river import (
        anomaly,
        cluster,
        compose,
        ensemble,
        forest,
        linear_model,
        naive_bayes,
        neighbors,
        preprocessing,
        stats,
        tree,
    )

    rows, labels, numbers = _data()
    named = [dict(zip("abcd", row.tolist(), strict=True)) for row in rows]

    def learned(model, wanted):
        for row, value in zip(named, wanted.tolist(), strict=True):
            model.learn_one(row, value)
        return model

    yield "logistic", learned(linear_model.LogisticRegression(), labels)
    yield "linear", learned(linear_model.LinearRegression(), numbers)
    yield (
        "pipeline",
        learned(
            compose.Pipeline(preprocessing.StandardScaler(), linear_model.LogisticRegression()),
            labels,
        ),
    )
    yield "hoeffding", learned(tree.HoeffdingTreeClassifier(), labels)
    yield "forest", learned(forest.ARFClassifier(n_models=2, seed=0), labels)
    yield "bayes", learned(naive_bayes.GaussianNB(), labels)
    yield (
        "bagging",
        learned(
            ensemble.BaggingClassifier(linear_model.LogisticRegression(), n_models=2, seed=0),
            labels,
        ),
    )
    yield "knn", learned(neighbors.KNNClassifier(), labels)
    trees = anomaly.HalfSpaceTrees(n_trees=2, height=3, seed=0)
    clusters = cluster.KMeans(n_clusters=2, seed=0)
    for row in named:
        trees.learn_one(row)
        clusters.learn_one(row)
    yield "half_space", trees
    yield "kmeans", clusters
    mean = stats.Mean()
    mean.update(1.0)
    yield "statistics", {"mean": mean, "var": stats.Var(), "max": stats.Max()}


def mapie():
    from mapie.classification import MapieClassifier
    from mapie.regression import MapieQuantileRegressor, MapieRegressor
    from sklearn.linear_model import LinearRegression, LogisticRegression

    rows, labels, numbers = _data()
    yield "regressor", MapieRegressor(LinearRegression(), cv=2).fit(rows, numbers)
    yield "classifier", MapieClassifier(LogisticRegression(), cv=2).fit(rows, labels)
    yield "quantile", MapieQuantileRegressor()


def umap():
    import umap as module

    rows, _, _ = _data()
    yield "fitted", module.UMAP(n_neighbors=5, n_epochs=5, random_state=0).fit(rows)
    yield "unfitted", module.UMAP(n_neighbors=3)


def pynndescent():
    from pynndescent import NNDescent, PyNNDescentTransformer

    rows, _, _ = _data()
    yield "index", NNDescent(rows, n_neighbors=5)
    yield "transformer", PyNNDescentTransformer(n_neighbors=4).fit(rows)


def gplearn():
    from gplearn.genetic import SymbolicClassifier, SymbolicRegressor, SymbolicTransformer

    rows, labels, numbers = _data()
    given = {"population_size": 20, "generations": 2, "random_state": 0}
    yield "regressor", SymbolicRegressor(**given).fit(rows, numbers)
    yield "classifier", SymbolicClassifier(**given).fit(rows, labels)
    yield "transformer", SymbolicTransformer(hall_of_fame=10, **given).fit(rows, numbers)


def tslearn():
    import numpy as np
    from tslearn.clustering import KernelKMeans, KShape, TimeSeriesKMeans
    from tslearn.neighbors import KNeighborsTimeSeriesClassifier
    from tslearn.preprocessing import TimeSeriesScalerMeanVariance
    from tslearn.svm import TimeSeriesSVC

    series = np.random.RandomState(0).rand(10, 6, 1)
    labels = [0, 1] * 5
    yield "kmeans", TimeSeriesKMeans(2, max_iter=2, random_state=0).fit(series)
    yield "dtw", TimeSeriesKMeans(2, metric="dtw", max_iter=2, random_state=0).fit(series)
    yield "kshape", KShape(2, max_iter=2, random_state=0).fit(series)
    yield "kernel", KernelKMeans(2, max_iter=2, random_state=0).fit(series)
    yield "neighbours", KNeighborsTimeSeriesClassifier(2).fit(series, labels)
    yield "svc", TimeSeriesSVC().fit(series, labels)
    yield "scaler", TimeSeriesScalerMeanVariance().fit(series)


def statsforecast():
    import pandas as pd
    from statsforecast import StatsForecast
    from statsforecast.models import AutoARIMA, AutoETS, Naive, SeasonalNaive, Theta

    _, _, numbers = _data()
    when = pd.date_range("2020", periods=len(numbers), freq="D")
    frame = pd.DataFrame({"unique_id": "a", "ds": when, "y": numbers})
    for model in (Naive(), SeasonalNaive(7), AutoETS(season_length=7), Theta(season_length=7),
                  AutoARIMA(season_length=1)):  # fmt: skip
        yield type(model).__name__, StatsForecast([model], freq="D").fit(frame)
        yield f"{type(model).__name__}_alone", model.fit(numbers)


def sklearn_pandas():
    import pandas as pd
    from sklearn.preprocessing import LabelBinarizer, StandardScaler
    from sklearn_pandas import DataFrameMapper

    frame = pd.DataFrame({"a": [1.0, 2, 3], "c": ["x", "y", "x"]})
    steps = [(["a"], StandardScaler()), ("c", LabelBinarizer())]
    yield "mapper", DataFrameMapper(steps).fit(frame)
    yield "frame", DataFrameMapper(steps, df_out=True).fit(frame)


def skrub():
    import pandas as pd
    from skrub import (
        DatetimeEncoder,
        GapEncoder,
        MinHashEncoder,
        SimilarityEncoder,
        TableVectorizer,
        ToDatetime,
    )

    names = pd.Series(["london", "londres", "paris", "pariss"] * 3, name="city")
    frame = pd.DataFrame({"city": names, "n": range(12)})
    yield "table", TableVectorizer().fit(frame)
    yield "gap", GapEncoder(n_components=2, random_state=0).fit(names)
    yield "min_hash", MinHashEncoder(n_components=4).fit(names)
    yield "similarity", SimilarityEncoder().fit(frame[["city"]])
    when = pd.Series(pd.date_range("2020", periods=3), name="w")
    yield "datetime", DatetimeEncoder().fit(when)
    yield "to_datetime", ToDatetime()


def optbinning():
    import pandas as pd
    from optbinning import BinningProcess, ContinuousOptimalBinning, OptimalBinning, Scorecard
    from sklearn.linear_model import LogisticRegression

    rows, labels, numbers = _data()
    yield "binning", OptimalBinning(name="a").fit(rows[:, 0], labels)
    yield "continuous", ContinuousOptimalBinning(name="a").fit(rows[:, 0], numbers)
    frame = pd.DataFrame(rows, columns=list("abcd"))
    yield "process", BinningProcess(list("abcd")).fit(frame, labels)
    card = Scorecard(BinningProcess(list("abcd")), LogisticRegression())
    yield "scorecard", card.fit(frame, labels)


def hyperopt():
    import numpy as np
    from hyperopt import Trials, fmin, hp, tpe

    trials = Trials()
    fmin(abs, hp.uniform("x", -1, 1), algo=tpe.suggest, max_evals=3, trials=trials,
         rstate=np.random.default_rng(0), verbose=False, show_progressbar=False)  # fmt: skip
    yield "trials", trials
    yield "space", {"x": hp.uniform("x", 0, 1), "c": hp.choice("c", [1, 2])}


def kmodes():
    import numpy as np
    from kmodes.kmodes import KModes
    from kmodes.kprototypes import KPrototypes

    rows, labels, _ = _data()
    kinds = np.c_[labels, labels[::-1]].astype(str)
    yield "modes", KModes(2, n_init=1, random_state=0).fit(kinds)
    both = np.c_[rows[:, :1].astype(object), kinds]
    yield "prototypes", KPrototypes(2, n_init=1, random_state=0).fit(both, categorical=[1, 2])


def minisom():
    from minisom import MiniSom

    rows, _, _ = _data()
    som = MiniSom(3, 3, 4, random_seed=0)
    som.train(rows, 5)
    yield "som", som


def bayes_opt():
    from bayes_opt import BayesianOptimization

    held = BayesianOptimization(None, {"x": (0, 1)}, random_state=0, verbose=0)
    held.register({"x": 0.5}, 1.0)
    yield "optimizer", held
    yield "best", {"max": held.max}


def filterpy():
    from filterpy.kalman import ExtendedKalmanFilter, KalmanFilter, MerweScaledSigmaPoints

    kalman = KalmanFilter(dim_x=2, dim_z=1)
    kalman.predict()
    yield "kalman", kalman
    yield "extended", ExtendedKalmanFilter(dim_x=2, dim_z=1)
    yield "points", MerweScaledSigmaPoints(2, 0.1, 2.0, 1.0)


def pykalman():
    import pykalman as module

    _, _, numbers = _data()
    yield "filter", module.KalmanFilter(n_dim_obs=1, n_dim_state=1).em(numbers, n_iter=2)


def deap():
    from deap import base, tools

    yield "fitness", base.Fitness.__new__(base.Fitness)
    book = tools.Logbook()
    book.record(gen=0, avg=1.0)
    yield "logbook", book
    hall = tools.HallOfFame(2)
    yield "hall", hall
    yield "statistics", tools.Statistics()


def imodels():
    from imodels import (
        BoostedRulesClassifier,
        FIGSClassifier,
        FIGSRegressor,
        GreedyRuleListClassifier,
        HSTreeClassifier,
        RuleFitClassifier,
        SkopeRulesClassifier,
    )

    rows, labels, numbers = _data()
    for model in (
        FIGSClassifier(max_rules=3),
        GreedyRuleListClassifier(max_depth=2),
        HSTreeClassifier(),
        BoostedRulesClassifier(n_estimators=2),
        RuleFitClassifier(max_rules=5),
        SkopeRulesClassifier(n_estimators=2),
    ):
        yield type(model).__name__, model.fit(rows, labels)
    yield "FIGSRegressor", FIGSRegressor(max_rules=3).fit(rows, numbers)


def lifetimes():
    import numpy as np
    from lifetimes import BetaGeoFitter, GammaGammaFitter, ParetoNBDFitter

    frequency, recency, age = np.array([1, 2, 3, 1]), np.array([2, 5, 8, 3]), np.array([9] * 4)
    yield "beta_geo", BetaGeoFitter(1.0).fit(frequency, recency, age)
    yield "pareto", ParetoNBDFitter(1.0).fit(frequency, recency, age)
    yield "gamma", GammaGammaFitter(1.0).fit(frequency, np.array([9.0, 8, 7, 6]))


def sklego():
    from sklearn.linear_model import LinearRegression, LogisticRegression
    from sklego.linear_model import DeadZoneRegressor, LowessRegression
    from sklego.meta import GroupedPredictor, Thresholder, ZeroInflatedRegressor
    from sklego.mixture import GMMClassifier
    from sklego.preprocessing import ColumnSelector, RandomAdder

    rows, labels, numbers = _data()
    yield "lowess", LowessRegression().fit(rows, numbers)
    yield "thresholder", Thresholder(LogisticRegression(), 0.4).fit(rows, labels)
    yield "gmm", GMMClassifier().fit(rows, labels)
    yield "adder", RandomAdder().fit(rows, numbers)
    yield "columns", ColumnSelector(["a"])
    yield (
        "zero",
        ZeroInflatedRegressor(LogisticRegression(), LinearRegression()).fit(rows, numbers * labels),
    )
    yield "dead_zone", DeadZoneRegressor()
    yield "grouped", GroupedPredictor(LinearRegression(), groups=[0])


def mord():
    from mord import LAD, LogisticAT, LogisticIT, OrdinalRidge

    rows, labels, _ = _data()
    for model in (LogisticAT(), LogisticIT(), OrdinalRidge(), LAD()):
        yield type(model).__name__, model.fit(rows, labels)


def boruta():
    from boruta import BorutaPy
    from sklearn.ensemble import RandomForestClassifier

    rows, labels, _ = _data()
    forest = RandomForestClassifier(n_estimators=5, random_state=0)
    yield "selector", BorutaPy(forest, n_estimators=5, max_iter=3, random_state=0).fit(rows, labels)


def arch():
    from arch import arch_model

    _, _, numbers = _data()
    model = arch_model(numbers * 10)
    yield "model", model
    yield "result", model.fit(disp="off")


def pyts():
    from pyts.approximation import PiecewiseAggregateApproximation, SymbolicAggregateApproximation
    from pyts.classification import BOSSVS, KNeighborsClassifier
    from pyts.image import GramianAngularField
    from pyts.transformation import ROCKET, BagOfPatterns

    rows, labels, _ = _data()
    wide = rows.reshape(12, 20)
    yield "paa", PiecewiseAggregateApproximation(2).fit(wide)
    yield "sax", SymbolicAggregateApproximation(3).fit(wide)
    yield "gaf", GramianAngularField(4).fit(wide)
    yield "neighbours", KNeighborsClassifier(1).fit(wide, labels[:12])
    yield "rocket", ROCKET(n_kernels=5, random_state=0).fit(wide)
    yield "bossvs", BOSSVS(word_size=2, window_size=10).fit(wide, labels[:12])
    yield "bag", BagOfPatterns(window_size=6, word_size=3).fit(wide)


def omegaconf():
    from omegaconf import OmegaConf

    yield "config", OmegaConf.create({"a": 1, "b": {"c": [1, 2, "x"]}, "d": "${a}"})
    yield "list", OmegaConf.create([1, 2.5, None])


def munch():
    from munch import DefaultMunch, Munch, munchify

    yield "munch", Munch(a=1, b=Munch(c=2))
    yield "deep", munchify({"a": [{"b": 1}]})
    yield "default", DefaultMunch(None, {"a": 1})


def addict():
    from addict import Dict

    yield "dict", Dict(a=Dict(b=1), c=[1])


def easydict():
    from easydict import EasyDict

    yield "dict", EasyDict(a=1, b={"c": 2})


def sortedcontainers():
    from sortedcontainers import SortedDict, SortedList, SortedSet

    yield "list", SortedList([3, 1, 2])
    yield "dict", SortedDict(b=1, a=2)
    yield "set", SortedSet([3, 1])


def frozendict():
    from frozendict import frozendict as frozen

    yield "dict", frozen(a=1, b=(1, 2))


def bidict():
    from bidict import bidict as both
    from bidict import frozenbidict

    yield "dict", both(a=1, b=2)
    yield "frozen", frozenbidict(a=1)


def pendulum():
    import pendulum as module

    yield "moment", module.datetime(2020, 1, 1, tz="Europe/Paris")
    yield "span", module.duration(days=2, hours=1)
    yield "day", module.date(2020, 1, 1)


def arrow():
    import arrow as module

    yield "moment", module.get(2020, 1, 1, tzinfo="UTC")


def geopandas():
    import geopandas as module
    from shapely.geometry import Point

    yield "frame", module.GeoDataFrame({"a": [1]}, geometry=[Point(1, 2)], crs="EPSG:4326")
    yield "series", module.GeoSeries([Point(1, 2)])


def pyproj():
    import pyproj as module

    yield "crs", module.CRS.from_epsg(4326)
    yield "transformer", module.Transformer.from_crs(4326, 3857)


def gymnasium():
    from gymnasium import spaces

    yield "box", spaces.Box(0, 1, (2,))
    yield "discrete", spaces.Discrete(4)
    yield "dict", spaces.Dict(a=spaces.Discrete(2), b=spaces.Box(-1, 1, (3,)))
    yield "multi", spaces.MultiDiscrete([2, 3])


def biopython():
    from Bio.Align import PairwiseAligner, substitution_matrices
    from Bio.Seq import Seq
    from Bio.SeqRecord import SeqRecord

    yield "sequence", Seq("ACGT")
    yield "record", SeqRecord(Seq("ACGT"), id="a")
    yield "matrix", substitution_matrices.load("BLOSUM62")
    yield "aligner", PairwiseAligner()


def anndata():
    import anndata as module
    import numpy as np

    yield "data", module.AnnData(np.ones((3, 2), "f4"))


def skimage():
    from skimage import transform

    yield "affine", transform.AffineTransform(scale=(2, 2))
    yield "similarity", transform.SimilarityTransform(scale=2)
    yield "polynomial", transform.PolynomialTransform()


def pywt():
    import pywt as module

    yield "wavelet", module.Wavelet("db2")
    yield "continuous", module.ContinuousWavelet("mexh")


def prince():
    import pandas as pd
    import prince as module

    rows, _, _ = _data()
    frame = pd.DataFrame(rows, columns=list("abcd"))
    yield "pca", module.PCA(n_components=2).fit(frame)
    kinds = (frame > 0.5).astype(str)
    yield "mca", module.MCA(n_components=2).fit(kinds)
    yield "ca", module.CA(n_components=2).fit(frame.abs())


def featuretools():
    import featuretools as module
    import pandas as pd

    frame = pd.DataFrame({"id": [1, 2], "v": [1.0, 2.0]})
    held = module.EntitySet("e").add_dataframe(frame, "t", index="id")
    _, features = module.dfs(entityset=held, target_dataframe_name="t", max_depth=1)
    yield "features", features
    yield "entities", held


def igraph():
    import igraph as module

    yield "graph", module.Graph.Ring(5)
    yield "attributes", module.Graph([(0, 1), (1, 2)], vertex_attrs={"name": ["a", "b", "c"]})


def skorch():
    import torch
    from skorch import NeuralNetClassifier

    rows, labels, _ = _data()
    net = torch.nn.Sequential(torch.nn.Linear(4, 2), torch.nn.Softmax(dim=-1))
    model = NeuralNetClassifier(net, max_epochs=1, verbose=0, train_split=None)
    yield "net", model.fit(rows.astype("f4"), labels)
    yield "unfitted", NeuralNetClassifier(torch.nn.Linear, module__in_features=4)


RECIPES = {
    name: value
    for name, value in list(globals().items())
    if callable(value) and not name.startswith("_") and getattr(value, "__module__", "") == __name__
}

if __name__ == "__main__":
    genuine_pickles.RECIPES = RECIPES
    genuine_pickles.main()
