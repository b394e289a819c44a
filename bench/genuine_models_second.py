"""A second set of what most people keep: other pipelines, and other libraries; see `…_everyday.py`.

The recipes were frozen on 2026-11-27, after the alarms of the first set were mended (so parts of
the table had been read), and before a file of these was made or judged. At first sight, on the same
day, 12 of 463 files of 47 libraries alarmed (2.6 %; files of 8 of 319 recipes, 2.5 %): 4 of nltk
(patterns of `regex`, `FeatDict`), 2 each of albumentations (methods that it keeps), pillow and
statsmodels (a test between groups), one of kornia and one of torch (a layer that is not initialized
yet). Once mended, 6 files alarm (1.3 %).
"""

# ruff: noqa: E501

import runpy
from pathlib import Path

DATA = runpy.run_path(str(Path(__file__).with_name("genuine_models_everyday.py")))["DATA"]

POPULAR = {
    "scikit-learn": (
        """
import uuid, decimal, enum, platform
import sklearn
from sklearn.calibration import CalibratedClassifierCV
from sklearn.cluster import *
from sklearn.compose import *
from sklearn.datasets import *
from sklearn.decomposition import *
from sklearn.ensemble import *
from sklearn.feature_extraction.text import *
from sklearn.feature_selection import *
from sklearn.gaussian_process import *
from sklearn.gaussian_process.kernels import *
from sklearn.impute import *
from sklearn.inspection import *
from sklearn.linear_model import *
from sklearn.metrics import *
from sklearn.model_selection import *
from sklearn.multiclass import *
from sklearn.naive_bayes import *
from sklearn.neighbors import *
from sklearn.neural_network import *
from sklearn.pipeline import *
from sklearn.preprocessing import *
from sklearn.svm import *
from sklearn.tree import *
T = frame[["age", "income", "city", "size"]]
prep = ColumnTransformer([("n", StandardScaler(), ["age"]), ("c", OneHotEncoder(handle_unknown="ignore"), ["city"])])
""",
        """
{"pipeline": make_pipeline(prep, LogisticRegression()).fit(T, names), "columns": list(T.columns), "dtypes": T.dtypes, "sample": T.head(3), "report": classification_report(y, y, output_dict=True), "matrix": confusion_matrix(y, y)}
{"model": RandomForestClassifier(3).fit(frame[numeric], names), "explained": permutation_importance(LinearRegression().fit(X, t), X, t, n_repeats=2), "id": uuid.uuid4(), "price": decimal.Decimal("9.90"), "python": platform.python_version()}
{"models": {c: Ridge().fit(frame[numeric], t) for c in ("a", "b")}, "scores": pd.Series({"a": 0.3}), "trained_on": pd.Timestamp("2024-01-01"), "train_size": np.int64(80)}
[("scaler", StandardScaler().fit(X)), ("pca", PCA(2).fit(X)), ("model", SVC().fit(X, y))]
(X, y, names, frame, train_test_split(X, y, random_state=0))
types.SimpleNamespace(model=LinearRegression().fit(frame[numeric], t), features=numeric)
make_pipeline(prep.set_params(remainder=MinMaxScaler()), GradientBoostingRegressor(n_estimators=3)).fit(T[["age", "city", "income"]], t)
make_pipeline(ColumnTransformer([("t", TfidfVectorizer(max_features=9), "text"), ("d", OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1), ["city"])], sparse_threshold=0), HistGradientBoostingClassifier(max_iter=3)).fit(frame[["text", "city"]], y)
make_pipeline(ColumnTransformer([("log", FunctionTransformer(np.log1p, np.expm1, feature_names_out="one-to-one"), ["age"]), ("bins", KBinsDiscretizer(3, encode="ordinal"), ["income"]), ("drop", "drop", ["city"])]), DecisionTreeClassifier()).fit(frame[["age", "income", "city"]].assign(age=1), y)
make_pipeline(FeatureUnion([("pca", PCA(2)), ("best", SelectKBest(f_classif, k=2))]), KNeighborsClassifier()).fit(X, names)
make_pipeline(ColumnTransformer([("all", make_pipeline(SimpleImputer(), PolynomialFeatures(2)), slice(0, 3)), ("mask", "passthrough", [False, False, False, True, True])]), Lasso()).fit(X, t)
make_pipeline(TargetEncoder(), LogisticRegression()).fit(T[["city"]], y)
GridSearchCV(make_pipeline(prep, SVC()), [{"svc__kernel": ["linear"]}, {"svc__kernel": ["rbf"], "svc__gamma": ["scale", 0.1]}], cv=StratifiedKFold(2), n_jobs=1).fit(T, names)
GridSearchCV(Pipeline([("r", "passthrough"), ("m", LogisticRegression())]), {"r": [PCA(2), SelectKBest(k=2)], "m": [LogisticRegression(), LinearSVC()]}, cv=2).fit(X, y)
GridSearchCV(make_pipeline(TfidfVectorizer(), LogisticRegression()), {"tfidfvectorizer__ngram_range": [(1, 1), (1, 2)]}, cv=GroupKFold(2)).fit(texts, y, groups=many)
RandomizedSearchCV(MLPClassifier(max_iter=3), {"hidden_layer_sizes": [(4,), (4, 2)], "alpha": np.logspace(-3, 0, 4)}, n_iter=2, cv=2, random_state=np.random.RandomState(3)).fit(X, y)
RandomizedSearchCV(GradientBoostingClassifier(n_estimators=2), {"learning_rate": __import__("scipy.stats").stats.uniform(0.01, 0.2), "subsample": [0.5, 1.0]}, n_iter=2, cv=ShuffleSplit(2), scoring="roc_auc").fit(X, y)
cross_val_predict(LinearRegression(), X, t)
StackingClassifier([("a", make_pipeline(prep, RandomForestClassifier(2))), ("b", make_pipeline(prep, LogisticRegression()))], cv=2, passthrough=False).fit(T, names)
VotingClassifier([("a", CalibratedClassifierCV(LinearSVC(), cv=2)), ("b", RandomForestClassifier(2))], voting="soft", weights=[1, 2]).fit(frame[numeric], names)
BaggingRegressor(SVR(), 3, max_features=0.6).fit(frame[numeric], t)
AdaBoostClassifier(DecisionTreeClassifier(max_depth=1), n_estimators=3).fit(frame[numeric], names)
OneVsRestClassifier(make_pipeline(StandardScaler(), LogisticRegression())).fit(frame[numeric], names)
CalibratedClassifierCV(GaussianNB(), cv=KFold(2)).fit(frame[numeric], names)
TunedThresholdClassifierCV(LogisticRegression(), scoring="balanced_accuracy").fit(frame[numeric], y)
FixedThresholdClassifier(LogisticRegression(), threshold=0.3).fit(X, y)
RandomForestClassifier(3, class_weight={0: 1, 1: 5}, warm_start=True, random_state=np.random.RandomState(0)).fit(X, y)
ExtraTreesClassifier(3, monotonic_cst=[1, 0, 0, 0, 0]).fit(X, y)
IsolationForest(n_estimators=4, random_state=1).fit(frame[numeric])
GaussianProcessRegressor(1.0 * RBF([1.0] * 5, (1e-2, 1e2)) + WhiteKernel(0.1), n_restarts_optimizer=1).fit(frame[numeric], t)
GaussianProcessClassifier(Exponentiation(RationalQuadratic(), 2) + RBF()).fit(X, y)
NearestNeighbors(n_neighbors=3, metric="cosine").fit(TfidfVectorizer().fit_transform(texts))
{"vectorizer": TfidfVectorizer(stop_words=["a", "the"], vocabulary=None, sublinear_tf=True, dtype=np.float32).fit(texts), "matrix": TfidfVectorizer().fit_transform(texts), "similarity": TfidfVectorizer().fit_transform(texts).dot(TfidfVectorizer().fit_transform(texts).T), "titles": pd.Series(range(80), index=texts)}
CountVectorizer(lowercase=False, preprocessor=str.lower, tokenizer=str.split, token_pattern=None, binary=True).fit(texts)
KMeans(3, init=X[:3], n_init=1).fit(frame[numeric])
AgglomerativeClustering(None, distance_threshold=1.0, compute_full_tree=True).fit(X)
BisectingKMeans(2).fit(X)
HDBSCAN(min_cluster_size=3).fit(X)
DBSCAN(metric="precomputed").fit(pairwise_distances(X))
SGDClassifier(loss="modified_huber").partial_fit(X, names, classes=np.unique(names))
MLPClassifier((4,), solver="sgd", learning_rate="adaptive", max_iter=3).fit(StandardScaler().fit_transform(X), tags)
load_iris()
load_iris(as_frame=True)
make_scorer(fbeta_score, beta=2)
roc_curve(y, X[:, 0])
export_text(DecisionTreeClassifier(max_depth=2).fit(X, y))
learning_curve(LinearRegression(), X, t, cv=2, train_sizes=[0.5, 1.0])
RocCurveDisplay(fpr=np.array([0, 1]), tpr=np.array([0, 1]), roc_auc=0.5)
""",
    ),
    "xgboost": (
        """
import xgboost as xgb
from sklearn.model_selection import RandomizedSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import *
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import StackingRegressor
from sklearn.linear_model import Ridge
small = {"n_estimators": 3, "max_depth": 2}
""",
        """
xgb.XGBClassifier(**small, objective="binary:logistic", eval_metric="logloss", scale_pos_weight=3, use_label_encoder=False).fit(frame[numeric], y)
make_pipeline(ColumnTransformer([("c", OneHotEncoder(), ["city"])], remainder="passthrough"), xgb.XGBClassifier(**small)).fit(frame[["city", "age"]], many)
RandomizedSearchCV(xgb.XGBRegressor(**small), {"max_depth": [1, 2], "eta": [0.1, 0.3]}, n_iter=2, cv=2).fit(frame[numeric], t)
StackingRegressor([("x", xgb.XGBRegressor(**small)), ("r", Ridge())]).fit(X, t)
{"model": xgb.XGBClassifier(**small).fit(X, many), "encoder": LabelEncoder().fit(names), "scaler": StandardScaler().fit(X)}
xgb.XGBRegressor(**small, objective="survival:cox").fit(X, np.abs(t))
xgb.XGBRegressor(**small, objective="reg:quantileerror", quantile_alpha=np.array([0.1, 0.9])).fit(X, t)
xgb.XGBRegressor(**small, multi_strategy="multi_output_tree").fit(X, both)
xgb.train({"objective": "multi:softmax", "num_class": 3}, xgb.DMatrix(frame[numeric], many), 3, evals=[(xgb.DMatrix(frame[numeric], many), "a")], verbose_eval=False)
xgb.XGBModel(**small)
""",
    ),
    "lightgbm": (
        """
import lightgbm as lgb
from sklearn.calibration import CalibratedClassifierCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import *
from sklearn.multioutput import MultiOutputRegressor
from sklearn.model_selection import GridSearchCV
small = {"n_estimators": 3, "num_leaves": 4, "verbose": -1}
""",
        """
lgb.LGBMClassifier(**small, objective="multiclass", importance_type="gain").fit(frame[numeric], names)
CalibratedClassifierCV(lgb.LGBMClassifier(**small), cv=2).fit(X, y)
MultiOutputRegressor(lgb.LGBMRegressor(**small)).fit(X, both)
GridSearchCV(make_pipeline(StandardScaler(), lgb.LGBMRegressor(**small)), {"lgbmregressor__num_leaves": [3, 4]}, cv=2).fit(X, t)
{"boosters": [lgb.train({"verbose": -1}, lgb.Dataset(X, t), 2) for _ in range(2)], "oof": t, "folds": [(np.arange(40), np.arange(40, 80))], "importance": pd.DataFrame({"f": numeric, "g": range(5)})}
lgb.LGBMRegressor(**small, objective="tweedie", linear_tree=True).fit(X, np.abs(t))
lgb.Dataset(X, t, feature_name=list("abcde"), free_raw_data=False)
lgb.LGBMClassifier(**small).fit(X, y, callbacks=[lgb.log_evaluation(0), lgb.record_evaluation({})], eval_set=[(X, y)])
""",
    ),
    "catboost": (
        """
from catboost import *
from sklearn.calibration import CalibratedClassifierCV
from sklearn.ensemble import VotingClassifier
small = {"iterations": 3, "depth": 2, "verbose": 0, "allow_writing_files": False}
F = frame[["age", "city", "size"]].astype({"size": str})
""",
        """
CatBoostClassifier(**small, cat_features=[1, 2], auto_class_weights="Balanced").fit(F, y)
CatBoostRegressor(**small, cat_features=["city"], one_hot_max_size=2, loss_function="Quantile:alpha=0.9").fit(F[["age", "city"]], t)
CatBoostClassifier(**small, grow_policy="Lossguide").fit(X, names)
CatBoostClassifier(**small, cat_features=[1, 2]).fit(F, y).save_model(PATH + ".cbm")
CatBoostRegressor(**small).fit(frame[numeric], t).save_model(PATH + ".cbm")
CatBoostClassifier(**small).fit(X, names).save_model(PATH + ".cbm")
CatBoostRegressor(iterations=20, depth=3, verbose=0, allow_writing_files=False, loss_function="Poisson").fit(X, counts).save_model(PATH + ".cbm")
{"model": CatBoostClassifier(**small, cat_features=["city"]).fit(F[["age", "city"]], y), "cats": ["city"], "threshold": np.float32(0.4)}
VotingClassifier([("c", CatBoostClassifier(**small))], voting="soft").fit(X, y)
CatBoostRegressor(**small, custom_metric=["R2", "RMSE"], bootstrap_type="Bayesian").fit(Pool(X, t, weight=np.ones(80)), eval_set=Pool(X, t))
""",
    ),
    "statsmodels": (
        """
import statsmodels.api as sm
from statsmodels.tsa.api import *
from statsmodels.tsa.seasonal import MSTL
from statsmodels.tsa.deterministic import DeterministicProcess
from statsmodels.tsa.arima.model import ARIMA
from statsmodels.tsa.statespace.sarimax import SARIMAX
from statsmodels.stats.anova import *
from statsmodels.stats.multicomp import pairwise_tukeyhsd
from statsmodels.gam.api import BSplines, GLMGam
from statsmodels.othermod.betareg import BetaModel
from statsmodels.multivariate.pca import PCA
from statsmodels.multivariate.factor import Factor
from statsmodels.imputation.mice import MICEData
A = sm.add_constant(X)
months = series.to_frame().assign(promo=np.arange(80) % 2)
""",
        """
SARIMAX(months["sales"], exog=months[["promo"]], order=(1, 1, 1)).fit(disp=0)
SARIMAX(series, order=(0, 1, 1), seasonal_order=(0, 1, 1, 12), enforce_invertibility=False).fit(disp=0).save(PATH + ".pkl")
ARIMA(series, order=(2, 0, 0), freq="MS").fit().remove_data()
ExponentialSmoothing(series, seasonal="add", seasonal_periods=12, use_boxcox=True).fit()
ETSModel(series, error="mul", trend="add", damped_trend=True, seasonal="mul", seasonal_periods=12).fit(disp=0)
VARMAX(X[:, :2], order=(1, 0)).fit(maxiter=2, disp=0)
ARDL(series.values, 1, X[:, :1], 1).fit()
MSTL(series, periods=(6, 12)).fit()
DeterministicProcess(series.index, order=1, seasonal=True, period=12)
sm.Logit(tags[:, 1], A).fit_regularized(disp=0)
sm.GLM(tags[:, 1], A, family=sm.families.Binomial(sm.families.links.CLogLog())).fit()
sm.GLM(counts, A, family=sm.families.NegativeBinomial(), offset=np.ones(80)).fit()
sm.GLM(np.abs(t) + 1, A, family=sm.families.Tweedie(var_power=1.5)).fit()
GLMGam(t, A, smoother=BSplines(X[:, :1], df=[5], degree=[3])).fit()
BetaModel(1 / (1 + np.exp(-t / 9)), A).fit(disp=0)
sm.OLS(t, A).fit().get_robustcov_results("HC1")
sm.OLS(t, A).fit().get_prediction(A[:3]).summary_frame()
sm.OLS(t, A).fit().get_influence().summary_frame()
pairwise_tukeyhsd(t, names)
Factor(X, 1).fit()
sm.RecursiveLS(t, A).fit()
sm.distributions.ECDF(t)
sm.robust.scale.Huber()
""",
    ),
    "pandas": (
        "import io\n",
        """
{"train": frame.iloc[:60], "test": frame.iloc[60:], "target": frame.pop("label"), "index": frame.index}
frame.set_index("day").resample("W")[numeric].mean()
frame.groupby("city")["age"].apply(list)
frame.assign(l=[[1, "a"]] * 80, d=[{"k": 1}] * 80, s=[{1}] * 80, n=None)
pd.read_csv(io.StringIO("a,b\\n1,x\\n,y"), dtype_backend="numpy_nullable")
pd.Series(["a", "b", None], dtype="category").cat.codes
frame.to_dict("records")[:3]
pd.DataFrame({"v": [1.0]}, index=pd.DatetimeIndex(["2024-01-01"], tz="UTC", name="t"))
pd.DataFrame(X[:3], index=pd.PeriodIndex(["2024-01", "2024-02", "2024-03"], freq="M")).T
pd.DataFrame({("a", "x"): [1], ("a", "y"): [2]}).stack(future_stack=True)
pd.concat({"k": frame[numeric].describe(), "l": frame[numeric].describe()})
pd.Series({"a": 1}, name=("x", 1)).astype("Float32")
frame.dtypes
pd.cut(frame["age"], [-9, 0, 9], labels=["low", "high"])
pd.arrays.IntervalArray.from_breaks([0, 1, 2])
pd.tseries.offsets.CustomBusinessDay(holidays=["2024-12-25"])
""",
    ),
    "gensim": (
        """
from gensim.corpora import Dictionary
from gensim.models import *
from gensim.models.doc2vec import TaggedDocument
from gensim.similarities import *
words = [v.split() for v in texts]
known = Dictionary(words)
bags = [known.doc2bow(v) for v in words]
""",
        """
{"model": Word2Vec(words, vector_size=4, min_count=1), "idf": dict(enumerate(range(3)))}
FastText(words, vector_size=4, min_count=1, bucket=20).wv
Word2Vec(words, vector_size=4, min_count=1, compute_loss=True, callbacks=[]).wv.vectors
TfidfModel(dictionary=known, smartirs="ltc")
LdaModel(bags, 2, known, eval_every=None, per_word_topics=True)
{"lda": LdaModel(bags, 2, known), "dictionary": known, "corpus": bags}
MatrixSimilarity(TfidfModel(bags)[bags], num_features=len(known))
OkapiBM25Model(dictionary=known)
RpModel(bags, num_topics=2)
LogEntropyModel(bags)
NormModel(bags)
Nmf(bags, 2, known)
AuthorTopicModel(bags[:4], num_topics=2, id2word=known, author2doc={"a": [0, 1], "b": [2, 3]})
Phrases(words, min_count=1, scoring="npmi", threshold=0.1, connector_words=phrases.ENGLISH_CONNECTOR_WORDS)
""",
    ),
    "nltk": (
        """
import nltk
from nltk.classify import *
from nltk.sentiment.vader import SentiText
from nltk.tag.hmm import HiddenMarkovModelTrainer
from nltk.tag.brill import fntbl37
from nltk.tag import *
from nltk.tokenize import *
from nltk.chunk import *
from nltk.cluster import KMeansClusterer, cosine_distance
from nltk.lm import *
from nltk.stem.snowball import *
from sklearn.feature_extraction.text import CountVectorizer
tagged = [[("the", "DT"), ("dog", "NN"), ("runs", "VB")], [("a", "DT"), ("cat", "NN")]] * 5
""",
        """
{"classifier": NaiveBayesClassifier.train([({"a": True}, "pos"), ({"b": True}, "neg")]), "features": ["a", "b"]}
BrillTaggerTrainer(UnigramTagger(tagged), fntbl37()).train(tagged, max_rules=2)
RegexpParser("NP: {<DT>?<NN>}")
NgramTagger(3, tagged)
ClassifierBasedPOSTagger(train=tagged)
Vocabulary(["a", "b", "a"], unk_cutoff=2)
StupidBackoff(order=2)
CountVectorizer(tokenizer=TweetTokenizer().tokenize, token_pattern=None).fit(texts)
CountVectorizer(analyzer=GermanStemmer(ignore_stopwords=False).stem, max_features=5).fit(texts)
WhitespaceTokenizer()
TreebankWordTokenizer()
NLTKWordTokenizer()
KMeansClusterer(2, cosine_distance, repeats=1)
nltk.FeatStruct("[a=1]")
""",
    ),
}

