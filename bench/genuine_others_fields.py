"""Make files as people of other fields save them: encoders, causes, signals, brains, places, settings.

    python bench/genuine_others_fields.py OUT [library …]

As `genuine_fields.py`, with other libraries, and objects written down before any of these files was read.
"""

# it runs in throw-away environments, and is no API; a recipe is a list of what users do
# ruff: noqa: ANN001, ANN201, ANN202, E501, E731, I001, PLC3002, PLW0108
# ruff: noqa: SIM905
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


def skrub():
    import pandas as pd
    import skrub as module
    from sklearn.linear_model import Ridge

    _, _, numbers, frame = genuine_daily.people()
    dated = frame.assign(when=pd.date_range("2024-01-01", periods=80), note=[f"some text {k}" for k in range(80)])
    yield "table", lambda: module.TableVectorizer().fit(dated)
    yield "gap", lambda: module.GapEncoder(2).fit(dated["note"])
    yield "minhash", lambda: module.MinHashEncoder(n_components=4).fit(dated["note"])
    yield "similar", lambda: module.SimilarityEncoder().fit(frame[["city"]])
    yield "dates", lambda: module.DatetimeEncoder().fit(dated["when"])
    yield "pipeline", lambda: module.tabular_pipeline(Ridge()).fit(dated, numbers)
    yield "joiner", lambda: module.Joiner(frame.drop_duplicates("city"), key="city").fit(frame)
    yield "cleaner", lambda: module.Cleaner().fit(dated)
    yield "selected", lambda: module.SelectCols(["age"]).fit(frame)
    yield "dropped", lambda: module.DropCols(["age"]).fit(frame)
    yield "strings", lambda: module.StringEncoder(2).fit(dated["note"])
    yield "grouped", lambda: module.AggJoiner(frame, key="city", cols="age", operations="mean").fit(frame)


def imodels():
    import imodels as module

    rows, labels, numbers, _ = genuine_daily.people()
    for name in ("RuleFitClassifier", "RuleFitRegressor", "FIGSClassifier", "FIGSRegressor", "GreedyRuleListClassifier", "BoostedRulesClassifier",
                 "HSTreeClassifierCV", "HSTreeRegressor", "SkopeRulesClassifier", "OneRClassifier", "SlipperClassifier", "TaoTreeClassifier"):
        target = numbers if "Regressor" in name else labels
        yield name, lambda name=name, target=target: (lambda made: (made.fit(rows, target), made)[1])(getattr(module, name)())


def interpret():
    from interpret import glassbox

    rows, labels, numbers, frame = genuine_daily.people()
    quiet = {"max_rounds": 5, "outer_bags": 2, "n_jobs": 1}
    yield "classifier", lambda: glassbox.ExplainableBoostingClassifier(**quiet).fit(rows, labels)
    yield "regressor", lambda: glassbox.ExplainableBoostingRegressor(**quiet).fit(rows, numbers)
    yield "frame", lambda: glassbox.ExplainableBoostingClassifier(**quiet).fit(frame, labels)
    yield "pairs", lambda: glassbox.ExplainableBoostingRegressor(interactions=2, **quiet).fit(rows, numbers)
    yield "global", lambda: glassbox.ExplainableBoostingClassifier(**quiet).fit(rows, labels).explain_global()
    yield "local", lambda: glassbox.ExplainableBoostingClassifier(**quiet).fit(rows, labels).explain_local(rows[:2])
    yield "logistic", lambda: glassbox.LogisticRegression().fit(rows, labels)
    yield "linear", lambda: glassbox.LinearRegression().fit(rows, numbers)
    yield "tree", lambda: glassbox.ClassificationTree().fit(rows, labels)
    yield "unfitted", lambda: glassbox.ExplainableBoostingClassifier()


def optbinning():
    import optbinning as module

    rows, labels, numbers, frame = genuine_daily.people()
    yield "binning", lambda: module.OptimalBinning("age").fit(frame.age, labels)
    yield "continuous", lambda: module.ContinuousOptimalBinning("age").fit(frame.age, numbers)
    yield "categories", lambda: module.OptimalBinning("city", dtype="categorical").fit(frame.city, labels)
    yield "many", lambda: module.MulticlassOptimalBinning("age").fit(frame.age, labels + (rows[:, 3] > 0.7))
    yield "process", lambda: module.BinningProcess(["age", "tax"]).fit(frame[["age", "tax"]], labels)
    yield "card", lambda: module.Scorecard(module.BinningProcess(["age", "tax"]), __import__("sklearn.linear_model").linear_model.LogisticRegression()).fit(frame[["age", "tax"]], labels)
    yield "table", lambda: module.OptimalBinning("age").fit(frame.age, labels).binning_table.build()
    yield "plain", lambda: module.OptimalBinning("age", max_n_bins=3)
    yield "mdlp", lambda: module.MDLP().fit(frame.age, labels)
    yield "two", lambda: module.OptimalBinning2D("age", "tax").fit(frame.age, frame.tax, labels)


