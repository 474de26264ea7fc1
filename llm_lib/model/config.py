"""The sizes and switches of a GPT, checked before a model is built."""

from dataclasses import asdict, dataclass, fields

from llm_lib.arguments import check_choice, check_number, check_whole

CHOICES = {
    "position": ("learned", "rotary"),
    "norm": ("layer", "rms"),
    "mlp": ("gelu", "swiglu", "relu2"),
}


@dataclass(frozen=True)
class GPTConfig:
    """The sizes and switches of a GPT. The defaults of the switches are GPT-2's.

    `n_kv_head` below `n_head` gives grouped-query attention; `n_hidden` is the width of the
    feed-forward network. None lets them follow: as many heads as `n_head`, and 4 · n_embd. What
    they are then say `kv_heads` and `hidden_width`. A value that they would have anyway becomes
    None, so that the same model has the same config, and `dataclasses.replace` lets it follow.
    `init_std` None starts each matrix at 1/√(its inputs), a number at that standard deviation
    (GPT-2's is 0.02); `qk_norm` divides each query and key by its root mean square (Henry et al.
    2020). Raises ValueError, naming the field, for an invalid value.

    >>> config = GPTConfig(vocab_size=50, context_length=8, n_layer=1, n_head=2, n_embd=6)
    >>> config.head_size, config.kv_heads, config.hidden_width
    (3, 2, 24)
    """

    vocab_size: int
    context_length: int
    n_layer: int
    n_head: int
    n_embd: int
    dropout: float = 0.0
    bias: bool = True
    n_kv_head: int | None = None
    position: str = "learned"
    norm: str = "layer"
    mlp: str = "gelu"
    tie_weights: bool = True
    n_hidden: int | None = None
    rope_base: float = 10000.0
    norm_eps: float = 1e-5
    init_std: float | None = None
    qk_norm: bool = False

    def __post_init__(self) -> None:
        for name in ("vocab_size", "context_length", "n_layer", "n_head", "n_embd"):
            object.__setattr__(self, name, check_whole(name, getattr(self, name)))
        for name, usual in (("n_kv_head", self.n_head), ("n_hidden", 4 * self.n_embd)):
            if (size := getattr(self, name)) is not None:
                size = check_whole(name, size)
                object.__setattr__(self, name, None if size == usual else size)
        if self.n_embd % self.n_head:
            raise ValueError(f"n_embd {self.n_embd} is not a multiple of n_head {self.n_head}")
        if self.n_head % self.kv_heads:
            raise ValueError(f"n_head {self.n_head} is not a multiple of n_kv_head {self.kv_heads}")
        for name, allowed in CHOICES.items():
            check_choice(name, getattr(self, name), allowed)
        if self.position == "rotary" and self.head_size % 2:
            raise ValueError(
                f"rotary positions turn pairs: head_size = n_embd / n_head must be even, got "
                f"{self.n_embd} / {self.n_head} = {self.head_size}"
            )
        if not isinstance(self.qk_norm, bool):
            raise ValueError(f"qk_norm must be True or False, got {self.qk_norm!r}")
        check_number("dropout", self.dropout, least=0, below=1)
        check_number("rope_base", self.rope_base, above=0)
        check_number("norm_eps", self.norm_eps, above=0)
        if self.init_std is not None:
            check_number("init_std", self.init_std, above=0)

    @property
    def head_size(self) -> int:
        """The number of channels of one head, D = C / H."""
        return self.n_embd // self.n_head

    @property
    def kv_heads(self) -> int:
        """The number of heads of keys and values, H_kv: `n_kv_head`, or as many as of queries."""
        return self.n_head if self.n_kv_head is None else self.n_kv_head

    @property
    def hidden_width(self) -> int:
        """The width of the feed-forward network: `n_hidden`, or 4 · n_embd."""
        return 4 * self.n_embd if self.n_hidden is None else self.n_hidden

    def to_dict(self) -> dict:
        """Return the fields as a plain dict, for JSON, with a number for each size."""
        return asdict(self) | {"n_kv_head": self.kv_heads, "n_hidden": self.hidden_width}

    @classmethod
    def from_dict(cls, values: dict) -> "GPTConfig":
        """Build a config from a plain dict; ValueError names a field that is unknown or missing."""
        known = {f.name for f in fields(cls)}
        if unknown := sorted(set(values) - known):
            raise ValueError(f"unknown GPTConfig field {unknown[0]!r}; known are {sorted(known)}")
        needed = ("vocab_size", "context_length", "n_layer", "n_head", "n_embd")
        if missing := [name for name in needed if name not in values]:
            raise ValueError(f"GPTConfig needs the field {missing[0]!r}")
        return cls(**values)
