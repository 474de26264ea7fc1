"""Where a trained model looks before it answers: the weights of one head, for either question."""

from llm_lib.book.widgets.base import join_scripts
from llm_lib.book.widgets.stories.relay import Relay


class LookBack(Relay):
    """The last hop of `Relay` alone: from the question back to the thing; see there.

    It takes the same data, `data=follow(model, tokenizer, …)` of `llm_lib.interp.heads`.
    """

    story = "look-back"
    _esm = join_scripts("stories/look_back.js")

    SCENES = {"Text": 1, "Look": 1, "Output": 1, "Your turn": 1}
