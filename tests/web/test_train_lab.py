"""TrainLab in a browser: driven as a reader would, and held against the same numbers in Python."""

from __future__ import annotations

import base64
import itertools
import math
import zipfile
from collections import Counter

import pytest
import torch
from torch.nn import functional as F

from llm_lib.book.widgets import TrainLab
from llm_lib.bpe import BPETokenizer
from llm_lib.model.gpt import GPT, GPTConfig
from llm_lib.pretrained.save_load import load_model, save_model
from llm_lib.tokenizer import CharTokenizer
from tests.web.widget_page import (
    choose_files,
    find_faults,
    mount,
    plain_script,
    set_trait,
    settle,
    trait,
)

TINY = {"n_layer": 1, "n_head": 2, "n_embd": 8}
LONG = {"steps": 100_000}  # no training is at its end before a test pauses it
TEXT = " ".join(
    f"The {size} {kind} saw a {thing} by the {place}."
    for size in ("red", "old", "tiny")
    for kind in ("fox", "owl", "bear", "hen")
    for thing in ("kite", "boat", "drum")
    for place in ("lake", "mill")
)
STEP = (  # of "Step 1,234 of 2,000"
    "Number(document.querySelector('.llm-train-bar .llm-note')?.textContent"
    ".match(/[0-9,]+/)?.[0].replaceAll(',', ''))"
)
KEPT = """() => new Promise((resolve) => {
  const request = indexedDB.open("llm-train-lab", 1);
  request.onupgradeneeded = () => request.result.createObjectStore("trainings");
  request.onsuccess = () => {
    const trainings = request.result.transaction("trainings").objectStore("trainings");
    const all = trainings.getAllKeys();
    const values = trainings.getAll();
    values.onsuccess = () => {
      const at = all.result.findIndex((key) => key.includes(`"seed":${model.get("seed")}`));
      request.result.close();
      resolve(values.result[at]?.past?.state?.step ?? -1);
    };
  };
})"""


def press(page, name):
    page.get_by_role("button", name=name, exact=True).click()


def until(page, condition):
    """Wait until something holds on the page."""
    page.wait_for_function(f"() => {condition}", timeout=60_000)


def until_step(page, n):
    """Wait until so many steps of the training that is shown are done."""
    until(page, f"{STEP} >= {n}")


def train(page, n, button="Train"):
    """Train until n steps are done, pause, and return after how many it stands still."""
    press(page, button)
    until_step(page, n)
    press(page, "Pause")
    page.get_by_role("button", name="Go on", exact=True).wait_for()
    return step_at_rest(page)


def step_at_rest(page):
    """Wait until the browser has kept the training as it stands; return its step."""
    page.wait_for_function(f"async () => await ({KEPT})() === {STEP}", timeout=60_000)
    settle(page)
    return page.evaluate(STEP)


def made_names(page, n):
    """Return the names that the page makes, the held-out ones at the end."""
    script = plain_script("engine/made_names.js")
    return page.evaluate(f"() => {{ {script}; return madeNames({n}); }}")


def held_out_loss(model, tokenizer, text):
    """Return the loss on whole windows of `text`, in Python."""
    ids, T = torch.tensor(tokenizer.encode(text)), model.config.context_length
    n = (len(ids) - 1) // T
    x, y = ids[: n * T].view(n, T), ids[1 : n * T + 1].view(n, T)
    with torch.no_grad():
        return F.cross_entropy(model(x).flatten(0, 1), y.flatten()).item()


def counted_losses(train_ids, held_ids, V):
    """Return what the widget's three baselines say they are, computed in another way."""
    single, pairs = Counter(train_ids), Counter(itertools.pairwise(train_ids))
    starts = Counter(train_ids[:-1])
    share = {t: (single[t] + 0.5) / (len(train_ids) + 0.5 * V) for t in range(V)}
    after = [
        (pairs[a, b] + 3 * share[b]) / (starts[a] + 3) for a, b in itertools.pairwise(held_ids)
    ]
    means = [[share[t] for t in held_ids[1:]], after]
    return [math.log(V), *(-sum(map(math.log, p)) / len(p) for p in means)]


