// What a page asks a worker; where none can be made, the same on the page's own thread.

const BROKE = "The training broke off: press Reset.";

/** @typedef {{ take: (message: any) => void }} Session what does the work that messages ask for */

export class WorkerClient {
  /**
   * @param {string} source the worker's script
   * @param {() => Session} workHere makes what does its work on the page's own thread
   * @param {{ worker?: boolean }} options worker: false does so from the start
   */
  constructor(source, workHere, { worker = true }) {
    this.source = source;
    this.workHere = workHere;
    /** @type {Map<number, { resolve: (answer: any) => void, reject: (error: Error) => void }>} */
    this.waiting = new Map();
    this.requests = 0;
    /** @type {object[]} */
    this.unheard = []; // what was sent before the worker's first word
    /** @type {Worker | null} */
    this.worker = null;
    /** @type {Session | null} */
    this.session = null;
    if (worker) this.begin();
    else this.session = workHere();
  }

  /** Have a worker; or, where none can be made, the page's own thread. */
  begin() {
    this.heard = false;
    this.worker = makeWorker(this.source);
    if (this.worker) {
      this.worker.onmessage = ({ data }) => this.hear(data);
      this.worker.onerror = (event) => this.standIn(event);
    } else this.session = this.workHere();
  }

  /**
   * @param {object} message
   * @returns {void}
   */
  send(message) {
    if (!this.worker) return this.session?.take(message);
    if (!this.heard) this.unheard.push(message);
    this.worker.postMessage(message);
  }

  /**
   * Send a message that will be answered. Rejects with an Error in words.
   * @param {{ type: string, of: any }} question
   * @returns {Promise<any>}
   */
  question(question) {
    if (!this.worker && !this.session) {
      return Promise.reject(new Error("The training was stopped."));
    }
    const request = this.requests++;
    return new Promise((resolve, reject) => {
      this.waiting.set(request, { resolve, reject });
      this.send({ ...question, request });
    });
  }

  /**
   * Hand on an answer, if somebody still waits for it, or news.
   * @param {any} said
   */
  hear(said) {
    this.heard = true;
    this.unheard = [];
    if (!("request" in said)) return this.hearNews(said);
    const { resolve, reject } = this.waiting.get(said.request) ?? {};
    this.waiting.delete(said.request);
    if (said.message) reject?.(new Error(said.message));
    else resolve?.(said.answer);
  }

  /**
   * Hear what answers no question.
   * @param {any} _news
   */
  hearNews(_news) {}

  /**
   * The worker broke. Another one takes its place; or, if that was before its first word, for which
   * a policy of the site may be the cause, the page's own thread.
   * @param {ErrorEvent} event
   */
  standIn(event) {
    event.preventDefault?.();
    this.worker?.terminate();
    this.worker = null;
    if (this.heard) {
      this.begin();
      this.refuseWaiting(BROKE);
      this.broke(event.message);
    } else {
      this.session = this.workHere();
      for (const message of this.unheard) this.send(message);
    }
  }

  /**
   * Hear that what the worker had is lost.
   * @param {string} _why
   */
  broke(_why) {}

  /** @param {string} why */
  refuseWaiting(why) {
    for (const { reject } of this.waiting.values()) reject(new Error(why));
    this.waiting.clear();
  }

  /** End it, and its worker. Questions that wait are refused; a stopped client is done. */
  stop() {
    this.refuseWaiting("The training was stopped.");
    this.worker?.terminate();
    this.worker = this.session = null;
  }
}

/**
 * A classic worker made of a text: it needs no file, so it works from disk and in a notebook. Null
 * where the browser or the site's policy allows none.
 * @param {string} source
 */
function makeWorker(source) {
  const url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
  try {
    return new Worker(url);
  } catch {
    return null;
  } finally {
    setTimeout(() => URL.revokeObjectURL(url), 10000); // not before it is fetched
  }
}
