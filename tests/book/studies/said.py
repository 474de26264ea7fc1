"""What a chapter says, to be held against the record that it quotes."""

from web.fingerprint import ROOT
from web.notebooks import read


def prose(chapter: str) -> str:
    """Return the text cells of a chapter, without the marks of veils."""
    cells = read(ROOT / f"chapters/{chapter}.ipynb").cells
    text = "\n\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
    return text.replace('<span class="veiled">', "").replace("</span>", "")