@pytest.fixture(scope="module")
def seeds():
    """A number that no other test has: what one keeps in the browser, no other finds."""
    return iter(range(1, 1000))


@pytest.fixture
def show_lab(show_widget, seeds):
    def show(data="names", how=None, **settings):
        lab = TrainLab(data, seed=next(seeds), **LONG | settings)
        return show_widget(lab, **(how or {}))

    return show


def test_names_are_learned_in_seconds(show_lab):
    # fails if the held-out loss does not come below the bigram's, if a yardstick is not what it is
    # called, or if what is marked as known by heart is not what stands in the names it has read
    page = show_lab()
    names = made_names(page, 800)
    learned, kept_back = names[:720], names[720:]
    tokenizer = CharTokenizer.from_text("\n" + "".join(names))
    ids = [tokenizer.encode("\n" + "\n".join(part) + "\n") for part in (learned, kept_back)]
    press(page, "Train")
    until(page, "model.get('losses')[1] < model.get('baselines')[2]")
    assert trait(page, "baselines") == pytest.approx(counted_losses(*ids, tokenizer.vocab_size))
    assert trait(page, "step") <= 500
    until(page, "document.querySelectorAll('.llm-train-milestones b')[1].textContent[0] === '✓'")
    until(page, "document.querySelectorAll('.llm-train-before-list dt').length >= 3")
    press(page, "Pause")
    until(page, "model.get('finding').includes('It is paused')")
    assert "more than one letter" in trait(page, "finding")
    assert page.locator(".llm-train-before-list dt").first.inner_text() == "0"
    for name in page.locator(".llm-train-now li").all_inner_texts():
        assert (name.removesuffix("✓") in learned) == name.endswith("✓")
    words = page.locator(".llm-train-chart").get_attribute("aria-label")
    assert f"a bigram {trait(page, 'baselines')[2]:.2f}" in words


def test_what_is_to_come_is_not_told_beforehand(show_lab):
    # fails if a milestone is named before it is reached, since a reader is asked to predict them
    page = show_lab()
    page.locator(".llm-train-milestones li").last.wait_for(state="attached")
    assert not page.get_by_text("Milestone").first.is_visible()  # nor three empty places
    before = page.locator(".llm-train").inner_text()
    ahead = page.locator(".llm-train-milestones li").all_text_contents()
    assert ahead == [f"○Milestone {i}: not reached yet." for i in (1, 2, 3)]
    assert not any(words in before for words in ("Below the bigram", "rises", "by heart"))
    press(page, "Train")
    until(page, "document.querySelectorAll('.llm-train-milestones b')[1].textContent[0] === '✓'")
    press(page, "Pause")
    until(page, "model.get('finding').includes('It is paused')")
    _, second, third = page.locator(".llm-train-milestones li").all_inner_texts()
    assert second.endswith("it uses more than one letter.")
    assert third.endswith("Milestone 3: not reached yet.")


def test_the_page_answers_while_it_trains(show_lab):
    # fails if training holds up the page: no frame is painted meanwhile, or no control works
    page = show_lab(size="10k")
    page.evaluate(
        "() => { window.frames_ = 0; const next = () => { frames_++; requestAnimationFrame(next); };"
        " next(); }"
    )
    press(page, "Train")
    until_step(page, 20)
    frames, step = page.evaluate("() => frames_"), page.evaluate(STEP)
    page.get_by_role("slider", name="Learning rate").press("ArrowLeft")
    page.get_by_role("tab", name="Where its heads look").click()
    page.locator(".llm-train-head-one").first.wait_for()
    until(page, f"frames_ > {frames + 20}")
    until_step(page, step + 50)
    assert trait(page, "learning_rate") == 0.005
    page.get_by_role("button", name="Head 0.1, show it large").press("Enter")
    page.get_by_role("slider", name="Query token").wait_for()
    page.get_by_role("button", name="All heads").press("Enter")
    assert page.locator(".llm-train-head-one").count() == 4


