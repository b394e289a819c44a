"""What most people keep for predictions beside scikit-learn and the boosters; see `…_everyday.py`.

Preprocessing and texts, and what is kept of plain arrays, tables and graphs.
"""

# ruff: noqa: E501

import runpy
from pathlib import Path

DATA = runpy.run_path(str(Path(__file__).with_name("genuine_models_everyday.py")))["DATA"]

PREPROCESSING = {
    "imbalanced-learn": (
        """
from imblearn.combine import *
from imblearn.ensemble import *
from imblearn.over_sampling import *
from imblearn.pipeline import Pipeline, make_pipeline
from imblearn.under_sampling import *
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.preprocessing import StandardScaler
few = (np.arange(80) % 4 == 0).astype(int)
""",
        """
make_pipeline(SMOTE(), RandomForestClassifier(3)).fit(X, few)
Pipeline([("s", StandardScaler()), ("o", RandomOverSampler()), ("m", LogisticRegression())]).fit(X, few)
make_pipeline(SMOTENC([0]), LogisticRegression()).fit(X.round(), few)
make_pipeline(ADASYN(), TomekLinks(), LogisticRegression()).fit(X, few)
make_pipeline(SMOTETomek(), LogisticRegression()).fit(X, few)
make_pipeline(SMOTEENN(), NearMiss(), LogisticRegression()).fit(X, few)
GridSearchCV(make_pipeline(BorderlineSMOTE(), LogisticRegression()), {"borderlinesmote__k_neighbors": [2, 3]}, cv=2).fit(X, few)
BalancedRandomForestClassifier(3, sampling_strategy="all", replacement=True, bootstrap=False).fit(X, few)
BalancedBaggingClassifier(n_estimators=2).fit(X, few)
EasyEnsembleClassifier(2).fit(X, few)
RUSBoostClassifier(n_estimators=2).fit(X, few)
""",
    ),
    "category-encoders": (
        """
import category_encoders as ce
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
d = frame[["city", "age"]]
""",
        """
ce.TargetEncoder(cols=["city"]).fit(d, y)
ce.OrdinalEncoder().fit(d)
ce.OneHotEncoder(use_cat_names=True).fit(d)
ce.BinaryEncoder().fit(d)
ce.HashingEncoder(n_components=4, max_process=1).fit(d)
ce.LeaveOneOutEncoder(sigma=0.1).fit(d, y)
ce.CatBoostEncoder().fit(d, y)
ce.WOEEncoder().fit(d, y)
ce.JamesSteinEncoder().fit(d, y)
ce.MEstimateEncoder().fit(d, y)
ce.CountEncoder(normalize=True).fit(d)
[ce.HelmertEncoder().fit(d), ce.SumEncoder().fit(d), ce.BackwardDifferenceEncoder().fit(d), ce.PolynomialEncoder().fit(d), ce.BaseNEncoder(base=3).fit(d)]
ce.GLMMEncoder().fit(d, y)
make_pipeline(ce.TargetEncoder(), LogisticRegression()).fit(d, y)
ce.TargetEncoder(cols=["city"], hierarchy={"city": {"north": ("Oslo",), "south": ("Rome", "Lima", "Cairo")}}).fit(d, y)
""",
    ),
    "feature-engine": (
        """
from feature_engine.creation import *
from feature_engine.datetime import *
from feature_engine.discretisation import *
from feature_engine.encoding import *
from feature_engine.imputation import *
from feature_engine.outliers import *
from feature_engine.selection import *
from feature_engine.timeseries.forecasting import *
from feature_engine.transformation import *
from feature_engine.wrappers import *
from sklearn.linear_model import Lasso, LogisticRegression
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler
d = frame[["age", "income", "city"]]
n = frame[numeric]
h = d.mask(rng.rand(80, 3) < 0.1)
""",
        """
Pipeline([("i", MeanMedianImputer()), ("c", CategoricalImputer()), ("r", RareLabelEncoder(0.05, n_categories=2)), ("o", OrdinalEncoder()), ("m", Lasso())]).fit(h, t)
[ArbitraryNumberImputer().fit(h), EndTailImputer().fit(h), AddMissingIndicator().fit(h), RandomSampleImputer().fit(h), DropMissingData().fit(h)]
[OneHotEncoder(drop_last=True).fit(d), CountFrequencyEncoder().fit(d), MeanEncoder().fit(d, t), DecisionTreeEncoder(regression=False).fit(d, y), WoEEncoder().fit(d, y)]
[EqualFrequencyDiscretiser(q=4).fit(n), EqualWidthDiscretiser().fit(n), DecisionTreeDiscretiser().fit(n, t), ArbitraryDiscretiser({"age": [-9, 0, 9]}).fit(n)]
[Winsorizer().fit(n), ArbitraryOutlierCapper({"age": 2}).fit(n), OutlierTrimmer().fit(n)]
[YeoJohnsonTransformer().fit(n), LogTransformer().fit(n.abs() + 1), BoxCoxTransformer().fit(n.abs() + 1), PowerTransformer().fit(n.abs())]
[DatetimeFeatures(features_to_extract=["month", "year"]).fit(frame[["day"]]), CyclicalFeatures(["age"]).fit(n), MathFeatures(["age", "income"], ["sum", "mean"]).fit(n)]
[DropConstantFeatures().fit(n), DropCorrelatedFeatures().fit(n), SmartCorrelatedSelection().fit(n), DropFeatures(["age"]).fit(n)]
RecursiveFeatureElimination(LogisticRegression(), cv=2).fit(n, y)
SklearnTransformerWrapper(StandardScaler(), variables=["age"]).fit(d)
[LagFeatures(["age"], periods=2).fit(n), WindowFeatures(["age"], window=3).fit(n)]
""",
    ),
    "mlxtend": (
        """
from mlxtend.classifier import *
from mlxtend.feature_selection import *
from mlxtend.frequent_patterns import apriori, association_rules
from mlxtend.preprocessing import TransactionEncoder
from mlxtend.regressor import *
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.naive_bayes import GaussianNB
""",
        """
StackingClassifier([GaussianNB(), LogisticRegression()], LogisticRegression()).fit(X, y)
StackingCVClassifier([GaussianNB(), LogisticRegression()], LogisticRegression(), cv=2).fit(X, y)
EnsembleVoteClassifier([GaussianNB(), LogisticRegression()]).fit(X, y)
StackingCVRegressor([LinearRegression()], LinearRegression(), cv=2).fit(X, t)
SequentialFeatureSelector(LogisticRegression(), k_features=2, cv=2).fit(X, y)
ExhaustiveFeatureSelector(LogisticRegression(), max_features=2, cv=2, print_progress=False).fit(X[:, :3], y)
TransactionEncoder().fit([["milk", "bread"], ["beer"]])
association_rules(apriori(pd.DataFrame(tags.astype(bool), columns=list("abc")), 0.1, use_colnames=True), metric="lift", min_threshold=0)
""",
    ),
    "skops": (
        """
import skops.io
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
""",
        """
skops.io.dump(LogisticRegression().fit(X, y), PATH + ".skops")
skops.io.dump(make_pipeline(StandardScaler(), RandomForestClassifier(3)).fit(frame[numeric], names), PATH + ".skops")
""",
    ),
}

