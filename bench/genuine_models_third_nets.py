"""The part of the third set that stands on torch; see `genuine_models_third.py`."""

# ruff: noqa: E501

import runpy
from pathlib import Path

DATA = (
    runpy.run_path(str(Path(__file__).with_name("genuine_models_everyday_nets.py")))["DATA"]
    + """
import __main__
import torch.nn.functional as F
"""
)

TORCH = (
    """
from torch.utils.data import *
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 4, 3, 1)
        self.conv2 = nn.Conv2d(4, 8, 3, 1)
        self.dropout1 = nn.Dropout(0.25)
        self.fc1 = nn.Linear(288, 16)
        self.fc2 = nn.Linear(16, 10)
    def forward(self, x):
        x = F.max_pool2d(F.relu(self.conv2(F.relu(self.conv1(x)))), 2)
        return F.log_softmax(self.fc2(F.relu(self.fc1(torch.flatten(self.dropout1(x), 1)))), dim=1)
class LSTMModel(nn.Module):
    def __init__(self, input_dim=1, hidden_dim=8, num_layers=2, output_dim=1):
        super().__init__()
        self.hidden_dim, self.num_layers = hidden_dim, num_layers
        self.lstm = nn.LSTM(input_dim, hidden_dim, num_layers, batch_first=True)
        self.fc = nn.Linear(hidden_dim, output_dim)
    def forward(self, x):
        out, _ = self.lstm(x)
        return self.fc(out[:, -1, :])
class GPT(nn.Module):
    def __init__(self, vocab=20, width=8):
        super().__init__()
        self.tok_emb = nn.Embedding(vocab, width)
        self.pos_emb = nn.Parameter(torch.zeros(1, 6, width))
        self.blocks = nn.Sequential(nn.TransformerEncoderLayer(width, 2, 16, batch_first=True, norm_first=True))
        self.register_buffer("mask", torch.tril(torch.ones(6, 6)).view(1, 1, 6, 6))
        self.head = nn.Linear(width, vocab, bias=False)
__main__.Net, __main__.LSTMModel, __main__.GPT = Net, LSTMModel, GPT
args = argparse.Namespace(batch_size=64, lr=1.0, gamma=0.7, no_cuda=False, data_dir=pathlib.Path("data"), save_model=True)
""",
    """
torch.save(Net().state_dict(), PATH + ".pt")
torch.save(Net(), PATH + ".pth")
torch.save({"epoch": 10, "model_state_dict": net.state_dict(), "optimizer_state_dict": stepped().state_dict(), "scheduler_state_dict": lr_scheduler.StepLR(stepped(), 7, gamma=0.1).state_dict(), "best_acc": torch.tensor(0.93, dtype=torch.float64), "loss": torch.tensor(0.4, requires_grad=True)}, PATH + ".tar")
torch.save({"model_state": net.state_dict(), "input_size": 5, "hidden_size": 8, "output_size": 2, "all_words": ["hi", "thank", "bye"], "tags": ["greeting", "goodbye"]}, PATH + ".pth")
torch.save({"n_hidden": 8, "n_layers": 2, "state_dict": LSTMModel().state_dict(), "tokens": tuple("abc .")}, open(PATH + ".net", "wb"))
torch.save({"arch": "vgg16", "classifier": nn.Sequential(collections.OrderedDict([("fc1", nn.Linear(8, 4)), ("relu", nn.ReLU()), ("drop", nn.Dropout(0.2)), ("fc2", nn.Linear(4, 3)), ("output", nn.LogSoftmax(dim=1))])), "class_to_idx": {"1": 0, "10": 1, "100": 2}, "optimizer": stepped().state_dict(), "epochs": 5}, PATH + ".pth")
torch.save(LSTMModel().eval(), PATH + ".pt")
torch.save({"policy_net": net.state_dict(), "target_net": copy.deepcopy(net).state_dict(), "optimizer": stepped(optim.AdamW, amsgrad=True).state_dict(), "steps_done": 500, "epsilon": 0.05, "rewards": [1.0, 12.0], "memory": collections.deque([(torch.zeros(1, 4), torch.tensor([[1]]), torch.zeros(1, 4), torch.tensor([1.0]))], maxlen=100)}, PATH + ".pth")
torch.save({"model": net.state_dict(), "optimizer": stepped(optim.SGD, momentum=0.9, weight_decay=1e-4).state_dict(), "scaler": torch.amp.GradScaler("cpu").state_dict(), "lr_scheduler": lr_scheduler.OneCycleLR(stepped(), 0.1, total_steps=9).state_dict(), "epoch": 2, "args": args}, PATH + ".pth")
torch.save({"state_dict": GPT().state_dict(), "optimizer": optim.AdamW(GPT().parameters(), 3e-4, betas=(0.9, 0.95)).state_dict(), "iter_num": 100, "best_val_loss": torch.tensor(1.5), "config": vars(args)}, PATH + ".pt")
torch.jit.trace(Net().eval(), torch.rand(1, 1, 16, 16)).save(PATH + ".pt")
torch.save({"train": (torch.rand(9, 1, 8, 8), torch.randint(0, 10, (9,))), "test": (torch.rand(3, 1, 8, 8), torch.randint(0, 10, (3,))), "classes": [str(n) for n in range(10)]}, PATH + ".pt")
""",
)
VISION = {
    "torchvision": (
        """
import torchvision
from torchvision import models, transforms
def tuned(name, part, layer, **given):
    made = getattr(models, name)(**given)
    for weight in made.parameters():
        weight.requires_grad = False
    if part == "fc":
        made.fc = layer
    else:
        made.classifier[part] = layer
    return made
""",
        """
torch.save(tuned("resnet18", "fc", nn.Linear(512, 2)).state_dict(), PATH + ".pth")
torch.save(tuned("resnet18", "fc", nn.Sequential(nn.Linear(512, 64), nn.ReLU(), nn.Dropout(0.2), nn.Linear(64, 3), nn.LogSoftmax(dim=1))), PATH + ".pth")
torch.save({"epoch": 3, "arch": "shufflenet_v2_x1_0", "state_dict": models.shufflenet_v2_x1_0(num_classes=5).state_dict(), "best_acc1": torch.tensor(71.2), "optimizer": stepped(optim.SGD, momentum=0.9).state_dict()}, PATH + ".pth.tar")
torch.save(tuned("mobilenet_v2", 1, nn.Linear(1280, 4)), PATH + ".pt")
torch.save(tuned("efficientnet_b0", 1, nn.Linear(1280, 3)).state_dict(), PATH + ".pth")
torch.save(tuned("mobilenet_v3_large", 3, nn.Linear(1280, 2)), PATH + ".pth")
torch.save({"model_state_dict": models.detection.ssdlite320_mobilenet_v3_large(weights=None, weights_backbone=None, num_classes=3).state_dict(), "num_classes": 3, "label_map": {1: "cat", 2: "dog"}, "iou": [0.1, 0.4]}, PATH + ".pth")
torch.save(models.segmentation.deeplabv3_mobilenet_v3_large(weights=None, weights_backbone=None, num_classes=2).state_dict(), PATH + ".pt")
pickle.dump(transforms.Compose([transforms.Resize((224, 224)), transforms.Grayscale(3), transforms.RandomRotation(15), transforms.ToTensor(), transforms.Normalize(mean=[0.485, 0.456, 0.406], std=[0.229, 0.224, 0.225])]), open(PATH + ".pkl", "wb"))
torch.save(tuned("squeezenet1_0", 1, nn.Conv2d(512, 3, kernel_size=(1, 1))), PATH + ".pth")
torch.save(nn.Sequential(*list(models.resnet18(weights=None).children())[:-1]).eval(), PATH + ".pth")
torch.save({"model": models.mnasnet0_75(num_classes=3), "class_to_idx": {"ants": 0, "bees": 1, "wasps": 2}, "transform": transforms.Compose([transforms.Resize(256), transforms.CenterCrop(224), transforms.ToTensor()])}, PATH + ".pth")
""",
    ),
    "timm": (
        """
import timm
from timm.optim import create_optimizer_v2
from timm.scheduler import CosineLRScheduler
from timm.utils import CheckpointSaver, ModelEmaV2
class CassavaModel(nn.Module):
    def __init__(self, arch="mobilenetv3_small_075", n_class=5):
        super().__init__()
        self.backbone = timm.create_model(arch, pretrained=False, num_classes=0)
        self.drop = nn.Dropout(0.3)
        self.head = nn.Linear(self.backbone.num_features, n_class)
    def forward(self, x):
        return self.head(self.drop(self.backbone(x)))
__main__.CassavaModel = CassavaModel
def small(arch="mobilenetv3_small_075", **given):
    return timm.create_model(arch, pretrained=False, **{"num_classes": 5, **given})
def saver(model):
    os.makedirs(PATH)
    kept = argparse.Namespace(model="mobilenetv3_small_075", lr=0.05, opt="adamw", mean=None, cutmix_minmax=None, amp=False)
    return CheckpointSaver(model, create_optimizer_v2(model, "adamw", lr=0.01), args=kept, checkpoint_dir=PATH, recovery_dir=PATH, max_history=1)
""",
        """
torch.save(small("efficientnet_b0").state_dict(), PATH + ".pth")
torch.save({"model": small("tf_efficientnet_lite0").state_dict(), "preds": rng.rand(80, 5), "fold": 0, "score": np.float64(0.89)}, PATH + ".pth")
torch.save(small(), PATH + ".pth")
torch.save(small("ese_vovnet19b_dw", in_chans=1), PATH + ".pt")
torch.save(small("vit_tiny_patch16_224", img_size=64).state_dict(), PATH + ".bin")
torch.save(CassavaModel(), PATH + ".pth")
torch.save(small(features_only=True, num_classes=1000), PATH + ".pth")
saver(small()).save_checkpoint(3, metric=71.5)  # below PATH
torch.save(ModelEmaV2(small(), decay=0.999).state_dict(), PATH + ".pth")
torch.save({"state_dict": small("lcnet_050").state_dict(), "data_config": timm.data.resolve_data_config({}, model=small("lcnet_050")), "classes": ["a", "b"]}, PATH + ".pth")
(lambda o: torch.save({"model": small("ghostnet_100").state_dict(), "optimizer": o.state_dict(), "lr_scheduler": CosineLRScheduler(o, t_initial=9, warmup_t=2).state_dict(), "epoch": 4}, PATH + ".pth"))(create_optimizer_v2(net, "sgd", lr=0.1, momentum=0.9))
torch.save(small("edgenext_xx_small"), PATH + ".pth")
""",
    ),
}
WORDS = {
    "transformers": (
        """
import tempfile
from transformers import *
from transformers import BertTokenizerFast
tiny = {"hidden_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 16, "vocab_size": 60, "max_position_embeddings": 32}
def words():
    with tempfile.TemporaryDirectory() as folder:
        pathlib.Path(folder, "vocab.txt").write_text("\\n".join(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "good", "bad", "film", "##s"]))
        return BertTokenizerFast.from_pretrained(folder)
tokenizer, sentences = words(), ["good films", "bad film"] * 4
bert = BertForSequenceClassification(BertConfig(**tiny, num_labels=3, id2label={0: "NEG", 1: "NEU", 2: "POS"}, label2id={"NEG": 0, "NEU": 1, "POS": 2}))
class Sentences(torch.utils.data.Dataset):
    def __init__(self):
        self.encodings = tokenizer(sentences, truncation=True, padding=True, max_length=8)
    def __getitem__(self, index):
        return {**{k: torch.tensor(v[index]) for k, v in self.encodings.items()}, "labels": torch.tensor(index % 2)}
    def __len__(self):
        return len(sentences)
class SentimentClassifier(nn.Module):
    def __init__(self, n_classes=3):
        super().__init__()
        self.bert = BertModel(BertConfig(**tiny))
        self.drop = nn.Dropout(p=0.3)
        self.out = nn.Linear(self.bert.config.hidden_size, n_classes)
    def forward(self, input_ids, attention_mask):
        return self.out(self.drop(self.bert(input_ids=input_ids, attention_mask=attention_mask)[1]))
__main__.SentimentClassifier, __main__.Sentences = SentimentClassifier, Sentences
evaluated = {"eval_strategy" if hasattr(TrainingArguments, "eval_strategy") else "evaluation_strategy": "epoch"}
def trainer(folder, **given):
    return Trainer(model=bert, args=TrainingArguments(output_dir=folder, num_train_epochs=1, per_device_train_batch_size=4, weight_decay=0.01, warmup_steps=1, report_to=[], use_cpu=True, disable_tqdm=True, **given), train_dataset=Sentences(), eval_dataset=Sentences())
def trained():
    made = trainer(tempfile.mkdtemp(), save_strategy="no", logging_steps=1)
    made.train()
    return made
""",
        """
trained().save_model(PATH)
trainer(PATH, save_strategy="epoch", **evaluated, load_best_model_at_end=True).train()
bert.save_pretrained(PATH); tokenizer.save_pretrained(PATH)
bert.save_pretrained(PATH, safe_serialization=False)
torch.save(SentimentClassifier().state_dict(), PATH + ".bin")
torch.save(SentimentClassifier(), PATH + ".pt")
torch.save({"epoch": 2, "model_state_dict": bert.state_dict(), "optimizer_state_dict": optim.AdamW(bert.parameters(), lr=2e-5, eps=1e-8).state_dict(), "scheduler_state_dict": get_cosine_schedule_with_warmup(stepped(), 1, 9).state_dict(), "f1": np.float64(0.81), "label_map": bert.config.id2label}, PATH + ".pth")
GPT2LMHeadModel(GPT2Config(vocab_size=60, n_embd=16, n_layer=1, n_head=2, n_positions=32)).save_pretrained(PATH)
T5ForConditionalGeneration(T5Config(vocab_size=60, d_model=16, d_kv=8, d_ff=16, num_layers=1, num_heads=2, decoder_start_token_id=0)).save_pretrained(PATH)
(lambda e: torch.save(torch.utils.data.TensorDataset(e["input_ids"], e["attention_mask"], torch.arange(8) % 2), PATH + ".pt"))(tokenizer(sentences, padding="max_length", max_length=8, return_tensors="pt"))
pipeline("text-classification", model=bert, tokenizer=tokenizer).save_pretrained(PATH)
torch.save(RobertaForTokenClassification(RobertaConfig(**tiny, num_labels=5, id2label={k: n for k, n in enumerate(["O", "B-PER", "I-PER", "B-LOC", "I-LOC"])})), PATH + ".pt")
""",
    ),
    "sentence-transformers": (
        """
import joblib, tempfile
import pandas as pd
from sentence_transformers import *
from sentence_transformers import models
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import NearestNeighbors
from sklearn.preprocessing import LabelEncoder
from transformers import BertConfig, BertForSequenceClassification, BertModel, BertTokenizerFast
def base(kind=BertModel, **given):
    folder = tempfile.mkdtemp()
    pathlib.Path(folder, "vocab.txt").write_text("\\n".join(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "how", "old", "are", "you", "hello"]))
    BertTokenizerFast.from_pretrained(folder).save_pretrained(folder)
    kind(BertConfig(vocab_size=60, hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=16, max_position_embeddings=32, **given)).save_pretrained(folder)
    return folder
def made(*more, pooling="mean"):
    words = models.Transformer(base(), max_seq_length=24)
    return SentenceTransformer(modules=[words, models.Pooling(16, pooling), *more], device="cpu")
corpus = ["how old are you", "hello you", "how are you", "you are old"]
""",
        """
made(models.Normalize()).save(PATH)
made(pooling="cls").save_pretrained(PATH)
torch.save({"ids": list(range(4)), "embeddings": made().encode(corpus, convert_to_tensor=True, normalize_embeddings=True), "model_name": "all-MiniLM-L6-v2"}, PATH + ".pt")
pickle.dump(made().encode(corpus, convert_to_tensor=True, show_progress_bar=False), open(PATH + ".pkl", "wb"))
made(models.Dense(in_features=16, out_features=8, activation_function=nn.Tanh())).save(PATH)
np.save(PATH + ".npy", made().encode(corpus))
CrossEncoder(base(BertForSequenceClassification, num_labels=1), max_length=24, device="cpu").save_pretrained(PATH)
joblib.dump(made(), PATH + ".joblib")
pd.DataFrame({"text": corpus, "embedding": list(made().encode(corpus))}).to_pickle(PATH + ".pkl")
joblib.dump({"encoder_name": "all-mpnet-base-v2", "clf": LogisticRegression(max_iter=200).fit(made().encode(corpus), ["a", "b", "a", "b"]), "le": LabelEncoder().fit(["a", "b"])}, PATH + ".joblib")
torch.save(made(pooling="max"), PATH + ".pt")
pickle.dump((NearestNeighbors(n_neighbors=2, metric="cosine").fit(made().encode(corpus)), pd.DataFrame({"title": corpus})), open(PATH + ".pkl", "wb"))
""",
    ),
}
RECIPES = {"torch": TORCH, **VISION, **WORDS}