def econml():
    from econml import dml, dr, grf, metalearners
    from sklearn.ensemble import RandomForestRegressor
    from sklearn.linear_model import LinearRegression, LogisticRegression

    rows, labels, numbers, _ = genuine_daily.people()
    fast = {"model_y": LinearRegression(), "model_t": LogisticRegression(), "discrete_treatment": True, "cv": 2}
    yield "linear", lambda: dml.LinearDML(**fast).fit(numbers, labels, X=rows)
    yield "sparse", lambda: dml.SparseLinearDML(**fast).fit(numbers, labels, X=rows)
    yield "forest", lambda: dml.CausalForestDML(n_estimators=4, **fast).fit(numbers, labels, X=rows)
    yield "kernel", lambda: dml.KernelDML(**fast).fit(numbers, labels, X=rows)
    yield "robust", lambda: dr.LinearDRLearner(model_propensity=LogisticRegression(), model_regression=LinearRegression(), cv=2).fit(numbers, labels, X=rows)
    yield "s", lambda: metalearners.SLearner(overall_model=LinearRegression()).fit(numbers, labels, X=rows)
    yield "t", lambda: metalearners.TLearner(models=LinearRegression()).fit(numbers, labels, X=rows)
    yield "x", lambda: metalearners.XLearner(models=LinearRegression(), propensity_model=LogisticRegression()).fit(numbers, labels, X=rows)
    yield "grf", lambda: grf.RegressionForest(n_estimators=4).fit(rows, numbers)
    yield "domain", lambda: metalearners.DomainAdaptationLearner(models=RandomForestRegressor(3), final_models=RandomForestRegressor(3)).fit(numbers, labels, X=rows)
    yield "effects", lambda: dml.LinearDML(**fast).fit(numbers, labels, X=rows).effect_inference(rows[:3]).summary_frame()
    yield "unfitted", lambda: dml.LinearDML()


def prince():
    import pandas as pd
    import prince as module

    rows, _, _, frame = genuine_daily.people()
    numbers = frame.drop(columns="city")
    kinds = pd.DataFrame({"a": frame.city, "b": (frame.age > 0.5).astype(str)})
    yield "pca", lambda: module.PCA(n_components=2).fit(numbers)
    yield "scaled", lambda: module.PCA(n_components=2, rescale_with_mean=False).fit(numbers)
    yield "ca", lambda: module.CA(n_components=2).fit(numbers)
    yield "mca", lambda: module.MCA(n_components=2).fit(kinds)
    yield "famd", lambda: module.FAMD(n_components=2).fit(frame)
    yield "mfa", lambda: module.MFA(n_components=2).fit(numbers, groups={"x": ["age", "income"], "y": ["rooms", "tax"]})
    yield "gpa", lambda: module.GPA().fit(rows.reshape(2, 40, 4))
    yield "places", lambda: module.PCA(n_components=2).fit(numbers).row_coordinates(numbers)
    yield "unfitted", lambda: module.MCA(n_components=3)


def clusters():
    """Yield clusters of kmodes, maps of minisom, and embeddings of umap."""
    import umap
    from kmodes import kmodes, kprototypes
    from minisom import MiniSom

    rows, _, _, frame = genuine_daily.people()
    kinds = frame[["city"]].assign(x=(frame.age > 0.5).astype(str)).to_numpy()
    yield "modes", lambda: kmodes.KModes(2, n_init=1).fit(kinds)
    yield "cao", lambda: kmodes.KModes(2, init="Cao").fit(kinds)
    yield "prototypes", lambda: kprototypes.KPrototypes(2, n_init=1).fit(frame.to_numpy(), categorical=[4])
    yield "map", lambda: (lambda made: (made.train(rows, 9), made)[1])(MiniSom(3, 3, 4, random_seed=1))
    yield "hexagons", lambda: MiniSom(3, 3, 4, topology="hexagonal")
    yield "triangle", lambda: MiniSom(3, 3, 4, neighborhood_function="triangle")
    yield "manhattan", lambda: MiniSom(3, 3, 4, activation_distance="manhattan")
    yield "unfitted", lambda: umap.UMAP(n_neighbors=5)
    yield "embedded", lambda: umap.UMAP(n_neighbors=5, n_epochs=5).fit_transform(rows)
    yield "weights", lambda: MiniSom(3, 3, 4).get_weights()


