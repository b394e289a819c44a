"""Make files as people save them day by day: models, pipelines, results, tables, settings.

    python bench/genuine_daily.py OUT [library …]

Two things set it apart from `genuine_pickles.py` and `genuine_others.py`: the objects are what a
notebook ends with rather than one of each class, and each is written in the next of eight forms,
protocols 0 to 5, joblib and cloudpickle. The libraries were chosen, and the objects written down,
before the audited table was looked at. Runs on Python 3.9 and newer.
"""

# it runs in throw-away environments, and is no API; a recipe is a list of what users do
# ruff: noqa: ANN001, ANN002, ANN003, ANN201, ANN202, ANN204, ARG005, B009, BLE001, C408, C416
# ruff: noqa: DTZ001, DTZ005, E501, E731, FBT003, I001, ICN001, NPY002, PD011, PLC3002, PLW0108
# ruff: noqa: PTH103, PTH107, PTH110, PTH118, PTH123, SIM905
# fmt: off

import os
import pickle
import sys
import warnings

warnings.simplefilter("ignore")
sys.path.pop(0)  # `inspect.py` stands beside this file


def people():
    import numpy as np
    import pandas as pd

    rng = np.random.RandomState(1)
    rows = rng.rand(80, 4)
    frame = pd.DataFrame(rows, columns=["age", "income", "rooms", "tax"])
    frame["city"] = rng.choice(["Rome", "Oslo", "Bern"], 80)
    return rows, (rows[:, 0] + rows[:, 1] > 1).astype(int), rows[:, 2] * 3 + 1, frame


def _fitted(names, *given, **changed):
    """Return how to make each class that a list names, fitted."""
    for cls in names:
        yield cls.__name__, lambda cls=cls: cls(**changed).fit(*given)


def sklearn():
    import datetime

    import numpy as np
    from scipy import stats
    from sklearn import (
        calibration, compose, datasets, decomposition, ensemble, feature_extraction,
        feature_selection, gaussian_process, impute, inspection, linear_model, metrics,
        model_selection, multiclass, neighbors, neural_network, pipeline, preprocessing, svm, tree,
    )  # fmt: skip

    rows, labels, numbers, frame = people()
    mixed = compose.ColumnTransformer(
        [
            ("n", pipeline.make_pipeline(impute.KNNImputer(), preprocessing.RobustScaler()),
             compose.make_column_selector(dtype_include=np.number)),
            ("c", preprocessing.OneHotEncoder(handle_unknown="ignore"), ["city"]),
        ],
        remainder="passthrough",
    )  # fmt: skip
    forest = ensemble.RandomForestClassifier(5, random_state=np.random.RandomState(4))
    yield "mixed", lambda: pipeline.Pipeline([("pre", mixed), ("m", forest)]).fit(frame, labels)
    yield "grid", lambda: model_selection.GridSearchCV(
        svm.SVC(probability=True), {"C": [1, 2]}, scoring=metrics.make_scorer(metrics.f1_score)
    ).fit(rows, labels)
    yield "random", lambda: model_selection.RandomizedSearchCV(
        tree.DecisionTreeRegressor(), {"max_depth": stats.randint(1, 4)}, n_iter=2,
        cv=model_selection.KFold(2, shuffle=True, random_state=1),
    ).fit(rows, numbers)  # fmt: skip
    yield "logged", lambda: compose.TransformedTargetRegressor(
        linear_model.Ridge(), func=np.log1p, inverse_func=np.expm1
    ).fit(rows, numbers)
    yield "package", lambda: {
        "model": forest.fit(rows, labels), "features": list(frame.columns), "threshold": 0.4,
        "trained": datetime.datetime(2024, 5, 1, 12, tzinfo=datetime.timezone.utc),
        "scores": {"auc": np.float64(0.9)}, "importance": forest.feature_importances_,
    }  # fmt: skip
    yield "folds", lambda: list(model_selection.StratifiedKFold(3).split(rows, labels))
    yield "iris", datasets.load_iris
    yield "permutation", lambda: inspection.permutation_importance(forest, rows, labels)
    yield "curve", lambda: model_selection.learning_curve(tree.DecisionTreeClassifier(), rows, labels)
    yield "roc", lambda: metrics.RocCurveDisplay(fpr=rows[:, 0], tpr=rows[:, 1], roc_auc=0.5)
    yield "process", lambda: gaussian_process.GaussianProcessRegressor(
        gaussian_process.kernels.RBF() * 2 + gaussian_process.kernels.WhiteKernel()
    ).fit(rows, numbers)
    yield "words", lambda: pipeline.make_pipeline(
        feature_extraction.text.TfidfVectorizer(ngram_range=(1, 2), tokenizer=str.split),
        linear_model.SGDClassifier(),
    ).fit(["good film", "bad film", "fine"], [1, 0, 1])
    yield "stack", lambda: ensemble.StackingClassifier(
        [("k", neighbors.KNeighborsClassifier()), ("h", ensemble.HistGradientBoostingClassifier())],
        neural_network.MLPClassifier(max_iter=20),
    ).fit(rows, labels)
    yield "calibrated", lambda: calibration.CalibratedClassifierCV(svm.LinearSVC()).fit(rows, labels)
    yield "chosen", lambda: feature_selection.SelectKBest(
        feature_selection.mutual_info_classif, k=2
    ).fit(rows, labels)
    yield "each", lambda: multiclass.OneVsRestClassifier(ensemble.GradientBoostingClassifier()).fit(
        rows, frame["city"]
    )
    yield "function", lambda: preprocessing.FunctionTransformer(np.log1p, validate=True).fit(rows)
    yield "report", lambda: metrics.classification_report(labels, labels, output_dict=True)
    yield "topics", lambda: decomposition.LatentDirichletAllocation(2).fit(rows)


def xgboost():
    import numpy as np
    import xgboost as xgb

    rows, labels, numbers, frame = people()
    kept = {}
    held = xgb.DMatrix(frame[["age", "tax"]], label=labels)
    yield "booster", lambda: xgb.train({"objective": "binary:logistic"}, held, 3,
                                       evals=[(held, "t")], evals_result=kept, verbose_eval=0)
    yield "history", lambda: kept
    for name in ("XGBClassifier", "XGBRegressor", "XGBRFClassifier", "XGBRFRegressor"):
        yield name, lambda name=name: getattr(xgb, name)(n_estimators=3).fit(rows, labels)
    yield "ranker", lambda: xgb.XGBRanker(n_estimators=3).fit(rows, labels, group=[40, 40])
    yield "early", lambda: xgb.XGBClassifier(n_estimators=9, early_stopping_rounds=2).fit(
        rows, labels, eval_set=[(rows, labels)], verbose=False)
    yield "dart", lambda: xgb.XGBRegressor(booster="dart", n_estimators=2).fit(rows, numbers)
    yield "linear", lambda: xgb.XGBRegressor(booster="gblinear", n_estimators=2).fit(rows, numbers)
    yield "categories", lambda: xgb.XGBClassifier(enable_categorical=True, n_estimators=2).fit(
        frame.assign(city=frame.city.astype("category")), labels)
    yield "callback", lambda: xgb.XGBClassifier(
        n_estimators=3, callbacks=[xgb.callback.EarlyStopping(2)]
    ).fit(rows, labels, eval_set=[(rows, labels)], verbose=False)
    yield "monotone", lambda: xgb.XGBRegressor(
        n_estimators=2, monotone_constraints=(1, 0, 0, -1), missing=np.nan).fit(rows, numbers)
    yield "unfitted", lambda: xgb.XGBClassifier(max_depth=3)


