// Draws Plotly figures from the JSON in the page, with one plotly.js of our own that is loaded
// when a figure is about to be seen. Colours follow the page's theme.
(() => {
  "use strict";
  const me = document.currentScript;
  const library = me.src.replace(/figures\.js.*$/, "vendor/plotly.min.js");
  const darkFor = JSON.parse(me.dataset.dark); // the palette: light colour -> its dark counterpart

  const words = globalThis.__llmFigureWords; // static/figure_words.js
  const numbers = globalThis.__llmFigureNumbers; // static/figure_numbers.js
  const PAUSE = 100; // ms without another size of the window

  let loading;
  const plotly = () => (loading ??= new Promise((done, fail) => {
    const tag = document.createElement("script");
    tag.src = library;
    tag.onload = () => done(window.Plotly);
    tag.onerror = () => {
      loading = undefined; // a later figure tries again
      fail(new Error("plotly.min.js could not be loaded"));
    };
    document.head.append(tag);
  }));

  // Figures are made with the light palette; in the dark each colour gives way to its partner.
  function inTheme(json) {
    if (document.documentElement.dataset.theme !== "dark") return JSON.parse(json);
    return JSON.parse(json.replace(/#[0-9a-f]{6}\b/gi, (c) => darkFor[c.toLowerCase()] ?? c));
  }

  function pageLayout(layout) {
    const style = getComputedStyle(document.documentElement);
    const css = (name) => style.getPropertyValue(name).trim();
    const own = { paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)" };
    const font = {
      family: css("--llm-font") || "sans-serif",
      ...layout.font,
      color: css("--llm-fg"),
    };
    return { ...layout, ...own, font, autosize: true, width: undefined };
  }

  // Lines are named at their ends, where there is room: it takes a first drawing to know.
  // Returns how high the figure is: a legend below it takes more.
  async function drawNamed(Plotly, plot, figure, config) {
    const { data, layout } = figure;
    const height = layout.height + words.roomForLegend(figure, plot.clientWidth);
    const legend = { ...layout, height };
    const room = words.roomForNames(figure, plot.clientWidth);
    if (!room) {
      await Plotly.react(plot, data, legend, config);
      return height;
    }
    const bare = { ...layout, margin: { ...layout.margin, r: room }, showlegend: false };
    await Plotly.react(plot, data, bare, config);
    const names = words.namesAtEnds(plot);
    const annotations = [...layout.annotations ?? [], ...names];
    await Plotly.react(plot, data, names.length ? { ...bare, annotations } : legend, config);
    return names.length ? layout.height : height;
  }

  async function draw(box) {
    const Plotly = await plotly();
    if (!box.checkVisibility()) { // folded by now: what has no size can't be drawn
      seen.delete(box);
      return;
    }
    const figure = numbers.alike(inTheme(box.querySelector("script").textContent));
    const plot = (box._plot ??= box.appendChild(document.createElement("div")));
    const config = {
      responsive: true,
      displaylogo: false,
      displayModeBar: false,
      ...figure.config,
    };
    const layout = words.fitTitles(pageLayout(figure.layout ?? {}), plot.clientWidth);
    box.style.minHeight = `${layout.height}px`;
    const height = await drawNamed(Plotly, plot, { data: figure.data, layout }, config);
    box.style.minHeight = `${height}px`;
    if (figure.frames && !box._framed) {
      box._framed = true;
      await Plotly.addFrames(plot, figure.frames);
    }
    box._width = plot.clientWidth;
    box.dataset.drawn = document.documentElement.dataset.theme;
  }

  // A drawing takes several turns, and two of one figure would mix: what is asked for meanwhile is
  // drawn after it, once.
  const again = new Map(); // figures that are being drawn: whether to draw them once more
  async function drawInTurn(box) {
    const isDrawing = again.has(box);
    again.set(box, isDrawing);
    if (isDrawing) return;
    try {
      do {
        again.set(box, false);
        await draw(box);
      } while (again.get(box));
    } finally {
      again.delete(box);
    }
  }

  function showFailure(box, error) {
    console.error(error);
    seen.delete(box); // it is tried again when the reader comes back to it
    const note = document.createElement("p");
    note.className = "llm-failed";
    note.textContent = `This figure could not be drawn: ${error.message}.`;
    box.append(note);
    box.style.minHeight = "";
  }

  const boxes = [...document.querySelectorAll(".llm-figure")];
  const seen = new Set();
  function wake(box) {
    if (seen.has(box) || !box.checkVisibility()) return;
    seen.add(box);
    box.querySelector(".llm-failed")?.remove();
    drawInTurn(box).catch((error) => showFailure(box, error));
  }
  document.addEventListener("llm-wake", () => boxes.forEach(wake)); // for paper: see print.js
  function watch(margin) {
    const observer = new IntersectionObserver((entries) => {
      for (const { isIntersecting, target } of entries) if (isIntersecting) wake(target);
    }, { rootMargin: margin });
    boxes.forEach((box) => observer.observe(box));
  }
  watch("0px"); // what the reader sees on arrival …
  /** @type {(event: Event | PointerEvent) => void} */
  const early = ({ type, movementX, movementY }) => {
    if (type === "pointermove" && !movementX && !movementY) return; // the page moved, not they
    watch("800px");
    signs.forEach((sign) => removeEventListener(sign, early));
  };
  const signs = ["scroll", "pointermove", "keydown", "touchstart"]; // … and ahead once they move
  signs.forEach((sign) => addEventListener(sign, early, { passive: true }));

  // What fits on a wide page may not fit on a narrow one; a window that is pulled is waited for.
  const redraw = (box) => drawInTurn(box).catch(console.error);
  const fit = () => {
    for (const box of seen) {
      if (box._plot && box._plot.clientWidth !== box._width) redraw(box);
    }
  };
  let resized;
  addEventListener("resize", () => {
    clearTimeout(resized);
    resized = setTimeout(fit, PAUSE);
  });
  new MutationObserver(() => seen.forEach(redraw))
    .observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
})();
