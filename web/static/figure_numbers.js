// A figure's numbers, each kind in one manner: the powers of ten along an axis, the amounts at the
// ends of bars. static/figures.js calls this.
(() => {
  "use strict";
  const PLAIN = [-3, 5]; // powers of ten that are written out
  const DECIMALS = 2; // at most, at the ends of bars

  const written = (value, decimals) =>
    value.toLocaleString("en", { minimumFractionDigits: decimals, maximumFractionDigits: decimals })
      .replace("-", "−");

  /** Return the powers of ten between which the numbers lie that a figure has along an axis. */
  function powers(data, axis, name) {
    const letter = name[0];
    if (axis.range) return axis.range;
    const own = (trace) => (trace[`${letter}axis`] ?? letter) === name.replace("axis", "");
    const logs = data.filter((trace) => own(trace) && Array.isArray(trace[letter]))
      .flatMap((trace) => trace[letter]).filter((value) => value > 0).map(Math.log10);
    return logs.length ? [Math.min(...logs), Math.max(...logs)] : [];
  }

  /** Return an axis of powers of ten with all of them written out, or none. */
  function inOneManner(data, axis, name) {
    const step = axis.dtick;
    if (axis.type !== "log" || axis.tickvals || !Number.isInteger(step)) return axis;
    const [low, high] = powers(data, axis, name);
    if (low === undefined) return axis;
    const shown = [];
    for (let k = step * Math.floor(low / step); k <= Math.ceil(high); k += step) shown.push(k);
    const isPlain = shown.every((k) => k >= PLAIN[0] && k <= PLAIN[1]);
    const text = (k) =>
      isPlain ? written(10 ** k, Math.max(0, -k)) : `10<sup>${String(k).replace("-", "−")}</sup>`;
    return {
      ...axis,
      tickmode: "array",
      tickvals: shown.map((k) => 10 ** k),
      ticktext: shown.map(text),
      tickfont: undefined, // what makes up for Plotly's own powers, which are larger
    };
  }

  /** Return bars whose numbers have the same digits behind the point. */
  function inOneLine(trace) {
    const { type, text, orientation } = trace;
    const values = trace[orientation === "h" ? "x" : "y"];
    if (type !== "bar" || !Array.isArray(text) || !Array.isArray(values)) return trace;
    const bare = text.map((words) => String(words).replaceAll(",", ""));
    if (bare.some((words) => !words || Number.isNaN(Number(words)))) return trace;
    const digits = bare.map((words) => (words.split("e")[0].split(".")[1] ?? "").length);
    // a text may tell another amount than the bar: it is nobody's to write anew
    const near = (words, i) => Math.abs(Number(words) - values[i]) <= 10 ** -digits[i];
    if (!bare.every(near)) return trace;
    const decimals = Math.min(DECIMALS, Math.max(...digits));
    return { ...trace, text: values.map((value) => written(value, decimals)) };
  }

  /** Return a figure whose numbers are written in one manner. */
  function alike({ data, layout, ...rest }) {
    const axes = Object.keys(layout ?? {}).filter((name) => /^[xy]axis/.test(name));
    const ticks = axes.map((name) => [name, inOneManner(data, layout[name], name)]);
    return {
      ...rest,
      data: data.map(inOneLine),
      layout: { ...layout, ...Object.fromEntries(ticks) },
    };
  }

  globalThis.__llmFigureNumbers = { alike };
})();
