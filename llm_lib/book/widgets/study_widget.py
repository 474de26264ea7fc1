"""The base of widgets that show the record of a study, in place of a model."""

from typing import Any, ClassVar

import traitlets as t

from llm_lib.book.measured.recorded_run import load_recorded
from llm_lib.book.widgets.base import BookWidget, Payload
from llm_lib.book.widgets.model_file import digest


class StudyWidget(BookWidget):
    """A widget around the file of one study of `llm_lib.book.studies.real_english`.

    ref: the name by which the page fetches the record.
    """

    RECORD: ClassVar[str]  # the study's name

    ref = t.Unicode().tag(sync=True)

    def __init__(self, **settings: Any):
        """Offer the record, and set the traits in `settings`; see the class."""
        self._refuse_unknown(settings)
        record = load_recorded(self.RECORD)
        self.ref = digest(record)
        self._offer(self.ref, record)
        super().__init__(**settings)

    @classmethod
    def renew(cls, state: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Payload]]:
        """Return the state with the ref of the record as it is now, and that record."""
        record = load_recorded(cls.RECORD)
        ref = digest(record)
        return state | {"ref": ref}, {ref: record}
