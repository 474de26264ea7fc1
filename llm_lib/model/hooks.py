"""Places inside a model that have names, where a function may read or replace what flows through.

In a `GPT`, for B texts of T tokens, with H heads of D channels (H_kv of keys and values):

    embed                             (B, T, C)         token and position vectors, added
    blocks.{i}.resid_pre              (B, T, C)         what block i finds in the stream
    blocks.{i}.norm_1.normalized      (B, T, C)         what its attention reads
    blocks.{i}.attention.q            (B, H, T, D)      after rotary positions, if it has any
    blocks.{i}.attention.k            (B, H_kv, T, D)   likewise
    blocks.{i}.attention.v            (B, H_kv, T, D)
    blocks.{i}.attention.scores       (B, H, T, S)      q · k / √D, −∞ where nothing may be seen
    blocks.{i}.attention.pattern      (B, H, T, S)      the weights: each row sums to 1
    blocks.{i}.attention.z            (B, H, T, D)      what each head mixed, before `out`
    blocks.{i}.attn_out               (B, T, C)         what attention adds to the stream
    blocks.{i}.resid_mid              (B, T, C)         the stream between the two
    blocks.{i}.norm_2.normalized      (B, T, C)         what the feed-forward network reads
    blocks.{i}.feed_forward.pre       (B, T, n_hidden)  before the non-linearity
    blocks.{i}.feed_forward.post      (B, T, n_hidden)  after it, and after the gate
    blocks.{i}.mlp_out                (B, T, C)         what the feed-forward network adds
    blocks.{i}.resid_post             (B, T, C)         what block i leaves in the stream
    norm.normalized                   (B, T, C)         what the head reads

Where there are experts, `feed_forward.router.probabilities` (B, T, n_expert) is what the router
gives each, and `feed_forward.experts.{j}.pre` and `.post` have the tokens of expert j alone, one a
row; if it has none, the function is not called. With latent attention, q and k have D + R channels.
A layer with a memory in the place of attention has `attention.z`, and no q, k, v, scores or
pattern.

The names are those of TransformerLens (Nanda and Bloom 2022), without its "hook_". With a KV cache,
T counts the new tokens alone, and S the earlier ones too. A query head h uses keys and values of
head h // (H / H_kv).
"""

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager

from torch import Tensor, nn

Hook = Callable[[Tensor], Tensor | None] | Tensor


class ActivationCache(dict[str, Tensor]):
    """Activations by name, as `GPT.run_with_cache` has kept them."""

    def layers(self, place: str) -> list[Tensor]:
        """Return one activation of all blocks, by its place in a block, as "attention.z"."""
        names = [name for name in self if re.fullmatch(rf"blocks\.\d+\.{re.escape(place)}", name)]
        if not names:
            raise ValueError(f"nothing was kept of {place!r}; there is {', '.join(self)}")
        return [self[name] for name in names]

    @property
    def stream(self) -> list[Tensor]:
        """The residual stream before each block, and after the last: n_layer + 1 × (B, T, C)."""
        return [*self.layers("resid_pre"), self.layers("resid_post")[-1]]


class Activation(nn.Identity):
    """A place with a name: hands on what it is given, and has no parameters.

    Its name is where it stands in the model, as "blocks.0.attention.pattern". Reading and replacing
    are torch's own forward hooks; `hooked` is the short way to them.
    """

    @property
    def is_watched(self) -> bool:
        """Whether a hook is here: then what flows through has to be made, and can't be skipped."""
        return bool(self._forward_hooks or self._forward_pre_hooks or self._backward_hooks)


def activation_names(model: nn.Module) -> list[str]:
    """Return the names of all activations of `model`, as they stand in it.

    >>> activation_names(nn.Sequential(nn.Linear(2, 2), Activation()))
    ['1']
    """
    return [name for name, part in model.named_modules() if isinstance(part, Activation)]


@contextmanager
def hooked(model: nn.Module, hooks: Mapping[str, Hook]) -> Iterator[None]:
    """Read or replace activations of `model`, by name, in all that it computes inside the `with`.

    A function is given a copy. What it returns goes on in its place. If it returns nothing the copy
    goes on, as the function left it: so it may look, or write into a part. A tensor instead of a
    function replaces everything. Gradients flow through. The hooks go away, whatever happens.
    What torch.compile has made of a model may not see them: give the model that it was made from.

    Raises ValueError for a name that is not there; as the model runs, ValueError for a replacement
    of another shape, and TypeError for one that is no tensor.

    >>> import torch
    >>> model, seen = nn.Sequential(nn.ReLU(), Activation()), []
    >>> with hooked(model, {"1": seen.append}):
    ...     y = model(torch.tensor([-3.0, 4.0]))
    >>> seen
    [tensor([0., 4.])]
    """
    with ExitStack() as handles:
        for name, hook in hooks.items():
            place = find_activation(model, name)
            handle = place.register_forward_hook(_as_torch_hook(name, hook))
            handles.callback(handle.remove)
        yield


def find_activation(model: nn.Module, name: str) -> Activation:
    """Return the place in `model` that is called `name`; ValueError says which there are."""
    places = {n: part for n, part in model.named_modules() if isinstance(part, Activation)}
    if name in places:
        return places[name]
    layer = r"(?<=\.)\d+(?=\.)"
    kinds = dict.fromkeys(re.sub(layer, "{i}", n) for n in places)  # one for all blocks
    known = ", ".join(kinds) or "none"
    if numbers := [int(n) for n in re.findall(layer, " ".join(places))]:
        known += f"; i is from 0 to {max(numbers)}"
    raise ValueError(f"no activation is called {name!r}; there are {known}")


def _as_torch_hook(name: str, hook: Hook) -> Callable:
    """Return a hook as torch wants it, which hands a copy to `hook` and checks what comes back."""
    if not (callable(hook) or isinstance(hook, Tensor)):
        raise TypeError(f"{name} needs a function or a tensor, got {type(hook).__name__}")

    def run(place: nn.Module, inputs: tuple, x: Tensor) -> Tensor:
        copy = x.clone()  # other places may hold the same numbers: the stream does, between blocks
        new = hook(copy) if callable(hook) else hook
        new = copy if new is None else new
        if not isinstance(new, Tensor):
            raise TypeError(f"the hook of {name} returned no tensor: {type(new).__name__}")
        if new.shape != x.shape:
            shapes = f"{tuple(x.shape)}, got {tuple(new.shape)}"
            raise ValueError(f"what replaces {name} must have its shape, {shapes}")
        return new

    return run
