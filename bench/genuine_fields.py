"""Make files as people of one field save them: series, texts, survival, graphs, biology, tuning.

    python bench/genuine_fields.py OUT [library …]

As `genuine_daily.py`, which writes them, with other libraries, a third of them little known. They
were chosen and the objects written down before the audited table was looked at.
"""

# it runs in throw-away environments, and is no API; a recipe is a list of what users do
# ruff: noqa: ANN001, ANN201, ANN202, E501, E731, I001, PLC3002, PLW0108
# ruff: noqa: ANN002, N802, PD013, SIM905
# fmt: off

import importlib.util
import sys
import warnings
from pathlib import Path

warnings.simplefilter("ignore")
sys.path.pop(0)  # `inspect.py` stands beside this file
_SPEC = importlib.util.spec_from_file_location(
    "genuine_daily", Path(__file__).with_name("genuine_daily.py")
)
genuine_daily = importlib.util.module_from_spec(_SPEC)
sys.path.insert(0, "")  # which it takes away again
_SPEC.loader.exec_module(genuine_daily)


def _each(module, *given):
    """Yield how to make and fit each public class of a module that can be fitted."""
    for name, cls in sorted(vars(module).items()):
        if isinstance(cls, type) and hasattr(cls, "fit") and not name.startswith(("_", "Base")):
            yield name, lambda cls=cls: (lambda made: (made.fit(*given), made)[1])(cls())


def category_encoders():
    import category_encoders as module
    from sklearn import linear_model, pipeline

    _, labels, _, frame = genuine_daily.people()
    held = frame[["city", "age"]]
    yield from _each(module, held, labels)
    yield "piped", lambda: pipeline.make_pipeline(module.TargetEncoder(cols=["city"]), linear_model.LogisticRegression()).fit(held, labels)


def feature_engine():
    from feature_engine import creation, datetime, discretisation, encoding, imputation, outliers, selection, transformation
    import pandas as pd

    _, labels, _, frame = genuine_daily.people()
    dated = frame.assign(when=pd.date_range("2024-01-01", periods=80))
    numbers = frame.drop(columns="city")
    yield "mean", lambda: imputation.MeanMedianImputer().fit(numbers)
    yield "categorical", lambda: imputation.CategoricalImputer().fit(frame)
    yield "rare", lambda: encoding.RareLabelEncoder(n_categories=2).fit(frame)
    yield "onehot", lambda: encoding.OneHotEncoder().fit(frame)
    yield "ordinal", lambda: encoding.OrdinalEncoder().fit(frame, labels)
    yield "woe", lambda: encoding.WoEEncoder().fit(frame, labels)
    yield "width", lambda: discretisation.EqualWidthDiscretiser(bins=4).fit(numbers)
    yield "tree", lambda: discretisation.DecisionTreeDiscretiser(regression=False).fit(numbers, labels)
    yield "winsor", lambda: outliers.Winsorizer(capping_method="iqr", fold=1.5).fit(numbers)
    yield "logged", lambda: transformation.LogTransformer().fit(numbers + 1)
    yield "yeo", lambda: transformation.YeoJohnsonTransformer().fit(numbers)
    yield "dates", lambda: datetime.DatetimeFeatures(features_to_extract=["month"]).fit(dated)
    yield "cyclical", lambda: creation.CyclicalFeatures().fit(numbers)
    yield "correlated", lambda: selection.DropCorrelatedFeatures().fit(numbers)
    yield "constant", lambda: selection.DropConstantFeatures().fit(numbers)


def pmdarima():
    import numpy as np
    import pmdarima as pm
    from pmdarima import arima, model_selection, pipeline, preprocessing

    series = np.sin(np.arange(60) / 3) + 3
    yield "auto", lambda: pm.auto_arima(series, start_p=1, start_q=1, max_p=1, max_q=1)
    yield "plain", lambda: pm.ARIMA((1, 0, 0)).fit(series)
    yield "seasonal", lambda: pm.ARIMA((1, 0, 0), (1, 0, 0, 4)).fit(series)
    yield "piped", lambda: pipeline.Pipeline([("b", preprocessing.BoxCoxEndogTransformer()), ("a", pm.ARIMA((1, 0, 0)))]).fit(series)
    yield "fourier", lambda: preprocessing.FourierFeaturizer(4, 1).fit(series)
    yield "logged", lambda: preprocessing.LogEndogTransformer().fit(series)
    yield "dates", lambda: preprocessing.DateFeaturizer(column_name="d")
    yield "unfitted", lambda: pm.ARIMA((2, 1, 0))
    yield "splits", lambda: model_selection.RollingForecastCV(h=2)
    yield "auto_class", lambda: arima.AutoARIMA(start_p=1, start_q=1, max_p=1, max_q=1).fit(series)
    yield "test", lambda: arima.ADFTest(alpha=0.05)
    yield "updated", lambda: pm.ARIMA((1, 0, 0)).fit(series).update(series[:3])


