"""``ner-window config``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from ner_window.commands.inputs import Settings
from ner_window.errors import InputError

app = typer.Typer(
    help="Write configs, and show what they say.", no_args_is_help=True, rich_markup_mode=None
)


@app.command("new")
def config_new(
    name: Annotated[str, typer.Argument(help="the shipped config to start from")] = "quickstart",
    out: Annotated[Path | None, typer.Option(help="file to write [default: NAME.yaml]")] = None,
) -> None:
    """Write a commented config to start from."""
    from ner_window.config.starters import starter_path

    text = starter_path(name).read_text("utf-8")
    path = out or Path(Path(name).with_suffix(".yaml").name)
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise InputError(f"{path.absolute()} exists; name another file with --out") from None
    except OSError as error:
        raise InputError(f"cannot write {path.absolute()}: {error.strerror}") from None
    command = "compare" if name.startswith("compare/") else "train"
    print(f"wrote {path}; set its data and embeddings paths, then: ner-window {command} {path}")


@app.command("show")
def config_show(
    config: Annotated[Path, typer.Argument(help="the YAML config of a run, or of a study")],
    settings: Settings = None,
) -> None:
    """Print a config with every default filled in, and behind each value who set it."""
    from ner_window.config import Config
    from ner_window.config.file import annotated_yaml, keys_of
    from ner_window.study.study_config import Study

    schema = Study if "base" in keys_of(config) else Config
    sys.stdout.write(annotated_yaml(config, settings or [], schema))
