"""A pipeline of spaCy: `meta.json`, `config.cfg`, and a folder for each component.

https://spacy.io/api/data-formats#meta
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from loadstone.core.facts import Artifact, Damage, ModuleFact, StateDict
from loadstone.readers import _members, _outside, _requirements, _roles, _spacy_arrays, _spacy_files
from loadstone.readers._opened import Opened
from loadstone.readers._outside import Outside
from loadstone.readers._plain import Scalar, clean, mapping, sequence, text, texts
from loadstone.readers._records import FolderRecords

_SECTION = re.compile(r"^\[components\.([^\].]{1,100})\]\s*$", re.MULTILINE)
_REGISTERED = re.compile(r"""@\w+["']?\s*[=:]\s*["']([^"'\n]{1,200})["']""")
_OWN = re.compile(
    r"spacy(?:-legacy)?\.(?!\w*(?:Torch|TensorFlow|MXNet|copy_from))[\w.-]+|"
    r"(?:Adam|SGD|RAdam|warmup_linear|compounding|constant|constant_then|decaying|"
    r"slanted_triangular|cyclic_triangular|reduce_(?:mean|max|sum|first|last))\.v\d"
)
_SOURCE = re.compile(r'^source\s*=\s*"([^"\n]{1,200})"', re.MULTILINE)
_FACTORIES = frozenset(
    (
        *("tagger", "parser", "ner", "senter", "sentencizer", "attribute_ruler", "lemmatizer"),
        *("trainable_lemmatizer", "morphologizer", "textcat", "textcat_multilabel", "spancat"),
        *("spancat_singlelabel", "tok2vec", "entity_ruler", "span_ruler", "entity_linker"),
        *("future_entity_ruler", "span_finder", "beam_ner", "beam_parser", "merge_noun_chunks"),
        *("merge_entities", "merge_subtokens", "token_splitter", "doc_cleaner"),
    )
)
_OF_2 = _FACTORIES | {
    "tensorizer",
    "similarity",
    "nn_labeller",
}  # spaCy 2 looks them up in `meta.json`
_TRAINED = (
    *("tagger", "parser", "ner", "senter", "morphologizer", "textcat", "textcat_multilabel"),
    *("spancat", "spancat_singlelabel", "tok2vec", "trainable_lemmatizer", "beam_ner"),
    "beam_parser",
)
_FACTORY = re.compile(r'^factory\s*=\s*"([^"\n]{1,100})"', re.MULTILINE)


def sniff(records: FolderRecords) -> bool:
    """Return whether the files that name a pipeline lie at the top; spaCy 2 wrote no `.cfg`."""
    if "meta.json" not in records:
        return False
    if "config.cfg" in records and b"[nlp]" in records.read("config.cfg"):
        return True
    meta = _members.json_of(records, "meta.json", [])
    return "spacy_version" in meta and ("config.cfg" in records or "pipeline" in meta)


def read(opened: Opened, records: FolderRecords) -> Artifact:
    """Return the components, and which spaCy the pipeline asks for."""
    damage = list(records.damage)
    meta = _members.json_of(records, "meta.json", damage)
    is_old = "config.cfg" not in records
    config = "" if is_old else records.read("config.cfg")[: 1 << 20].decode("utf-8", "replace")
    factories = _of_meta(meta) if is_old else _factories(config)
    components = texts(meta.get("components"), 200) or texts(meta.get("pipeline"), 200)
    spec = text(meta.get("spacy_version")) or ""
    if is_old and "<" not in spec:
        spec += ",<3"  # which reads `config.cfg`
    requires = {"spacy": spec.replace(" ", "")}
    requires |= _requirements.required(sequence(meta.get("requirements")))
    trained = [one for one in components if factories.get(one) in _TRAINED]
    needed = () if is_old else [f"{one}/model" for one in trained]
    for name in ("tokenizer", "vocab/strings.json", *needed):
        if name not in records:
            why = f"`{name}` is not in the folder"
            damage.append(Damage("missing-member", why, detail={"member": name}))
    detail: dict[str, Scalar] = {
        "generation": 2 if is_old else 3,
        "lang": text(meta.get("lang")),
        "name": text(meta.get("name")),
        "version": text(meta.get("version")),
        "components": clean(", ".join(components)) or None,
        "disabled": clean(", ".join(texts(meta.get("disabled"), 50))) or None,
        "vectors": _vectors(meta),
    }
    given = _outside_of_meta(meta, factories) if is_old else _outside_of(config)
    told = [*given, *_packed(records)]
    written = components if is_old else _SECTION.findall(config)[:200]
    taken = () if told else _spacy_files.judged(records, written)
    told += _outside.beside(opened, records, taken)
    word, calls = _outside.together("no", (), told)
    tensors = _spacy_arrays.tensors(opened, records, trained, damage)
    return opened.artifact(
        "spacy",
        "model",
        framework="spacy",
        producer={"spacy": _lowest(spec)},
        is_folder=True,
        state_dicts=(StateDict("", tensors),) if tensors else (),
        modules=tuple(
            ModuleFact(name, "", factories.get(name, name), _labels(meta, name))
            for name in components
        ),
        parts=_roles.parts(opened, records, ("meta.json", "config.cfg")),
        requires=requires,
        opening_runs_code=word,
        calls=calls,
        damage=tuple(damage),
        detail={key: value for key, value in detail.items() if value is not None},
    )


