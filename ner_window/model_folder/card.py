"""``MODEL.md``: the card of a model, for the people that it is given to.

Markdown with YAML in front, as model hubs read it. It is written once, and then belongs to whoever
gives the model away: it is never read as data, and of an edited card only the sections on its use
and on the vectors are written anew, when the folder is copied.

The keys of the front matter are those of https://github.com/huggingface/hub-docs, ``modelcard.md``;
the sections follow Mitchell et al. 2019, Model Cards for Model Reporting.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from ner_window.config.inline import inline
from ner_window.corpora.tags import split_tag
from ner_window.files import yaml_text
from ner_window.model.contexts import context_of
from ner_window.model.heads import head_of
from ner_window.model_folder.description import Description, SavedVectors, read_description
from ner_window.model_folder.instructions import use_section
from ner_window.model_folder.provenance import (
    PROVENANCE,
    Change,
    Figures,
    Interval,
    Provenance,
    SplitScores,
)
from ner_window.wording import counted, interval_phrase, listed, paragraph

CARD = "MODEL.md"
PERCENT = 100


def save_card(folder: Path, provenance: Provenance) -> None:
    """Write down in a model folder where it comes from, and its card. Raises OSError."""
    text = card(read_description(folder), provenance, folder.name)
    (folder / CARD).write_text(text, "utf-8")
    (folder / PROVENANCE).write_text(provenance.as_json(), "utf-8")


def card(description: Description, provenance: Provenance, name: str) -> str:
    """Return the card of a model that has just been trained; ``name`` is that of its folder."""
    parts = [
        _front_matter(description, provenance),
        _introduction(description, provenance),
        use_section(description, name),
        _intended_use(description),
        "\n\n".join(["## Scores", *map(_scores, provenance.scores)]) if provenance.scores else "",
        _limits(description, provenance),
        _data(provenance),
        _training(provenance),
        vectors_section(description.vectors),
        _license(provenance),
    ]
    return "\n\n".join(part.strip() for part in parts if part) + "\n"


def with_sections(text: str, *sections: str) -> str:
    """Return a card with some of its sections as they are now, all else as it was.

    A section that it lacks comes last.
    """
    for section in sections:
        heading, _, _ = section.partition("\n")
        old = re.compile(rf"^{heading}\n.*?(?=^## |\Z)", re.MULTILINE | re.DOTALL).search(text)
        start, end = old.span() if old else (len(text), len(text))
        text = f"{text[:start].rstrip()}\n\n{section}\n\n{text[end:]}"
    return f"{text.rstrip()}\n"


def vectors_section(known: SavedVectors | None) -> str:
    """Return the section on what the folder holds of the pretrained vectors."""
    return f"## Vectors\n\n{paragraph(_vectors(known))}"


def _vectors(known: SavedVectors | None) -> str:
    if known is None:
        return "The word vectors started at random: all of them are in `weights.safetensors`."
    trained = "The vectors of the words of the training data are in `weights.safetensors`."
    if known.saved == "reference":
        return (
            f"{trained} Those of all other words are not in this folder: they are found by the "
            f"hash of their file, {known}. `ner-window model bundle` makes a folder with them."
        )
    held = "vectors.safetensors"
    if known.kept is None:
        sentences = [trained, f"`{held}` holds those of {known}, every word."]
    else:
        sentences = [
            trained,
            f"`{held}` holds, of {known}, the first {known.kept:,} words and those of the training "
            "data; all others are unknown to this model. The scores on this page were measured "
            "before they were left out.",
        ]
    if known.saved == "float16":
        sentences.append(
            "It holds them at half precision; the scores on this page were measured at whole."
        )
    return " ".join(sentences)


def _types(description: Description) -> list[str]:
    """Return the types of entities that a model finds."""
    return sorted({split_tag(tag)[1] for tag in description.tags} - {""})


def _front_matter(description: Description, provenance: Provenance) -> str:
    name = f"ner-window-{_name_of(provenance, 'train').partition('.')[0]}"
    matter: dict[str, Any] = {
        "library_name": "ner-window",
        "pipeline_tag": "token-classification",
        "tags": ["named-entity-recognition", "window-network", *_types(description)],
        "metrics": ["precision", "recall", "f1"],
    }
    results = [_result(provenance, scores) for scores in provenance.scores]
    if results:
        matter["model-index"] = [{"name": name, "results": results}]
    text = yaml_text(matter)
    return f"---\n# language: en\n# license: yours to say, see the last section\n{text}---"


def _result(provenance: Provenance, scores: SplitScores) -> dict[str, Any]:
    name = _name_of(provenance, scores.split)
    figures = scores.total
    values = {"precision": figures.precision, "recall": figures.recall, "f1": figures.f1}
    return {
        "task": {"type": "token-classification", "name": "Named-entity recognition"},
        "dataset": {"type": name, "name": name, "split": scores.split},
        "metrics": [
            {"type": kind, "value": round(value / PERCENT, 4), "name": f"{kind} of mentions"}
            for kind, value in values.items()
        ],
    }


def _name_of(provenance: Provenance, split: str) -> str:
    """Return the name of a split's file; documents that are held out are of the training file."""
    names = {file.split: file.name for file in provenance.data}
    return names.get(split) or names.get("train", split)


