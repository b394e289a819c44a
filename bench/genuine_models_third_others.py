"""Series, words and Keras of the third set; see `genuine_models_third.py`."""

# ruff: noqa: E501

import runpy
from pathlib import Path

DATA = runpy.run_path(str(Path(__file__).with_name("genuine_models_third.py")))["DATA"]

SERIES = {
    "statsmodels": (
        """
import statsmodels.api as sm
import statsmodels.formula.api as smf
from statsmodels.tsa.api import *
from statsmodels.tsa.arima.model import ARIMA
from statsmodels.tsa.statespace.sarimax import SARIMAX
""",
        """
smf.ols("income ~ age + score + C(city)", data=frame).fit()
smf.logit("label ~ income + score", data=frame.assign(label=tags[:, 1])).fit(disp=0).save(PATH + ".pickle")
smf.glm("visits ~ age + score", data=frame.assign(visits=counts), family=sm.families.Poisson()).fit()
smf.mixedlm("income ~ age", frame, groups=frame["city"]).fit()
ARIMA(series, order=(5, 1, 0)).fit()
ARIMA(series.values, order=(1, 1, 1)).fit().save(PATH + ".pkl")
SARIMAX(series, order=(1, 1, 1), seasonal_order=(1, 1, 1, 12), enforce_stationarity=False, enforce_invertibility=False).fit(disp=0)
ExponentialSmoothing(series, trend="add", seasonal="add", seasonal_periods=12, damped_trend=True).fit()
SimpleExpSmoothing(series, initialization_method="heuristic").fit(smoothing_level=0.2, optimized=False)
sm.OLS(frame["income"], sm.add_constant(frame[["age", "score"]])).fit(cov_type="HC1")
AutoReg(series, lags=12, trend="ct").fit()
VAR(frame[["age", "income", "score"]]).fit(maxlags=3, ic="aic")
""",
    ),
    "pmdarima": (
        """
import pmdarima as pm
from pmdarima.arima import AutoARIMA
from pmdarima.pipeline import Pipeline
from pmdarima.preprocessing import FourierFeaturizer, LogEndogTransformer
series = series + rng.randn(80)
short = {"start_p": 0, "start_q": 0, "max_p": 1, "max_q": 1, "suppress_warnings": True, "error_action": "ignore"}
seasonal = {**short, "m": 12, "seasonal": True, "start_P": 0, "start_Q": 0, "max_P": 1, "max_Q": 0, "d": 1, "D": 1}
""",
        """
pm.auto_arima(series, **seasonal, trace=False, stepwise=True)
pm.auto_arima(series, **short, seasonal=False, information_criterion="bic", test="adf", d=None)
pm.auto_arima(series[:70], **short, seasonal=False).update(series[70:])
pm.ARIMA(order=(1, 1, 1), seasonal_order=(0, 1, 1, 12)).fit(series)
pm.ARIMA(order=(2, 1, 0), with_intercept=False, suppress_warnings=True).fit(series.values)
pm.auto_arima(series.values, **short, seasonal=False).arima_res_
(lambda m: {"model": m, "aic": m.aic(), "order": m.order, "last_date": series.index[-1]})(pm.auto_arima(series, **short, seasonal=False))
Pipeline([("fourier", FourierFeaturizer(m=12, k=3)), ("arima", AutoARIMA(**short, seasonal=False))]).fit(series.values)
Pipeline([("log", LogEndogTransformer()), ("arima", pm.ARIMA(order=(1, 1, 0)))]).fit(series)
{store: pm.auto_arima(series * k, **short, seasonal=False) for k, store in enumerate(["north", "south"], 1)}
AutoARIMA(**short, seasonal=False).fit(series, X=pd.DataFrame({"promo": many}, index=series.index))
pm.auto_arima(series, **short, seasonal=False, stepwise=False, max_order=2, n_jobs=1)
""",
    ),
    "prophet": (
        """
from prophet import Prophet
from prophet.serialize import model_to_dict, model_to_json
d = pd.DataFrame({"ds": pd.date_range("2021-01-01", periods=120), "y": 10 + np.sin(np.arange(120)) + np.arange(120) / 20})
d["promo"], d["price"] = np.arange(120) % 5 == 0, rng.rand(120)
events = pd.concat([pd.DataFrame({"holiday": "playoff", "ds": pd.to_datetime(["2021-01-12", "2021-02-03"]), "lower_window": 0, "upper_window": 1}), pd.DataFrame({"holiday": "superbowl", "ds": pd.to_datetime(["2021-02-07"]), "lower_window": 0, "upper_window": 1})])
""",
        """
Prophet(daily_seasonality=True).fit(d)
Prophet(yearly_seasonality=True, weekly_seasonality=True, daily_seasonality=False, changepoint_prior_scale=0.5).fit(d)
Prophet(holidays=events, holidays_prior_scale=5, seasonality_mode="multiplicative").fit(d)
Prophet(weekly_seasonality=False).add_seasonality(name="weekly_on", period=7, fourier_order=3, condition_name="on").add_seasonality("weekly_off", 7, 3, condition_name="off").fit(d.assign(on=d["ds"].dt.month <= 2, off=d["ds"].dt.month > 2))
Prophet(growth="logistic", seasonality_prior_scale=0.1).fit(d.assign(cap=20.0, floor=5.0))
json.dump(model_to_json(Prophet().fit(d)), open(PATH + ".json", "w"))
model_to_dict(Prophet().add_country_holidays(country_name="DE").fit(d))
Prophet().add_regressor("promo").add_regressor("price", standardize=True, mode="multiplicative").fit(d)
(lambda m: m.predict(m.make_future_dataframe(periods=30)))(Prophet().fit(d))
(lambda m: {"model": m, "forecast": m.predict(m.make_future_dataframe(periods=7, freq="D"))[["ds", "yhat", "yhat_lower", "yhat_upper"]], "mae": 0.4})(Prophet(interval_width=0.95).fit(d))
Prophet(n_changepoints=5, changepoint_range=0.9, uncertainty_samples=0).fit(d)
{region: model_to_json(Prophet(weekly_seasonality=True).fit(d)) for region in ("east", "west")}
""",
    ),
    "sktime": (
        """
from sklearn.ensemble import RandomForestClassifier
from sklearn.neighbors import KNeighborsRegressor
from sklearn.preprocessing import StandardScaler
from sktime.classification.distance_based import KNeighborsTimeSeriesClassifier
from sktime.classification.feature_based import SummaryClassifier
from sktime.classification.kernel_based import RocketClassifier
from sktime.forecasting.arima import ARIMA
from sktime.forecasting.compose import *
from sktime.forecasting.ets import AutoETS
from sktime.forecasting.exp_smoothing import ExponentialSmoothing
from sktime.forecasting.model_selection import ForecastingGridSearchCV
try:
    from sktime.split import SlidingWindowSplitter
except ImportError:
    from sktime.forecasting.model_selection import SlidingWindowSplitter
from sktime.forecasting.naive import NaiveForecaster
from sktime.forecasting.theta import ThetaForecaster
from sktime.forecasting.trend import PolynomialTrendForecaster
from sktime.transformations.series.adapt import TabularToSeriesAdaptor
from sktime.transformations.series.detrend import Deseasonalizer
monthly = series.to_period("M")
panel = X.reshape(20, 1, 20)
""",
        """
AutoETS(error="add", trend="add", seasonal="add", sp=12).fit(monthly)
ARIMA(order=(1, 1, 0), seasonal_order=(0, 1, 0, 12), suppress_warnings=True).fit(monthly)
ExponentialSmoothing(trend="add", seasonal="multiplicative", sp=12).fit(monthly)
NaiveForecaster(strategy="drift").fit(monthly, fh=np.arange(1, 13))
TransformedTargetForecaster([("deseasonalize", Deseasonalizer(model="multiplicative", sp=12)), ("forecast", make_reduction(KNeighborsRegressor(3), window_length=12, strategy="recursive"))]).fit(monthly)
ForecastingPipeline([("scaler", TabularToSeriesAdaptor(StandardScaler())), ("forecaster", ARIMA(order=(1, 0, 0)))]).fit(monthly, X=pd.DataFrame(X[:, :2], columns=["a", "b"], index=monthly.index))
ForecastingGridSearchCV(make_reduction(KNeighborsRegressor(2), window_length=12), SlidingWindowSplitter(fh=[1, 2], window_length=48, step_length=12), {"window_length": [6, 12]}).fit(monthly)
KNeighborsTimeSeriesClassifier(n_neighbors=1, distance="euclidean").fit(panel, y[:20])
RocketClassifier(num_kernels=50, random_state=1).fit(panel, y[:20])
SummaryClassifier(estimator=RandomForestClassifier(n_estimators=3)).fit(panel, names[:20])
EnsembleForecaster([("theta", ThetaForecaster(sp=12)), ("holt", ExponentialSmoothing(trend="add", damped_trend=True))], aggfunc="mean").fit(monthly)
PolynomialTrendForecaster(degree=1).fit(monthly).save(PATH)
""",
    ),
    "lifelines": (
        """
from lifelines import *
from lifelines.datasets import load_rossi, load_stanford_heart_transplants, load_waltons
from lifelines.statistics import logrank_test
rossi, waltons = load_rossi(), load_waltons()
""",
        """
CoxPHFitter().fit(rossi, duration_col="week", event_col="arrest")
CoxPHFitter(penalizer=0.5).fit(rossi, "week", "arrest", formula="fin + wexp + age * prio")
KaplanMeierFitter(alpha=0.1).fit(waltons["T"], waltons["E"], timeline=range(0, 80, 2))
{g: KaplanMeierFitter(label=g).fit(part["T"], part["E"]) for g, part in waltons.groupby("group")}
WeibullAFTFitter(penalizer=0.01).fit(rossi, "week", "arrest", ancillary=True)
LogLogisticAFTFitter().fit(rossi, "week", "arrest")
[ExponentialFitter().fit(waltons["T"], waltons["E"]), LogNormalFitter().fit(waltons["T"], waltons["E"])]
NelsonAalenFitter(nelson_aalen_smoothing=False).fit(waltons["T"], event_observed=waltons["E"])
CoxTimeVaryingFitter(penalizer=0.1).fit(load_stanford_heart_transplants(), id_col="id", event_col="event", start_col="start", stop_col="stop")
logrank_test(waltons["T"][:80], waltons["T"][80:], waltons["E"][:80], waltons["E"][80:])
CoxPHFitter().fit(rossi, "week", "arrest", strata=["wexp"], robust=True)
(lambda m: {"cph": m, "c_index": m.concordance_index_, "summary": m.summary, "columns": list(rossi.columns)})(CoxPHFitter(penalizer=0.1).fit(rossi, "week", "arrest"))
""",
    ),
}
WORDS = {
    "gensim": (
        """
from gensim import corpora, similarities
from gensim.models import *
from gensim.models.doc2vec import TaggedDocument
from gensim.models.phrases import Phraser, Phrases
words = [s.split() for s in texts]
dictionary = corpora.Dictionary(words)
corpus = [dictionary.doc2bow(s) for s in words]
model = Word2Vec(sentences=words, vector_size=10, window=5, min_count=1, workers=1, epochs=3)
tagged = [TaggedDocument(words=s, tags=[str(n)]) for n, s in enumerate(words)]
bigram = Phrases(words, min_count=5, threshold=1)
""",
        """
model
Word2Vec(words, vector_size=10, window=3, min_count=1, sg=1, negative=5, ns_exponent=0.75, workers=1).save(PATH + ".model")
model.wv.save(PATH + ".wordvectors")
model.wv.save_word2vec_format(PATH + ".bin", binary=True)
model.wv.save_word2vec_format(PATH + ".txt", binary=False)
Doc2Vec(tagged, vector_size=5, window=2, min_count=1, epochs=2, dm=1, workers=1).save(PATH + ".d2v")
LdaModel(corpus=corpus, id2word=dictionary, num_topics=3, random_state=100, update_every=1, chunksize=100, passes=2, alpha="auto", per_word_topics=True).save(PATH + ".model")
(Phraser(bigram), Phraser(Phrases(bigram[words], threshold=1)))
(lambda made: made.filter_extremes(no_below=2, no_above=0.9, keep_n=100) or made.save(PATH + ".dict"))(corpora.Dictionary(words))
TfidfModel(corpus).save(PATH + ".tfidf")
LsiModel(TfidfModel(corpus)[corpus], id2word=dictionary, num_topics=2).save(PATH + ".lsi")
corpora.MmCorpus.serialize(PATH + ".mm", corpus); similarities.SparseMatrixSimilarity(TfidfModel(corpus)[corpus], num_features=len(dictionary)).save(PATH + ".index")
""",
    ),
    "nltk": (
        """
import __main__, nltk
from nltk.classify import ClassifierI, NaiveBayesClassifier
from nltk.classify.scikitlearn import SklearnClassifier
from nltk.lm import Lidstone
from nltk.lm.preprocessing import padded_everygram_pipeline
from nltk.stem import PorterStemmer
from nltk.tag import *
from nltk.tag.tnt import TnT
from nltk.tokenize import *
from nltk.tokenize.punkt import PunktSentenceTokenizer, PunktTrainer
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import *
from sklearn.pipeline import make_pipeline
from sklearn.svm import LinearSVC
words = [s.split() for s in texts]
documents = [(w, "neg" if "now" in w else "pos") for w in words]
vocabulary = [w for w, _ in nltk.FreqDist(w for s in words for w in s).most_common(9)]
featuresets = [({f"contains({v})": v in w for v in vocabulary}, c) for w, c in documents]
tagged = [[("the", "DT"), ("dog", "NN"), ("ran", "VBD")], [("a", "DT"), ("cat", "NN"), ("sat", "VBD")]] * 5
class VoteClassifier(ClassifierI):
    def __init__(self, *classifiers):
        self._classifiers = classifiers
    def classify(self, features):
        votes = [c.classify(features) for c in self._classifiers]
        return max(votes, key=votes.count)
def tokenize(text):
    return [PorterStemmer().stem(w) for w in text.lower().split()]
def trained():
    trainer = PunktTrainer()
    trainer.INCLUDE_ALL_COLLOCS = True
    trainer.train("Mr. Smith went home. Dr. Jones stayed. " * 9)
    return trainer.get_params()
def model():
    train, vocab = padded_everygram_pipeline(2, words)
    made = Lidstone(0.1, 2)
    made.fit(train, vocab)
    return made
__main__.VoteClassifier, __main__.tokenize = VoteClassifier, tokenize
""",
        """
NaiveBayesClassifier.train(featuresets)
nltk.FreqDist(w for s in words for w in s).most_common(5)
{"documents": documents, "word_features": vocabulary}
SklearnClassifier(LinearSVC()).train(featuresets)
VoteClassifier(NaiveBayesClassifier.train(featuresets), SklearnClassifier(BernoulliNB()).train(featuresets), SklearnClassifier(LogisticRegression()).train(featuresets))
BigramTagger(tagged, cutoff=1, backoff=UnigramTagger(tagged, backoff=RegexpTagger([(r"^-?[0-9]+$", "CD"), (r".*ed$", "VBD"), (r".*", "NN")])))
(lambda t: t.train(tagged) or t)(TnT())
model()
{"stemmer": PorterStemmer(), "stop_words": {"the", "a", "at"}, "vocab": vocabulary, "tokenizer": RegexpTokenizer(r"\\w+")}
nltk.ConditionalFreqDist(nltk.bigrams(w for s in words for w in s))
make_pipeline(TfidfVectorizer(tokenizer=tokenize, ngram_range=(1, 2)), MultinomialNB()).fit(texts, names)
PunktSentenceTokenizer(trained())
""",
    ),
    "spacy": (
        """
import spacy
from spacy.matcher import Matcher, PhraseMatcher
from spacy.tokens import DocBin, Span
from spacy.training import Example
TRAIN = [("Uber blew through $1 million", {"entities": [(0, 4, "ORG")]}), ("Google rebrands in Rome", {"entities": [(0, 6, "ORG"), (19, 23, "LOC")]})]
CATS = [("great film", {"cats": {"POSITIVE": 1.0, "NEGATIVE": 0.0}}), ("awful film", {"cats": {"POSITIVE": 0.0, "NEGATIVE": 1.0}})]
TAGS = [("I like eggs", {"tags": ["N", "V", "N"]})]
def trained(pipe, data, language="en"):
    nlp = spacy.blank(language)
    nlp.add_pipe(pipe)
    examples = [Example.from_dict(nlp.make_doc(t), a) for t, a in data]
    optimizer = nlp.initialize(lambda: examples)
    for _ in range(2):
        nlp.update(examples, sgd=optimizer, drop=0.2)
    return nlp
def ruled(*pipes):
    nlp = spacy.blank("en")
    for pipe in pipes:
        nlp.add_pipe(pipe)
    nlp.add_pipe("entity_ruler").add_patterns([{"label": "ORG", "pattern": "Apple"}, {"label": "GPE", "pattern": [{"LOWER": "san"}, {"LOWER": "francisco"}]}])
    return nlp
def phrases(nlp):
    matcher = PhraseMatcher(nlp.vocab, attr="LOWER")
    matcher.add("SKILL", [nlp.make_doc(s) for s in ("python", "machine learning")])
    return matcher
def tokens(nlp):
    matcher = Matcher(nlp.vocab)
    matcher.add("Hello", [[{"LOWER": "hello"}, {"IS_PUNCT": True, "OP": "?"}, {"LOWER": "world"}]])
    return matcher
def saved(docs):
    made = DocBin(attrs=["ENT_IOB", "ENT_TYPE"], store_user_data=True)
    for doc in docs:
        made.add(doc)
    return made
""",
        """
trained("textcat_multilabel", CATS).to_disk(PATH)
trained("ner", TRAIN).to_disk(PATH)
ruled()
ruled("sentencizer").to_disk(PATH)
trained("ner", TRAIN)
trained("textcat", CATS).to_bytes()
saved(ruled().pipe(["Apple is in San Francisco"])).to_disk(PATH + ".spacy")
TRAIN
phrases(spacy.blank("en"))
{"matcher": tokens(spacy.blank("en")), "docs": [d.to_json() for d in ruled("sentencizer").pipe(texts[:3])]}
trained("tagger", TAGS, "de").to_disk(PATH)
ruled().vocab.to_disk(PATH)
""",
    ),
}
KERAS = {
    "keras": (
        """
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
from tensorflow import keras
from tensorflow.keras import layers
from tensorflow.keras.callbacks import *
from tensorflow.keras.models import Sequential
digits, images, steps, tokens = rng.rand(40, 8, 8), rng.rand(40, 16, 16, 3), rng.rand(40, 6, 1), rng.randint(0, 20, (40, 7))
kinds, halves = np.arange(40) % 3, np.arange(40) % 2
def trained(model, x, target, **given):
    model.compile(**{"optimizer": "adam", "loss": "sparse_categorical_crossentropy", "metrics": ["accuracy"], **given})
    model.fit(x, target, epochs=1, verbose=0)
    return model
def mnist():
    return trained(Sequential([layers.Flatten(input_shape=(8, 8)), layers.Dense(16, activation="relu"), layers.Dropout(0.2), layers.Dense(3)]), digits, kinds, loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True))
def cnn():
    return trained(Sequential([keras.Input((16, 16, 3)), layers.Conv2D(8, (3, 3), activation="relu", padding="same"), layers.MaxPooling2D((2, 2)), layers.Conv2D(8, (3, 3), activation="relu"), layers.Flatten(), layers.Dense(16, activation="relu"), layers.Dropout(0.5), layers.Dense(3, activation="softmax")]), images, kinds)
def stock():
    return trained(Sequential([layers.LSTM(10, return_sequences=True, input_shape=(6, 1)), layers.Dropout(0.2), layers.LSTM(10), layers.Dense(1)]), steps, rng.rand(40), loss="mean_squared_error", metrics=["mae"])
def churn():
    return trained(Sequential([layers.Dense(6, activation="relu", kernel_initializer="uniform", input_dim=5), layers.Dense(1, activation="sigmoid")]), X[:40], halves, loss="binary_crossentropy")
def reviews(*middle):
    return trained(Sequential([keras.Input((7,)), layers.Embedding(20, 8), *middle, layers.Dense(1, activation="sigmoid")]), tokens, halves, loss="binary_crossentropy")
def autoencoder():
    given = keras.Input(shape=(5,))
    return trained(keras.Model(given, layers.Dense(5)(layers.Dense(2, activation="relu", name="code")(given))), X[:40], X[:40], loss="mse", metrics=[])
def mixed():
    left, right = keras.Input((5,), name="numbers"), keras.Input((7,), name="words")
    joined = layers.concatenate([layers.Dense(4, activation="relu")(left), layers.GlobalMaxPooling1D()(layers.Embedding(20, 4)(right))])
    return trained(keras.Model([left, right], layers.Dense(1)(joined)), [X[:40], tokens], t[:40], loss="mae", metrics=["mse"])
def transfer():
    base = keras.applications.MobileNetV2(input_shape=(32, 32, 3), include_top=False, weights=None, alpha=0.35)
    base.trainable = False
    model = Sequential([base, layers.GlobalAveragePooling2D(), layers.Dropout(0.2), layers.Dense(1)])
    model.compile(optimizer=keras.optimizers.Adam(0.0001), loss=keras.losses.BinaryCrossentropy(from_logits=True), metrics=["accuracy"])
    return model
""",
        """
mnist().save(PATH + ".h5")
mnist().fit(digits, kinds, validation_split=0.2, verbose=0, callbacks=[ModelCheckpoint(PATH + ".keras", monitor="val_loss", save_best_only=True)])
cnn().save(PATH + ".h5")
stock().save(PATH + ".h5")
stock().save(PATH + ".keras")
reviews(layers.Bidirectional(layers.LSTM(4))).save(PATH + ".keras")
autoencoder().save(PATH + ".keras")
mixed().save(PATH + ".h5")
transfer().save(PATH + ".keras")
open(PATH + ".json", "w").write(churn().to_json()); churn().save_weights(PATH + ".weights.h5")
reviews(layers.GlobalAveragePooling1D(), layers.Dense(8, activation="relu")).save(PATH + ".keras")
pickle.dump(churn().fit(X[:40], halves, validation_split=0.2, verbose=0, epochs=3, callbacks=[EarlyStopping(patience=2)]).history, open(PATH + ".pkl", "wb"))
""",
    ),
    "tensorflow": (
        """
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import tensorflow as tf
from sklearn.preprocessing import LabelEncoder
def model():
    made = tf.keras.Sequential([tf.keras.Input((5,)), tf.keras.layers.Dense(8, activation="relu"), tf.keras.layers.BatchNormalization(), tf.keras.layers.Dense(1)])
    made.compile(optimizer="rmsprop", loss="mse")
    made.fit(X, t, epochs=1, verbose=0)
    return made
def words():
    vectorize = tf.keras.layers.TextVectorization(max_tokens=30, output_sequence_length=6)
    vectorize.adapt(texts)
    return vectorize
def normalized():
    layer = tf.keras.layers.Normalization()
    layer.adapt(X)
    return tf.keras.Sequential([tf.keras.Input((5,)), layer, tf.keras.layers.Dense(1)])
def tokenizer(**given):
    made = tf.keras.preprocessing.text.Tokenizer(**given)
    made.fit_on_texts(texts)
    return made
def manager():
    net = model()
    kept = tf.train.Checkpoint(step=tf.Variable(1), optimizer=tf.keras.optimizers.Adam(0.1), net=net)
    return tf.train.CheckpointManager(kept, PATH, max_to_keep=3)
def lite(made, *optimizations):
    converter = tf.lite.TFLiteConverter.from_keras_model(made)
    converter.optimizations = list(optimizations)
    return converter.convert()
class Adder(tf.Module):
    def __init__(self):
        super().__init__()
        self.w = tf.Variable(tf.ones((5, 1)))
    @tf.function(input_signature=[tf.TensorSpec([None, 5], tf.float32)])
    def serve(self, x):
        return tf.matmul(x, self.w)
""",
        """
model().save(PATH)
tf.saved_model.save(model(), PATH)
model().export(PATH)
os.makedirs(PATH); model().save_weights(PATH + "/cp-0001.ckpt")
manager().save()  # below PATH
open(PATH + ".tflite", "wb").write(lite(model()))
open(PATH + ".tflite", "wb").write(lite(model(), tf.lite.Optimize.DEFAULT))
tokenizer(num_words=100, oov_token="<UNK>", lower=True)
{"tokenizer": tokenizer(), "max_len": 6, "label_encoder": LabelEncoder().fit(names)}
(lambda v: {"config": v.get_config(), "weights": v.get_weights()})(words())
normalized().save(PATH + ".h5")
(lambda made: tf.saved_model.save(made, PATH, signatures=made.serve))(Adder())
""",
    ),
}
RECIPES = {**SERIES, **WORDS, **KERAS}
