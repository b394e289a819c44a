"""What libraries that train with torch keep, of the third set; see `genuine_models_third.py`."""

# ruff: noqa: E501

import runpy
from pathlib import Path

DATA = runpy.run_path(str(Path(__file__).with_name("genuine_models_third_nets.py")))["DATA"]

RECIPES = {
    "lightning": (
        """
import lightning as L, torchmetrics, tempfile
from lightning.pytorch.callbacks import *
from torch.utils.data import DataLoader, TensorDataset
class LitClassifier(L.LightningModule):
    def __init__(self, hidden=8, lr=1e-3, **kwargs):
        super().__init__()
        self.save_hyperparameters()
        self.model = nn.Sequential(nn.Linear(5, hidden), nn.ReLU(), nn.Linear(hidden, 2))
        self.accuracy = torchmetrics.Accuracy(task="multiclass", num_classes=2)
    def forward(self, x):
        return self.model(x)
    def training_step(self, batch, index):
        loss = F.cross_entropy(self(batch[0]), batch[1])
        self.log("train_loss", loss, prog_bar=True)
        return loss
    def validation_step(self, batch, index):
        out = self(batch[0])
        self.log("val_acc", self.accuracy(out, batch[1]))
        self.log("val_loss", F.cross_entropy(out, batch[1]))
    def configure_optimizers(self):
        return optim.AdamW(self.parameters(), lr=self.hparams.lr)
class Plateau(LitClassifier):
    def configure_optimizers(self):
        optimizer = optim.Adam(self.parameters(), lr=self.hparams.lr)
        return {"optimizer": optimizer, "lr_scheduler": {"scheduler": lr_scheduler.ReduceLROnPlateau(optimizer, factor=0.5, patience=2), "monitor": "val_loss"}}
class Cycle(LitClassifier):
    def configure_optimizers(self):
        optimizer = optim.SGD(self.parameters(), lr=0.1, momentum=0.9)
        return [optimizer], [{"scheduler": lr_scheduler.OneCycleLR(optimizer, 0.1, total_steps=20), "interval": "step"}]
class DataModule(L.LightningDataModule):
    def __init__(self, data_dir="./data", batch_size=32):
        super().__init__()
        self.save_hyperparameters()
    def train_dataloader(self):
        return DataLoader(TensorDataset(torch.from_numpy(X), torch.from_numpy(y)), self.hparams.batch_size)
    val_dataloader = train_dataloader
for kind in (LitClassifier, Plateau, Cycle, DataModule):
    setattr(__main__, kind.__name__, kind)
def fitted(model, *callbacks, **given):
    trainer = L.Trainer(max_epochs=2, accelerator="cpu", logger=False, enable_progress_bar=False, enable_model_summary=False, default_root_dir=tempfile.mkdtemp(), callbacks=list(callbacks), enable_checkpointing=bool(callbacks), **given)
    trainer.fit(model, datamodule=DataModule())
    return trainer
""",
        """
fitted(LitClassifier()).save_checkpoint(PATH + ".ckpt")
fitted(LitClassifier(hidden=4), ModelCheckpoint(dirpath=PATH, filename="best-{epoch:02d}-{val_loss:.2f}", monitor="val_loss", mode="min", save_top_k=1, save_last=True), EarlyStopping(monitor="val_loss", patience=3, mode="min"))
torch.save(LitClassifier(16).state_dict(), PATH + ".pt")
torch.save(LitClassifier(16), PATH + ".pt")
fitted(Plateau(lr=0.01)).save_checkpoint(PATH + ".ckpt")
fitted(Cycle()).save_checkpoint(PATH + ".ckpt")
fitted(LitClassifier(hidden=6, lr=np.float64(0.02), cfg={"optim": {"name": "adamw", "wd": 0.01}, "classes": ["a", "b"], "aug": None})).save_checkpoint(PATH + ".ckpt")
fitted(LitClassifier(criterion=nn.CrossEntropyLoss(weight=torch.tensor([1.0, 3.0])))).save_checkpoint(PATH + ".ckpt")
fitted(LitClassifier(), gradient_clip_val=0.5, accumulate_grad_batches=2).save_checkpoint(PATH + ".ckpt", weights_only=True)
torch.save(fitted(LitClassifier()).model.model, PATH + ".pth")
fitted(LitClassifier(args=argparse.Namespace(seed=42, backbone="resnet18", gpus=1)), ModelCheckpoint(dirpath=PATH, monitor="val_acc", mode="max"))
(lambda f: f.save(PATH + ".ckpt", {"model": net, "optimizer": stepped(optim.SGD, momentum=0.9), "iter": 30, "hparams": {"lr": 0.1}}))(L.Fabric(accelerator="cpu", devices=1))
""",
    ),
    "stable-baselines3": (
        """
import gymnasium as gym, tempfile
from stable_baselines3 import A2C, DDPG, DQN, PPO, SAC, TD3
from stable_baselines3.common.callbacks import *
from stable_baselines3.common.env_util import make_vec_env
from stable_baselines3.common.monitor import Monitor
from stable_baselines3.common.noise import *
from stable_baselines3.common.torch_layers import BaseFeaturesExtractor
from stable_baselines3.common.vec_env import *
def linear_schedule(initial_value):
    def func(progress_remaining):
        return progress_remaining * initial_value
    return func
class CustomExtractor(BaseFeaturesExtractor):
    def __init__(self, observation_space, features_dim=8):
        super().__init__(observation_space, features_dim)
        self.linear = nn.Sequential(nn.Linear(observation_space.shape[0], features_dim), nn.ReLU())
    def forward(self, observations):
        return self.linear(observations)
__main__.CustomExtractor = CustomExtractor
short = {"n_steps": 32, "batch_size": 16, "device": "cpu"}
off = {"buffer_size": 200, "learning_starts": 20, "device": "cpu", "policy_kwargs": {"net_arch": [16, 16]}}
""",
        """
PPO("MlpPolicy", "CartPole-v1", **short, policy_kwargs={"net_arch": {"pi": [16], "vf": [16]}}, gamma=0.98, ent_coef=0.01).learn(64).save(PATH)
A2C("MlpPolicy", make_vec_env("CartPole-v1", n_envs=2), device="cpu", use_rms_prop=False).learn(20).save(PATH)
DQN("MlpPolicy", "MountainCar-v0", **off, exploration_fraction=0.2, target_update_interval=10).learn(40).save(PATH)
SAC("MlpPolicy", "Pendulum-v1", **off, ent_coef="auto", learning_rate=linear_schedule(7.3e-4), use_sde=True).learn(40).save(PATH)
TD3("MlpPolicy", "Pendulum-v1", **off, action_noise=OrnsteinUhlenbeckActionNoise(np.zeros(1), 0.1 * np.ones(1))).learn(40).save(PATH)
DDPG("MlpPolicy", Monitor(gym.make("Pendulum-v1")), **off, action_noise=NormalActionNoise(mean=np.zeros(1), sigma=0.1 * np.ones(1))).learn(40).save(PATH)
VecNormalize(DummyVecEnv([lambda: gym.make("Pendulum-v1")]), norm_obs=True, norm_reward=False, clip_obs=10.0).save(PATH + ".pkl")
PPO("MlpPolicy", "CartPole-v1", **short).learn(64, callback=CheckpointCallback(save_freq=32, save_path=PATH, name_prefix="rl_model"))
PPO("MlpPolicy", "CartPole-v1", **short).learn(64, callback=EvalCallback(Monitor(gym.make("CartPole-v1")), best_model_save_path=PATH, log_path=PATH, eval_freq=32, n_eval_episodes=1, verbose=0))
SAC("MlpPolicy", "Pendulum-v1", **off).learn(40).save_replay_buffer(PATH + ".pkl")
PPO("MlpPolicy", "Pendulum-v1", **short, learning_rate=linear_schedule(3e-4), clip_range=linear_schedule(0.2), policy_kwargs={"activation_fn": nn.Tanh, "ortho_init": False, "log_std_init": -2}).learn(64).save(PATH + ".zip")
PPO("MlpPolicy", "CartPole-v1", **short, policy_kwargs={"features_extractor_class": CustomExtractor, "features_extractor_kwargs": {"features_dim": 8}}).learn(64).save(PATH)
""",
    ),
    "fastai": (
        """
import tempfile
import pandas as pd
from pathlib import Path
from PIL import Image as Pictures
from fastai.collab import *
from fastai.tabular.all import *
from fastai.text.all import *
from fastai.vision.all import *
torch.manual_seed(0)
def pictures():
    folder = Path(tempfile.mkdtemp())
    for kind, name in (("cats", "Birman"), ("dogs", "beagle")):
        (folder / kind).mkdir()
        for n in range(8):
            Pictures.fromarray(rng.randint(0, 255, (32, 32, 3)).astype("u1")).save(folder / kind / f"{name}_{n}.jpg")
    return folder
def is_cat(x):
    return x[0].isupper()
__main__.is_cat = is_cat
def vision(dls, **given):
    return vision_learner(dls, squeezenet1_1, pretrained=False, metrics=error_rate, **given)
def named():
    folder = pictures()
    return ImageDataLoaders.from_name_func(folder, get_image_files(folder), valid_pct=0.3, seed=42, label_func=is_cat, item_tfms=Resize(32), bs=4, num_workers=0)
def block():
    pets = DataBlock(blocks=(ImageBlock, CategoryBlock), get_items=get_image_files, splitter=RandomSplitter(valid_pct=0.3, seed=42), get_y=parent_label, item_tfms=RandomResizedCrop(32, min_scale=0.5), batch_tfms=aug_transforms(size=32))
    return pets.dataloaders(pictures(), bs=4, num_workers=0)
def many():
    folder = pictures()
    files = pd.DataFrame({"fname": [str(f.relative_to(folder)) for f in get_image_files(folder)], "labels": ["cat small", "dog"] * 8, "is_valid": [False, False, True, True] * 4})
    return ImageDataLoaders.from_df(files, folder, valid_col="is_valid", label_delim=" ", item_tfms=Resize(32), bs=4, num_workers=0)
rows = pd.DataFrame({"age": X[:, 0], "hours": X[:, 1], "job": ["a", "b"] * 40, "salary": ["<50k", "<50k", ">=50k", "<50k"] * 20})
def table(**given):
    return TabularPandas(rows.copy(), procs=[Categorify, FillMissing, Normalize], cat_names=["job"], cont_names=["age", "hours"], splits=RandomSplitter(0.25, seed=1)(range_of(rows)), **given)
def tabular():
    return tabular_learner(table(y_names="salary", y_block=CategoryBlock()).dataloaders(bs=16), layers=[20, 10], metrics=accuracy, path=Path(tempfile.mkdtemp()))
def ratings():
    seen = pd.DataFrame({"user": np.arange(60) % 6, "title": [f"film {n % 7}" for n in range(60)], "rating": 1.0 + np.arange(60) % 5})
    return CollabDataLoaders.from_df(seen, item_name="title", bs=16)
def texts():
    seen = pd.DataFrame({"text": ["good film of the year", "bad film of the year"] * 16, "label": ["pos", "neg"] * 16})
    return TextDataLoaders.from_df(seen, text_col="text", label_col="label", bs=4, n_workers=1, num_workers=0)
def kept(learn):
    learn.path = Path(tempfile.mkdtemp())
    with learn.no_bar(), learn.no_logging():
        learn.fit_one_cycle(1)
    return learn
""",
        """
kept(vision(named())).export(PATH + ".pkl")
kept(vision(ImageDataLoaders.from_folder(pictures(), valid_pct=0.3, seed=1, item_tfms=Resize(32), bs=4, num_workers=0))).export(PATH + ".pkl")
kept(vision(block())).export(PATH + ".pkl")
kept(vision(block())).save(PATH)
torch.save(kept(vision(named())).model.state_dict(), PATH + ".pth")
kept(vision_learner(many(), squeezenet1_1, pretrained=False, metrics=partial(accuracy_multi, thresh=0.5))).export(PATH + ".pkl")
kept(tabular()).export(PATH + ".pkl")
kept(tabular()).save(PATH, with_opt=False)
save_pickle(PATH + ".pkl", table(y_names="salary"))
kept(collab_learner(ratings(), use_nn=True, y_range=(0, 5.5), layers=[10])).export(PATH + ".pkl")
torch.save(table(y_names="salary", y_block=CategoryBlock()).dataloaders(bs=16), PATH + ".pkl")
kept(text_classifier_learner(texts(), AWD_LSTM, drop_mult=0.5, pretrained=False, config={**awd_lstm_clas_config, "emb_sz": 8, "n_hid": 8}, metrics=accuracy)).export(PATH + ".pkl")
""",
    ),
    "skorch": (
        """
import joblib
import skorch
from skorch import NeuralNetBinaryClassifier, NeuralNetClassifier, NeuralNetRegressor
from skorch.callbacks import *
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler
class MyModule(nn.Module):
    def __init__(self, num_units=10, nonlin=nn.ReLU(), outputs=2):
        super().__init__()
        self.dense0, self.nonlin = nn.Linear(5, num_units), nonlin
        self.dropout = nn.Dropout(0.5)
        self.output = nn.Linear(num_units, outputs)
    def forward(self, X, **kwargs):
        return self.output(self.dropout(self.nonlin(self.dense0(X))))
class Probabilities(MyModule):
    def forward(self, X, **kwargs):
        return torch.softmax(super().forward(X), dim=-1)
class Binary(MyModule):
    def forward(self, X, **kwargs):
        return super().forward(X).squeeze(-1)
for kind in (MyModule, Probabilities, Binary):
    setattr(__main__, kind.__name__, kind)
quiet = {"max_epochs": 2, "lr": 0.1, "verbose": 0}
def net(**given):
    return NeuralNetClassifier(Probabilities, **{**quiet, **given})
target = X[:, :1] * 2
""",
        """
net(iterator_train__shuffle=True).fit(X, y)
NeuralNetRegressor(MyModule, module__outputs=1, **quiet).fit(X, target)
Pipeline([("scale", StandardScaler()), ("net", net())]).fit(X, y)
GridSearchCV(net(train_split=False), {"lr": [0.01, 0.1], "module__num_units": [5, 10]}, refit=True, cv=3, scoring="accuracy").fit(X, y)
net().fit(X, y).save_params(f_params=PATH + ".pt")
os.makedirs(PATH); net(optimizer=optim.Adam).fit(X, y).save_params(f_params=PATH + "/model.pkl", f_optimizer=PATH + "/opt.pkl", f_history=PATH + "/history.json")
net(callbacks=[("auc", EpochScoring("roc_auc", lower_is_better=False)), ("stop", EarlyStopping(patience=2))]).fit(X, y)
net(optimizer=optim.SGD, optimizer__momentum=0.9, callbacks=[LRScheduler(policy="StepLR", step_size=1, gamma=0.5)], batch_size=16).fit(X, y)
torch.save(net().fit(X, y).module_.state_dict(), PATH + ".pt")
net(callbacks=[Checkpoint(dirname=PATH, monitor="valid_loss_best")]).fit(X, y)
NeuralNetBinaryClassifier(Binary, module__outputs=1, **quiet).fit(X, y.astype("f4"))
joblib.dump(NeuralNetClassifier(MyModule, criterion=nn.CrossEntropyLoss, optimizer=optim.AdamW, optimizer__weight_decay=0.01, train_split=None, device="cpu", **quiet).fit(X, y), PATH + ".joblib")
""",
    ),
}
