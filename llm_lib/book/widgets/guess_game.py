"""GuessGame: can you guess the next word as well as the model?"""

from typing import Any

import traitlets as t

from llm_lib.arguments import check_whole
from llm_lib.book.widgets.base import ModelWidget, check_text, join_scripts, join_styles

CONFIDENCES = (0.2, 0.5, 0.75, 0.9, 0.99)  # 0.2 is an even share of five words: no idea
MAX_TEXTS, MAX_LENGTH = 30, 2000
TEXTS_A_GAME = 3
SEED, DEFAULT_GAMES = 4, 3  # of the stories that are shown when no texts are given


class GuessGame(ModelWidget):
    """Guess the next word of a text, say how sure you are, and compare your loss with the model's.

    The text is shown up to a word. You choose one of five words and how sure you are of it; the
    rest of your belief is shared evenly by the other four. The model's probabilities are rescaled
    to the same five words. Each player pays the loss -ln p, where p is what the player gave to the
    true word. Which words are asked for depends only on the texts and the model.

    texts: what is read, a list of texts; if left out, stories of Small World that no model of
        this book was trained on. A game takes three, the next game the next three.
    n_rounds: how many words are asked for in a game, 1 to 20.
    game: which game is played, from 0; it wraps round after the last texts.
    round: which round is shown, from 0.
    guess: the word chosen in this round, "" for none yet.
    confidence: how sure, one of 0.2 (no idea), 0.5, 0.75, 0.9, 0.99.
    answers: what was answered in each round, [[word, confidence], ...]; [] where not yet.
    question: the current round, as a dict: text, words, true (the word that follows), the
        model's probabilities `model`, and `covered`, their sum before they were rescaled (set by
        the page).
    your_losses, model_losses: the loss of each answered round, in nats (set by the page).
    finding: the current finding, in words (set by the page).

    Raises TypeError or ValueError, naming the setting and what is allowed.
    """

    _esm = join_scripts("guess_game.js")
    _css = join_styles("guess_game.css")

    texts = t.List(t.Unicode()).tag(sync=True, setting=True)
    n_rounds = t.Int(9).tag(sync=True, setting=True)
    game = t.Int(0).tag(sync=True, setting=True)
    round = t.Int(0).tag(sync=True, setting=True)
    guess = t.Unicode("").tag(sync=True, setting=True)
    confidence = t.Float(0.5).tag(sync=True, setting=True)
    answers = t.List().tag(sync=True)
    question = t.Dict().tag(sync=True)
    your_losses = t.List(t.Float()).tag(sync=True)
    model_losses = t.List(t.Float()).tag(sync=True)

    def __init__(
        self,
        model: Any = "sprout",
        tokenizer: Any = None,
        texts: Any = None,
        **settings: Any,
    ):
        """Play against `model`: a name, a folder, a pair (model, tokenizer), or a GPT."""
        super().__init__(
            model, tokenizer, texts=story_texts() if texts is None else texts, **settings
        )

    def __setattr__(self, name: str, value: Any) -> None:
        # Checked before the traits' own checks, whose errors do not say what is allowed.
        if name == "texts":
            value = _checked_texts(value)
        elif name in ("n_rounds", "game", "round"):
            least, most = int(name == "n_rounds"), 10**6 if name == "game" else 20
            value = check_whole(name, value, least, most)
        elif name == "guess" and not isinstance(value, str):
            raise TypeError(f"guess should be a word; got {type(value).__name__}")
        elif name == "confidence" and value not in CONFIDENCES:
            raise ValueError(f"confidence should be one of {CONFIDENCES}; got {value!r}")
        super().__setattr__(name, value)


def _checked_texts(texts: Any) -> list[str]:
    """Return `texts` as a list; TypeError or ValueError unless it holds texts."""
    if isinstance(texts, str) or not hasattr(texts, "__iter__"):
        raise TypeError(f"texts should be a list of texts; got {type(texts).__name__}")
    texts = list(texts)
    for i, text in enumerate(texts):
        check_text(f"texts[{i}]", text)
        if not 0 < len(text) <= MAX_LENGTH:
            raise ValueError(
                f"texts[{i}] should have 1 to {MAX_LENGTH} characters; has {len(text)}"
            )
    if not 0 < len(texts) <= MAX_TEXTS:
        raise ValueError(f"texts should hold 1 to {MAX_TEXTS} texts; got {len(texts)}")
    return texts


def story_texts(n: int = TEXTS_A_GAME * DEFAULT_GAMES, seed: int = SEED) -> list[str]:
    """Return `n` stories of Small World's held-out part, about animals with familiar names.

    The plots of three stories in a row differ. Invented names, which a reader can't guess, are
    left out.
    """
    from llm_lib.book.small_world import SmallWorld, load_words  # here: only this game needs it

    world, names, stories = SmallWorld(seed, "held_out"), load_words()["names"], []
    while len(stories) < n:
        story = world.example("story")
        recent = [other.facts["plot"] for other in stories[-(TEXTS_A_GAME - 1) :]]
        familiar = {story.facts["name"], story.facts["friend"]} <= {*names}
        if familiar and story.facts["plot"] not in recent:
            stories.append(story)
    return [story.answer for story in stories]
