# /// script
# requires-python = "==3.11.*"
# dependencies = [
#     "torch==2.13.0", "transformers==5.23.0", "peft==0.21.2", "sentence-transformers", "diffusers",
#     "accelerate",
# ]
# ///
"""Make the folders here with the libraries themselves, and note what they say after loading."""

import json
import shutil
import warnings
from pathlib import Path

import torch
import transformers
from safetensors.torch import load_file

warnings.simplefilter("ignore")
HERE = Path(__file__).parent
TRUTH = {}
torch.manual_seed(0)


def fresh(name):
    shutil.rmtree(HERE / name, ignore_errors=True)
    return HERE / name


def tensors(state):
    return {k: [str(v.dtype).removeprefix("torch."), list(v.shape)] for k, v in state.items()}


def stored(folder, pattern="*.safetensors"):
    held = {}
    for path in sorted(Path(folder).glob(pattern)):
        held |= load_file(path) if path.suffix == ".safetensors" else torch.load(path)
    return tensors(held)


def bert():
    config = transformers.BertConfig(
        vocab_size=12, hidden_size=8, num_hidden_layers=1, num_attention_heads=2,
        intermediate_size=8, max_position_embeddings=16, num_labels=3,
    )  # fmt: skip
    return transformers.BertForSequenceClassification(config)


def gpt2():
    config = transformers.GPT2Config(vocab_size=12, n_positions=8, n_embd=8, n_layer=2, n_head=2)
    return transformers.GPT2LMHeadModel(config)


def tokenizer(folder):
    words = [
        "[PAD]",
        "[UNK]",
        "[CLS]",
        "[SEP]",
        "[MASK]",
        "hello",
        "world",
        "a",
        "b",
        "c",
        "d",
        "e",
    ]
    vocabulary = folder / "vocab.txt"
    folder.mkdir(exist_ok=True)
    vocabulary.write_text("\n".join(words))
    made = transformers.BertTokenizer(str(vocabulary))
    made.save_pretrained(folder)
    return made


folder = fresh("bert")
bert().save_pretrained(folder)
tokenizer(folder)
model = transformers.AutoModelForSequenceClassification.from_pretrained(folder)
TRUTH["bert"] = {"class": type(model).__name__, "tensors": stored(folder)}

folder = fresh("gpt2-shards")
gpt2().save_pretrained(folder, max_shard_size="4KB")
model = transformers.AutoModelForCausalLM.from_pretrained(folder)
TRUTH["gpt2-shards"] = {"class": type(model).__name__, "tensors": stored(folder)}

folder = fresh("bert-bin")
model = bert()
model.config.save_pretrained(folder)
torch.save(model.state_dict(), folder / "pytorch_model.bin")
model = transformers.AutoModelForSequenceClassification.from_pretrained(
    folder, architectures=["BertForSequenceClassification"]
)
TRUTH["bert-bin"] = {"class": type(model).__name__, "tensors": stored(folder, "*.bin")}

from huggingface_hub import save_torch_state_dict

folder = fresh("gpt2-bin-shards")
model = gpt2()
model.config.save_pretrained(folder)
save_torch_state_dict(model.transformer.state_dict(), folder, max_shard_size="4KB",
                      safe_serialization=False)  # fmt: skip
TRUTH["gpt2-bin-shards"] = {"class": "GPT2LMHeadModel", "tensors": stored(folder, "*.bin")}

import peft

folder = fresh("adapter")
base = gpt2()
wrapped = peft.get_peft_model(base, peft.LoraConfig(r=2, target_modules=["c_attn"]))
wrapped.peft_config["default"].base_model_name_or_path = "openai-community/gpt2"
wrapped.save_pretrained(folder)
again = peft.PeftModel.from_pretrained(gpt2(), folder)
TRUTH["adapter"] = {
    "class": type(again).__name__,
    "tensors": stored(folder),
    "base": again.peft_config["default"].base_model_name_or_path,
    "r": again.peft_config["default"].r,
}

folder = fresh("trainer")
rows = [{"input_ids": torch.tensor([2, 5, 6, 3]), "labels": torch.tensor(1)}] * 4
options = transformers.TrainingArguments(
    str(folder), max_steps=2, save_steps=2, use_cpu=True, report_to=[], disable_tqdm=True
)
trainer = transformers.Trainer(bert(), options, train_dataset=rows)
trainer.train()
(folder / "checkpoint-2").rename(HERE / "moved")
shutil.rmtree(folder)
(HERE / "moved").rename(folder)
model = transformers.AutoModelForSequenceClassification.from_pretrained(folder)
TRUTH["trainer"] = {"class": type(model).__name__, "tensors": stored(folder)}

from accelerate import Accelerator

folder = fresh("accelerate")
accelerator = Accelerator(cpu=True)
net = torch.nn.Linear(3, 2)
prepared = accelerator.prepare(net, torch.optim.Adam(net.parameters()))
accelerator.save_state(str(folder))
TRUTH["accelerate"] = {"class": "Linear", "tensors": stored(folder)}

try:
    from sentence_transformers import SentenceTransformer, models
except ImportError as error:
    print(error)
else:
    folder = fresh("sentences")
    source = fresh("source")
    bert().bert.save_pretrained(source)
    tokenizer(source)
    first = models.Transformer(str(source), max_seq_length=16)
    pooling = models.Pooling(8)
    made = SentenceTransformer(modules=[first, pooling, models.Normalize()], device="cpu")
    made.save_pretrained(str(folder))
    shutil.rmtree(source)
    again = SentenceTransformer(str(folder), device="cpu")
    TRUTH["sentences"] = {
        "class": type(again).__name__,
        "tensors": stored(folder),
        "modules": [type(module).__name__ for module in again],
    }

from diffusers import DDPMPipeline, DDPMScheduler, UNet2DModel

folder = fresh("diffusers")
unet = UNet2DModel(
    sample_size=8, in_channels=1, out_channels=1, layers_per_block=1, block_out_channels=(4, 4),
    norm_num_groups=2, down_block_types=("DownBlock2D",) * 2, up_block_types=("UpBlock2D",) * 2,
)  # fmt: skip
DDPMPipeline(unet, DDPMScheduler()).save_pretrained(folder)
again = DDPMPipeline.from_pretrained(folder)
TRUTH["diffusers"] = {
    "class": type(again).__name__,
    "tensors": stored(folder / "unet"),
    "components": {name: type(part).__name__ for name, part in again.components.items()},
}
versions = {"transformers": transformers.__version__, "peft": peft.__version__}
(HERE / "truth.json").write_text(json.dumps({"versions": versions, "folders": TRUTH}, indent=1))
print(*TRUTH)
