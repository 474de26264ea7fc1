"""`web.install` with tiny packages of our own: made, mended, and told in a sentence."""

from __future__ import annotations

import shutil
import subprocess
import zipfile
from types import SimpleNamespace

import pytest

from web import install
from web.install import Environment, InstallError, ensure


def make_wheel(folder, name):
    """Write a wheel that holds one module `name`; return its file name."""
    info, file = f"{name}-1.dist-info", f"{name}-1-py3-none-any.whl"
    record = [f"{name}/__init__.py", f"{info}/METADATA", f"{info}/WHEEL", f"{info}/RECORD"]
    with zipfile.ZipFile(folder / file, "w") as wheel:
        wheel.writestr(record[0], "n = 1\n")
        wheel.writestr(record[1], f"Metadata-Version: 2.1\nName: {name}\nVersion: 1\n")
        wheel.writestr(record[2], "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        wheel.writestr(record[3], "".join(f"{line},,\n" for line in record))
    return file


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Two environments, the second on top of the first, in a folder with a difficult name."""
    root = tmp_path_factory.mktemp("Bücher und mehr")
    for name in ("one", "two"):
        (root / f"{name}.txt").write_text(f"./{make_wheel(root, name)}\n", "utf-8")
    for name in ("constraints.txt", "pyproject.toml"):
        (root / name).write_text("", "utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(install, "ROOT", root)
        base = Environment(root / ".venv", "one", ("one.txt",))
        top = Environment(root / ".venv-dev", "two", ("two.txt",), base=base)
        ensure(top)
        yield SimpleNamespace(root=root, base=base, top=top)


def imports(env, *names) -> bool:
    code = "import " + ", ".join(names)
    return subprocess.run([str(env.python), "-c", code], capture_output=True).returncode == 0


def test_the_second_sees_the_first_and_not_the_other_way(made):
    # fails if the tests' packages reach the reader's environment, or the reader's are missing
    assert imports(made.top, "one", "two")
    assert imports(made.base, "one") and not imports(made.base, "two")


def test_nothing_is_installed_twice(made, monkeypatch, capsys):
    # fails if every command begins with seconds of pip
    monkeypatch.setattr(install, "_pip", lambda *_, **__: pytest.fail("all is there"))
    ensure(made.top)
    assert capsys.readouterr().out == ""


def test_other_requirements_are_seen(made, monkeypatch):
    # fails if an environment is taken for complete after its list has changed
    other = make_wheel(made.root, "three")
    (made.root / "two.txt").write_text(f"./two-1-py3-none-any.whl\n./{other}\n", "utf-8")
    ensure(made.top)
    assert imports(made.top, "three")


@pytest.mark.parametrize("damage", ["uninstalled", "files gone", "interrupted"])
def test_what_is_missing_is_mended(made, damage):
    # fails if a removed or half installed package stays away until somebody removes .venv by hand
    packages = install._packages(made.base)
    shutil.rmtree(packages / "one")
    if damage != "files gone":
        shutil.rmtree(packages / "one-1.dist-info")
    if damage == "interrupted":
        made.base.stamp.unlink()  # written when all is done
    ensure(made.base)
    assert imports(made.base, "one")


def test_a_half_made_environment_is_made_again(made, capsys):
    # fails if a .venv without a working Python or pip stops everything with a traceback
    made.top.python.unlink()
    ensure(made.top)
    assert "made again" in capsys.readouterr().out
    assert imports(made.top, "one", "two")


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ("OSError: [Errno 28] No space left on device", "the disk is full"),
        ("The virtual environment was not created: ensurepip is not available", "python3-venv"),
        ("NewConnectionError: x\nERROR: No matching distribution found for y", "go online"),
        ("ERROR: No matching distribution found for torch", "name another as PYTHON"),
        ("ERROR: something else\nmore", "ERROR: something else"),
    ],
)
def test_a_failure_is_one_sentence(made, said, sentence, monkeypatch, capsys):
    # fails if a traceback comes, or what to type is not said
    def fail(env):
        raise InstallError(install._reason(said))

    monkeypatch.setattr(install, "ensure", fail)
    assert install.main(["book"]) == 1
    [line] = capsys.readouterr().err.strip().splitlines()
    assert sentence in line


def test_what_pip_can_not_install_is_told_with_the_log(made, monkeypatch):
    # fails if pip's own reason is lost
    (made.root / "bad.txt").write_text("./no-such-file-1-py3-none-any.whl\n", "utf-8")
    bad = Environment(made.base.folder, "what is not there", ("bad.txt",))
    with pytest.raises(InstallError, match="no-such-file"):
        install._install(bad)
    assert "no-such-file" in bad.log.read_text("utf-8")
    ensure(made.base)


def test_ctrl_c_is_told_in_a_sentence(monkeypatch, capsys):
    # fails if whoever stops an installation sees a traceback
    def stop(env):
        raise KeyboardInterrupt

    monkeypatch.setattr(install, "ensure", stop)
    assert install.main(["dev"]) == 130
    assert "same command" in capsys.readouterr().err


@pytest.mark.parametrize("variable", install.PIP_SETTINGS)
def test_who_has_set_up_pip_is_left_alone(variable, monkeypatch):
    # fails if torch could come from another index than the one that somebody has chosen
    monkeypatch.setenv(variable, "https://example.org/simple")
    monkeypatch.setattr(install.urllib.request, "urlopen", lambda *_, **__: pytest.fail("asked"))
    assert not install._takes_cpu_torch()
