"""The choice, in a widget, between Sprout and recorded runs of a model too large for a page."""

import hashlib
import json
from functools import cache
from typing import Any, ClassVar

import traitlets as t

from llm_lib.book.measured.recorded_run import find_run, load_recorded
from llm_lib.book.widgets.base import ModelWidget
from llm_lib.book.widgets.model_file import Payload

BESIDE = "sprout"  # the model that a record stands beside


@cache
def record_payload(name: str) -> tuple[str, Payload]:
    """Return (ref, record) of a study of real English; the ref changes with what it holds."""
    record = load_recorded(name)
    text = json.dumps(record, sort_keys=True)
    return f"{name}-{hashlib.sha256(text.encode()).hexdigest()[:12]}", record


class RecordedWidget(ModelWidget):
    """A widget around a model; if that is Sprout, it can show recorded runs of SmolLM2 as well.

    recorded: show those, in place of Sprout.
    run: which of them, by its name; "" for the first.
    record_ref: the name by which the page fetches the record; "" where there is no choice.

    Raises ValueError if a record is asked for and there is none, or no run of that name.
    """

    RECORD: ClassVar[str] = ""  # the study that has made the record

    recorded = t.Bool(False).tag(sync=True, setting=True)
    run = t.Unicode("").tag(sync=True, setting=True)
    record_ref = t.Unicode("").tag(sync=True)

    def __init__(self, model: Any, tokenizer: Any, *, choice: bool = True, **values: Any):
        """Show `model`. choice: offer the record, where the model is Sprout."""
        self._refuse_unknown(values)
        if choice and isinstance(model, str) and model == BESIDE:
            self.record_ref, record = record_payload(self.RECORD)
            self._offer(self.record_ref, record, later=not values.get("recorded"))
        super().__init__(model, tokenizer, **values)

    @classmethod
    def renew(cls, state: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Payload]]:
        """Return the state, its model, and the record of now, where the widget has one."""
        state, files = super().renew(state)
        if not state.get("record_ref"):
            return state, files
        ref, record = record_payload(cls.RECORD)
        return state | {"record_ref": ref}, files | {ref: record}

    @t.validate("recorded", "run")
    def _check_record(self, proposal: dict) -> Any:
        name, value = proposal["trait"].name, proposal["value"]
        if value and not self.record_ref:
            raise ValueError(
                f"{name} needs a record, which stands beside {BESIDE!r} alone; to run a model "
                f'yourself, give it: {type(self).__name__}("smollm2")'
            )
        if value and name == "run":
            find_run(record_payload(self.RECORD)[1], value)
        return value