TEXTS = {
    "gensim": (
        """
from gensim.corpora import Dictionary, MmCorpus
from gensim.models import *
from gensim.models.doc2vec import TaggedDocument
from gensim.models.phrases import Phraser
from gensim.similarities import MatrixSimilarity, SparseMatrixSimilarity
words = [v.split() for v in texts]
known = Dictionary(words)
bags = [known.doc2bow(v) for v in words]
w2v = Word2Vec(words, vector_size=8, min_count=1, epochs=2)
""",
        """
w2v
w2v.save(PATH + ".model")
w2v.wv.save(PATH + ".kv")
w2v.wv
{w: w2v.wv[w] for w in w2v.wv.index_to_key}
Word2Vec(words, vector_size=8, sg=1, hs=1, negative=0, min_count=1)
FastText(words, vector_size=8, min_count=1, bucket=50).save(PATH + ".model")
Doc2Vec([TaggedDocument(v, [i]) for i, v in enumerate(words)], vector_size=8, min_count=1).save(PATH + ".d2v")
Doc2Vec([TaggedDocument(v, [str(i)]) for i, v in enumerate(words)], dm=0, vector_size=8, min_count=1)
known
known.save(PATH + ".dict")
LdaModel(bags, 2, known).save(PATH + ".lda")
LdaModel(bags, 2, known, alpha="auto")
LdaMulticore(bags, 2, known, workers=1)
LsiModel(bags, num_topics=2, id2word=known)
TfidfModel(bags, smartirs="ntc")
HdpModel(bags, known)
Phrases(words, min_count=1)
Phraser(Phrases(words, min_count=1)).save(PATH + ".phrases")
MatrixSimilarity(bags, num_features=len(known)).save(PATH + ".index")
SparseMatrixSimilarity(bags, num_features=len(known))
CoherenceModel(LdaModel(bags, 2, known), texts=words, dictionary=known, coherence="c_v")
""",
    ),
    "nltk": (
        """
import nltk
from nltk.classify import *
from nltk.classify.scikitlearn import SklearnClassifier
from nltk.collocations import BigramCollocationFinder
from nltk.lm import *
from nltk.lm.preprocessing import padded_everygram_pipeline
from nltk.probability import *
from nltk.sentiment import SentimentAnalyzer
from nltk.stem import *
from nltk.tag import *
from nltk.tokenize import *
from nltk.tokenize.punkt import PunktTrainer
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import MultinomialNB
from sklearn.pipeline import make_pipeline
samples = [({"word": v.split()[0], "n": len(v)}, str(k)) for v, k in zip(texts, many)]
tagged = [[("the", "DT"), ("dog", "NN"), ("runs", "VB")], [("a", "DT"), ("cat", "NN")]] * 5
def lm(kind, *given):
    grams, vocabulary = padded_everygram_pipeline(2, [v.split() for v in texts])
    made = kind(*given, 2)
    made.fit(grams, vocabulary)
    return made
""",
        """
NaiveBayesClassifier.train(samples)
DecisionTreeClassifier.train(samples)
MaxentClassifier.train(samples, trace=0, max_iter=2)
SklearnClassifier(MultinomialNB()).train(samples)
UnigramTagger(tagged, backoff=DefaultTagger("NN"))
TrigramTagger(tagged, backoff=BigramTagger(tagged, backoff=UnigramTagger(tagged)))
RegexpTagger([(r".*ing$", "VBG"), (r".*", "NN")])
PerceptronTagger(load=False)
AffixTagger(tagged)
FreqDist(" ".join(texts).split())
ConditionalFreqDist((len(w), w) for v in texts for w in v.split())
PunktTrainer(". ".join(texts)).get_params()
PunktSentenceTokenizer(". ".join(texts))
RegexpTokenizer(r"\\w+")
TweetTokenizer(strip_handles=True)
[PorterStemmer(), SnowballStemmer("english"), LancasterStemmer(), WordNetLemmatizer()]
make_pipeline(TfidfVectorizer(tokenizer=TreebankWordTokenizer().tokenize, token_pattern=None), LogisticRegression()).fit(texts, y)
make_pipeline(TfidfVectorizer(tokenizer=nltk.wordpunct_tokenize, token_pattern=None), LogisticRegression()).fit(texts, y)
lm(MLE)
lm(Laplace)
lm(KneserNeyInterpolated)
BigramCollocationFinder.from_words(" ".join(texts).split())
nltk.Tree.fromstring("(S (NP I) (VP run))")
nltk.CFG.fromstring("S -> 'a' S | 'b'")
nltk.Text("a b c a b".split())
MWETokenizer([("new", "york")])
""",
    ),
    "spacy": (
        """
import spacy
from spacy.tokens import DocBin
from spacy.training import Example
nlp = spacy.blank("en")
def trained(pipe, **gold):
    made = spacy.blank("en")
    held = made.add_pipe(pipe)
    for label in ("A", "B") if pipe != "sentencizer" else ():
        held.add_label(label)
    samples = [Example.from_dict(made.make_doc(v), gold) for v in texts[:4]]
    made.initialize(lambda: samples)
    return made
""",
        """
nlp
trained("textcat", cats={"A": 1.0, "B": 0.0})
trained("textcat", cats={"A": 1.0, "B": 0.0}).to_disk(PATH)
trained("ner", entities=[(0, 3, "A")])
trained("ner", entities=[(0, 3, "A")]).to_bytes()
nlp("see you at noon")
[d for d in nlp.pipe(texts[:3])]
nlp.vocab
DocBin(docs=list(nlp.pipe(texts[:3]))).to_disk(PATH + ".spacy")
nlp.to_disk(PATH)
nlp.config
""",
    ),
}

