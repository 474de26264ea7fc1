// What a notebook's front end gives a widget: traits, events, and messages to and from Python.
window.FakeModel = class {
  constructor(state, files) {
    Object.assign(this, { state, files, listeners: {}, sent: [] });
  }
  get(name) {
    return this.state[name];
  }
  set(name, value) {
    if (this.state[name] === value) return;
    this.state[name] = value;
    for (const f of [...(this.listeners["change:" + name] ?? [])]) f();
  }
  save_changes() {}
  on(name, f) {
    (this.listeners[name] ??= []).push(f);
  }
  off(name, f) {
    this.listeners[name] = (this.listeners[name] ?? []).filter((g) => g !== f);
  }
  send(message) {
    this.sent.push(message);
    const answer = { type: "model", ref: message.ref, payload: this.files[message.ref] };
    setTimeout(() => {
      for (const f of this.listeners["msg:custom"] ?? []) f(answer);
    });
  }
  get listening() {
    return Object.values(this.listeners).flat().length;
  }
};

// Tests wait for what the page is about to do, and for no fixed time: its timers are counted. A
// timer of as many milliseconds as one of `hurried` takes none at all.
// The pause before a finding is spoken; see Finding.say in frame.js
window.hurried = new Set([300]);
window.timers = new Map(); // those that run: id -> {ms, ended, end()}
{
  const set = setTimeout;
  const clear = clearTimeout;
  const over = (id) => {
    timers.get(id)?.end();
    timers.delete(id);
  };
  window.setTimeout = (f, ms = 0, ...rest) => {
    const id = set(() => {
      over(id);
      f(...rest);
    }, hurried.has(ms) ? 0 : ms);
    const timer = { ms };
    timer.ended = new Promise((done) => {
      timer.end = done;
    });
    timers.set(id, timer);
    return id;
  };
  window.clearTimeout = (id) => {
    clear(id);
    over(id);
  };

  // True once the page has drawn and said what it shows; false if it is not painted for so many ms.
  const frame = () => new Promise(requestAnimationFrame);
  const rest = async () => {
    await frame(); // a widget draws in the next frame
    await frame();
    const soon = [...timers.values()].filter((timer) => timer.ms < 1000);
    await Promise.all(soon.map((timer) => timer.ended));
    await frame(); // what a widget says may draw something, too
    return true;
  };
  window.settled = (stalled) => {
    let watch;
    const late = new Promise((done) => {
      watch = set(done, stalled, false);
    });
    return Promise.race([rest(), late]).finally(() => clear(watch));
  };
}
