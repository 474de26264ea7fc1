"""The files that a repository's host reads: forms for issues, workflows, the citation."""

from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parent.parent
FILES = sorted([*ROOT.glob(".github/**/*.yml"), ROOT / "CITATION.cff"])
FORMS = [p for p in FILES if p.parent.name == "ISSUE_TEMPLATE" and p.name != "config.yml"]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_it_is_yaml(path):
    # fails if a host would show nothing, or run nothing, for a slip of the pen
    assert isinstance(yaml.safe_load(path.read_text("utf-8")), dict)


@pytest.mark.parametrize("path", FORMS, ids=lambda path: path.name)
def test_a_form_asks_something(path):
    # fails if a form misses what GitHub requires, or two of its fields share a name
    form = yaml.safe_load(path.read_text("utf-8"))
    assert form["name"] and form["description"]
    names = [field["id"] for field in form["body"]]
    assert len(names) == len(set(names)) >= 3
    assert all(field["attributes"]["label"] for field in form["body"])


def test_the_citation_has_what_the_format_requires():
    # fails if a reference manager would refuse it, or the licence is not the repository's
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text("utf-8"))
    assert {"cff-version", "message", "title", "authors"} <= set(citation)
    assert citation["license"] == "Apache-2.0"
    assert "Apache License" in (ROOT / "LICENSE").read_text("utf-8")