def test_pause_stands_still_and_go_on_goes_on(show_lab):
    # fails if steps are taken during a pause, lost by it, or if Start over forgets the curve before
    page = show_lab(**TINY)
    step = train(page, 60)
    assert step >= 60
    settle(page)
    assert page.evaluate(STEP) == step
    later = train(page, step + 40, "Go on")
    assert later >= step + 40
    held = page.locator("polyline.llm-train-held").get_attribute("points")
    press(page, "Start over")
    until(page, "model.get('finding').includes('drawn at random')")
    before = page.locator("polyline.llm-train-before").get_attribute("points")
    assert before.count(",") == held.count(",") >= 4
    press(page, "Back to the run before")
    until(page, f"{STEP} === {later}")


def test_after_its_worker_broke_it_trains_anew(show_lab, seeds):
    # fails if a browser that takes the worker away leaves a button that does nothing
    page = show_lab(small=True)
    page.evaluate("""() => {
      document.querySelector("main").remove();
      window.Worker = class extends Worker {
        constructor(...given) { super(...given); window.working = this; }
      };
    }""")
    mount(page, TrainLab(**TINY, seed=next(seeds)))
    press(page, "Train")
    until_step(page, 5)
    page.evaluate("() => working.onerror({ message: 'out of memory' })")
    problem = page.get_by_role("alert")
    problem.wait_for()
    assert problem.inner_text() == "The training broke off: out of memory."
    page.get_by_role("button", name="Train", exact=True).wait_for()
    train(page, 5)
    assert not problem.is_visible()


def test_back_to_the_best(show_lab):
    # fails if early stopping puts other weights back than those of the lowest held-out loss: its
    # place in the curve, and the loss that the model then has after no further step, tell
    page = show_lab(size="10k", learning_rate=0.05)
    back = page.get_by_role("button", name="Back to the best")
    train(page, 50)
    while not back.is_visible():  # it stands at its best just now: at this rate, not for long
        train(page, page.evaluate(STEP) + 10, "Go on")
    back.click()
    until(page, "model.get('losses')[1] === model.get('losses')[2]")
    step = step_at_rest(page)
    best = page.locator(".llm-train-dot-name").inner_text()
    assert best == f"best {trait(page, 'losses')[2]:.2f}, step {step}"
    assert not back.is_visible()


def test_at_its_last_step_it_goes_on_for_as_many(show_lab):
    # fails if a training ends without a word, or can't be made longer
    page = show_lab(steps=30, **TINY)
    press(page, "Train")
    until(page, "model.get('finding').includes('steps are taken')")
    assert page.evaluate(STEP) == 30
    press(page, "Go on")
    until(page, f"{STEP} === 60 && model.get('finding').includes('steps are taken')")


def test_a_saved_model_is_the_one_that_was_trained(show_lab, tmp_path):
    # fails if load_model refuses the files, or if weights, tokenizer or config are other ones than
    # those whose held-out loss the page shows
    page = show_lab("own", text=TEXT, tokens="bpe", context_length=8, steps=25, **TINY)
    press(page, "Train")
    until(page, "model.get('finding').includes('steps are taken')")
    page.get_by_text("Save, load").click()
    with page.expect_download() as download:
        press(page, "Save the model")
    with zipfile.ZipFile(download.value.path()) as archive:
        archive.extractall(tmp_path)
    model, tokenizer = load_model(tmp_path / "my_model")
    learned = BPETokenizer.train(TEXT, 512)
    assert tokenizer.to_dict() == learned.to_dict()
    text = TEXT[round(0.9 * len(TEXT)) :]
    assert held_out_loss(model, tokenizer, text) == pytest.approx(
        trait(page, "losses")[1], abs=1e-5
    )
    logits = page.evaluate(
        f"""async ([archive, ids]) => {{
          {plain_script("engine/gpt.js", "engine/model_files.js")}
          const blob = await (await fetch(archive)).blob();
          const {{ config, weights }} = await readModelFiles([{{ name: "a.zip", blob }}]);
          return Array.from(GPT.fromWeights(config, weights).forward(ids).logits);
        }}""",
        [data_url(download.value.path()), tokenizer.encode(text)[:8]],
    )
    with torch.no_grad():
        expected = model(torch.tensor([tokenizer.encode(text)[:8]])).flatten()
    assert torch.allclose(torch.tensor(logits), expected, atol=1e-5)


