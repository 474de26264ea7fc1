// The book's service worker: what a reader has opened works without a network, and a page has all
// of its files from one version of the book. web/offline_worker.py writes the lists of the site's
// files before this text, so that the script changes with any of them.
//
// A page is ours if it lies in this version's cache. It gets its files from there, or from the
// network where they are those of the lists, and never any others. All other pages, those of a
// newer version among them, are the network's alone.
"use strict";

// files: [path, hash, bytes over the wire]; pages: by path, the numbers of the files that it needs;
// core: the numbers of those that are kept from the start; book: the paths of the book's own pages
const { version, files, pages, core, book } = globalThis.LISTS;

const SCOPE = self.registration.scope;
const PREFIX = `llm-from-scratch ${SCOPE} `; // other books may lie on the same host
const NAME = PREFIX + version;
const HASH = "Book-Hash"; // a header of what is kept
const LANES = 4; // files that are fetched at a time
const OFTEN = 10_000; // ms from one sign of life to the next, for a page that waits

/** @type {(path: string) => string} */
const at = (path) => new URL(path, SCOPE).href;
/** @type {(numbers: number[]) => string[]} */
const named = (numbers) => numbers.map((n) => at(files[n][0]));
const hashes = new Map(files.map(([path, hash]) => [at(path), hash]));
const sizes = new Map(files.map(([path, , bytes]) => [at(path), bytes]));
const needs = new Map(Object.entries(pages).map(([path, all]) => [at(path), named(all)]));
const atOnce = new Set(named(core));

/** The address of a file, without what follows "?" and "#". @type {(url: string) => string} */
const plain = (url) => {
  const { origin, pathname } = new URL(url);
  return origin + pathname === SCOPE ? at("index.html") : origin + pathname;
};

/** Do some work for each address, a few at a time; the first failure ends it. */
async function each(addresses, work) {
  const waiting = [...addresses];
  const lane = async () => {
    while (waiting.length) await work(waiting.shift());
  };
  const lanes = Array.from({ length: LANES }, lane);
  await Promise.all(lanes).finally(() => waiting.length = 0);
}

/** Whether the reader pays for each byte, as far as the browser says so. */
const isFrugal = () => {
  const { saveData, type } = navigator.connection ?? {};
  return Boolean(saveData) || type === "cellular";
};

// ---- files of this version ----------------------------------------------------------------------

