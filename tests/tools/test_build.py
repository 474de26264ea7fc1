"""`web.build` and `web.serve`: what they say when something is wrong."""

from __future__ import annotations

import os
import threading
import urllib.error
import urllib.request
from types import SimpleNamespace

import pytest

from web import book_extension, build, fingerprint, serve
from web.build import complaints
from web.execution import ChapterError
from web.fingerprint import Needed


@pytest.fixture
def quiet(tmp_path, monkeypatch):
    """A build that touches nothing of the book."""
    monkeypatch.setattr(build, "BUILD", tmp_path)
    monkeypatch.setattr(build, "LOGS", tmp_path)
    monkeypatch.setattr(build, "bring_up_to_date", lambda pages: None)
    monkeypatch.setattr(build, "reasons_to_run", lambda pages: {"09": "its code has changed"})
    monkeypatch.setattr(fingerprint, "STAMP", tmp_path / "built.json")
    (tmp_path / "html").mkdir()
    return tmp_path


def test_a_chapter_that_fails_ends_the_build_in_its_own_words(quiet, monkeypatch, capsys):
    # fails if Sphinx starts all the same, if the site that was there is lost, or if a traceback
    # buries the reason
    def fail(pages):
        raise ChapterError("06_x.ipynb failed in its code cell 2\nModuleNotFoundError: gguf")

    monkeypatch.setattr(build, "bring_up_to_date", fail)
    monkeypatch.setattr(build, "run_sphinx", lambda *_: pytest.fail("Sphinx ran"))
    assert build.main([]) == 1
    lines = capsys.readouterr().err.strip().splitlines()
    assert lines[-1] == "ModuleNotFoundError: gguf" and len(lines) <= 15
    assert (quiet / "html").is_dir()


def test_pages_that_fail_are_told_in_a_few_lines(quiet, monkeypatch, capsys):
    # fails if hundreds of lines of Sphinx stand before what is wrong, or the log is not named
    monkeypatch.setattr(build, "ROOT", quiet)  # there is no book here
    assert build.main([]) == 1
    said = capsys.readouterr()
    assert len(said.err.strip().splitlines()) <= 15
    assert "pages.log" in said.err
    assert "writing output" not in said.out


@pytest.fixture
def sphinx(quiet, monkeypatch):
    """What Sphinx is asked for: its flags, each time; it writes a site, or fails."""
    asked, state_now = [], {"made_with": "a", "made_from": "a"}

    def run(folder, *flags):
        asked.append(sorted(flags))
        if "fails" in state_now:
            raise build.PagesError("a warning")
        (folder / "html").mkdir(exist_ok=True)
        (folder / "html/index.html").write_text("hello", "utf-8")

    monkeypatch.setattr(build, "run_sphinx", run)
    monkeypatch.setattr(build, "reasons_to_run", lambda pages: {})
    monkeypatch.setattr(fingerprint, "state", lambda: dict(state_now))
    return asked, state_now


def test_what_has_not_changed_is_not_built_again(sphinx, capsys):
    # fails if a second build does work, if a changed page reads all others, or if pages stay that
    # were made with other tools
    asked, state = sphinx
    assert build.main([]) == 0 and asked == [["--read-all", "--strict"]]
    assert build.main([]) == 0 and len(asked) == 1
    assert "Nothing has changed" in capsys.readouterr().out
    state["made_from"] = "b"
    assert build.main([]) == 0 and asked[1:] == [["--strict"]]
    state["made_with"] = "b"
    assert build.main([]) == 0 and asked[2:] == [["--read-all", "--strict"]]


def test_after_a_failed_build_all_is_read_again(sphinx):
    # fails if warnings of a build that failed are not told by the next one, which then passes
    asked, state = sphinx
    build.main([])
    state |= {"made_from": "b", "fails": "x"}
    assert build.main([]) == 1
    assert build.main([]) == 1 and asked[-1] == ["--read-all", "--strict"]


def test_a_draft_is_no_build(sphinx):
    # fails if a site whose warnings were passed over counts as one without warnings
    asked, _ = sphinx
    assert build.main(["--draft"]) == 0
    assert build.main([]) == 0 and asked == [["--read-all"], ["--read-all", "--strict"]]