def test_what_it_writes_before_the_first_step_is_seen(show_lab):
    # fails if the lab stands half empty until one trains, or an untrained model looks better than
    # a guess among all letters
    page = show_lab()
    until(page, "document.querySelector('.llm-train-samples').innerText.includes('at step 0')")
    until(page, "model.get('losses').length > 0")
    assert trait(page, "losses")[0] > math.log(23)
    assert trait(page, "step") == 0


def data_url(path):
    """Return a file as an address that a page may fetch."""
    return "data:application/zip;base64," + base64.b64encode(path.read_bytes()).decode()


def test_a_model_from_python_is_trained_on(show_lab, tmp_path):
    # fails if the page reads other weights than Python wrote, or can't go on with them
    page = show_lab()
    names = made_names(page, 800)
    tokenizer = CharTokenizer.from_text("\n" + "".join(names))
    torch.manual_seed(0)
    config = GPTConfig(
        tokenizer.vocab_size, 12, 1, 2, 16, position="rotary", norm="rms", bias=False
    )
    model = GPT(config).eval()
    save_model(model, tokenizer, tmp_path)
    page.get_by_text("Save, load").click()
    until(page, "model.get('losses').length > 0")  # of the model that would have begun
    first = trait(page, "losses")
    choose_files(page, lambda: press(page, "Load a model"), *tmp_path.iterdir())
    until(
        page, f"(model.get('losses')[0] ?? {first[0]!r}) !== {first[0]!r}"
    )  # first none, then its
    loss = held_out_loss(model, tokenizer, "\n" + "\n".join(names[720:]) + "\n")
    assert trait(page, "losses")[0] == pytest.approx(loss, abs=1e-5)
    train(page, 30)
    assert trait(page, "losses")[2] < loss
    press(page, "Begin with a new model")
    until(page, "document.querySelector('.llm-train-pace').innerText.includes('26,720')")


def test_a_reload_finds_the_training(show_lab):
    # fails if a training is lost with its page, or if leaving does not ask while it would be
    page = show_lab(**TINY)
    step = train(page, 40)
    asks = "() => !dispatchEvent(new Event('beforeunload', { cancelable: true }))"
    until(page, f"!({asks})()")  # the lab learns that it is kept a moment after the browser has it
    lost = {name: trait(page, name) for name in ("losses", "seed")}
    page.goto(page.url)
    mount(page, TrainLab(seed=lost["seed"], **LONG, **TINY))
    page.wait_for_selector(".llm-widget[data-ready]")
    until_step(page, step)
    until(page, "model.get('losses').length === 3")
    assert page.evaluate(STEP) == step
    assert trait(page, "losses")[1:] == pytest.approx(lost["losses"][1:])
    press(page, "Go on")
    until_step(page, step + 20)
    assert page.evaluate(asks) is True


FAULTS = ["Rate × 30", "No mask", "Targets two ahead", "Not shuffled"]


@pytest.mark.parametrize("fault", FAULTS)
def test_a_reload_finds_the_healed_training(show_lab, fault):
    # fails if a reader who has healed a training, or has yet to, finds the broken one alone
    page = show_lab(**TINY)
    step = train(page, 40)
    seed = trait(page, "seed")

    def reload():
        page.goto(page.url)
        mount(page, TrainLab(seed=seed, **LONG, **TINY))
        page.wait_for_selector(".llm-widget[data-ready]")
        page.get_by_text("Break it on purpose").click()

    page.get_by_text("Break it on purpose").click()
    press(page, fault)
    # further than the healthy one, whose record would else be taken for this one's
    until(page, f"model.get('fault') !== '' && {STEP} > {step}")
    press(page, "Pause")
    page.get_by_role("button", name="Go on", exact=True).wait_for()
    step_at_rest(page)
    reload()  # broken, as it was left: it can be healed
    until(page, "model.get('fault') !== ''")
    press(page, fault)
    until(page, f"model.get('fault') === '' && {STEP} === {step}")
    step_at_rest(page)
    reload()
    until(page, f"model.get('fault') === '' && {STEP} === {step}")