async function hashOf(body) {
  const bytes = new Uint8Array(await crypto.subtle.digest("SHA-256", body));
  return [...bytes.slice(0, 8)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/**
 * Fetch what lies at an address: `ours`, to keep, if it is this version's file; else `answer`, as
 * it came. What the browser remembers may be old: then the server is asked.
 */
async function fetchOurs(request, address, modes = ["default", "reload"], priority = "auto") {
  let answer;
  for (const cache of modes) {
    answer = await fetch(request, { cache, priority });
    if (!answer.ok) break;
    const body = await answer.clone().arrayBuffer();
    const hash = await hashOf(body);
    if (hash !== hashes.get(address)) continue;
    const type = answer.headers.get("Content-Type") ?? "";
    return { ours: new Response(body, { headers: { "Content-Type": type, [HASH]: hash } }) };
  }
  return { answer };
}

/** Keep a file, where it is not kept yet; false if the site has another one now. */
async function keep(cache, address, modes) {
  if (await cache.match(address)) return true;
  const { ours, answer } = await fetchOurs(address, address, modes, "low");
  if (ours) await cache.put(address, ours);
  else if (answer.ok) lookForNewVersion();
  return Boolean(ours);
}

const lookForNewVersion = () => void self.registration.update().catch(() => {});

// ---- versions: all of a new one, or the old one stays -------------------------------------------

const olderCaches = async () => {
  const names = (await caches.keys()).filter((name) => name.startsWith(PREFIX) && name !== NAME);
  return Promise.all(names.map((name) => caches.open(name)));
};

/** The same file, kept by an older version. */
async function unchanged(older, address) {
  for (const cache of older) {
    const kept = await cache.match(address);
    if (kept?.headers.get(HASH) === hashes.get(address)) return kept;
  }
}

/** What this version begins with: its core, and what was kept of the one before. */
async function wantedFrom(older) {
  const wanted = new Set(atOnce);
  for (const cache of older) {
    for (const { url } of await cache.keys()) {
      if (!hashes.has(url)) continue; // the book has it no more
      wanted.add(url);
      if (!isFrugal()) { for (const address of needs.get(url) ?? []) wanted.add(address); }
    }
  }
  return wanted;
}

async function install() {
  const older = await olderCaches();
  // a site that is put back to what it was has the version that readers are reading
  const isNew = !await caches.has(NAME);
  const cache = await caches.open(NAME);
  try {
    await each(await wantedFrom(older), async (address) => {
      const same = await unchanged(older, address);
      if (same) await cache.put(address, same);
      else if (!await keep(cache, address)) throw new Error(`${address} is of another version`);
    });
  } catch (error) {
    if (isNew) await caches.delete(NAME);
    throw error;
  }
}

async function activate() {
  const cache = await caches.open(NAME);
  const older = await olderCaches();
  const opened = (await Promise.all(older.map((one) => one.keys()))).flat();
  for (const { url } of opened) { // also since this version was fetched
    const same = await cache.match(url) ? null : await unchanged(older, url);
    if (same) await cache.put(url, same);
  }
  for (const name of await caches.keys()) {
    if (name.startsWith(PREFIX) && name !== NAME) await caches.delete(name);
  }
  await self.clients.claim();
}

self.addEventListener("install", (event) => event.waitUntil(install()));
self.addEventListener("activate", (event) => event.waitUntil(activate()));

// ---- what a page asks for -----------------------------------------------------------------------

async function openPage(request, address, cache) {
  const kept = await cache.match(address);
  if (kept) return kept;
  try {
    const { ours, answer } = await fetchOurs(request, address);
    if (!ours) {
      lookForNewVersion();
      return answer;
    }
    await cache.put(address, ours.clone()).catch(() => {}); // no room: it is read all the same
    return ours;
  } catch { // no network
    return Response.redirect(`${at("offline.html")}?page=${encodeURIComponent(address)}`);
  }
}

async function openFile(event, address, cache) {
  const page = await self.clients.get(event.clientId);
  if (!page || !await cache.match(plain(page.url))) return fetch(event.request);
  const kept = await cache.match(address);
  if (kept) return kept;
  const { ours, answer } = await fetchOurs(address, address);
  if (!ours) {
    lookForNewVersion();
    return answer.ok ? Response.error() : answer; // rather none than one of another version
  }
  await cache.put(address, ours.clone()).catch(() => {});
  return ours;
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const address = plain(request.url);
  if (request.method !== "GET" || !hashes.has(address)) return;
  const open = (cache) =>
    request.mode === "navigate"
      ? openPage(request, address, cache)
      : openFile(event, address, cache);
  event.respondWith(caches.open(NAME).then(open, () => fetch(request)));
});

// ---- what a page's script asks for --------------------------------------------------------------

const ANSWERS = {
  /** Keep a page and what it needs; of that only what is in `only`, if there is such a list. */
  async keep({ page, only }) {
    const cache = await caches.open(NAME);
    const address = plain(page);
    // As the browser has it: a page that is older than this version is left to the network.
    if (!hashes.has(address) || !await keep(cache, address, ["default"])) return { kept: false };
    const wanted = needs.get(address)?.filter((one) => !only || only.includes(one)) ?? [];
    await each(wanted, (one) => keep(cache, one));
    return { kept: true };
  },

  /** What is kept, and what of the book is not. */
  async report() {
    const cache = await caches.open(NAME);
    const kept = new Set((await cache.keys()).map(({ url }) => url));
    const missing = [...hashes.keys()].filter((address) => !kept.has(address));
    return {
      kept: book.map(at).filter((address) => kept.has(address)),
      pages: book.length,
      missing: missing.map((address) => [address, sizes.get(address)]),
    };
  },

  /** Keep one file; false if the site has another one now. */
  async fetchOne({ address }) {
    return { kept: await keep(await caches.open(NAME), address) };
  },

  /** Keep no more than every reader's browser does. */
  async forget() {
    const cache = await caches.open(NAME);
    for (const { url } of await cache.keys()) if (!atOnce.has(url)) await cache.delete(url);
    return {};
  },
};

async function answer({ data, ports: [port] }) {
  const signs = setInterval(() => port.postMessage({ isWorking: true }), OFTEN);
  try {
    port.postMessage(await ANSWERS[data.ask](data));
  } catch (error) {
    port.postMessage({ fault: error.name === "QuotaExceededError" ? "room" : "network" });
  } finally {
    clearInterval(signs);
  }
}

self.addEventListener("message", (event) => {
  if (event.data === "take over") self.skipWaiting();
  else if (Object.hasOwn(ANSWERS, event.data?.ask)) event.waitUntil(answer(event));
});
