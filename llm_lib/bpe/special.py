"""Special tokens: numbering them, and finding those in a text that may be read as such.

A *special token*, such as "<|endoftext|>", is an id of its own. It is never cut, and no merge makes
it. The rules for finding them in a text are tiktoken's.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping

from llm_lib.bpe.pretokenize import any_of, valid_text


def number_specials(tokens: Iterable[str] | Mapping[str, int], first: int) -> dict[str, int]:
    """Return a dict from special token to id, counting up from `first` where none are given.

    Raises TypeError if a token is not a str, ValueError if one is empty, no valid text, or comes
    twice.

    >>> number_specials(["<|user|>", "<|bot|>"], 300)
    {'<|user|>': 300, '<|bot|>': 301}
    """
    if isinstance(tokens, str):
        raise TypeError(f"special_tokens should be a list of strings; got the string {tokens!r}")
    numbered = dict(tokens) if isinstance(tokens, Mapping) else {}
    for token in tokens:
        if not isinstance(token, str):
            raise TypeError(f"special_tokens should be strings; got {token!r}")
        if not token or valid_text(token) != token:
            raise ValueError(f"special_tokens: {token!r} is empty or no valid text")
        if not isinstance(tokens, Mapping):
            if token in numbered:
                raise ValueError(f"special_tokens: {token!r} comes twice")
            numbered[token] = first + len(numbered)
    return numbered


def split_special(
    text: str,
    special_tokens: Mapping[str, int],
    allowed: str | Collection[str],
    disallowed: str | Collection[str],
) -> Iterator[str | int]:
    """Yield the parts of a text: the id of each special token, and the text around them as str.

    allowed: the special tokens to read as such: "all", or some of them.
    disallowed: those that raise ValueError where they stand in the text; "all" means all that are
        not allowed. Any others are left in the text.

    >>> list(split_special("Hi!<|end|>Bye!", {"<|end|>": 300}, "all", ()))
    ['Hi!', 300, 'Bye!']
    """
    every = frozenset(special_tokens)
    allowed = every if _is_all(allowed) else every.intersection(allowed)
    disallowed = every - allowed if _is_all(disallowed) else frozenset(disallowed)
    _refuse(disallowed, text)
    start = 0
    for match in any_of(allowed).finditer(text) if allowed else ():
        yield text[start : match.start()]
        yield special_tokens[match[0]]
        start = match.end()
    yield text[start:]


def _is_all(names: str | Collection[str]) -> bool:
    """Say whether all special tokens are meant. Raises ValueError for any other str."""
    if isinstance(names, str) and names != "all":
        raise ValueError(f'special tokens should be "all" or a set of them; got {names!r}')
    return names == "all"


def _refuse(disallowed: Collection[str], text: str) -> None:
    """Raise ValueError if the text holds one of these special tokens."""
    if disallowed and (found := any_of(disallowed).search(text)):
        raise ValueError(
            f"the text holds the special token {found[0]!r}; pass "
            f'allowed_special={{{found[0]!r}}} (or "all") to encode it as one id, or '
            "disallowed_special=() to encode it as plain text"
        )
