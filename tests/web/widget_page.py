"""A bare page with one widget on it, and small random models to put into widgets."""

from __future__ import annotations

import json

import torch

from llm_lib.bpe import BPETokenizer
from llm_lib.gpt import GPT, GPTConfig

TEXT = (
    "Mira the fox found a red lantern in the old mill. She showed the lantern to Tobi the owl. "
    "Tobi the owl was kind, and Mira the fox was happy. They went home with the red lantern. "
) * 3

# What a notebook's front end gives a widget: traits, events, and messages to and from Python.
FAKE_MODEL = """
class FakeModel {
  constructor(state, files) { Object.assign(this, {state, files, listeners: {}, sent: []}); }
  get(name) { return this.state[name]; }
  set(name, value) {
    if (this.state[name] === value) return;
    this.state[name] = value;
    for (const f of [...(this.listeners['change:' + name] ?? [])]) f();
  }
  save_changes() {}
  on(name, f) { (this.listeners[name] ??= []).push(f); }
  off(name, f) { this.listeners[name] = (this.listeners[name] ?? []).filter((g) => g !== f); }
  send(message) {
    this.sent.push(message);
    const answer = {type: 'model', ref: message.ref, payload: this.files[message.ref]};
    setTimeout(() => { for (const f of this.listeners['msg:custom'] ?? []) f(answer); });
  }
  get listening() { return Object.values(this.listeners).flat().length; }
}
"""
MOUNT = """async ([source, style, state, files]) => {
  document.head.append(Object.assign(document.createElement('style'), {textContent: style}));
  const url = URL.createObjectURL(new Blob([source], {type: 'text/javascript'}));
  const widget = (await import(url)).default;
  window.model = new FakeModel(state, files);
  const el = document.body.appendChild(document.createElement('main'));
  window.cleanup = await widget.render({model, el});
}"""


def random_model(seed: int = 0, **changes) -> GPT:
    """Return a GPT with float16-exact random weights, large enough that attention is not flat."""
    torch.manual_seed(seed)
    settings = {
        "vocab_size": 290, "context_length": 24, "n_layer": 3, "n_head": 4, "n_embd": 32,
    } | changes  # fmt: skip
    model = GPT(GPTConfig(**settings)).eval()
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if parameter.dim() == 1:  # norms and biases, which start as all ones and zeros
                parameter.add_(0.2 * torch.randn_like(parameter))
            elif "qkv" in name:
                parameter.mul_(2.5)
            parameter.copy_(parameter.half().float())
    return model


def small_tokenizer(vocab_size: int = 290) -> BPETokenizer:
    """Return a byte pair encoding of `TEXT` with an end-of-text token."""
    return BPETokenizer.train(TEXT, vocab_size, special_tokens=["<|endoftext|>"])


def open_widget(browser, widget, *, width: int = 1000, theme: str = "light", payload=None):
    """Show `widget` on a bare page; return the page, with `page.complaints` filling up.

    payload: sent instead of the model of the widget, if given.
    """
    page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=theme)
    page.complaints = []
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    page.on("console", lambda m: m.type == "error" and page.complaints.append(m.text))
    page.set_content(
        f'<!doctype html><html lang="en" data-theme="{theme}"><head><title>Widget</title>'
        '<meta name="viewport" content="width=device-width"></head>'
        '<body style="margin: 16px; background: var(--llm-bg)"></body></html>'
    )
    page.add_script_tag(content=FAKE_MODEL)
    hidden = ("layout", "tabbable", "tooltip", "comm")
    names = [n for n in widget.keys if not n.startswith("_") and n not in hidden]
    state = json.loads(json.dumps({name: getattr(widget, name) for name in names}))
    files = {widget.model_ref: payload} if payload else widget._files
    page.evaluate(MOUNT, [widget._esm, widget._css, state, files])
    page.wait_for_selector(".llm-widget[data-ready]")
    page.wait_for_timeout(150)
    return page


def trait(page, name):
    """Return a trait as the page has it."""
    return page.evaluate("(name) => model.get(name)", name)


def set_trait(page, name, value) -> None:
    """Set a trait as Python would, and give the page time to follow."""
    page.evaluate("([name, value]) => model.set(name, value)", [name, value])
    page.wait_for_timeout(500)
