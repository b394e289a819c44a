"""Checkpoints and whole modules as most people keep them; see `genuine_models_everyday.py`."""

# ruff: noqa: E501

DATA = """
import argparse, collections, copy, dataclasses, datetime, enum, functools, json, os, pathlib, pickle, random, types
import numpy as np
rng = np.random.RandomState(0)
X = rng.randn(80, 5).astype("f4")
y = (X[:, 0] > 0).astype(int)
try:
    import torch
    from torch import nn, optim
    from torch.optim import lr_scheduler
    torch.manual_seed(0)
    net = nn.Sequential(nn.Linear(5, 8), nn.BatchNorm1d(8), nn.ReLU(), nn.Dropout(), nn.Linear(8, 2))
    def stepped(kind=optim.Adam, model=net, **given):
        made = kind(model.parameters(), **{"lr": 0.01, **given})
        nn.functional.cross_entropy(model(torch.from_numpy(X)), torch.from_numpy(y)).backward()
        made.step()
        return made
    def keep(made, end=".pt", **given):
        torch.save(made, PATH + end, **given)
except ImportError:
    pass
"""

TORCH = (
    """
from torch.utils.data import *
from torch.nn.utils import parametrizations, prune
from torch.optim.swa_utils import AveragedModel, SWALR
""",
    """
keep(net.state_dict(), ".pth")
keep(net.state_dict(), ".pth", _use_new_zipfile_serialization=False)
keep({"epoch": 3, "model_state_dict": net.state_dict(), "optimizer_state_dict": stepped().state_dict(), "loss": torch.tensor(0.3)}, ".tar")
keep({"epoch": 3, "state_dict": net.state_dict(), "best_acc1": np.float64(0.9), "optimizer": stepped(optim.SGD, momentum=0.9).state_dict(), "scheduler": lr_scheduler.StepLR(stepped(), 3).state_dict(), "args": argparse.Namespace(lr=0.1, data=pathlib.Path("data"), arch="resnet18")}, ".pth.tar")
keep({"model": net.state_dict(), "config": {"hidden": [8, 2], "act": "relu", "dtype": torch.float32, "device": torch.device("cpu")}, "scaler": torch.amp.GradScaler("cpu").state_dict(), "history": collections.defaultdict(list, {"loss": [0.3]})}, ".ckpt")
keep({"model": net, "optimizer": stepped(optim.AdamW), "epoch": 1}, ".pt")
keep({"rng": torch.get_rng_state(), "numpy": np.random.get_state(), "python": random.getstate(), "step": 9, "when": datetime.datetime.now()}, ".pt")
keep({"classes": ["a", "b"], "class_to_idx": {"a": 0}, "mean": np.array([0.1, 0.2]), "transform": None, "size": torch.Size([3, 8])}, ".pt")
keep(net, ".pt")
keep(net, ".pt", _use_new_zipfile_serialization=False)
keep(net, ".pt", pickle_protocol=4)
keep(nn.DataParallel(net).state_dict(), ".pt")
keep(nn.DataParallel(net), ".pt")
keep(nn.LSTM(5, 4, 2, bidirectional=True, batch_first=True, dropout=0.1), ".pt")
keep(nn.ModuleDict({"gru": nn.GRU(5, 4), "emb": nn.EmbeddingBag(9, 4), "out": nn.ModuleList([nn.Bilinear(2, 2, 1), nn.Identity()])}), ".pt")
keep(nn.TransformerEncoder(nn.TransformerEncoderLayer(8, 2, 16, batch_first=True), 2), ".pt")
keep(nn.TransformerDecoder(nn.TransformerDecoderLayer(8, 2, 16, activation="gelu"), 1, nn.LayerNorm(8)), ".pt")
keep(nn.Transformer(8, 2, 1, 1, 16), ".pt")
keep(nn.MultiheadAttention(8, 2), ".pt")
keep(nn.Sequential(nn.Conv2d(3, 4, 3, padding="same"), nn.BatchNorm2d(4), nn.LeakyReLU(0.1, True), nn.MaxPool2d(2), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(4, 2), nn.LogSoftmax(1)), ".pt")
keep(nn.Sequential(nn.ConvTranspose2d(3, 4, 3), nn.InstanceNorm2d(4), nn.PReLU(), nn.Upsample(scale_factor=2), nn.ReflectionPad2d(1), nn.Tanh(), nn.PixelShuffle(2), nn.GroupNorm(1, 1), nn.SiLU(), nn.Hardswish()), ".pt")
keep(nn.Sequential(nn.Conv1d(3, 4, 3), nn.GLU(1), nn.AvgPool1d(2), nn.Conv3d(1, 1, 1), nn.Dropout2d(), nn.GELU("tanh"), nn.Softmax(1), nn.Sigmoid(), nn.ELU(), nn.CELU(), nn.Mish(), nn.RMSNorm(4), nn.Unflatten(1, (2, 2))), ".pt")
keep({"criterion": nn.CrossEntropyLoss(torch.ones(2), label_smoothing=0.1), "others": [nn.MSELoss(), nn.BCEWithLogitsLoss(pos_weight=torch.ones(1)), nn.SmoothL1Loss(), nn.CTCLoss(), nn.TripletMarginLoss()]}, ".pt")
keep(parametrizations.weight_norm(nn.Linear(3, 3)).state_dict(), ".pt")
keep(torch.nn.utils.spectral_norm(nn.Linear(3, 3)), ".pt")
keep(torch.nn.utils.weight_norm(nn.Conv1d(3, 3, 1)), ".pt")
keep(prune.l1_unstructured(nn.Linear(3, 3), "weight", 0.5), ".pt")
keep(AveragedModel(net), ".pt")
keep(copy.deepcopy(net).half().eval().requires_grad_(False), ".pt")
keep(copy.deepcopy(net).to(torch.bfloat16).state_dict(), ".pt")
keep({k: v.numpy() for k, v in net.state_dict().items()}, ".pkl")
keep([stepped(kind).state_dict() for kind in (optim.RMSprop, optim.Adagrad, optim.Adadelta, optim.NAdam, optim.RAdam, optim.Adamax)], ".pt")
keep(stepped(optim.SGD, momentum=0.9, nesterov=True), ".pt")
keep({"s": lr_scheduler.CosineAnnealingWarmRestarts(stepped(), 3).state_dict(), "p": lr_scheduler.ReduceLROnPlateau(stepped(), patience=2).state_dict(), "o": lr_scheduler.OneCycleLR(stepped(), 0.1, 10).state_dict()}, ".pt")
keep(lr_scheduler.CosineAnnealingLR(stepped(), 3), ".pt")
keep(lr_scheduler.ReduceLROnPlateau(stepped()), ".pt")
keep(lr_scheduler.LambdaLR(stepped(), lambda e: 0.9).state_dict(), ".pt")
keep(lr_scheduler.MultiStepLR(stepped(), [3, 9]).state_dict(), ".pt")
keep(SWALR(stepped(), 0.05).state_dict(), ".pt")
keep(TensorDataset(torch.from_numpy(X), torch.from_numpy(y)), ".pt")
keep(random_split(TensorDataset(torch.from_numpy(X)), [60, 20])[0], ".pt")
keep(DataLoader(TensorDataset(torch.from_numpy(X)), 8, shuffle=True), ".pt")
keep((torch.from_numpy(X), torch.from_numpy(y).bool(), torch.arange(3, dtype=torch.uint8), torch.tensor(1j), torch.tensor([])), ".pt")
keep(nn.Parameter(torch.ones(3)), ".pt")
keep({"embeddings": torch.randn(4, 3), "ids": ["a", "b"], "sparse": torch.eye(3).to_sparse(), "csr": torch.eye(3).to_sparse_csr()}, ".pt")
keep({"q": torch.quantize_per_tensor(torch.ones(3), 0.1, 0, torch.qint8), "f8": torch.ones(3).to(torch.float8_e4m3fn)}, ".pt")
keep(torch.ao.quantization.quantize_dynamic(net, {nn.Linear}, torch.qint8), ".pt")
keep(torch.ao.quantization.quantize_dynamic(net, {nn.Linear}, torch.qint8).state_dict(), ".pt")
keep(torch.ao.quantization.prepare(copy.deepcopy(net).eval().requires_grad_(False), inplace=False).state_dict(), ".pt")
keep({"dist": torch.distributions.Normal(torch.zeros(2), torch.ones(2)), "gen": torch.Generator().get_state()}, ".pt")
pickle.dump(net.state_dict(), open(PATH + ".pkl", "wb"))
pickle.dump({"net": net, "features": ["a"], "mean": X.mean(0)}, open(PATH + ".pkl", "wb"), 2)
__import__("joblib").dump(net, PATH + ".joblib", compress=3)
torch.jit.script(net).save(PATH + ".pt")
torch.jit.trace(net.eval(), torch.from_numpy(X)).save(PATH + ".pt")
torch.export.save(torch.export.export(copy.deepcopy(net).eval(), (torch.from_numpy(X),)), PATH + ".pt2")
keep({"ema": copy.deepcopy(net).state_dict(), "betas": (0.9, 0.999), "ranges": range(3), "set": {1, 2}, "none": None, "b": b"x", "c": 1j, "od": collections.OrderedDict(a=1), "dq": collections.deque([1], 3), "cnt": collections.Counter("ab"), "ns": types.SimpleNamespace(a=1)}, ".pt")
""",
)

