"""A training in a worker, and in slices on the page's own thread, behind one client."""

from __future__ import annotations

import pytest

from tests.web.trained_models import TRAINING, config_of, fresh_model

# A training that can be watched: `log` fills up, `until(test)` waits for what has been heard.
WATCHED = """
const tokens = Array.from({length: 3000}, (_, i) => (i * i + (i >> 3)) % 23);
const watched = (options) => {
  const log = {started: [], progress: [], evaluated: [], done: [], error: []}, waiting = new Set();
  const hear = (name) => (event) => { log[name].push(event); for (const look of waiting) look(); };
  const listeners = Object.fromEntries(Object.keys(log).map((name) => [name, hear(name)]));
  const until = (test) => new Promise((done) => {
    const look = () => { if (test(log)) { waiting.delete(look); done(); } };
    waiting.add(look);
    look();
  });
  return {client: new TrainingClient(listeners, options), log, until};
};
const stepsOf = (log) => log.progress.at(-1)?.step ?? 0;
"""


@pytest.fixture(scope="module")
def page(browser):
    """A page that has loaded the engine."""
    page = browser.new_page()
    page.set_content("<!doctype html><title>training</title>")
    page.add_script_tag(content=TRAINING + WATCHED)
    yield page
    page.close()


CONFIG = config_of(fresh_model(n_embd=16))


# Fails if a message is lost, unanswered or misunderstood, off the page's thread or on it.
@pytest.mark.parametrize("worker", [True, False], ids=["worker", "page"])
def test_a_whole_training(page, worker):
    got = page.evaluate(
        """async ([config, worker]) => {
          const {client, log, until} = watched({worker});
          client.start({config, tokens, heldOut: tokens.slice(0, 300),
            training: {steps: 120, batch_size: 8, eval_interval: 40, learning_rate: 5e-3}});
          await until((log) => stepsOf(log) > 0);
          client.pause();
          const { step } = await client.state(), again = await client.state();
          const stands = again.step === step;
          client.step(3);
          await until((log) => stepsOf(log) === step + 3);
          client.change({learning_rate: 1e-3, batch_size: 4});
          const changed = (await client.state()).training;
          client.resume();
          await until((log) => log.done.length);
          const sample = await client.sample({ids: [1, 2], n: 30, seed: 5});
          const repeated = await client.sample({ids: [1, 2], n: 30, seed: 5});
          const sure = await client.sample({ids: [1, 2], n: 3, temperature: 0});
          const { maps } = await client.attention({ids: [1, 2, 3]});
          const refused = await client.attention({ids: [99]}).catch((error) => error.message);
          const best = await client.weights({which: "best"}), now = await client.weights();
          const gpt = GPT.fromWeights(config, now.weights);
          const shown = gpt.forward([1, 2, 3]).attention;
          const likeliest = gpt.forward([1, 2]).logits.slice(-23);
          client.stop();
          const late = await client.weights().catch((error) => error.message);
          return {log, stands, changed: [changed.learning_rate, changed.batch_size], sample, sure, refused, late,
            same: JSON.stringify(sample) === JSON.stringify(repeated), likeliest: likeliest.indexOf(Math.max(...likeliest)),
            maps: maps.length + " " + maps[0].length, gap: farthest(maps[1][1], shown[1][1]),
            steps: log.progress.reduce((sum, {losses}) => sum + losses.length, 0),
            best: [best.step, best.heldOut], now: [now.step, now.heldOut]};
        }""",
        [CONFIG, worker],
    )
    log = got["log"]
    assert [log["started"][0][k] for k in ("step", "wasm", "worker")] == [0, True, worker]
    assert log["error"] == [] and [event["reason"] for event in log["done"]] == ["steps"]
    assert got["stands"] and got["changed"] == [1e-3, 4]
    assert got["steps"] == log["progress"][-1]["step"] == 120
    assert [event["step"] for event in log["evaluated"]] == [0, 40, 80, 120]
    lowest = min(log["evaluated"], key=lambda event: event["heldOut"])
    assert got["best"] == [lowest["step"], lowest["heldOut"]] and got["now"] == [120, None]
    assert lowest["heldOut"] < log["evaluated"][0]["heldOut"] - 0.3
    assert len(got["sample"]["ids"]) == 30 and got["same"]
    assert got["sure"]["ids"][0] == got["likeliest"]
    assert got["maps"] == "2 2" and got["gap"] < 1e-6
    assert "id 99" in got["refused"] and "stopped" in got["late"]


