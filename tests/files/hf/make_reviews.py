# /// script
# requires-python = "==3.11.*"
# dependencies = ["torch==2.13.0", "transformers==5.24.0", "tokenizers==0.23.3"]
# ///
"""Make `reviews`: a small classifier of texts, with its labels and a tokenizer that fits it."""

import shutil
from pathlib import Path

import torch
import transformers
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors, trainers

HERE = Path(__file__).parent
TEXTS = [
    "A lovely day in Rome, and the film was a delight from the first scene to the last",
    "What a dreadful film: truly boring, badly acted and far too long for its story",
    "Hello world, the acting was fine but nothing in the plot made any sense at all",
]
SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]

made = Tokenizer(models.WordPiece(unk_token="[UNK]"))
made.normalizer = normalizers.BertNormalizer(lowercase=True)
made.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
trainer = trainers.WordPieceTrainer(vocab_size=160, special_tokens=SPECIAL)
made.train_from_iterator(TEXTS, trainer)
made.post_processor = processors.TemplateProcessing(
    single="[CLS] $A [SEP]",
    pair="[CLS] $A [SEP] $B:1 [SEP]:1",
    special_tokens=[("[CLS]", 2), ("[SEP]", 3)],
)
tokenizer = transformers.PreTrainedTokenizerFast(
    tokenizer_object=made,
    model_max_length=24,
    **{f"{role.lower()}_token": f"[{role}]" for role in ("PAD", "UNK", "CLS", "SEP", "MASK")},
)
torch.manual_seed(0)
config = transformers.BertConfig(
    vocab_size=len(tokenizer),
    hidden_size=16,
    num_hidden_layers=2,
    num_attention_heads=2,
    intermediate_size=24,
    max_position_embeddings=24,
    initializer_range=0.5,
    id2label={0: "negative", 1: "positive"},
    label2id={"negative": 0, "positive": 1},
)
folder = HERE / "reviews"
shutil.rmtree(folder, ignore_errors=True)
transformers.BertForSequenceClassification(config).eval().save_pretrained(folder)
tokenizer.save_pretrained(folder)