def lightgbm():
    import lightgbm as lgb
    from sklearn import model_selection, pipeline, preprocessing

    rows, labels, numbers, frame = people()
    set_ = lgb.Dataset(rows, labels, free_raw_data=False)
    quiet = {"verbosity": -1, "n_estimators": 3}
    yield "booster", lambda: lgb.train({"objective": "binary", "verbosity": -1}, set_, 3)
    for name in ("LGBMClassifier", "LGBMRegressor"):
        yield name, lambda name=name: getattr(lgb, name)(**quiet).fit(rows, labels)
    yield "ranker", lambda: lgb.LGBMRanker(**quiet).fit(rows, labels, group=[40, 40])
    yield "early", lambda: lgb.LGBMClassifier(**quiet).fit(
        rows, labels, eval_set=[(rows, labels)], callbacks=[lgb.early_stopping(2, verbose=False)])
    yield "search", lambda: model_selection.GridSearchCV(
        lgb.LGBMRegressor(**quiet), {"num_leaves": [3, 5]}, cv=2).fit(rows, numbers)
    yield "piped", lambda: pipeline.make_pipeline(
        preprocessing.StandardScaler(), lgb.LGBMClassifier(**quiet)).fit(rows, labels)
    yield "categories", lambda: lgb.LGBMClassifier(**quiet).fit(
        frame.assign(city=frame.city.astype("category")), labels)
    yield "folds", lambda: [lgb.LGBMClassifier(**quiet).fit(rows[:k], labels[:k]) for k in (40, 60)]
    yield "cv", lambda: lgb.cv({"objective": "binary", "verbosity": -1}, set_, 2, return_cvbooster=True)
    yield "quantile", lambda: lgb.LGBMRegressor(objective="quantile", **quiet).fit(rows, numbers)
    yield "dart", lambda: lgb.LGBMRegressor(boosting_type="dart", **quiet).fit(rows, numbers)
    yield "unfitted", lambda: lgb.LGBMClassifier(num_leaves=3)


def pandas():
    import numpy as np
    import pandas as pd

    _, _, _, frame = people()
    days = pd.date_range("2024-01-31", periods=80, freq="D")
    dated = frame.set_index(days)
    yield "frame", lambda: frame
    yield "grouped", lambda: frame.groupby("city").agg({"age": ["mean", "max"], "tax": "sum"})
    yield "pivot", lambda: frame.pivot_table(index="city", values="age", aggfunc="median")
    yield "monthly", lambda: dated.drop(columns="city").resample("W").mean()
    yield "intervals", lambda: pd.cut(frame.age, 4)
    yield "rolled", lambda: dated.age.rolling(7).mean()
    yield "multi", lambda: frame.set_index(["city", "rooms"]).sort_index()
    yield "nullable", lambda: frame.convert_dtypes()
    yield "zoned", lambda: pd.Series(1.0, index=days.tz_localize("Europe/Rome"))
    yield "periods", lambda: dated.to_period("M")
    yield "differences", lambda: pd.Series(days).diff()
    yield "dummies", lambda: pd.get_dummies(frame, sparse=True)
    yield "listed", lambda: {name: part for name, part in frame.groupby("city")}
    yield "objects", lambda: pd.DataFrame({"a": [{"x": 1}, [2, 3]], "b": [None, np.nan]})
    yield "offsets", lambda: [pd.offsets.BDay(2), pd.offsets.MonthEnd(), pd.Timedelta("2h")]
    yield "empty", lambda: frame.iloc[:0]
    yield "extended", lambda: frame.astype({"city": "string", "age": "Float32"})
    yield "summary", lambda: frame.describe(include="all")
    yield "stamps", lambda: [pd.Timestamp("2024-01-01", tz="UTC"), pd.NaT, pd.NA, pd.Period("2024")]
    yield "attrs", lambda: pd.concat([frame, frame], keys=["a", "b"])


def numpy():
    import numpy as np

    rows, *_ = people()
    yield "dictionary", lambda: {"train": rows, "mean": rows.mean(0), "n": rows.shape}
    yield "ragged", lambda: np.array([np.ones(2), np.ones(3), None], dtype=object)
    yield "texts", lambda: np.array(["a", "bb"])
    yield "bytes", lambda: np.array([b"a", b"bb"])
    yield "half", lambda: rows.astype("f2").T
    yield "big", lambda: rows.astype(">f8")
    yield "nested", lambda: [{"x": np.int8(1)}, (np.float32(2), np.complex64(3j)), np.bool_(True)]
    yield "dates", lambda: np.arange("2024-01", "2024-05", dtype="datetime64[M]")
    yield "records", lambda: np.rec.fromarrays([rows[:, 0], rows[:, 1]], names="a,b")
    yield "nested_records", lambda: np.zeros(2, [("p", [("x", "f4"), ("y", "f4")]), ("n", "S3")])
    yield "states", lambda: (np.random.get_state(), np.random.default_rng(3))
    yield "masked", lambda: np.ma.masked_less(rows, 0.5)
    yield "types", lambda: {"in": np.float32, "out": np.dtype("int64"), "fn": np.tanh}
    yield "fit", lambda: np.polynomial.Polynomial.fit(rows[:, 0], rows[:, 1], 2)
    yield "empty", lambda: np.empty((0, 3))


def scipy():
    import numpy as np
    from scipy import cluster, integrate, interpolate, optimize, signal, sparse, spatial, stats

    rows, _, numbers, _ = people()
    x = np.linspace(0, 1, 20)
    yield "csr", lambda: sparse.random(9, 9, 0.3, "csr")
    yield "stack", lambda: [sparse.coo_matrix(rows), sparse.lil_matrix(rows), sparse.dok_matrix(rows)]
    yield "array", lambda: sparse.csc_array(rows)
    yield "tree", lambda: spatial.cKDTree(rows)
    yield "hull", lambda: spatial.KDTree(rows[:, :2])
    yield "cubic", lambda: interpolate.CubicSpline(x, np.sin(x))
    yield "linear", lambda: interpolate.interp1d(x, np.sin(x), fill_value="extrapolate")
    yield "grid", lambda: interpolate.RegularGridInterpolator((x, x), np.outer(x, x))
    yield "near", lambda: interpolate.NearestNDInterpolator(rows[:, :2], numbers)
    yield "smooth", lambda: interpolate.UnivariateSpline(x, np.sin(x))
    yield "kde", lambda: stats.gaussian_kde(rows[:, 0])
    yield "frozen", lambda: {"a": stats.norm(1, 2), "b": stats.gamma(2.0), "c": stats.poisson(3)}
    yield "normal", lambda: stats.multivariate_normal([0, 0], np.eye(2))
    yield "found", lambda: optimize.minimize(lambda p: (p**2).sum(), [1.0, 2.0])
    yield "root", lambda: optimize.root(lambda p: p - 1, [0.0])
    yield "solved", lambda: integrate.solve_ivp(lambda t, y: -y, (0, 1), [1.0])
    yield "test", lambda: [stats.ttest_ind(rows[:, 0], rows[:, 1]), stats.pearsonr(x, x**2)]
    yield "filter", lambda: signal.butter(3, 0.2, output="sos")
    yield "system", lambda: signal.TransferFunction([1], [1, 2])
    yield "linkage", lambda: cluster.hierarchy.linkage(rows, "ward")
    yield "rotation", lambda: spatial.transform.Rotation.from_euler("x", 30, degrees=True)


