// The search page: a term's meaning and chapter first, then chapters, then sections, each with the
// words around what was found. The index is web/search_index.py's.
(() => {
  "use strict";
  /** In the language of the page; English is the key. @type {(words: string) => string} */
  const localize = (words) => Reflect.get(globalThis, "__llmWords")?.words[words] ?? words;
  /**
   * @typedef {object} Entry a section, or a term of the glossary
   * @property {number} page
   * @property {string} id
   * @property {string} title
   * @property {string} text
   * @property {boolean} [isTerm]
   * @property {string} [kind] of a widget or picture: what it is
   * @property {string} [name] of a widget, or a class's member: its name in code
   * @property {[number, string]} [explained] the page and section in which a term is explained
   */
  /** @typedef {{ name: string, number: string, title: string }} Page */
  /** @typedef {{ pages: Page[], entries: Entry[], also: Record<string, string> }} Index */
  /** @typedef {{ entry: Entry, score: number }} Found */

  const MOST = 30;
  const MEANT = 190; // the score of a term that is called just what was looked for
  const AROUND = 90; // characters on each side of what was found
  const TYPING = 150; // milliseconds without a key after which what is typed is looked for

  /** Lower case, without accents. @type {(text: string) => string} */
  const fold = (text) => text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").toLowerCase();
  /** The words that are looked for. @type {(query: string) => string[]} */
  const wordsOf = (query) => fold(query).match(/[\p{L}\p{N}_]+/gu) ?? [];
  /** A word without the endings that it may have elsewhere. @type {(word: string) => string} */
  const stem = (word) => word.length > 4 ? word.replace(/(ing|ed|es|s)$/, "") : word;
  /** @type {(word: string) => RegExp} */
  const matcher = (word) => new RegExp(`(?<![\\p{L}\\p{N}])${stem(word)}[\\p{L}]*`, "gu");

  /**
   * How well a query fits an entry; 0 where it doesn't. What holds more of the words comes first.
   * @param {Entry} entry @param {Page} page @param {string[]} words
   */
  function score(entry, page, words) {
    const own = `${entry.name ?? ""} ${entry.text}`;
    const [title, text, of] = [entry.title, own, page.title].map(fold);
    let sum = 0;
    let held = 0;
    for (const word of words) {
      const [inTitle, inText, inPage] = [title, text, of]
        .map((where) => where.match(matcher(word))?.length ?? 0);
      held += Number(inTitle + inText > 0 || (inPage > 0 && !entry.isTerm));
      sum += 8 * Number(inTitle > 0) + 3 * Number(inPage > 0) + Math.log1p(inText);
    }
    if (2 * held <= words.length && held < words.length) return 0;
    // the title begins with what was looked for, or is it; a term may have several names
    const names = [...title.split(", "), entry.name ?? ""].map((name) => wordsOf(name).map(stem))
      .filter((name) => words.every((word, i) => stem(word) === name[i]));
    // who looks for what a function does looks for its chapter first, and then for its entry
    const whole = entry.isTerm ? 90 : page.name.startsWith("reference/") ? 12 : 50;
    if (names.some((name) => name.length === words.length)) sum += whole;
    else if (names.length) sum += 12;
    if (words.length > 1 && text.includes(words.join(" "))) sum += 6;
    if (entry.title === page.title) sum += 10; // a chapter before its sections
    return sum + 100 * (held - words.length) / words.length + 100;
  }

  /** What others call it, in the book's words. @type {(index: Index, query: string) => string} */
  const inOurWords = ({ also }, query) => {
    const asked = wordsOf(query).join(" ");
    return Object.hasOwn(also, asked) ? also[asked] : query; // "constructor" has no other name
  };

  /**
   * What was asked for by its own name, in the book's words too, if they are others. Who asks for
   * a term of ours gets it first; who has another word for something gets what we call it.
   * @param {Index} index @param {string} query @param {string} meant @returns {Found[]}
   */
  function searchBoth(index, query, meant) {
    const found = search(index, query);
    if (meant === query) return found;
    const ours = search(index, meant);
    const best = (/** @type {Found[]} */ some) => some.filter((one) => one.score >= MEANT - 2);
    const own = best(found);
    const words = wordsOf(query);
    const named = own.length
      ? found.filter(({ entry }) => words.every((word) => fold(entry.title).match(matcher(word))))
      : [];
    const rest = [...found, ...ours].sort((a, b) => b.score - a.score);
    const all = new Map();
    for (const one of [...own, ...named, ...best(ours), ...rest]) {
      if (!all.has(one.entry)) all.set(one.entry, one);
    }
    return [...all.values()].slice(0, MOST);
  }

  /**
   * The best entries for a query, the best first. A term that is meant comes before all others, and
   * behind it the chapter that explains it, and the section there.
   * @param {Index} index @param {string} query @returns {Found[]}
   */
  function search({ pages, entries }, query) {
    const words = wordsOf(query);
    if (!words.length) return [];
    const found = entries.map((entry) => ({ entry, score: score(entry, pages[entry.page], words) }))
      .sort((a, b) => b.score - a.score);
    const [best] = found;
    if (best.entry.explained && best.score >= MEANT) {
      const [page, id] = best.entry.explained;
      for (const one of found) {
        const { entry } = one;
        if (entry.page !== page || entry === best.entry) continue;
        if (entry.title === pages[page].title) one.score = best.score - 1;
        else if (entry.id === id) one.score = best.score - 2;
      }
      found.sort((a, b) => b.score - a.score);
    }
    return found.filter((one) => one.score > 0).slice(0, MOST);
  }

  /**
   * What stands around the first word that was found, with the words marked.
   * @param {string} text @param {string[]} words
   */
  function around(text, words) {
    const folded = fold(text).length === text.length ? fold(text) : text.toLowerCase();
    const spans = words.flatMap((word) => [...folded.matchAll(matcher(word))])
      .map((m) => [m.index, m.index + m[0].length]).sort((a, b) => a[0] - b[0]);
    const at = spans[0]?.[0] ?? 0;
    const start = at <= AROUND ? 0 : text.indexOf(" ", at - AROUND) + 1;
    const end = Math.min(text.length, Math.max(at, start) + 2 * AROUND);
    const box = document.createElement("p");
    if (start) box.append("… ");
    let done = start;
    for (const [from, to] of spans) {
      if (from < done || to > end) continue;
      const mark = document.createElement("mark");
      mark.textContent = text.slice(from, to);
      box.append(text.slice(done, from), mark);
      done = to;
    }
    const rest = text.slice(done, end);
    box.append(end < text.length ? `${rest.slice(0, rest.lastIndexOf(" "))} …` : rest);
    return box;
  }

  /** @type {(page: Page) => string} */
  const nameOf = (page) => page.number ? `${page.number} ${page.title}` : page.title;
  /** @type {(page: Page, id?: string) => HTMLAnchorElement} */
  const linkTo = (page, id) => {
    const link = document.createElement("a");
    link.href = `${page.name}.html${id ? `#${id}` : ""}`;
    return link;
  };

  /**
   * @param {Found} found @param {Page[]} pages @param {string[]} words
   */
  function item({ entry }, pages, words) {
    const page = pages[entry.page];
    const isPage = entry.title === page.title;
    const box = document.createElement("li");
    const link = linkTo(page, isPage ? "" : entry.id);
    link.textContent = isPage ? nameOf(page) : entry.title;
    const head = document.createElement("h2");
    head.append(link);
    const where = document.createElement("span");
    const kind = localize(entry.kind ?? "");
    const place = kind ? localize("{} in {}").replace("{}", kind) : "{}";
    const at = place.replace("{}", () => nameOf(page));
    where.textContent = entry.isTerm ? localize("term") : isPage ? "" : at;
    if (where.textContent) head.append(" ", where);
    const text = entry.isTerm
      ? Object.assign(document.createElement("p"), { textContent: entry.text })
      : around(entry.text, words);
    box.append(head, text);
    if (entry.explained) {
      const [at, id] = entry.explained;
      const to = linkTo(pages[at], id);
      to.textContent = nameOf(pages[at]);
      const more = document.createElement("p");
      more.append(`${localize("Explained in")} `, to);
      box.append(more);
    }
    return box;
  }

  const box = document.getElementById("search-results");
  const index = /** @type {any} */ (globalThis).llmSearchIndex;

  /** What is said of a search. @type {(query: string, meant: string, n: number) => string} */
  function summary(query, meant, n) {
    const called = localize("“{}”, here called “{}”");
    const asked = meant === query
      ? localize("“{}”").replace("{}", () => query)
      : called.replace("{}", () => query).replace("{}", () => meant);
    return n
      ? localize(n === MOST ? "The best {} for {}" : "Found {} for {}")
        .replace("{}", () => String(n)).replace("{}", () => asked)
      : localize("Nothing was found for “{}”. A shorter word may help, or the glossary.")
        .replace("{}", () => query);
  }

  const said = document.createElement("p");
  said.setAttribute("role", "status");
  const list = document.createElement("ol");

  /** Show what is found for a query. @param {string} query */
  function show(query) {
    const meant = inOurWords(index, query);
    const found = query ? searchBoth(index, query, meant) : [];
    const words = [...new Set([...wordsOf(query), ...wordsOf(meant)])];
    said.textContent = query ? summary(query, meant, found.length) : "";
    list.replaceChildren(...found.map((one) => item(one, index.pages, words)));
    if (query) document.title = localize("{}: search").replace("{}", () => query);
  }

  /** Show it while it is typed, and keep it in the address. @param {HTMLInputElement} field */
  function follow(field) {
    let timer = 0;
    field.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(() => {
        const query = field.value.trim();
        const address = new URL(location.href);
        address.searchParams.set("q", query);
        history.replaceState(null, "", address);
        for (const other of fields) if (other !== field) other.value = field.value;
        show(query);
      }, TYPING);
    });
  }

  const query = new URLSearchParams(location.search).get("q")?.trim() ?? "";
  /** @type {NodeListOf<HTMLInputElement>} */
  const fields = document.querySelectorAll("input[name=q]");
  for (const field of fields) field.value = query;
  if (!box) return;
  for (const field of fields) follow(field);
  box.append(said, list);
  show(query);
})();