def test_it_works_where_nothing_may_be_kept(show_lab):
    # fails if a browser that refuses to keep anything stops the widget, or if nobody is told
    page = show_lab(**TINY)
    seed = trait(page, "seed")
    page.goto(page.url)
    page.evaluate("() => { indexedDB.open = () => { throw new DOMException('no') }; }")
    mount(page, TrainLab(seed=seed, **LONG, **TINY))
    page.wait_for_selector(".llm-widget[data-ready]")
    press(page, "Train")
    until_step(page, 20)
    press(page, "Pause")
    until(page, "document.querySelector('.llm-train-safe').textContent.includes('keeps nothing')")
    assert page.evaluate("() => !dispatchEvent(new Event('beforeunload', { cancelable: true }))")


def test_what_lies_in_the_browser_can_be_anything(show_lab):
    # fails if a record of another kind, say of an older edition, keeps the widget from starting
    page = show_lab(**TINY)
    train(page, 20)
    seed = trait(page, "seed")
    page.goto(page.url)
    page.evaluate("""() => new Promise((done) => {
      const request = indexedDB.open("llm-train-lab", 1);
      request.onsuccess = () => {
        const change = request.result.transaction("trainings", "readwrite");
        const trainings = change.objectStore("trainings");
        const keys = trainings.getAllKeys();
        keys.onsuccess = () => keys.result.forEach((key) => trainings.put({ past: 3 }, key));
        change.oncomplete = () => { request.result.close(); done(); };
      };
    })""")
    mount(page, TrainLab(seed=seed, **LONG, **TINY))
    page.wait_for_selector(".llm-widget[data-ready]")
    train(page, 20)


def test_a_fault_is_seen_beside_the_healthy_run(show_lab):
    # fails if a switch breaks nothing, or loses the healthy run, which comes back with a second
    # press, also after more than one fault
    page = show_lab(size="10k")
    step = train(page, 60)
    healthy = trait(page, "losses")
    page.get_by_text("Break it on purpose").click()
    press(page, "Targets two ahead")
    until(page, "/^Step [1-9].*after the next one/.test(model.get('finding'))")
    until(page, "model.get('step') >= 100")
    assert trait(page, "losses")[1] > healthy[1]
    assert page.locator("polyline.llm-train-before").get_attribute("points").count(",") >= 3
    press(page, "No mask")
    until(page, "/^Step [1-9].*looked up/.test(model.get('finding'))")
    page.get_by_text("the healthy run is back").wait_for()
    press(page, "No mask")
    until(page, f"model.get('fault') === '' && {STEP} === {step}")
    until(page, "model.get('finding').includes('It is paused')")
    assert trait(page, "losses")[1:] == pytest.approx(healthy[1:])


@pytest.mark.parametrize(
    ("fault", "sign"),
    [
        ("rate", "model.get('step') > 75 && model.get('losses')[1] > model.get('baselines')[2]"),
        ("mask", "model.get('losses')[0] < 1"),
    ],
)
def test_a_fault_shows_as_it_is_said(show_lab, fault, sign):
    # fails if 30 times the rate still learns more than pairs, or if without a mask the answer is not
    # looked up: no sound model of this size pays less than 1 nat for a letter of a name
    page = show_lab(size="10k", fault=fault)
    press(page, "Train")
    until(page, sign)


def test_not_shuffled_is_the_order_of_the_alphabet(show_lab):
    # fails if that fault reads lines in another order, or a sound training reads them in that one
    page = show_lab()
    names = made_names(page, 100)
    script = plain_script("widgets/train_lab/text.js")
    read = page.evaluate(
        f"""(names) => {{
          {script}
          const {{ text, lines }} = linesSource(names);
          const matter = cutMatter({{ text, lines }}, learnTokenizer(text, "characters"), 8);
          return [matter.train, matter.sorted].map((ids) => matter.tokenizer.decode(ids));
        }}""",
        names,
    )
    assert [text.split() for text in read] == [names[:90], sorted(names[:90])]


