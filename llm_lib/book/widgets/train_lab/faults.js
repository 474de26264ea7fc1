// What can be broken on purpose, and what to look for.

/** @import { TrainingSettings } from "../../engine/training_types.js" */

/**
 * name: of the switch; look: what to look for; change: what it does to the settings.
 * @typedef {{ name: string, look: string, change: (settings: TrainingSettings) => object }} Fault
 */

/** @type {Record<string, Fault>} */
export const TRAIN_FAULTS = {
  rate: {
    name: "Rate × 30",
    look:
      "The rate is 30 times as high. Steps overshoot: the loss jumps up or zigzags, and stays " +
      "far above the grey curve.",
    change: ({ learning_rate = 0 }) => ({ learning_rate: 30 * learning_rate }),
  },
  mask: {
    name: "No mask",
    look:
      "Each position sees the ones after it, too. The loss dives, since the answer can be looked " +
      "up; but what it writes begins as rubbish, because then nothing comes after the last token.",
    change: () => ({ mask: false }),
  },
  targets: {
    name: "Targets two ahead",
    look:
      "It learns the token after the next one. The loss falls far less, and in what it writes " +
      "neighbours don't fit.",
    change: () => ({ shift: 2 }),
  },
  order: {
    name: "Not shuffled",
    look:
      "It reads in order, lines by the alphabet. The training loss falls and jumps as letters " +
      "change, and what it writes resembles what it read last.",
    change: () => ({ shuffle: false }),
  },
};