def tsfresh():
    import pandas as pd
    from tsfresh import extract_features, feature_extraction, transformers

    frame = pd.DataFrame({"id": [1] * 9 + [2] * 9, "t": list(range(9)) * 2, "v": range(18)})
    quiet = {"column_id": "id", "column_sort": "t", "disable_progressbar": True, "n_jobs": 0}
    yield "minimal", lambda: feature_extraction.MinimalFCParameters()
    yield "efficient", lambda: feature_extraction.EfficientFCParameters()
    yield "features", lambda: extract_features(frame, default_fc_parameters=feature_extraction.MinimalFCParameters(), **quiet)
    yield "settings", lambda: feature_extraction.settings.from_columns(["v__mean", "v__maximum"])
    yield "selector", lambda: transformers.FeatureSelector()
    yield "augmenter", lambda: transformers.FeatureAugmenter(column_id="id", column_sort="t")
    yield "relevant", lambda: transformers.RelevantFeatureAugmenter(column_id="id", column_sort="t")
    yield "bins", lambda: {"v": {"mean": None, "quantile": [{"q": 0.5}]}}
    yield "per_column", lambda: transformers.PerColumnImputer().fit(frame[["v"]])


def pyts():
    import numpy as np
    from pyts import approximation, bag_of_words, classification, decomposition, image, preprocessing, transformation

    rows = np.random.RandomState(0).rand(12, 24)
    labels = [0, 1] * 6
    for cls in (classification.KNeighborsClassifier, classification.BOSSVS, classification.TimeSeriesForest, classification.SAXVSM):
        yield cls.__name__, lambda cls=cls: cls().fit(rows, labels)
    for cls in (approximation.SymbolicAggregateApproximation, approximation.SymbolicFourierApproximation, image.GramianAngularField, image.MarkovTransitionField, image.RecurrencePlot,
                preprocessing.StandardScaler, transformation.ROCKET, decomposition.SingularSpectrumAnalysis, bag_of_words.BagOfWords):
        yield cls.__name__, lambda cls=cls: cls().fit(rows)


def signals():
    """Yield change points of ruptures, filters of filterpy and pykalman, wavelets of pywt."""
    import filterpy.kalman
    import numpy as np
    import pykalman
    import pywt
    import ruptures

    series = np.r_[np.zeros(20), np.ones(20)]
    for name in ("Pelt", "Binseg", "BottomUp", "Window", "Dynp"):
        yield name, lambda name=name: getattr(ruptures, name)().fit(series)
    yield "kalman", lambda: filterpy.kalman.KalmanFilter(2, 1)
    yield "extended", lambda: filterpy.kalman.ExtendedKalmanFilter(2, 1)
    yield "weights", lambda: filterpy.kalman.MerweScaledSigmaPoints(2, 0.1, 2.0, 1.0)
    yield "pykalman", lambda: pykalman.KalmanFilter(n_dim_obs=1).em(series, n_iter=1)
    yield "wavelet", lambda: pywt.Wavelet("db4")
    yield "packet", lambda: pywt.wavedec(series, "haar")
    yield "modes", lambda: pywt.Modes.symmetric


def arviz():
    import arviz as module
    import numpy as np

    draws = {"mu": np.random.RandomState(0).randn(2, 20), "tau": np.random.RandomState(1).rand(2, 20)}
    yield "data", lambda: module.from_dict({"posterior": draws})
    yield "summary", lambda: module.summary(module.from_dict({"posterior": draws}))
    yield "hdi", lambda: module.hdi(draws["mu"].ravel())
    yield "draws", lambda: draws


