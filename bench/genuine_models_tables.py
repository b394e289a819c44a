"""Genuine saved models of the libraries of tables, texts, and series."""

# ruff: noqa: E501

DATA = """
import warnings; warnings.filterwarnings("ignore")
import collections, datetime, decimal, fractions, functools, itertools, operator, pathlib, random, re, uuid, io, os, sys
import numpy as np, pandas as pd, scipy.sparse as sp, joblib, pickle
R = np.random.RandomState(7)
X = R.rand(120, 4); y = (X[:, 0] + X[:, 1] > 1).astype(int); y3 = np.digitize(X[:, 0], [.3, .6]); t = X @ [1., 2., -1., .5] + R.rand(120) * .1
DF = pd.DataFrame(X, columns=["age", "income", "height", "weight"]); DF["city"] = np.where(y, "Oslo", "Bergen"); DF["day"] = pd.date_range("2024-01-01", periods=120)
NUM = ["age", "income", "height", "weight"]; N = DF[NUM]; YS = pd.Series(y, name="bought"); TS = pd.Series(t, name="price")
CAT = pd.DataFrame({"city": list("abcd") * 30, "size": list("xyz") * 40})
TXT = ["the cat sat on the mat", "a dog barked loudly", "cats and dogs play", "stocks fell on monday", "markets rose again", "the dog sat"] * 6
LAB = [0, 0, 0, 1, 1, 0] * 6
SER = pd.Series(np.sin(np.arange(120) / 6) + 10 + R.rand(120) * .1, index=pd.date_range("2015-01-01", periods=120, freq="MS"))
DUR = R.exponential(10, 120); EV = R.rand(120) > .3
"""

