"""A third set of what most people keep, made by someone who had read neither the table nor its tests.

The libraries are those whose saved models people ask most about loading. Each has twelve recipes:
what one writes at the end of a training script, in a tutorial, a notebook of a competition or an
answer to a question, so what stands in them is what is common, and neither rare nor easy. A few keep
a function or class of the script itself, as many scripts do. `…_third_others.py` holds series,
words and Keras, `…_third_nets.py` and `…_third_trained.py` what stands on torch.

The recipes were written and frozen on 2026-11-27, before a file was made; six that the libraries
refused were mended, before any was judged. At first sight, on the same day, 2 of 1046 files of 32
libraries alarmed (0.2 %): a text learner of fastai, and an `AttributeDict` of lightning 2.1, which
is known since. Another 98 are told rightly: 21 of a class or function of the script's own alone,
33 of umap (functions that numba unpickles), 16 of skorch, 15 of bytecode, 12 of a formula, and that
of lightning, which holds a class of its script too. Once mended, 1 file alarms (0.1 %).
"""

# ruff: noqa: E501

import runpy
from pathlib import Path

DATA = (
    runpy.run_path(str(Path(__file__).with_name("genuine_models_everyday.py")))["DATA"]
    + """
import copy, pickle
import joblib
few = (np.arange(80) % 5 == 0).astype(int)
"""
)

