"""The stories of `Walkthrough`, each a picture in scenes.

How to write one, with "attention-row" as the example:

1. `stories/attention_row.js` is the story: `{title, settings, compute, room, scenes, print}`, shown
   by `showStory`. `settings` are the traits that it is computed from, `compute(settings)` returns
   every number that its scenes show, `room(width)` says how high the picture is.
2. A scene is `{name, steps, say, alt, draw}`. `say(m, k)` is the sentence of its step k, with real
   numbers out of m; `alt(m, k)` the picture in words; `draw(m, room, k)` the picture. With
   `again: true` its steps after the first, which show the same of other things, play faster.
   `scenesOf` (`moving/story.js`) makes scenes from rows [name, steps, draw].
3. A picture is built from pieces (`moving/pieces.js`: chip, vector, matrix, label, bars) that lay
   themselves out in rows, columns and tables (`moving/layout.js`). No coordinates are needed:
   `picture(room, column([chip("t0", "fox"), vector("q0", "query", m.q[0])]))`.
4. The first argument of a piece is its key. What has the same key in two scenes is the same thing,
   and glides; its number changes half-way. `.from(key)` says what a new thing comes out of,
   `.into(key)` what an old one joins, `.late(ms)` when its turn is; `over(piece, draw)` adds arrows
   and frames between pieces.
5. A scene with `edit: true` comes last. In it a number can be changed that is drawn
   `.with({spin: spin("x", [i, j], name)})`, and `choices(m)` gives menus.
6. `stories/attention_row.py` is its class here: the names of the scenes, and the settings as traits
   with `setting=True`, checked. Name it in this file.
7. Parts of a large story stand in a folder of its name. Look at every scene at 960 and 328 pixels.
"""

from llm_lib.widgets.stories.answer_mask import AnswerMask
from llm_lib.widgets.stories.attention_row import AttentionRow
from llm_lib.widgets.stories.bottleneck import Bottleneck
from llm_lib.widgets.stories.causal_mask import CausalMask
from llm_lib.widgets.stories.draft import Draft
from llm_lib.widgets.stories.file_windows import FileWindows
from llm_lib.widgets.stories.group_of_answers import GroupOfAnswers
from llm_lib.widgets.stories.head_layer import HeadLayer
from llm_lib.widgets.stories.kv_cache import KeyValueCache
from llm_lib.widgets.stories.last_token import LastToken
from llm_lib.widgets.stories.log_axes import LogAxes
from llm_lib.widgets.stories.look_back import LookBack
from llm_lib.widgets.stories.lookup import Lookup
from llm_lib.widgets.stories.merges import Merges
from llm_lib.widgets.stories.model_file import ModelFile
from llm_lib.widgets.stories.next_token import NextToken
from llm_lib.widgets.stories.plan_run import PlanRun
from llm_lib.widgets.stories.relay import Relay
from llm_lib.widgets.stories.ring import Ring
from llm_lib.widgets.stories.rotary import Rotary
from llm_lib.widgets.stories.round_trip import RoundTrip
from llm_lib.widgets.stories.sharded_step import ShardedStep
from llm_lib.widgets.stories.stream import Stream
from llm_lib.widgets.stories.thin_detour import ThinDetour
from llm_lib.widgets.stories.three_roles import ThreeRoles
from llm_lib.widgets.stories.three_trainings import ThreeTrainings
from llm_lib.widgets.stories.token_draw import TokenDraw
from llm_lib.widgets.stories.training_race import TrainingRace
from llm_lib.widgets.stories.training_step import TrainingStep
from llm_lib.widgets.stories.translate import Translate
from llm_lib.widgets.stories.word_order import WordOrder
from llm_lib.widgets.walkthrough import Walkthrough

__all__ = [
    "AnswerMask",
    "AttentionRow",
    "Bottleneck",
    "CausalMask",
    "Draft",
    "FileWindows",
    "GroupOfAnswers",
    "HeadLayer",
    "KeyValueCache",
    "LastToken",
    "LogAxes",
    "LookBack",
    "Lookup",
    "Merges",
    "ModelFile",
    "NextToken",
    "PlanRun",
    "Relay",
    "Ring",
    "Rotary",
    "RoundTrip",
    "ShardedStep",
    "Stream",
    "ThinDetour",
    "ThreeRoles",
    "ThreeTrainings",
    "TokenDraw",
    "TrainingRace",
    "TrainingStep",
    "Translate",
    "Walkthrough",
    "WordOrder",
]