def sktime():
    import numpy as np
    import pandas as pd
    from sktime.classification import distance_based, interval_based
    from sktime.forecasting import base, compose, exp_smoothing, model_selection, naive, theta, trend
    from sktime.transformations.series import boxcox, detrend, difference, lag

    series = pd.Series(np.arange(40.0) % 7 + 1, index=pd.period_range("2020-01", periods=40, freq="M"))
    panel = np.random.RandomState(0).rand(12, 1, 20)
    labels = np.array([0, 1] * 6)
    for name, model in (
        ("naive", naive.NaiveForecaster("mean")), ("theta", theta.ThetaForecaster(sp=4)),
        ("trend", trend.PolynomialTrendForecaster(2)), ("ets", exp_smoothing.ExponentialSmoothing()),
        ("ensemble", compose.EnsembleForecaster([("n", naive.NaiveForecaster()), ("t", trend.TrendForecaster())])),
        ("reduced", compose.make_reduction(__import__("sklearn.linear_model").linear_model.Ridge(), window_length=3)),
        ("piped", compose.TransformedTargetForecaster([("d", detrend.Detrender()), ("n", naive.NaiveForecaster())])),
    ):
        yield name, lambda model=model: model.fit(series, fh=[1, 2])
    yield "horizon", lambda: base.ForecastingHorizon([1, 2, 3])
    yield "split", lambda: model_selection.ExpandingWindowSplitter()
    for name, model in (("boxcox", boxcox.BoxCoxTransformer()), ("difference", difference.Differencer()), ("lag", lag.Lag(2))):
        yield name, lambda model=model: model.fit(series)
    yield "knn", lambda: distance_based.KNeighborsTimeSeriesClassifier(1).fit(panel, labels)
    yield "forest", lambda: interval_based.TimeSeriesForestClassifier(3).fit(panel, labels)


def statsforecast():
    import numpy as np
    import pandas as pd
    from statsforecast import StatsForecast, models

    series = np.arange(40.0) % 7 + 1
    frame = pd.DataFrame({"unique_id": "a", "ds": pd.date_range("2024", periods=40), "y": series})
    for name in "Naive SeasonalNaive AutoARIMA AutoETS AutoTheta HoltWinters CrostonClassic HistoricAverage WindowAverage RandomWalkWithDrift ADIDA TSB".split():
        given = {"SeasonalNaive": {"season_length": 7}, "WindowAverage": {"window_size": 3}, "TSB": {"alpha_d": 0.1, "alpha_p": 0.1}}.get(name, {})
        yield name, lambda name=name, given=given: getattr(models, name)(**given).fit(series)
    yield "several", lambda: StatsForecast([models.Naive(), models.AutoETS()], freq="D").fit(frame)


def arch():
    import numpy as np
    from arch import arch_model, unitroot
    from arch.bootstrap import IIDBootstrap
    from arch.univariate import ARX, EGARCH, GARCH, ConstantMean, Normal, StudentsT, ZeroMean

    series = np.random.RandomState(0).randn(200)
    for name, given in (("garch", {}), ("egarch", {"vol": "EGARCH"}), ("arch", {"vol": "ARCH"}), ("har", {"mean": "HAR", "lags": [1, 5]}),
                        ("ar", {"mean": "AR", "lags": 1}), ("t", {"dist": "t"}), ("aparch", {"vol": "APARCH"})):
        yield name, lambda given=given: arch_model(series, **given).fit(disp="off")
    yield "model", lambda: ConstantMean(series, volatility=GARCH(), distribution=Normal())
    yield "zero", lambda: ZeroMean(series, volatility=EGARCH(), distribution=StudentsT()).fit(disp="off")
    yield "arx", lambda: ARX(series, lags=2).fit(disp="off")
    yield "root", lambda: unitroot.ADF(series)
    yield "forecast", lambda: arch_model(series).fit(disp="off").forecast(horizon=3)
    yield "bootstrap", lambda: IIDBootstrap(series, seed=np.random.default_rng(1))