def _outside_of(config: str) -> Iterator[Outside]:
    """Yield the functions of other libraries that the configuration asks for, and what it loads."""
    if len(config) >= 1 << 20:
        yield Outside("a configuration that was not read to its end", runs=False)
    for name in dict.fromkeys(_REGISTERED.findall(config)):
        if not _OWN.fullmatch(name):
            yield Outside(f"`{clean(name)}`, a function of another library", runs=False)
    own = {name for name in dict.fromkeys(_FACTORY.findall(config)) if name not in _FACTORIES}
    for name in sorted(own):
        yield Outside(f"`{clean(name)}`, a component of another library", runs=False)
    for name in dict.fromkeys(_SOURCE.findall(config)):
        yield Outside(f"the pipeline `{clean(name)}`, which is loaded too", runs=False)


def _of_meta(meta: dict[str, object]) -> dict[str, str]:
    """Return the factories that spaCy 2 looks up: a component's name where no other is given."""
    named = mapping(meta.get("factories"))
    return {name: text(named.get(name)) or name for name in texts(meta.get("pipeline"), 200)}


def _outside_of_meta(meta: dict[str, object], factories: dict[str, str]) -> Iterator[Outside]:
    """Yield what spaCy 2 looks up among what other libraries and code of one's own registered."""
    for name in sorted(set(factories.values()) - _OF_2):
        yield Outside(f"`{name}`, a component of another library", runs=False)
    if meta.get("lang_factory"):
        yield Outside("a language of another library", runs=False)


def _labels(meta: dict[str, object], name: str) -> dict[str, Scalar]:
    told = texts(mapping(meta.get("labels")).get(name), 100)
    return {"labels": clean(", ".join(told))} if told else {}


def _packed(records: FolderRecords) -> Iterator[Outside]:
    """Yield files of components in which torch or a pickle lies, inside of msgpack."""
    for name in records.names[:200]:
        if name.rpartition("/")[2] == "model" and records.size(name) > 0:
            head = records.read(name)
            if len(head) < records.size(name):
                yield Outside(f"`{clean(name)}`, which was not read to its end", runs=False)
            elif b"PK\3\4" in head and b"data.pkl" in head:
                yield Outside(f"a model of torch's in `{clean(name)}`", runs=False)


def _factories(config: str) -> dict[str, str]:
    found: dict[str, str] = {}
    starts = [(item[1], item.end()) for item in _SECTION.finditer(config)][:500]
    for name, start in starts:
        end = config.find("\n[", start)
        named = _FACTORY.search(config, start, end if end >= 0 else len(config))
        if named:
            found[clean(name)] = clean(named[1])
    return found


def _vectors(meta: dict[str, object]) -> str | None:
    held = mapping(meta.get("vectors"))
    rows, width = held.get("vectors"), held.get("width")
    return f"{rows} of {width}" if isinstance(rows, int) and rows and width else None


def _lowest(spec: str) -> str | None:
    """Return the version that wrote it: spaCy asks for that one and later."""
    found = re.match(r">=\s*([\d.]+)", spec)
    return found[1] if found else None