def statsmodels():
    import statsmodels.api as sm
    from statsmodels.tsa import api as tsa

    rows, labels, numbers, frame = people()
    wide = sm.add_constant(frame[["age", "tax"]])
    yield "ols", lambda: sm.OLS(numbers, wide).fit()
    yield "robust", lambda: sm.OLS(numbers, wide).fit(cov_type="HC3")
    yield "wls", lambda: sm.WLS(numbers, rows, weights=rows[:, 0]).fit()
    yield "logit", lambda: sm.Logit(labels, rows[:, 2:]).fit(disp=0)
    yield "probit", lambda: sm.Probit(labels, rows[:, 2:]).fit(disp=0)
    yield "poisson", lambda: sm.GLM(labels, rows, family=sm.families.Poisson()).fit()
    yield "gamma", lambda: sm.GLM(numbers, rows, family=sm.families.Gamma(sm.families.links.Log())).fit()
    yield "rlm", lambda: sm.RLM(numbers, rows).fit()
    yield "quantile", lambda: sm.QuantReg(numbers, rows).fit()
    yield "arima", lambda: tsa.ARIMA(numbers, order=(1, 0, 1)).fit()
    yield "sarimax", lambda: tsa.SARIMAX(numbers, order=(1, 0, 0)).fit(disp=0)
    yield "holt", lambda: tsa.ExponentialSmoothing(numbers, trend="add").fit()
    yield "auto", lambda: tsa.AutoReg(numbers, 2).fit()
    yield "var", lambda: tsa.VAR(rows).fit(1)
    yield "parts", lambda: tsa.seasonal_decompose(numbers, period=7)
    yield "stl", lambda: tsa.STL(numbers, period=7).fit()
    yield "lowess", lambda: sm.nonparametric.lowess(numbers, rows[:, 0])
    yield "ecdf", lambda: sm.distributions.ECDF(numbers)


def imblearn():
    from imblearn import combine, ensemble, over_sampling, pipeline, under_sampling
    from sklearn.linear_model import LogisticRegression

    rows, labels, _, frame = people()
    for module, names in (
        (over_sampling, "SMOTE RandomOverSampler ADASYN BorderlineSMOTE SVMSMOTE KMeansSMOTE"),
        (under_sampling, "RandomUnderSampler NearMiss TomekLinks EditedNearestNeighbours"),
        (combine, "SMOTEENN SMOTETomek"),
        (ensemble, "BalancedRandomForestClassifier EasyEnsembleClassifier RUSBoostClassifier"),
    ):
        for name in names.split():
            yield name, lambda module=module, name=name: getattr(module, name)().fit(rows, labels)
    yield "piped", lambda: pipeline.make_pipeline(over_sampling.SMOTE(), LogisticRegression()).fit(rows, labels)
    yield "nominal", lambda: over_sampling.SMOTENC([4]).fit(frame, labels)


def catboost():
    import catboost as cat

    rows, labels, numbers, frame = people()
    quiet = {"iterations": 3, "verbose": 0, "allow_writing_files": False}
    pool = cat.Pool(frame, labels, cat_features=["city"])
    yield "classifier", lambda: cat.CatBoostClassifier(**quiet).fit(rows, labels)
    yield "regressor", lambda: cat.CatBoostRegressor(**quiet).fit(rows, numbers)
    yield "plain", lambda: cat.CatBoost({**quiet, "loss_function": "RMSE"}).fit(rows, numbers)
    yield "categories", lambda: cat.CatBoostClassifier(**quiet).fit(pool)
    yield "many", lambda: cat.CatBoostClassifier(loss_function="MultiClass", **quiet).fit(rows, frame.city)
    yield "ranker", lambda: cat.CatBoostRanker(**quiet).fit(rows, labels, group_id=[0] * 40 + [1] * 40)
    yield "unfitted", lambda: cat.CatBoostClassifier(depth=3)
    yield "folds", lambda: {k: cat.CatBoostRegressor(**quiet).fit(rows[k:], numbers[k:]) for k in (0, 9)}
    yield "importance", lambda: cat.CatBoostRegressor(**quiet).fit(rows, numbers).get_feature_importance(prettified=True)
    yield "quantile", lambda: cat.CatBoostRegressor(loss_function="Quantile:alpha=0.9", **quiet).fit(rows, numbers)
    yield "logged", lambda: cat.CatBoostClassifier(**quiet).fit(rows, labels).get_evals_result()
    yield "monotone", lambda: cat.CatBoostRegressor(monotone_constraints=[1, 0, 0, 0], **quiet).fit(rows, numbers)


def prophet():
    import pandas as pd
    from prophet import Prophet

    frame = pd.DataFrame({"ds": pd.date_range("2023-01-01", periods=120), "y": range(120)})
    make = lambda **given: Prophet(**given).fit(frame)
    yield "plain", make
    yield "future", lambda: make().make_future_dataframe(5)
    yield "forecast", lambda: (lambda model: model.predict(model.make_future_dataframe(5)))(make())
    yield "flat", lambda: make(growth="flat")
    yield "multiplied", lambda: make(seasonality_mode="multiplicative")
    yield "holidays", lambda: make(holidays=pd.DataFrame({"holiday": "h", "ds": frame.ds[::30]}))
    yield "season", lambda: Prophet().add_seasonality("m", 30.5, 5).fit(frame)
    yield "country", lambda: (lambda model: (model.add_country_holidays("US"), model.fit(frame))[1])(Prophet())
    yield "unfitted", lambda: Prophet(yearly_seasonality=False)
    yield "logistic", lambda: Prophet(growth="logistic").fit(frame.assign(cap=200))
    yield "regressor", lambda: Prophet().add_regressor("x").fit(frame.assign(x=frame.y % 3))
    yield "points", lambda: make(changepoints=["2023-02-01"])


def nltk():
    import nltk as module
    from nltk import collocations, lm, metrics, probability, stem, tag, tokenize
    from nltk.classify import NaiveBayesClassifier, DecisionTreeClassifier

    words = "the cat sat on the mat and the dog sat too".split()
    tagged = [[(word, "N" if len(word) > 3 else "D") for word in words]]
    seen = [({"last": word[-1]}, word > "m") for word in words]
    yield "bayes", lambda: NaiveBayesClassifier.train(seen)
    yield "decided", lambda: DecisionTreeClassifier.train(seen)
    yield "unigram", lambda: tag.UnigramTagger(tagged, backoff=tag.DefaultTagger("N"))
    yield "bigram", lambda: tag.BigramTagger(tagged, backoff=tag.UnigramTagger(tagged))
    yield "regexp", lambda: tag.RegexpTagger([(r".*ing$", "V"), (r".*", "N")])
    yield "counts", lambda: module.FreqDist(words)
    yield "conditions", lambda: module.ConditionalFreqDist((len(word), word) for word in words)
    yield "laplace", lambda: probability.LaplaceProbDist(module.FreqDist(words))
    yield "stemmers", lambda: [stem.PorterStemmer(), stem.SnowballStemmer("english"), stem.LancasterStemmer()]
    yield "splitters", lambda: [tokenize.RegexpTokenizer(r"\w+"), tokenize.TreebankWordTokenizer(), tokenize.TweetTokenizer()]
    yield "pairs", lambda: collocations.BigramCollocationFinder.from_words(words)
    yield "text", lambda: module.Text(words)
    yield "vocabulary", lambda: lm.Vocabulary(words, unk_cutoff=2)
    yield "punkt", lambda: tokenize.PunktSentenceTokenizer("Hello there. Mr. Smith is here. He sat.")
    yield "perceptron", lambda: (lambda made: (made.train(tagged), made)[1])(tag.PerceptronTagger(load=False))
    yield "matrix", lambda: metrics.ConfusionMatrix(words, words)
    yield "parsed", lambda: module.Tree.fromstring("(S (NP the cat) (VP sat))")
    yield "grammar", lambda: module.CFG.fromstring("S -> 'a' S | 'b'")