def _introduction(description: Description, provenance: Provenance) -> str:
    context = context_of(description.context).words
    count = description.networks
    what = (
        "A window network: it"
        if count == 1
        else f"{count} window networks, their scores averaged: it"
    )
    text = paragraph(
        f"{what} tags a token by what stands in a window of {description.window} "
        f"tokens around it{context}. Its head is `{description.head.name}`. Trained on "
        f"{provenance.date[:10]} with ner-window {provenance.versions.get('ner-window', '')}."
    )
    return f"# Named-entity recognizer for {listed(_types(description))}\n\n{text}"


def _intended_use(description: Description) -> str:
    text = paragraph(
        f"To find mentions of {listed(_types(description))} in text like that of the training "
        "file, fast and on a CPU: for search, statistics, teaching, and as a baseline. It is not "
        "meant to decide anything about a person without somebody who reads the text."
    )
    return f"## Intended use\n\n{text}"


def _scores(scores: SplitScores) -> str:
    of_set = "; a held-out set, on which nothing was chosen" if scores.is_held_out_set else ""
    chosen = f"; {scores.caveat}" if scores.caveat else of_set
    groups = {"**all**": scores.total, **scores.by_type}
    groups |= {f"*{name}*": figures for name, figures in scores.by_novelty.items()}
    others = f"; {scores.left_out_types}" if scores.left_out_types else ""
    raw = scores.raw_text_f1
    on_text = "" if raw is None else f"F1 on raw text, without gold tokens: {raw:.2f}. "
    about = paragraph(
        f"{scores.resampling}{chosen}{others}. {on_text}In italics: by what training showed of a "
        "mention."
    )
    shown = {name: row for name, row in groups.items() if row.gold or row.predicted}
    header = ["", "gold", "precision", "recall", "F1", "95% interval of F1"]
    table = _table(header, [[_cell(name), *_cells(row)] for name, row in shown.items()])
    return f"### {scores.split}\n\n{about}\n\n{table}"


def _cells(figures: Figures) -> list[str]:
    values = (figures.precision, figures.recall, figures.f1)
    return [f"{figures.gold:,}", *(f"{v:.2f}" for v in values), _interval(figures.f1_interval)]


def _interval(interval: Interval) -> str:
    return "-" if interval is None else f"{interval[0]:.2f} to {interval[1]:.2f}"


def _table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def _cell(text: str) -> str:
    """Return a name as a table of Markdown can hold it."""
    return " ".join(text.split()).replace("|", "\\|")


def _limits(description: Description, provenance: Provenance) -> str:
    types = listed(_types(description))
    limits = [
        f"It knows {types} as its training file marks them, and nothing else.",
        "It learned from one collection of text; in another domain, time or language expect less."
        f"{_elsewhere([scores for scores in provenance.scores if scores.is_held_out_set])}",
        *map(_novelty_limit, [s for s in provenance.scores if not s.is_held_out_set][-1:]),
        _confidence_limit(description),
        "`vocabulary.txt` and `mentions.txt` hold words and names of the training file: whoever "
        "has the folder can read them.",
    ]
    return "\n".join(["## Limits", "", *(f"- {limit}" for limit in limits)])