def formulas():
    """Yield designs of patsy and formulaic, and results of linearmodels and glum."""
    import formulaic
    import glum
    import numpy as np
    import pandas as pd
    import patsy
    from linearmodels import AbsorbingLS, BetweenOLS, IV2SLS, PanelOLS, PooledOLS, RandomEffects

    rows, labels, numbers, frame = genuine_daily.people()
    panel = frame.assign(y=numbers, firm=np.repeat(range(8), 10), year=list(range(10)) * 8).set_index(["firm", "year"])
    yield "matrix", lambda: np.asarray(patsy.dmatrix("age + C(city)", frame))
    yield "formula", lambda: formulaic.Formula("age + city")
    yield "model", lambda: formulaic.model_matrix("age + city", frame).model_spec
    yield "panel", lambda: PanelOLS(panel.y, panel[["age"]], entity_effects=True).fit()
    yield "pooled", lambda: PooledOLS(panel.y, panel[["age"]]).fit()
    yield "between", lambda: BetweenOLS(panel.y, panel[["age"]]).fit()
    yield "random", lambda: RandomEffects(panel.y, panel[["age"]]).fit()
    yield "iv", lambda: IV2SLS(numbers, rows[:, :1], rows[:, 1:2], rows[:, 2:]).fit()
    yield "absorbing", lambda: AbsorbingLS(pd.Series(numbers), frame[["age"]], absorb=frame[["city"]].astype("category")).fit()
    for family in ("normal", "poisson", "gamma", "binomial"):
        yield "glum_" + family, lambda family=family: glum.GeneralizedLinearRegressor(family=family).fit(rows, labels if family == "binomial" else numbers)
    yield "glum_cv", lambda: glum.GeneralizedLinearRegressorCV(family="normal", n_alphas=3).fit(rows, numbers)


def flaml():
    import flaml as module

    rows, labels, numbers, _ = genuine_daily.people()

    def found(task, target):
        made = module.AutoML()
        made.fit(rows, target, task=task, max_iter=3, estimator_list=["lgbm"], verbose=0)
        return made

    yield "classification", lambda: found("classification", labels)
    yield "regression", lambda: found("regression", numbers)
    yield "best", lambda: found("classification", labels).model
    yield "config", lambda: found("regression", numbers).best_config
    yield "unfitted", lambda: module.AutoML()


def brains():
    """Yield images of nibabel, maskers of nilearn, and recordings of mne."""
    import mne
    import nibabel
    import numpy as np
    from nilearn import maskers, decoding, glm

    image = nibabel.Nifti1Image(np.random.RandomState(0).rand(4, 4, 4, 5).astype("f4"), np.eye(4))
    mask = nibabel.Nifti1Image(np.ones((4, 4, 4), "u1"), np.eye(4))
    info = mne.create_info(["a", "b"], 100.0, "eeg")
    raw = mne.io.RawArray(np.zeros((2, 300)), info, verbose="error")
    yield "image", lambda: image
    yield "header", lambda: image.header
    yield "affine", lambda: image.affine
    yield "masker", lambda: maskers.NiftiMasker(mask).fit()
    yield "labels", lambda: maskers.NiftiLabelsMasker(mask).fit()
    yield "spheres", lambda: maskers.NiftiSpheresMasker([(0, 0, 0)])
    yield "glm", lambda: glm.first_level.FirstLevelModel(t_r=2.0)
    yield "decoder", lambda: decoding.Decoder(estimator="svc")
    yield "info", lambda: info
    yield "raw", lambda: raw
    yield "epochs", lambda: mne.make_fixed_length_epochs(raw, 1.0, preload=True, verbose="error")
    yield "evoked", lambda: mne.make_fixed_length_epochs(raw, 1.0, preload=True, verbose="error").average()
    yield "annotations", lambda: mne.Annotations([0.1], [0.2], ["x"])
    yield "montage", lambda: mne.channels.make_standard_montage("standard_1020")


def gymnasium():
    import gymnasium as gym
    from gymnasium import spaces

    yield "box", lambda: spaces.Box(0, 1, (3,))
    yield "discrete", lambda: spaces.Discrete(4)
    yield "dictionary", lambda: spaces.Dict({"a": spaces.Discrete(2), "b": spaces.Box(-1, 1, (2,))})
    yield "tuple", lambda: spaces.Tuple([spaces.Discrete(2), spaces.MultiBinary(3)])
    yield "multi", lambda: spaces.MultiDiscrete([2, 3])
    yield "spec", lambda: gym.spec("CartPole-v1")
    yield "text", lambda: spaces.Text(5)
    yield "steps", lambda: [(space.sample(), 1.0, False) for space in [spaces.Box(0, 1, (2,))]]
    yield "graph", lambda: spaces.Graph(spaces.Discrete(2), None)
    yield "sequence", lambda: spaces.Sequence(spaces.Discrete(3))