LEARNERS = {
    "scikit-learn": (
        """
import __main__, re, string
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.cluster import KMeans
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import *
from sklearn.feature_extraction.text import *
from sklearn.impute import SimpleImputer
from sklearn.linear_model import *
from sklearn.metrics.pairwise import cosine_similarity
from sklearn.model_selection import GridSearchCV, KFold, RandomizedSearchCV, StratifiedKFold, train_test_split
from sklearn.naive_bayes import *
from sklearn.neighbors import *
from sklearn.pipeline import *
from sklearn.preprocessing import *
from sklearn.svm import *
from sklearn.tree import *
def text_process(mess):
    return [w for w in mess.translate(str.maketrans("", "", string.punctuation)).split() if w != "at"]
class CombinedAttributesAdder(BaseEstimator, TransformerMixin):
    def __init__(self, add_ratio=True):
        self.add_ratio = add_ratio
    def fit(self, X, y=None):
        return self
    def transform(self, X):
        return np.c_[X, X[:, 0] / X[:, 1]] if self.add_ratio else X
__main__.text_process, __main__.CombinedAttributesAdder = text_process, CombinedAttributesAdder
""",
        """
Pipeline([("preprocessor", ColumnTransformer([("num", Pipeline([("imputer", SimpleImputer(strategy="mean")), ("scaler", MinMaxScaler())]), ["age", "income"]), ("cat", Pipeline([("imputer", SimpleImputer(strategy="constant", fill_value="missing")), ("onehot", OneHotEncoder(handle_unknown="ignore"))]), ["city", "text"])])), ("classifier", GradientBoostingClassifier(n_estimators=5))]).fit(frame, y)
GridSearchCV(RandomForestClassifier(random_state=42), {"n_estimators": [5, 10], "max_features": ["sqrt", "log2"], "criterion": ["gini", "entropy"]}, cv=3, n_jobs=-1).fit(frame[numeric], names)
KNeighborsClassifier(n_neighbors=5, metric="minkowski", p=2).fit(StandardScaler().fit_transform(X), many)
DecisionTreeClassifier(criterion="entropy", max_depth=3, random_state=0).fit(frame[numeric], y)
RandomForestRegressor(n_estimators=10, max_depth=4, random_state=42).fit(frame[numeric], series.values)
(LogisticRegression(C=0.5, solver="liblinear").fit(X, y), MinMaxScaler().fit(X))
Pipeline([("bow", CountVectorizer(analyzer=text_process)), ("tfidf", TfidfTransformer()), ("classifier", MultinomialNB())]).fit(texts, names)
[TfidfVectorizer(max_features=50, min_df=2, max_df=0.7, stop_words="english").fit(texts), PassiveAggressiveClassifier(max_iter=50).fit(X, names)]
{"recognizer": SVC(C=10.0, kernel="linear", gamma=0.01, probability=True).fit(X, many), "le": LabelEncoder().fit(names)}
KMeans(n_clusters=5, init="k-means++", n_init=10, random_state=42).fit(frame[["income", "score"]])
cosine_similarity(CountVectorizer(max_features=500, stop_words="english").fit_transform(texts).toarray())
Pipeline([("imputer", SimpleImputer(strategy="median")), ("attribs_adder", CombinedAttributesAdder()), ("std_scaler", StandardScaler()), ("forest", RandomForestRegressor(n_estimators=3))]).fit(holes, t)
""",
    ),
    "xgboost": (
        """
import xgboost as xgb
from xgboost import XGBClassifier, XGBRegressor
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import *
from sklearn.linear_model import LinearRegression
from sklearn.model_selection import GridSearchCV, KFold, RandomizedSearchCV, StratifiedKFold, train_test_split
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import *
dtrain, dvalid = xgb.DMatrix(frame[numeric][:60], label=t[:60]), xgb.DMatrix(frame[numeric][60:], label=t[60:])
""",
        """
XGBClassifier(n_estimators=10, learning_rate=0.05, max_depth=4, subsample=0.8, colsample_bytree=0.8, random_state=42).fit(frame[numeric], y)
XGBRegressor(objective="reg:squarederror", n_estimators=10, n_jobs=-1).fit(frame[numeric], t)
XGBRegressor(n_estimators=5, max_depth=3).fit(frame[numeric], t).get_booster()
XGBClassifier(n_estimators=5, max_depth=3, eval_metric="auc").fit(X, y).save_model(PATH + ".json")
XGBClassifier(n_estimators=5, objective="multi:softmax", num_class=3).fit(frame[numeric], many).save_model(PATH + ".ubj")
xgb.train({"eta": 0.1, "max_depth": 3, "objective": "reg:squarederror", "eval_metric": "rmse", "seed": 42}, dtrain, num_boost_round=20, evals=[(dtrain, "train"), (dvalid, "valid")], early_stopping_rounds=5, verbose_eval=False).save_model(PATH + ".model")
GridSearchCV(XGBClassifier(objective="binary:logistic", n_estimators=3), {"min_child_weight": [1, 5], "gamma": [0, 0.5]}, scoring="roc_auc", cv=3).fit(frame[numeric], y)
Pipeline([("preprocess", ColumnTransformer([("num", StandardScaler(), numeric), ("cat", OneHotEncoder(handle_unknown="ignore"), ["city", "text"])])), ("model", XGBRegressor(n_estimators=5, max_depth=3))]).fit(frame, t)
XGBClassifier(n_estimators=5, tree_method="hist", grow_policy="lossguide", max_leaves=8, max_depth=0).fit(frame[numeric], y, sample_weight=np.ones(80))
XGBRegressor(n_estimators=5, objective="count:poisson", base_score=0.5, importance_type="weight").fit(frame[numeric], counts)
{"model": XGBRegressor(n_estimators=5, reg_alpha=0.1, reg_lambda=2).fit(X, t), "scaler": StandardScaler().fit(X), "columns": numeric, "metrics": {"rmse": float(np.sqrt(0.2)), "r2": np.float64(0.9)}}
VotingRegressor([("xgb", XGBRegressor(n_estimators=3)), ("rf", RandomForestRegressor(3)), ("lr", LinearRegression())]).fit(frame[numeric], t)
""",
    ),
    "lightgbm": (
        """
import lightgbm as lgb
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import *
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV, KFold, RandomizedSearchCV, StratifiedKFold, train_test_split
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import *
params = {"objective": "binary", "metric": "auc", "boosting_type": "gbdt", "num_leaves": 7, "learning_rate": 0.05, "feature_fraction": 0.9, "verbose": -1}
train, valid = lgb.Dataset(frame[numeric][:60], label=y[:60]), lgb.Dataset(frame[numeric][60:], label=y[60:])
""",
        """
lgb.LGBMRegressor(n_estimators=10, learning_rate=0.05, num_leaves=8, colsample_bytree=0.8, subsample=0.8, subsample_freq=5, random_state=42, verbose=-1).fit(frame[numeric], t)
lgb.LGBMClassifier(objective="binary", n_estimators=5, is_unbalance=True, reg_alpha=0.1, verbose=-1).fit(frame[numeric], y)
lgb.train(params, train, num_boost_round=20, valid_sets=[train, valid], callbacks=[lgb.early_stopping(5, verbose=False)])
(lambda gbm: gbm.save_model(PATH + ".txt", num_iteration=gbm.best_iteration))(lgb.train(params, train, 10, valid_sets=[valid], callbacks=[lgb.early_stopping(3, verbose=False)]))
lgb.LGBMClassifier(n_estimators=5, num_leaves=5, verbose=-1).fit(frame[numeric], many).booster_.save_model(PATH + ".txt")
lgb.LGBMClassifier(boosting_type="goss", n_estimators=5, max_depth=3, verbose=-1).fit(X, names)
[lgb.LGBMRegressor(n_estimators=4, verbose=-1).fit(frame[numeric].iloc[a], t[a], eval_set=[(frame[numeric].iloc[b], t[b])], eval_metric="rmse") for a, b in KFold(3, shuffle=True, random_state=0).split(X)]
GridSearchCV(lgb.LGBMClassifier(n_estimators=3, verbose=-1), {"max_depth": [2, 3], "min_child_samples": [5, 10]}, cv=StratifiedKFold(3), scoring="accuracy").fit(frame[numeric], y)
Pipeline([("prep", ColumnTransformer([("num", "passthrough", numeric), ("cat", OrdinalEncoder(), ["city"])])), ("clf", lgb.LGBMClassifier(n_estimators=4, verbose=-1))]).fit(frame, y)
StackingClassifier([("lgbm", lgb.LGBMClassifier(n_estimators=3, verbose=-1)), ("rf", RandomForestClassifier(3))], final_estimator=LogisticRegression(), cv=3).fit(X, y)
json.dump(lgb.train(params, train, 5).dump_model(), open(PATH + ".json", "w"))
{"lgb_model": lgb.train(params, train, 5), "label_encoders": {c: LabelEncoder().fit(frame[c]) for c in ["city", "text"]}, "cat_features": ["city"], "best_score": 0.83}
""",
    ),
    "catboost": (
        """
from catboost import CatBoostClassifier, CatBoostRegressor, Pool
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import StackingRegressor
from sklearn.linear_model import Ridge
from sklearn.model_selection import GridSearchCV, KFold, RandomizedSearchCV, StratifiedKFold, train_test_split
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import *
quiet = {"iterations": 5, "verbose": False, "allow_writing_files": False}
C = frame[["age", "income", "city", "text"]]
""",
        """
CatBoostRegressor(**quiet, learning_rate=0.1, depth=4, l2_leaf_reg=3, loss_function="RMSE", random_seed=42).fit(frame[numeric], t)
CatBoostClassifier(**quiet, loss_function="Logloss", eval_metric="F1", class_weights=[1, 3]).fit(frame[numeric], y)
CatBoostClassifier(**quiet, loss_function="MultiClass", cat_features=["city", "text"]).fit(C, many)
CatBoostClassifier(**quiet, loss_function="MultiClass", depth=3).fit(C, names, cat_features=["city", "text"]).save_model(PATH + ".cbm")
CatBoostClassifier(**quiet, depth=3).fit(C, y, cat_features=["city", "text"]).save_model(PATH + ".json", format="json", pool=Pool(C, y, cat_features=["city", "text"]))
CatBoostRegressor(**quiet, depth=3).fit(C, t, cat_features=[2, 3]).save_model(PATH)
Pipeline([("prep", ColumnTransformer([("num", StandardScaler(), numeric), ("cat", OneHotEncoder(), ["city"])])), ("cat", CatBoostClassifier(**quiet))]).fit(frame, y)
[CatBoostRegressor(**quiet, depth=2, random_state=k).fit(Pool(frame[numeric].iloc[a], t[a]), eval_set=Pool(frame[numeric].iloc[b], t[b]), early_stopping_rounds=3) for k, (a, b) in enumerate(KFold(3).split(X))]
RandomizedSearchCV(CatBoostRegressor(**quiet), {"depth": [2, 3], "learning_rate": [0.03, 0.1], "l2_leaf_reg": [1, 3, 5]}, n_iter=2, cv=3, random_state=42).fit(frame[numeric], t)
(lambda m: {"model": m, "threshold": 0.35, "features": m.feature_names_, "importance": m.get_feature_importance(prettified=True)})(CatBoostClassifier(**quiet, cat_features=["city", "text"]).fit(C, y))
StackingRegressor([("cat", CatBoostRegressor(**quiet)), ("ridge", Ridge(alpha=2.0))], cv=3).fit(X, t)
CatBoostClassifier(**quiet, od_type="Iter", od_wait=3, use_best_model=True, custom_loss=["Accuracy"]).fit(Pool(X[:60], y[:60]), eval_set=Pool(X[60:], y[60:]))
""",
    ),
    "imbalanced-learn": (
        """
from imblearn.ensemble import *
from imblearn.over_sampling import *
from imblearn.pipeline import Pipeline, make_pipeline
from imblearn.under_sampling import *
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import RandomForestClassifier
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV, KFold, RandomizedSearchCV, StratifiedKFold, train_test_split
from sklearn.naive_bayes import MultinomialNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.preprocessing import *
from sklearn.svm import SVC
from sklearn.tree import DecisionTreeClassifier
""",
        """
Pipeline([("smote", SMOTE(random_state=42, k_neighbors=3)), ("classifier", DecisionTreeClassifier(max_depth=4))]).fit(X, few)
Pipeline([("scaler", StandardScaler()), ("rus", RandomUnderSampler(random_state=0)), ("lr", LogisticRegression())]).fit(frame[numeric], few)
Pipeline([("over", SMOTE(sampling_strategy=0.5)), ("under", RandomUnderSampler(sampling_strategy=0.8)), ("model", SVC(probability=True))]).fit(X, few)
Pipeline([("prep", ColumnTransformer([("num", StandardScaler(), numeric), ("cat", OneHotEncoder(handle_unknown="ignore"), ["city"])])), ("smote", SMOTE()), ("rf", RandomForestClassifier(n_estimators=5))]).fit(frame, few)
GridSearchCV(Pipeline([("smote", SMOTE(random_state=1)), ("rf", RandomForestClassifier(3))]), {"smote__k_neighbors": [2, 3], "rf__max_depth": [2, 4]}, cv=StratifiedKFold(3, shuffle=True), scoring="f1").fit(X, few)
BalancedRandomForestClassifier(n_estimators=5, max_depth=3, random_state=0).fit(frame[numeric], few)
BalancedBaggingClassifier(DecisionTreeClassifier(), n_estimators=3, sampling_strategy="auto", replacement=False, random_state=0).fit(X, few)
SMOTE(random_state=42).fit_resample(frame[numeric], pd.Series(few, name="fraud"))
(SMOTE(random_state=42), LogisticRegression(max_iter=1000).fit(*SMOTE(random_state=42).fit_resample(X, few)))
make_pipeline(TfidfVectorizer(max_features=20), RandomOverSampler(random_state=7), MultinomialNB()).fit(texts, few)
RUSBoostClassifier(DecisionTreeClassifier(max_depth=2), n_estimators=3, algorithm="SAMME", learning_rate=0.5).fit(frame[numeric], few)
make_pipeline(MinMaxScaler(), SVMSMOTE(k_neighbors=3), KNeighborsClassifier(3)).fit(X, few)
""",
    ),
    "category-encoders": (
        """
import category_encoders as ce
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import *
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler
d = frame[["city", "size", "text", "age"]].astype({"size": str})
""",
        """
ce.TargetEncoder(cols=["city", "size"], smoothing=10, min_samples_leaf=5).fit(d, t)
ce.OrdinalEncoder(cols=["size"], mapping=[{"col": "size", "mapping": {"S": 1, "M": 2, "L": 3}}]).fit(d)
ce.OneHotEncoder(cols=["city"], handle_unknown="value", return_df=True).fit(d)
ce.BinaryEncoder(cols=["city", "text"]).fit(d)
Pipeline([("encoder", ce.TargetEncoder(cols=["city"])), ("scaler", StandardScaler()), ("model", RandomForestRegressor(n_estimators=3))]).fit(d[["city", "age"]], t)
Pipeline([("enc", ce.CatBoostEncoder(cols=["city", "text"], random_state=42)), ("clf", GradientBoostingClassifier(n_estimators=3))]).fit(d[["city", "text", "age"]], y)
ColumnTransformer([("bin", ce.BinaryEncoder(), ["city"]), ("num", StandardScaler(), ["age"])]).fit(d)
{"encoder": ce.LeaveOneOutEncoder(cols=["city"], random_state=1).fit(d, y), "columns": list(d.columns), "model": LogisticRegression().fit(X, y)}
ce.WOEEncoder(cols=["city"], regularization=0.5).fit(d, y)
ce.CountEncoder(cols=["city", "size"], handle_unknown=0).fit(d)
GridSearchCV(Pipeline([("enc", ce.JamesSteinEncoder(cols=["city"])), ("lr", LogisticRegression())]), {"enc__model": ["independent", "pooled"]}, cv=3).fit(d[["city", "age"]], pd.Series(y))
ce.HashingEncoder(cols=["text"], n_components=8).fit(d)
""",
    ),
    "umap-learn": (
        """
import umap, hdbscan
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import *
from sklearn.svm import SVC
""",
        """
umap.UMAP(n_neighbors=15, min_dist=0.1, n_components=2, metric="euclidean", random_state=42).fit(X)
umap.UMAP(n_neighbors=15, n_components=5, min_dist=0.0, metric="cosine").fit(X)
umap.UMAP(n_components=2, target_weight=0.5, random_state=1).fit(frame[numeric], y=many)
make_pipeline(StandardScaler(), umap.UMAP(n_neighbors=10)).fit(frame[numeric])
umap.UMAP(metric="manhattan", init="random", n_epochs=20).fit(MinMaxScaler().fit_transform(X))
Pipeline([("umap", umap.UMAP(n_components=3)), ("svc", SVC())]).fit(X, y)
(lambda r: {"reducer": r, "embedding": r.embedding_, "labels": names})(umap.UMAP(random_state=0).fit(X))
umap.UMAP(densmap=True, n_epochs=20).fit(X)
umap.UMAP(metric="hellinger").fit(TfidfVectorizer().fit_transform([f"{s} {n} {c}" for s, n, c in zip(texts, range(80), names)]))
umap.UMAP(n_neighbors=5, low_memory=True, transform_seed=42, set_op_mix_ratio=0.5).fit(frame[numeric].astype("float32"))
pd.DataFrame(umap.UMAP(n_epochs=20).fit_transform(X), columns=["x", "y"]).assign(label=names)
(lambda r: (r, hdbscan.HDBSCAN(min_cluster_size=5, prediction_data=True).fit(r.embedding_)))(umap.UMAP(n_neighbors=8).fit(X))
""",
    ),
    "hdbscan": (
        """
import hdbscan
from sklearn.decomposition import PCA
from sklearn.metrics import pairwise_distances
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
clusterer = hdbscan.HDBSCAN(min_cluster_size=4, min_samples=2, prediction_data=True).fit(X)
""",
        """
hdbscan.HDBSCAN(min_cluster_size=10, min_samples=5, prediction_data=True).fit(frame[numeric])
hdbscan.HDBSCAN(min_cluster_size=5, metric="euclidean", cluster_selection_method="eom", prediction_data=True).fit(PCA(2).fit_transform(X))
hdbscan.HDBSCAN(min_cluster_size=4, cluster_selection_epsilon=0.5).fit(X)
hdbscan.HDBSCAN(metric="precomputed").fit(pairwise_distances(X).astype("float64"))
hdbscan.HDBSCAN(algorithm="best", alpha=1.0, leaf_size=40, allow_single_cluster=True, min_cluster_size=5).fit(X)
hdbscan.HDBSCAN(min_cluster_size=5, metric="haversine").fit(np.radians(frame[["age", "income"]]))
make_pipeline(StandardScaler(), hdbscan.HDBSCAN(min_cluster_size=5)).fit(frame[numeric])
{"clusterer": clusterer, "labels": clusterer.labels_, "probabilities": clusterer.probabilities_, "n": int(clusterer.labels_.max() + 1)}
(StandardScaler().fit(X), PCA(n_components=2).fit(X), clusterer)
hdbscan.HDBSCAN(algorithm="boruvka_kdtree", core_dist_n_jobs=1, min_cluster_size=6).fit(X)
frame.assign(cluster=clusterer.labels_)
hdbscan.approximate_predict(clusterer, X[:5])
""",
    ),
}
TABLES = {
    "pandas": (
        "",
        """
{"columns": list(frame.columns), "dtypes": dict(frame[numeric].dtypes), "fill": frame.median(numeric_only=True), "categories": {c: sorted(frame[c].unique()) for c in ["city", "text"]}}
frame[["text", "city", "age"]].rename(columns={"text": "title"}).to_dict()
frame.set_index("day").sort_index().to_pickle(PATH + ".pkl")
frame.to_pickle(PATH + ".pkl.bz2", compression="bz2")
pd.get_dummies(frame[["city", "size", "age"]], drop_first=True)
(frame[numeric].columns, frame[numeric].mean(), frame[numeric].std())
{"freq": frame["city"].value_counts(normalize=True), "target": frame.groupby("city")["income"].mean().to_dict()}
frame.assign(user=np.arange(80) % 8).pivot_table(index="text", columns="user", values="score").fillna(0)
frame.assign(year=frame["day"].dt.year, month=frame["day"].dt.month, weekday=frame["day"].dt.day_name().astype("category"), weekend=frame["day"].dt.dayofweek >= 5)
frame.merge(pd.DataFrame({"city": ["Oslo", "Rome"], "country": ["NO", "IT"]}), on="city", how="left", indicator=True)
pd.DataFrame({"sales": series, "lag": series.shift(1), "mean": series.rolling(3).mean(), "change": series.pct_change()})
(frame[numeric].sample(frac=0.8, random_state=1), frame[numeric].drop(frame[numeric].sample(frac=0.8, random_state=1).index), frame["label"])
""",
    ),
    "numpy": (
        "",
        """
np.save(PATH + ".npy", X.astype("float16"))
np.save(PATH + ".npy", {"embeddings": X.astype("float32"), "labels": names}, allow_pickle=True)
np.savez_compressed(PATH + ".npz", X[:60], names[:60], X[60:], names[60:])
np.savez(PATH + ".npz", W1=rng.randn(5, 4), b1=np.zeros((1, 4)), W2=rng.randn(4, 1), b2=np.zeros((1, 1)))
np.save(PATH + ".npy", np.array([{"loss": 0.3, "acc": 0.8}, {"loss": 0.2, "acc": 0.9}]))
{"W1": rng.randn(4, 5) * 0.01, "b1": np.zeros((4, 1)), "W2": rng.randn(1, 4), "b2": np.zeros((1, 1)), "costs": [0.69, np.float64(0.5)], "learning_rate": 0.0075}
np.save(PATH + ".npy", np.array([("Oslo", 3, 1.5), ("Rome", 4, 2.5)], dtype=[("city", "U10"), ("n", "i4"), ("value", "f8")]))
{(s, a): np.zeros(3) for s in range(4) for a in range(4)}
np.save(PATH + ".npy", rng.uniform(-2, 0, (10, 10, 3)))
{"encodings": [rng.randn(128) for _ in range(3)], "names": ["ann", "bob", "bob"]}
np.save(PATH + ".npy", np.unique(names))
{b"batch_label": b"training batch 1 of 5", b"labels": [6, 9, 9], b"data": rng.randint(0, 255, (3, 48), dtype=np.uint8), b"filenames": [b"a.png", b"b.png", b"c.png"]}
""",
    ),
    "scipy": (
        """
from scipy import cluster, interpolate, io as sio, optimize, signal, sparse, spatial, stats
g = np.linspace(0, 3, 20)
""",
        """
sparse.save_npz(PATH + ".npz", sparse.csr_matrix(np.where(X > 1, X, 0)))
{"matrix": sparse.csr_matrix((np.ones(80), (np.arange(80) % 8, many)), shape=(8, 3)), "user_map": {f"u{n}": n for n in range(8)}, "item_map": {n: k for k, n in enumerate(["eggs", "ham", "spam"])}}
sio.savemat(PATH + ".mat", {"X": X, "y": y, "labels": names.astype(object)})
interpolate.interp1d(g, np.sin(g), kind="linear", bounds_error=False, fill_value=(0.0, 1.0))
interpolate.CubicSpline(g, np.sin(g), bc_type="natural")
interpolate.make_interp_spline(g, np.sin(g), k=3)
interpolate.RBFInterpolator(X[:, :2], t, smoothing=0.1)
stats.gaussian_kde(t, bw_method="silverman")
{"dist": stats.lognorm(*stats.lognorm.fit(np.abs(t) + 1, floc=0)), "name": "lognorm", "ks": stats.kstest(t, "norm")}
optimize.minimize(optimize.rosen, np.array([1.3, 0.7]), method="Nelder-Mead", tol=1e-6)
(lambda Z: {"linkage": Z, "clusters": cluster.hierarchy.fcluster(Z, t=3, criterion="maxclust")})(cluster.hierarchy.linkage(X, method="average", metric="cosine"))
{"tree": spatial.KDTree(X[:, :2], leafsize=20), "filter": signal.butter(4, [0.1, 0.4], btype="band"), "ids": list(range(80))}
""",
    ),
    "joblib": (
        """
import sklearn
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import *
from sklearn.linear_model import *
from sklearn.model_selection import GridSearchCV, KFold, RandomizedSearchCV, StratifiedKFold, train_test_split
from sklearn.neighbors import *
from sklearn.neural_network import *
from sklearn.pipeline import *
from sklearn.preprocessing import *
from sklearn.svm import *
searched = GridSearchCV(SVC(), {"C": [1, 10], "gamma": ["scale", 0.1]}, cv=3)
""",
        """
joblib.dump({"model": RandomForestClassifier(5).fit(X, many), "scaler": StandardScaler().fit(X), "features": numeric, "target_names": ["eggs", "ham", "spam"]}, PATH + ".joblib")
joblib.dump([LogisticRegression().fit(X, y), OneHotEncoder(handle_unknown="ignore").fit(frame[["city"]]), LabelEncoder().fit(names)], PATH + ".pkl")
joblib.dump(make_pipeline(StandardScaler(), KNeighborsRegressor(3)).fit(frame[numeric], t), PATH + ".joblib.gz", compress=("gzip", 3))
joblib.dump(ExtraTreesClassifier(5).fit(frame[numeric], names), PATH + ".pkl.z")
joblib.dump({c: LabelEncoder().fit(frame[c]) for c in ["city", "text"]}, PATH + ".joblib")
joblib.dump(X, PATH + ".joblib")
joblib.dump(train_test_split(frame[numeric], y, test_size=0.25, random_state=42), PATH + ".pkl")
joblib.dump((lambda g: {"best_estimator": g.best_estimator_, "best_params": g.best_params_, "best_score": g.best_score_, "cv_results": pd.DataFrame(g.cv_results_)})(searched.fit(X, y)), PATH + ".joblib")
joblib.dump(frame, PATH + ".joblib", protocol=4)
joblib.dump(MLPRegressor(hidden_layer_sizes=(8, 4), activation="tanh", max_iter=20).fit(X, t), PATH + ".sav")
joblib.dump([("rf", RandomForestRegressor(3).fit(X, t), 0.8), ("ridge", Ridge().fit(X, t), 0.7), ("svr", SVR().fit(X, t), np.float64(0.6))], PATH + ".joblib")
joblib.dump({"version": "1.0.0", "created": datetime.datetime(2024, 5, 1, 12, 0).isoformat(), "sklearn": sklearn.__version__, "pipeline": Pipeline([("prep", ColumnTransformer([("n", RobustScaler(), numeric)], remainder="drop")), ("clf", HistGradientBoostingClassifier(max_iter=4))]).fit(frame, y)}, PATH + ".joblib", compress=9)
""",
    ),
}
EXCHANGED = {
    "onnx": (
        """
import onnx
from onnx import TensorProto, helper, numpy_helper
from skl2onnx import convert_sklearn, to_onnx
from skl2onnx.common.data_types import FloatTensorType, StringTensorType
from sklearn.cluster import KMeans
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import *
from sklearn.linear_model import *
from sklearn.neighbors import KNeighborsClassifier
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import *
from sklearn.svm import SVC
F = X.astype("float32")
initial = [("float_input", FloatTensorType([None, 5]))]
def linear():
    held = [numpy_helper.from_array(np.ones((5, 300), "float32"), "W"), numpy_helper.from_array(np.zeros(300, "float32"), "B")]
    graph = helper.make_graph([helper.make_node("Gemm", ["X", "W", "B"], ["Z"]), helper.make_node("Relu", ["Z"], ["Y"])], "linear", [helper.make_tensor_value_info("X", TensorProto.FLOAT, ["N", 5])], [helper.make_tensor_value_info("Y", TensorProto.FLOAT, ["N", 300])], held)
    return helper.make_model(graph, producer_name="example", opset_imports=[helper.make_opsetid("", 13)])
def named(model):
    helper.set_model_props(model, {"classes": "eggs,ham,spam", "author": "me"})
    return model
""",
        """
onnx.save(linear(), PATH + ".onnx")
os.makedirs(PATH); onnx.save_model(linear(), PATH + "/model.onnx", save_as_external_data=True, all_tensors_to_one_file=True, location="weights.bin", size_threshold=0)
open(PATH + ".onnx", "wb").write(convert_sklearn(LogisticRegression().fit(F, many), initial_types=initial).SerializeToString())
open(PATH + ".onnx", "wb").write(convert_sklearn(RandomForestClassifier(4).fit(F, y), initial_types=initial, options={"zipmap": False}).SerializeToString())
onnx.save(to_onnx(make_pipeline(MinMaxScaler(), SVC(probability=True)).fit(F, y), F[:1]), PATH + ".onnx")
onnx.save(to_onnx(GradientBoostingRegressor(n_estimators=4).fit(F, t), F[:1], target_opset=12), PATH + ".onnx")
onnx.save(to_onnx(KMeans(3, n_init=2).fit(F), F[:1]), PATH + ".onnx")
onnx.save(to_onnx(KNeighborsClassifier(3).fit(F, names), F[:1]), PATH + ".onnx")
onnx.save(to_onnx(MLPClassifier((6,), max_iter=10).fit(F, many), F[:1]), PATH + ".onnx")
onnx.save(convert_sklearn(make_pipeline(ColumnTransformer([("n", StandardScaler(), ["age"]), ("c", OneHotEncoder(handle_unknown="ignore"), ["city"])]), Ridge()).fit(frame[["age", "city"]], t), "pipe", [("age", FloatTensorType([None, 1])), ("city", StringTensorType([None, 1]))]), PATH + ".onnx")
onnx.save(named(linear()), PATH + ".onnx")
pickle.dump({"onnx": linear().SerializeToString(), "input": "X", "classes": names}, open(PATH + ".pkl", "wb"))
""",
    ),
}
RECIPES = {**LEARNERS, **TABLES, **EXCHANGED}