def implicit():
    import numpy as np
    from implicit import als, bpr, evaluation, lmf, nearest_neighbours as near
    from scipy.sparse import csr_matrix

    seen = csr_matrix((np.random.RandomState(0).rand(12, 9) > 0.5).astype("f4"))
    quiet = {"factors": 4, "iterations": 2, "random_state": 1}

    def taught(model):
        model.fit(seen, show_progress=False)
        return model

    yield "als", lambda: taught(als.AlternatingLeastSquares(**quiet))
    yield "double", lambda: taught(als.AlternatingLeastSquares(dtype=np.float64, **quiet))
    yield "bpr", lambda: taught(bpr.BayesianPersonalizedRanking(**quiet))
    yield "lmf", lambda: taught(lmf.LogisticMatrixFactorization(**quiet))
    for name in ("CosineRecommender", "TFIDFRecommender", "BM25Recommender", "ItemItemRecommender"):
        yield name, lambda name=name: taught(getattr(near, name)(K=3))
    yield "package", lambda: {"model": taught(als.AlternatingLeastSquares(**quiet)), "users": {"a": 0}, "seen": seen}
    yield "split", lambda: evaluation.train_test_split(seen)
    yield "unfitted", lambda: als.AlternatingLeastSquares(factors=8)
    yield "answers", lambda: taught(als.AlternatingLeastSquares(**quiet)).recommend(0, seen[0])


def pyod():
    from pyod.models import abod, cblof, copod, ecod, feature_bagging, hbos, iforest, kde, knn, loda, lof, mcd, ocsvm, pca, sos
    from sklearn import pipeline, preprocessing

    rows, *_ = genuine_daily.people()
    for cls in (abod.ABOD, cblof.CBLOF, copod.COPOD, ecod.ECOD, feature_bagging.FeatureBagging, hbos.HBOS, iforest.IForest,
                kde.KDE, knn.KNN, loda.LODA, lof.LOF, mcd.MCD, ocsvm.OCSVM, pca.PCA, sos.SOS):
        yield cls.__name__, lambda cls=cls: cls().fit(rows)
    yield "piped", lambda: pipeline.make_pipeline(preprocessing.StandardScaler(), knn.KNN()).fit(rows)


def ngboost():
    from ngboost import NGBClassifier, NGBRegressor, NGBSurvival, distns, scores

    rows, labels, numbers, _ = genuine_daily.people()
    quiet = {"n_estimators": 3, "verbose": False}
    for name in ("Normal", "LogNormal", "Exponential", "Laplace", "Gamma", "T", "Poisson", "HalfNormal"):
        yield name, lambda name=name: NGBRegressor(Dist=getattr(distns, name), **quiet).fit(rows, numbers.round() + 1)
    yield "crps", lambda: NGBRegressor(Score=scores.CRPScore, **quiet).fit(rows, numbers)
    yield "classes", lambda: NGBClassifier(**quiet).fit(rows, labels)
    yield "three", lambda: NGBClassifier(Dist=distns.k_categorical(3), **quiet).fit(rows, labels + (rows[:, 3] > 0.7))
    yield "survival", lambda: NGBSurvival(Dist=distns.LogNormal, **quiet).fit(rows, numbers + 1, labels)
    yield "unfitted", lambda: NGBRegressor(n_estimators=5)


def pygam():
    from pygam import GAM, ExpectileGAM, GammaGAM, InvGaussGAM, LinearGAM, LogisticGAM, PoissonGAM, f, l, s, te

    rows, labels, numbers, _ = genuine_daily.people()
    yield "linear", lambda: LinearGAM(s(0) + s(1)).fit(rows, numbers)
    yield "logistic", lambda: LogisticGAM().fit(rows, labels)
    yield "poisson", lambda: PoissonGAM().fit(rows, labels)
    yield "gamma", lambda: GammaGAM().fit(rows, numbers + 1)
    yield "inverse", lambda: InvGaussGAM().fit(rows, numbers + 1)
    yield "expectile", lambda: ExpectileGAM().fit(rows, numbers)
    yield "tensor", lambda: LinearGAM(te(0, 1) + l(2)).fit(rows, numbers)
    yield "factor", lambda: LinearGAM(s(0) + f(1)).fit(__import__("numpy").c_[rows[:, 0], labels], numbers)
    yield "searched", lambda: LinearGAM(s(0)).gridsearch(rows, numbers, lam=[0.1, 1], progress=False)
    yield "plain", lambda: GAM(distribution="normal", link="identity").fit(rows, numbers)
    yield "unfitted", lambda: LinearGAM(s(0, n_splines=5, constraints="monotonic_inc"))
    yield "terms", lambda: s(0) + te(1, 2)


