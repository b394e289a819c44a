"""What most people keep for predictions: scikit-learn, boosters and statistics.

The libraries were chosen by how often they are fetched and named in tutorials, the recipes by what
users write in their training scripts: whole pipelines, searches with their results, dictionaries of
a model with all that its service needs. `…_everyday_more.py`, `…_others.py`, `…_nets.py` and
`…_keras.py` hold the rest.

The recipes were frozen on 2026-11-27, before a file was made or judged; some two dozen that did not
run were mended, before judging too. At first sight, on the same day, 40 of 1908 files of 47
libraries alarmed (2.1 %; 32 of 1313, 2.4 %, where a library counts with 80 at most): files of 23 of
694 recipes (3.3 %), each made with up to four generations of versions. They were: 6 of diffusers
(`FrozenDict`), 3 of spaCy (its patterns were thought to be slow), 2 each of catboost (texts as
columns; a file that looked like a pickle by chance), nltk (patterns of `regex`), dill (an old table,
the type of None) and pickles of Keras 2.8 (the reader failed on them), and one each of gensim,
lightning, pandas, scikit-learn, statsmodels and torchvision. Once mended, 15 files alarm (0.8 %).
"""

# ruff: noqa: E501

DATA = """
import collections, datetime, functools, io, json, operator, os, pathlib, random, shutil, types
import numpy as np
rng = np.random.RandomState(0)
X = rng.randn(80, 5)
y = (X[:, 0] + 0.3 * rng.randn(80) > 0).astype(int)
many = np.arange(80) % 3
names = np.array(["eggs", "ham", "spam"])[many]
t = X @ np.arange(1, 6) + 0.1 * rng.randn(80)
both = np.c_[t, t ** 2]
tags = rng.randint(0, 2, (80, 3)); tags[0] = 1; tags[1] = 0
counts = rng.poisson(3, 80)
texts = ["free money now", "meeting at noon", "win a prize now", "see you at lunch"] * 20
try:
    import pandas as pd
    frame = pd.DataFrame(X, columns=["age", "income", "score", "height", "weight"])
    frame["city"] = np.array(["Oslo", "Rome", "Lima", "Cairo"])[np.arange(80) % 4]
    frame["size"] = pd.Categorical(np.array(["S", "M", "L"])[many], ["S", "M", "L"], ordered=True)
    frame["day"] = pd.date_range("2024-01-01", periods=80, freq="D")
    frame["text"] = texts
    frame["label"] = y
    holes = frame[["age", "income", "score"]].mask(rng.rand(80, 3) < 0.1)
    numeric = ["age", "income", "score", "height", "weight"]
    series = pd.Series(10 + np.sin(np.arange(80)) + np.arange(80) / 10,
                       index=pd.date_range("2020-01-01", periods=80, freq="MS"), name="sales")
except ImportError:
    pass
"""

