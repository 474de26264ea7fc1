"""Stories that show what one of the book's studies has measured."""

from pathlib import Path
from typing import Any, ClassVar

from llm_lib.book.widgets.walkthrough import Walkthrough
from llm_lib.files import read_json

STUDIES = Path(__file__).parent.parent.parent / "studies"


class RecordedStory(Walkthrough):
    """A story whose settings are on file; it can be given others.

    study: the file in `llm_lib/book/studies`. parts: what the story needs of it, each one a
    setting.
    """

    study: ClassVar[str] = ""
    parts: ClassVar[tuple[str, ...]] = ()

    def __init__(self, story: str = "", *, data: dict[str, Any] | None = None, **settings: Any):
        """Show what is on file, or `data` in its place."""
        if data is None:
            on_file = read_json(STUDIES / self.study)
            data = {part: on_file[part] for part in self.parts}
        super().__init__(story, data=data, **settings)
