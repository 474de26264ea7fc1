"""`web.kernel`: the engine's kernel is what its text says."""

from __future__ import annotations

from web import kernel


def test_text_and_bytes_are_those_in_the_repository():
    # Fails if one was changed by hand, or not written anew: python -m web.kernel
    text = (kernel.ENGINE / "kernel.wat").read_text("utf-8")
    assert text == kernel.kernel_text()
    script = (kernel.ENGINE / "kernel.js").read_text("utf-8")
    assert script == kernel.kernel_script(kernel.kernel_bytes(text))


def test_every_browser_can_run_it():
    # Fails if it needs relaxed SIMD, which not every browser has, or grows so that pages feel it.
    text = kernel.kernel_text()
    assert "relaxed" not in text
    assert len(kernel.kernel_bytes(text)) < 4000


def test_both_files_are_written(tmp_path, monkeypatch, capsys):
    # Fails if the command leaves one of them out, or leaves what a second run would change.
    monkeypatch.setattr(kernel, "ENGINE", tmp_path)
    assert kernel.main() == kernel.main() == 0
    files = {file.name: file.read_text("utf-8") for file in tmp_path.iterdir()}
    assert sorted(files) == ["kernel.js", "kernel.wat"]
    assert files["kernel.wat"].startswith(";;") and "export const KERNEL" in files["kernel.js"]
    assert "bytes of WebAssembly" in capsys.readouterr().out
