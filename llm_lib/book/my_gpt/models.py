"""Writes the book's models into folders beside a reader's file, which reads them."""

from pathlib import Path

from llm_lib.pretrained import load_model, save_model

NAMES = ("sprout", "smollm2")


def write_models(names: tuple[str, ...] = NAMES, folder: str | Path = ".") -> list[Path]:
    """Write models into folders of their names, say so, and return the folders.

    One that is there is kept. Raises ValueError for a name that no model has, and
    ModuleNotFoundError, with the command that installs it, if a model's package is missing.
    """
    paths = [Path(folder) / name for name in names]
    for name, path in zip(names, paths, strict=True):
        if name not in NAMES:
            raise ValueError(f"there is no model {name!r}; there are {', '.join(NAMES)}")
        if (path / "config.json").exists():
            print(f"{path} is there already.")
            continue
        save_model(*load_model(name), path)
        size = sum(file.stat().st_size for file in path.iterdir()) / 1e6
        print(f'{path}, {size:,.0f} MB: python my_gpt.py write "Once" model={path}')
    return paths