VISION = {
    "torchvision": (
        """
import torchvision
from torchvision import datasets, models, ops
from torchvision.transforms import *
from torchvision.transforms import v2
""",
        """
keep(models.resnet18(num_classes=2), ".pth")
keep(models.resnet18(num_classes=2).state_dict(), ".pth")
keep({"model": models.mobilenet_v2(num_classes=3), "classes": ["a", "b", "c"]}, ".pth")
keep(models.mobilenet_v3_small(num_classes=3), ".pth")
keep(models.efficientnet_b0(num_classes=3), ".pth")
keep(models.squeezenet1_1(num_classes=3), ".pth")
keep(models.shufflenet_v2_x0_5(num_classes=3), ".pth")
keep(models.mnasnet0_5(num_classes=3), ".pth")
keep(models.regnet_y_400mf(num_classes=3), ".pth")
keep(models.densenet121(num_classes=3), ".pth")
keep(models.googlenet(num_classes=3, init_weights=False), ".pth")
keep(models.swin_t(num_classes=3), ".pth")
keep(models.VisionTransformer(32, 16, 1, 2, 16, 32), ".pth")
keep(models.convnext_tiny(num_classes=3), ".pth")
keep(models.segmentation.lraspp_mobilenet_v3_large(weights_backbone=None), ".pth")
keep(models.detection.ssdlite320_mobilenet_v3_large(weights_backbone=None), ".pth")
keep(models.detection.fasterrcnn_mobilenet_v3_large_320_fpn(weights_backbone=None), ".pth")
keep({"model": models.resnet18().state_dict(), "transform": Compose([Resize(256), CenterCrop(224), ToTensor(), Normalize([0.5] * 3, [0.2] * 3)])}, ".pth")
keep(Compose([RandomResizedCrop(8, interpolation=InterpolationMode.BILINEAR), RandomHorizontalFlip(), ColorJitter(0.1), RandomRotation(9), RandomErasing(), Grayscale()]), ".pth")
keep(v2.Compose([v2.ToImage(), v2.Resize(8), v2.ToDtype(torch.float32, scale=True), v2.Normalize([0.5], [0.5])]), ".pth")
keep(models.ResNet18_Weights.DEFAULT.transforms(), ".pth")
keep({"weights": models.ResNet18_Weights.IMAGENET1K_V1, "fc": models.resnet18().fc}, ".pth")
""",
    ),
    "timm": (
        "import timm, timm.data\n",
        """
keep(timm.create_model("resnet10t", num_classes=3), ".pth")
keep(timm.create_model("resnet10t", num_classes=3).state_dict(), ".pth")
keep(timm.create_model("mobilenetv3_small_050", num_classes=3), ".pth")
keep(timm.create_model("efficientnet_lite0", num_classes=3), ".pth")
keep(timm.create_model("vit_tiny_patch16_224", num_classes=3), ".pth")
keep(timm.create_model("deit_tiny_patch16_224", num_classes=3), ".pth")
keep(timm.create_model("convnext_atto", num_classes=3), ".pth")
keep(timm.create_model("swin_tiny_patch4_window7_224", num_classes=3, depths=(1, 1), embed_dim=24, num_heads=(1, 2)), ".pth")
keep({"arch": "resnet10t", "state_dict": timm.create_model("resnet10t").state_dict(), "args": argparse.Namespace(lr=0.1), "version": 2, "metric": 71.3}, ".pth.tar")
keep(timm.data.create_transform(224, is_training=True, auto_augment="rand-m9-mstd0.5"), ".pth")
keep(timm.data.create_transform(224), ".pth")
keep(timm.data.resolve_data_config({}, model=timm.create_model("resnet10t")), ".pth")
""",
    ),
    "ultralytics": (
        """
from ultralytics import YOLO
from ultralytics.nn.tasks import *
""",
        """
YOLO("yolov8n.yaml").save(PATH + ".pt")
YOLO("yolo11n.yaml").save(PATH + ".pt")
YOLO("yolov8n-seg.yaml").save(PATH + ".pt")
YOLO("yolov8n-cls.yaml").save(PATH + ".pt")
YOLO("yolov8n-pose.yaml").save(PATH + ".pt")
keep({"epoch": -1, "model": DetectionModel("yolov8n.yaml", verbose=False).half(), "ema": None, "optimizer": None, "train_args": {"lr0": 0.01}, "date": datetime.datetime.now().isoformat()}, ".pt")
keep(DetectionModel("yolov8n.yaml", verbose=False).state_dict(), ".pt")
""",
    ),
}

