// Fits a figure's words to the page: a title breaks into lines, the y axis's title stands level
// below it, and each line has its name at its end, in its colour, instead of in a legend: where
// there is room. static/figures.js calls this; its numbers are in static/figure_numbers.js.
(() => {
  "use strict";
  const GAP = 19; // pixels from one name to the next: a line of text, and 6 between
  const NARROW = 480; // pixels: a figure that has no room beside its lines
  const WIDEST = 0.34; // of the figure: the names beside its lines …
  const WIDEST_NARROW = 0.28; // … and of a narrow one
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
    const below = layout.xaxis?.title;
    if (below?.text) { // as quiet as the y axis's
      const font = { ...template.title?.subtitle?.font, ...below.font };
      fitted.xaxis = { ...layout.xaxis, title: { ...below, font } };
    }
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
    const most = width * (width < NARROW ? WIDEST_NARROW : WIDEST);
    return widest > most ? 0 : widest && Math.ceil(widest) + 12;
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

  /** Tell whether a line, as places in pixels, runs through a box. */
  function crosses(line, { left, right, top, bottom }) {
    return line.some(([x1, y1], i) => {
      const [x0, y0] = line[i - 1] ?? [x1, y1];
      const steps = 1 + Math.floor(Math.hypot(x1 - x0, y1 - y0) / 4);
      return Array.from({ length: steps + 1 }, (_, k) => k / steps).some((part) => {
        const [x, y] = [x0 + part * (x1 - x0), y0 + part * (y1 - y0)];
        return x > left && x < right && y > top && y < bottom;
      });
    });
  }

  /** Return where the name of a line stands that ends early: beside its end, where all is free. */
  function placeBeside({ right: x, height: y }, width, lines, size) {
    const left = [x + 8, x - 8 - width].find((left) => {
      const box = { left: left - 4, right: left + width + 4, top: y - 8, bottom: y + 8 };
      return left >= 0 && box.right <= size && !lines.some((line) => crosses(line, box));
    });
    return left === undefined ? null : { left, height: y };
  }

  /** Return the names at the ends of a drawn figure's lines; none if they would not fit. */
  function namesAtEnds(plot) {
    const { _fullLayout: { xaxis, yaxis, font }, _fullData: traces } = plot;
    const lines = traces.filter((trace) => trace.name && trace.showlegend !== false);
    const places = traces.filter(({ type }) => type === "scatter").map(({ x, y }) =>
      Array.from(x, (value, i) => [xaxis.d2p(value), yaxis.d2p(y[i])]).filter((place) =>
        place.every(Number.isFinite)
      )
    );
    const ends = lines.map(({ x, y }) => {
      const last = y.findLastIndex((value) => value !== null && Number.isFinite(+value));
      const height = yaxis.d2p(y[last]); // a log axis has no place for 0: it lies below
      return { right: xaxis.d2p(x[last]), height: Number.isNaN(+height) ? Infinity : +height };
    });
    const early = ends.map((end, i) => {
      if (end.right > 0.9 * xaxis._length) return null;
      const width = measure(lines[i].name, { size: 13, family: font.family });
      return placeBeside(end, width, places, xaxis._length) ?? "nowhere";
    });
    const last = lines.map((_, i) => i).filter((i) => !early[i]);
    if (early.includes("nowhere") || !last.length) return [];
    if (last.length * GAP > yaxis._length) return [];
    const inside = last.map((i) => Math.min(Math.max(ends[i].height, 0), yaxis._length));
    const beside = spread(inside, yaxis._length);
    return lines.map((line, i) => {
      const { left, height } = early[i] ??
        { left: xaxis._length + 4, height: beside[last.indexOf(i)] };
      return {
        x: left / xaxis._length,
        xref: "paper",
        xanchor: "left",
        y: 1 - height / yaxis._length,
        yref: "paper",
        yanchor: "middle",
        text: line.name,
        font: { color: line._input.textfont?.color ?? line.line.color },
        showarrow: false,
      };
    });
  }

  globalThis.__llmFigureWords = { fitTitles, roomForLegend, roomForNames, namesAtEnds };
})();