def _confidence_limit(description: Description) -> str:
    """Say what its confidences are held to."""
    if not head_of(description.head).has_probabilities:
        return (
            f"It gives no confidences: the scores of its head, `{description.head.name}`, are none."
        )
    told = "`ner-window evaluate` tells how far they hold on text of yours."
    if description.temperature is None:
        return f"Its confidences were not fitted to any data; {told}"
    return (
        f"Its confidences were fitted (temperature {description.temperature:.2f}) on the data that "
        f"the epoch is chosen on; {told}"
    )


def _elsewhere(sets: Sequence[SplitScores]) -> str:
    """Say how it does on the held-out sets, if there are any."""
    told = listed(f"{scores.total.f1:.2f} on {scores.split}" for scores in sets) if sets else ""
    return f" On held-out sets its F1 is {told}." if told else ""


def _novelty_limit(scores: SplitScores) -> str:
    """Say what the scores by novelty mean."""
    groups = list(scores.by_novelty.values())
    if not groups or not groups[0].gold or not groups[-1].gold:
        return "How it does on names that training did not show is not known."
    known, new = groups[0], groups[-1]
    figures = (
        f"on {scores.split}, F1 is {_with_interval(known)} for mentions that training showed with "
        f"the same type, and {_with_interval(new)} for those of which it showed no word"
    )
    if _lies_below(new.f1_interval, known.f1_interval):
        return f"It leans on names that it knows: {figures}."
    if _lies_below(known.f1_interval, new.f1_interval):
        return f"It does better on names that are new to it: {figures}."
    return f"Whether it leans on names that it knows is not shown: {figures}."


def _with_interval(figures: Figures) -> str:
    return f"{figures.f1:.2f} ({interval_phrase(95, figures.f1_interval)})"


def _lies_below(one: Interval, other: Interval) -> bool:
    """Tell whether all of an interval is below all of the other."""
    return one is not None and other is not None and one[1] < other[0]


def _data(provenance: Provenance) -> str:
    header = ["split", "file", "bytes", "sentences", "tokens", "entities", "SHA-256"]
    rows = [
        [file.split, _cell(file.name), "-" if file.bytes is None else f"{file.bytes:,}"]
        + [f"{number:,}" for number in (file.sentences, file.tokens, file.entities)]
        + [f"`{file.sha256[:16]}`"]
        for file in provenance.data
    ]
    vectors = provenance.vectors
    started = "Word vectors started at random."
    if vectors is not None:
        started = (
            f"Word vectors started from {_cell(vectors.name or 'a file')}: {vectors.words:,} words "
            f"of dimension {vectors.dimension}, SHA-256 `{vectors.sha256[:16]}`."
        )
    return f"## Data\n\n{_table(header, rows)}\n\n{started}"


def _training(provenance: Provenance) -> str:
    versions = ", ".join(f"{name} {version}" for name, version in provenance.versions.items())
    config = yaml_text(provenance.config)
    text = paragraph(
        f"Seed {provenance.seed}; {counted(provenance.epochs, 'epoch')} in "
        f"{provenance.seconds:,.0f} s, of which the weights of epoch {provenance.kept_epoch} were "
        f"kept. With {versions}. The config, with every default filled in and the names of files "
        "instead of their paths:"
    )
    return f"## Training\n\n{text}\n\n```yaml\n{config.strip()}\n```{_changes(provenance)}"


def _changes(provenance: Provenance) -> str:
    if not provenance.changes:
        return ""
    about = paragraph(
        "Settings were changed in the middle of the run; the config above is that of its last "
        "epoch, so that it alone does not give this model:"
    )
    header = ["from epoch", "setting", "before", "after"]
    table = _table(header, [_change_cells(change) for change in provenance.changes])
    return f"\n\n{about}\n\n{table}"


def _change_cells(change: Change) -> list[str]:
    network = "" if change.network is None else f" of network {change.network}"
    values = (_cell(inline(value)) for value in (change.old, change.new))
    return [f"{change.epoch}{network}", f"`{change.key}`", *(f"`{value}`" for value in values)]


def _license(provenance: Provenance) -> str:
    vectors = " and the word vectors" if provenance.vectors else ""
    text = paragraph(
        "Not stated: it is for whoever gives this folder away to say. The training text"
        f"{vectors} may have licenses of their own."
    )
    return f"## License\n\n{text}"
