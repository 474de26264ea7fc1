// The labels beside the ends of a chart's lines, none over another.

/** @typedef {{ at: number, text: string, kind: string }} Label at: percent from the top */

/**
 * Labels one below the other, each as near to its line as there is room.
 * @param {Label[]} labels
 * @param {number} [gap] percent of the height from one to the next
 */
export function spread(labels, gap = 8) {
  const sorted = labels.sort((a, b) => a.at - b.at);
  sorted.forEach((label, i) => {
    if (i) label.at = Math.max(label.at, sorted[i - 1].at + gap);
  });
  sorted.forEach((label, i) => { // none below the picture
    label.at = Math.min(label.at, 100 - gap * (sorted.length - 1 - i));
  });
  return sorted;
}
