"""Old addresses lead on: a small page at each, which sends the reader to where it stands now.

A chapter that was split gives some of its sections away: PARTS says which anchors stand elsewhere.
"""

import json
from collections.abc import Collection
from pathlib import Path

MOVED = {
    "chapters/06_embeddings_and_positions": "chapters/06_embeddings",
    "chapters/07_before_attention": "chapters/08_before_attention",
    "chapters/08_self_attention": "chapters/09_self_attention",
    "chapters/09_multi_head_attention": "chapters/10_multi_head_attention",
    "chapters/10_attention_is_all_you_need": "chapters/11_attention_is_all_you_need",
    "chapters/11_gpt_model": "chapters/12_gpt_model",
    "chapters/12_pretraining": "chapters/13_pretraining",
    "chapters/13_generating_text": "chapters/15_generating_text",
}
# By old page: from an anchor to the page on which its section stands now.
_POSITIONS, _FASTER = "chapters/07_positions", "chapters/16_faster_generation"
PARTS: dict[str, dict[str, str]] = {
    "chapters/06_embeddings_and_positions": {
        "without-positions-a-text-is-a-bag": _POSITIONS,
        "does-the-causal-mask-help": _POSITIONS,
        "learned-positions": _POSITIONS,
        "sinusoidal-positions": _POSITIONS,
        "rotary-positions": _POSITIONS,
        "two-layouts-one-idea": _POSITIONS,
        "play-waves-clocks-distances": _POSITIONS,
        "beyond-the-trained-length": _POSITIONS,
    },
    "chapters/12_pretraining": {"how-much-does-size-buy": "chapters/14_scaling_laws"},
    "chapters/13_generating_text": {
        "batches-of-unequal-prompts": _FASTER,
        "break-it-the-padding-speaks": _FASTER,
        "the-keyvalue-cache": _FASTER,
        "what-is-saved-count-the-multiplications": _FASTER,
        "what-it-costs-memory": _FASTER,
        "speculative-decoding-guess-ahead-check-at-once": _FASTER,
        "how-many-texts-fit": _FASTER,
        "explain-a-failure": _FASTER,
        "check-a-draft": _FASTER,
    },
}

PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>This page has moved</title>
<link rel="canonical" href="{to}">
<noscript><meta http-equiv="refresh" content="0; url={to}"></noscript>
<script>
  const parts = {parts};
  const to = parts[decodeURIComponent(location.hash.slice(1))] ?? "{to}";
  location.replace(to + location.search + location.hash);
</script>
<p>This page has moved: <a href="{to}">go there</a>.</p>
</html>
"""


def _beside(old: str, new: str) -> str:
    """Return the address of one page as seen from another in the same folder."""
    (folder, _), (new_folder, name) = (path.rsplit("/", 1) for path in (old, new))
    if folder != new_folder:
        raise ValueError(f"{old!r} and {new!r} should lie in the same folder")
    return f"{name}.html"


def write_pages(site: Path, pages: Collection[str]) -> None:
    """Write a page at each old address of a site that has these pages.

    Raises ValueError, naming the address, if a page of the book stands there, or none where it
    leads.
    """
    for old, new in MOVED.items():
        parts = PARTS.get(old, {})
        if old in pages:
            raise ValueError(f"{old!r} is a page of the book, so it can't lead elsewhere")
        for target in (new, *parts.values()):
            if target not in pages:
                raise ValueError(f"{old!r} should lead to {target!r}, which is not a page")
        parts = {anchor: _beside(old, page) for anchor, page in parts.items()}
        text = PAGE.format(to=_beside(old, new), parts=json.dumps(parts))
        (site / f"{old}.html").write_text(text, "utf-8")
