// What is asked of a story, and the order of its steps.

/** @import { Room, Scene, Stop, Story } from "./types.js" */
/** @typedef {Record<string, Scene["say"]>} Words by the name of a scene */

/**
 * Scenes from their rows: name, number of steps, picture, and what else holds of them. `say` and
 * `alt` hold the words of each; the one called "Your turn" can be changed.
 * @param {Words} say
 * @param {Words} alt
 * @param {[name: string, steps: number, draw: Scene["draw"], more?: Partial<Scene>][]} rows
 * @returns {Scene[]}
 */
export const scenesOf = (say, alt, rows) =>
  rows.map(([name, steps, draw, more]) => ({
    ...{ name, steps, draw, say: say[name], alt: alt[name], edit: name === "Your turn" },
    ...more,
  }));

/**
 * The room of a story's pictures: stacked below a width, side by side from there on.
 * @param {number} from that width
 * @param {{ stacked: number, wide: number }} heights
 * @returns {(width: number) => Room}
 */
export const roomFrom = (from, { stacked, wide }) => (width) => ({
  W: width,
  H: width < from ? stacked : wide,
  wide: width >= from,
});

/**
 * The steps of a story, one after the other. `at` is the place on the time line, on which all
 * scenes are equally long. Throws an Error that says what is missing if the story can't be shown.
 * @param {Story} story
 * @returns {Stop[]}
 */
export function stopsOf(story) {
  if (!story.scenes?.length) {
    throw new Error("This walkthrough has no scenes; it needs at least one.");
  }
  for (const scene of story.scenes) {
    const missing = ["name", "say", "alt", "draw"].find((part) => !(part in scene));
    if (missing) throw new Error(`The scene "${scene.name ?? "?"}" has no "${missing}".`);
  }
  return story.scenes.flatMap((scene, s) => {
    const n = scene.steps ?? 1;
    return Array.from({ length: n }, (_, k) => ({ scene, s, k, at: s + k / n }));
  });
}

/**
 * Where the steps of a scene begin.
 * @param {Stop[]} stops
 * @param {number | string} scene its number, or its name
 */
export const firstStep = (stops, scene) =>
  stops.findIndex((stop) => stop.s === scene || stop.scene.name === scene);

/**
 * The place on the time line of a time t, which counts steps.
 * @param {Stop[]} stops
 * @param {number} t
 */
export function placeAt(stops, t) {
  const i = Math.max(0, Math.min(Math.floor(t), stops.length - 2));
  const next = stops[i + 1] ?? stops[i];
  return stops[i].at + (next.at - stops[i].at) * (t - i);
}

/**
 * The time that belongs to a place on the time line.
 * @param {Stop[]} stops
 * @param {number} place
 */
export function timeAt(stops, place) {
  let i = 0;
  while (i < stops.length - 2 && stops[i + 1].at <= place) i++;
  return stops.length < 2 ? 0 : i + (place - stops[i].at) / (stops[i + 1].at - stops[i].at);
}