SKLEARN = (
    """
from sklearn.calibration import *
from sklearn.cluster import *
from sklearn.compose import *
from sklearn.covariance import *
from sklearn.cross_decomposition import *
from sklearn.decomposition import *
from sklearn.discriminant_analysis import *
from sklearn.dummy import *
from sklearn.ensemble import *
from sklearn.experimental import enable_halving_search_cv, enable_iterative_imputer
from sklearn.feature_extraction import *
from sklearn.feature_extraction.text import *
from sklearn.feature_selection import *
from sklearn.gaussian_process import *
from sklearn.gaussian_process.kernels import *
from sklearn.impute import *
from sklearn.isotonic import *
from sklearn.kernel_approximation import *
from sklearn.kernel_ridge import *
from sklearn.linear_model import *
from sklearn.manifold import *
from sklearn.metrics import *
from sklearn.mixture import *
from sklearn.model_selection import *
from sklearn.multiclass import *
from sklearn.multioutput import *
from sklearn.naive_bayes import *
from sklearn.neighbors import *
from sklearn.neural_network import *
from sklearn.pipeline import *
from sklearn.preprocessing import *
from sklearn.random_projection import *
from sklearn.semi_supervised import *
from sklearn.svm import *
from sklearn.tree import *
from sklearn.utils import Bunch
import scipy.stats
import sklearn
def churn():
    number = make_pipeline(SimpleImputer(strategy="median"), StandardScaler())
    kind = Pipeline([("impute", SimpleImputer(strategy="most_frequent")),
                     ("onehot", OneHotEncoder(handle_unknown="ignore"))])
    return ColumnTransformer([("num", number, ["age", "income"]), ("cat", kind, ["city"]),
        ("ord", OrdinalEncoder(categories=[["S", "M", "L"]]), ["size"]),
        ("text", TfidfVectorizer(), "text")], remainder="drop")
""",
    """
Pipeline([("prep", churn()), ("clf", LogisticRegression(max_iter=500))]).fit(frame, y)
Pipeline([("prep", churn()), ("clf", RandomForestClassifier(5))]).fit(frame, names)
Pipeline([("prep", churn().set_params(remainder="passthrough")), ("n", "passthrough")]).fit(frame.drop(columns="day"))
make_pipeline(make_column_transformer((RobustScaler(), make_column_selector(dtype_include=np.number)), (OneHotEncoder(sparse_output=False), make_column_selector(dtype_include=object)), verbose_feature_names_out=False).set_output(transform="pandas"), HistGradientBoostingRegressor(max_iter=5)).fit(frame.drop(columns="day"), t)
make_pipeline(StandardScaler(), PCA(0.9), SVC(probability=True)).fit(X, y)
make_pipeline(TfidfVectorizer(ngram_range=(1, 2), stop_words="english"), MultinomialNB()).fit(texts, y)
make_pipeline(CountVectorizer(analyzer="char_wb", ngram_range=(2, 4)), TfidfTransformer(), SGDClassifier(loss="log_loss")).fit(texts, names)
make_pipeline(HashingVectorizer(n_features=64), PassiveAggressiveClassifier()).fit(texts, y)
make_pipeline(TfidfVectorizer(), TruncatedSVD(2), Normalizer(copy=False), KMeans(2, n_init=2)).fit(texts)
Pipeline([("u", FeatureUnion([("w", TfidfVectorizer()), ("c", TfidfVectorizer(analyzer="char"))])), ("m", LinearSVC())]).fit(texts, y)
GridSearchCV(make_pipeline(StandardScaler(), SVC()), {"svc__C": [0.1, 1], "svc__kernel": ["rbf", "linear"]}, cv=3, scoring="f1_macro").fit(X, y)
RandomizedSearchCV(RandomForestClassifier(), {"n_estimators": scipy.stats.randint(2, 6), "max_depth": [None, 2]}, n_iter=3, cv=StratifiedKFold(3, shuffle=True, random_state=1), random_state=0).fit(X, y)
RandomizedSearchCV(Ridge(), {"alpha": scipy.stats.loguniform(1e-3, 1)}, n_iter=3, scoring=["r2", "neg_mean_absolute_error"], refit="r2").fit(X, t)
HalvingGridSearchCV(DecisionTreeClassifier(), {"max_depth": [1, 2, 3]}, random_state=0).fit(X, y)
GridSearchCV(Ridge(), {"alpha": [1, 2]}, scoring=make_scorer(mean_squared_error, greater_is_better=False), cv=TimeSeriesSplit(3)).fit(X, t)
GridSearchCV(KNeighborsClassifier(), {"n_neighbors": [1, 3]}, scoring={"acc": make_scorer(accuracy_score), "auc": "roc_auc"}, refit="acc", return_train_score=True).fit(X, y)
CalibratedClassifierCV(RandomForestClassifier(3), method="isotonic", cv=3).fit(X, y)
CalibratedClassifierCV(LinearSVC(), method="sigmoid", cv=2).fit(X, names)
StackingClassifier([("rf", RandomForestClassifier(3)), ("svc", make_pipeline(StandardScaler(), LinearSVC()))], LogisticRegression()).fit(X, y)
StackingRegressor([("lasso", LassoCV(cv=3)), ("gb", GradientBoostingRegressor(n_estimators=3))], RidgeCV()).fit(X, t)
VotingClassifier([("lr", LogisticRegression()), ("nb", GaussianNB()), ("dt", DecisionTreeClassifier())], voting="soft").fit(X, names)
VotingRegressor([("a", LinearRegression()), ("b", KNeighborsRegressor(3))]).fit(X, t)
BaggingClassifier(DecisionTreeClassifier(), 3).fit(X, y)
AdaBoostClassifier(n_estimators=3).fit(X, y)
AdaBoostRegressor(n_estimators=3, loss="square").fit(X, t)
GradientBoostingClassifier(n_estimators=3, init="zero").fit(X, names)
GradientBoostingRegressor(n_estimators=3, loss="quantile", alpha=0.9).fit(X, t)
HistGradientBoostingClassifier(max_iter=4, early_stopping=True).fit(X, names)
HistGradientBoostingRegressor(max_iter=4, loss="poisson", monotonic_cst=[1, 0, 0, 0, 0]).fit(X, counts)
ExtraTreesRegressor(3, oob_score=True, bootstrap=True).fit(X, both)
RandomForestRegressor(3, criterion="absolute_error").fit(frame[numeric], t)
RandomTreesEmbedding(3).fit(X)
IsolationForest(n_estimators=5, contamination=0.1).fit(X)
LocalOutlierFactor(novelty=True).fit(X)
OneClassSVM(nu=0.1).fit(X)
EllipticEnvelope(contamination=0.05).fit(X)
GaussianProcessRegressor(ConstantKernel() * RBF() + WhiteKernel(), normalize_y=True).fit(X, t)
GaussianProcessClassifier(Matern(nu=1.5)).fit(X, names)
GaussianProcessRegressor(ExpSineSquared() * RationalQuadratic() + DotProduct()).fit(X[:, :1], t)
KNeighborsClassifier(3, algorithm="kd_tree", metric="minkowski").fit(X, y)
KNeighborsRegressor(3, algorithm="ball_tree", metric="haversine").fit(X[:, :2] / 4, t)
KNeighborsClassifier(3, algorithm="brute", metric="cosine", weights="distance").fit(X, names)
RadiusNeighborsClassifier(9.0, algorithm="ball_tree", metric="manhattan").fit(X, y)
NearestNeighbors(n_neighbors=2, metric="mahalanobis", metric_params={"VI": np.eye(5)}).fit(X)
NearestNeighbors(n_neighbors=2, algorithm="brute").fit(TfidfVectorizer().fit_transform(texts))
KernelDensity(bandwidth=0.3).fit(X)
NearestCentroid().fit(X, y)
make_pipeline(NeighborhoodComponentsAnalysis(2, max_iter=5), KNeighborsClassifier()).fit(X, y)
MLPClassifier((8,), max_iter=5, early_stopping=True).fit(X, names)
MLPRegressor(hidden_layer_sizes=(4, 4), solver="lbfgs", max_iter=5).fit(X, t)
make_pipeline(PolynomialFeatures(2, interaction_only=True), ElasticNetCV(cv=3)).fit(X, t)
make_pipeline(SplineTransformer(n_knots=4), QuantileTransformer(n_quantiles=10), PowerTransformer(), HuberRegressor()).fit(X, t)
TransformedTargetRegressor(Ridge(), func=np.log1p, inverse_func=np.expm1).fit(X, counts)
TransformedTargetRegressor(LinearRegression(), transformer=QuantileTransformer(n_quantiles=9)).fit(X, t)
make_pipeline(FunctionTransformer(np.log1p, validate=True), StandardScaler(), LinearRegression()).fit(np.abs(X), t)
make_pipeline(KBinsDiscretizer(3, encode="onehot-dense"), BernoulliNB()).fit(X, y)
RANSACRegressor(random_state=0).fit(X, t)
make_pipeline(StandardScaler(), SGDRegressor(penalty="elasticnet", loss="epsilon_insensitive")).fit(X, t)
TweedieRegressor(power=1.5).fit(X, counts)
QuantileRegressor(solver="highs").fit(X, t)
LogisticRegressionCV(cv=2, Cs=3, penalty="l1", solver="saga").fit(X, names)
BayesianRidge(compute_score=True).fit(X, t)
{"ard": ARDRegression().fit(X, t), "omp": OrthogonalMatchingPursuitCV().fit(X, t), "lars": LassoLarsIC().fit(X, t), "theil": TheilSenRegressor().fit(X, t)}
OneVsRestClassifier(LinearSVC()).fit(X, MultiLabelBinarizer().fit_transform([["a"], ["a", "b"], ["c"], []] * 20))
[OneVsOneClassifier(Perceptron()).fit(X, names), OutputCodeClassifier(RidgeClassifier()).fit(X, many)]
MultiOutputRegressor(SVR()).fit(X, both)
ClassifierChain(LogisticRegression(), order=[2, 0, 1]).fit(X, tags)
MultiOutputClassifier(make_pipeline(TfidfVectorizer(), SGDClassifier())).fit(texts, tags)
make_pipeline(SelectKBest(mutual_info_classif, k=2), ComplementNB()).fit(np.abs(X), y)
make_pipeline(RFECV(LogisticRegression(), cv=3), SelectFromModel(ExtraTreesClassifier(3)), VarianceThreshold(), LinearDiscriminantAnalysis()).fit(X, y)
SequentialFeatureSelector(KNeighborsClassifier(3), n_features_to_select=2, cv=2).fit(frame[numeric], y)
make_pipeline(SelectPercentile(chi2, percentile=50), CategoricalNB()).fit(np.abs(X).astype(int), y)
make_pipeline(IterativeImputer(ExtraTreesRegressor(3), max_iter=2), QuadraticDiscriminantAnalysis()).fit(holes, y)
make_pipeline(KNNImputer(), MissingIndicator(features="all")).fit(holes)
make_pipeline(SimpleImputer(strategy="constant", fill_value=-1, add_indicator=True), MinMaxScaler((-1, 1)), MaxAbsScaler()).fit(holes)
{"model": LinearRegression().fit(frame[numeric], t), "scaler": StandardScaler().fit(frame[numeric]), "features": numeric, "trained": datetime.datetime.now(), "metrics": {"r2": np.float64(0.9)}, "sklearn": sklearn.__version__}
(LabelEncoder().fit(names), OneHotEncoder(drop="if_binary", min_frequency=2, dtype=np.int8).fit(frame[["city", "size"]]), LabelBinarizer().fit(names))
collections.OrderedDict((c, LabelEncoder().fit(frame[c])) for c in ["city", "text"])
{k: GaussianMixture(2, covariance_type=k).fit(X) for k in ["full", "tied", "diag"]}
[BayesianGaussianMixture(n_components=2).fit(X), DBSCAN().fit(X), AgglomerativeClustering(3).fit(X), Birch(n_clusters=2).fit(X), MeanShift().fit(X)]
[MiniBatchKMeans(3).fit(X), SpectralClustering(2).fit(X), AffinityPropagation().fit(X), OPTICS().fit(X)]
LatentDirichletAllocation(3, max_iter=2).fit(CountVectorizer().fit_transform(texts))
{"vec": CountVectorizer(max_features=9, token_pattern=r"\\w+").fit(texts), "nmf": NMF(2, max_iter=9).fit(np.abs(X)), "ica": FastICA(2).fit(X), "kpca": KernelPCA(2, kernel="rbf", fit_inverse_transform=True).fit(X), "ipca": IncrementalPCA(2).fit(X)}
[PLSRegression(2).fit(X, both), CCA(1).fit(X, both), FactorAnalysis(2).fit(X), SparsePCA(2, max_iter=3).fit(X), MiniBatchDictionaryLearning(2, max_iter=3).fit(X)]
[Isomap(n_components=2).fit(X), LocallyLinearEmbedding().fit(X), TSNE(init="random", perplexity=5).fit(X), MDS(n_init=1).fit(X), SpectralEmbedding().fit(X)]
make_pipeline(Nystroem(n_components=5), RBFSampler(n_components=5), NuSVC()).fit(X, y)
[KernelRidge(kernel="rbf").fit(X, t), IsotonicRegression().fit(X[:, 0], t), NuSVR().fit(X, t), LinearSVR().fit(X, t)]
[SelfTrainingClassifier(LogisticRegression()).fit(X, np.where(np.arange(80) % 4, y, -1)), LabelSpreading().fit(X, y), LabelPropagation().fit(X, y)]
make_pipeline(DictVectorizer(), DecisionTreeRegressor(max_depth=3)).fit([{"a": 1, "b": v} for v in names], t)
make_pipeline(FeatureHasher(8, input_type="string"), DummyClassifier(strategy="stratified")).fit([[v] for v in names], y)
cross_validate(LogisticRegression(), X, y, cv=3, return_estimator=True)
Bunch(model=DummyRegressor(strategy="quantile", quantile=0.5).fit(X, t), target_names=names)
[list(KFold(3).split(X)), GroupKFold(3), RepeatedStratifiedKFold(n_splits=2, n_repeats=1, random_state=np.random.RandomState(1)), ShuffleSplit(2), LeaveOneOut(), PredefinedSplit([0, 1])]
[MinCovDet().fit(X), LedoitWolf().fit(X), GraphicalLassoCV(cv=2).fit(X), GaussianRandomProjection(2).fit(X), SparseRandomProjection(2).fit(X)]
""",
)