# the library, what is imported, and its models: one a line, which is given or saves itself at PATH
RECIPES = {
    "scikit-learn": (
        """
from sklearn.linear_model import *; from sklearn.ensemble import *; from sklearn.tree import *; from sklearn.svm import *; from sklearn.neighbors import *
from sklearn.naive_bayes import *; from sklearn.pipeline import *; from sklearn.preprocessing import *; from sklearn.compose import *; from sklearn.impute import *
from sklearn.experimental import enable_iterative_imputer, enable_halving_search_cv
from sklearn.impute import IterativeImputer
from sklearn.feature_extraction.text import *; from sklearn.feature_extraction import *; from sklearn.model_selection import *; from sklearn.cluster import *
from sklearn.decomposition import *; from sklearn.neural_network import *; from sklearn.mixture import *; from sklearn.gaussian_process import *; from sklearn.gaussian_process.kernels import *
from sklearn.calibration import *; from sklearn.multiclass import *; from sklearn.multioutput import *; from sklearn.feature_selection import *; from sklearn.discriminant_analysis import *
from sklearn.isotonic import *; from sklearn.manifold import *; from sklearn.kernel_approximation import *; from sklearn.cross_decomposition import *; from sklearn.metrics import *
from sklearn.dummy import *; from sklearn.semi_supervised import *; from sklearn.covariance import *; from sklearn.random_projection import *; from sklearn.kernel_ridge import *
from sklearn.datasets import load_iris, load_diabetes
""",
        """
LogisticRegression(C=.1, max_iter=500).fit(N, YS)
LogisticRegressionCV(Cs=[.1, 1], cv=3).fit(X, y)
RandomForestClassifier(12, random_state=0).fit(N, YS)
RandomForestRegressor(12, random_state=np.random.RandomState(3), oob_score=True).fit(X.astype("f4"), t)
GradientBoostingClassifier(n_estimators=8).fit(X, y3)
HistGradientBoostingClassifier(max_iter=8, categorical_features=[4]).fit(np.c_[X, y3], y)
HistGradientBoostingRegressor(max_iter=8, loss="poisson", early_stopping=True).fit(N, TS - TS.min() + 1)
AdaBoostClassifier(DecisionTreeClassifier(max_depth=1), n_estimators=5).fit(X, y)
VotingClassifier([("lr", LogisticRegression()), ("rf", RandomForestClassifier(5)), ("nb", GaussianNB())], voting="soft").fit(N, YS)
StackingRegressor([("r", Ridge()), ("k", KNeighborsRegressor())], final_estimator=LinearRegression()).fit(X, t)
Pipeline([("prep", ColumnTransformer([("num", Pipeline([("imp", SimpleImputer(strategy="median")), ("sc", StandardScaler())]), NUM), ("cat", OneHotEncoder(handle_unknown="ignore"), ["city"])])), ("clf", LogisticRegression())]).fit(DF, YS)
make_pipeline(make_column_transformer((OrdinalEncoder(), make_column_selector(dtype_include=object)), (RobustScaler(), make_column_selector(dtype_include="number")), remainder="drop"), GradientBoostingRegressor(n_estimators=5)).fit(DF, TS)
make_pipeline(TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True), MultinomialNB()).fit(TXT, LAB)
make_pipeline(HashingVectorizer(n_features=256), SGDClassifier(loss="log_loss")).fit(TXT, LAB)
make_pipeline(CountVectorizer(stop_words="english"), TruncatedSVD(3), SVC(probability=True)).fit(TXT, LAB)
GridSearchCV(make_pipeline(StandardScaler(), SVC()), {"svc__C": [.1, 1], "svc__kernel": ["rbf", "linear"]}, cv=3).fit(X, y)
RandomizedSearchCV(RandomForestClassifier(), {"n_estimators": __import__("scipy.stats").stats.randint(2, 9), "max_depth": [2, None]}, n_iter=3, cv=StratifiedKFold(3, shuffle=True, random_state=1), random_state=0).fit(X, y)
HalvingGridSearchCV(Ridge(), {"alpha": [.1, 1, 10]}, factor=2, scoring=make_scorer(mean_absolute_error, greater_is_better=False)).fit(X, t)
CalibratedClassifierCV(LinearSVC(), method="isotonic", cv=3).fit(X, y)
OneVsRestClassifier(LinearSVC()).fit(X, y3)
MultiOutputRegressor(Ridge()).fit(X, np.c_[t, t * 2])
ClassifierChain(LogisticRegression(), order="random", random_state=0).fit(X, np.c_[y, 1 - y])
TransformedTargetRegressor(ElasticNet(alpha=.01), func=np.log1p, inverse_func=np.expm1).fit(X, t - t.min())
TransformedTargetRegressor(Lasso(alpha=.01), transformer=QuantileTransformer(n_quantiles=20)).fit(X, t)
make_pipeline(FunctionTransformer(np.log1p, feature_names_out="one-to-one"), PolynomialFeatures(2), RidgeCV([.1, 1])).fit(N, TS)
KNeighborsClassifier(3, algorithm="kd_tree").fit(X, y)
KNeighborsRegressor(metric="haversine", algorithm="ball_tree").fit(X[:, :2], t)
NearestNeighbors(metric="cosine").fit(sp.csr_matrix(X))
GaussianProcessRegressor(ConstantKernel() * RBF() + WhiteKernel()).fit(X, t)
GaussianProcessClassifier(Matern(nu=1.5)).fit(X, y)
MLPClassifier(hidden_layer_sizes=(8, 4), max_iter=20, early_stopping=True).fit(X, y)
MLPRegressor(hidden_layer_sizes=(8,), solver="adam", max_iter=20).fit(X.astype("f4"), t.astype("f4"))
KMeans(3, n_init=2, random_state=1).fit(X)
MiniBatchKMeans(3).partial_fit(X)
DBSCAN(eps=.2).fit(X)
AgglomerativeClustering(3, compute_distances=True).fit(X)
HDBSCAN(min_cluster_size=5).fit(X)
Birch(n_clusters=3).fit(X)
SpectralClustering(2).fit(X)
BayesianGaussianMixture(n_components=2).fit(X)
PCA(2, whiten=True).fit(N)
IncrementalPCA(2).fit(X)
NMF(2).fit(X)
LatentDirichletAllocation(3).fit(CountVectorizer().fit_transform(TXT))
KernelPCA(2, kernel="rbf", fit_inverse_transform=True).fit(X)
FastICA(2).fit(X)
IsolationForest(n_estimators=10, contamination=.1).fit(N)
OneClassSVM(nu=.1).fit(X)
LocalOutlierFactor(novelty=True).fit(X)
EllipticEnvelope().fit(X)
LabelEncoder().fit(DF.city)
OneHotEncoder(sparse_output=False, drop="first", dtype=np.float32).fit(CAT)
OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1).set_output(transform="pandas").fit(CAT)
TargetEncoder().fit(CAT, y)
MultiLabelBinarizer().fit([["a", "b"], ["c"]])
KBinsDiscretizer(4, encode="ordinal").fit(X)
PowerTransformer().fit(N)
SplineTransformer(3).fit(X)
MinMaxScaler((0, 1)).fit(X.astype("f4"))
IterativeImputer(estimator=BayesianRidge(), random_state=0).fit(np.where(X > .9, np.nan, X))
KNNImputer().fit(np.where(X > .9, np.nan, X))
SelectKBest(mutual_info_classif, k=2).fit(X, y)
RFECV(LogisticRegression(), cv=3).fit(N, YS)
SelectFromModel(ExtraTreesClassifier(10), threshold="median").fit(X, y)
SequentialFeatureSelector(Ridge(), n_features_to_select=2).fit(X, t)
FeatureUnion([("pca", PCA(2)), ("kbest", SelectKBest(f_classif, k=1))]).fit(X, y)
QuadraticDiscriminantAnalysis().fit(X, y)
LinearDiscriminantAnalysis(solver="eigen", shrinkage="auto").fit(X, y3)
IsotonicRegression(out_of_bounds="clip").fit(X[:, 0], t)
QuantileRegressor(quantile=.9).fit(X, t)
HuberRegressor().fit(X, t)
PoissonRegressor().fit(X, t - t.min())
RANSACRegressor(random_state=0).fit(X, t)
PLSRegression(2).fit(X, t)
make_pipeline(Nystroem(n_components=10), SGDRegressor()).fit(X, t)
SelfTrainingClassifier(LogisticRegression()).fit(X, np.where(R.rand(120) > .7, -1, y))
LabelSpreading().fit(X, np.where(R.rand(120) > .7, -1, y))
DecisionTreeRegressor(max_depth=3).fit(N, TS)
ExtraTreesRegressor(6, n_jobs=2, warm_start=True).fit(X, t)
TSNE(2, perplexity=5).fit(X[:30])
DictVectorizer().fit([{"a": 1, "b": "x"}, {"a": 2}])
BaggingClassifier(KNeighborsClassifier(), n_estimators=4).fit(X, y)
NuSVR().fit(X, t)
DummyClassifier(strategy="stratified").fit(X, y)
load_iris()
cross_validate(Ridge(), X, t, cv=3, return_estimator=True)
confusion_matrix(y, y)
classification_report(y, y, output_dict=True)
TunedThresholdClassifierCV(LogisticRegression(), cv=3).fit(X, y)
TimeSeriesSplit(4)
permutation_importance_result if False else __import__("sklearn.inspection", fromlist=["x"]).permutation_importance(Ridge().fit(X, t), X, t, n_repeats=2)
{"model": Ridge().fit(N, TS), "scaler": StandardScaler().fit(N), "columns": list(N.columns), "trained": datetime.datetime(2024, 5, 1, 12, tzinfo=datetime.timezone.utc), "version": "1.2.0", "metrics": {"r2": np.float64(.93)}}
(CountVectorizer().fit(TXT), BernoulliNB().fit(CountVectorizer().fit_transform(TXT), LAB))
[DecisionTreeClassifier(max_depth=2, random_state=i).fit(X, y) for i in range(3)]
collections.OrderedDict(lr=LinearRegression().fit(X, t), knn=KNeighborsRegressor().fit(X, t))
collections.defaultdict(list, fold=[Ridge().fit(X, t)])
""",
    ),
    "imbalanced-learn": (
        "from imblearn.over_sampling import *; from imblearn.under_sampling import *; from imblearn.ensemble import *; from imblearn.pipeline import Pipeline, make_pipeline; from imblearn.combine import *; from sklearn.linear_model import LogisticRegression; from sklearn.preprocessing import StandardScaler; W = np.r_[np.zeros(90), np.ones(30)].astype(int)",
        """
make_pipeline(StandardScaler(), SMOTE(random_state=0), LogisticRegression()).fit(N, W)
Pipeline([("under", RandomUnderSampler()), ("clf", LogisticRegression())]).fit(X, W)
BalancedRandomForestClassifier(6, sampling_strategy="all", replacement=True).fit(X, W)
EasyEnsembleClassifier(2).fit(X, W)
RUSBoostClassifier(n_estimators=3).fit(X, W)
BalancedBaggingClassifier(n_estimators=3).fit(N, W)
make_pipeline(SMOTETomek(), LogisticRegression()).fit(X, W)
make_pipeline(ADASYN(), TomekLinks(), LogisticRegression()).fit(X, W)
""",
    ),
    "xgboost": (
        "import xgboost as xgb; D = xgb.DMatrix(X, label=y); D3 = xgb.DMatrix(N, label=y3)",
        """
xgb.XGBClassifier(n_estimators=5).fit(N, YS)
xgb.XGBRegressor(n_estimators=5, tree_method="hist", objective="reg:squarederror", eval_metric="rmse").fit(X, t, eval_set=[(X, t)], verbose=False)
xgb.XGBClassifier(n_estimators=4, booster="dart", early_stopping_rounds=2, callbacks=[xgb.callback.EvaluationMonitor()]).fit(X, y3, eval_set=[(X, y3)], verbose=False)
xgb.XGBRanker(n_estimators=4).fit(X, y, group=[60, 60])
xgb.XGBRFClassifier(n_estimators=4).fit(X, y)
xgb.train({"objective": "multi:softprob", "num_class": 3}, D3, 4)
xgb.train({"booster": "gblinear"}, D, 4)
xgb.train({"max_depth": 2}, D, 4).save_model(PATH + ".json")
xgb.train({"max_depth": 2}, D, 4).save_model(PATH + ".ubj")
__import__("sklearn.pipeline", fromlist=["x"]).make_pipeline(__import__("sklearn.preprocessing", fromlist=["x"]).StandardScaler(), xgb.XGBClassifier(n_estimators=3)).fit(X, y)
__import__("sklearn.model_selection", fromlist=["x"]).GridSearchCV(xgb.XGBClassifier(n_estimators=3), {"max_depth": [2, 3]}, cv=2).fit(X, y)
xgb.XGBClassifier(n_estimators=4, enable_categorical=True).fit(CAT.astype("category"), y)
xgb.cv({"max_depth": 2}, D, 3, nfold=2)
""",
    ),
    "lightgbm": (
        "import lightgbm as lgb; P = dict(n_estimators=5, verbose=-1)",
        """
lgb.LGBMClassifier(**P).fit(N, YS)
lgb.LGBMRegressor(**P, objective="quantile", alpha=.9).fit(X, t)
lgb.LGBMClassifier(**P).fit(X, y3, eval_set=[(X, y3)], callbacks=[lgb.early_stopping(2, verbose=False)])
lgb.LGBMRanker(**P).fit(X, y, group=[60, 60])
lgb.LGBMClassifier(**P, boosting_type="dart").fit(CAT.astype("category"), y)
lgb.train({"verbose": -1, "objective": "binary"}, lgb.Dataset(X, y), 4)
lgb.train({"verbose": -1, "objective": "binary"}, lgb.Dataset(X, y), 4).save_model(PATH + ".txt")
lgb.cv({"verbose": -1, "objective": "binary"}, lgb.Dataset(X, y), 3, nfold=2, return_cvbooster=True)["cvbooster"]
__import__("sklearn.calibration", fromlist=["x"]).CalibratedClassifierCV(lgb.LGBMClassifier(**P), cv=2).fit(X, y)
__import__("sklearn.multioutput", fromlist=["x"]).MultiOutputRegressor(lgb.LGBMRegressor(**P)).fit(X, np.c_[t, t])
""",
    ),
    "catboost": (
        "import catboost as cb; P = dict(iterations=4, verbose=0, allow_writing_files=False)",
        """
cb.CatBoostClassifier(**P).fit(N, YS)
cb.CatBoostRegressor(**P, loss_function="MAE").fit(X, t)
cb.CatBoostClassifier(**P, cat_features=[0, 1]).fit(CAT, y)
cb.CatBoostRanker(**P).fit(X, y, group_id=np.repeat([0, 1], 60))
cb.CatBoost(dict(P, loss_function="MultiClass")).fit(X, y3)
cb.CatBoostClassifier(**P).fit(X, y).save_model(PATH + ".cbm")
cb.CatBoostClassifier(**P).fit(X, y).save_model(PATH + ".json", format="json")
cb.CatBoostClassifier(**P, class_weights=[1, 2], early_stopping_rounds=2).fit(X, y, eval_set=(X, y))
""",
    ),
    "numpy": (
        "",
        """
np.save(PATH + ".npy", X)
np.savez(PATH + ".npz", X=X, y=y, classes=np.array(["a", "b"]))
np.savez_compressed(PATH + ".npz", emb=X.astype("f2"))
np.save(PATH + ".npy", np.array([{"a": 1}, None, "x"], dtype=object), allow_pickle=True)
np.save(PATH + ".npy", np.rec.fromarrays([X[:, 0], y], names="a,b"))
np.save(PATH + ".npy", {"mean": X.mean(0), "std": X.std(0)}, allow_pickle=True)
{"mean": X.mean(0), "std": X.std(0), "n": np.int64(120), "label": np.str_("age")}
np.random.RandomState(3)
np.random.default_rng(3)
np.random.Generator(np.random.PCG64DXSM(4))
np.random.Generator(np.random.MT19937(4))
np.random.SeedSequence(5)
np.random.get_state()
np.ma.masked_invalid(np.where(X > .9, np.nan, X))
np.datetime64("2024-01-01")
np.arange("2024-01", "2024-06", dtype="datetime64[D]")
np.poly1d([1, 2, 3])
np.polynomial.Polynomial.fit(X[:, 0], t, 2)
np.polynomial.chebyshev.Chebyshev([1, 2])
np.dtype([("a", "f4"), ("b", "U3")])
np.asfortranarray(X)
np.matrix(X)
{k: np.float32(v) for k, v in zip(NUM, X[0])}
np.array(["a", None, 3.5, datetime.date(2024, 1, 1)], dtype=object)
np.finfo(np.float32)
[np.bool_(True), np.complex64(1 + 2j), np.void(b"abc"), np.bytes_(b"x"), np.longdouble(1.5)]
np.histogram(X[:, 0], bins=5)
np.errstate if False else np.vectorize(len)
""",
    ),
    "scipy": (
        "import scipy, scipy.interpolate as si, scipy.stats as ss, scipy.optimize as so, scipy.spatial as sd, scipy.signal as sg, scipy.cluster.hierarchy as ch",
        """
sp.csr_matrix(X > .5)
sp.coo_matrix(X)
sp.csc_array(X)
sp.lil_matrix(X)
sp.dok_matrix((3, 3))
sp.save_npz(PATH + ".npz", sp.csr_matrix(X))
sp.bsr_matrix(X[:, :4])
sp.dia_matrix(np.eye(4))
si.interp1d(np.arange(10), np.arange(10) ** 2, kind="cubic")
si.CubicSpline(np.arange(10), np.arange(10) ** 2)
si.UnivariateSpline(np.arange(10), np.arange(10) ** 2.)
si.RBFInterpolator(X, t)
si.RegularGridInterpolator((np.arange(4), np.arange(3)), np.ones((4, 3)))
si.splrep(np.arange(10), np.arange(10.) ** 2)
si.make_interp_spline(np.arange(10), np.arange(10.))
si.PchipInterpolator(np.arange(10), np.arange(10.))
si.LinearNDInterpolator(X[:, :2], t)
si.NearestNDInterpolator(X, t)
ss.norm(1, 2)
ss.gaussian_kde(X.T)
ss.gamma.fit(DUR)
ss.multivariate_normal([0, 1], [[1, 0], [0, 1]])
ss.rv_histogram(np.histogram(t, 10))
ss.lognorm(s=.5)
tuple(ss.ttest_ind(t, X[:, 0]))
ss.linregress(X[:, 0], t)
ss.describe(t)
so.minimize(lambda v: (v ** 2).sum(), [1., 2.])
so.curve_fit(lambda a, b, c: b * a + c, X[:, 0], t)
so.linprog([1, 1], bounds=[(0, 1), (0, 1)])
so.Bounds([0], [1])
sd.cKDTree(X)
sd.KDTree(X)
sd.ConvexHull(X[:, :2])
sd.Delaunay(X[:, :2])
sd.transform.Rotation.from_euler("z", 90, degrees=True)
sg.butter(3, .2)
sg.dlti([1], [1, 2])
ch.linkage(X[:20])
ch.to_tree(ch.linkage(X[:20]))
scipy.io.savemat(PATH + ".mat", {"X": X})
""",
    ),
    "pandas": (
        "",
        """
DF.to_pickle(PATH)
DF.set_index("day").resample("W")[["age"]].mean()
DF.astype({"city": "category"})
DF.groupby(["city", "bought"] if False else ["city"])[NUM].agg(["mean", "std"])
pd.Series(["a", "b", None], dtype="string")
pd.Series([1, 2, None], dtype="Int64")
pd.Series(pd.Categorical(["lo", "hi"], categories=["lo", "hi"], ordered=True))
pd.Series(pd.arrays.SparseArray([0, 0, 1]))
pd.date_range("2024", periods=5, freq="B", tz="Europe/Oslo")
pd.period_range("2024-01", periods=4, freq="M")
pd.timedelta_range("1h", periods=4)
pd.cut(X[:, 0], 4)
pd.qcut(N.age, 4)
pd.IntervalIndex.from_breaks([0, 1, 2])
pd.MultiIndex.from_product([["a", "b"], [1, 2]])
pd.Timestamp("2024-01-01", tz="UTC")
pd.Timedelta("3 days")
pd.Timestamp("2024-06-01T12:00", tz="America/New_York")
pd.offsets.MonthEnd(2)
pd.CategoricalDtype(["a", "b"], ordered=True)
{"train": N.head(), "target": YS, "dtypes": DF.dtypes}
pd.DataFrame({"x": pd.array([True, None], dtype="boolean"), "y": pd.array([1.5, None], dtype="Float64")})
DF.describe(include="all")
DF.corr(numeric_only=True)
N.to_dict("records")
pd.Series([decimal.Decimal("1.5"), fractions.Fraction(1, 3), uuid.uuid4(), datetime.time(3)])
pd.read_csv(io.StringIO("a,b\\n1,x\\n2,y"), dtype={"b": "string[pyarrow]"})
pd.DataFrame({"l": [[1, 2], [3]], "d": [{"a": 1}, {}]})
pd.Index([3, 1, 2], name="id")
pd.DataFrame({"a": [1.5, 2]}, dtype="float64[pyarrow]")
pd.NA
pd.options.display if False else pd.Period("2024Q1")
DF.rolling(3, on="day")[NUM].mean()
pd.DateOffset(months=1)
DF.groupby("city").ngroup()
""",
    ),
    "python": (
        "import dataclasses, enum, ipaddress, zoneinfo, types, array, string, heapq, secrets, argparse, configparser, logging, typing",
        """
{"history": {"loss": [.5, .4], "val_loss": [.6, .5]}, "best": float("inf")}
collections.Counter("the cat sat".split())
collections.deque([1, 2, 3], maxlen=5)
collections.ChainMap({"a": 1}, {"b": 2})
{"when": datetime.datetime.now(), "date": datetime.date.today(), "took": datetime.timedelta(seconds=3)}
datetime.datetime(2024, 1, 1, tzinfo=zoneinfo.ZoneInfo("Europe/Oslo"))
pathlib.PurePosixPath("models/best.pt")
pathlib.Path("models/best.pt")
random.getstate()
random.Random(4)
argparse.Namespace(lr=.1, epochs=3, layers=[1, 2], name="run")
types.SimpleNamespace(lr=.1)
frozenset([1, 2]), {3, 4}, range(5), slice(1, 2), complex(1, 2), Ellipsis, b"x", bytearray(b"y")
array.array("d", [1., 2.])
functools.partial(round, ndigits=2)
re.compile(r"[a-z]+\\d", re.I)
{"model_type": "lgbm", "features": tuple(NUM), "thresholds": {0: .5, 1: .7}, "encoder": {"Oslo": 0, "Bergen": 1}}
string.Template("hello $x")
decimal.Decimal("3.14")
uuid.UUID(int=3)
itertools.count(5)
collections.defaultdict(int, a=1)
collections.defaultdict(functools.partial(collections.defaultdict, int), a={1: 2})
operator.itemgetter(1)
logging.INFO, http.HTTPStatus.OK if False else enum.auto
sys.version_info[:3], sys.version
ipaddress.ip_network("10.0.0.0/8")
[int, float, str, dict, type(None)]
len, sorted, max
math.sqrt if False else __import__("math").sqrt
""",
    ),
    "cloudpickle": (
        "import cloudpickle; from sklearn.linear_model import Ridge; from sklearn.ensemble import RandomForestClassifier; from sklearn.preprocessing import StandardScaler; from sklearn.pipeline import make_pipeline",
        """
open(PATH, "wb").write(cloudpickle.dumps(Ridge().fit(X, t)))
open(PATH, "wb").write(cloudpickle.dumps({"model": make_pipeline(StandardScaler(), RandomForestClassifier(4)).fit(N, YS), "cols": NUM}))
open(PATH, "wb").write(cloudpickle.dumps(DF))
open(PATH, "wb").write(cloudpickle.dumps(np.random.default_rng(1)))
""",
    ),
    "dill": (
        "import dill; from sklearn.linear_model import Ridge; from sklearn.ensemble import GradientBoostingRegressor",
        """
dill.dump(Ridge().fit(X, t), open(PATH, "wb"))
dill.dump({"m": GradientBoostingRegressor(n_estimators=4).fit(N, TS), "when": datetime.datetime(2024, 1, 1)}, open(PATH, "wb"))
dill.dump(DF, open(PATH, "wb"), protocol=4)
dill.dump([X, sp.csr_matrix(X), collections.OrderedDict(a=1)], open(PATH, "wb"))
""",
    ),
    "statsmodels": (
        "import statsmodels.api as sm, statsmodels.formula.api as smf; from statsmodels.tsa.api import ExponentialSmoothing, SimpleExpSmoothing, Holt, AutoReg, VAR, seasonal_decompose, STL, UnobservedComponents; from statsmodels.tsa.forecasting.theta import ThetaModel; from statsmodels.tsa.arima.model import ARIMA; from statsmodels.tsa.statespace.sarimax import SARIMAX; CC = sm.add_constant(N)",
        """
sm.OLS(t, sm.add_constant(X)).fit()
sm.OLS(TS, CC).fit()
sm.Logit(YS, CC[["const", "height"]]).fit(disp=0)
sm.GLM(TS - TS.min(), CC, family=sm.families.Poisson()).fit()
smf.ols("price ~ age + income", N.assign(price=TS)).fit()
smf.logit("bought ~ height", N.assign(bought=y)).fit(disp=0)
smf.ols("price ~ age + C(city)", DF.assign(price=TS)).fit()
sm.RLM(t, X).fit()
sm.QuantReg(t, X).fit(.5)
smf.mixedlm("price ~ age", N.assign(price=TS, g=y3), groups="g").fit()
ARIMA(SER, order=(1, 0, 1)).fit()
SARIMAX(SER, order=(1, 0, 0), seasonal_order=(1, 0, 0, 12)).fit(disp=0)
ExponentialSmoothing(SER, seasonal="add", seasonal_periods=12).fit()
SimpleExpSmoothing(SER).fit()
Holt(SER).fit()
AutoReg(SER, 2).fit()
VAR(pd.DataFrame({"a": SER, "b": SER.shift(1).bfill() + R.rand(120)})).fit(2)
seasonal_decompose(SER)
sm.OLS(t, X).fit().save(PATH)
sm.GLM(y, X, family=sm.families.Binomial()).fit().save(PATH, remove_data=True)
sm.PCA(X) if hasattr(sm, "PCA") else sm.multivariate.PCA(X)
STL(SER).fit()
ThetaModel(SER).fit()
UnobservedComponents(SER, "local level").fit(disp=0)
""",
    ),
    "prophet": (
        "from prophet import Prophet; from prophet.serialize import model_to_json; PF = pd.DataFrame({'ds': SER.index, 'y': SER.values})",
        """
Prophet().fit(PF)
Prophet(growth="flat", yearly_seasonality=True, weekly_seasonality=False).fit(PF)
Prophet(seasonality_mode="multiplicative", changepoint_prior_scale=.1).add_country_holidays("NO").fit(PF)
Prophet().add_seasonality("monthly", 30.5, 3).fit(PF)
open(PATH + ".json", "w").write(model_to_json(Prophet().fit(PF)))
""",
    ),
    "pmdarima": (
        "import pmdarima as pm; from pmdarima.pipeline import Pipeline; from pmdarima.preprocessing import *",
        """
pm.ARIMA((1, 0, 1)).fit(SER.values)
pm.auto_arima(SER.values, start_p=0, start_q=0, max_p=1, max_q=1, seasonal=False)
pm.ARIMA((1, 0, 0), seasonal_order=(1, 0, 0, 12), suppress_warnings=True).fit(SER)
Pipeline([("box", BoxCoxEndogTransformer(lmbda2=1e-6)), ("arima", pm.ARIMA((1, 0, 0)))]).fit(SER.values)
""",
    ),
    "lifelines": (
        "from lifelines import *; L = N.assign(T=DUR, E=EV)",
        """
KaplanMeierFitter().fit(DUR, EV)
CoxPHFitter(penalizer=.1).fit(L, "T", "E")
WeibullFitter().fit(DUR, EV)
WeibullAFTFitter().fit(L, "T", "E")
NelsonAalenFitter().fit(DUR, EV)
LogNormalFitter().fit(DUR, EV)
AalenAdditiveFitter(coef_penalizer=1.).fit(L, "T", "E")
""",
    ),
    "scikit-survival": (
        "from sksurv.linear_model import *; from sksurv.ensemble import *; from sksurv.util import Surv; from sksurv.svm import *; from sksurv.preprocessing import *; S = Surv.from_arrays(EV, DUR); from sklearn.pipeline import make_pipeline",
        """
CoxPHSurvivalAnalysis().fit(N, S)
RandomSurvivalForest(5).fit(X, S)
GradientBoostingSurvivalAnalysis(n_estimators=4).fit(X, S)
CoxnetSurvivalAnalysis(fit_baseline_model=True).fit(X, S)
FastSurvivalSVM(max_iter=5).fit(X, S)
make_pipeline(OneHotEncoder(), CoxPHSurvivalAnalysis(alpha=.1)).fit(CAT.astype("category"), S)
""",
    ),
    "hdbscan": (
        "import hdbscan",
        """
hdbscan.HDBSCAN(min_cluster_size=5).fit(X)
hdbscan.HDBSCAN(min_cluster_size=5, prediction_data=True, metric="manhattan").fit(X)
hdbscan.HDBSCAN(min_cluster_size=4, gen_min_span_tree=True).fit(X)
""",
    ),
    "umap-learn": (
        "import umap",
        """
umap.UMAP(n_neighbors=5, n_epochs=10).fit(X)
umap.UMAP(n_neighbors=5, n_epochs=10, metric="cosine", random_state=4).fit(N)
umap.UMAP(n_neighbors=5, n_epochs=10, densmap=True).fit(X)
""",
    ),
    "pynndescent": (
        "import pynndescent",
        """
pynndescent.NNDescent(X)
pynndescent.PyNNDescentTransformer(5).fit(X)
""",
    ),
    "category_encoders": (
        "import category_encoders as ce; from sklearn.pipeline import make_pipeline; from sklearn.linear_model import LogisticRegression",
        """
ce.TargetEncoder(cols=["city"]).fit(CAT, y)
ce.OneHotEncoder(use_cat_names=True).fit(CAT)
ce.OrdinalEncoder().fit(CAT)
ce.CatBoostEncoder().fit(CAT, y)
ce.WOEEncoder().fit(CAT, y)
ce.LeaveOneOutEncoder().fit(CAT, y)
ce.BinaryEncoder().fit(CAT)
ce.CountEncoder().fit(CAT)
ce.HashingEncoder(max_process=1).fit(CAT)
ce.JamesSteinEncoder().fit(CAT, y)
ce.GLMMEncoder().fit(CAT, y)
make_pipeline(ce.HelmertEncoder(), LogisticRegression()).fit(CAT, y)
""",
    ),
    "feature_engine": (
        "from feature_engine.encoding import *; from feature_engine.imputation import *; from feature_engine.discretisation import *; from feature_engine.outliers import *; from feature_engine.selection import *; from feature_engine.datetime import *; from feature_engine.transformation import *; from feature_engine.creation import *; from sklearn.pipeline import Pipeline; from sklearn.linear_model import *; CAT = CAT.astype(object)",
        """
RareLabelEncoder(tol=.1, n_categories=2).fit(CAT)
MeanEncoder().fit(CAT, YS)
OneHotEncoder(top_categories=2).fit(CAT)
CountFrequencyEncoder().fit(CAT)
MeanMedianImputer().fit(N)
EqualFrequencyDiscretiser(q=3).fit(N)
Winsorizer(capping_method="iqr").fit(N)
DropCorrelatedFeatures().fit(N)
DatetimeFeatures(variables=["day"]).fit(DF)
YeoJohnsonTransformer().fit(N)
CyclicalFeatures().fit(N)
Pipeline([("imp", CategoricalImputer()), ("enc", OrdinalEncoder(encoding_method="ordered")), ("m", LogisticRegression())]).fit(CAT, YS)
SmartCorrelatedSelection().fit(N)
DecisionTreeEncoder(regression=False).fit(CAT, YS)
""",
    ),
    "mlxtend": (
        "from mlxtend.classifier import *; from mlxtend.regressor import *; from mlxtend.feature_selection import *; from mlxtend.preprocessing import *; from mlxtend.frequent_patterns import *; from sklearn.linear_model import *",
        """
StackingClassifier([LogisticRegression(), RidgeClassifier()], LogisticRegression()).fit(X, y)
StackingCVRegressor([Ridge(), Lasso()], LinearRegression(), cv=2).fit(X, t)
EnsembleVoteClassifier([LogisticRegression(), RidgeClassifier()], voting="hard").fit(X, y)
SequentialFeatureSelector(Ridge(), k_features=2, cv=2).fit(X, t)
ExhaustiveFeatureSelector(Ridge(), max_features=2, cv=2, print_progress=False).fit(X, t)
TransactionEncoder().fit([["a", "b"], ["c"]])
apriori(pd.DataFrame(X > .3, columns=NUM), min_support=.3)
association_rules(apriori(pd.DataFrame(X > .3, columns=NUM), min_support=.3))
SoftmaxRegression(epochs=3).fit(X, y)
""",
    ),
    "nltk": (
        "import nltk; from nltk.probability import *; from nltk.lm import *; from nltk.lm.preprocessing import padded_everygram_pipeline; TOK = [s.split() for s in TXT]; F = [({w: True for w in s}, l) for s, l in zip(TOK, LAB)]; TAG = [[(w, 'N' if len(w) > 3 else 'D') for w in s] for s in TOK]",
        """
nltk.NaiveBayesClassifier.train(F)
nltk.DecisionTreeClassifier.train(F)
nltk.MaxentClassifier.train(F, max_iter=2, trace=0)
nltk.UnigramTagger(TAG)
nltk.BigramTagger(TAG, backoff=nltk.UnigramTagger(TAG, backoff=nltk.DefaultTagger("N")))
nltk.tag.PerceptronTagger(load=False)
FreqDist(w for s in TOK for w in s)
ConditionalFreqDist((l, w) for s, l in zip(TOK, LAB) for w in s)
nltk.classify.SklearnClassifier(__import__("sklearn.naive_bayes", fromlist=["x"]).BernoulliNB()).train(F)
nltk.stem.PorterStemmer()
nltk.stem.SnowballStemmer("english")
nltk.tokenize.RegexpTokenizer(r"\\w+")
nltk.tokenize.punkt.PunktSentenceTokenizer("Hello there. Mr. X is here.")
(lambda m, p: (m.fit(*p), m)[1])(Laplace(2), padded_everygram_pipeline(2, TOK))
(lambda m, p: (m.fit(*p), m)[1])(MLE(2), padded_everygram_pipeline(2, TOK))
""",
    ),
    "sktime": (
        "from sktime.forecasting.naive import *; from sktime.forecasting.compose import *; from sktime.forecasting.trend import *; from sktime.forecasting.exp_smoothing import *; from sktime.forecasting.theta import *; from sktime.classification.interval_based import *; from sktime.classification.distance_based import *; from sktime.classification.kernel_based import *; from sktime.transformations.panel.rocket import *; from sktime.transformations.series.detrend import *; from sklearn.linear_model import Ridge; SP = SER.to_period('M'); P3 = X.reshape(30, 1, 16)",
        """
NaiveForecaster("last", sp=12).fit(SP, fh=[1, 2])
make_reduction(Ridge(), window_length=6).fit(SP, fh=[1])
TransformedTargetForecaster([("d", Deseasonalizer(sp=12)), ("f", PolynomialTrendForecaster())]).fit(SP, fh=[1])
ExponentialSmoothing(trend="add").fit(SP)
ThetaForecaster(sp=12).fit(SP)
TimeSeriesForestClassifier(n_estimators=4).fit(P3, y[:30])
Rocket(50).fit(P3)
RocketClassifier(num_kernels=50).fit(P3, y[:30])
EnsembleForecaster([("a", NaiveForecaster()), ("b", PolynomialTrendForecaster())]).fit(SP, fh=[1])
NaiveForecaster().fit(SP).save(PATH)
""",
    ),
    "river": (
        "import river; from river import linear_model, preprocessing, tree, forest, naive_bayes, anomaly, drift, ensemble, cluster, metrics, neighbors, feature_extraction, compose; J = lambda m: [m.learn_one(dict(zip(NUM, a)), b) for a, b in zip(X.tolist(), y.tolist())] and m; JT = lambda m: [m.learn_one(dict(zip(NUM, a)), b) for a, b in zip(X.tolist(), t.tolist())] and m",
        """
J(linear_model.LogisticRegression())
JT(preprocessing.StandardScaler() | linear_model.LinearRegression())
J(tree.HoeffdingTreeClassifier())
J(forest.ARFClassifier(3))
J(naive_bayes.GaussianNB())
JT(tree.HoeffdingAdaptiveTreeRegressor())
anomaly.HalfSpaceTrees(3, 3)
drift.ADWIN()
J(ensemble.BaggingClassifier(linear_model.LogisticRegression(), 2))
cluster.KMeans(3)
metrics.Accuracy()
J(neighbors.KNNClassifier())
feature_extraction.TFIDF()
compose.Select("age") | preprocessing.MinMaxScaler()
""",
    ),
    "tslearn": (
        "from tslearn.clustering import *; from tslearn.neighbors import *; from tslearn.svm import *; from tslearn.preprocessing import *; Z = X.reshape(30, 16, 1)",
        """
TimeSeriesKMeans(2, metric="dtw", max_iter=2).fit(Z)
KNeighborsTimeSeriesClassifier(2).fit(Z, y[:30])
TimeSeriesSVC(kernel="gak", gamma=.1).fit(Z, y[:30])
KShape(2, max_iter=2).fit(Z)
TimeSeriesScalerMeanVariance()
TimeSeriesKMeans(2, max_iter=2).fit(Z).to_json(PATH + ".json")
""",
    ),
    "pyod": (
        "from pyod.models.knn import KNN; from pyod.models.iforest import IForest; from pyod.models.ecod import ECOD; from pyod.models.copod import COPOD; from pyod.models.hbos import HBOS; from pyod.models.lof import LOF; from pyod.models.pca import PCA; from pyod.models.ocsvm import OCSVM; from pyod.models.abod import ABOD; from pyod.models.cblof import CBLOF; from pyod.models.mcd import MCD; from pyod.models.feature_bagging import FeatureBagging",
        """
KNN().fit(X)
IForest(n_estimators=5).fit(X)
ECOD().fit(X)
COPOD().fit(X)
HBOS().fit(X)
LOF().fit(X)
PCA().fit(X)
OCSVM().fit(X)
ABOD().fit(X)
CBLOF(n_clusters=4).fit(X)
MCD().fit(X)
FeatureBagging(n_estimators=2).fit(X)
""",
    ),
    "surprise": (
        "import surprise as su; DD = su.Dataset.load_from_df(pd.DataFrame({'u': R.randint(0, 9, 80), 'i': R.randint(0, 9, 80), 'r': R.randint(1, 6, 80)}), su.Reader(rating_scale=(1, 5))).build_full_trainset()",
        """
su.SVD(n_epochs=2).fit(DD)
su.KNNBasic(verbose=False).fit(DD)
su.KNNWithMeans(sim_options={"name": "cosine", "user_based": False}, verbose=False).fit(DD)
su.BaselineOnly(verbose=False).fit(DD)
su.NMF(n_epochs=2).fit(DD)
su.SlopeOne().fit(DD)
su.CoClustering(n_epochs=2).fit(DD)
su.dump.dump(PATH, algo=su.SVDpp(n_epochs=1).fit(DD))
""",
    ),
    "implicit": (
        "import implicit; UI = sp.csr_matrix((X[:60] > .5).astype('f4')); IF = lambda m: (m.fit(UI, show_progress=False), m)[1]; from implicit.nearest_neighbours import *",
        """
IF(implicit.als.AlternatingLeastSquares(4, iterations=2, use_gpu=False))
IF(implicit.bpr.BayesianPersonalizedRanking(4, iterations=2, use_gpu=False))
IF(implicit.lmf.LogisticMatrixFactorization(4, iterations=2))
IF(BM25Recommender())
IF(CosineRecommender())
IF(implicit.als.AlternatingLeastSquares(4, iterations=2, use_gpu=False)).save(PATH + ".npz")
""",
    ),
    "gensim": (
        "from gensim.models import *; from gensim.corpora import Dictionary; from gensim.similarities import *; TOK = [s.split() for s in TXT]; DI = Dictionary(TOK); BOW = [DI.doc2bow(s) for s in TOK]; from gensim.models.phrases import Phrases, Phraser",
        """
Word2Vec(TOK, vector_size=6, min_count=1, epochs=1).save(PATH)
Word2Vec(TOK, vector_size=6, min_count=1, epochs=1)
Word2Vec(TOK, vector_size=6, min_count=1, epochs=1).wv.save(PATH)
FastText(TOK, vector_size=6, min_count=1, epochs=1, bucket=50).save(PATH)
Doc2Vec([doc2vec.TaggedDocument(s, [i]) for i, s in enumerate(TOK)], vector_size=6, min_count=1, epochs=1).save(PATH)
LdaModel(BOW, 2, DI).save(PATH)
LdaMulticore(BOW, 2, DI, workers=1)
LsiModel(BOW, num_topics=2, id2word=DI).save(PATH)
TfidfModel(BOW).save(PATH)
DI.save(PATH)
Phrases(TOK, min_count=1, threshold=.1).save(PATH)
Phraser(Phrases(TOK, min_count=1, threshold=.1))
HdpModel(BOW, DI).save(PATH)
MatrixSimilarity(BOW, num_features=len(DI)).save(PATH)
CoherenceModel(LdaModel(BOW, 2, DI), texts=TOK, dictionary=DI, coherence="u_mass") and LdaModel(BOW, 2, DI)
Word2Vec(TOK, vector_size=6, min_count=1, epochs=1).wv.save_word2vec_format(PATH + ".bin", binary=True)
Nmf(BOW, 2, DI)
BOW
""",
    ),
    "spacy": (
        "import spacy; NL = spacy.blank('en')",
        """
NL.to_disk(PATH)
(NL.add_pipe("textcat", name="tc") and NL).initialize() and NL.to_disk(PATH) if False else spacy.blank("de").to_disk(PATH)
spacy.tokens.DocBin(docs=[NL("hello world")]).to_disk(PATH + ".spacy")
NL("hello world")
NL.vocab.to_disk(PATH)
open(PATH, "wb").write(NL.to_bytes())
""",
    ),
    "hmmlearn": (
        "from hmmlearn.hmm import *",
        """
GaussianHMM(2).fit(X)
CategoricalHMM(2).fit(y.reshape(-1, 1))
GMMHMM(2, 2).fit(X)
""",
    ),
    "pygam": (
        "from pygam import *",
        """
LinearGAM(s(0) + l(1)).fit(X, t)
LogisticGAM(max_iter=5).fit(X, y)
LinearGAM(s(0, n_splines=5) + f(1)).fit(np.c_[X[:, 0], y3], t)
""",
    ),
    "interpret": (
        "from interpret.glassbox import *",
        """
ExplainableBoostingClassifier(outer_bags=2, max_rounds=5, interactions=0).fit(N, YS)
ExplainableBoostingRegressor(outer_bags=2, max_rounds=5).fit(X, t)
LogisticRegression().fit(X, y)
""",
    ),
    "ngboost": (
        "from ngboost import *; from ngboost.distns import *",
        """
NGBRegressor(n_estimators=3, verbose=False).fit(X, t)
NGBClassifier(n_estimators=3, verbose=False, Dist=k_categorical(3)).fit(X, y3)
NGBRegressor(n_estimators=3, verbose=False, Dist=LogNormal).fit(X, t - t.min() + 1)
""",
    ),
    "arch": (
        "from arch import arch_model",
        """
arch_model(SER.diff().dropna() * 10).fit(disp="off")
arch_model(t * 10, vol="EGARCH", dist="t").fit(disp="off")
""",
    ),
    "scikit-optimize": (
        "import skopt",
        """
skopt.gp_minimize(sum, [(0., 1.), (0., 1.)], n_calls=6, n_initial_points=5)
skopt.Optimizer([(0., 1.), ["a", "b"]])
skopt.space.Space([(0., 1.), (1, 5), ["a", "b"]])
""",
    ),
    "optuna": (
        "import optuna; optuna.logging.set_verbosity(30); ST = optuna.create_study(); ST.optimize(lambda q: q.suggest_float('x', 0, 1) ** 2, 3)",
        """
ST
optuna.samplers.TPESampler(seed=1)
ST.best_trial
ST.best_params
ST.trials_dataframe()
""",
    ),
    "hyperopt": (
        "import hyperopt; TR = hyperopt.Trials(); hyperopt.fmin(lambda v: v ** 2, hyperopt.hp.uniform('v', -1, 1), hyperopt.tpe.suggest, 3, trials=TR, show_progressbar=False)",
        """
TR
TR.best_trial
""",
    ),
    "shap": (
        "import shap; from sklearn.ensemble import RandomForestRegressor; from sklearn.linear_model import LinearRegression; RF = RandomForestRegressor(4).fit(N, TS)",
        """
shap.TreeExplainer(RF)
shap.TreeExplainer(RF)(N.head())
shap.LinearExplainer(LinearRegression().fit(X, t), X)
shap.TreeExplainer(RF).shap_values(X[:5])
""",
    ),
    "sklearn-crfsuite": (
        "import sklearn_crfsuite",
        """
sklearn_crfsuite.CRF(max_iterations=3).fit([[{"w": w} for w in s.split()] for s in TXT], [["A" if len(w) > 3 else "B" for w in s.split()] for s in TXT])
""",
    ),
    "nearest": (
        "import annoy, hnswlib, faiss; AX = annoy.AnnoyIndex(4, 'angular'); [AX.add_item(i, v) for i, v in enumerate(X)]; AX.build(2); HX = hnswlib.Index('l2', 4); HX.init_index(200); HX.add_items(X); FX = faiss.IndexFlatL2(4); FX.add(X.astype('f4'))",
        """
HX
FX
faiss.write_index(FX, PATH + ".index")
AX.save(PATH + ".ann")
HX.save_index(PATH + ".bin")
""",
    ),
    "networkx": (
        "import networkx as nx",
        """
nx.karate_club_graph()
nx.DiGraph([(1, 2), (2, 3)])
nx.MultiGraph([(1, 2)])
""",
    ),
    "tokenizers": (
        "import tokenizers as tk, sentencepiece; BT = tk.Tokenizer(tk.models.BPE()); BT.pre_tokenizer = tk.pre_tokenizers.Whitespace(); BT.train_from_iterator(TXT, tk.trainers.BpeTrainer(vocab_size=60, show_progress=False))",
        """
BT.save(PATH + ".json")
BT
tk.models.WordPiece({"a": 0})
""",
    ),
    "rank_bm25": (
        "import rank_bm25; TOK = [s.split() for s in TXT]",
        """
rank_bm25.BM25Okapi(TOK)
rank_bm25.BM25Plus(TOK)
""",
    ),
    "kmodes": (
        "from kmodes.kmodes import KModes; from kmodes.kprototypes import KPrototypes",
        """
KModes(2, n_init=1).fit(CAT.values)
KPrototypes(2, n_init=1).fit(np.c_[X, y3], categorical=[4])
""",
    ),
    "minisom": (
        "from minisom import MiniSom; MS = MiniSom(3, 3, 4, random_seed=1); MS.train(X, 20)",
        """
MS
""",
    ),
    "mapie": (
        "from mapie.regression import *; from mapie.classification import *; from sklearn.linear_model import *",
        """
SplitConformalRegressor(LinearRegression().fit(X, t), prefit=True).conformalize(X, t)
SplitConformalClassifier(LogisticRegression().fit(X, y3), prefit=True).conformalize(X, y3)
CrossConformalRegressor(LinearRegression()).fit_conformalize(X, t)
""",
    ),
    "fairlearn": (
        "from fairlearn.postprocessing import *; from fairlearn.reductions import *; from sklearn.linear_model import *; from sklearn.metrics import accuracy_score; from fairlearn.metrics import MetricFrame",
        """
ThresholdOptimizer(estimator=LogisticRegression(), predict_method="predict_proba").fit(X, y, sensitive_features=CAT.city)
(lambda m: (m.fit(X, y, sensitive_features=CAT.city), m)[1])(ExponentiatedGradient(LogisticRegression(), DemographicParity(), max_iter=2))
MetricFrame(metrics=accuracy_score, y_true=y, y_pred=y, sensitive_features=CAT.city)
""",
    ),
    "skops": (
        "import skops.io as sio; from sklearn.linear_model import *; from sklearn.ensemble import *; from sklearn.pipeline import make_pipeline; from sklearn.preprocessing import *",
        """
sio.dump(Ridge().fit(N, TS), PATH)
sio.dump(make_pipeline(StandardScaler(), RandomForestClassifier(3)).fit(X, y), PATH)
sio.dump({"m": GradientBoostingClassifier(n_estimators=3).fit(X, y), "cols": NUM}, PATH)
""",
    ),
    "onnx": (
        "import skl2onnx, onnx; from sklearn.linear_model import *; from sklearn.ensemble import *",
        """
open(PATH + ".onnx", "wb").write(skl2onnx.to_onnx(LogisticRegression().fit(X, y), X[:1].astype("f4")).SerializeToString())
open(PATH + ".onnx", "wb").write(skl2onnx.to_onnx(RandomForestRegressor(3).fit(X, t), X[:1].astype("f4")).SerializeToString())
skl2onnx.to_onnx(LogisticRegression().fit(X, y), X[:1].astype("f4"))
""",
    ),
    "polars": (
        "import polars as pl",
        """
pl.DataFrame({"a": [1, 2], "b": ["x", "y"]})
pl.Series("a", [1., 2.])
""",
    ),
    "pyarrow": (
        "import pyarrow as pa",
        """
pa.table({"a": [1, 2]})
pa.schema([("a", pa.int64())])
""",
    ),
    "scikit-lego": (
        "from sklego.linear_model import *; from sklego.preprocessing import *; from sklego.meta import *; from sklearn.linear_model import Ridge",
        """
GroupedPredictor(Ridge(), groups=["city"]).fit(DF[["age", "city"]], TS)
ColumnSelector(NUM).fit(DF)
LADRegression().fit(X, t)
Thresholder(__import__("sklearn.linear_model", fromlist=["x"]).LogisticRegression(), .4).fit(X, y)
""",
    ),
    "deslib": (
        "from deslib.des import *; from deslib.dcs import *; from sklearn.ensemble import *",
        """
KNORAE(RandomForestClassifier(4).fit(X, y)).fit(X, y)
OLA(RandomForestClassifier(4).fit(X, y)).fit(X, y)
""",
    ),
    "gplearn": (
        "from gplearn.genetic import *",
        """
SymbolicRegressor(population_size=20, generations=2).fit(X, t)
""",
    ),
    "text": (
        "import textblob, sumy; from textblob.classifiers import NaiveBayesClassifier",
        """
NaiveBayesClassifier([(s, "p" if l else "n") for s, l in zip(TXT, LAB)], feature_extractor=textblob.classifiers.contains_extractor)
""",
    ),
    "xarray": (
        "import xarray as xr",
        """
xr.DataArray(X, dims=("a", "b"), name="v")
xr.Dataset({"v": (("a",), t)}, attrs={"unit": "m"})
""",
    ),
    "linearmodels": (
        "from linearmodels.iv import IV2SLS; from linearmodels.panel import PanelOLS; PN = N.assign(price=TS, e=np.repeat(range(12), 10), d=np.tile(range(10), 12)).set_index(['e', 'd'])",
        """
PanelOLS(PN.price, PN[["age", "income"]], entity_effects=True).fit()
IV2SLS(TS, N[["age"]], N[["income"]], N[["height"]]).fit()
""",
    ),
    "filters": (
        "from pykalman import KalmanFilter; from filterpy.kalman import KalmanFilter as FK",
        """
KalmanFilter(n_dim_obs=1, n_dim_state=2).em(t, n_iter=1)
FK(2, 1)
""",
    ),
    "skforecast": (
        "from skforecast.recursive import *; from sklearn.linear_model import Ridge; import skforecast.utils as sku; FC = ForecasterRecursive(Ridge(), lags=4); FC.fit(SER.asfreq('MS'))",
        """
FC
""",
    ),
    "metric-learn": (
        "import metric_learn as ml",
        """
ml.LMNN(max_iter=3).fit(X, y)
ml.NCA(max_iter=3).fit(X, y)
""",
    ),
    "patsy": (
        "import patsy",
        """
patsy.dmatrix("age + bs(income, 3)", DF).design_info.column_names
""",
    ),
    "sympy": (
        "import sympy",
        """
sympy.Symbol("x") ** 2 + 1
""",
    ),
    "formulaic": (
        "import formulaic",
        """
formulaic.model_matrix("age + city", DF)
""",
    ),
}
