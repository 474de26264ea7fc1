"""The command that builds the pages on two processors."""

import multiprocessing

from web import sphinx_run


def send_much(pipe):
    """Send more than a pipe holds, so that it waits until somebody reads."""
    pipe.send(b"x" * 10_000_000)


def test_an_error_leaves_no_process_that_waits_to_be_read(monkeypatch, tmp_path):
    # fails if a build that has failed ends only once a writer was read, which is never
    context = multiprocessing.get_context("fork")
    _here, there = context.Pipe(False)
    writer = context.Process(target=send_much, args=(there,))

    def fail(*args, **options):
        writer.start()
        return OSError("told already")

    monkeypatch.setattr(sphinx_run, "build_sphinx", fail)
    monkeypatch.chdir(tmp_path)
    assert sphinx_run.build(tmp_path / "out") == 1
    assert not writer.is_alive()