BOOSTERS = {
    "xgboost": (
        """
import xgboost as xgb
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.multioutput import MultiOutputRegressor
from sklearn.calibration import CalibratedClassifierCV
d = xgb.DMatrix(X, y, feature_names=list("abcde"))
small = {"n_estimators": 3, "max_depth": 2}
""",
        """
xgb.XGBClassifier(**small).fit(X, y)
xgb.XGBClassifier(**small, objective="multi:softprob", eval_metric=["mlogloss", "merror"]).fit(X, many, eval_set=[(X, many)], verbose=False)
xgb.XGBRegressor(**small, objective="reg:absoluteerror", early_stopping_rounds=2).fit(X, t, eval_set=[(X, t)], verbose=False)
xgb.XGBRegressor(**small, enable_categorical=True, tree_method="hist").fit(frame[["age", "size"]], t)
xgb.XGBRegressor(**small, monotone_constraints=(1, 0, 0, 0, 0), callbacks=[xgb.callback.EarlyStopping(2)]).fit(X, t, eval_set=[(X, t)], verbose=False)
xgb.XGBRanker(**small).fit(X, counts, group=[40, 40])
xgb.XGBRFClassifier(n_estimators=3).fit(frame[numeric], y)
xgb.XGBClassifier(booster="gblinear", n_estimators=2).fit(X, y)
xgb.XGBClassifier(booster="dart", n_estimators=2, missing=-1).fit(X, y)
xgb.train({"max_depth": 2, "objective": "binary:logistic"}, d, 3)
{"booster": xgb.train({"max_depth": 2}, d, 3), "features": list("abcde"), "threshold": 0.4}
GridSearchCV(xgb.XGBClassifier(n_estimators=2), {"max_depth": [1, 2]}, cv=2).fit(X, y)
make_pipeline(StandardScaler(), xgb.XGBRegressor(**small)).fit(X, t)
MultiOutputRegressor(xgb.XGBRegressor(**small)).fit(X, both)
CalibratedClassifierCV(xgb.XGBClassifier(**small), cv=2).fit(X, y)
[xgb.XGBRegressor(**small, random_state=s).fit(X, t) for s in range(3)]
xgb.cv({"max_depth": 2}, d, 3, nfold=2)
xgb.train({}, d, 2).save_model(PATH + ".json")
xgb.train({}, d, 2).save_model(PATH + ".ubj")
xgb.XGBRegressor(**small).fit(X, t).save_model(PATH + ".bin")
""",
    ),
    "lightgbm": (
        """
import lightgbm as lgb
from sklearn.model_selection import RandomizedSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.ensemble import VotingClassifier
from sklearn.impute import SimpleImputer
small = {"n_estimators": 3, "num_leaves": 4, "verbose": -1}
d = lgb.Dataset(X, y, free_raw_data=False)
""",
        """
lgb.LGBMClassifier(**small).fit(X, y)
lgb.LGBMClassifier(**small).fit(frame[["age", "city"]].astype({"city": "category"}), names)
lgb.LGBMRegressor(**small, objective="quantile", alpha=0.9).fit(frame[numeric], t, eval_set=[(frame[numeric], t)], callbacks=[lgb.early_stopping(2, verbose=False)])
lgb.LGBMRanker(**small).fit(X, counts, group=[40, 40])
lgb.LGBMClassifier(**small, class_weight="balanced", boosting_type="dart").fit(X, many, eval_metric="multi_logloss", eval_set=[(X, many)])
lgb.train({"objective": "binary", "verbose": -1}, d, 3)
lgb.train({"objective": "regression", "metric": ["l1", "l2"], "verbose": -1}, lgb.Dataset(X, t, categorical_feature=[0]), 3, valid_sets=[lgb.Dataset(X, t)], valid_names=["v"])
lgb.cv({"objective": "binary", "verbose": -1}, d, 3, nfold=2, return_cvbooster=True)
[lgb.train({"verbose": -1, "seed": s}, d, 2) for s in range(3)]
RandomizedSearchCV(lgb.LGBMClassifier(**small), {"num_leaves": [3, 4, 5]}, n_iter=2, cv=2, random_state=0).fit(X, y)
make_pipeline(SimpleImputer(), lgb.LGBMRegressor(**small)).fit(X, t)
VotingClassifier([("a", lgb.LGBMClassifier(**small)), ("b", lgb.LGBMClassifier(**small))]).fit(X, y)
{"model": lgb.LGBMRegressor(**small).fit(X, t), "columns": pd.Index(numeric), "dtypes": frame.dtypes.to_dict()}
lgb.train({"verbose": -1}, d, 2).save_model(PATH + ".txt")
""",
    ),
    "catboost": (
        """
from catboost import CatBoost, CatBoostClassifier, CatBoostRanker, CatBoostRegressor, Pool
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
small = {"iterations": 3, "depth": 2, "verbose": 0, "allow_writing_files": False}
""",
        """
CatBoostClassifier(**small).fit(X, y)
CatBoostClassifier(**small, cat_features=["city"]).fit(frame[["age", "city"]], names)
CatBoostRegressor(**small, loss_function="MAE").fit(X, t)
CatBoostRegressor(**small, loss_function="MultiRMSE").fit(X, both)
CatBoostClassifier(**small, eval_metric="AUC", early_stopping_rounds=2).fit(X, y, eval_set=(X, y))
CatBoostClassifier(**small, text_features=["text"]).fit(frame[["age", "text"]], y)
CatBoostRanker(**small, loss_function="YetiRank").fit(X, y, group_id=np.arange(80) // 20)
CatBoost({**small, "loss_function": "RMSE"}).fit(Pool(X, t))
make_pipeline(StandardScaler(), CatBoostRegressor(**small)).fit(X, t)
GridSearchCV(CatBoostClassifier(**small), {"depth": [1, 2]}, cv=2).fit(X, y)
{"models": [CatBoostRegressor(**small, random_seed=s).fit(X, t) for s in (1, 2)], "weights": np.array([0.5, 0.5])}
CatBoostClassifier(iterations=5)
CatBoostClassifier(**small).fit(X, y).save_model(PATH + ".cbm")
CatBoostRegressor(**small).fit(X, t).save_model(PATH + ".json", format="json")
CatBoostRegressor(**small).fit(X, t).save_model(PATH + ".onnx", format="onnx")
""",
    ),
}

