// The keys that steer a walkthrough.

/** @import { FilmPlayer } from "./cover.js" */

/**
 * What a key does; undefined for one that is not a walkthrough's.
 * @param {KeyboardEvent} event
 * @param {FilmPlayer} player
 * @param {boolean} isFull on the whole screen, where the keys of a presenter's clicker work, too
 * @returns {(() => void) | undefined}
 */
export function actionOf(event, player, isFull) {
  const target = /** @type {Element} */ (event.target);
  const { key, ctrlKey, metaKey, altKey } = event;
  if (event.defaultPrevented || ctrlKey || metaKey || altKey) return undefined;
  if (target.matches("select, textarea, input:not([type=range])")) return undefined;
  const next = () => player.next();
  const back = () => player.back();
  /** @type {Record<string, () => void>} */
  const does = {
    ArrowRight: next,
    ArrowLeft: back,
    Home: () => player.go(0),
    End: () => player.go(player.last()),
  };
  if (isFull) Object.assign(does, { PageDown: next, PageUp: back });
  if (target.matches("[type=range]")) Object.assign(does, { ArrowUp: next, ArrowDown: back });
  if (!target.matches("button, [role=spinbutton]")) does[" "] = () => player.toggle();
  return does[key];
}