def gensim():
    from gensim import corpora, models, similarities

    texts = [["cat", "sat", "mat"], ["dog", "ran"], ["cat", "dog", "sat"]] * 5
    words = corpora.Dictionary(texts)
    bags = [words.doc2bow(text) for text in texts]
    small = {"vector_size": 4, "min_count": 1, "epochs": 1}
    yield "dictionary", lambda: words
    yield "bags", lambda: bags
    yield "tfidf", lambda: models.TfidfModel(bags)
    yield "word2vec", lambda: models.Word2Vec(texts, **small)
    yield "vectors", lambda: models.Word2Vec(texts, **small).wv
    yield "fasttext", lambda: models.FastText(texts, bucket=10, **small)
    yield "doc2vec", lambda: models.Doc2Vec([models.doc2vec.TaggedDocument(t, [k]) for k, t in enumerate(texts)], **small)
    yield "lda", lambda: models.LdaModel(bags, id2word=words, num_topics=2)
    yield "lsi", lambda: models.LsiModel(bags, id2word=words, num_topics=2)
    yield "hdp", lambda: models.HdpModel(bags, words)
    yield "nmf", lambda: models.Nmf(bags, id2word=words, num_topics=2)
    yield "phrases", lambda: models.Phrases(texts, min_count=1)
    yield "frozen", lambda: models.phrases.Phraser(models.Phrases(texts, min_count=1))
    yield "index", lambda: similarities.MatrixSimilarity(bags, num_features=len(words))
    yield "sparse", lambda: similarities.SparseMatrixSimilarity(bags, num_features=len(words))
    yield "bm25", lambda: models.OkapiBM25Model(dictionary=words)


def surprise():
    import pandas as pd
    import surprise as module

    frame = pd.DataFrame({"u": list("aabbccdd"), "i": list("xyxzyzxz"), "r": [1, 2, 3, 4, 5, 1, 2, 3]})
    data = module.Dataset.load_from_df(frame, module.Reader(rating_scale=(1, 5)))
    whole = data.build_full_trainset()
    yield "data", lambda: data
    yield "predictions", lambda: module.SVD(n_epochs=2).fit(whole).test(whole.build_testset())
    yield "grid", lambda: (lambda made: (made.fit(data), made)[1])(
        module.model_selection.GridSearchCV(module.SVD, {"n_epochs": [1, 2]}, cv=2))
    yield "item", lambda: module.KNNBasic(sim_options={"name": "cosine", "user_based": False}, verbose=False).fit(whole)
    yield "zscore", lambda: module.KNNWithZScore(verbose=False).fit(whole)
    yield "baseline", lambda: module.KNNBaseline(verbose=False).fit(whole)
    yield "normal", lambda: module.NormalPredictor().fit(whole)
    yield "reader", lambda: module.Reader(line_format="user item rating", sep=",")
    yield "seeded", lambda: module.SVD(n_factors=3, random_state=1).fit(whole)
    yield "plus", lambda: module.SVDpp(n_epochs=1).fit(whole)
    yield "nmf", lambda: {"algo": module.NMF(n_epochs=1).fit(whole), "when": "2024"}
    yield "checked", lambda: module.model_selection.cross_validate(module.SlopeOne(), data, cv=2)


def lifelines():
    import lifelines as module
    import pandas as pd

    _, labels, numbers, frame = people()
    held = frame.drop(columns="city").assign(T=numbers, E=labels)
    for name in ("KaplanMeierFitter", "NelsonAalenFitter", "WeibullFitter", "ExponentialFitter",
                 "LogNormalFitter", "BreslowFlemingHarringtonFitter"):  # fmt: skip
        yield name, lambda name=name: getattr(module, name)().fit(numbers, labels)
    yield "cox", lambda: module.CoxPHFitter(penalizer=0.1).fit(held, "T", "E")
    yield "strata", lambda: module.CoxPHFitter().fit(held.assign(s=labels), "T", "E", strata="s")
    yield "aft", lambda: module.WeibullAFTFitter().fit(held[["age", "T", "E"]], "T", "E")
    yield "aalen", lambda: module.AalenAdditiveFitter(coef_penalizer=1).fit(held, "T", "E")
    yield "piecewise", lambda: module.PiecewiseExponentialFitter([2.0]).fit(numbers, labels)
    yield "test", lambda: module.statistics.logrank_test(numbers[:40], numbers[40:], labels[:40], labels[40:])
    yield "groups", lambda: {k: module.KaplanMeierFitter(label=str(k)).fit(part["T"], part.E) for k, part in held.groupby(pd.cut(held.age, 2))}


def sksurv():
    import numpy as np
    from sksurv import ensemble, linear_model, metrics, preprocessing, svm, tree
    from sksurv.nonparametric import kaplan_meier_estimator
    from sksurv.util import Surv

    rows, labels, numbers, frame = people()
    held = Surv.from_arrays(labels.astype(bool), numbers)
    for cls in (linear_model.CoxPHSurvivalAnalysis, linear_model.CoxnetSurvivalAnalysis,
                linear_model.IPCRidge, svm.FastSurvivalSVM, svm.FastKernelSurvivalSVM,
                tree.SurvivalTree):  # fmt: skip
        yield cls.__name__, lambda cls=cls: cls().fit(rows, held)
    for name in ("RandomSurvivalForest", "GradientBoostingSurvivalAnalysis", "ExtraSurvivalTrees",
                 "ComponentwiseGradientBoostingSurvivalAnalysis"):  # fmt: skip
        yield name, lambda name=name: getattr(ensemble, name)(n_estimators=3).fit(rows, held)
    yield "outcomes", lambda: held
    yield "curves", lambda: kaplan_meier_estimator(labels.astype(bool), numbers)
    yield "functions", lambda: linear_model.CoxPHSurvivalAnalysis().fit(rows, held).predict_survival_function(rows[:3])
    yield "encoder", lambda: preprocessing.OneHotEncoder().fit(frame.assign(city=frame.city.astype("category")))
    yield "scorer", lambda: metrics.as_concordance_index_ipcw_scorer(linear_model.CoxPHSurvivalAnalysis()).fit(rows, held)
    yield "steps", lambda: np.unique(numbers)


def skimage():
    import numpy as np
    from skimage import feature, graph, measure, transform

    image = np.zeros((32, 32))
    image[8:20, 8:20] = 1
    points = np.random.RandomState(0).rand(9, 2)
    for name in ("Affine", "Similarity", "Projective", "Euclidean", "Polynomial", "PiecewiseAffine"):
        cls = getattr(transform, name + "Transform")
        yield name, lambda cls=cls: (lambda made: (made.estimate(points, points * 2), made)[1])(cls())
    yield "regions", lambda: [dict(area=r.area, box=r.bbox) for r in measure.regionprops(image.astype(int))]
    yield "properties", lambda: measure.regionprops(image.astype(int))
    yield "table", lambda: measure.regionprops_table(image.astype(int), properties=("area", "centroid"))
    yield "hog", lambda: feature.hog(image)
    yield "orb", lambda: (lambda made: (made.detect_and_extract(image + points[0, 0]), made)[1])(feature.ORB(n_keypoints=5))
    yield "cascade", lambda: feature.CENSURE()
    yield "circle", lambda: (lambda made: (made.estimate(points), made)[1])(measure.CircleModel())
    yield "line", lambda: measure.ransac(points, measure.LineModelND, 2, 2)
    yield "graph", lambda: graph.rag_mean_color(np.dstack([image] * 3), image.astype(int))


