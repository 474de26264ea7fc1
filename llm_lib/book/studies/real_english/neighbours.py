"""Which words of SmolLM2's table lie near their like, and the one that is near to too many.

`python -m llm_lib.book.studies.real_english.neighbours` looks (seconds), and writes the file
`neighbours.json`; `load_neighbours` reads it. The words are in sets, of which nothing was told to
the model; each is one token, with the space before it.
"""

from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from llm_lib.files import read_json, write_json
from llm_lib.pretrained.save_load import load_model

FILE = Path(__file__).parent / "neighbours.json"
COMMAND = "python -m llm_lib.book.studies.real_english.neighbours"
FEW = 5  # a hub is among the FEW nearest of many

SETS = {
    "days": "Monday Tuesday Wednesday Thursday Friday Saturday Sunday",
    "months": "January February March April May June July August September October November "
    "December",
    "numbers": "one two three four five six seven eight nine ten eleven twelve",
    "names": "Mary John Tom Anna James Emma Peter Sarah David Lucy",
    "family": "mother father sister brother aunt uncle daughter son grandmother grandfather cousin",
    "pronouns": "he she it they we you I him her them us me",
    "body": "hand foot arm leg head eye ear nose mouth knee shoulder",
    "instruments": "piano guitar violin drum flute trumpet",
    "past verbs": "walked ran jumped swam flew ate drank slept sang wrote read spoke",
    "colours": "red green blue yellow orange purple black white brown pink grey",
    "fruit": "apple banana lemon grape cherry peach pear strawberry",
    "countries": "France Italy Spain Germany China India Japan Brazil Egypt Mexico Canada Russia "
    "Poland Greece",
    "capitals": "Paris Rome Madrid Berlin Beijing Delhi Tokyo Cairo Ottawa Moscow Warsaw Athens "
    "London",
    "feelings": "happy sad angry afraid proud tired lonely jealous calm",
    "weather": "rain snow wind storm cloud fog sun ice thunder",
    "animals": "cat dog horse cow pig sheep wolf fox bear lion tiger mouse rabbit bird fish",
    "clothes": "shirt coat hat shoe dress trousers jacket sock glove",
    "professions": "doctor teacher nurse lawyer farmer baker soldier engineer",
    "tools": "hammer knife saw axe drill shovel rope ladder",
}


def list_words() -> tuple[list[str], list[str]]:
    """Return all words, and the set of each."""
    pairs = [(word, name) for name, words in SETS.items() for word in words.split()]
    return [word for word, _ in pairs], [name for _, name in pairs]


def find_ids(tokenizer: Any, words: list[str]) -> list[int]:
    """Return the id of each word with its space; ValueError for one that is not one token."""
    found = [tokenizer.encode(" " + word) for word in words]
    if cut := [word for word, ids in zip(words, found, strict=True) if len(ids) != 1]:
        raise ValueError(f"each word should be one token; {cut[0]!r} is not")
    return [ids[0] for ids in found]


def measure(table: Tensor, ids: list[int]) -> dict[str, list]:
    """Return what `load_neighbours` describes, of the rows `ids` in a table (V, C)."""
    unit = torch.nn.functional.normalize(table[ids], dim=1)
    cosines = unit @ unit.T
    cosines.fill_diagonal_(-2)  # not the word itself
    best = cosines.topk(FEW, dim=1).indices
    middle = torch.nn.functional.normalize(table.mean(dim=0), dim=0)
    return {
        "ids": ids,
        "nearest": best[:, 0].tolist(),
        "cosine": [round(c, 4) for c in cosines.max(dim=1).values.tolist()],
        "wanted": torch.bincount(best.flatten(), minlength=len(ids)).tolist(),
        "to_mean": [round(c, 4) for c in (unit @ middle).tolist()],
    }


def load_neighbours() -> dict[str, Any]:
    """Return what is on file.

    ids: of the words, in the order of `list_words`. nearest: the place of each word's nearest
    other word, by cosine, and cosine: that. wanted: among the five nearest of how many others it
    is. to_mean: the cosine with the mean of all 49,152 rows.
    """
    return read_json(FILE)


def main() -> None:
    """Look, and write the file."""
    model, tokenizer = load_model("smollm2")
    words, sets = list_words()
    table = model.token_embedding.weight.detach()
    found = measure(table, find_ids(tokenizer, words))
    write_json(FILE, {"command": COMMAND, "model": "smollm2"} | found)
    own = sum(sets[i] == name for i, name in zip(found["nearest"], sets, strict=True))
    hub = max(range(len(words)), key=found["wanted"].__getitem__)
    print(f"{own} of {len(words)} have their nearest in their own set; the hub is {words[hub]}")


if __name__ == "__main__":
    main()
