"""Make models with the libraries of this world, and write down what they predict there.

Runs on Python 3.6 and newer: `python make.py FOLDER`. Inputs are the same in every world.
"""

import importlib
import json
import pickle
import sys
import warnings
from pathlib import Path

import numpy as np

warnings.simplefilter("ignore")
OUT = Path(sys.argv[1])
STATE = np.random.RandomState(0)
X = STATE.rand(120, 5)
Y = (X[:, 0] + X[:, 1] > 1).astype(int)
NAMES = np.array(["no", "yes"])[Y]
ROWS = X[:40]
TEXTS = ["good film", "bad film", "very good", "very bad plot", "good plot"] * 4
MOODS = ["pos", "neg", "pos", "neg", "pos"] * 4
DICTS = [{"city": city, "n": float(n)} for n, city in enumerate(["a", "b", "a", "c"] * 5)]
CASES = {}


def library(name):
    try:
        return importlib.import_module(name)
    except ImportError:
        return None


sklearn, pd = library("sklearn"), library("pandas")
xgboost, lightgbm, catboost = library("xgboost"), library("lightgbm"), library("catboost")
joblib = library("joblib") or library("sklearn.externals.joblib")


def frame():
    rows = {
        "age": X[:, 0] * 50,
        "city": np.array(["a", "b", "c"], dtype=object)[(X[:, 1] * 3).astype(int)],
        "n": (X[:, 2] * 9).astype(int),
        "member": X[:, 3] > 0.5,
    }
    found = pd.DataFrame(rows, columns=["age", "city", "n", "member"])
    found.loc[3, "age"] = None
    return found


def note(name, file, inputs, predictions, probabilities=None):
    CASES[name] = {"file": file, "inputs": inputs, "predictions": np.asarray(predictions).tolist()}
    if probabilities is not None:
        CASES[name]["probabilities"] = np.asarray(probabilities).tolist()


def pickled(name, model, inputs, rows, *, dump="pickle", how="predict"):
    file = name + (".pkl" if dump == "pickle" else ".joblib")
    path = OUT / file
    if dump == "pickle":
        with path.open("wb") as out:
            pickle.dump(model, out, protocol=2)
    else:
        joblib.dump(model, str(path), compress=3 if dump == "compressed" else 0)
    found = getattr(model, how)(rows)
    found = found.toarray() if hasattr(found, "toarray") else found
    proba = (
        model.predict_proba(rows) if how == "predict" and hasattr(model, "predict_proba") else None
    )
    note(name, file, inputs, found, proba)


def estimators():
    from sklearn.decomposition import PCA
    from sklearn.ensemble import GradientBoostingRegressor, IsolationForest, RandomForestClassifier
    from sklearn.feature_extraction import DictVectorizer
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LinearRegression, LogisticRegression
    from sklearn.neighbors import KNeighborsClassifier
    from sklearn.neural_network import MLPClassifier
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler
    from sklearn.svm import SVC

    pickled("logreg", LogisticRegression().fit(X, NAMES), "numbers", ROWS)
    pickled("boolean", LogisticRegression().fit(X, Y > 0), "numbers", ROWS)
    forest = RandomForestClassifier(5, random_state=0).fit(X, Y)
    pickled("forest", forest, "numbers", ROWS, dump="joblib")
    pickled("forest-compressed", forest, "numbers", ROWS, dump="compressed")
    pickled("gbr", GradientBoostingRegressor(n_estimators=9).fit(X, X[:, 0]), "numbers", ROWS)
    pickled("svc", SVC(probability=True, random_state=0).fit(X, Y), "numbers", ROWS)
    mlp = MLPClassifier((5,), max_iter=20, random_state=0).fit(X, Y)
    pickled("mlp", mlp, "numbers", ROWS)
    pickled("iso", IsolationForest(n_estimators=5, random_state=0).fit(X), "numbers", ROWS)
    pickled("knn", KNeighborsClassifier(algorithm="kd_tree").fit(X, Y), "numbers", ROWS)
    pickled("outputs", LinearRegression().fit(X, X[:, :2]), "numbers", ROWS)
    scaled = make_pipeline(StandardScaler(), PCA(2)).fit(X)
    pickled("pca", scaled, "numbers", ROWS, how="transform")
    texts = make_pipeline(TfidfVectorizer(), LogisticRegression()).fit(TEXTS, MOODS)
    pickled("texts", texts, "texts", TEXTS)
    pickled("tfidf", TfidfVectorizer().fit(TEXTS), "texts", TEXTS, how="transform")
    dicts = make_pipeline(DictVectorizer(), LogisticRegression()).fit(DICTS, MOODS)
    pickled("dicts", dicts, "dicts", DICTS)