BAD = [
    ("", "no text yet"),
    ("   \n ", "no text yet"),
    ("a" * 600, "one character"),
    ("abcabcabc", "with a context of 32"),
    ("".join(map(chr, range(0x4E00, 0x4E00 + 600))), "600 different characters; at most 500"),
]


def test_a_text_that_teaches_nothing_is_refused_in_a_sentence(show_lab):
    # fails if such a text trains, or if the reader is not told what is wrong and what is allowed
    page = show_lab("own", text=TEXT)
    for text, words in BAD:
        page.get_by_label("Your text").fill(text)
        until(page, f"document.querySelector('.llm-problem').textContent.includes({words!r})")
        assert page.get_by_role("button", name="Train", exact=True).is_disabled()
    page.get_by_label("Your text").fill(TEXT)
    until(page, "!document.querySelector('.llm-train-main').disabled")
    assert not page.locator(".llm-problem").is_visible()


BAD_FILES = [
    ("a.txt", b"\xff\xfe\x00\x01" * 300, "a.txt is no text"),
    ("long.txt", b"ab " * 180_000, "540,000 characters; at most 500,000"),
    ("huge.txt", b"a" * 2_000_001, "2,000,001 bytes; at most 500,000"),
]


def test_a_file_is_read_or_refused(show_lab, tmp_path):
    # fails if a file of letters is not taken over, or one that is none is
    page = show_lab("own", text=TEXT)

    def choose(name, content):
        (tmp_path / name).write_bytes(content)
        choose_files(page, lambda: press(page, "Choose a file"), tmp_path / name)

    for name, content, words in BAD_FILES:
        choose(name, content)
        until(page, f"document.querySelector('.llm-problem').textContent.includes({words!r})")
        assert trait(page, "text") == TEXT
    choose("b.txt", ("Grüße, " * 400).encode())
    until(page, "model.get('text').startsWith('Grüße')")
    until(page, "document.querySelector('.llm-train-own textarea').value.startsWith('Grüße')")
    assert page.get_by_label("Your text").input_value() == "Grüße, " * 400
    assert not page.locator(".llm-problem").is_visible()


@pytest.mark.parametrize("size", [{"size": "200k"}, {"n_layer": 3, "n_head": 4, "n_embd": 24}])
def test_the_number_of_parameters_is_the_models(show_lab, size):
    # fails if the page counts otherwise than Python, or if a size is not about what it is called
    page = show_lab("small world", **size)
    until(page, "document.querySelector('.llm-train-pace').innerText.includes('different')")
    words = page.locator(".llm-train-pace").inner_text().split()
    shown, V = (int(words[i].replace(",", "")) for i in (0, words.index("different") - 1))
    sizes = {"n_layer": 4, "n_head": 4, "n_embd": 64} | {
        k: v for k, v in size.items() if k != "size"
    }
    model = GPT(GPTConfig(V, 32, **sizes))
    assert shown == sum(p.numel() for p in model.parameters())


def test_keys_and_reset(show_lab):
    # fails if what a mouse can choose a keyboard can't, or if Reset leaves a choice behind
    page = show_lab(**TINY)
    page.get_by_role("radio", name="800 names").press("ArrowRight")
    until(page, "document.querySelector('.llm-train-pace').innerText.includes('held out')")
    assert trait(page, "data") == "many names"
    page.get_by_role("slider", name="Windows per step").press("ArrowRight")
    assert trait(page, "batch_size") == 32
    page.get_by_text("Sizes and tokens").press("Enter")
    before = page.locator(".llm-train-pace .llm-note").first.inner_text()
    page.get_by_label("layers").select_option("2")
    until(page, f"document.querySelector('.llm-train-pace .llm-note').innerText !== {before!r}")
    page.get_by_role("button", name="Train", exact=True).press("Enter")
    until_step(page, 5)
    page.get_by_role("button", name="Pause", exact=True).press("Space")
    page.get_by_role("button", name="Reset").press("Enter")
    until(page, "model.get('finding').includes('drawn at random')")
    assert [trait(page, name) for name in ("data", "batch_size", "n_layer")] == ["names", 16, 1]