def mapie():
    import mapie as module
    from mapie import classification, regression
    from sklearn.linear_model import LinearRegression, LogisticRegression

    rows, labels, numbers, _ = genuine_daily.people()
    yield "split", lambda: regression.SplitConformalRegressor(LinearRegression().fit(rows, numbers), prefit=True).conformalize(rows, numbers)
    yield "cross", lambda: regression.CrossConformalRegressor(LinearRegression(), cv=2).fit_conformalize(rows, numbers)
    yield "jackknife", lambda: regression.JackknifeAfterBootstrapRegressor(LinearRegression(), resampling=3).fit_conformalize(rows, numbers)
    yield "classes", lambda: classification.SplitConformalClassifier(LogisticRegression().fit(rows, labels), prefit=True).conformalize(rows, labels)
    yield "crossed", lambda: classification.CrossConformalClassifier(LogisticRegression(), cv=2).fit_conformalize(rows, labels)
    for name in ("absolute", "gamma", "residual_normalized"):
        yield name, lambda name=name: regression.SplitConformalRegressor(LinearRegression().fit(rows, numbers + 1), prefit=True, conformity_score=name).conformalize(rows, numbers + 1)
    for name in ("lac", "aps", "raps", "top_k"):
        yield name, lambda name=name: classification.SplitConformalClassifier(LogisticRegression().fit(rows, labels + (rows[:, 3] > 0.7)), prefit=True, conformity_score=name).conformalize(rows, labels + (rows[:, 3] > 0.7))
    yield "version", lambda: {"mapie": module.__version__, "alpha": 0.1}


def sklego():
    from sklearn.linear_model import LinearRegression, LogisticRegression
    from sklego import decomposition, linear_model, meta, mixture, naive_bayes, neighbors, preprocessing

    rows, labels, numbers, frame = genuine_daily.people()
    yield "zero", lambda: meta.ZeroInflatedRegressor(LogisticRegression(), LinearRegression()).fit(rows, numbers * labels)
    yield "grouped", lambda: meta.GroupedPredictor(LinearRegression(), groups=["city"]).fit(frame, numbers)
    yield "thresholded", lambda: meta.Thresholder(LogisticRegression(), threshold=0.3).fit(rows, labels)
    yield "transformed", lambda: meta.EstimatorTransformer(LinearRegression()).fit(rows, numbers)
    yield "decay", lambda: meta.DecayEstimator(LinearRegression()).fit(rows, numbers)
    yield "lowess", lambda: linear_model.LowessRegression().fit(rows, numbers)
    yield "lad", lambda: linear_model.LADRegression().fit(rows, numbers)
    yield "mixed", lambda: mixture.GMMClassifier(2).fit(rows, labels)
    yield "bayes", lambda: naive_bayes.GaussianMixtureNB(2).fit(rows, labels)
    yield "neighbours", lambda: neighbors.BayesianKernelDensityClassifier().fit(rows, labels)
    yield "outliers", lambda: decomposition.PCAOutlierDetection(2, threshold=0.1).fit(rows)
    yield "columns", lambda: preprocessing.ColumnSelector(["age"]).fit(frame)
    yield "seasonal", lambda: preprocessing.RepeatingBasisFunction(0, input_range=(0, 1)).fit(rows)


def spacy():
    import spacy as module
    from spacy.matcher import Matcher, PhraseMatcher
    from spacy.tokens import DocBin, Span

    nlp = module.blank("en")
    doc = nlp("Apple buys a firm in London. It costs $1 million.")
    yield "doc", lambda: doc
    yield "docs", lambda: [nlp("one"), nlp("two words")]
    yield "vocab", lambda: nlp.vocab
    yield "strings", lambda: nlp.vocab.strings
    yield "bytes", lambda: nlp.to_bytes()
    yield "bin", lambda: DocBin(docs=[doc]).to_bytes()
    yield "matcher", lambda: (lambda made: (made.add("x", [[{"LOWER": "apple"}]]), made)[1])(Matcher(nlp.vocab))
    yield "phrases", lambda: (lambda made: (made.add("x", [nlp("apple")]), made)[1])(PhraseMatcher(nlp.vocab))
    yield "entities", lambda: (lambda held: (held.set_ents([Span(held, 0, 1, "ORG")]), held)[1])(nlp("Apple rose"))
    yield "training", lambda: [("Apple rose", {"entities": [(0, 5, "ORG")]})]
    yield "spans", lambda: [(token.text, token.idx) for token in doc]
    yield "german", lambda: module.blank("de")("Ein Satz.")
    yield "blank", lambda: nlp