OTHERS = {
    "flaml": (
        "from flaml import AutoML\n",
        """
(lambda made: made.fit(X, y, task="classification", time_budget=2, estimator_list=["lgbm", "rf"], verbose=0) or made)(AutoML())
(lambda made: made.fit(frame[numeric], t, task="regression", max_iter=2, time_budget=2, estimator_list=["rf"], verbose=0) or made.model)(AutoML())
""",
    ),
    "mapie": (
        "from mapie.regression import *\nfrom sklearn.linear_model import LinearRegression\n",
        """
SplitConformalRegressor(LinearRegression().fit(X, t), confidence_level=0.9, prefit=True).conformalize(X, t)
CrossConformalRegressor(LinearRegression(), cv=3).fit_conformalize(X, t)
""",
    ),
    "fairlearn": (
        "from fairlearn.postprocessing import ThresholdOptimizer\nfrom fairlearn.reductions import *\nfrom fairlearn.metrics import MetricFrame\nfrom sklearn.linear_model import LogisticRegression\nfrom sklearn.metrics import accuracy_score\n",
        """
ThresholdOptimizer(estimator=LogisticRegression(), predict_method="predict_proba").fit(X, y, sensitive_features=many % 2)
ExponentiatedGradient(LogisticRegression(), DemographicParity(), max_iter=3).fit(X, y, sensitive_features=many % 2)
MetricFrame(metrics={"acc": accuracy_score}, y_true=y, y_pred=y, sensitive_features=many)
""",
    ),
    "river": (
        "from river import anomaly, cluster, compose, drift, feature_extraction, forest, linear_model, naive_bayes, preprocessing, tree\n",
        """
(lambda made: [made.learn_one({"a": 1.0 * k}, bool(k)) for k in (0, 1)] and made)(preprocessing.StandardScaler() | linear_model.LogisticRegression())
(lambda made: [made.learn_one({"a": 1.0 * k}, bool(k)) for k in (0, 1)] and made)(tree.HoeffdingTreeClassifier())
(lambda made: [made.learn_one({"a": 1.0 * k}, bool(k)) for k in (0, 1)] and made)(forest.ARFClassifier(2, seed=1))
(lambda made: [made.learn_one("a b", "x") or made.learn_one("c", "y")] and made)(feature_extraction.BagOfWords() | naive_bayes.MultinomialNB())
(lambda made: [made.learn_one({"a": 1.0 * k}) for k in (0, 1)] and made)(anomaly.HalfSpaceTrees(seed=1))
(lambda made: [made.learn_one({"a": 1.0 * k, "b": "x"}, 1.0 * k) for k in (0, 1)] and made)((compose.SelectType(str) | preprocessing.OneHotEncoder()) + (compose.Select("a") | preprocessing.MinMaxScaler()) | linear_model.LinearRegression())
(lambda made: [made.update(k) for k in range(9)] and made)(drift.ADWIN())
(lambda made: [made.learn_one({"a": 1.0 * k}) for k in range(9)] and made)(cluster.KMeans(2, seed=1))
""",
    ),
    "tslearn": (
        "from tslearn.clustering import *\nfrom tslearn.neighbors import *\nfrom tslearn.svm import TimeSeriesSVC\nfrom tslearn.preprocessing import *\nS = X.reshape(80, 5, 1)\n",
        """
TimeSeriesKMeans(2, metric="dtw", max_iter=2).fit(S[:20])
KShape(2, max_iter=2).fit(S[:20])
KNeighborsTimeSeriesClassifier(2).fit(S[:20], y[:20])
TimeSeriesSVC(kernel="gak").fit(S[:20], y[:20])
TimeSeriesScalerMeanVariance().fit(S)
""",
    ),
    "arch": (
        "from arch import arch_model\nfrom arch.univariate import *\n",
        """
arch_model(t).fit(disp="off")
arch_model(t, vol="EGARCH", dist="t").fit(disp="off")
arch_model(series.pct_change().dropna() * 100, mean="AR", lags=1, o=1).fit(disp="off")
arch_model(t)
""",
    ),
    "scikit-survival": (
        "from sksurv.linear_model import *\nfrom sksurv.ensemble import *\nfrom sksurv.util import Surv\nfrom sksurv.svm import FastSurvivalSVM\nS = Surv.from_arrays(y.astype(bool), np.abs(t) + 1)\n",
        """
CoxPHSurvivalAnalysis().fit(X, S)
CoxnetSurvivalAnalysis(fit_baseline_model=True).fit(frame[numeric], S)
RandomSurvivalForest(3).fit(X, S)
GradientBoostingSurvivalAnalysis(n_estimators=3).fit(X, S)
FastSurvivalSVM(max_iter=5).fit(X, S)
""",
    ),
    "scikit-optimize": (
        "import skopt\nfrom skopt.space import *\nfrom sklearn.svm import SVC\n",
        """
(lambda r: skopt.dump(r, PATH + ".pkl", store_objective=False))(skopt.gp_minimize(lambda v: v[0] ** 2, [(-1.0, 1.0)], n_calls=4, n_initial_points=2))
skopt.BayesSearchCV(SVC(), {"C": Real(0.1, 1, "log-uniform"), "kernel": Categorical(["rbf"])}, n_iter=2, cv=2).fit(X, y)
skopt.Optimizer([Integer(1, 9), Real(0, 1)])
""",
    ),
    "polars": (
        "import polars as pl\n",
        """
pl.from_pandas(frame[numeric])
pl.DataFrame({"a": [1, None], "b": ["x", "y"], "c": [[1], [2]]})
pl.Series("a", [1.0, None])
{"schema": pl.DataFrame({"a": [1]}).schema, "mean": pl.DataFrame({"a": [1.0]}).mean()}
""",
    ),
    "xarray": (
        "import xarray as xr\n",
        """
xr.DataArray(X, dims=("time", "x"), coords={"time": pd.date_range("2024", periods=80)}, attrs={"units": "K"})
xr.Dataset({"a": (("x", "y"), X), "b": ("y", X[0])}, coords={"y": list("abcde")})
""",
    ),
    "onnx": (
        "import onnx\nfrom skl2onnx import to_onnx\nfrom sklearn.ensemble import RandomForestClassifier\nfrom sklearn.linear_model import LinearRegression\nfrom sklearn.pipeline import make_pipeline\nfrom sklearn.preprocessing import StandardScaler\n",
        """
onnx.save(to_onnx(make_pipeline(StandardScaler(), RandomForestClassifier(3)).fit(X, names), X[:1].astype("f4")), PATH + ".onnx")
onnx.save(to_onnx(LinearRegression().fit(X, t), X[:1].astype("f4")), PATH + ".onnx")
to_onnx(LinearRegression().fit(X, t), X[:1].astype("f4"))
""",
    ),
    "hyperopt": (
        "from hyperopt import *\ndef tried():\n    trials = Trials()\n    fmin(lambda v: v['x'] ** 2, {'x': hp.uniform('x', -1, 1)}, algo=tpe.suggest, max_evals=3, trials=trials, show_progressbar=False)\n    return trials\n",
        """
tried()
{"best": {"x": 0.1}, "trials": tried().trials}
""",
    ),
    "bayesian-optimization": (
        "from bayes_opt import BayesianOptimization\ndef found():\n    made = BayesianOptimization(None, {'x': (0, 1)}, random_state=1, verbose=0)\n    made.register({'x': 0.1}, 1.0)\n    return made\n",
        "found().res\nfound().max\n",
    ),
    "boruta": (
        "from boruta import BorutaPy\nfrom sklearn.ensemble import RandomForestClassifier\n",
        "BorutaPy(RandomForestClassifier(3, max_depth=3), n_estimators=5, max_iter=3, random_state=1).fit(X, y)\n",
    ),
    "kmodes": (
        "from kmodes.kmodes import KModes\nfrom kmodes.kprototypes import KPrototypes\n",
        """
KModes(2, n_init=1).fit(frame[["city"]])
KPrototypes(2, n_init=1, max_iter=2).fit(np.c_[X[:, :1].astype(object), frame[["city"]].values], categorical=[1])
""",
    ),
    "statsforecast": (
        "from statsforecast import StatsForecast\nfrom statsforecast.models import *\nd = pd.DataFrame({'unique_id': 'a', 'ds': series.index, 'y': series.values})\n",
        """
StatsForecast([AutoARIMA(season_length=12)], freq="MS").fit(d)
StatsForecast([AutoETS(season_length=12), SeasonalNaive(12), Theta(season_length=12)], freq="MS").fit(d)
StatsForecast([CrostonClassic(), WindowAverage(3)], freq="MS").fit(d).save(PATH + ".pkl")
""",
    ),
    "pygam": (
        "from pygam import *\n",
        """
LinearGAM(s(0, 5) + f(1)).fit(np.c_[X[:, 0], many], t)
LogisticGAM(n_splines=5).fit(X, y)
""",
    ),
    "tokenizers": (
        "from tokenizers import *\nfrom tokenizers import decoders, models, normalizers, pre_tokenizers, processors, trainers\ndef trained(model, trainer, **given):\n    made = Tokenizer(model)\n    for key, value in given.items():\n        setattr(made, key, value)\n    made.train_from_iterator(texts, trainer)\n    return made\n",
        """
trained(models.BPE(unk_token="[UNK]"), trainers.BpeTrainer(vocab_size=60, special_tokens=["[UNK]"]), pre_tokenizer=pre_tokenizers.Whitespace())
trained(models.BPE(), trainers.BpeTrainer(vocab_size=300, show_progress=False), pre_tokenizer=pre_tokenizers.ByteLevel(), decoder=decoders.ByteLevel())
trained(models.Unigram(), trainers.UnigramTrainer(vocab_size=40, show_progress=False), normalizer=normalizers.NFKC(), pre_tokenizer=pre_tokenizers.Metaspace())
trained(models.WordLevel(unk_token="[UNK]"), trainers.WordLevelTrainer(special_tokens=["[UNK]"])).save(PATH + ".json")
trained(models.WordLevel(unk_token="[UNK]"), trainers.WordLevelTrainer(special_tokens=["[UNK]"])).encode("a")
""",
    ),
    "rank-bm25": (
        "from rank_bm25 import *\n",
        "BM25Okapi([v.split() for v in texts])\n{'bm25': BM25Plus([v.split() for v in texts]), 'docs': texts}\n",
    ),
    "deap": (
        "from deap import base, creator, tools\n",
        "(lambda made: made.record(gen=0, avg=1.0) or made)(tools.Logbook())\ntools.HallOfFame(3)\n",
    ),
    "pillow": (
        "from PIL import Image, ImageFilter\n",
        """
Image.fromarray((np.abs(X) * 50).astype("u1"))
[Image.new("RGB", (4, 4), "red"), Image.new("P", (2, 2)), ImageFilter.GaussianBlur(2)]
""",
    ),
}

RECIPES = {**POPULAR, **OTHERS}
