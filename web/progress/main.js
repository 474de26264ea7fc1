// What each page of the book does for its reader's progress; web/book_extension.py joins the files.

import { keepAnswers, showCards } from "./cards.js";
import { offerDialog } from "./dialog.js";
import { addLastLine, markContents, offerToContinue } from "./marks.js";
import { keepPlace } from "./place.js";
import { followReading } from "./sections.js";
import { exerciseNote } from "./store.js";
import { veilAll } from "./veils.js";

// widgets.js, which comes later, adds to it
Reflect.set(globalThis, "__llmBook", { progress: { exercise: exerciseNote } });

for (
  const part of [
    keepPlace, // first: it counts what stands there
    keepAnswers,
    veilAll,
    showCards,
    followReading,
    markContents,
    addLastLine,
    offerToContinue,
    offerDialog,
  ]
) {
  try {
    part();
  } catch (error) { // one part's failure leaves the others, and the page, alone
    console.error(error);
  }
}