def tokenizers():
    import tokenizers as module
    from tokenizers import decoders, models, normalizers, pre_tokenizers, processors, trainers

    texts = ["the cat sat", "the dog ran", "a cat ran"]
    for name, model, trainer in (("bpe", models.BPE(unk_token="?"), trainers.BpeTrainer(vocab_size=40)), ("piece", models.WordPiece(unk_token="?"), trainers.WordPieceTrainer(vocab_size=40)),
                                 ("level", models.WordLevel(unk_token="?"), trainers.WordLevelTrainer()), ("unigram", models.Unigram(), trainers.UnigramTrainer(vocab_size=30))):
        def made(model=model, trainer=trainer):
            held = module.Tokenizer(model)
            held.pre_tokenizer = pre_tokenizers.Whitespace()
            held.train_from_iterator(texts, trainer)
            return held
        yield name, made
    yield "encoding", lambda: made().encode("the cat")
    yield "normalizer", lambda: normalizers.Sequence([normalizers.NFD(), normalizers.Lowercase(), normalizers.StripAccents()])
    yield "splitter", lambda: pre_tokenizers.Sequence([pre_tokenizers.Digits(), pre_tokenizers.Punctuation()])
    yield "processor", lambda: processors.TemplateProcessing(single="$A", special_tokens=[])
    yield "decoder", lambda: decoders.ByteLevel()
    yield "added", lambda: module.AddedToken("[X]", lstrip=True)
    yield "model", lambda: models.BPE()
    yield "dictionary", lambda: made().get_vocab()


def xarray():
    import numpy as np
    import pandas as pd
    import xarray as xr

    days = pd.date_range("2024-01-01", periods=6)
    array = xr.DataArray(np.ones((6, 2)), {"time": days, "site": ["a", "b"]}, ["time", "site"], name="t", attrs={"unit": "K"})
    data = array.to_dataset()
    yield "array", lambda: array
    yield "data", lambda: data
    yield "mean", lambda: array.mean("time")
    yield "monthly", lambda: array.resample(time="2D").mean()
    yield "stacked", lambda: array.stack(all=("time", "site"))
    yield "dictionary", lambda: data.to_dict()
    yield "variable", lambda: array.variable
    yield "selected", lambda: data.sel(site="a")
    yield "coordinates", lambda: array.coords
    yield "indexes", lambda: array.indexes
    yield "merged", lambda: xr.merge([data, array.rename("u")])
    yield "objects", lambda: xr.Dataset({"n": ("x", np.array(["a", None], dtype=object))})
    yield "tree", lambda: xr.DataTree(data)


def anndata():
    import anndata as module
    import numpy as np
    import pandas as pd
    from scipy import sparse

    counts = np.random.RandomState(0).poisson(1, (8, 5)).astype("f4")
    frame = pd.DataFrame({"kind": pd.Categorical(list("aabbaabb"))}, index=[f"c{k}" for k in range(8)])
    make = lambda **given: module.AnnData(counts, frame, **given)
    yield "plain", make
    yield "sparse", lambda: module.AnnData(sparse.csr_matrix(counts), frame)
    yield "layers", lambda: make(layers={"raw": counts})
    yield "places", lambda: make(obsm={"X_pca": counts[:, :2]})
    yield "unstructured", lambda: make(uns={"colors": ["r", "g"], "params": {"n": 3}})
    yield "subset", lambda: make()[:4].copy()
    yield "view", lambda: make()[:4]
    yield "table", lambda: make().to_df()
    yield "raw", lambda: (lambda held: (setattr(held, "raw", held), held)[1])(make())
    yield "joined", lambda: module.concat([make(), make()], label="batch", index_unique="-")
    yield "frame", lambda: make().obs
    yield "pairs", lambda: make(obsp={"near": sparse.eye(8).tocsr()})


