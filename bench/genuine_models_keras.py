"""Genuine saved models of Keras and TensorFlow."""

# ruff: noqa: E501

DATA = """
import os; os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import warnings; warnings.filterwarnings("ignore")
import collections, datetime
import numpy as np, tensorflow as tf, keras
from keras import layers as K, Sequential, Model, Input, optimizers, losses, regularizers, initializers
R = np.random.RandomState(7); X = R.rand(60, 4).astype("f4"); y = (X[:, 0] > .5).astype("f4"); t = X.sum(1)
def seq(*l, shape=(4,), loss="mse", opt="adam", fit=True):
    m = Sequential([Input(shape), *l]); m.compile(opt, loss, metrics=["mae"])
    if fit: m.fit(R.rand(20, *shape), R.rand(20, *m.output_shape[1:]), verbose=0)
    return m
D = lambda: seq(K.Dense(8, "relu"), K.Dropout(.2), K.Dense(1, "sigmoid"), loss="binary_crossentropy")
"""

# the library, what is imported, and its models: one a line, which is given or saves itself at PATH
RECIPES = {
    "keras": (
        "I = Input((4,)); F = Model(I, K.Concatenate()([K.Dense(3)(I), K.Dense(2, 'tanh')(I)]))",
        """
D().save(PATH + ".keras")
D().save(PATH + ".h5")
D().save_weights(PATH + ".weights.h5")
F.save(PATH + ".keras")
F.save(PATH + ".h5")
seq(K.Conv2D(4, 3, activation="relu"), K.BatchNormalization(), K.MaxPooling2D(), K.GlobalAveragePooling2D(), K.Dense(2), shape=(8, 8, 3)).save(PATH + ".keras")
seq(K.Conv2D(4, 3, activation="relu"), K.DepthwiseConv2D(3), K.Flatten(), K.Dense(2), shape=(8, 8, 3)).save(PATH + ".h5")
seq(K.Embedding(20, 4), K.LSTM(5), K.Dense(1), shape=(6,)).save(PATH + ".keras")
seq(K.Bidirectional(K.GRU(5, return_sequences=True)), K.TimeDistributed(K.Dense(2)), shape=(6, 3)).save(PATH + ".keras")
seq(K.Bidirectional(K.LSTM(5)), K.Dense(1), shape=(6, 3)).save(PATH + ".h5")
seq(K.Rescaling(1 / 255), K.RandomFlip(), K.RandomRotation(.1), K.Conv2D(2, 3), K.Flatten(), K.Dense(2), shape=(8, 8, 3)).save(PATH + ".keras")
seq(K.Dense(4, kernel_regularizer=regularizers.L2(.01), kernel_initializer=initializers.HeNormal()), K.LeakyReLU(), K.Dense(1), opt=optimizers.SGD(optimizers.schedules.ExponentialDecay(.1, 10, .9))).save(PATH + ".keras")
seq(K.Dense(4, kernel_constraint="max_norm"), K.PReLU(), K.Dense(1), loss=losses.Huber(), opt=optimizers.RMSprop(.01)).save(PATH + ".h5")
(lambda n: (n.adapt(X), seq(n, K.Dense(1)))[1])(K.Normalization()).save(PATH + ".keras")
(lambda v: (v.adapt(["a b", "b c"]), Sequential([Input((), dtype="string"), v, K.Embedding(9, 2)]))[1])(K.TextVectorization(9)).save(PATH + ".keras")
(lambda v: (v.adapt(["a", "b"]), Sequential([Input((1,), dtype="string"), v, K.Embedding(9, 2)]))[1])(K.StringLookup()).save(PATH + ".keras")
Model(I, K.Add()([I, K.LayerNormalization()(I)])).save(PATH + ".keras")
keras.applications.MobileNetV2(weights=None, input_shape=(32, 32, 3), classes=2, alpha=.35).save(PATH + ".keras")
keras.applications.MobileNetV2(weights=None, input_shape=(32, 32, 3), classes=2, alpha=.35).save(PATH + ".h5")
keras.applications.EfficientNetB0(weights=None, input_shape=(32, 32, 3), classes=2).save(PATH + ".keras")
keras.applications.ResNet50(weights=None, input_shape=(32, 32, 3), classes=2).save(PATH + ".keras")
(lambda q: Model(q, K.MultiHeadAttention(2, 2)(q, q)))(Input((5, 4))).save(PATH + ".keras")
(lambda q: Model(q, keras.ops.relu(keras.ops.mean(q, 1)) * 2.))(Input((5, 4))).save(PATH + ".keras")
Sequential([D(), K.Activation("relu")]).save(PATH + ".keras")
D().export(PATH)
D()
D().get_weights()
D().to_json()
open(PATH + ".json", "w").write(D().to_json())
keras.callbacks.ModelCheckpoint(PATH + ".keras").set_model(D()) or D().save(PATH + ".keras")
seq(K.Dense(3, dtype="mixed_float16"), K.Dense(1)).save(PATH + ".keras")
seq(K.Dense(3), K.GaussianNoise(.1), K.SpatialDropout1D(.1), K.Conv1D(2, 2), K.GlobalMaxPooling1D(), K.Dense(1), shape=(6, 3)).save(PATH + ".keras")
seq(K.RepeatVector(3), K.SimpleRNN(2), K.Dense(1)).save(PATH + ".h5")
seq(K.Reshape((2, 2, 1)), K.Conv2DTranspose(2, 2), K.UpSampling2D(), K.Cropping2D(1), K.ZeroPadding2D(1), K.Flatten(), K.Dense(1)).save(PATH + ".keras")
""",
    ),
    "tensorflow": (
        """
class Mod(tf.Module):
    def __init__(self): self.w = tf.Variable(tf.ones([4, 1]))
    @tf.function(input_signature=[tf.TensorSpec([None, 4])])
    def __call__(self, x): return x @ self.w
""",
        """
tf.saved_model.save(Mod(), PATH)
tf.saved_model.save(D(), PATH)
tf.train.Checkpoint(m=Mod()).save(PATH + "-ck")
open(PATH + ".tflite", "wb").write(tf.lite.TFLiteConverter.from_keras_model(D()).convert())
tf.io.write_graph(Mod().__call__.get_concrete_function().graph.as_graph_def(), __import__("os").path.dirname(PATH), __import__("os").path.basename(PATH) + ".pb", as_text=False)
tf.constant([1., 2.])
tf.Variable([1., 2.])
tf.TensorShape([None, 4])
tf.float32
tf.Module.__name__ and {"w": Mod().w.numpy()}
""",
    ),
}
