"""The measures of quality, on texts whose answer is known."""

import pytest

from llm_lib.book.small_world import SmallWorld
from llm_lib.book.small_world import quality as evaluation
from llm_lib.book.small_world.quality import check_story, evaluate_answers, evaluate_stories
from llm_lib.bpe import BPETokenizer
from llm_lib.tokenizer import END_OF_TEXT

FACTS = {"name": "Mia", "kind": "fox", "object": "kite"}
TOKENIZER = BPETokenizer.train("a b c", 257, special_tokens=[END_OF_TEXT])


@pytest.mark.parametrize(
    ("story", "name", "kind", "object_"),
    [
        ("Mia the fox saw a kite. The kite flew, and Tom laughed.", True, True, True),
        ("Zoe the fox saw a kite. Tom laughed with Zoe.", False, True, True),
        ("Mia the fox saw a kite. Zoe and Tom laughed.", False, True, True),
        ("Mia the bear saw a kite.", True, False, True),
        ("Mia the fox saw a kite. The bear ran.", True, False, True),
        ("Mia saw a kite.", True, False, True),
        ("The fox saw a kite. He laughed, and so did Tom.", False, True, True),
        ("Mia the fox had an old map in a book and a kite.", True, True, True),
        ("Mia the fox saw a drum and a kite.", True, True, False),
        ("Mia the fox was happy. The End.", True, True, False),
        ("Mia the fox had a basket full of apples and a kite.", True, True, True),
    ],
)
def test_a_story_is_judged_word_by_word(story, name, kind, object_):
    # fails if a second hero, another animal or another thing passes
    check = check_story(story, FACTS)
    assert (check.name, check.kind, check.object) == (name, kind, object_)
    assert check.all == (name and kind and object_)


def test_right_answers_count_and_wrong_ones_do_not(monkeypatch):
    # fails if the share is not right / all
    world = SmallWorld(1000, "held_out")
    examples = [world.example("question") for _ in range(10)]
    answers = [e.answer for e in examples[:7]] + ["Nothing."] * 3
    calls = []
    monkeypatch.setattr(evaluation, "complete", lambda *a, **k: calls.append((a, k)) or answers)
    assert evaluate_answers(None, None, "question", "held_out", 10) == 0.7
    assert calls == [((None, None, [e.question for e in examples], 40), {})]  # 40 tokens, greedy
    world = SmallWorld(1000, "held_out")
    stories = [world.example("story").answer for _ in range(10)]
    monkeypatch.setattr(evaluation, "complete", lambda *a, **k: [*stories[:9], "Oh."])
    assert evaluate_stories(None, None, "held_out", 10)["all"] == 0.9


def test_every_measure_is_taken_once(monkeypatch):
    # fails if a figure is missing, is over other prompts, or the count of measures is wrong
    stories, answers, reports = [], [], []

    def tell(model, tokenizer, split, n, **settings):
        stories.append((split, n, settings))
        return {"name": 0.5, "all": 0.25}

    def answer(model, tokenizer, task, split, n):
        answers.append((task, split, n))
        return 0.125

    monkeypatch.setattr(evaluation, "evaluate_stories", tell)
    monkeypatch.setattr(evaluation, "evaluate_answers", answer)
    figures = evaluation.evaluate_model(None, None, 7, lambda: reports.append(1))
    splits, sampled = ("held_out", "new_names"), {"temperature": 0.7, "seed": 0}
    assert stories == [(split, 7, how) for split in splits for how in ({}, sampled)]
    tasks = ("question", "reversed", "sentiment", "summary", "names", "translate", "spam")
    assert answers == [(task, split, 7) for split in splits for task in tasks]
    assert len(reports) == evaluation.N_MEASURES == 18
    assert figures == {
        "stories": {
            f"{split}, {how}": {"name": 0.5, "all": 0.25}
            for split in splits
            for how in ("greedy", "temperature 0.7")
        },
        "answers": {f"{task}, {split}": 0.125 for split in splits for task in tasks},
    }
