"""Recommendations, outliers, explanations, time series, studies; see `…_everyday.py`."""

# ruff: noqa: E501

import runpy
from pathlib import Path

DATA = runpy.run_path(str(Path(__file__).with_name("genuine_models_everyday.py")))["DATA"]

RECIPES = {
    "hmmlearn": (
        "from hmmlearn import hmm, vhmm\n",
        """
hmm.GaussianHMM(2, "diag", n_iter=3).fit(X)
hmm.GaussianHMM(3, "full", n_iter=3).fit(X)
hmm.GMMHMM(2, 2, n_iter=3).fit(X)
hmm.CategoricalHMM(2, n_iter=3).fit(many[:, None])
hmm.PoissonHMM(2, n_iter=3).fit(counts[:, None])
vhmm.VariationalGaussianHMM(2, n_iter=3).fit(X)
{n: hmm.GaussianHMM(2, n_iter=2).fit(X) for n in ("up", "down")}
""",
    ),
    "umap-learn": (
        """
import umap
from sklearn.cluster import KMeans
from sklearn.pipeline import make_pipeline
""",
        """
umap.UMAP(n_neighbors=5, n_epochs=5).fit(X)
umap.UMAP(n_components=3, metric="cosine", n_epochs=5, random_state=1).fit(X)
umap.UMAP(n_neighbors=5, n_epochs=5, target_metric="categorical").fit(X, y)
make_pipeline(umap.UMAP(n_epochs=5), KMeans(2, n_init=1)).fit(X)
umap.UMAP(n_epochs=5).fit_transform(X)
""",
    ),
    "hdbscan": (
        "import hdbscan\n",
        """
hdbscan.HDBSCAN(min_cluster_size=5, prediction_data=True).fit(X)
hdbscan.HDBSCAN(gen_min_span_tree=True).fit(X)
hdbscan.HDBSCAN(metric="manhattan", cluster_selection_method="leaf").fit(frame[numeric])
hdbscan.HDBSCAN(algorithm="boruvka_balltree").fit(X).condensed_tree_
""",
    ),
    "implicit": (
        """
import scipy.sparse
import implicit
from implicit.als import AlternatingLeastSquares
from implicit.bpr import BayesianPersonalizedRanking
from implicit.lmf import LogisticMatrixFactorization
from implicit.nearest_neighbours import *
seen = scipy.sparse.csr_matrix(rng.poisson(1, (30, 20)).astype("f4"))
def fitted(model, seen=seen):
    model.fit(seen, show_progress=False)
    return model
""",
        """
fitted(AlternatingLeastSquares(4, iterations=2))
fitted(AlternatingLeastSquares(4, iterations=2)).save(PATH + ".npz")
fitted(BayesianPersonalizedRanking(4, iterations=2))
fitted(LogisticMatrixFactorization(4, iterations=2))
fitted(BM25Recommender(3))
fitted(CosineRecommender(3))
fitted(ItemItemRecommender(3), seen.astype("f8")).save(PATH + ".npz")
{"model": fitted(TFIDFRecommender(3)), "users": {"a": 0}, "items": np.array(["x", "y"]), "seen": seen}
""",
    ),
    "scikit-surprise": (
        """
from surprise import *
from surprise.model_selection import GridSearchCV
from surprise import dump
d = Dataset.load_from_df(pd.DataFrame({"u": many, "i": np.arange(80) // 4, "r": 1 + counts % 5}), Reader(rating_scale=(1, 5)))
s = d.build_full_trainset()
""",
        """
SVD(n_epochs=2).fit(s)
SVDpp(n_epochs=2).fit(s)
NMF(n_epochs=2).fit(s)
KNNBasic(sim_options={"name": "cosine", "user_based": False}, verbose=False).fit(s)
KNNBaseline(verbose=False).fit(s)
KNNWithMeans(verbose=False).fit(s)
[BaselineOnly(verbose=False).fit(s), SlopeOne().fit(s), CoClustering(n_epochs=2).fit(s), NormalPredictor().fit(s)]
dump.dump(PATH + ".dump", predictions=SVD(n_epochs=2).fit(s).test(s.build_testset()[:3]), algo=SVD(n_epochs=2).fit(s))
s
d
""",
    ),
    "pmdarima": (
        """
import pmdarima as pm
from pmdarima.pipeline import Pipeline
from pmdarima.preprocessing import *
""",
        """
pm.auto_arima(series, start_p=0, start_q=0, max_p=1, max_q=1, stepwise=True, error_action="ignore")
pm.auto_arima(series.values, m=12, start_p=0, start_q=0, start_P=0, start_Q=0, max_p=1, max_q=1, max_P=1, max_Q=0, error_action="ignore")
pm.ARIMA((1, 0, 0)).fit(series)
pm.ARIMA((1, 1, 0), seasonal_order=(1, 0, 0, 12)).fit(series, X=pd.DataFrame(X[:, :1], index=series.index))
Pipeline([("box", BoxCoxEndogTransformer(lmbda2=1e-6)), ("m", pm.AutoARIMA(start_p=0, start_q=0, max_p=1, max_q=1, error_action="ignore"))]).fit(series)
Pipeline([("f", FourierFeaturizer(12, 2)), ("m", pm.ARIMA((1, 0, 0)))]).fit(series.values)
""",
    ),
    "pyod": (
        """
from pyod.models.abod import ABOD
from pyod.models.cblof import CBLOF
from pyod.models.copod import COPOD
from pyod.models.ecod import ECOD
from pyod.models.feature_bagging import FeatureBagging
from pyod.models.gmm import GMM
from pyod.models.hbos import HBOS
from pyod.models.iforest import IForest
from pyod.models.inne import INNE
from pyod.models.knn import KNN
from pyod.models.loda import LODA
from pyod.models.lof import LOF
from pyod.models.mcd import MCD
from pyod.models.ocsvm import OCSVM
from pyod.models.pca import PCA
""",
        """
IForest(n_estimators=5).fit(X)
KNN(n_neighbors=3, method="mean").fit(X)
LOF().fit(X)
OCSVM().fit(X)
ECOD().fit(X)
COPOD().fit(X)
HBOS().fit(X)
ABOD().fit(X)
CBLOF(n_clusters=3).fit(X)
FeatureBagging(n_estimators=2).fit(X)
PCA().fit(X)
[MCD().fit(X), GMM().fit(X), LODA().fit(X), INNE().fit(X)]
""",
    ),
    "ngboost": (
        """
from ngboost import NGBClassifier, NGBRegressor, NGBSurvival
from ngboost.distns import *
from ngboost.scores import CRPScore, LogScore
from sklearn.tree import DecisionTreeRegressor
""",
        """
NGBRegressor(n_estimators=3, verbose=False).fit(X, t)
NGBRegressor(Dist=LogNormal, n_estimators=3, verbose=False).fit(X, np.abs(t) + 1)
NGBRegressor(Score=CRPScore, n_estimators=3, verbose=False).fit(X, t)
NGBClassifier(n_estimators=3, verbose=False).fit(X, y)
NGBClassifier(Dist=k_categorical(3), n_estimators=3, verbose=False).fit(X, many)
NGBSurvival(Dist=Exponential, n_estimators=3, verbose=False).fit(X, np.abs(t) + 1, y)
""",
    ),
    "interpret": (
        """
from interpret.glassbox import *
""",
        """
ExplainableBoostingClassifier(outer_bags=2, max_rounds=5, interactions=1, n_jobs=1).fit(frame[["age", "city"]], y)
ExplainableBoostingRegressor(outer_bags=2, max_rounds=5, n_jobs=1).fit(X, t)
ExplainableBoostingClassifier(outer_bags=2, max_rounds=5, interactions=0, n_jobs=1).fit(X, names)
ExplainableBoostingClassifier(outer_bags=2, max_rounds=5, n_jobs=1).fit(X, y).explain_global()
LogisticRegression().fit(frame[numeric], y)
ClassificationTree(max_depth=2).fit(frame[numeric], y)
""",
    ),
    "shap": (
        """
import shap
from sklearn.ensemble import RandomForestClassifier, GradientBoostingRegressor
from sklearn.linear_model import LinearRegression, LogisticRegression
""",
        """
shap.TreeExplainer(RandomForestClassifier(3).fit(X, y))
shap.TreeExplainer(GradientBoostingRegressor(n_estimators=3).fit(X, t), X)
shap.LinearExplainer(LinearRegression().fit(X, t), X)
shap.TreeExplainer(RandomForestClassifier(3).fit(X, y))(X)
shap.KernelExplainer(LogisticRegression().fit(X, y).predict_proba, X[:5]).shap_values(X[:2], silent=True)
{"model": GradientBoostingRegressor(n_estimators=3).fit(X, t), "explainer": shap.Explainer(GradientBoostingRegressor(n_estimators=3).fit(X, t))}
""",
    ),
    "sktime": (
        """
from sktime.classification.interval_based import TimeSeriesForestClassifier
from sktime.classification.kernel_based import RocketClassifier
from sktime.forecasting.base import ForecastingHorizon
from sktime.forecasting.compose import *
from sktime.forecasting.exp_smoothing import ExponentialSmoothing
from sktime.forecasting.model_selection import ForecastingGridSearchCV, ExpandingWindowSplitter
from sktime.forecasting.naive import NaiveForecaster
from sktime.forecasting.theta import ThetaForecaster
from sktime.forecasting.trend import *
from sktime.transformations.series.detrend import *
from sklearn.ensemble import RandomForestRegressor
monthly = pd.Series(series.values, index=pd.period_range("2020-01", periods=80, freq="M"))
""",
        """
NaiveForecaster(strategy="last", sp=12).fit(monthly)
ThetaForecaster(sp=12).fit(monthly)
ExponentialSmoothing(trend="add").fit(monthly)
PolynomialTrendForecaster(degree=2).fit(monthly)
make_reduction(RandomForestRegressor(3), window_length=6, strategy="recursive").fit(monthly, fh=[1, 2])
make_reduction(RandomForestRegressor(3), window_length=6, strategy="direct").fit(monthly, fh=[1, 2])
TransformedTargetForecaster([("d", Deseasonalizer(sp=12)), ("t", Detrender()), ("f", NaiveForecaster())]).fit(monthly, fh=ForecastingHorizon([1, 2, 3]))
EnsembleForecaster([("a", NaiveForecaster()), ("b", PolynomialTrendForecaster())]).fit(monthly, fh=[1])
ForecastingGridSearchCV(NaiveForecaster(), ExpandingWindowSplitter([1], 60, 10), {"strategy": ["last", "mean"]}).fit(monthly)
ThetaForecaster().fit(monthly).save(PATH)
TimeSeriesForestClassifier(n_estimators=3).fit(X.reshape(80, 1, 5), y)
""",
    ),
    "optuna": (
        """
import optuna
optuna.logging.disable_default_handler()
def searched(objective=lambda trial: trial.suggest_float("x", -1, 1) ** 2 + trial.suggest_int("n", 1, 3) + len(trial.suggest_categorical("k", ["a", "bb"])), **given):
    study = optuna.create_study(**given)
    study.optimize(objective, n_trials=6)
    return study
""",
        """
searched()
searched(sampler=optuna.samplers.RandomSampler(seed=1), pruner=optuna.pruners.MedianPruner(), study_name="lgbm")
searched(lambda trial: (trial.suggest_float("x", 0, 1), trial.suggest_float("y", 0, 1, log=False)), directions=["minimize", "maximize"])
searched(sampler=optuna.samplers.GridSampler({"x": [0.1, 0.2], "n": [1], "k": ["a"]}))
searched().trials
searched().best_trial
searched().trials_dataframe()
optuna.samplers.TPESampler(seed=3)
""",
    ),
    "mlflow": (
        """
import mlflow, mlflow.sklearn
from mlflow.models import infer_signature
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LinearRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
def model(made, **given):
    mlflow.sklearn.save_model(made, PATH + "_d", pip_requirements=[], **given)
    shutil.copyfile(PATH + "_d/model.pkl", PATH + ".pkl"); shutil.rmtree(PATH + "_d")
""",
        """
model(RandomForestClassifier(3).fit(X, y), serialization_format="cloudpickle")
model(make_pipeline(StandardScaler(), LinearRegression()).fit(frame[numeric], t), serialization_format="cloudpickle", signature=infer_signature(frame[numeric], t))
model(LinearRegression().fit(X, t), serialization_format="pickle")
""",
    ),
}
