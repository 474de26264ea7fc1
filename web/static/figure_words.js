// Fits a figure's words to the page: a title breaks into lines, the y axis's title stands level
// below it, and each line has its name at its end, in its colour, instead of in a legend: where
// there is room. static/figures.js calls this.
(() => {
  "use strict";
  const GAP = 16; // pixels from one name to the next
  const NARROW = 480; // pixels: a figure that has no room beside its lines
  const WIDEST = 0.34; // of the figure: the names beside its lines
  const LINE = 20; // pixels: a line of the title
  const pen = document.createElement("canvas").getContext("2d");

  function measure(text, { size, family, weight = 400 }) {
    pen.font = `${weight} ${size}px ${family}`;
    return pen.measureText(text).width;
  }

  /** Return a text in lines that are no wider than `width`, as Plotly has them. */
  function inLines(text, width, font) {
    const lines = [""];
    for (const word of text.split(" ")) {
      const longer = `${lines.at(-1)} ${word}`.trimStart();
      if (measure(longer, font) <= width || !lines.at(-1)) lines[lines.length - 1] = longer;
      else lines.push(word);
    }
    return lines.join("<br>");
  }

  /** Return a layout whose words fit into `width`: the title in lines, the y title below it. */
  function fitTitles(layout, width) {
    const template = layout.template?.layout ?? {};
    const title = typeof layout.title === "string" ? { text: layout.title } : { ...layout.title };
    const { text: level, ...rest } = layout.yaxis?.title ?? {};
    const fitted = { ...layout, title, height: layout.height ?? template.height };
    if (level && !layout.yaxis2 && !title.subtitle?.text) {
      title.subtitle = { ...title.subtitle, text: level };
      fitted.yaxis = { ...layout.yaxis, title: { ...rest, text: "" } };
    }
    if (!title.text || title.text.includes("<")) return fitted;
    const font = { family: layout.font.family, ...template.title?.font, ...title.font };
    title.text = inLines(title.text, width, font);
    const more = LINE * (title.text.split("<br>").length - 1);
    const top = layout.margin?.t ?? template.margin?.t ?? 0;
    const pad = title.pad ?? template.title?.pad;
    title.pad = { ...pad, t: (pad?.t ?? 0) + more }; // Plotly sets the last line where one would be
    return { ...fitted, height: fitted.height + more, margin: { ...layout.margin, t: top + more } };
  }

  /** Return the lines of a figure that have names, or nothing where a legend names other things. */
  function namedLines(figure) {
    const { data, layout } = figure;
    const named = data.filter((trace) => trace.name && trace.showlegend !== false);
    const areLines = named.every(({ type, mode }) =>
      (type ?? "scatter") === "scatter" && /^lines/.test(mode)
    );
    return areLines && named.length > 1 && layout.showlegend !== false ? named : [];
  }

  /** Return the room that the names of lines need on the right, or 0 where a legend is better. */
  function roomForNames(figure, width) {
    const names = namedLines(figure).map((trace) => trace.name);
    const font = { size: 13, family: figure.layout.font.family };
    const widest = Math.max(0, ...names.map((name) => measure(name, font)));
    return width < NARROW || widest > WIDEST * width ? 0 : widest && Math.ceil(widest) + 12;
  }

  /** Return how much higher a narrow figure is, so that a legend of many lines leaves it room. */
  function roomForLegend(figure, width) {
    return width < NARROW ? LINE * Math.max(0, namedLines(figure).length - 1) : 0;
  }

  /** Move what is closer than `GAP` apart, from the top down, and back up from the bottom. */
  function spread(heights, bottom) {
    const order = heights.map((_, i) => i).sort((a, b) => heights[a] - heights[b]);
    const placed = [...heights];
    order.forEach((at, n) => {
      if (n) placed[at] = Math.max(placed[at], placed[order[n - 1]] + GAP);
    });
    let limit = bottom;
    for (const at of order.toReversed()) {
      placed[at] = Math.min(placed[at], limit);
      limit = placed[at] - GAP;
    }
    return placed;
  }

  /** Return the names at the ends of a drawn figure's lines; none if they would not fit. */
  function namesAtEnds(plot) {
    const { _fullLayout: { xaxis, yaxis }, _fullData: traces } = plot;
    const lines = traces.filter((trace) => trace.name && trace.showlegend !== false);
    const ends = lines.map(({ x, y }) => {
      const last = y.findLastIndex((value) => value !== null && Number.isFinite(+value));
      const height = yaxis.d2p(y[last]); // a log axis has no place for 0: it lies below
      return { right: xaxis.d2p(x[last]), height: Number.isNaN(+height) ? Infinity : +height };
    });
    const reach = ends.every(({ right }) => right > 0.9 * xaxis._length);
    if (!reach || lines.length * GAP > yaxis._length) return [];
    const inside = ends.map(({ height }) => Math.min(Math.max(height, 0), yaxis._length));
    return spread(inside, yaxis._length).map((height, i) => ({
      x: 1,
      xref: "paper",
      xanchor: "left",
      xshift: 4,
      y: 1 - height / yaxis._length,
      yref: "paper",
      yanchor: "middle",
      text: lines[i].name,
      font: { color: lines[i].line.color },
      showarrow: false,
    }));
  }

  globalThis.__llmFigureWords = { fitTitles, roomForLegend, roomForNames, namesAtEnds };
})();