def networkx():
    import networkx as nx

    yield "club", nx.karate_club_graph
    yield "weighted", lambda: nx.Graph([(1, 2, {"weight": 3.0}), (2, 3, {"weight": 1.5})])
    yield "directed", lambda: nx.gn_graph(9)
    yield "multi", lambda: nx.MultiDiGraph([("a", "b"), ("a", "b")])
    yield "positions", lambda: nx.spring_layout(nx.path_graph(4))
    yield "ranks", lambda: nx.pagerank(nx.path_graph(4))
    yield "part", lambda: nx.karate_club_graph().subgraph(range(4))
    yield "copied", lambda: nx.karate_club_graph().subgraph(range(4)).copy()
    yield "degrees", lambda: nx.path_graph(4).degree
    yield "nodes", lambda: nx.path_graph(4).nodes
    yield "edges", lambda: nx.karate_club_graph().edges(data=True)
    yield "groups", lambda: nx.community.greedy_modularity_communities(nx.karate_club_graph())
    yield "ordered", lambda: nx.DiGraph({"a": ["b"], "b": []}, name="g", made="today")
    yield "planar", lambda: nx.check_planarity(nx.path_graph(4))[1]
    yield "matrix", lambda: nx.to_scipy_sparse_array(nx.path_graph(4))


def hmmlearn():
    from hmmlearn import hmm, vhmm

    rows, labels, _, _ = people()
    for kind in ("full", "diag", "spherical", "tied"):
        yield kind, lambda kind=kind: hmm.GaussianHMM(2, covariance_type=kind, n_iter=3).fit(rows)
    yield "mixed", lambda: hmm.GMMHMM(2, 2, n_iter=2).fit(rows)
    yield "counts", lambda: hmm.PoissonHMM(2, n_iter=2).fit(labels[:, None])
    yield "kinds", lambda: hmm.CategoricalHMM(2, n_iter=2).fit(labels[:, None])
    yield "multi", lambda: hmm.MultinomialHMM(2, n_iter=2, n_trials=1).fit(labels[:, None].repeat(2, 1))
    yield "variational", lambda: vhmm.VariationalGaussianHMM(2, n_iter=2).fit(rows)
    yield "monitored", lambda: hmm.GaussianHMM(2, tol=1e-3, n_iter=5, verbose=False).fit(rows).monitor_
    yield "unfitted", lambda: hmm.GaussianHMM(3)
    yield "states", lambda: hmm.GaussianHMM(2).fit(rows).predict(rows)


def optuna():
    import optuna as module

    module.logging.disable_default_handler()

    def tried(**given):
        study = module.create_study(**given)
        study.optimize(lambda trial: trial.suggest_float("x", 0, 1) + trial.suggest_int("n", 1, 3), 4)
        return study

    samplers = module.samplers
    yield "study", tried
    yield "pruned", lambda: tried(pruner=module.pruners.MedianPruner())
    yield "halving", lambda: tried(pruner=module.pruners.HyperbandPruner())
    yield "random", lambda: tried(sampler=samplers.RandomSampler(1))
    yield "tpe", lambda: tried(sampler=samplers.TPESampler(seed=3, multivariate=True))
    yield "grid", lambda: tried(sampler=samplers.GridSampler({"x": [0.1, 0.5], "n": [1, 2]}))
    yield "maximized", lambda: tried(direction="maximize")
    yield "trials", lambda: tried().trials
    yield "best", lambda: tried().best_trial
    yield "table", lambda: tried().trials_dataframe()
    yield "genetic", lambda: samplers.NSGAIISampler(seed=1)
    yield "cma", lambda: samplers.QMCSampler()
    yield "space", lambda: {"x": module.distributions.FloatDistribution(0, 1, log=False), "k": module.distributions.CategoricalDistribution(["a"])}


def polars():
    import datetime

    import polars as pl

    frame = pl.DataFrame({"a": [1, 2, None], "b": ["x", "y", "z"], "c": [0.1, 0.2, 0.3]})
    yield "frame", lambda: frame
    yield "column", lambda: frame["a"]
    yield "grouped", lambda: frame.group_by("b").agg(pl.col("a").sum())
    yield "dated", lambda: pl.DataFrame({"d": [datetime.date(2024, 1, 1)], "t": [datetime.datetime(2024, 1, 1)]})
    yield "listed", lambda: pl.DataFrame({"l": [[1, 2], [3]], "s": [{"x": 1}, {"x": 2}]})
    yield "kinds", lambda: frame.with_columns(pl.col("b").cast(pl.Categorical))
    yield "parts", lambda: frame.partition_by("b", as_dict=True)
    yield "dictionary", lambda: {"train": frame, "test": frame.head(1), "columns": frame.columns}
    yield "schema", lambda: frame.schema
    yield "types", lambda: frame.dtypes
    yield "summary", lambda: frame.describe()
    yield "empty", lambda: frame.clear()


def pyarrow():
    import pyarrow as pa

    table = pa.table({"a": [1, 2], "b": ["x", None]})
    yield "table", lambda: table
    yield "array", lambda: pa.array([1.5, None])
    yield "chunked", lambda: table["b"]
    yield "schema", lambda: table.schema
    yield "fields", lambda: [pa.field("x", pa.int32(), nullable=False), pa.list_(pa.float64())]
    yield "batch", lambda: table.to_batches()[0]
    yield "words", lambda: pa.array(["a", "b", "a"]).dictionary_encode()
    yield "structs", lambda: pa.array([{"x": 1}, {"x": 2}])
    yield "scalar", lambda: pa.scalar(3)
    yield "stamps", lambda: pa.array([0], pa.timestamp("us", "UTC"))
    yield "types", lambda: [pa.decimal128(9, 2), pa.map_(pa.string(), pa.int8()), pa.date32()]
    yield "frame", lambda: table.to_pandas(types_mapper=lambda kind: None)


def shapely():
    import geopandas as gpd
    from shapely import STRtree, geometry, prepared

    points = [geometry.Point(k, k % 3) for k in range(6)]
    frame = gpd.GeoDataFrame({"n": range(6)}, geometry=points, crs="EPSG:4326")
    yield "points", lambda: points
    yield "polygon", lambda: geometry.Polygon([(0, 0), (1, 0), (1, 1)], [[(0.2, 0.1), (0.5, 0.1), (0.5, 0.3)]])
    yield "lines", lambda: geometry.MultiLineString([[(0, 0), (1, 1)], [(2, 2), (3, 3)]])
    yield "dictionary", lambda: {"zone": geometry.box(0, 0, 1, 1), "name": "z"}
    yield "tree", lambda: STRtree(points)
    yield "frame", lambda: frame
    yield "buffered", lambda: frame.to_crs(3857).buffer(10)
    yield "geometry", lambda: frame.geometry
    yield "bare", lambda: gpd.GeoDataFrame(geometry=points)
    yield "joined", lambda: gpd.sjoin(frame, frame.to_crs(4326))
    yield "crs", lambda: frame.crs
    yield "united", lambda: frame.dissolve()
    yield "spare", lambda: prepared.prep(points[0]).context


