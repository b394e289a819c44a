"""A project that saves models of torch and transformers with what is around them: OUT HOW [NAME …].

HOW is `bundles`: it prints, for each, the verdict of the save, inputs other than the examples, and
what was predicted of them. Or `folders`, of transformers alone: the inputs, and what its pipeline
gives. It runs with transformers 4 and 5.
"""

import json
import sys
import warnings
from pathlib import Path

import numpy as np
import tokenizers
import torch
import transformers
from PIL import Image
from torch import nn

import loadstone

warnings.simplefilter("ignore")
OUT = Path(sys.argv[1]).resolve()
TEXTS = ["a lovely day in Rome", "what a dreadful film", "nothing"]
OTHERS = ["a day", "the film of a lovely day"]
WORDS = ["a", "lovely", "day", "in", "rome", "what", "dreadful", "film", "nothing", "the", "of"]
SMALL = {"num_hidden_layers": 2, "num_attention_heads": 2}
rng = np.random.default_rng(0)
for at in range(4):
    Image.fromarray(rng.integers(0, 255, (40, 50 + at, 3), np.uint8)).save(OUT / f"{at}.png")
FILES = [str(OUT / f"{at}.png") for at in range(4)]
SOUNDS = [rng.normal(size=800).astype("float32") / 4 for _ in range(4)]


def words():
    """Return a tokenizer of whole words, with all of its parts."""
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    numbers = {word: at for at, word in enumerate([*special, *WORDS, "##s"])}
    made = tokenizers.Tokenizer(tokenizers.models.WordPiece(numbers, unk_token="[UNK]"))
    made.normalizer = tokenizers.normalizers.BertNormalizer()
    made.pre_tokenizer = tokenizers.pre_tokenizers.BertPreTokenizer()
    made.post_processor = tokenizers.processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    made.decoder = tokenizers.decoders.WordPiece()
    names = ("pad_token", "unk_token", "cls_token", "sep_token", "mask_token")
    return transformers.PreTrainedTokenizerFast(
        tokenizer_object=made, model_max_length=24, **dict(zip(names, special, strict=True))
    )


def filled(model):
    """Return a model whose weights make their outputs differ."""
    for weights in model.parameters():
        nn.init.normal_(weights, std=0.3)
    return model.eval()


def of_texts(kind, **options):
    config = transformers.BertConfig(
        vocab_size=len(WORDS) + 6, hidden_size=16, intermediate_size=16, pad_token_id=0, **SMALL,
        **options,
    )  # fmt: skip
    return filled(kind(config))


def of_pictures():
    config = transformers.ViTConfig(
        image_size=16, patch_size=8, hidden_size=16, intermediate_size=16, **SMALL,
        id2label={0: "cat", 1: "dog", 2: "bird"},
    )  # fmt: skip
    return filled(transformers.ViTForImageClassification(config))


def of_sounds():
    config = transformers.Wav2Vec2Config(
        conv_dim=(4, 4), conv_stride=(5, 2), conv_kernel=(10, 3), hidden_size=16,
        intermediate_size=16, num_feat_extract_layers=2, num_conv_pos_embeddings=4,
        num_conv_pos_embedding_groups=2, classifier_proj_size=4, id2label={0: "yes", 1: "no"},
        **SMALL,
    )  # fmt: skip
    return filled(transformers.Wav2Vec2ForSequenceClassification(config))


def processor():
    """Return one that resizes with Pillow: in transformers 5 it has a name of its own."""
    kind = getattr(transformers, "ViTImageProcessorPil", transformers.ViTImageProcessor)
    return kind(size={"height": 16, "width": 16}, image_mean=[0.5] * 3, image_std=[0.5] * 3)


def pipeline(task, model, **options):
    return transformers.pipeline(task, model=model, tokenizer=words(), **options)


def classifier():
    labels = {0: "negative", 1: "neutral", 2: "positive"}
    return of_texts(transformers.BertForSequenceClassification, id2label=labels)


def tagger():
    model = of_texts(transformers.BertForTokenClassification, id2label={0: "LOC", 1: "PER"})
    return pipeline("token-classification", model, aggregation_strategy="simple")


def letters():
    """Return a tokenizer of bytes, which loses nothing of a text."""
    alphabet = sorted(tokenizers.pre_tokenizers.ByteLevel.alphabet())
    numbers = {word: at for at, word in enumerate(["<end>", *alphabet])}
    made = tokenizers.Tokenizer(tokenizers.models.BPE(numbers, []))
    made.pre_tokenizer = tokenizers.pre_tokenizers.ByteLevel(add_prefix_space=False)
    made.decoder = tokenizers.decoders.ByteLevel()
    return transformers.PreTrainedTokenizerFast(
        tokenizer_object=made, model_max_length=64, eos_token="<end>", pad_token="<end>"
    )


