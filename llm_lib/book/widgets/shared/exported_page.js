// The script of a page that llm_lib.book.widgets.export writes: all that it shows lies in the page
// itself.

import { find } from "./dom.js";
import { PageModel } from "./page_model.js";

/** @import { Book } from "./types.js" */

/** Show the Playground with what lies in the page. */
async function showExported() {
  const place = find(document, "#playground");
  const data = find(document, "#playground-data");
  const { script, style, state, files } = JSON.parse(data.textContent ?? "");
  data.remove(); // it is as large as the model
  /** @type {Book} */
  const book = { loadModel: (ref) => Promise.resolve(files[ref]) };
  Reflect.set(globalThis, "__llmBook", book);
  const css = document.createElement("style");
  css.textContent = style;
  document.head.append(css);
  const url = URL.createObjectURL(new Blob([script], { type: "text/javascript" }));
  const { default: widget } = await import(url);
  place.replaceChildren();
  await widget.render({ model: new PageModel(state), el: place });
}

showExported().catch((error) => {
  console.error(error);
  find(document, "#playground").textContent = `This page can't show its model: ${error.message}.`;
});