PLAIN = {
    "numpy": (
        "",
        """
np.save(PATH + ".npy", X.astype("f4"))
np.savez(PATH + ".npz", train=X, labels=y, names=names)
np.savez_compressed(PATH + ".npz", **{"layer0/w": X, "mean": np.float64(1)})
np.save(PATH + ".npy", {"mean": X.mean(0), "classes": list("abc"), "n": np.int64(3)})
np.save(PATH + ".npy", np.array([X[0], X[1, :2]], dtype=object))
np.savez(PATH + ".npz", config=np.array({"lr": 0.1}, dtype=object), files=np.array(["a", None], dtype=object))
{"mean": X.mean(0), "std": X.std(0), "feature_names": ["a"] * 5, "min": X.min(), "flag": np.bool_(1)}
np.rec.fromarrays([y, t], names="y,t")
np.ma.masked_invalid(np.where(X > 2, np.nan, X))
{"rng": np.random.default_rng(3), "old": np.random.RandomState(1), "state": np.random.get_state(), "seq": np.random.SeedSequence(4)}
[np.datetime64("2024-01-01"), np.timedelta64(3, "D"), np.dtype([("a", "f4"), ("b", "S3")]), np.float32(1), np.complex128(1j)]
np.polynomial.Polynomial.fit(X[:, 0], t, 2)
[np.poly1d([1, 2]), np.asfortranarray(X), np.arange(9)[::2], np.array("a"), np.matrix([[1]])]
collections.defaultdict(list, {"a": [X[0]], "b": []})
{"encode": {"a": 0}, "decode": {0: "a"}, "vocab": collections.Counter("banana"), "cut": slice(0, 3), "seen": frozenset("ab"), "when": datetime.date(2024, 1, 1), "dir": pathlib.PurePosixPath("x")}
""",
    ),
    "pandas": (
        "from decimal import Decimal\nimport uuid\n",
        """
frame
frame.to_pickle(PATH + ".pkl.gz")
frame.set_index(["city", "day"]).groupby(level=0)[["age", "income"]].mean()
frame.pivot_table(index="city", columns="size", values="age", observed=False)
frame.describe(include="all")
series
series.to_pickle(PATH + ".pkl", protocol=2)
{"means": frame[numeric].mean(), "modes": frame.mode().iloc[0], "cats": {c: frame[c].astype("category").cat.categories for c in ("city", "size")}}
frame.convert_dtypes()
pd.DataFrame({"i": pd.array([1, None], "Int64"), "s": pd.array(["a", None], "string"), "b": pd.array([True, None], "boolean"), "f": pd.array([1.5, None], "Float64")})
pd.Series(pd.date_range("2024", periods=4, tz="Europe/Oslo"))
pd.Series(pd.timedelta_range("1h", periods=4)).rolling(2)
[pd.cut(t, 4), pd.qcut(t, 4, retbins=True)[1], pd.interval_range(0, 4), pd.Interval(0, 1)]
[pd.Timestamp("2024-01-01", tz="UTC"), pd.Timedelta("3h"), pd.NaT, pd.NA, pd.Period("2024-01"), pd.offsets.MonthEnd(2), pd.offsets.BDay()]
pd.MultiIndex.from_product([["a", "b"], [1, 2]], names=["k", "n"])
pd.DataFrame.sparse.from_spmatrix(__import__("scipy.sparse").sparse.eye(4))
pd.get_dummies(frame[["city", "size"]]).columns
frame.groupby("city").agg({"age": ["mean", "std"], "income": "max"})
pd.DataFrame({"d": [datetime.date(2024, 1, 1)], "u": [uuid.UUID(int=3)], "m": [Decimal("1.5")], "l": [[1, 2]], "s": [{1}], "t": [datetime.time(3)], "z": [datetime.datetime.now(datetime.timezone.utc)]})
frame["age"].where(frame["age"] > 9).astype(pd.SparseDtype("f8"))
frame.corr(numeric_only=True)
""",
    ),
    "scipy": (
        """
import scipy.sparse as sp
from scipy import cluster, fft, integrate, interpolate, optimize, signal, spatial, stats
g = np.linspace(0, 1, 9)
""",
        """
sp.csr_matrix(tags)
sp.save_npz(PATH + ".npz", sp.csc_matrix(tags))
[sp.coo_matrix(tags), sp.lil_matrix(tags), sp.dok_matrix(tags), sp.dia_matrix(np.eye(3)), sp.bsr_matrix(tags), sp.csr_array(tags)]
interpolate.interp1d(g, g ** 2, kind="cubic")
interpolate.interp1d(g, g, fill_value="extrapolate")
[interpolate.CubicSpline(g, g), interpolate.PchipInterpolator(g, g), interpolate.Akima1DInterpolator(g, g), interpolate.BSpline(*interpolate.splrep(g, g ** 2))]
[interpolate.UnivariateSpline(g, g), interpolate.InterpolatedUnivariateSpline(g, g), interpolate.RectBivariateSpline(g, g, np.outer(g, g))]
interpolate.RegularGridInterpolator((g, g), np.outer(g, g))
[interpolate.LinearNDInterpolator(X[:, :2], t), interpolate.NearestNDInterpolator(X[:, :2], t), interpolate.RBFInterpolator(X[:, :2], t)]
interpolate.splrep(g, g)
[spatial.cKDTree(X), spatial.KDTree(X[:, :2])]
[spatial.ConvexHull(X[:, :2]).vertices, spatial.transform.Rotation.from_euler("z", 3)]
stats.norm(0, 1)
{"fit": stats.gamma(2, scale=3), "count": stats.poisson(3), "many": stats.multivariate_normal(np.zeros(2))}
stats.gaussian_kde(X.T)
optimize.minimize(lambda v: (v ** 2).sum(), np.ones(2))
optimize.curve_fit(lambda v, a, b: a * v + b, g, g)
[optimize.linprog([1], bounds=[(0, 1)]), stats.ttest_ind(t, -t), stats.linregress(g, g), stats.pearsonr(g, g)]
cluster.hierarchy.linkage(X, "ward")
[signal.butter(3, 0.2), signal.butter(3, 0.2, output="sos"), signal.TransferFunction([1], [1, 2]), signal.StateSpace([[1]], [[1]], [[1]], [[0]])]
stats.rv_histogram(np.histogram(t, 9))
integrate.solve_ivp(lambda s, v: -v, (0, 1), [1.0])
""",
    ),
    "networkx": (
        "import networkx as nx\n",
        """
nx.karate_club_graph()
nx.DiGraph([(1, 2, {"weight": 0.3}), (2, 3, {"weight": 1})])
nx.MultiDiGraph([("a", "b"), ("a", "b")])
nx.Graph([(1, 2)]).subgraph([1])
nx.pagerank(nx.karate_club_graph())
""",
    ),
    "cloudpickle": (
        """
import cloudpickle, dill
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import GradientBoostingClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, OneHotEncoder, StandardScaler
from sklearn.linear_model import LogisticRegression
def by(way, made, **given):
    with open(PATH + ".pkl", "wb") as file:
        way.dump(made, file, **given)
""",
        """
by(cloudpickle, make_pipeline(StandardScaler(), LogisticRegression()).fit(X, y))
by(cloudpickle, {"model": GradientBoostingClassifier(n_estimators=3).fit(frame[numeric], names), "frame": frame})
by(cloudpickle, make_pipeline(FunctionTransformer(np.log1p), LogisticRegression()).fit(np.abs(X), y))
by(cloudpickle, [functools.partial(np.sum, axis=0), operator.itemgetter("a"), np.mean, len])
by(dill, make_pipeline(StandardScaler(), LogisticRegression()).fit(X, y))
by(dill, GradientBoostingClassifier(n_estimators=3).fit(X, y), recurse=True)
by(dill, {"frame": frame, "arrays": [X, y], "types": [int, float, np.ndarray, pd.DataFrame]})
by(dill, types.SimpleNamespace(a=1, kind=collections.OrderedDict, of=type(None)))
""",
    ),
}

RECIPES = {**PREPROCESSING, **TEXTS, **PLAIN}