def decoder(tokenizer):
    """Return a model that gives a cache too, of another kind in each generation."""
    config = transformers.GPT2Config(
        vocab_size=len(tokenizer), n_embd=16, n_layer=2, n_head=2, n_positions=64,
        bos_token_id=None, eos_token_id=tokenizer.eos_token_id, pad_token_id=tokenizer.pad_token_id,
    )  # fmt: skip
    return filled(transformers.GPT2LMHeadModel(config))


def generator(tokenizer):
    options = {"do_sample": False, "max_new_tokens": 5, "tokenizer": tokenizer}
    return transformers.pipeline("text-generation", model=decoder(tokenizer), **options)


def rewriter():
    """Return a pipeline that transformers 5 has not any more."""
    config = transformers.BartConfig(
        vocab_size=len(WORDS) + 6, d_model=16, encoder_layers=1, decoder_layers=1,
        encoder_attention_heads=2, decoder_attention_heads=2, encoder_ffn_dim=16,
        decoder_ffn_dim=16,
        max_position_embeddings=64, pad_token_id=0, bos_token_id=2, eos_token_id=3,
        decoder_start_token_id=3, forced_eos_token_id=3, num_beams=3,
    )  # fmt: skip
    return pipeline(
        "text2text-generation", filled(transformers.BartForConditionalGeneration(config))
    )


def transforms():
    """Return a function that prepares pictures with torchvision."""
    from torchvision import transforms as T  # noqa: N812 - not there in every world
    from torchvision.transforms import InterpolationMode

    turned = 90
    made = T.Compose(
        [
            T.Resize(32, interpolation=InterpolationMode.BICUBIC), T.CenterCrop(24),
            T.Lambda(lambda image: image.rotate(turned)), T.ToTensor(),
            T.Normalize([0.485, 0.456, 0.406], [0.229, 0.224, 0.225]),
        ]
    )  # fmt: skip

    def prepared(path):
        with Image.open(path) as image:
            return made(image.convert("RGB"))

    return prepared


def net():
    return filled(nn.Sequential(nn.Conv2d(3, 4, 3), nn.AdaptiveAvgPool2d(1), nn.Flatten()))


def by_numpy(path, *, mean=0.5):
    """Prepare a picture by source alone."""
    with Image.open(path) as image:
        values = np.asarray(image.convert("RGB").resize((24, 24)), dtype="float32") / 255
    return torch.from_numpy((values - mean).transpose(2, 0, 1).copy())


IDS = np.array([[5, 6, 7, 8], [9, 3, 5, 1], [2, 2, 4, 9]])
texts, files, sounds = (TEXTS, OTHERS), (FILES[:3], FILES[2:]), (SOUNDS[:3], SOUNDS[2:])
KINDS = {
    "text-classification": (lambda: pipeline("text-classification", classifier()), None, texts),
    "model and tokenizer": (lambda: (classifier(), words()), None, texts),
    "token-classification": (tagger, None, texts),
    "fill-mask": (
        lambda: pipeline("fill-mask", of_texts(transformers.BertForMaskedLM)),
        None,
        (["a [MASK] day", "the [MASK]"], ["what a [MASK]"]),
    ),
    "feature-extraction": (
        lambda: pipeline("feature-extraction", of_texts(transformers.BertModel)), None, texts
    ),
    "text-generation": (lambda: generator(letters()), None, texts),
    "decoder": (lambda: decoder(letters()), None, (IDS, IDS[1:])),
    "text-generation of words": (lambda: generator(words()), None, texts),
    "text2text-generation": (rewriter, None, texts),
    "model and image processor": (lambda: (of_pictures(), processor()), None, files),
    "image-classification": (
        lambda: transformers.pipeline(
            "image-classification", model=of_pictures(), image_processor=processor()
        ),
        None,
        files,
    ),
    "model and feature extractor": (
        lambda: (of_sounds(), transformers.Wav2Vec2FeatureExtractor()), None, sounds
    ),
    "torchvision": (net, transforms, files),
    "function": (net, lambda: by_numpy, files),
}  # fmt: skip


def told(values):
    """Return predictions, or inputs, as JSON holds them."""
    if isinstance(values, dict):
        return {name: told(item) for name, item in values.items()}
    if isinstance(values, list):
        return [told(item) for item in values]
    return values.tolist() if hasattr(values, "tolist") else values


def main(how, names):
    """Save what is asked for."""
    found = {}
    for name in names:
        make, before, (examples, others) = KINDS[name]
        torch.manual_seed(0)
        model, prepare = make(), before() if before else None
        if how == "folders":
            model.save_pretrained(OUT / name)
            found[name] = [told(others), told([model(item) for item in others])]
            continue
        place = OUT / f"{name}.lode"
        report = loadstone.save(model, place, preprocess=prepare, examples=examples)
        with loadstone.load(place, env="current") as loaded:
            predicted = told(loaded.predict(others))
        found[name] = [report.verdict.predicts_the_same, told(others), predicted]
    print(json.dumps(found))


if __name__ == "__main__":
    main(sys.argv[2], sys.argv[3:])