# Fails if a state that was stored as text, as a page does, ends elsewhere than a run without a stop.
def test_going_on_after_a_reload(page):
    got = page.evaluate(
        """async (config) => {
          const start = {config, tokens, heldOut: tokens.slice(0, 300), training: {steps: 60, batch_size: 8, eval_interval: 20}};
          const whole = watched(), first = watched(), second = watched();
          whole.client.start(start);
          first.client.start({...start, paused: true});
          first.client.step(30);
          await first.until((log) => stepsOf(log) === 30);
          const state = await first.client.state();
          first.client.stop();
          second.client.start({...start, training: {}, state});
          await Promise.all([whole, second].map(({until}) => until((log) => log.done.length)));
          for (const {client} of [whole, second]) client.stop();
          const losses = ({log}) => log.progress.flatMap(({losses}) => losses);
          return [losses(whole).slice(30), losses(second), whole.log.evaluated.slice(2), second.log.evaluated];
        }""",
        CONFIG,
    )
    assert got[0] == got[1] and len(got[0]) == 30
    assert got[2] == got[3]


# Fails if a training that can't begin or go on is silent, or blocks the next one.
def test_errors_are_told_and_a_new_training_may_begin(page):
    got = page.evaluate(
        """async (config) => {
          const {client, log, until} = watched();
          const none = await client.weights().catch((error) => error.message);
          client.start({config: {...config, n_head: 3}, tokens, training: {}});
          await until((log) => log.error.length === 1);
          client.start({config, tokens, training: {learning_rate: 1e9, warmup_steps: 0, grad_clip: null}});
          await until((log) => log.error.length === 2);
          client.change({batch_size: -1});
          await until((log) => log.error.length === 3);
          client.start({config, tokens, training: {steps: 5}});
          await until((log) => log.done.length);
          client.stop();
          return [none, ...log.error.map(({message}) => message), log.done[0].step];
        }""",
        CONFIG,
    )
    assert "No training" in got[0]
    assert "multiple of n_head 3" in got[1] and "learning_rate" in got[2] and "batch_size" in got[3]
    assert got[4] == 5


# Fails if what an earlier training still says is taken for the new one's.
@pytest.mark.parametrize("worker", [True, False], ids=["worker", "page"])
def test_an_earlier_training_is_not_heard(page, worker):
    steps, errors = page.evaluate(
        """async ([config, worker]) => {
          const {client, log, until} = watched({worker});
          client.start({config, tokens, training: {steps: 1e5, batch_size: 2}});
          await until((log) => stepsOf(log) > 0);
          client.start({config: {...config, n_head: 3}, tokens, training: {}});
          client.start({config, tokens, paused: true, training: {}});
          log.progress.length = 0;
          await client.state();
          client.step(2);
          await until((log) => stepsOf(log) === 2);
          client.stop();
          return [log.progress.map(({step}) => step), log.error];
        }""",
        [CONFIG, worker],
    )
    assert steps in ([2], [1, 2])
    # on the page's own thread a start has failed before the next one comes
    assert len(errors) == (0 if worker else 1)


# Fails if a worker that breaks leaves a client that does nothing, or says nothing.
def test_a_new_training_may_begin_after_the_worker_broke(page):
    error, done = page.evaluate(
        """async (config) => {
          const {client, log, until} = watched();
          client.start({config, tokens, training: {steps: 1e5}});
          await until((log) => stepsOf(log) > 0);
          client.worker.onerror({message: "out of memory"}); // as the browser would
          client.start({config, tokens, training: {steps: 5}});
          await until((log) => log.done.length);
          client.stop();
          return [log.error[0], log.done[0].step];
        }""",
        CONFIG,
    )
    assert error == {"message": "The training broke off: out of memory.", "lost": True}
    assert done == 5


POLICY = (
    '<!doctype html><meta http-equiv="Content-Security-Policy" content="{}"><title>strict</title>'
)
NONCE = "script-src 'nonce-a'; worker-src 'none'"


# Fails if a page whose policy forbids workers and WebAssembly can't train at all: it does so with
# plain loops, on its own thread, and goes on to paint. Opened from disk, as a downloaded book is.
@pytest.mark.parametrize("policy", ["", NONCE], ids=["from disk", "strict"])
def test_where_little_is_allowed(browser, tmp_path, policy):
    html = POLICY.format(policy) if policy else "<!doctype html><title>disk</title>"
    (tmp_path / "page.html").write_text(
        f'{html}<script nonce="a">{TRAINING + WATCHED}</script>', "utf-8"
    )
    page = browser.new_page()
    page.goto((tmp_path / "page.html").as_uri())
    started, done, frames = page.evaluate(
        """async (config) => {
          let frames = 0;
          const frame = () => { frames++; requestAnimationFrame(frame); };
          requestAnimationFrame(frame);
          const {client, log, until} = watched();
          client.start({config, tokens, training: {steps: 60, batch_size: 8}});
          const { step } = await client.state();
          await until((log) => log.done.length && frames > 2);
          client.stop();
          return [log.started[0], log.done[0], frames];
        }""",
        CONFIG,
    )
    page.close()
    assert done["step"] == 60 and frames > 2
    assert [started["worker"], started["wasm"]] == [not policy, not policy]