def Bio():
    from Bio import Align, Phylo, Seq, SeqFeature, SeqRecord, SeqUtils, motifs
    from Bio.Align import MultipleSeqAlignment, substitution_matrices
    from io import StringIO

    record = SeqRecord.SeqRecord(Seq.Seq("ACGTAC"), id="x", description="y")
    yield "sequence", lambda: Seq.Seq("ACGT")
    yield "record", lambda: record
    yield "records", lambda: {record.id: record}
    yield "feature", lambda: SeqFeature.SeqFeature(SeqFeature.SimpleLocation(0, 3, 1), type="gene")
    yield "annotated", lambda: SeqRecord.SeqRecord(Seq.Seq("AC"), id="x", annotations={"molecule_type": "DNA"}, letter_annotations={"phred_quality": [3, 4]})
    yield "aligned", lambda: MultipleSeqAlignment([record, record])
    yield "mutable", lambda: Seq.MutableSeq("ACGT")
    yield "tree", lambda: Phylo.read(StringIO("((a:1,b:2):1,c:3);"), "newick")
    yield "matrix", lambda: substitution_matrices.load("BLOSUM62")
    yield "motif", lambda: motifs.create([Seq.Seq("ACG"), Seq.Seq("ACT")])
    yield "counts", lambda: {"gc": SeqUtils.gc_fraction("ACGT")}
    yield "alignment", lambda: Align.PairwiseAligner().align("ACG", "AG")[0]


def igraph():
    import igraph as module

    graph = module.Graph.Famous("Zachary")
    yield "graph", lambda: graph
    yield "weighted", lambda: module.Graph([(0, 1), (1, 2)], edge_attrs={"weight": [1.0, 2.0]}, directed=True)
    yield "clusters", lambda: graph.community_multilevel()
    yield "tree", lambda: graph.community_fastgreedy()
    yield "layout", lambda: graph.layout("circle")
    yield "components", lambda: graph.connected_components()
    yield "matrix", lambda: graph.get_adjacency()
    yield "ranks", lambda: graph.pagerank()
    yield "attributes", lambda: module.Graph(3, [(0, 1)], graph_attrs={"name": "n"}, vertex_attrs={"label": ["a", "b", "c"]})
    yield "part", lambda: graph.induced_subgraph(range(5))
    yield "cut", lambda: graph.mincut()
    yield "histogram", lambda: graph.degree_distribution()


def pgmpy():
    from pgmpy import factors, models
    from pgmpy.inference import VariableElimination

    def network():
        made = models.DiscreteBayesianNetwork([("rain", "wet"), ("hose", "wet")])
        table = factors.discrete.TabularCPD
        made.add_cpds(table("rain", 2, [[0.7], [0.3]]), table("hose", 2, [[0.5], [0.5]]),
                      table("wet", 2, [[0.9, 0.2, 0.1, 0.0], [0.1, 0.8, 0.9, 1.0]], ["rain", "hose"], [2, 2]))
        return made

    yield "network", network
    yield "table", lambda: factors.discrete.TabularCPD("a", 2, [[0.5], [0.5]])
    yield "factor", lambda: factors.discrete.DiscreteFactor(["a", "b"], [2, 2], range(4))
    yield "inference", lambda: VariableElimination(network())
    yield "answer", lambda: VariableElimination(network()).query(["wet"], show_progress=False)
    yield "markov", lambda: network().to_markov_model()
    yield "joint", lambda: factors.discrete.JointProbabilityDistribution(["a"], [2], [0.5, 0.5])
    yield "naive", lambda: models.NaiveBayes(["a", "b"], "c")
    yield "empty", lambda: models.DiscreteBayesianNetwork()
    yield "states", lambda: network().states
    yield "simulated", lambda: network().simulate(5, show_progress=False)
    yield "linear", lambda: models.LinearGaussianBayesianNetwork([("a", "b")])


def deap():
    import random

    from deap import algorithms, base, creator, gp, tools

    creator.create("Fit", base.Fitness, weights=(1.0,))
    population = [[random.random() for _ in range(3)] for _ in range(4)]
    yield "population", lambda: population
    yield "front", lambda: tools.HallOfFame(3)
    yield "pareto", lambda: tools.ParetoFront()
    yield "log", lambda: (lambda made: (made.record(gen=0, avg=1.0), made)[1])(tools.Logbook())
    yield "statistics", lambda: {"log": tools.Logbook(), "rng": random.getstate()}
    yield "history", lambda: tools.History()
    yield "checkpoint", lambda: {"population": population, "generation": 3, "halloffame": tools.HallOfFame(1), "logbook": tools.Logbook(), "rndstate": random.getstate()}
    yield "tree", lambda: gp.PrimitiveTree([])
    yield "constraint", lambda: tools.DeltaPenalty
    yield "strategy", lambda: algorithms.varAnd