WORDS = {
    "transformers": (
        """
from transformers import *
from tokenizers import Tokenizer, models, pre_tokenizers, trainers
from sklearn.linear_model import LogisticRegression
tiny = {"hidden_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 16, "vocab_size": 60}
def words():
    made = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    made.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    made.train_from_iterator(["see you at noon", "win a prize now"], trainers.WordPieceTrainer(vocab_size=60, special_tokens=["[UNK]", "[PAD]", "[CLS]", "[SEP]", "[MASK]"]))
    return made
fast = PreTrainedTokenizerFast(tokenizer_object=words(), unk_token="[UNK]", pad_token="[PAD]", cls_token="[CLS]")
""",
        """
keep(BertForSequenceClassification(BertConfig(**tiny)), ".pt")
keep(BertForSequenceClassification(BertConfig(**tiny, id2label={0: "no", 1: "yes"})).state_dict(), ".bin")
BertForTokenClassification(BertConfig(**tiny)).save_pretrained(PATH)
torch.save(BertModel(BertConfig(**tiny)).state_dict(), PATH + ".bin")
keep(DistilBertForSequenceClassification(DistilBertConfig(vocab_size=60, dim=16, n_layers=1, n_heads=2, hidden_dim=16)), ".pt")
keep(RobertaForSequenceClassification(RobertaConfig(**tiny)), ".pt")
keep(GPT2LMHeadModel(GPT2Config(vocab_size=60, n_embd=16, n_layer=1, n_head=2)), ".pt")
keep(T5ForConditionalGeneration(T5Config(vocab_size=60, d_model=16, d_kv=8, d_ff=16, num_layers=1, num_heads=2)), ".pt")
keep(BartForConditionalGeneration(BartConfig(vocab_size=60, d_model=16, encoder_layers=1, decoder_layers=1, encoder_attention_heads=2, decoder_attention_heads=2, encoder_ffn_dim=16, decoder_ffn_dim=16)), ".pt")
keep(LlamaForCausalLM(LlamaConfig(**tiny)), ".pt")
keep(ViTForImageClassification(ViTConfig(hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=16, image_size=32)), ".pt")
keep(WhisperForConditionalGeneration(WhisperConfig(vocab_size=60, d_model=16, encoder_layers=1, decoder_layers=1, encoder_attention_heads=2, decoder_attention_heads=2, encoder_ffn_dim=16, decoder_ffn_dim=16, pad_token_id=0, bos_token_id=1, eos_token_id=2, decoder_start_token_id=1)), ".pt")
keep(XLMRobertaModel(XLMRobertaConfig(**tiny)), ".pt")
keep(ElectraForPreTraining(ElectraConfig(**tiny, embedding_size=16)), ".pt")
keep(DebertaV2ForSequenceClassification(DebertaV2Config(**tiny)), ".pt")
keep(TrainingArguments(PATH + "_o", report_to=[]), ".bin")
keep(Seq2SeqTrainingArguments(PATH + "_o", report_to=[], predict_with_generate=True), ".bin")
keep(get_linear_schedule_with_warmup(stepped(), 2, 9).state_dict(), ".pt")
keep({"model": BertModel(BertConfig(**tiny)).state_dict(), "config": BertConfig(**tiny), "tokenizer": fast}, ".pt")
pickle.dump(fast, open(PATH + ".pkl", "wb"))
pickle.dump(words(), open(PATH + ".pkl", "wb"))
fast.save_pretrained(PATH)
pickle.dump(BertConfig(**tiny), open(PATH + ".pkl", "wb"))
pickle.dump(fast(["see you", "now"], padding=True, return_tensors="np"), open(PATH + ".pkl", "wb"))
keep(fast(["see you", "now"], padding=True, return_tensors="pt"), ".pt")
pickle.dump(BertModel(BertConfig(**tiny))(torch.ones(1, 3, dtype=torch.long)), open(PATH + ".pkl", "wb"))
pickle.dump({"tokenizer": fast, "classifier": LogisticRegression().fit(X, y)}, open(PATH + ".pkl", "wb"))
pickle.dump(ViTImageProcessor(), open(PATH + ".pkl", "wb"))
keep(pipeline("text-classification", model=BertForSequenceClassification(BertConfig(**tiny)), tokenizer=fast), ".pt")
keep(GenerationConfig(max_length=3), ".pt")
""",
    ),
    "sentence-transformers": (
        """
from sentence_transformers import SentenceTransformer, models, util
from transformers import BertConfig, BertModel, PreTrainedTokenizerFast
from tokenizers import Tokenizer, models as kinds, pre_tokenizers
from sklearn.linear_model import LogisticRegression
def made():
    folder = PATH + "_b"
    vocabulary = Tokenizer(kinds.WordLevel({"[UNK]": 0, "[PAD]": 1, "see": 2, "you": 3}, "[UNK]"))
    vocabulary.pre_tokenizer = pre_tokenizers.Whitespace()
    PreTrainedTokenizerFast(tokenizer_object=vocabulary, unk_token="[UNK]", pad_token="[PAD]").save_pretrained(folder)
    BertModel(BertConfig(vocab_size=8, hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=16)).save_pretrained(folder)
    words = models.Transformer(folder)
    __import__("shutil").rmtree(folder)
    return SentenceTransformer(modules=[words, models.Pooling(16, "mean"), models.Normalize()], device="cpu")
""",
        """
keep(made(), ".pt")
pickle.dump(made(), open(PATH + ".pkl", "wb"))
made().save(PATH)
pickle.dump({"sentences": ["a"], "embeddings": made().encode(["a"])}, open(PATH + ".pkl", "wb"))
keep({"corpus": made().encode(["a"], convert_to_tensor=True), "texts": ["a"]}, ".pt")
keep(made().state_dict(), ".pt")
pickle.dump({"encoder": made(), "head": LogisticRegression().fit(X, y)}, open(PATH + ".pkl", "wb"))
keep(models.Dense(16, 8), ".pt")
""",
    ),
    "peft": (
        """
from peft import *
from transformers import BertConfig, BertForSequenceClassification, GPT2Config, GPT2LMHeadModel
bert = BertForSequenceClassification(BertConfig(vocab_size=60, hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=16))
gpt = GPT2LMHeadModel(GPT2Config(vocab_size=60, n_embd=16, n_layer=1, n_head=2))
lora = LoraConfig(task_type=TaskType.SEQ_CLS, r=2, target_modules=["query", "value"])
""",
        """
keep(get_peft_model(bert, lora), ".pt")
keep(get_peft_model_state_dict(get_peft_model(bert, lora)), ".bin")
get_peft_model(bert, lora).save_pretrained(PATH)
get_peft_model(bert, lora).save_pretrained(PATH, safe_serialization=False)
keep(get_peft_model(gpt, LoraConfig(task_type="CAUSAL_LM", r=2, use_dora=True, fan_in_fan_out=True)), ".pt")
keep(get_peft_model(gpt, PromptTuningConfig(task_type="CAUSAL_LM", num_virtual_tokens=2)), ".pt")
keep(get_peft_model(gpt, IA3Config(task_type="CAUSAL_LM")), ".pt")
pickle.dump(lora, open(PATH + ".pkl", "wb"))
keep(get_peft_model(bert, lora).merge_and_unload(), ".pt")
""",
    ),
    "diffusers": (
        """
from diffusers import *
small = {"block_out_channels": (8, 8), "down_block_types": ("DownBlock2D", "AttnDownBlock2D"), "up_block_types": ("AttnUpBlock2D", "UpBlock2D"), "norm_num_groups": 4, "layers_per_block": 1, "attention_head_dim": 4}
""",
        """
keep(UNet2DModel(8, **small), ".pt")
keep(UNet2DModel(8, **small).state_dict(), ".bin")
keep(AutoencoderKL(block_out_channels=(8,), norm_num_groups=4), ".pt")
keep({"ema": training_utils.EMAModel(UNet2DModel(8, **small).parameters()).state_dict(), "scheduler": DDPMScheduler(9).config}, ".pt")
pickle.dump(DDPMScheduler(9), open(PATH + ".pkl", "wb"))
pickle.dump([DDIMScheduler(9), EulerDiscreteScheduler(9), DPMSolverMultistepScheduler(9)], open(PATH + ".pkl", "wb"))
DDPMPipeline(UNet2DModel(8, **small), DDPMScheduler(9)).save_pretrained(PATH)
keep(DDPMPipeline(UNet2DModel(8, **small), DDPMScheduler(9)), ".pt")
""",
    ),
}