def tslearn():
    import numpy as np
    from tslearn import barycenters, clustering, neighbors, piecewise, preprocessing, svm

    series = np.random.RandomState(0).rand(12, 10, 1)
    labels = [0, 1] * 6
    yield "kmeans", lambda: clustering.TimeSeriesKMeans(2, max_iter=2).fit(series)
    yield "dtw", lambda: clustering.TimeSeriesKMeans(2, metric="dtw", max_iter=2).fit(series)
    yield "softdtw", lambda: clustering.TimeSeriesKMeans(2, metric="softdtw", max_iter=1).fit(series)
    yield "kernel", lambda: clustering.KernelKMeans(2, max_iter=2).fit(series)
    yield "shape", lambda: clustering.KShape(2, max_iter=2).fit(series)
    yield "knn", lambda: neighbors.KNeighborsTimeSeriesClassifier(2).fit(series, labels)
    yield "knr", lambda: neighbors.KNeighborsTimeSeriesRegressor(2).fit(series, labels)
    yield "svc", lambda: svm.TimeSeriesSVC().fit(series, labels)
    yield "scaled", lambda: preprocessing.TimeSeriesScalerMeanVariance().fit(series)
    yield "sax", lambda: piecewise.SymbolicAggregateApproximation(4, 3).fit(series)
    yield "resampled", lambda: preprocessing.TimeSeriesResampler(5).fit(series)
    yield "mean", lambda: barycenters.dtw_barycenter_averaging(series, max_iter=1)


def fairlearn():
    from fairlearn import metrics, postprocessing, preprocessing, reductions
    from sklearn.linear_model import LogisticRegression
    from sklearn.metrics import accuracy_score, recall_score

    rows, labels, _, frame = people()
    sex = frame.city
    yield "framed", lambda: metrics.MetricFrame(metrics=accuracy_score, y_true=labels, y_pred=labels, sensitive_features=sex)
    yield "several", lambda: metrics.MetricFrame(metrics={"a": accuracy_score, "r": recall_score}, y_true=labels, y_pred=labels, sensitive_features=sex).by_group
    for name in ("DemographicParity", "EqualizedOdds", "TruePositiveRateParity", "ErrorRateParity"):
        yield name, lambda name=name: reductions.ExponentiatedGradient(
            LogisticRegression(), getattr(reductions, name)(), max_iter=3).fit(rows, labels, sensitive_features=sex)
    yield "grid", lambda: reductions.GridSearch(LogisticRegression(), reductions.DemographicParity(), grid_size=3).fit(rows, labels, sensitive_features=(sex == "Rome").astype(int))
    yield "threshold", lambda: postprocessing.ThresholdOptimizer(estimator=LogisticRegression(), predict_method="predict_proba").fit(rows, labels, sensitive_features=sex)
    yield "removed", lambda: preprocessing.CorrelationRemover(sensitive_feature_ids=[0]).fit(rows)
    yield "loss", lambda: reductions.SquareLoss(0, 1)
    yield "constraint", lambda: reductions.BoundedGroupLoss(reductions.ZeroOneLoss(), upper_bound=0.1)
    yield "difference", lambda: metrics.make_derived_metric(metric=recall_score, transform="difference")


def mlxtend():
    from mlxtend import classifier, cluster, feature_extraction, feature_selection, frequent_patterns, preprocessing, regressor
    from sklearn.linear_model import LinearRegression, LogisticRegression
    from sklearn.tree import DecisionTreeClassifier

    rows, labels, numbers, _ = people()
    bought = preprocessing.TransactionEncoder().fit([["a", "b"], ["a"], ["b", "c"]])
    table = __import__("pandas").DataFrame(bought.transform([["a", "b"], ["a"], ["b", "c"]]), columns=bought.columns_)
    two = [LogisticRegression(), DecisionTreeClassifier()]
    yield "encoder", lambda: bought
    yield "frequent", lambda: frequent_patterns.apriori(table, 0.3, use_colnames=True)
    yield "rules", lambda: frequent_patterns.association_rules(frequent_patterns.fpgrowth(table, 0.3, use_colnames=True), min_threshold=0.1)
    yield "stacked", lambda: classifier.StackingCVClassifier(two, LogisticRegression(), cv=2).fit(rows, labels)
    yield "voted", lambda: classifier.EnsembleVoteClassifier(two).fit(rows, labels)
    yield "chosen", lambda: feature_selection.SequentialFeatureSelector(two[0], 2, cv=2).fit(rows, labels)
    yield "all", lambda: feature_selection.ExhaustiveFeatureSelector(two[1], 1, 2, print_progress=False, cv=2).fit(rows, labels)
    yield "columns", lambda: feature_selection.ColumnSelector((0, 1))
    yield "perceptron", lambda: classifier.Perceptron(epochs=2).fit(rows, labels)
    yield "mlp", lambda: classifier.MultiLayerPerceptron(epochs=2).fit(rows, labels)
    yield "softmax", lambda: classifier.SoftmaxRegression(epochs=2).fit(rows, labels)
    yield "kmeans", lambda: cluster.Kmeans(2, max_iter=2).fit(rows)
    yield "pca", lambda: feature_extraction.PrincipalComponentAnalysis(2).fit(rows)
    yield "regressed", lambda: regressor.StackingRegressor([LinearRegression()], LinearRegression()).fit(rows, numbers)
    yield "dense", lambda: preprocessing.DenseTransformer()


def shap():
    import shap as module
    from sklearn.ensemble import RandomForestRegressor
    from sklearn.linear_model import LinearRegression

    rows, _, numbers, frame = people()
    forest = RandomForestRegressor(3).fit(rows, numbers)
    explained = module.TreeExplainer(forest)(rows[:5])
    yield "explanation", lambda: explained
    yield "values", lambda: module.TreeExplainer(forest).shap_values(rows[:5])
    yield "one", lambda: explained[0]
    yield "dictionary", lambda: {"values": explained.values, "base": explained.base_values, "data": rows}
    yield "linear", lambda: module.LinearExplainer(LinearRegression().fit(rows, numbers), rows)
    yield "tree", lambda: module.TreeExplainer(forest)
    yield "kernel", lambda: module.KernelExplainer(forest.predict, rows[:5])
    yield "linear_values", lambda: module.LinearExplainer(LinearRegression().fit(rows, numbers), rows)(rows)
    yield "cohorts", lambda: module.Cohorts(a=explained, b=explained)
    yield "sampled", lambda: module.sample(frame, 5)
    yield "means", lambda: module.kmeans(rows, 3)
    yield "masker", lambda: module.maskers.Independent(rows[:5])


def river():
    from river import anomaly, compose, drift, ensemble, linear_model, metrics, naive_bayes, neighbors, preprocessing, stats, tree

    def taught(model):
        for k in range(40):
            x = {"a": float(k % 7), "b": float(k % 3)}
            getattr(model, "learn_one")(x, k % 2)
        return model

    made = {
        "logistic": lambda: linear_model.LogisticRegression(), "bayes": lambda: naive_bayes.GaussianNB(),
        "hoeffding": lambda: tree.HoeffdingTreeClassifier(), "regressor": lambda: tree.HoeffdingTreeRegressor(),
        "forest": lambda: ensemble.BaggingClassifier(linear_model.LogisticRegression(), 3),
        "piped": lambda: preprocessing.StandardScaler() | linear_model.LinearRegression(),
        "knn": lambda: neighbors.KNNClassifier(3), "adaptive": lambda: tree.HoeffdingAdaptiveTreeClassifier(),
        "boosted": lambda: ensemble.AdaBoostClassifier(tree.HoeffdingTreeClassifier(), 2),
        "union": lambda: compose.TransformerUnion(preprocessing.StandardScaler(), preprocessing.MinMaxScaler()) | linear_model.PAClassifier(),
    }  # fmt: skip
    for name, make in made.items():
        yield name, lambda make=make: taught(make())
    yield "trees", lambda: anomaly.HalfSpaceTrees(n_trees=2, height=2)
    yield "drift", lambda: drift.ADWIN()
    yield "metrics", lambda: [metrics.ROCAUC(), metrics.MAE(), metrics.Accuracy(), metrics.F1()]
    yield "stats", lambda: [stats.Mean(), stats.Var(), stats.Quantile(0.5)]


