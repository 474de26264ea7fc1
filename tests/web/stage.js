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

  // Sets traits, goes through the steps 0 to n - 1, and returns what `look` finds at each. Frames
  // come at once there, and nobody paints them: fine where nothing moves by itself, and only
  // places, styles and words are asked for. Throws an error where the last step looks otherwise
  // once it is painted; returns null if it is not painted for so many ms.
  window.walk = async (n, traits, look, stalled) => {
    const found = [];
    const painted = requestAnimationFrame;
    window.requestAnimationFrame = (f) => {
      queueMicrotask(() => f(performance.now()));
      return 0;
    };
    const go = async (name, value) => {
      model.set(name, value);
      await rest();
    };
    try {
      for (const [name, value] of Object.entries(traits)) await go(name, value);
      if (n > 1) await go("step", 1); // what lies over a film until it is begun is gone
      for (let step = 0; step < n; step++) {
        await go("step", step);
        found.push(look());
      }
    } finally {
      window.requestAnimationFrame = painted;
    }
    if (!await settled(stalled)) return null;
    if (JSON.stringify(look()) === JSON.stringify(found.at(-1))) return found;
    throw new Error("what stands at the last step changes when it is painted");
  };

  // Goes through the steps 0 to n - 1 and back as a reader sees them move, in frames that are `ms`
  // apart and come as soon as they are asked for. Returns what `look` finds in each frame on the
  // way to each step, and at last, when no more are asked for, what `picture` finds.
  window.glide = (n, ms, look, picture) => {
    const [ask, cancel] = [requestAnimationFrame, cancelAnimationFrame];
    const asked = new Map(); // id -> what is to be called
    let [id, now] = [0, 0];
    window.requestAnimationFrame = (f) => {
      asked.set(++id, f);
      return id;
    };
    window.cancelAnimationFrame = (old) => asked.delete(old);
    const nextFrame = () => {
      now += ms;
      const due = [...asked.values()];
      asked.clear();
      for (const f of due) f(now);
      return look();
    };
    const goTo = (step) => {
      model.set("step", step);
      const frames = [];
      while (asked.size) frames.push(nextFrame());
      return { step, frames, picture: picture() };
    };
    const there = Array.from({ length: n - 1 }, (_, i) => i + 1);
    const back = Array.from({ length: n - 1 }, (_, i) => n - 2 - i);
    try {
      return [...there, ...back].map(goTo);
    } finally {
      window.requestAnimationFrame = ask;
      window.cancelAnimationFrame = cancel;
    }
  };
}
