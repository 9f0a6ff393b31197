"""The card and the record behind it: true, whole, and left alone where people have edited it."""

from dataclasses import replace

import pytest
import yaml

from ner_window.errors import InputError
from ner_window.model_folder.card import CARD, card, save_card, vectors_section, with_sections
from ner_window.model_folder.description import SavedVectors, read_description
from ner_window.model_folder.folder import save_model
from ner_window.model_folder.instructions import use_section
from ner_window.model_folder.provenance import PROVENANCE, read_provenance
from tests.building import PROVENANCE_OF_A_RUN, small_model


@pytest.fixture
def folder(config_file, tmp_path):
    model, _, _ = small_model(config_file)
    save_model(model, tmp_path / "model")
    save_card(tmp_path / "model", PROVENANCE_OF_A_RUN)
    return tmp_path / "model"


def test_the_record_travels(folder):
    assert read_provenance(folder) == PROVENANCE_OF_A_RUN
    (folder / PROVENANCE).unlink()
    assert read_provenance(folder) is None


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "damaged"),
        (b"[" * 100_000, "damaged"),
        (b"\xff\xfe", "damaged"),
        (b'{"surprise": 1}', "damaged at date"),
        (PROVENANCE_OF_A_RUN.model_dump_json().replace("61.4", "NaN").encode(), "at seconds"),
        (PROVENANCE_OF_A_RUN.model_dump_json().replace(":100,", ":-1,").encode(), "at data.0"),
    ],
)
def test_a_damaged_record_is_told(folder, content, message):
    (folder / PROVENANCE).write_bytes(content)
    with pytest.raises(InputError, match=message):
        read_provenance(folder)


def test_the_front_matter_is_what_model_hubs_read(folder):
    _, matter, text = (folder / CARD).read_text("utf-8").split("---\n", 2)
    read = yaml.safe_load(matter)
    assert read["pipeline_tag"] == "token-classification"
    assert read["library_name"] == "ner-window"
    assert "license" not in read
    (index,) = read["model-index"]
    (result,) = index["results"]
    assert index["name"] == "ner-window-eng"
    assert result["dataset"] == {"type": "eng.testa", "name": "eng.testa", "split": "dev"}
    assert [metric["value"] for metric in result["metrics"]] == [0.75, 0.6, 0.6667]
    assert text.startswith("\n# Named-entity recognizer for LOC, ORG and PER\n")


def test_the_card_tells_it_all(folder):
    text = (folder / CARD).read_text("utf-8")
    assert "| **all** | 10 | 75.00 | 60.00 | 66.67 | 55.50 to 77.70 |" in text
    assert "| PER\\|X | 10 |" in text
    assert "| LOC |" not in text  # neither gold nor found
    assert "chosen on it" in text
    assert "F1 on raw text, without gold tokens: 61.23." in " ".join(text.split())
    assert "| train | eng.train | 1,234,567 | 100 | 2,000 | 300 | `abababababababab` |" in text
    assert "| dev | eng.testa | - |" in text
    assert "12 epochs in 61 s, of which the weights of epoch 9" in " ".join(text.split())
    told = " ".join(text.split())
    assert "66.67 (95% interval 55.50 to 77.70) for mentions that training showed" in told
    assert "12.34 (95% interval 55.50 to 77.70) for those of which it showed no word" in told
    assert "```yaml\nseed: 7\ndata:\n  train: eng.train\n```" in text
    assert "400,000 words of dimension 50" in " ".join(text.split())
    assert "## License" in text


@pytest.mark.parametrize(
    ("known", "new", "said"),
    [
        ((80.0, (75.0, 85.0)), (60.0, (50.0, 70.0)), "It leans on names that it knows: "),
        ((80.0, (75.0, 85.0)), (70.0, (60.0, 80.0)), "leans on names that it knows is not shown: "),
        ((80.0, (75.0, 85.0)), (60.0, None), "leans on names that it knows is not shown: "),
        ((80.0, (75.0, 85.0)), (96.0, (90.0, 99.0)), "does better on names that are new to it: "),
        ((80.0, (75.0, 85.0)), (83.0, (76.0, 90.0)), "leans on names that it knows is not shown: "),
    ],
)
def test_the_card_says_that_a_model_leans_on_names_where_that_is_shown(folder, known, new, said):
    scores = PROVENANCE_OF_A_RUN.scores[0]
    figures = [
        scores.total.model_copy(update={"f1": f1, "f1_interval": interval})
        for f1, interval in (known, new)
    ]
    scores = scores.model_copy(
        update={"by_novelty": dict(zip(["seen", "new"], figures, strict=True))}
    )
    provenance = PROVENANCE_OF_A_RUN.model_copy(update={"scores": [scores]})
    text = " ".join(card(read_description(folder), provenance, "model").split())
    assert f"{said}on dev, F1 is 80.00 (95% interval 75.00 to 85.00) for" in text
    assert text.count("leans on names") + text.count("better on names") == 1
    assert ("no interval" in text) == (new[1] is None)


def test_a_model_that_was_never_scored_has_a_card(folder):
    unscored = PROVENANCE_OF_A_RUN.model_copy(update={"scores": [], "vectors": None})
    text = card(read_description(folder), unscored, "model")
    assert "## Scores" not in text
    assert "model-index" not in text
    assert "started at random" in text


def test_of_an_edited_card_only_what_the_folder_decides_changes(folder):
    text = (folder / CARD).read_text("utf-8").replace("## License\n", "## License\n\nCC0, I say.\n")
    text = text.replace("# license: yours to say, see the last section", "license: cc0-1.0")
    pruned = SavedVectors(sha256="ef" * 32, name="v.txt", saved="float16", kept=20_000)
    description = read_description(folder)
    changed = with_sections(text, vectors_section(pruned), use_section(description, "my copy"))
    assert "the first 20,000 words" in " ".join(changed.split())
    assert "half precision" in changed
    assert "ner-window tag 'my copy' text.txt" in changed
    assert "CC0, I say." in changed
    own = vectors_section(description.vectors), use_section(description, "model")
    assert with_sections(changed, *own) == text
    alone = with_sections("My own card.\n", vectors_section(pruned))
    assert alone == f"My own card.\n\n{vectors_section(pruned)}\n"
    assert with_sections(alone, vectors_section(pruned)) == alone


def test_how_to_use_a_model_depends_on_it(folder):
    description = read_description(folder)
    raw = use_section(description, "model", "ner_window-1.0-py3-none-any.whl")
    assert (
        "    echo 'Some text of your own.' > text.txt\n    ner-window tag model text.txt\n" in raw
    )
    assert "pip install ./ner_window-1.0-py3-none-any.whl" in raw
    layout = replace(description.layout, columns={"pos": 1})
    columns = use_section(description.model_copy(update={"layout": layout}), "model")
    assert "ner-window tag model text.conll" in columns
    assert "the token in column 0 and pos in column 1" in " ".join(columns.split())
    assert "echo" not in columns
    vectors = description.vectors.model_copy(update={"saved": "reference"})
    reference = use_section(description.model_copy(update={"vectors": vectors}), "model")
    assert "lacks the vectors of most words" in " ".join(reference.split())


@pytest.mark.parametrize(
    ("known", "text"),
    [
        (None, "started at random"),
        (
            SavedVectors(sha256="ab", name=None, saved="float32"),
            "holds those of a file (SHA-256 ab",
        ),
        (SavedVectors(sha256="ab", name="v", saved="reference"), "are not in this folder"),
    ],
)
def test_the_card_says_where_the_vectors_are(known, text):
    assert text in " ".join(vectors_section(known).split())