TRAINERS = {
    "lightning": (
        """
import lightning as L
import torchmetrics
from lightning.pytorch.demos.boring_classes import BoringModel, BoringDataModule
from lightning.pytorch.callbacks import *
from lightning.fabric.utilities.data import AttributeDict
from omegaconf import OmegaConf
def fitted(model=None, *callbacks, **given):
    trainer = L.Trainer(max_steps=2, accelerator="cpu", logger=False, enable_progress_bar=False, enable_model_summary=False, callbacks=[ModelCheckpoint(PATH + "_c", monitor="x"), *callbacks], limit_val_batches=1, **given)
    trainer.fit(model or BoringModel())
    trainer.save_checkpoint(PATH + ".ckpt")
    __import__("shutil").rmtree(PATH + "_c", ignore_errors=True)
def hyper(given):
    made = BoringModel()
    made.save_hyperparameters(given)
    return made
""",
        """
fitted(None)
fitted(hyper({"lr": 0.1, "layers": [1, 2]}))
fitted(hyper(argparse.Namespace(lr=0.1, path=pathlib.Path("x"))))
fitted(hyper(OmegaConf.create({"lr": 0.1, "net": {"dims": [1, 2], "name": "${lr}"}})))
fitted(None, EarlyStopping("x", strict=False), Timer("00:01:00:00"))
fitted(None, StochasticWeightAveraging(0.1, swa_epoch_start=1))
keep({"state_dict": BoringModel().state_dict(), "hyper_parameters": AttributeDict(lr=0.1)}, ".ckpt")
keep(BoringModel(), ".pt")
keep(torchmetrics.Accuracy(task="multiclass", num_classes=3), ".pt")
keep(torchmetrics.MetricCollection([torchmetrics.F1Score(task="binary"), torchmetrics.MeanSquaredError(), torchmetrics.AUROC(task="binary")]), ".pt")
keep(OmegaConf.create({"model": {"dims": [1, 2], "p": 0.1}, "name": "???"}), ".pt")
""",
    ),
    "stable-baselines3": (
        """
import gymnasium as gym
import stable_baselines3 as sb
from stable_baselines3.common.buffers import ReplayBuffer
from stable_baselines3.common.env_util import make_vec_env
from stable_baselines3.common.noise import NormalActionNoise
from stable_baselines3.common.vec_env import VecNormalize
""",
        """
sb.PPO("MlpPolicy", "CartPole-v1", n_steps=16, batch_size=16).learn(16).save(PATH + ".zip")
sb.DQN("MlpPolicy", "CartPole-v1", buffer_size=9).save(PATH + ".zip")
sb.A2C("MlpPolicy", "CartPole-v1", policy_kwargs={"net_arch": [8], "activation_fn": nn.ReLU}).save(PATH + ".zip")
sb.SAC("MlpPolicy", "Pendulum-v1", buffer_size=9).save(PATH + ".zip")
sb.TD3("MlpPolicy", "Pendulum-v1", buffer_size=9, action_noise=NormalActionNoise(np.zeros(1), np.ones(1))).save(PATH + ".zip")
sb.PPO("MlpPolicy", "CartPole-v1").policy.save(PATH + ".pt")
sb.DQN("MlpPolicy", "CartPole-v1", buffer_size=9).save_replay_buffer(PATH + ".pkl")
VecNormalize(make_vec_env("CartPole-v1")).save(PATH + ".pkl")
keep(sb.PPO("MlpPolicy", "CartPole-v1").policy, ".pt")
keep(sb.PPO("MlpPolicy", "CartPole-v1").policy.state_dict(), ".pt")
pickle.dump([gym.spaces.Box(-1, 1, (3,)), gym.spaces.Discrete(3), gym.spaces.Dict({"a": gym.spaces.MultiDiscrete([2, 3])})], open(PATH + ".pkl", "wb"))
""",
    ),
    "fastai": (
        """
import pandas as pd
from fastai.tabular.all import *
from fastai.collab import *
d = pd.DataFrame(X, columns=list("abcde")).assign(k=np.array(["x", "y"])[y], label=y)
def learner():
    made = TabularDataLoaders.from_df(d, procs=[Categorify, FillMissing, Normalize], cat_names=["k"], cont_names=list("abc"), y_names="label", y_block=CategoryBlock(), bs=8)
    return tabular_learner(made, layers=[8], metrics=accuracy)
def out(way, end):
    made = learner()
    made.path = Path(PATH).parent
    made.model_dir = "."
    getattr(made, way)(Path(PATH).name + end)
def collab():
    made = CollabDataLoaders.from_df(pd.DataFrame({"u": y, "i": np.arange(80) % 9, "r": 3.0 + y}), bs=8)
    return collab_learner(made, n_factors=3)
""",
        """
out("export", ".pkl")
out("save", "_s")
keep(learner().model, ".pth")
keep(learner().model.state_dict(), ".pth")
collab().export(Path(PATH + ".pkl"))
""",
    ),
}

RECIPES = {"torch": TORCH, **VISION, **WORDS, **TRAINERS}
