"""What a GGUF file claims of itself is checked before room is made for it."""

from __future__ import annotations

import struct

import pytest

from tests.web.widget_page import plain_script

# each part of the header is followed by so many zeros
READ = """async (parts) => {
  const data = new Blob(parts.flatMap(([bytes, n]) => [Uint8Array.from(bytes), new Uint8Array(n)]));
  try { await readGGUFHeader(data); return "read"; }
  catch (error) { return error.message; }
}"""


@pytest.fixture(scope="module")
def reader(browser):
    """A page that reads headers."""
    page = browser.new_page()
    page.set_content("<!doctype html><title>gguf</title>")
    page.add_script_tag(content=plain_script("engine/gguf.js"))
    yield page
    page.close()


def start(n_fields: int) -> bytes:
    """Return the first bytes of a file without tensors."""
    return b"GGUF" + struct.pack("<IQQ", 3, 0, n_fields)


def listed(name: bytes, n: int) -> bytes:
    """Return a field that is a list of n numbers of 8 bits, up to where those begin."""
    return struct.pack("<Q", len(name)) + name + struct.pack("<IIQ", 9, 0, n)


def said(reader, *parts: tuple[bytes, int]) -> str:
    """Return what the page says of a header in parts with zeros behind each."""
    return reader.evaluate(READ, [(list(part), n) for part, n in parts])


def test_lists_are_read_up_to_a_limit(reader):
    # fails if a file makes the page hold tens of millions of values, in one list or in several
    million = 1_000_000
    words = said(reader, (start(1) + listed(b"a", 30 * million), 30 * million))
    assert "it has a list of 30000000 values" in words
    lists = [(listed(name, million), million) for name in (b"a", b"b", b"c")]
    assert "it has a list of 1000000 values" in said(reader, (start(3), 0), *lists)
    assert said(reader, (start(2), 0), *lists[:2], (b"", 40)) == "read"


def test_fields_are_read_up_to_a_limit(reader):
    # fails if a file of nothing but names fills the memory
    million = 1_000_000
    assert "it claims to have 3000000 fields" in said(reader, (start(3 * million), 30 * million))