def tuning():
    """Yield searches of skopt, hyperopt and bayes_opt."""
    import skopt
    from bayes_opt import BayesianOptimization
    from hyperopt import Trials, fmin, hp, rand
    from skopt import space

    square = lambda x: sum(v * v for v in x) if isinstance(x, (list, tuple)) else x * x

    def tried():
        trials = Trials()
        fmin(square, hp.uniform("x", -1, 1), algo=rand.suggest, max_evals=4, trials=trials, show_progressbar=False)
        return trials

    rows, labels, _, _ = genuine_daily.people()
    from sklearn.svm import SVC
    yield "trials", tried
    yield "best", lambda: tried().best_trial
    yield "gp", lambda: (lambda found: (found.specs["args"].pop("func"), found)[1])(skopt.gp_minimize(square, [(-1.0, 1.0)], n_calls=6, n_initial_points=4))
    yield "forest", lambda: (lambda found: (found.specs["args"].pop("func"), found)[1])(skopt.forest_minimize(square, [(-1.0, 1.0)], n_calls=6, n_initial_points=4))
    yield "optimizer", lambda: skopt.Optimizer([(-1.0, 1.0)], n_initial_points=3)
    yield "space", lambda: space.Space([space.Real(0, 1), space.Integer(1, 3), space.Categorical(["a", "b"])])
    yield "search", lambda: skopt.BayesSearchCV(SVC(), {"C": (0.1, 9.0, "log-uniform")}, n_iter=2, cv=2).fit(rows, labels)
    yield "sampled", lambda: skopt.sampler.Lhs()
    yield "bayes", lambda: (lambda made: (made.maximize(2, 2), made.res)[1])(BayesianOptimization(lambda x: -x * x, {"x": (-1, 1)}, verbose=0))
    yield "bounds", lambda: {"x": (-1, 1), "y": [1, 2]}


def hdbscan():
    import hdbscan as module
    from sklearn import pipeline, preprocessing

    rows, *_ = genuine_daily.people()
    make = lambda **given: module.HDBSCAN(min_cluster_size=5, **given).fit(rows)
    yield "plain", make
    yield "predicting", lambda: make(prediction_data=True)
    yield "manhattan", lambda: make(metric="manhattan")
    yield "leaf", lambda: make(cluster_selection_method="leaf")
    yield "spanning", lambda: make(gen_min_span_tree=True)
    yield "tree", lambda: make().condensed_tree_
    yield "linkage", lambda: make().single_linkage_tree_
    yield "robust", lambda: module.RobustSingleLinkage().fit(rows)
    yield "piped", lambda: pipeline.make_pipeline(preprocessing.StandardScaler(), module.HDBSCAN()).fit(rows)
    yield "labels", lambda: (make().labels_, make().probabilities_)
    yield "unfitted", lambda: module.HDBSCAN(min_samples=3)


def units():
    """Yield numbers of pint and uncertainties, and dates of pendulum and arrow."""
    import numpy as np
    import arrow
    import pendulum
    import pint
    import uncertainties
    from uncertainties import unumpy

    registry = pint.UnitRegistry()
    pint.set_application_registry(registry)
    yield "quantity", lambda: registry.Quantity(3.0, "meter / second")
    yield "array", lambda: registry.Quantity(np.arange(3.0), "kelvin")
    yield "unit", lambda: registry.Unit("kg")
    yield "measured", lambda: {"v": registry.Quantity(1, "m"), "when": "now"}
    yield "number", lambda: uncertainties.ufloat(1.0, 0.1)
    yield "derived", lambda: uncertainties.ufloat(1.0, 0.1) * 2 + uncertainties.ufloat(3.0, 0.2)
    yield "numbers", lambda: unumpy.uarray([1.0, 2.0], [0.1, 0.2])
    yield "pendulum", lambda: pendulum.datetime(2024, 1, 1, tz="Europe/Rome")
    yield "duration", lambda: pendulum.duration(days=3)
    yield "day", lambda: pendulum.date(2024, 1, 1)
    yield "arrow", lambda: arrow.get("2024-01-01T00:00:00+01:00")
    yield "interval", lambda: pendulum.interval(pendulum.datetime(2024, 1, 1), pendulum.datetime(2024, 2, 1))


