"""The notes of a release: the changelog's section, or a sentence on what is missing."""

from __future__ import annotations

import pytest

from web import release_notes
from web.release_notes import checked, section

CHANGELOG = """# Changelog

## [Unreleased]

## [0.2.0] - 2026-12-01

### Added

- **Copies** that work offline.

```python
## [0.9.0] is no heading here, since no line is only that
```

## [0.1.0]

- The first.

[0.2.0]: https://you.github.io/book
"""


def test_a_versions_section_is_taken_whole():
    # fails if the heading or another version's lines come along, or code breaks it off
    said = section(CHANGELOG, "0.2.0")
    assert said.startswith("### Added") and said.endswith("```") and "0.9.0" in said


@pytest.mark.parametrize(
    "version, words",
    [
        ("0.3.0", r"no section '## \[0.3.0\]'; it has Unreleased, 0.2.0, 0.1.0"),
        ("0.1.0", r"should end in the day of the release.*'## \[0.1.0\]'$"),
        ("Unreleased", "should end in the day"),
    ],
)
def test_what_can_not_be_released_is_told(version, words):
    # fails if a release says nothing, or what is still to come
    with pytest.raises(ValueError, match=words):
        section(CHANGELOG, version)


def test_an_empty_section_is_refused():
    # fails if a release would have an empty page
    text = "## [1.0.0] - 2026-12-01\n\n## [0.9.0] - 2026-11-01\n\n- One.\n"
    with pytest.raises(ValueError, match=r"'## \[1.0.0\]' of CHANGELOG.md is empty"):
        section(text, "1.0.0")
    assert section(text, "0.9.0") == "- One."


@pytest.mark.parametrize("version", ["0.2.0", "", "v", "0.1", "0.1.0; rm -r ."])
def test_another_version_than_the_librarys_is_refused(version):
    # fails if the package and the release could go by different versions
    with pytest.raises(ValueError, match=r"should be '0\.1\.0'"):
        checked(version, "0.1.0")


def test_the_command_prints_the_notes_or_says_why_not(tmp_path, monkeypatch, capsys):
    # fails if the workflow would go on after a refusal, or take an error for the notes
    monkeypatch.setattr(release_notes, "ROOT", tmp_path)
    version = release_notes.__version__
    (tmp_path / "CHANGELOG.md").write_text(f"## [{version}] - 2026-12-01\n\n- New.\n", "utf-8")
    assert release_notes.main([f"v{version}"]) == 0
    assert capsys.readouterr().out == "- New.\n"
    assert release_notes.main(["9.9.9"]) == 1
    said = capsys.readouterr()
    assert said.out == "" and said.err.startswith("No release: ") and said.err.count("\n") == 1
