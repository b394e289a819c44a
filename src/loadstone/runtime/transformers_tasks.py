"""What a model of transformers is for, by the name of its architecture; nothing is imported.

https://huggingface.co/docs/transformers/main_classes/pipelines
"""

from typing import NamedTuple, Optional, Tuple


class Task(NamedTuple):
    """How the models of a task are loaded, and with what they are asked."""

    auto: str  # the class of `transformers` that loads them
    name: str  # of the task: `fill-mask`
    pipeline: str  # the class of its pipeline
    takes: str  # texts, questions (with their contexts), pictures or sounds


_CLASSES = Task(
    "AutoModelForSequenceClassification",
    "text-classification",
    "TextClassificationPipeline",
    "texts",
)
_SOUNDS = Task(
    "AutoModelForAudioClassification",
    "audio-classification",
    "AudioClassificationPipeline",
    "sounds",
)
_SPEECH, _REWRITES = "automatic-speech-recognition", "text2text-generation"
_HEARS = "AutomaticSpeechRecognitionPipeline"
_WORDS = Task("AutoModelForCausalLM", "text-generation", "TextGenerationPipeline", "texts")
# by the ends of names
TASKS = {
    "ForSequenceClassification": _CLASSES,
    "ForTokenClassification": Task(
        "AutoModelForTokenClassification",
        "token-classification",
        "TokenClassificationPipeline",
        "texts",
    ),
    "ForMaskedLM": Task("AutoModelForMaskedLM", "fill-mask", "FillMaskPipeline", "texts"),
    "ForCausalLM": _WORDS,
    "LMHeadModel": _WORDS,
    "ForQuestionAnswering": Task(
        "AutoModelForQuestionAnswering",
        "question-answering",
        "QuestionAnsweringPipeline",  # up to transformers 4
        "questions",
    ),
    "ForImageClassification": Task(
        "AutoModelForImageClassification",
        "image-classification",
        "ImageClassificationPipeline",
        "pictures",
    ),
    "ForAudioClassification": _SOUNDS,
    "ForCTC": Task("AutoModelForCTC", _SPEECH, _HEARS, "sounds"),
    "WhisperForConditionalGeneration": Task("AutoModelForSpeechSeq2Seq", _SPEECH, _HEARS, "sounds"),
    "Model": Task("AutoModel", "feature-extraction", "FeatureExtractionPipeline", "texts"),
}
_SEQUENCES = Task(
    "AutoModelForSeq2SeqLM",
    _REWRITES,
    "Text2TextGenerationPipeline",  # up to transformers 4
    "texts",
)
TASKS.update(
    {
        "{}ForConditionalGeneration".format(name): _SEQUENCES
        for name in (
            *("T5", "Bart", "Pegasus", "PegasusX", "LED", "BigBirdPegasus", "Blenderbot"),
            *("BlenderbotSmall", "FSMT", "M2M100", "Mvp", "ProphetNet", "SwitchTransformers"),
        )
    }
)
TASKS["MarianMTModel"] = _SEQUENCES
# models that a pipeline asks otherwise than a folder of them is asked
_ASKED_OTHERWISE = (
    Task(
        "AutoModelForSequenceClassification",
        "zero-shot-classification",
        "ZeroShotClassificationPipeline",
        "texts",
    ),
)
PIPELINES = {task.pipeline: task for task in (*TASKS.values(), *_ASKED_OTHERWISE)}
BY_NAME = {task.name: task for task in _ASKED_OTHERWISE}
# models of two parts or of several heads, which answer otherwise than a bare model
_NOT_BARE = ("MTModel", "EncoderDecoderModel", "DoubleHeadsModel")
# whose models for sequences take sounds
_OF_SOUND = ("Wav2Vec2", "Hubert", "WavLM", "UniSpeech", "SEW", "Data2VecAudio")


def task_of(architecture: str) -> Optional[Task]:
    """Return the task of the models of an architecture; None for one that is not known."""
    if architecture.endswith(_NOT_BARE) and architecture not in TASKS:
        return None
    ends = sorted((end for end in TASKS if architecture.endswith(end)), key=len)
    found = TASKS[ends[-1]] if ends else None
    return _SOUNDS if found is _CLASSES and architecture.startswith(_OF_SOUND) else found


def beside(takes: str) -> str:
    """Return what prepares texts, questions, pictures or sounds, in words."""
    return {"pictures": "image processor", "sounds": "feature extractor"}.get(takes, "tokenizer")


def parts(task: Task) -> Tuple[str, ...]:
    """Return what lies beside the models of a task, as their pipelines call it."""
    if task.name == _SPEECH:
        return ("feature_extractor", "tokenizer")
    return (beside(task.takes).replace(" ", "_"),)
