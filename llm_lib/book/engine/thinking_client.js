// Trains a small model on the shell game beside the page, in a worker; where none can be made, in
// slices on the page's own thread.

import { ThinkingSession } from "./thinking_session.js";
import thinkingWorker from "./thinking_worker.js" with { type: "text" };
import { WorkerClient } from "./worker_client.js";

/** @import { ThinkingNews, ThinkingStart } from "./thinking_session.js" */

export class ThinkingClient extends WorkerClient {
  /**
   * @param {(news: ThinkingNews) => void} listener
   * @param {{ worker?: boolean }} [options] worker: false trains on the page's own thread
   */
  constructor(listener, options = {}) {
    const workHere = () => new ThinkingSession((said) => this.hear(said), { sliceMs: 8 });
    super(`(${thinkingWorker})().serveThinking(self);`, workHere, options);
    this.listener = listener;
    this.run = 0; // how often it was started
  }

  /**
   * Begin, or begin anew: what was learned before is dropped.
   * @param {ThinkingStart} start
   */
  start(start) {
    this.refuseWaiting("Another training began.");
    this.send({ type: "start", run: ++this.run, ...start });
  }

  /** Stand still: the model can still be asked. */
  halt() {
    this.send({ type: "stop" });
  }

  /** Train on after that. */
  goOn() {
    this.send({ type: "go on" });
  }

  /**
   * What the model as it is now answers to a problem.
   * @param {string} problem
   * @returns {Promise<string>}
   */
  ask(problem) {
    return this.question({ type: "write", of: { problem } });
  }

  /**
   * What an earlier training still says, nobody is to hear.
   * @param {ThinkingNews} news
   */
  hearNews(news) {
    if (news.run === this.run) this.listener(news);
  }

  /** @param {string} why */
  broke(why) {
    this.listener(
      /** @type {any} */ ({ run: this.run, problem: `The training broke off: ${why}.` }),
    );
  }

  stop() {
    this.halt();
    this.listener = () => {};
    super.stop();
  }
}
