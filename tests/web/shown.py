"""Each widget as the chapters show it, and what a reader does with it before it is looked at."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page

from llm_lib.book import widgets
from llm_lib.book.widgets.field_rings import N_CARDS
from llm_lib.book.widgets.four_switches import FOUR
from llm_lib.costs import modern_configs
from tests.web import (
    test_decoding_lab,
    test_marker_hack,
    test_patch_lab,
    test_where_the_answer_sits,
    test_your_taste,
)
from tests.web.test_cross_attention_map import examples
from tests.web.test_embedding_map import GROUPS, TABLES
from tests.web.test_field_rings import RIGHT
from tests.web.widget_page import settle

STORY = "By the lake lived Mia, a brave fox. Mia had a"
HEAD_LAB = (
    "User: Mia the fox met Tom the bear by the lake. Mia had a kite and Tom had a drum. "
    "What did Tom have?\nBot: Tom had a"
)
REPEATS = "7 3 9 22 41 5 18 60 7 3 9 22 41 5 18"
BERRIES = "Strawberry or strawberry? The fox unbelievably ate forty strawberries."
LABELS = ["elephant!?", "bear", "owl", "hen", "question"]
WRONG = ["", "", "", "mismatched", ""]
DIAGNOSES = ["", "", "healthy", *[""] * 5]
LAYER_OFF = [[1] * 4, [1] * 4, [1] * 4, [0] * 4]


# as the chapters show them, and with more to show than there
SHOWN: dict[str, Callable] = {
    "ArchitectureLab": widgets.ArchitectureLab,
    "ArchitectureLab, DeepSeek-V3": lambda: widgets.ArchitectureLab(
        modern_configs()["DeepSeek-V3"], against="before"
    ),
    "ArchitectureLab, a file": lambda: widgets.ArchitectureLab(
        modern_configs()["DeepSeek-V3"], view="file"
    ),
    "AttentionByHand": widgets.AttentionByHand,
    "AttentionByHand, 5 tokens": lambda: widgets.AttentionByHand(tokens=LABELS),
    "BrokenLoaders": widgets.BrokenLoaders,
    "BrokenLoaders, mended": lambda: widgets.BrokenLoaders(
        loader=4, answers=[*[""] * 4, "leaked"], mended=[*[False] * 4, True]
    ),
    "BrokenLoaders, a wrong answer": lambda: widgets.BrokenLoaders(loader=3, answers=WRONG),
    "BottleneckLab": widgets.BottleneckLab,
    "BottleneckLab, long": lambda: widgets.BottleneckLab(steps=8000),
    "CostCalculator": widgets.CostCalculator,
    "CountryHead": widgets.CountryHead,
    "CountryHead, the head off": lambda: widgets.CountryHead(country="Russia", head=False),
    "CrossAttentionMap": lambda: widgets.CrossAttentionMap(examples()),
    "DecodingLab": lambda: widgets.DecodingLab(prompt="Once there was a", n_tokens=40),
    "DecodingLab, recorded": lambda: widgets.DecodingLab(recorded=True),
    "EmbeddingMap": lambda: widgets.EmbeddingMap(TABLES, GROUPS),
    "FieldRings": widgets.FieldRings,
    "FieldRings, answered": lambda: widgets.FieldRings(answers=[["llm", True]], ring="generative"),
    "FieldRings, the score": lambda: widgets.FieldRings(answers=RIGHT, card=N_CARDS),
    "FourSwitches": widgets.FourSwitches,
    "FourSwitches, one head": lambda: widgets.FourSwitches(one=True),
    "FourSwitches, a secret": lambda: widgets.FourSwitches(sentence="secret", exchanged=list(FOUR)),
    "GuessGame": widgets.GuessGame,
    "HeadLab": lambda: widgets.HeadLab(text=HEAD_LAB, layer=2, head=0, query=21),
    "HeadLab, a layer off": lambda: widgets.HeadLab(text=HEAD_LAB, head_scale=LAYER_OFF),
    "HeadLab, recorded": lambda: widgets.HeadLab(recorded=True),
    "HeadLab, Echo": lambda: widgets.HeadLab("echo", text=REPEATS),
    "LossDoctor": lambda: widgets.LossDoctor(answers=["healthy", *[""] * 7]),
    "LossDoctor, another case": lambda: widgets.LossDoctor(case=2, answers=DIAGNOSES),
    "MarkerHack": widgets.MarkerHack,
    "MergeStepper": lambda: widgets.MergeStepper(text="sea sea sea seal seal tea tea", step=6),
    "ModelSizer": widgets.ModelSizer,
    "NextTokenLab": lambda: widgets.NextTokenLab(prompt=STORY),
    "NextTokenLab, recorded": lambda: widgets.NextTokenLab(recorded=True),
    "NgramLab": widgets.NgramLab,
    "NgramLab, 30 words": lambda: widgets.NgramLab(written=["everything", "went"] * 15),
    "PatchLab": widgets.PatchLab,
    "PatchLab, one head": lambda: widgets.PatchLab(part="heads", at="position"),
    "PatchLab, a lens": lambda: widgets.PatchLab(view="lens"),
    "PatchLab, Echo": lambda: widgets.PatchLab("echo"),
    "Playground": widgets.Playground,
    "PositionLab": lambda: widgets.PositionLab(dimension=32, n_positions=64),
    "PositionLab, clocks": lambda: widgets.PositionLab(view="clocks"),
    "PositionLab, distances": lambda: widgets.PositionLab(view="distances"),
    "PronounHead": widgets.PronounHead,
    "PronounHead, another sentence": lambda: widgets.PronounHead(sentence="doctor"),
    "RankDial": widgets.RankDial,
    "RewardTimeline": widgets.RewardTimeline,
    "RewardTimeline, learning": lambda: widgets.RewardTimeline(stop=3),
    "RunPlanner": widgets.RunPlanner,
    "ScoringRules": widgets.ScoringRules,
    "ScoringRules, by characters": lambda: widgets.ScoringRules(form="cloze", rule="acc_norm"),
    "ShrinkingTime": widgets.ShrinkingTime,
    "ShrinkingTime, growing": lambda: widgets.ShrinkingTime(
        growing=True, switched=["BPE 1,024", "Muon"]
    ),
    "ShrinkingTime, a product": lambda: widgets.ShrinkingTime(switched=["Muon", "bfloat16"]),
    "Transplant": widgets.Transplant,
    "StreamLab": widgets.StreamLab,
    "StreamLab, a block off": lambda: widgets.StreamLab(off=["attention 2", "feed-forward 2"]),
    "StretchGame": widgets.StretchGame,
    "StretchGame, rotary": lambda: widgets.StretchGame(scheme="rotary", start=40, gap=20),
    "SurpriseText": widgets.SurpriseText,
    "SurpriseText, recorded": lambda: widgets.SurpriseText(recorded=True),
    "SurpriseText, another world": lambda: widgets.SurpriseText(
        text="The capital of Peru is Lima."
    ),
    "TableTrainer": widgets.TableTrainer,
    "TableTrainer, two numbers": lambda: widgets.TableTrainer(
        size=2, words=["bear", "hen", "lake"]
    ),
    "ThinkingLab": lambda: widgets.ThinkingLab(seconds=1),
    "ThinkingLab, ten swaps": lambda: widgets.ThinkingLab(swaps=10),
    "TinyNetwork": lambda: widgets.TinyNetwork(data="xor", unit=3),
    "TokenLook": widgets.TokenLook,
    "TokenLook, an early token": lambda: widgets.TokenLook(layer=1, head=2, query=15),
    "TokenizerLab": lambda: widgets.TokenizerLab(text=BERRIES),
    "TrainLab": widgets.TrainLab,
    "TrainLab, a text of one's own": lambda: widgets.TrainLab("own", text=STORY * 30),
    "TrainLab, small": lambda: widgets.TrainLab(small=True),
    "TrainingReplay": lambda: widgets.TrainingReplay(layer=2, head=1),
    "TrainingReplay, an opening": lambda: widgets.TrainingReplay(prompt=1, snapshot=1),
    "TransformerMap": widgets.TransformerMap,
    "TransformerMap, repeat": lambda: widgets.TransformerMap(part="repeat"),
    "TuningReplay": widgets.TuningReplay,
    "TuningReplay, a stammer": lambda: widgets.TuningReplay(look=14),
    "TwoRanks": widgets.TwoRanks,
    "TwoRanks, apart": lambda: widgets.TwoRanks(fault="no_all_reduce"),
    "WhereTheAnswerSits": widgets.WhereTheAnswerSits,
    "WhereTheAnswerSits, padding": lambda: widgets.WhereTheAnswerSits(layer=20, padding=4),
    "WindowLab": lambda: widgets.WindowLab(context_length=4, stride=4, batch_size=2),
    "YourTaste": widgets.YourTaste,
    "YourTaste, a program": lambda: widgets.YourTaste(mode="verifier"),
    "WindowLab, long windows": lambda: widgets.WindowLab(context_length=12, stride=1),
}


def press(page: Page, name: str) -> None:
    """Press the first button of a name."""
    page.get_by_role("button", name=name).first.click()


def rank_heads(page: Page) -> None:
    """Let the lab say which head matters."""
    press(page, "Which head matters here?")
    page.wait_for_function("model.get('ranking').length > 0")


def train_and_answer(page: Page) -> None:
    """Let two models learn for a moment, and answer what they then can."""
    press(page, "Start")
    page.wait_for_function("document.querySelector('.llm-thinking-dots').children.length > 9")
    press(page, "Stop")
    page.wait_for_function("Object.keys(model.get('answers')).length === 2")


# what brings something to see: the others show all that they have at once
USED: dict[str, Callable[[Page], object]] = {
    "DecodingLab": test_decoding_lab.write,
    "HeadLab": rank_heads,
    "LossDoctor": lambda page: press(page, "Show the numbers"),
    "MarkerHack": test_marker_hack.rest,
    "PatchLab": test_patch_lab.wait_for_the_map,
    "RankDial": lambda page: page.wait_for_function("model.get('answers').length === 2"),
    "TableTrainer": lambda page: press(page, "One step"),
    "ThinkingLab": train_and_answer,
    "TinyNetwork": lambda page: press(page, "1 step"),
    "TwoRanks": lambda page: press(page, "One step"),
    "WhereTheAnswerSits": test_where_the_answer_sits.wait_for_map,
    "YourTaste": test_your_taste.rest,
}


def use(page: Page, which: str) -> None:
    """Unfold all of a widget, named as in `SHOWN`, and do with it what a reader does."""
    folded = "details:not([open]) > summary"
    page.eval_on_selector_all(folded, "(all) => all.forEach((summary) => summary.click())")
    name, _, how = which.partition(", ")
    if name in USED and how != "recorded":  # where there is nothing to run
        USED[name](page)
    settle(page)