def test_the_state_sees_pages_tools_and_outputs(tmp_path):
    # fails if a change would leave an old site standing
    files = ("web/a.py", "llm_lib/a.py", "intro.md", "reference/a.md", "chapters/outputs/a.json")
    for name in files:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("1", "utf-8")
    seen = [fingerprint.state(tmp_path, tmp_path / "_build")]
    kinds = []
    for name in files:
        (tmp_path / name).write_text("2", "utf-8")
        seen.append(fingerprint.state(tmp_path, tmp_path / "_build"))
        kinds.append([key for key in seen[-1] if seen[-1][key] != seen[-2][key]])
    assert kinds == [["made_with"]] * 2 + [["made_from"]] * 3
    assert fingerprint.needed(tmp_path, seen[-1], tmp_path / "no.json") is Needed.ALL_PAGES


def test_only_the_first_complaints_are_shown():
    # fails if a hundred warnings scroll the first one away
    said = "\n".join(f"page.md:{n}: WARNING: undefined label: 'x{n}'" for n in range(100))
    lines = complaints(said).splitlines()
    assert lines[0] == "page.md:0: WARNING: undefined label: 'x0'"
    assert lines[-1] == "… and 92 more" and len(lines) == 9


@pytest.mark.parametrize("words", ["Exception occurred:", "Extension error (web.book_extension):"])
def test_a_crash_of_sphinx_is_told_by_its_error(words):
    # fails if only "There was an error in building your book" is left of it
    said = (
        f"reading\n{words}\n  File x.py, line 3\nPermissionError: [Errno 13] y\nThere was an error"
    )
    assert "PermissionError: [Errno 13] y" in complaints(said)


def test_copies_can_be_written_again_where_the_checkout_can_not(tmp_path, monkeypatch):
    # fails if a read-only checkout makes read-only copies: a second build would stop at them
    sources = tmp_path / "static"
    sources.mkdir()
    (sources / "book.css").write_text("a", "utf-8")
    (sources / "book.css").chmod(0o444)
    monkeypatch.setattr(book_extension, "STATIC", sources)
    app = SimpleNamespace(outdir=tmp_path, add_css_file=lambda *_, **__: 0)
    app.add_js_file = app.add_css_file
    book_extension.copy_own_files(app)
    assert os.stat(tmp_path / "_static/book.css").st_mode & 0o200


def test_ctrl_c_is_told_in_a_sentence(quiet, monkeypatch, capsys):
    # fails if whoever stops a build sees a traceback
    def stop(pages):
        raise KeyboardInterrupt

    monkeypatch.setattr(build, "bring_up_to_date", stop)
    assert build.main([]) == 130
    assert "same command" in capsys.readouterr().err


@pytest.fixture
def site(tmp_path, monkeypatch):
    """A site of one page."""
    (tmp_path / "html").mkdir()
    (tmp_path / "html/index.html").write_text("hello", "utf-8")
    monkeypatch.setattr(serve, "BUILD", tmp_path)
    return tmp_path / "html"


def test_a_taken_port_is_told_with_what_to_type(site, capsys):
    # fails if the server moves to a port that nobody asked for, or only says "in use"
    with serve.open_server(site, 8400) as taken:
        port = taken.server_port
        assert serve.main(["--port", str(port)]) == 1
        assert f"make serve PORT={port + 1}" in capsys.readouterr().err
        with serve.open_server(site, port) as other:
            assert other.server_port > port


@pytest.mark.parametrize("port", ["0", "70000", "http"])
def test_a_port_that_is_none_is_refused(port, capsys):
    # fails if a traceback comes from the operating system
    with pytest.raises(SystemExit):
        serve.main(["--port", port])
    assert "from 1 to 65535" in capsys.readouterr().err


def test_a_name_that_no_file_can_have_gets_an_answer(site):
    # fails if the connection ends without a word
    with serve.open_server(site, 8500) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        with pytest.raises(urllib.error.HTTPError, match="400"):
            urllib.request.urlopen(f"http://127.0.0.1:{server.server_port}/%00")
        server.shutdown()