STATISTICS = {
    "statsmodels": (
        """
import statsmodels.api as sm
import statsmodels.formula.api as smf
from statsmodels.tsa.api import *
from statsmodels.tsa.statespace.sarimax import SARIMAX
from statsmodels.tsa.statespace.structural import UnobservedComponents
from statsmodels.tsa.arima.model import ARIMA
from statsmodels.nonparametric.kernel_regression import KernelReg
from statsmodels.miscmodels.ordinal_model import OrderedModel
from statsmodels.tsa.forecasting.theta import ThetaModel
from statsmodels.robust.robust_linear_model import RLM
from statsmodels.regression.rolling import RollingOLS
A = sm.add_constant(X)
F = sm.add_constant(frame[numeric])
""",
        """
sm.OLS(t, A).fit()
sm.OLS(pd.Series(t), F).fit(cov_type="HC3")
sm.OLS(t, F).fit().save(PATH + ".pickle")
sm.OLS(t, F).fit().save(PATH + ".pickle", remove_data=True)
sm.WLS(t, A, weights=np.ones(80)).fit()
sm.GLS(t, A).fit()
sm.OLS(t, A).fit_regularized(alpha=0.1)
sm.Logit(tags[:, 1], A).fit(disp=0)
sm.Probit(tags[:, 1], F).fit(disp=0)
sm.MNLogit(many, A).fit(disp=0)
sm.GLM(counts, A, family=sm.families.Poisson()).fit()
sm.GLM(tags[:, 1], F, family=sm.families.Binomial()).fit()
sm.GLM(np.abs(t) + 1, A, family=sm.families.Gamma(sm.families.links.Log())).fit()
sm.Poisson(counts, A).fit(disp=0)
sm.NegativeBinomial(counts, A).fit(disp=0)
sm.ZeroInflatedPoisson(counts, A).fit(disp=0, maxiter=5)
sm.GEE(counts, A, groups=many, family=sm.families.Poisson(), cov_struct=sm.cov_struct.Exchangeable()).fit()
sm.MixedLM(t, A, groups=many).fit()
sm.QuantReg(t, A).fit(q=0.5)
RLM(t, A, M=sm.robust.norms.HuberT()).fit()
OrderedModel(pd.Series(pd.Categorical(names, ordered=True)), frame[numeric], distr="logit").fit(method="bfgs", disp=0)
ARIMA(series, order=(1, 1, 1)).fit()
ARIMA(series.values, order=(1, 0, 0), seasonal_order=(1, 0, 0, 12)).fit()
ARIMA(series, exog=X[:, :1], order=(1, 0, 0), trend="c").fit().save(PATH + ".pkl")
SARIMAX(series, order=(1, 0, 0), seasonal_order=(0, 1, 0, 12)).fit(disp=0)
ExponentialSmoothing(series, trend="add", seasonal="mul", seasonal_periods=12).fit()
SimpleExpSmoothing(series.values, initialization_method="estimated").fit()
Holt(series, damped_trend=True, initialization_method="estimated").fit()
ETSModel(series, error="add", trend="add").fit(disp=0)
AutoReg(series, lags=2).fit()
AutoReg(series, lags=[1, 12], seasonal=True, period=12).fit()
VAR(frame[["age", "income"]].set_index(frame["day"])).fit(2)
VECM(X[:, :2].cumsum(0), k_ar_diff=1).fit()
UnobservedComponents(series, "local linear trend", seasonal=12).fit(disp=0)
DynamicFactor(X[:, :2], k_factors=1, factor_order=1).fit(disp=0, maxiter=3)
STL(series, period=12).fit()
seasonal_decompose(series, model="additive")
ThetaModel(series).fit()
MarkovRegression(series.values, k_regimes=2).fit(maxiter=3, search_reps=0, disp=0)
RollingOLS(t, A, window=20).fit()
KernelReg(t, X[:, :2], "cc")
{"coefficients": sm.OLS(t, F).fit().params, "p": sm.OLS(t, F).fit().pvalues, "aic": sm.OLS(t, F).fit().aic}
sm.PCA(X, ncomp=2)
sm.PHReg(np.abs(t) + 1, X, status=y).fit()
""",
    ),
    "prophet": (
        """
import logging
logging.disable(50)
from prophet import Prophet
from prophet.serialize import model_to_json
d = pd.DataFrame({"ds": series.index, "y": series.values, "promo": tags[:, 0].astype(float), "cap": 99.0, "floor": 0.0})
""",
        """
Prophet().fit(d)
Prophet(growth="logistic").fit(d)
Prophet(seasonality_mode="multiplicative", yearly_seasonality=4, interval_width=0.9).fit(d)
Prophet().add_regressor("promo").add_seasonality("monthly", 30.5, 3).fit(d)
Prophet(holidays=pd.DataFrame({"holiday": "xmas", "ds": pd.to_datetime(["2020-12-25", "2021-12-25"]), "lower_window": -1, "upper_window": 1})).fit(d)
Prophet().add_country_holidays("US").fit(d)
Prophet(changepoints=["2021-01-01", "2022-01-01"]).fit(d)
{store: Prophet(weekly_seasonality=False).fit(d) for store in ("a", "b")}
Prophet(growth="flat")
open(PATH + ".json", "w").write(model_to_json(Prophet().fit(d)))
""",
    ),
    "lifelines": (
        """
import lifelines as ll
d = frame[["age", "income"]].assign(T=np.abs(t) + 1, E=y)
""",
        """
ll.CoxPHFitter().fit(d, "T", "E")
ll.CoxPHFitter(penalizer=0.1, l1_ratio=0.5).fit(d.assign(s=many), "T", "E", strata=["s"])
ll.CoxPHFitter(baseline_estimation_method="spline", n_baseline_knots=2).fit(d, "T", "E")
ll.KaplanMeierFitter().fit(d["T"], d["E"], label="all")
ll.NelsonAalenFitter().fit(d["T"], d["E"])
ll.WeibullFitter().fit(d["T"], d["E"])
ll.WeibullAFTFitter().fit(d, "T", "E")
ll.LogNormalAFTFitter().fit(d, "T", "E", ancillary=True)
ll.LogLogisticFitter().fit(d["T"])
ll.AalenAdditiveFitter(coef_penalizer=1).fit(d, "T", "E")
ll.PiecewiseExponentialFitter([2, 4]).fit(d["T"], d["E"])
{g: ll.KaplanMeierFitter().fit(d["T"][many == g]) for g in range(3)}
""",
    ),
}

RECIPES = {"scikit-learn": SKLEARN, **BOOSTERS, **STATISTICS}
