"""Reads and writes files so that nothing is left half written and every fault is named."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

MODELS_FOLDER = Path(__file__).parent / "book" / "models"  # what is shipped with the library
CONFIG_FILE, ADAPTER_FILE = "config.json", "adapter.safetensors"  # a model has one of them


@contextmanager
def atomic_write(path: str | os.PathLike, mode: str = "w") -> Iterator[Any]:
    """Open a file for writing that appears under its name only when all is written.

    The content goes to a temporary file beside `path`, which is renamed at the end: a reader never
    sees half a file, and an error or a power cut leaves the old one as it was.
    """
    path = Path(path)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    text = {} if "b" in mode else {"encoding": "utf-8", "newline": "\n"}
    try:
        with open(temporary, mode, **text) as file:
            yield file
            flush_to_disk(file)  # before it replaces the old file
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


def write_bytes(path: str | os.PathLike, data: bytes) -> None:
    """Write `data` to a file, whole or not at all."""
    with atomic_write(path, "wb") as file:
        file.write(data)


def flush_to_disk(file: Any) -> None:
    """Wait until everything written to an open file is on the disk."""
    file.flush()
    os.fsync(file.fileno())


def write_json(path: str | os.PathLike, data: Any, indent: int | None = None) -> None:
    """Write `data` to a JSON file, whole or not at all."""
    with atomic_write(path) as file:
        json.dump(data, file, ensure_ascii=False, indent=indent)
        file.write("\n")


def read_json(path: str | os.PathLike) -> dict[str, Any]:
    """Read a JSON file that holds one object. Raises ValueError if it holds anything else."""
    try:
        with open(path, encoding="utf-8") as file:
            data = json.load(file)
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise ValueError(f"{path} is not a JSON file: {error}") from None
    if not isinstance(data, dict):
        raise ValueError(f"{path} should hold one JSON object; it holds a {type(data).__name__}")
    return data


def list_field(kind: type, data: dict[str, Any], field: str) -> list:
    """Return the list in `data[field]`. Raises ValueError, naming the field, if it is not one."""
    value = data.get(field)
    if not isinstance(value, list) or not all(isinstance(item, kind) for item in value):
        raise ValueError(f"field {field!r} should be a list of {kind.__name__}; got {value!r:.60}")
    return value


def model_folder(name: str | os.PathLike, also: str = "") -> Path:
    """Return the folder of a model, or adapter: by the name of a shipped one, or by its path.

    Raises ValueError, listing what can be given, and `also` what else the caller takes.

    >>> model_folder("sprout").name
    'sprout'
    """
    for folder in (MODELS_FOLDER / name, Path(name)):
        if any((folder / file).exists() for file in (CONFIG_FILE, ADAPTER_FILE)):
            return folder
    files = (
        path for file in (CONFIG_FILE, ADAPTER_FILE) for path in MODELS_FOLDER.glob(f"*/{file}")
    )
    shipped = sorted({path.parent.name for path in files})
    raise ValueError(
        f"there is no model {str(name)!r}: give one of {shipped}, the folder of a saved model "
        f"(with a {CONFIG_FILE}, or an {ADAPTER_FILE}){also}"
    )
