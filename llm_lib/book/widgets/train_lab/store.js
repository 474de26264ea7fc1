// The last training of this page, kept in the reader's browser: whole or not at all.

const DATABASE = "llm-train-lab";
const TRAININGS = "trainings";

/**
 * Something kept by the browser, where it keeps anything: a private window, a blocked store or a
 * full disk may refuse. Then `works` is false, and all else goes on.
 */
export class TrainStore {
  /** @param {string} key of this widget on this page */
  constructor(key) {
    this.key = key;
    this.works = true;
  }

  /** What was kept; null where there is nothing. */
  async read() {
    return await this.use("readonly", (trainings) => trainings.get(this.key)) ?? null;
  }

  /**
   * Keep something in place of what was. Resolves with whether that worked.
   * @param {object} what
   */
  async write(what) {
    const key = await this.use("readwrite", (trainings) => trainings.put(what, this.key));
    return key !== undefined;
  }

  /**
   * Do one thing in a transaction of its own. Resolves with its result once all is on the disk;
   * with undefined where the browser refuses.
   * @param {IDBTransactionMode} mode
   * @param {(trainings: IDBObjectStore) => IDBRequest} act
   * @returns {Promise<any>}
   */
  async use(mode, act) {
    let database;
    try {
      database = await openDatabase();
      const transaction = database.transaction(TRAININGS, mode);
      const request = act(transaction.objectStore(TRAININGS));
      await new Promise((resolve, reject) => {
        transaction.oncomplete = resolve;
        transaction.onabort = transaction.onerror = () => reject(transaction.error);
      });
      this.works = true;
      return request.result;
    } catch {
      this.works = false;
      return undefined;
    } finally {
      database?.close();
    }
  }
}

/** @returns {Promise<IDBDatabase>} */
function openDatabase() {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(DATABASE, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(TRAININGS);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
    request.onblocked = () => reject(new Error("The store is in use by an older page."));
  });
}