def on_frames():
    from sklearn.compose import ColumnTransformer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OneHotEncoder

    columns = ColumnTransformer(
        [("city", OneHotEncoder(), ["city"]), ("rest", "passthrough", ["n", "member"])]
    )
    model = make_pipeline(columns, LogisticRegression()).fit(frame(), NAMES)
    pickled("columns", model, "frame", frame())
    numbers = frame()[["n", "member"]]
    pickled("names", LogisticRegression().fit(numbers, NAMES), "narrow", numbers)


def boosters():
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    if xgboost is not None:
        data = xgboost.DMatrix(X, label=Y, feature_names=list("abcde"))
        model = xgboost.train({"objective": "binary:logistic", "seed": 0}, data, 5)
        wanted = model.predict(xgboost.DMatrix(ROWS, feature_names=list("abcde")))
        old = int(xgboost.__version__.split(".")[0]) < 1
        for suffix in ("model",) if old else ("json", "ubj"):
            model.save_model(str(OUT / ("xgb." + suffix)))
            note("xgb-" + suffix, "xgb." + suffix, "numbers", wanted)
        with (OUT / "xgb.pkl").open("wb") as out:
            pickle.dump(model, out)
        note("xgb-pickle", "xgb.pkl", "letters", wanted)
        if not old:  # 0.90 writes nothing of the wrapper into the file
            model = xgboost.XGBClassifier(n_estimators=30, early_stopping_rounds=2)
            model.fit(X[:60], Y[:60], eval_set=[(X[60:], Y[::-1][60:])], verbose=False)
            model.save_model(str(OUT / "xgb-early.json"))
            note("xgb-early", "xgb-early.json", "numbers", model.predict_proba(ROWS)[:, 1])
        pickled("xgb-sklearn", xgboost.XGBClassifier(n_estimators=5).fit(X, Y), "numbers", ROWS)
        scaled = make_pipeline(StandardScaler(), xgboost.XGBClassifier(n_estimators=5)).fit(X, Y)
        pickled("xgb-pipeline", scaled, "numbers", ROWS)
    if lightgbm is not None:
        data = lightgbm.Dataset(X, label=Y, feature_name=list("abcde"))
        model = lightgbm.train({"objective": "binary", "verbose": -1, "num_threads": 1}, data, 5)
        model.save_model(str(OUT / "lgb.txt"))
        note("lgb-text", "lgb.txt", "letters", model.predict(ROWS))
        mixed = frame()[["age", "city", "n"]]
        mixed["city"] = mixed["city"].astype("category")
        model = lightgbm.train(
            {"objective": "binary", "verbose": -1, "num_threads": 1, "min_data_per_group": 1},
            lightgbm.Dataset(mixed, label=Y),
            5,
        )
        model.save_model(str(OUT / "lgb-category.txt"))
        note("lgb-category", "lgb-category.txt", "mixed", model.predict(mixed))
        scaled = make_pipeline(StandardScaler(), lightgbm.LGBMClassifier(n_estimators=5)).fit(X, Y)
        pickled("lgb-pipeline", scaled, "numbers", ROWS)
        pickled("lgb-sklearn", lightgbm.LGBMClassifier(n_estimators=5).fit(X, Y), "numbers", ROWS)
    if catboost is not None:
        cat_rows = frame()[["city", "n"]]
        options = {
            "iterations": 5,
            "verbose": False,
            "allow_writing_files": False,
            "random_seed": 0,
        }
        model = catboost.CatBoostClassifier(cat_features=["city"], **options).fit(cat_rows, NAMES)
        model.save_model(str(OUT / "cat.cbm"))
        note("cat-cbm", "cat.cbm", "cats", model.predict(cat_rows), model.predict_proba(cat_rows))
        model = catboost.CatBoostClassifier(**options).fit(X, Y)
        model.save_model(str(OUT / "cat.json"), format="json")
        model.load_model(str(OUT / "cat.json"), format="json")  # which rounds the last digit
        note("cat-json", "cat.json", "numbers", model.predict(ROWS), model.predict_proba(ROWS))
        model = catboost.CatBoostRegressor(loss_function="Poisson", **options).fit(X, X[:, 0])
        model.save_model(str(OUT / "cat-counts.cbm"))
        note("cat-counts", "cat-counts.cbm", "numbers", model.predict(ROWS))
        pickled(
            "cat-pickle", catboost.CatBoostRegressor(**options).fit(X, X[:, 0]), "numbers", ROWS
        )


def results():
    import statsmodels.api as sm

    exog = pd.DataFrame(X, columns=list("abcde"))
    fitted = sm.OLS(X[:, 0] * 2 + X[:, 1], sm.add_constant(exog)).fit()
    with (OUT / "ols.pkl").open("wb") as out:
        pickle.dump(fitted, out)
    note(
        "ols", "ols.pkl", "letters", fitted.predict(sm.add_constant(exog[:40], has_constant="add"))
    )


estimators()
if pd is not None:
    if library("sklearn.compose") is not None:
        on_frames()
    boosters()
    if library("statsmodels") is not None:
        results()
with (OUT / "cases.json").open("w") as out:
    json.dump(CASES, out)
print(len(CASES))
