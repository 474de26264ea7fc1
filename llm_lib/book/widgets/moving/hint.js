// What to try with a film.

import { isForFingers } from "../shared/finger.js";
import { localize } from "../shared/localize.js";

/** @import { Story } from "./types.js" */

const TRY = "Play it, or step with the arrow keys. In the last scene, drag any number up or down.";

/**
 * Without the keys where there are none: the first sentence speaks of them.
 * @param {Story} story
 */
export function hintOf({ tryThis = TRY }) {
  const words = localize(tryThis);
  return isForFingers() ? words.replace(/^.*?[.!?]\s+/u, "") : words;
}
