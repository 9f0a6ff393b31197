"""Configs as the tests write them, and what is read from those that are shown."""

from ner_window.config.file import load_config

MINIMAL = "data: {train: t, dev: d}\nembeddings: {path: v}\n"


def load(tmp_path, text, *overrides):
    path = tmp_path / "config.yaml"
    path.write_text(text)
    return load_config(path, overrides)


def origins(text):
    """The origin behind each key, by the key's path."""
    found, path = {}, []
    for line in text.splitlines():
        setting, _, origin = line.partition("  # ")
        depth = (len(setting) - len(setting.lstrip())) // 2
        path = [*path[:depth], setting.strip().partition(":")[0]]
        if origin:
            found[".".join(path)] = origin
    return found