def torchmetrics():
    import torch
    import torchmetrics as module

    held = torch.tensor([1, 0, 1]), torch.tensor([1, 1, 1])
    for name, metric in (("accuracy", module.Accuracy("binary")), ("f1", module.F1Score("multiclass", num_classes=3)), ("auroc", module.AUROC("binary")),
                         ("confusion", module.ConfusionMatrix("binary")), ("mse", module.MeanSquaredError()), ("mean", module.MeanMetric())):
        yield name, lambda metric=metric: metric
        yield name + "_state", lambda metric=metric: metric.state_dict()
    yield "collection", lambda: module.MetricCollection([module.Precision("binary"), module.Recall("binary")])
    yield "updated", lambda: (lambda made: (made.update(*held), made)[1])(module.Accuracy("binary"))


def gpytorch():
    import torch
    import gpytorch as module
    from linear_operator import operators

    rows = torch.linspace(0, 1, 5)
    for name, made in (("rbf", module.kernels.RBFKernel()), ("matern", module.kernels.MaternKernel(2.5)), ("scaled", module.kernels.ScaleKernel(module.kernels.RBFKernel())),
                       ("sum", module.kernels.RBFKernel() + module.kernels.LinearKernel()), ("periodic", module.kernels.PeriodicKernel()),
                       ("constant", module.means.ConstantMean()), ("noise", module.likelihoods.GaussianLikelihood()), ("zero", module.means.ZeroMean())):
        yield name, lambda made=made: made
        yield name + "_state", lambda made=made: made.state_dict()
    yield "normal", lambda: module.distributions.MultivariateNormal(rows, torch.eye(5))
    yield "operator", lambda: operators.DiagLinearOperator(rows)


def pytorch_tabnet():
    from pytorch_tabnet import multitask, pretraining, tab_model

    rows, labels, numbers, _ = genuine_daily.people()
    quiet = {"verbose": 0, "n_d": 4, "n_a": 4}
    rows = rows.astype("f4")

    def taught(model, target):
        model.fit(rows, target, max_epochs=1, batch_size=16, virtual_batch_size=8)
        return model

    yield "classifier", lambda: taught(tab_model.TabNetClassifier(**quiet), labels)
    yield "regressor", lambda: taught(tab_model.TabNetRegressor(**quiet), numbers[:, None].astype("f4"))
    yield "network", lambda: taught(tab_model.TabNetClassifier(**quiet), labels).network
    yield "state", lambda: taught(tab_model.TabNetClassifier(**quiet), labels).network.state_dict()
    yield "history", lambda: taught(tab_model.TabNetClassifier(**quiet), labels).history.history
    yield "unfitted", lambda: tab_model.TabNetRegressor(**quiet)
    yield "tasks", lambda: multitask.TabNetMultiTaskClassifier(**quiet)
    yield "pretrained", lambda: (lambda made: (made.fit(rows, max_epochs=1, batch_size=16, virtual_batch_size=8), made)[1])(pretraining.TabNetPretrainer(**quiet))


def torch_geometric():
    import torch
    from torch_geometric import data, nn, transforms

    edges = torch.tensor([[0, 1], [1, 0]])
    graph = data.Data(x=torch.ones(2, 3), edge_index=edges, y=torch.tensor([1]))
    yield "graph", lambda: graph
    yield "graphs", lambda: [graph, graph.clone()]
    yield "batch", lambda: data.Batch.from_data_list([graph, graph])
    yield "hetero", lambda: data.HeteroData({"user": {"x": torch.ones(2, 2)}, ("user", "likes", "user"): {"edge_index": edges}})
    yield "state", lambda: nn.GCNConv(3, 4).state_dict()
    yield "transform", lambda: transforms.NormalizeFeatures()
    yield "composed", lambda: transforms.Compose([transforms.ToUndirected(), transforms.AddSelfLoops()])
    yield "pool", lambda: nn.MLP([3, 4, 2])
    yield "norm", lambda: nn.GraphNorm(4)
    yield "checkpoint", lambda: {"model": nn.SAGEConv(3, 4).state_dict(), "epoch": 2, "graph": graph}
    yield "slices", lambda: data.InMemoryDataset.collate([graph, graph])
    yield "dictionary", lambda: graph.to_dict()


RECIPES = {
    name: value
    for name, value in list(globals().items())
    if callable(value) and not name.startswith("_") and getattr(value, "__module__", "") == __name__
}

if __name__ == "__main__":
    genuine_daily.RECIPES = RECIPES
    genuine_daily.TENSORS = ("torchmetrics", "gpytorch", "torch_geometric")
    genuine_daily.main()
