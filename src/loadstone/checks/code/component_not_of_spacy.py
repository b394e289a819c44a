"""LS315: a pipeline of spaCy has a component that spaCy itself does not bring."""

from collections.abc import Iterator
from typing import Final

from loadstone.checks._common import here
from loadstone.core import Artifact, Environment, Finding, Fix, Row, check

# https://spacy.io/api: those that are registered once spaCy is imported
OWN: Final = frozenset(
    [
        "attribute_ruler",
        "beam_ner",
        "beam_parser",
        "doc_cleaner",
        "entity_linker",
        "entity_ruler",
        "future_entity_ruler",
        "lemmatizer",
        "merge_entities",
        "merge_noun_chunks",
        "merge_subtokens",
        "morphologizer",
        "ner",
        "nn_labeller",
        "parser",
        "sentencizer",
        "senter",
        "similarity",  # until spaCy 2
        "span_cleaner",
        "span_finder",
        "span_ruler",
        "spancat",
        "spancat_singlelabel",
        "tagger",
        "tensorizer",  # as above
        "textcat",
        "textcat_multilabel",
        "tok2vec",
        "token_splitter",
        "trainable_lemmatizer",
    ]
)
OTHERS: Final = {
    "curated_transformer": "spacy-curated-transformers",
    "llm": "spacy-llm",
    "transformer": "spacy-transformers",
}


@check("LS315", since="0.2", severity="warning", covers=("sklearn/W13",))
def component_not_of_spacy(artifact: Artifact, environment: Environment) -> Iterator[Finding]:
    """The pipeline has a component whose code is neither in the file nor in spaCy.

    ## Why it breaks
    `config.cfg` holds the name under which a component's function was registered, and the function
    is registered when its module is imported: `[E002] Can't find factory for 'my_comp'`. A package
    that is installed can register its own, as `spacy-transformers` does.

    ## Example
    ```python fails=LS315
    artifact(
        "en_pipeline",
        format="spacy",
        content="model",
        framework="spacy",
        is_folder=True,
        modules=["my_comp"],
    )
    environment(installed={"spacy": "3.7.5"})
    ```

    ## Fix
    Import the module that registers the component before `spacy.load`, or install its package.

    ## See also
    <https://spacy.io/usage/processing-pipelines#custom-components-factories>
    """
    if artifact.format != "spacy":
        return
    needed = dict.fromkeys(item.name for item in artifact.modules)
    other = [
        name
        for name in needed
        if name not in OWN and OTHERS.get(name) not in environment.distributions
    ]
    if not other:
        return
    known = OTHERS.get(other[0])
    yield Finding(
        f"the pipeline has the component `{other[0]}`, which spaCy itself does not bring",
        at=here(artifact, other[0]),
        headings=("component", "brought by"),
        rows=tuple(Row(name, OTHERS.get(name, "code of its own")) for name in other[:4]),
        more=max(0, len(other) - 4),
        fix=Fix(f"install `{known}`", safety="manual", shell=f"pip install {known}")
        if known
        else Fix(
            "import the module that registers it first",
            safety="manual",
            python="import my_components  # the module that registers it\nimport spacy\n\n"
            f"nlp = spacy.load({artifact.path!r})\n",
        ),
    )