def test_a_setting_from_python_is_followed(show_lab):
    # fails if the page does not follow a trait, or trains something that has no meaning
    page = show_lab()
    set_trait(page, "n_head", 3)
    until(page, "document.querySelector('.llm-problem').textContent.includes('shared evenly by 3')")
    set_trait(page, "n_embd", 48)
    until(page, "!document.querySelector('.llm-train-main').disabled")


@pytest.mark.parametrize("width", [360, 1000])
def test_everyone_can_follow_a_training(show_lab, width):
    # fails if the page scrolls sideways, axe finds a serious fault, or a target is too small
    page = show_lab("own", {"width": width}, text=TEXT, **TINY)
    train(page, 30)
    for folded in page.locator("summary").all():
        folded.click()
    if width == 360:
        page.get_by_role("tab", name="Where its heads look").click()
        page.locator(".llm-train-head-one").first.wait_for()
    assert find_faults(page, "light", "dark") == []


def test_the_small_one_has_one_button(show_lab):
    # fails if the landing page's version asks for a choice, or fetches a file
    page = show_lab(small=True)
    assert page.get_by_role("button").all_inner_texts() == ["Train"]
    press(page, "Train")
    until(page, "model.get('losses')[1] < model.get('baselines')[1]")
    assert page.evaluate("() => model.sent.length") == 0


def test_the_small_one_is_clear_before_it_trains(show_lab):
    # fails if who comes from nowhere meets empty axes, names that only a chapter explains, or
    # milestones that nobody has reached; or if the first loss stays marked once it trains
    page = show_lab(small=True)
    until(page, "model.get('losses').length > 0")
    first = page.locator(".llm-train-dot-name")
    assert first.inner_text() == f"untrained {trait(page, 'losses')[0]:.2f}"
    dot, plot = (page.locator(f".llm-train-{name}").bounding_box() for name in ("dot", "plot"))
    assert dot["x"] + dot["width"] / 2 == pytest.approx(plot["x"], abs=2)
    names = page.locator(".llm-train-names span").all_inner_texts()
    words = [name.rpartition(" ")[0] for name in names]
    assert words == ["guessing evenly", "letter counts", "letter pairs", "a run of ours"]
    assert page.locator(".llm-train-before").first.get_attribute("points").count(",") > 5
    assert not page.get_by_text("Milestone").first.is_visible()
    press(page, "Train")
    page.get_by_text("Milestones, each named once it is reached").wait_for()
    assert "a run of ours" not in page.locator(".llm-train-names").inner_text()
    until(page, "document.querySelectorAll('.llm-train-milestones b')[1].textContent[0] === '✓'")
    press(page, "Pause")
    assert not first.is_visible() or "best" in first.inner_text()
    seen = page.locator(".llm-train").inner_text()
    assert "Below letter pairs" in seen and "bigram" not in seen


def test_the_small_one_speaks_of_no_button_that_it_lacks(show_lab):
    # fails if a reader of the landing page is told to press, or to save, what is not there
    page = show_lab(small=True)
    page.add_script_tag(content=plain_script("widgets/train_lab/words.js"))
    told = page.evaluate("""() => [true, false].map((small) => [
      tellTraining({
        phase: "running", fault: "", step: 1250, parameters: 9, unit: "letters", small,
        baselines: { uniform: 3, unigram: 2.8, bigram: 2.2 },
        curve: {
          heldOut: [[1250, 2]], best: [875, 1.89],
          milestones: () => ({ unigram: 25, bigram: 125, rise: 875 }),
        },
      }).words,
      safeWords(false, small),
    ].join(" "))""")
    assert all("Best was 1.89, at step 875" in words for words in told)
    assert ["Back to the best" in words for words in told] == [False, True]
    assert ["save the model" in words for words in told] == [False, True]