def torch():
    import torch as module
    from torch import nn

    class Net(nn.Module):  # as notebooks have it; its state only is kept
        def __init__(self):
            super().__init__()
            self.body = nn.Sequential(nn.Conv2d(1, 2, 3), nn.BatchNorm2d(2), nn.ReLU(), nn.Flatten())
            self.head = nn.Linear(8, 2)

    net = Net()
    rated = module.optim.AdamW(net.parameters())
    plan = module.optim.lr_scheduler.CosineAnnealingLR(rated, 3)
    yield "state", net.state_dict
    yield "checkpoint", lambda: {"epoch": 3, "model": net.state_dict(), "optimizer": rated.state_dict(), "scheduler": plan.state_dict(), "loss": module.tensor(0.3)}
    yield "body", lambda: net.body
    yield "half", lambda: {key: value.half() for key, value in net.state_dict().items()}
    yield "transformer", lambda: nn.TransformerEncoder(nn.TransformerEncoderLayer(8, 2), 1)
    yield "lstm", lambda: nn.LSTM(3, 4, 2, bidirectional=True)
    yield "data", lambda: module.utils.data.TensorDataset(module.ones(3), module.zeros(3))
    yield "split", lambda: module.utils.data.random_split(module.utils.data.TensorDataset(module.ones(4)), [3, 1])
    yield "lists", lambda: [nn.ModuleList([nn.Linear(1, 1)]), nn.ModuleDict({"a": nn.GELU()}), nn.ParameterList([nn.Parameter(module.ones(1))])]
    yield "embedding", lambda: nn.EmbeddingBag(5, 3, mode="sum")
    yield "optimizer", lambda: module.optim.SGD([nn.Parameter(module.ones(2))], 0.1, momentum=0.9)
    yield "plan", lambda: plan
    yield "normed", lambda: nn.utils.parametrizations.weight_norm(nn.Linear(2, 2)).state_dict()
    yield "normed_old", lambda: nn.utils.spectral_norm(nn.Linear(2, 2))
    yield "sparse", lambda: module.eye(3).to_sparse()
    yield "distribution", lambda: module.distributions.Normal(module.zeros(2), module.ones(2))
    yield "averaged", lambda: module.optim.swa_utils.AveragedModel(nn.Linear(2, 2)).state_dict()
    yield "loss", lambda: nn.CrossEntropyLoss(weight=module.ones(3))
    yield "shared", lambda: module.nn.utils.rnn.pack_sequence([module.ones(2), module.ones(1)])


def torchvision():
    import torchvision as module
    from torchvision.transforms import v2

    transforms = module.transforms
    made = module.models
    yield "resnet", lambda: made.resnet18()
    yield "mobile", lambda: made.mobilenet_v3_small()
    yield "squeeze", lambda: made.squeezenet1_1()
    yield "efficient", lambda: made.efficientnet_b0().state_dict()
    yield "shuffle", lambda: made.shufflenet_v2_x0_5()
    yield "pipeline", lambda: transforms.Compose([transforms.Resize(9), transforms.CenterCrop(8), transforms.ToTensor(), transforms.Normalize([0.5] * 3, [0.2] * 3)])
    yield "augmented", lambda: transforms.Compose([transforms.RandomHorizontalFlip(), transforms.ColorJitter(0.1), transforms.RandomResizedCrop(8), transforms.RandomRotation(9)])
    yield "v2", lambda: v2.Compose([v2.ToImage(), v2.RandAugment()])
    yield "detector", lambda: made.detection.ssdlite320_mobilenet_v3_large(weights=None, weights_backbone=None)
    yield "segmenter", lambda: made.segmentation.lraspp_mobilenet_v3_large(weights=None, weights_backbone=None)
    yield "weights", lambda: made.ResNet18_Weights.DEFAULT.transforms()
    yield "fake", lambda: module.datasets.FakeData(3, (3, 8, 8), transform=transforms.ToTensor())
    yield "mnas", lambda: made.mnasnet0_5()


def skorch():
    import torch
    from skorch import NeuralNetClassifier, NeuralNetRegressor, callbacks, dataset

    rows, labels, numbers, _ = people()
    net = torch.nn.Sequential(torch.nn.Linear(4, 2), torch.nn.Softmax(dim=-1))
    quiet = {"max_epochs": 1, "verbose": 0}
    rows = rows.astype("f4")
    kinds = labels.astype("i8")
    yield "plain", lambda: NeuralNetClassifier(net, **quiet).fit(rows, kinds)
    yield "adam", lambda: NeuralNetClassifier(net, optimizer=torch.optim.Adam, **quiet).fit(rows, kinds)
    yield "regressor", lambda: NeuralNetRegressor(torch.nn.Linear(4, 1), **quiet).fit(rows, numbers[:, None].astype("f4"))
    yield "early", lambda: NeuralNetClassifier(net, callbacks=[callbacks.EarlyStopping(patience=2)], **quiet).fit(rows, kinds)
    yield "scored", lambda: NeuralNetClassifier(net, callbacks=[callbacks.EpochScoring("accuracy")], **quiet).fit(rows, kinds)
    yield "planned", lambda: NeuralNetClassifier(net, callbacks=[callbacks.LRScheduler()], **quiet).fit(rows, kinds)
    yield "history", lambda: NeuralNetClassifier(net, **quiet).fit(rows, kinds).history
    yield "whole", lambda: NeuralNetClassifier(net, train_split=None, **quiet).fit(rows, kinds)
    yield "data", lambda: dataset.Dataset(rows, kinds)
    yield "unfitted", lambda: NeuralNetClassifier(torch.nn.Linear, module__in_features=4)


