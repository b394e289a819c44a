"""Genuine saved models of the libraries around torch."""

# ruff: noqa: E501

DATA = """
import warnings; warnings.filterwarnings("ignore")
import collections, datetime, pathlib, io, os
import numpy as np, torch, torch.nn as nn
R = np.random.RandomState(7); torch.manual_seed(0)
X = R.rand(120, 4).astype("f4"); y = (X[:, 0] + X[:, 1] > 1).astype("i8"); t = X.sum(1, keepdims=True)
XT, TT = torch.tensor(X), torch.tensor(t)
net = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.BatchNorm1d(8), nn.Dropout(.1), nn.Linear(8, 1))
def train(net, opt, n=2):
    for _ in range(n):
        opt.zero_grad(); nn.functional.mse_loss(net(XT), TT).backward(); opt.step()
    return opt
"""

# the library, what is imported, and its models: one a line, which is given or saves itself at PATH
RECIPES = {
    "torch": (
        "from torch.optim import *; from torch.optim.lr_scheduler import *; opt = train(net, Adam(net.parameters())); tr = nn.TransformerEncoder(nn.TransformerEncoderLayer(8, 2, 16, batch_first=True), 2)",
        """
torch.save(net.state_dict(), PATH + ".pt")
torch.save(net.state_dict(), PATH + ".pth", _use_new_zipfile_serialization=False)
torch.save(net, PATH + ".pt")
torch.save(net, PATH + ".pt", _use_new_zipfile_serialization=False)
torch.save({"epoch": 3, "model": net.state_dict(), "optimizer": opt.state_dict(), "scheduler": StepLR(opt, 2).state_dict(), "loss": .3}, PATH + ".pt")
torch.save({"state_dict": net.state_dict(), "args": __import__("argparse").Namespace(lr=.1, data=pathlib.Path("x")), "best": TT.mean()}, PATH + ".pt")
torch.save({"net": net, "opt": opt}, PATH + ".pt")
torch.save(SGD(net.parameters(), .1, momentum=.9), PATH + ".pt")
torch.save(train(net, AdamW(net.parameters(), amsgrad=True)).state_dict(), PATH + ".pt")
torch.save(CosineAnnealingLR(opt, 5), PATH + ".pt")
torch.save(ReduceLROnPlateau(opt).state_dict(), PATH + ".pt")
torch.save(OneCycleLR(SGD(net.parameters(), .1, momentum=.9), .1, 10).state_dict(), PATH + ".pt")
torch.save({"rng": torch.get_rng_state(), "np": np.random.get_state(), "py": __import__("random").getstate()}, PATH + ".pt")
torch.save(nn.LSTM(4, 5, 2, bidirectional=True), PATH + ".pt")
torch.save(tr, PATH + ".pt")
torch.save(nn.Sequential(nn.Conv2d(3, 4, 3, padding=1), nn.BatchNorm2d(4), nn.MaxPool2d(2), nn.Flatten(), nn.LazyLinear(2)), PATH + ".pt")
torch.save(nn.ModuleDict({"a": nn.Embedding(5, 3, padding_idx=0), "b": nn.GRU(3, 2), "c": nn.MultiheadAttention(4, 2)}), PATH + ".pt")
torch.save([nn.Linear(2, 2), nn.GELU(), nn.LayerNorm(2), nn.Softmax(-1), nn.PReLU(), nn.Upsample(scale_factor=2)], PATH + ".pt")
torch.save(net.half().state_dict(), PATH + ".pt")
torch.save({k: v.bfloat16() for k, v in net.state_dict().items()}, PATH + ".bin")
torch.save(XT.to_sparse(), PATH + ".pt")
torch.save(XT.to_sparse_csr(), PATH + ".pt")
torch.save(torch.quantize_per_tensor(XT, .1, 0, torch.qint8), PATH + ".pt")
torch.save(torch.ao.quantization.quantize_dynamic(nn.Sequential(nn.Linear(4, 4)), {nn.Linear}, torch.qint8).state_dict(), PATH + ".pt")
torch.save(torch.ao.quantization.quantize_dynamic(nn.Sequential(nn.Linear(4, 4)), {nn.Linear}, torch.qint8), PATH + ".pt")
torch.save(XT, PATH + ".pt", pickle_protocol=4)
torch.save({"x": XT, "names": ["a", "b"], "when": datetime.datetime.now(), "ver": torch.__version__, "cfg": {"dev": torch.device("cpu"), "dtype": torch.float32, "size": torch.Size([1, 2])}}, PATH + ".pt")
torch.save(torch.utils.data.TensorDataset(XT, TT), PATH + ".pt")
torch.save(nn.utils.weight_norm(nn.Linear(3, 3)), PATH + ".pt")
torch.save(nn.utils.parametrizations.weight_norm(nn.Linear(3, 3)).state_dict(), PATH + ".pt")
torch.save(nn.utils.spectral_norm(nn.Linear(3, 3)), PATH + ".pt")
torch.save(torch.optim.swa_utils.AveragedModel(net.float()).state_dict(), PATH + ".pt")
torch.save(torch.optim.swa_utils.AveragedModel(net), PATH + ".pt")
torch.save(nn.DataParallel(net).state_dict(), PATH + ".pt")
torch.save(nn.DataParallel(net), PATH + ".pt")
torch.save(torch.distributions.Normal(0., 1.), PATH + ".pt")
torch.save(nn.CrossEntropyLoss(weight=torch.ones(3)), PATH + ".pt")
torch.save(LBFGS(net.parameters()).state_dict(), PATH + ".pt")
torch.save(torch.amp.GradScaler("cpu").state_dict(), PATH + ".pt")
torch.save(nn.Parameter(XT), PATH + ".pt")
torch.save({"emb": nn.Parameter(XT), "c": collections.Counter("ab"), "od": collections.OrderedDict(a=1)}, PATH + ".pt")
torch.jit.script(net).save(PATH + ".pt")
torch.jit.trace(net.eval(), XT).save(PATH + ".pt")
torch.save(torch.tensor([1 + 2j]), PATH + ".pt")
torch.export.save(torch.export.export(net.eval(), (XT,)), PATH + ".pt2")
torch.save(nn.utils.rnn.pack_sequence([XT[:3], XT[:2]]), PATH + ".pt")
torch.save(torch.nested.nested_tensor([XT[:3], XT[:2]]), PATH + ".pt")
net.state_dict()
{k: v.numpy() for k, v in net.state_dict().items()}
net
XT
(__import__("torch.nn.utils.prune", fromlist=["x"]).l1_unstructured(nn.Linear(4, 4), "weight", .3))
torch.save(nn.ParameterList([nn.Parameter(XT)]), PATH + ".pt")
torch.save(torch.fx.symbolic_trace(net), PATH + ".pt")
torch.save({"gen": torch.Generator().get_state(), "dtype": torch.bfloat16, "layout": torch.strided, "size": XT.size()}, PATH + ".pt")
torch.save(SequentialLR(opt, [ConstantLR(opt), LinearLR(opt)], [2]).state_dict(), PATH + ".pt")
torch.save(LambdaLR(opt, lambda e: 1.).state_dict(), PATH + ".pt")
""",
    ),
    "torchvision": (
        "import torchvision; import torchvision.transforms.v2; from torchvision.models import *",
        """
torch.save(resnet18(), PATH + ".pth")
torch.save(mobilenet_v3_small().state_dict(), PATH + ".pth")
torch.save(mobilenet_v3_small(), PATH + ".pth")
torch.save(efficientnet_b0(), PATH + ".pth")
torch.save(squeezenet1_1(), PATH + ".pth")
torch.save(shufflenet_v2_x0_5(), PATH + ".pth")
torch.save(densenet121(), PATH + ".pth")
torch.save(vit_b_32(), PATH + ".pth") if False else torch.save(VisionTransformer(32, 16, 1, 2, 16, 32), PATH + ".pth")
torch.save(swin_t(), PATH + ".pth") if False else torch.save(SwinTransformer([4, 4], 8, [1, 1], [2, 2], [4, 4]), PATH + ".pth")
torch.save(googlenet(init_weights=False, aux_logits=False), PATH + ".pth")
torch.save(detection.ssdlite320_mobilenet_v3_large(weights=None, weights_backbone=None), PATH + ".pth")
torch.save(detection.fasterrcnn_mobilenet_v3_large_fpn(weights=None, weights_backbone=None), PATH + ".pth")
torch.save(segmentation.lraspp_mobilenet_v3_large(weights=None, weights_backbone=None), PATH + ".pth")
torch.save(torchvision.transforms.Compose([torchvision.transforms.Resize(8), torchvision.transforms.ToTensor(), torchvision.transforms.Normalize([.5], [.5])]), PATH + ".pt")
torch.save(torchvision.transforms.v2.Compose([torchvision.transforms.v2.RandomHorizontalFlip(), torchvision.transforms.v2.ToDtype(torch.float32, scale=True)]), PATH + ".pt")
torch.save(regnet_y_400mf(), PATH + ".pth")
torch.save(convnext_tiny(), PATH + ".pth") if False else torch.save(mnasnet0_5(), PATH + ".pth")
torch.save(ConvNeXt([__import__("torchvision.models.convnext", fromlist=["x"]).CNBlockConfig(8, 8, 1), __import__("torchvision.models.convnext", fromlist=["x"]).CNBlockConfig(8, None, 1)]), PATH + ".pth")
""",
    ),
    "timm": (
        "import timm",
        """
torch.save(timm.create_model("resnet10t", num_classes=3), PATH + ".pth")
torch.save(timm.create_model("vit_tiny_patch16_224", img_size=32, num_classes=3), PATH + ".pth")
torch.save(timm.create_model("mobilenetv3_small_050", num_classes=3), PATH + ".pth")
torch.save(timm.create_model("efficientnet_lite0", num_classes=3), PATH + ".pth")
torch.save(timm.create_model("convnext_atto", num_classes=3), PATH + ".pth")
torch.save({"arch": "resnet10t", "state_dict": timm.create_model("resnet10t").state_dict(), "args": __import__("argparse").Namespace(lr=.1)}, PATH + ".pth")
torch.save(timm.create_model("mixer_s32_224", num_classes=2), PATH + ".pth")
torch.save(timm.create_model("swin_tiny_patch4_window7_224", depths=(1, 1, 1, 1), embed_dim=12, num_heads=(1, 1, 2, 2)), PATH + ".pth")
torch.save(timm.create_model("edgenext_xx_small"), PATH + ".pth")
""",
    ),
    "transformers": (
        "from transformers import *; from transformers import BertTokenizerFast; BC = BertConfig(vocab_size=30, hidden_size=8, num_hidden_layers=1, num_attention_heads=2, intermediate_size=8)",
        """
BertModel(BC).save_pretrained(PATH)
torch.save(BertForSequenceClassification(BC), PATH + ".pt")
torch.save(BertModel(BC).state_dict(), PATH + ".bin")
torch.save(GPT2LMHeadModel(GPT2Config(vocab_size=30, n_embd=8, n_layer=1, n_head=2)), PATH + ".pt")
torch.save(T5ForConditionalGeneration(T5Config(vocab_size=30, d_model=8, d_kv=4, d_ff=8, num_layers=1, num_heads=2)), PATH + ".pt")
torch.save(LlamaForCausalLM(LlamaConfig(vocab_size=30, hidden_size=8, intermediate_size=8, num_hidden_layers=1, num_attention_heads=2)), PATH + ".pt")
torch.save(DistilBertForTokenClassification(DistilBertConfig(vocab_size=30, dim=8, hidden_dim=8, n_layers=1, n_heads=2)), PATH + ".pt")
torch.save(ViTForImageClassification(ViTConfig(hidden_size=8, num_hidden_layers=1, num_attention_heads=2, intermediate_size=8, image_size=32)), PATH + ".pt")
torch.save(RobertaForMaskedLM(RobertaConfig(vocab_size=30, hidden_size=8, num_hidden_layers=1, num_attention_heads=2, intermediate_size=8)), PATH + ".pt")
torch.save(TrainingArguments("out"), PATH + ".bin")
torch.save(TrainingArguments("out", fp16=False, eval_strategy="epoch", save_strategy="epoch", load_best_model_at_end=True, report_to=[]), PATH + ".bin")
BC
BertTokenizerFast(tokenizer_object=__import__("tokenizers").Tokenizer(__import__("tokenizers").models.WordPiece({"[UNK]": 0, "a": 1, "[PAD]": 2, "[CLS]": 3, "[SEP]": 4, "[MASK]": 5})))
torch.save(get_linear_schedule_with_warmup(torch.optim.AdamW(net.parameters()), 2, 10).state_dict(), PATH + ".pt")
torch.save(WhisperForConditionalGeneration(WhisperConfig(vocab_size=60000, d_model=8, encoder_layers=1, decoder_layers=1, encoder_attention_heads=2, decoder_attention_heads=2, encoder_ffn_dim=8, decoder_ffn_dim=8)), PATH + ".pt")
torch.save(Seq2SeqTrainingArguments("out", predict_with_generate=True), PATH + ".bin")
""",
    ),
    "safetensors": (
        "from safetensors.torch import save_file, save_model; from safetensors.numpy import save_file as sn",
        """
save_file({"w": XT}, PATH + ".safetensors")
save_model(net, PATH + ".safetensors")
sn({"w": X}, PATH + ".safetensors")
""",
    ),
    "peft": (
        "from transformers import *; from peft import *; BM = lambda: BertForSequenceClassification(BertConfig(vocab_size=30, hidden_size=8, num_hidden_layers=1, num_attention_heads=2, intermediate_size=8))",
        """
get_peft_model(BM(), LoraConfig(task_type="SEQ_CLS", r=2)).save_pretrained(PATH)
torch.save(get_peft_model(BM(), LoraConfig(task_type="SEQ_CLS", r=2)), PATH + ".pt")
torch.save(get_peft_model_state_dict(get_peft_model(BM(), LoraConfig(task_type="SEQ_CLS", r=2))), PATH + ".bin")
""",
    ),
    "lightning": (
        "import lightning as L, pytorch_lightning as PL; from lightning.pytorch.demos.boring_classes import BoringModel; from lightning.pytorch.callbacks import *; T = lambda **k: L.Trainer(max_steps=2, logger=False, enable_progress_bar=False, enable_model_summary=False, accelerator='cpu', **k); FIT = lambda q, m: (q.fit(m), q)[1]; PT = lambda **k: PL.Trainer(max_steps=2, logger=False, enable_progress_bar=False, enable_model_summary=False, accelerator='cpu', **k)",
        """
FIT(T(enable_checkpointing=False), BoringModel()).save_checkpoint(PATH + ".ckpt")
FIT(T(callbacks=[ModelCheckpoint(dirpath="checkpoints", monitor="train_loss" if False else None), EarlyStopping("train_loss", check_on_train_epoch_end=True, strict=False)]), BoringModel()).save_checkpoint(PATH + ".ckpt")
FIT(T(enable_checkpointing=False, callbacks=[StochasticWeightAveraging(1e-3, 1)]), BoringModel()).save_checkpoint(PATH + ".ckpt")
FIT(T(enable_checkpointing=False), BoringModel()).save_checkpoint(PATH + ".ckpt", weights_only=True)
FIT(PT(enable_checkpointing=False), __import__("pytorch_lightning.demos.boring_classes", fromlist=["x"]).BoringModel()).save_checkpoint(PATH + ".ckpt")
FIT(T(enable_checkpointing=False, precision="bf16-mixed"), BoringModel()).save_checkpoint(PATH + ".ckpt")
torch.save(BoringModel(), PATH + ".pt")
""",
    ),
    "skorch": (
        "from skorch import *; from skorch.callbacks import *; mk = lambda o: nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, o))",
        """
NeuralNetClassifier(mk(2), criterion=nn.CrossEntropyLoss, max_epochs=2, verbose=0).fit(X, y)
NeuralNetRegressor(mk(1), max_epochs=2, verbose=0, callbacks=[EarlyStopping(patience=2)]).fit(X, t)
__import__("sklearn.pipeline", fromlist=["x"]).make_pipeline(__import__("sklearn.preprocessing", fromlist=["x"]).StandardScaler(), NeuralNetClassifier(mk(2), criterion=nn.CrossEntropyLoss, max_epochs=2, verbose=0)).fit(X, y)
NeuralNetRegressor(mk(1), max_epochs=2, verbose=0).fit(X, t).save_params(f_params=PATH + ".pt", f_optimizer=PATH + "_opt.pt", f_history=PATH + ".json")
NeuralNetBinaryClassifier(nn.Sequential(nn.Linear(4, 1), nn.Flatten(0)), max_epochs=2, verbose=0, optimizer=torch.optim.Adam, callbacks=[("lr", LRScheduler(policy="StepLR", step_size=1))]).fit(X, y.astype("f4"))
""",
    ),
    "stable-baselines3": (
        "from stable_baselines3 import *; import gymnasium as gym; from stable_baselines3.common.vec_env import *; from stable_baselines3.common.env_util import make_vec_env; import stable_baselines3.common.noise as sn",
        """
PPO("MlpPolicy", "CartPole-v1", n_steps=16, batch_size=8, n_epochs=1).learn(16).save(PATH)
A2C("MlpPolicy", "CartPole-v1").learn(10).save(PATH)
DQN("MlpPolicy", "CartPole-v1", buffer_size=50, learning_starts=5).learn(10).save(PATH)
SAC("MlpPolicy", "Pendulum-v1", buffer_size=50, learning_starts=5).learn(10).save(PATH)
TD3("MlpPolicy", "Pendulum-v1", buffer_size=50, action_noise=sn.NormalActionNoise(np.zeros(1), np.ones(1))).learn(10).save(PATH)
VecNormalize(make_vec_env("CartPole-v1", 2)).save(PATH + ".pkl")
SAC("MlpPolicy", "Pendulum-v1", buffer_size=50).learn(10).save_replay_buffer(PATH + ".pkl")
PPO("MlpPolicy", "CartPole-v1", n_steps=16, batch_size=8, n_epochs=1).policy.save(PATH + ".pt")
PPO("MlpPolicy", "CartPole-v1", n_steps=16, batch_size=8, learning_rate=lambda p: p * 1e-3).save(PATH)
""",
    ),
    "sentence-transformers": (
        "import sentence_transformers as st, transformers as tf_; tf_.BertModel(tf_.BertConfig(vocab_size=30, hidden_size=8, num_hidden_layers=1, num_attention_heads=2, intermediate_size=8)).save_pretrained('bert'); open('bert/vocab.txt','w').write('\\n'.join(['[PAD]','[UNK]','[CLS]','[SEP]','[MASK]','a','b'])); tf_.BertTokenizer('bert/vocab.txt').save_pretrained('bert'); import sentence_transformers.models as sm; W = sm.Transformer('bert'); S = st.SentenceTransformer(modules=[W, sm.Pooling(8)], device='cpu')",
        """
S.save(PATH)
torch.save(S, PATH + ".pt")
S
S.encode(["a b", "b"])
""",
    ),
    "torch-geometric": (
        "import torch_geometric as pg; from torch_geometric.nn import GCN, GraphSAGE, GAT, GCNConv, GATv2Conv, SAGEConv, GINConv; from torch_geometric.data import *; GD = Data(x=XT[:5], edge_index=torch.tensor([[0, 1, 2], [1, 2, 3]]), y=torch.ones(5))",
        """
torch.save(GD, PATH + ".pt")
torch.save([GD, GD], PATH + ".pt")
torch.save(GCN(4, 8, 2, 2), PATH + ".pt")
torch.save(GraphSAGE(4, 8, 2).state_dict(), PATH + ".pt")
torch.save(GAT(4, 8, 2, heads=2), PATH + ".pt")
torch.save(Batch.from_data_list([GD, GD]), PATH + ".pt")
torch.save(nn.ModuleList([GCNConv(4, 2), GATv2Conv(4, 2), SAGEConv(4, 2), GINConv(nn.Linear(4, 2))]), PATH + ".pt")
torch.save(HeteroData(a={"x": XT}), PATH + ".pt")
torch.save(InMemoryDataset.collate([GD, GD]), PATH + ".pt")
""",
    ),
    "pytorch-tabnet": (
        "from pytorch_tabnet.tab_model import *; TF = lambda m, b: (m.fit(X, b, max_epochs=1, batch_size=32, virtual_batch_size=16), m)[1]",
        """
TF(TabNetClassifier(verbose=0), y)
TF(TabNetRegressor(verbose=0), t)
TF(TabNetClassifier(verbose=0), y).save_model(PATH)
""",
    ),
    "gpytorch": (
        "import gpytorch; from gpytorch.kernels import *; from gpytorch.likelihoods import *",
        """
torch.save(GaussianLikelihood().state_dict(), PATH + ".pth")
torch.save(ScaleKernel(RBFKernel()), PATH + ".pth")
torch.save(GaussianLikelihood(), PATH + ".pth")
torch.save(ScaleKernel(MaternKernel(1.5)).state_dict(), PATH + ".pth")
""",
    ),
    "torchmetrics": (
        "import torchmetrics as tm",
        """
torch.save(tm.MetricCollection([tm.Accuracy(task="binary"), tm.F1Score(task="binary")]), PATH + ".pt")
torch.save(tm.MeanMetric(), PATH + ".pt")
""",
    ),
    "pytorch-metric-learning": (
        "from pytorch_metric_learning import losses, miners",
        """
torch.save(losses.TripletMarginLoss(), PATH + ".pt")
torch.save(losses.ArcFaceLoss(3, 4).state_dict(), PATH + ".pt")
""",
    ),
    "segmentation-models-pytorch": (
        "import segmentation_models_pytorch as smp",
        """
torch.save(smp.Unet("resnet18", encoder_weights=None), PATH + ".pth")
torch.save(smp.FPN("mobilenet_v2", encoder_weights=None), PATH + ".pth")
torch.save(smp.DeepLabV3Plus("resnet18", encoder_weights=None).state_dict(), PATH + ".pth")
""",
    ),
    "huggingface-tokenizers": (
        "import tokenizers as tk",
        """
{"tokenizer": tk.Tokenizer(tk.models.WordLevel({"a": 0}, unk_token="a")), "max_len": 128}
""",
    ),
}