def places():
    """Yield weights of libpysal, statistics of esda, classes of mapclassify."""
    import esda
    import libpysal
    import mapclassify
    import numpy as np

    values = np.random.RandomState(0).rand(16)
    near = libpysal.weights.lat2W(4, 4)
    yield "weights", lambda: near
    yield "nearest", lambda: libpysal.weights.KNN.from_array(np.c_[values, values[::-1]], k=3)
    yield "moran", lambda: esda.Moran(values, near)
    yield "local", lambda: esda.Moran_Local(values, near, n_jobs=1)
    yield "geary", lambda: esda.Geary(values, near)
    yield "hot", lambda: esda.G_Local(values, near, n_jobs=1)
    for name in ("Quantiles", "NaturalBreaks", "EqualInterval", "FisherJenks"):
        yield name, lambda name=name: getattr(mapclassify, name)(values, k=3)


def settings():
    """Yield settings as attrs, pydantic and omegaconf keep them, of classes of their own."""
    import attr
    import omegaconf
    import pydantic

    yield "config", lambda: omegaconf.OmegaConf.create({"lr": 0.1, "layers": [1, 2], "net": {"name": "x"}})
    yield "list", lambda: omegaconf.OmegaConf.create([1, 2])
    yield "plain", lambda: omegaconf.OmegaConf.to_container(omegaconf.OmegaConf.create({"a": 1}))
    yield "nothing", lambda: attr.NOTHING
    yield "secret", lambda: pydantic.SecretStr("x")
    yield "merged", lambda: omegaconf.OmegaConf.merge({"a": 1}, {"b": "${a}"})


def words():
    """Yield classifiers of textblob, taggers of crfsuite, indexes of rank_bm25."""
    import rank_bm25
    import sklearn_crfsuite
    from textblob import Word, WordList
    from textblob.classifiers import NaiveBayesClassifier

    texts = [["cat", "sat"], ["dog", "ran", "far"], ["cat", "ran"]]
    yield "okapi", lambda: rank_bm25.BM25Okapi(texts)
    yield "plus", lambda: rank_bm25.BM25Plus(texts)
    yield "long", lambda: rank_bm25.BM25L(texts)
    yield "package", lambda: {"index": rank_bm25.BM25Okapi(texts), "texts": texts}
    yield "bayes", lambda: NaiveBayesClassifier([("good day", "p"), ("bad day", "n")])
    yield "word", lambda: Word("cats")
    yield "list", lambda: WordList(["a", "b"])
    yield "crf", lambda: sklearn_crfsuite.CRF(max_iterations=2).fit([[{"w": "a"}, {"w": "b"}]] * 3, [["X", "Y"]] * 3)
    yield "unfitted", lambda: sklearn_crfsuite.CRF(c2=0.1)


def metric_learn():
    import metric_learn as module

    rows, labels, numbers, _ = genuine_daily.people()
    for name in ("NCA", "LMNN", "LFDA", "MLKR", "Covariance", "ITML_Supervised", "SDML_Supervised", "MMC_Supervised", "LSML_Supervised", "RCA_Supervised"):
        target = numbers if name == "MLKR" else labels
        yield name, lambda name=name, target=target: getattr(module, name)().fit(rows, target)


def deslib():
    from deslib import dcs, des, static
    from sklearn.ensemble import BaggingClassifier

    rows, labels, _, _ = genuine_daily.people()
    pool = BaggingClassifier(n_estimators=4).fit(rows, labels)
    for module, names in ((des, "KNORAE KNORAU METADES DESKNN KNOP"), (dcs, "OLA LCA MCB Rank APriori")):
        for name in names.split():
            yield name, lambda module=module, name=name: getattr(module, name)(pool).fit(rows, labels)
    for name in "SingleBest StaticSelection Oracle StackedClassifier".split():
        yield name, lambda name=name: getattr(static, name)(pool).fit(rows, labels)


def lime():
    from lime import lime_tabular, lime_text

    rows, labels, _, _ = genuine_daily.people()
    ask = __import__("sklearn.linear_model").linear_model.LogisticRegression().fit(rows, labels).predict_proba
    make = lambda: lime_tabular.LimeTabularExplainer(rows, feature_names=list("abcd"), random_state=1)
    yield "explained", lambda: make().explain_instance(rows[0], ask, num_samples=50).as_list()
    yield "indexed", lambda: lime_text.IndexedString("a good day")
    yield "map", lambda: make().explain_instance(rows[0], ask, num_samples=50).as_map()


RECIPES = {
    name: value
    for name, value in list(globals().items())
    if callable(value) and not name.startswith("_") and getattr(value, "__module__", "") == __name__
}

if __name__ == "__main__":
    genuine_daily.RECIPES = RECIPES
    genuine_daily.main()