def transformers():
    import transformers as module

    small = {"hidden_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 16, "vocab_size": 30}
    yield "config", lambda: module.BertConfig(**small)
    yield "bert", lambda: module.BertForSequenceClassification(module.BertConfig(**small))
    yield "roberta", lambda: module.RobertaModel(module.RobertaConfig(**small))
    yield "distil", lambda: module.DistilBertForSequenceClassification(module.DistilBertConfig(dim=16, n_layers=1, n_heads=2, hidden_dim=16, vocab_size=30))
    yield "gpt2", lambda: module.GPT2LMHeadModel(module.GPT2Config(n_embd=16, n_layer=1, n_head=2, vocab_size=30))
    yield "electra", lambda: module.ElectraForTokenClassification(module.ElectraConfig(embedding_size=16, **small))
    yield "vit", lambda: module.ViTForImageClassification(module.ViTConfig(image_size=8, patch_size=4, **{k: v for k, v in small.items() if k != "vocab_size"}))
    yield "t5", lambda: module.T5ForConditionalGeneration(module.T5Config(d_model=16, d_kv=8, d_ff=16, num_layers=1, num_heads=2, vocab_size=30))
    yield "state", lambda: module.BertModel(module.BertConfig(**small)).state_dict()
    yield "arguments", lambda: module.TrainingArguments("out", use_cpu=True)
    yield "encoding", lambda: module.BatchEncoding({"input_ids": [[1, 2]], "attention_mask": [[1, 1]]})
    yield "output", lambda: module.modeling_outputs.SequenceClassifierOutput(logits=__import__("torch").ones(1, 2))
    yield "generation", lambda: module.GenerationConfig(max_length=20)
    yield "trainer_state", lambda: module.TrainerState(epoch=1.0)


def lightning():
    import lightning as module
    import torch
    from lightning.pytorch import callbacks
    from lightning.pytorch.demos.boring_classes import BoringModel

    model = BoringModel()
    rated = torch.optim.Adam(model.parameters())
    whole = {"epoch": 1, "global_step": 4, "pytorch-lightning_version": module.__version__, "state_dict": model.state_dict(),
             "loops": {}, "callbacks": callbacks.ModelCheckpoint().state_dict(), "optimizer_states": [rated.state_dict()], "lr_schedulers": []}  # fmt: skip
    yield "checkpoint", lambda: whole
    yield "hyper", lambda: {**whole, "hyper_parameters": module.fabric.utilities.data.AttributeDict(lr=0.1, layers=2)}
    yield "stopping", lambda: callbacks.EarlyStopping("val_loss")
    yield "saving", lambda: callbacks.ModelCheckpoint(monitor="val_loss")
    yield "attributes", lambda: module.fabric.utilities.data.AttributeDict(a=1)
    yield "states", lambda: {"model": model.state_dict(), "ema": {k: v * 2 for k, v in model.state_dict().items()}}


def timm():
    import timm as module
    from timm import data, optim

    for name in ("resnet10t", "mobilenetv3_small_050", "efficientnet_lite0", "vit_tiny_patch16_224", "convnext_atto", "regnetx_002"):
        yield name, lambda name=name: module.create_model(name, num_classes=3)
    yield "state", lambda: module.create_model("resnet10t").state_dict()
    yield "transform", lambda: data.create_transform(32, is_training=True)
    yield "evaluated", lambda: data.create_transform(32)
    yield "config", lambda: data.resolve_data_config({}, model=module.create_model("resnet10t"))
    yield "optimizer", lambda: optim.create_optimizer_v2(module.create_model("resnet10t"), "adamw").state_dict()


def files():
    """Yield values that any script keeps, of Python's own and of small libraries."""
    import collections
    import datetime
    import decimal
    import functools
    import re
    import uuid
    import zoneinfo

    import dateutil.relativedelta
    import dateutil.rrule
    import pytz

    yield "vocabulary", lambda: {"<pad>": 0, "the": 1}
    yield "nested", lambda: collections.defaultdict(list, {"a": [1]})
    yield "counter", lambda: collections.Counter("abca")
    yield "recent", lambda: collections.deque([1, 2], maxlen=4)
    yield "times", lambda: [datetime.datetime.now(), datetime.timedelta(1), datetime.time(3)]
    yield "zoned", lambda: datetime.datetime(2024, 1, 1, tzinfo=zoneinfo.ZoneInfo("Europe/Rome"))
    yield "pytz", lambda: pytz.timezone("US/Eastern").localize(datetime.datetime(2024, 1, 1))
    yield "delta", lambda: dateutil.relativedelta.relativedelta(months=1)
    yield "rule", lambda: dateutil.rrule.rrule(dateutil.rrule.DAILY, count=3)
    yield "weekday", lambda: dateutil.relativedelta.FR(-1)
    yield "money", lambda: decimal.Decimal("2.50")
    yield "ids", lambda: [uuid.uuid4()]
    yield "patterns", lambda: [re.compile("a+"), re.compile(b"x")]
    yield "partial", lambda: functools.partial(int, base=2)
    yield "http", lambda: __import__("http").HTTPStatus.OK
    yield "error", lambda: [ValueError("bad"), KeyError("x")]
    yield "enumerated", lambda: [re.IGNORECASE | re.DOTALL]
    yield "ranges", lambda: [range(3), slice(1, 2), {1, 2}, frozenset("ab"), bytearray(b"x"), 1 + 2j]


def matplotlib():
    import matplotlib as module

    module.use("agg")
    import seaborn
    from matplotlib import cm, colors, pyplot, ticker

    rows, _, _, frame = people()

    def drawn(draw):
        figure, axes = pyplot.subplots()
        draw(axes)
        return figure

    yield "line", lambda: drawn(lambda axes: axes.plot(rows[:, 0], label="x") and axes.legend())
    yield "bars", lambda: drawn(lambda axes: axes.bar(["a", "b"], [1, 2]))
    yield "scattered", lambda: drawn(lambda axes: axes.scatter(rows[:, 0], rows[:, 1], c=rows[:, 2]))
    yield "histogram", lambda: drawn(lambda axes: axes.hist(rows[:, 0]))
    yield "image", lambda: drawn(lambda axes: axes.imshow(rows))
    yield "colors", lambda: pyplot.get_cmap("viridis")
    yield "norm", lambda: colors.Normalize(0, 1)
    yield "listed", lambda: colors.ListedColormap(["r", "g"])
    yield "mapped", lambda: cm.ScalarMappable(colors.Normalize(0, 1), "magma")
    yield "heat", lambda: drawn(lambda axes: seaborn.heatmap(rows[:5], ax=axes))
    yield "palette", lambda: list(seaborn.color_palette("husl", 4))
    yield "ticks", lambda: ticker.MaxNLocator(4)
    yield "boxes", lambda: drawn(lambda axes: seaborn.boxplot(frame, x="city", y="age", ax=axes))


RECIPES = {
    name: value
    for name, value in list(globals().items())
    if callable(value) and not name.startswith("_") and getattr(value, "__module__", "") == __name__
}
FORMS = ("pickle", "joblib", "pickle2", "cloudpickle", "pickle4", "joblib3", "pickle0", "pickle5")
TENSORS = ("torch", "torchvision", "timm", "transformers", "lightning")


def _write(path, thing, form):
    """Write a thing in one of the forms, or with `torch.save`."""
    if form == "torch":
        import torch

        torch.save(thing, path + ".pt")
    elif form.startswith("joblib"):
        import joblib

        joblib.dump(thing, path + ".joblib", compress=int(form[6:] or 0))
    elif form == "cloudpickle":
        import cloudpickle

        with open(path + ".cloud.pkl", "wb") as file:
            cloudpickle.dump(thing, file)
    else:
        with open(path + ".pkl", "wb") as file:
            pickle.dump(thing, file, int(form[6:] or pickle.DEFAULT_PROTOCOL))


def main():
    """Write what each recipe yields, and say what could not be made."""
    out, *wanted = sys.argv[1:]
    os.makedirs(out, exist_ok=True)
    count = 0
    for library, recipe in RECIPES.items():
        if wanted and library not in wanted:
            continue
        made = []
        try:
            for number, (name, make) in enumerate(recipe()):
                form = FORMS[number % len(FORMS)]
                if library in TENSORS and number % 3:
                    form = "torch"
                try:
                    _write(os.path.join(out, library + "-" + name), make(), form)
                    made.append(name)
                except Exception as why:
                    print(library, name, form, type(why).__name__, str(why)[:150])
                    for suffix in (".pt", ".joblib", ".cloud.pkl", ".pkl"):
                        half = os.path.join(out, library + "-" + name + suffix)
                        if os.path.exists(half):
                            os.remove(half)
        except Exception as why:
            print(library, "is not here:", type(why).__name__, str(why)[:150])
        print(library, len(made))
        count += len(made)
    print(count, "files")


if __name__ == "__main__":
    main()
