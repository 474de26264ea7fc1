// Files that a reader brings: dropped on a place, folders too, or chosen with a button. They are
// read in the page and go nowhere.

import { withoutGaps } from "../../engine/present.js";
import { button } from "../shared/controls.js";
import { h } from "../shared/dom.js";

/** @import { NamedBlob } from "../../engine/model_files.js" */

const MOST_FILES = 200; // a folder with more is not that of a model
const DEPTH = 3;

/**
 * A place to drop files on, with a button that chooses them. onfiles is given them, or the error
 * that came of reading a folder.
 * @param {object} options
 * @param {HTMLElement} options.target what also takes what is dropped, around this place
 * @param {AbortSignal} options.signal
 * @param {(files: Promise<NamedBlob[]>) => void} options.onfiles
 */
export function dropPlace({ target, signal, onfiles }) {
  const field = h("input", {
    type: "file",
    multiple: true,
    hidden: true,
    "aria-label": "The files of a model",
    onchange: () => {
      onfiles(Promise.resolve(Array.from(field.files ?? [], named)));
      field.value = ""; // so that the same files can be chosen again
    },
  });
  const place = h(
    "div",
    { class: "llm-play-drop" },
    button("Choose a model’s files …", () => field.click()),
    h(
      "p",
      {},
      "or drop what TrainLab’s Save or ",
      h("code", {}, "save_model"),
      " wrote (a folder, three files, or a zip), or a GGUF file. Nothing is uploaded.",
    ),
    field,
  );
  const mark = (/** @type {boolean} */ isOver) => place.classList.toggle("llm-over", isOver);
  const drags = (/** @type {DragEvent} */ event) => event.dataTransfer?.types.includes("Files");
  target.addEventListener("dragover", (event) => {
    if (!drags(event)) return;
    event.preventDefault(); // else the browser would leave the page and show the file
    mark(true);
  }, { signal });
  target.addEventListener("dragleave", (event) => {
    if (!target.contains(/** @type {Node} */ (event.relatedTarget))) mark(false);
  }, { signal });
  target.addEventListener("drop", (event) => {
    if (!drags(event) || !event.dataTransfer) return;
    event.preventDefault();
    mark(false);
    onfiles(droppedFiles(event.dataTransfer));
  }, { signal });
  return place;
}

/**
 * A file with the folders that it lies in, where the browser tells.
 * @param {File} file
 * @returns {NamedBlob}
 */
const named = (file) => ({ name: file.webkitRelativePath || file.name, blob: file });

/**
 * What was dropped, with what is in its folders. The list of a drop is empty once the event is
 * over, so all is taken from it before anything is waited for.
 * @param {DataTransfer} dropped
 * @returns {Promise<NamedBlob[]>}
 */
async function droppedFiles(dropped) {
  const plain = Array.from(dropped.files, named);
  const entries = withoutGaps(
    Array.from(dropped.items, (item) => item.webkitGetAsEntry?.()),
  );
  if (!entries.some((entry) => entry.isDirectory)) return plain;
  /** @type {NamedBlob[]} */
  const files = [];
  for (const entry of entries) await addEntry(entry, files, "", DEPTH);
  return files;
}

/**
 * Add a file, or what is in a folder. Throws an Error in words if there are too many.
 * @param {FileSystemEntry} entry
 * @param {NamedBlob[]} files
 * @param {string} folder
 * @param {number} depth how many folders may lie in one another
 */
async function addEntry(entry, files, folder, depth) {
  if (entry.isFile) {
    const file = /** @type {FileSystemFileEntry} */ (entry);
    const blob = await new Promise((done, fail) => file.file(done, fail));
    files.push({ name: folder + entry.name, blob });
  } else if (depth > 0) {
    const reader = /** @type {FileSystemDirectoryEntry} */ (entry).createReader();
    for (;;) { // a hundred at a time
      const some = await new Promise((done, fail) => reader.readEntries(done, fail));
      if (!some.length) break;
      for (const each of some) await addEntry(each, files, `${folder}${entry.name}/`, depth - 1);
    }
  }
  if (files.length > MOST_FILES) {
    throw new Error(
      `The folder holds more than ${MOST_FILES} files: give the folder of one model, which holds ` +
        "three.",
    );
  }
}
