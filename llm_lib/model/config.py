"""The sizes and switches of a GPT, checked before a model is built."""

from dataclasses import asdict, dataclass, fields
from typing import Any

from llm_lib.arguments import check_choice, check_number, check_whole
from llm_lib.model.experts import ExpertsConfig
from llm_lib.model.latent_attention import LatentConfig
from llm_lib.model.rotary_scaling import RotaryScaling

CHOICES = {
    "position": ("learned", "rotary"),
    "norm": ("layer", "rms"),
    "mlp": ("gelu", "swiglu", "relu2"),
}
# fields that hold settings of their own, each a dataclass beside what it sets
SETTINGS = {"rope_scaling": RotaryScaling, "experts": ExpertsConfig, "latent": LatentConfig}


@dataclass(frozen=True)
class GPTConfig:
    """The sizes and switches of a GPT. The defaults of the switches are GPT-2's.

    `n_kv_head` below `n_head` gives grouped-query attention; `n_hidden` is the width of the
    feed-forward network. None lets them follow: as many heads as `n_head`, and 4 · n_embd. What
    they are then say `kv_heads` and `hidden_width`. A value that they would have anyway becomes
    None, so that the same model has the same config, and `dataclasses.replace` lets it follow.
    `init_std` None starts each matrix at 1/√(its inputs), a number at that standard deviation
    (GPT-2's is 0.02); `qk_norm` divides each query and key by its root mean square (Henry et al.
    2020).

    What came later, all of it off by default:
    `head_dim`: channels of a head, where they are not n_embd / n_head. `qkv_bias`: whether queries,
    keys and values have biases, where that is not what `bias` says (Qwen 2). `qk_norm_weight`: a
    learned weight for each channel behind the norm of queries and of keys (Qwen 3).
    `rope_scaling`: a `RotaryScaling`, or a dict of its fields, for longer texts.
    `window`: how many positions, itself included, a position sees; a number for all layers, or a
    list of one for each layer, None where it sees all. The first `n_sink` are seen from everywhere.
    `score_cap` and `logit_cap` keep scores and logits between ± that number, as cap · tanh(x / cap)
    (Gemma 2). `experts`: an `ExpertsConfig`, or a dict of its fields, for a mixture of experts.
    `latent`: a `LatentConfig`, or a dict of its fields, for latent attention. `delta_layers`: the
    numbers of the layers, from 0, that have a `GatedDeltaAttention` in the place of attention.

    Raises ValueError, naming the field, for an invalid value, or one without that which it needs.

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
    head_dim: int | None = None
    qkv_bias: bool | None = None
    qk_norm_weight: bool = False
    rope_scaling: RotaryScaling | None = None
    window: int | tuple[int | None, ...] | None = None
    n_sink: int = 0
    score_cap: float | None = None
    logit_cap: float | None = None
    experts: ExpertsConfig | None = None
    latent: LatentConfig | None = None
    delta_layers: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        self._check_sizes()
        self._check_switches()
        for name, kind in SETTINGS.items():
            object.__setattr__(self, name, build_settings(name, kind, getattr(self, name)))
        self._check_positions()
        self._check_window()
        self._check_layers()
        if self.latent is not None:
            self._check_latent()

    def _check_sizes(self) -> None:
        """Check what is counted; a size that is what it would be anyway becomes None."""
        for name in ("vocab_size", "context_length", "n_layer", "n_head", "n_embd"):
            object.__setattr__(self, name, check_whole(name, getattr(self, name)))
        for name, usual in self._followers().items():
            if (value := getattr(self, name)) is not None:
                value = check_whole(name, value)
                object.__setattr__(self, name, None if value == usual else value)
        if self.head_dim is None and self.n_embd % self.n_head:
            raise ValueError(f"n_embd {self.n_embd} is not a multiple of n_head {self.n_head}")
        if self.n_head % self.kv_heads:
            raise ValueError(f"n_head {self.n_head} is not a multiple of n_kv_head {self.kv_heads}")

    def _followers(self) -> dict[str, Any]:
        """Return what the fields are that follow others, unless they are given."""
        even = self.n_embd % self.n_head == 0
        return {
            "n_kv_head": self.n_head,
            "n_hidden": 4 * self.n_embd,
            "head_dim": self.n_embd // self.n_head if even else None,
        }

    def _check_switches(self) -> None:
        """Check what is chosen, true or false, or a number."""
        for name, allowed in CHOICES.items():
            check_choice(name, getattr(self, name), allowed)
        if self.qkv_bias is self.bias:
            object.__setattr__(self, "qkv_bias", None)
        for name in ("qk_norm", "qk_norm_weight", "qkv_bias"):
            value = getattr(self, name)
            if not isinstance(value, bool) and not (name == "qkv_bias" and value is None):
                raise ValueError(f"{name} must be True or False, got {value!r}")
        check_number("dropout", self.dropout, least=0, below=1)
        check_number("rope_base", self.rope_base, above=0)
        check_number("norm_eps", self.norm_eps, above=0)
        for name in ("init_std", "score_cap", "logit_cap"):
            if getattr(self, name) is not None:
                check_number(name, getattr(self, name), above=0)

    def _check_layers(self) -> None:
        """Check which layers have experts, and which have a memory in the place of attention."""
        if not isinstance(self.delta_layers, list | tuple):
            raise ValueError(f"delta_layers must be a list of layers, got {self.delta_layers!r}")
        delta = {check_whole("delta_layers", i, 0, self.n_layer - 1) for i in self.delta_layers}
        object.__setattr__(self, "delta_layers", tuple(sorted(delta)))
        if self.experts and self.experts.n_dense >= self.n_layer:
            raise ValueError(
                f"experts' n_dense must be below n_layer {self.n_layer}, got {self.experts.n_dense}"
            )

    def _check_latent(self) -> None:
        """Refuse what latent attention has no place for."""
        if self.position != "rotary":
            raise ValueError(f"latent needs position 'rotary', got {self.position!r}")
        usual = {"n_kv_head": None, "qk_norm": False, "window": None, "qkv_bias": None}
        for name, value in usual.items():
            if getattr(self, name) != value:
                raise ValueError(f"latent attention has no {name}: leave it out")

    def _check_positions(self) -> None:
        """Check what turns queries and keys, or normalises them."""
        if self.position == "rotary" and self.head_size % 2 and self.latent is None:
            what = "head_dim" if self.head_dim else "head_size = n_embd / n_head"
            sizes = "" if self.head_dim else f"{self.n_embd} / {self.n_head} = "
            raise ValueError(
                f"rotary positions turn pairs: {what} must be even, got {sizes}{self.head_size}"
            )
        if self.rope_scaling and self.position != "rotary":
            raise ValueError(f"rope_scaling needs position 'rotary', got {self.position!r}")
        if self.qk_norm_weight and not self.qk_norm:
            raise ValueError("qk_norm_weight needs qk_norm: it is the weight of that norm")

    def _check_window(self) -> None:
        """Check windows and sinks; one window for all layers becomes a number."""
        windows = self.window
        if isinstance(windows, list | tuple):
            if len(windows) != self.n_layer:
                raise ValueError(
                    f"window must be a number, or one for each of {self.n_layer} layers, got "
                    f"{windows!r}"
                )
            windows = tuple(w if w is None else check_whole("window", w) for w in windows)
            windows = windows[0] if len(set(windows)) == 1 else windows
        elif windows is not None:
            windows = check_whole("window", windows)
        object.__setattr__(self, "window", windows)
        object.__setattr__(self, "n_sink", check_whole("n_sink", self.n_sink, 0))
        if self.n_sink and windows is None:
            raise ValueError(f"n_sink {self.n_sink} needs a window: without one, all is seen")

    @property
    def head_size(self) -> int:
        """The number of channels of one head, D: `head_dim`, or C / H."""
        return self.n_embd // self.n_head if self.head_dim is None else self.head_dim

    @property
    def kv_heads(self) -> int:
        """The number of heads of keys and values, H_kv: `n_kv_head`, or as many as of queries."""
        return self.n_head if self.n_kv_head is None else self.n_kv_head

    @property
    def hidden_width(self) -> int:
        """The width of the feed-forward network: `n_hidden`, or 4 · n_embd."""
        return 4 * self.n_embd if self.n_hidden is None else self.n_hidden

    @property
    def has_qkv_bias(self) -> bool:
        """Whether queries, keys and values have biases: `qkv_bias`, or as `bias` says."""
        return self.bias if self.qkv_bias is None else self.qkv_bias

    @property
    def windows(self) -> list[int | None]:
        """How many positions each layer sees, None where all."""
        return list(self.window) if isinstance(self.window, tuple) else [self.window] * self.n_layer

    def later_fields(self) -> dict[str, Any]:
        """Return the fields beyond those of every GPT of the book that are not as by default.

        >>> GPTConfig(50, 8, 1, 2, 6, window=4).later_fields()
        {'window': 4}
        """
        names = [f.name for f in fields(self)]
        later = names[names.index("qk_norm") + 1 :]
        default = {f.name: f.default for f in fields(self)}
        return {n: getattr(self, n) for n in later if getattr(self, n) != default[n]}

    def to_dict(self) -> dict:
        """Return the fields as a plain dict, for JSON, with a number for each size.

        What came later stands in it only where it is not as by default.
        """
        later = self.later_fields()
        names = [f.name for f in fields(self)]
        known = {*names[: names.index("qk_norm") + 1], *later}
        values = {name: value for name, value in asdict(self).items() if name in known}
        return values | {"n_kv_head": self.kv_heads, "n_hidden": self.hidden_width}

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


def build_settings(name: str, kind: type, value: Any) -> Any:
    """Return `value` as a `kind`, of which it may be a dict of fields; None stays None."""
    if value is None or isinstance(value, kind):
        return value
    if not isinstance(value, dict):
        raise ValueError(f"{name} must be a {kind.__name__} or a dict of its fields, got {value!r}")
    known = [f.name for f in fields(kind)]
    if unknown := sorted(set(value) - set(known)):
        raise ValueError(f"{name} has no field {unknown[0]!r}; known are {known}")
    try:
        return kind(**value)
    except TypeError as error:
        raise ValueError(f"{name}: {error}") from None
