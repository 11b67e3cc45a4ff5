// The browser side of the live dashboard.
//
// Traits from Python: panels (list of {name, title, label, large, log, fraction, usual}), lines (list of {color, dash}),
//   snapshot ({curves, progress, points}, the complete data for a reloaded page), findings (list of {run, name,
//   evidence, advice}), state ("running"; "stopping" once Python has received Stop; then how the run ended),
//   stop_channel (see browser.js).
// Traits to Python: stop (true ends the loop), log_loss, smoothing (steps). The page also repeats the message
//   {kind: "stop"} until Python answers, and tells the user if it does not.
// Message from Python: {kind: "points", curves: [[run, metric, panel, data, start, count], ...], progress} with one
//   float32 buffer, which holds for each curve its count steps, then its count values. `start` is the index of the first
//   point. If it lies beyond the points received so far, a message was lost. The page then ignores the points and
//   requests whole curves with {kind: "behind"}. If the kernel cannot receive messages while it runs a cell, whole
//   curves arrive anyway at growing intervals.
// A message is only stored. The next animation frame draws the changes, so a slow page skips frames and never queues.

const NOT_RECEIVED =
  "Python did not receive the click. Press ■ in the toolbar or beside the cell, or press Esc, then I twice.";
const SMOOTHING = [0, 2, 5, 10, 20, 50, 100, 200, 500, 1000];

const element = (tag, attributes = {}, ...children) => {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
};
const short = (v) =>
  Number.isFinite(v)
    ? v !== 0 && (Math.abs(v) < 1e-3 || Math.abs(v) >= 1e5)
      ? v.toExponential(2)
      : String(+v.toPrecision(4))
    : Number.isNaN(v)
      ? "NaN"
      : "infinite";
const capital = (s) => s.charAt(0).toUpperCase() + s.slice(1);
const whole = (v) => Math.round(v).toLocaleString("en");
const duration = (s) =>
  s < 60
    ? `${Math.max(1, Math.round(s))} s`
    : s < 3600
      ? `${Math.floor(s / 60)} min ${Math.round(s % 60)} s`
      : `${Math.floor(s / 3600)} h ${Math.round((s % 3600) / 60)} min`;

// The symbol of a line in the legend.
function swatch({ color, dash }) {
  const dashes = dash.map((d) => d * 2.5).join(" ");
  const template = element("span", { "aria-hidden": "true", class: "cs-swatch" });
  template.innerHTML = `<svg width="30" height="10"><line x1="0" y1="5" x2="30" y2="5" stroke="${color}" stroke-width="2.5" stroke-dasharray="${dashes}"/></svg>`;
  return template;
}

class Dashboard {
  constructor(model, el, curves) {
    Object.assign(this, {
      model,
      el,
      curves,
      hidden: new Set(),
      zoom: null,
      cursor: null,
      frame: 0,
      shownAt: 0,
      rate: null,
    });
    this.smoothing = model.get("smoothing");
    this.log = model.get("log_loss");
    el.classList.add("cs-live");
    keepKeys(el);
    this.buildControls();
    this.buildPanels();
    this.showFindings();
    this.observer = new ResizeObserver(() => this.schedule());
    this.observer.observe(el);
    this.themes = new MutationObserver(() => setTimeout(() => this.schedule(), 60));
    this.themes.observe(document.body, { attributes: true });
  }

  destroy() {
    cancelAnimationFrame(this.frame);
    clearTimeout(this.deadline);
    clearInterval(this.asking);
    this.observer.disconnect();
    this.themes.disconnect();
  }
  schedule() {
    this.frame ||= requestAnimationFrame(() => {
      this.frame = 0;
      this.draw();
    });
  }

  buildControls() {
    const button = (text, action, attributes = {}) => {
      const node = element("button", { type: "button", ...attributes }, text);
      node.addEventListener("click", action);
      return node;
    };
    this.stopButton = button("Stop", () => this.stop(), { class: "cs-stop" });
    this.logButton = button(
      "Log scale",
      () => {
        this.log = !this.log;
        this.logButton.setAttribute("aria-pressed", this.log);
        this.save("log_loss", this.log);
        this.schedule();
      },
      { "aria-pressed": this.log },
    );
    this.resetButton = button("Reset zoom", () => this.setZoom(null), { disabled: "" });
    const slider = element("input", { type: "range", min: 0, max: SMOOTHING.length - 1, step: 1 });
    const shown = element("output");
    const showSmoothing = () => {
      shown.textContent = this.smoothing ? `${this.smoothing} steps` : "off";
      slider.setAttribute("aria-valuetext", shown.textContent);
    };
    slider.value = SMOOTHING.findIndex((s) => s >= this.smoothing);
    slider.addEventListener("input", () => {
      this.smoothing = SMOOTHING[+slider.value];
      this.save("smoothing", this.smoothing);
      showSmoothing();
      this.schedule();
    });
    showSmoothing();
    this.legend = element("div", { class: "cs-legend", role: "group", "aria-label": "Curves shown" });
    this.progress = element("progress", { max: 1, value: 0, "aria-label": "Training progress" });
    this.status = element("span", { class: "cs-status" }, "Waiting for the first step");
    this.spoken = element("span", { class: "cs-spoken", role: "status" });
    this.el.append(
      element("div", { class: "cs-top" }, this.status, this.stopButton),
      this.progress,
      element(
        "div",
        { class: "cs-controls" },
        this.legend,
        element(
          "span",
          { class: "cs-tools" },
          element("label", {}, "Smoothing ", slider, shown),
          this.logButton,
          this.resetButton,
        ),
      ),
      this.spoken,
    );
  }

  save(name, value) {
    this.model.set(name, value);
    this.model.save_changes();
  }
  stop() {
    this.stopButton.disabled = true;
    this.stopButton.textContent = "Stopping";
    this.save("stop", true);
    requestStop(this.model);
    // The page repeats the request until Python answers with another state. The kernel may still be creating the page's
    // subshell, and messages sent before wait until the training ends. Without a subshell no request helps.
    this.asking = setInterval(() => {
      if (this.model.get("state") === "running") this.model.send({ kind: "stop" });
      else clearInterval(this.asking);
    }, 500);
    this.deadline = setTimeout(() => {
      if (this.model.get("state") !== "running") return;
      this.stopButton.textContent = "No response";
      this.spoken.textContent = this.status.textContent = this.model.get("stop_channel").name
        ? NOT_RECEIVED_IN_BROWSER
        : NOT_RECEIVED;
      this.unanswered = true;
    }, 2000);
  }

  buildPanels() {
    this.grid?.remove();
    this.grid = element("div", { class: "cs-grid" });
    this.panels = this.model.get("panels").map((panel) => this.buildPanel(panel));
    (this.spoken || this.el.lastChild).after(this.grid);
    this.findingsBox ||= this.el.appendChild(
      element("section", { class: "cs-findings", "aria-label": "Diagnosis", tabindex: 0 }),
    );
    this.schedule();
  }

  buildPanel(panel) {
    const canvas = element("canvas", { tabindex: 0, role: "img", "aria-label": panel.title });
    const note = element("span", { class: "cs-note" }),
      line = element("div", { class: "cs-cursor" }),
      tip = element("div", { class: "cs-tip" }),
      band = element("div", { class: "cs-band" });
    const figure = element(
      "figure",
      { class: panel.large ? "cs-large" : "cs-small", "data-panel": panel.name },
      element("figcaption", {}, panel.title, note),
      element("div", { class: "cs-canvas" }, canvas, band, line, tip),
    );
    this.grid.append(figure);
    const view = { ...panel, canvas, note, line, tip, band, plot: new Plot(canvas) };
    this.listen(view);
    return view;
  }

  // Hovering shows values and dragging zooms. Arrow keys, Home, End, +, - and 0 do the same from the keyboard.
  listen(view) {
    const { canvas, plot, band } = view;
    let start = null;
    const inside = (pixel) => Math.max(plot.area.x, Math.min(plot.area.x + plot.area.w, pixel));
    canvas.addEventListener("pointerdown", (e) => {
      if (e.button === 0) {
        start = inside(e.offsetX);
        canvas.setPointerCapture(e.pointerId);
      }
    });
    canvas.addEventListener("pointermove", (e) => {
      if (start !== null) {
        const end = inside(e.offsetX);
        band.style.display = "block";
        band.style.left = `${Math.min(start, end)}px`;
        band.style.width = `${Math.abs(end - start)}px`;
      }
      this.setCursor(view, plot.toData(inside(e.offsetX)));
    });
    canvas.addEventListener("pointerup", (e) => {
      if (start === null) return;
      const [a, b] = [Math.min(start, inside(e.offsetX)), Math.max(start, inside(e.offsetX))];
      start = null;
      band.style.display = "none";
      if (b - a > 5) this.setZoom([plot.toData(a), plot.toData(b)]);
    });
    canvas.addEventListener("pointercancel", () => {
      start = null;
      band.style.display = "none";
    });
    canvas.addEventListener("pointerleave", () => this.setCursor(null, null));
    canvas.addEventListener("blur", () => this.setCursor(null, null));
    canvas.addEventListener("dblclick", () => this.setZoom(null));
    canvas.addEventListener("keydown", (e) => this.onKey(view, e));
  }

  onKey(view, event) {
    const { plot } = view,
      span = plot.x1 - plot.x0,
      at = this.cursor?.x ?? plot.x1;
    const move = { ArrowLeft: -span / 50, ArrowRight: span / 50, Home: -Infinity, End: Infinity }[event.key];
    const zoom = { "+": 0.5, "=": 0.5, "-": 2 }[event.key];
    if (event.ctrlKey || event.metaKey || (move === undefined && !zoom && event.key !== "0")) return;
    event.preventDefault();
    if (event.key === "0") return this.setZoom(null);
    if (move !== undefined) {
      this.setCursor(view, Math.max(plot.x0, Math.min(plot.x1, at + move)));
      this.spoken.textContent = view.tip.textContent;
      return;
    }
    const last = Math.max(1, ...[...this.curves.values()].map((c) => (c.n ? c.x[c.n - 1] : 1)));
    const half = (span * zoom) / 2,
      lo = Math.max(0, at - half),
      hi = Math.min(last, at + half);
    this.setZoom(hi - lo >= last * 0.999 ? null : [lo, hi]);
  }

  setZoom(zoom) {
    this.zoom = zoom;
    this.resetButton.disabled = !zoom;
    this.schedule();
  }
  setCursor(view, x) {
    this.cursor = view && { view, x };
    this.drawCursor();
  }

  runs() {
    return [...new Set([...this.curves.values()].map((c) => c.run))];
  }

  // A colour represents the data if there is one run, and the run if there are several.
  key(curve) {
    return this.runs().length > 1 ? curve.run || "run 1" : curve.data;
  }

  look(curve) {
    const lines = this.model.get("lines");
    const order = this.runs().length > 1 ? this.runs().indexOf(curve.run) : curve.data === "validation" ? 1 : 0;
    return lines[order % lines.length];
  }

  // The curves of a panel in the plot's format, with the raw loss faint below the smoothed loss.
  looks(view) {
    const several = this.runs().length > 1,
      drawn = [];
    const datas = new Set([...this.curves.values()].filter((c) => c.panel === view.name).map((c) => c.data)),
      paired = several && datas.size === 2;
    view.note.textContent = paired ? " (thin: training)" : "";
    for (const curve of this.curves.values()) {
      if (curve.panel !== view.name || this.hidden.has(this.key(curve))) continue;
      const { color, dash } = this.look(curve),
        base = { curve, x: curve.x, y: curve.y, n: curve.n, color, mark: true };
      const noisy = view.name === "loss" && curve.data === "training" && this.smoothing > 0;
      if (noisy) {
        drawn.unshift({ ...base, width: 1, alpha: several ? 0.25 : 0.4 });
        drawn.push({ ...base, y: curve.smooth(this.smoothing), dash, width: 2.2, mark: false, smoothed: true });
      } else if (paired && curve.data === "training") drawn.unshift({ ...base, dash, width: 1, alpha: 0.6 });
      else
        drawn.push({
          ...base,
          dash,
          width: 2.2,
          dots: view.large && curve.n < 60,
          step: view.name === "learning_rate",
        });
    }
    return drawn;
  }

  theme() {
    const style = getComputedStyle(this.el),
      get = (name) => style.getPropertyValue(name).trim();
    return { ink: get("--cs-ink"), muted: get("--cs-muted"), faint: get("--cs-faint"), font: style.fontFamily };
  }

  // All panels share the range of steps, so they can be compared vertically.
  window() {
    if (this.zoom) return this.zoom;
    let last = 1;
    for (const c of this.curves.values()) if (c.n) last = Math.max(last, c.x[c.n - 1]);
    return [0, last];
  }

  draw() {
    const theme = this.theme(),
      span = this.window();
    this.drawLegend();
    for (const view of this.panels) {
      const log = view.name === "loss" ? this.log : view.log;
      view.drawn = this.looks(view);
      // Without a limit, the axis would follow a loss that exploded, and the other runs would look flat.
      const firsts = view.drawn.map((d) => Math.abs(d.curve.y[0])).filter(Number.isFinite);
      const highest = view.name === "loss" && firsts.length ? 3 * Math.max(...firsts) : null;
      view.plot.draw({
        ...view,
        highest,
        curves: view.drawn,
        window: span,
        log,
        theme,
        xLabel: "step",
        yLabel: view.label + (log ? " (log)" : ""),
      });
    }
    this.drawCursor();
    this.updateStatus();
    this.el.dataset.draws = +(this.el.dataset.draws || 0) + 1;
  }

  drawLegend() {
    const keys = [...new Set([...this.curves.values()].map((c) => this.key(c)))].filter(Boolean);
    if (keys.join("\n") === this.legendKeys) return;
    this.legendKeys = keys.join("\n");
    this.legend.replaceChildren(
      ...keys.map((key) => {
        const curve = [...this.curves.values()].find((c) => this.key(c) === key);
        const button = element(
          "button",
          { type: "button", "aria-pressed": !this.hidden.has(key) },
          swatch(this.look(curve)),
          key,
        );
        button.addEventListener("click", () => {
          if (!this.hidden.delete(key)) this.hidden.add(key);
          button.setAttribute("aria-pressed", !this.hidden.has(key));
          this.schedule();
        });
        return button;
      }),
    );
  }

  drawCursor() {
    for (const view of this.panels) {
      const { plot, line, tip } = view,
        x = this.cursor?.x,
        on = x !== undefined && plot.area && x >= plot.x0 && x <= plot.x1;
      line.style.display = on ? "block" : "none";
      if (on)
        Object.assign(line.style, {
          left: `${plot.toPixel(x)}px`,
          top: `${plot.area.y}px`,
          height: `${plot.area.h}px`,
        });
      tip.style.display = on && this.cursor.view === view ? "block" : "none";
      if (tip.style.display === "block") this.fillTip(view, x);
    }
  }

  fillTip({ plot, tip, drawn }, x) {
    const several = this.runs().length > 1,
      rows = [];
    let at = x;
    for (const { curve, color, y, smoothed, n } of drawn || []) {
      if (!n || (curve.data === "training" && drawn.some((d) => d.smoothed && d.curve === curve) && !smoothed))
        continue;
      const i = curve.nearest(x);
      at = curve.x[i];
      const dot = element("i");
      dot.style.background = color;
      const name = several ? `${curve.run} ${curve.data === "validation" ? "validation " : ""}` : `${curve.data} `;
      rows.push(
        element(
          "div",
          {},
          dot,
          name,
          element("b", {}, short(curve.y[i])),
          smoothed ? ` (smoothed ${short(y[i])})` : "",
        ),
      );
    }
    tip.replaceChildren(element("div", { class: "cs-at" }, `step ${whole(at)}`), ...rows);
    const left = plot.toPixel(x),
      flip = left > plot.area.x + plot.area.w / 2;
    Object.assign(tip.style, {
      left: flip ? "auto" : `${left + 10}px`,
      right: flip ? `${plot.width - left + 10}px` : "auto",
      top: `${plot.area.y + 4}px`,
    });
  }

  onProgress(progress) {
    this.now = progress;
    const before = (this.mark ||= progress),
      passed = progress.elapsed - before.elapsed;
    if (progress.step < before.step) {
      this.mark = progress;
      this.rate = null;
    } else if (passed > 0.5) {
      this.rate = (progress.step - before.step) / passed;
      this.mark = progress;
    }
  }

  // The status line changes twice a second. The text for screen readers changes every ten seconds and at the end.
  updateStatus() {
    const { now, rate } = this,
      state = this.model.get("state"),
      clock = performance.now();
    if (!now || (clock - this.shownAt < 500 && state === this.spokenState)) return;
    this.shownAt = clock;
    const parts = [];
    if (now.run) parts.push(now.run);
    if (now.epochs) parts.push(`epoch ${Math.min(now.epoch + 1, now.epochs)} of ${now.epochs}`);
    parts.push(now.total ? `step ${whole(now.step)} of ${whole(now.total)}` : `step ${whole(now.step)}`);
    if (state !== "running") parts.push(state);
    else if (rate) {
      parts.push(`${rate >= 10 ? whole(rate) : rate.toPrecision(2)} steps/s`);
      if (now.total) parts.push(`${duration((now.total - now.step) / rate)} left`);
    }
    for (const [, c] of [...this.curves].filter(
      ([, other]) => other.run === (now.run || other.run) && ["loss", "accuracy"].includes(other.panel) && other.n,
    ))
      parts.push(`${c.data} ${c.panel} ${short(c.y[c.n - 1])}`);
    if (!this.unanswered || state !== "running") this.status.textContent = parts.join(" · ");
    this.progress.value = now.total ? now.step / now.total : 0;
    this.progress.style.visibility = now.total ? "visible" : "hidden";
    if (clock - (this.spokenAt || 0) > 10000 || state !== this.spokenState) {
      this.spokenAt = clock;
      this.spokenState = state;
      this.spoken.textContent = this.status.textContent;
      for (const view of this.panels) view.canvas.setAttribute("aria-label", this.summary(view));
    }
    this.stopButton.disabled = state !== "running" || this.model.get("stop");
    if (state === "stopping") this.stopButton.textContent = "Stopping"; // the answer may come after "No response"
  }

  summary(view) {
    const curves = [...this.curves.values()].filter((c) => c.panel === view.name && c.n);
    return (
      `${view.title}: ` +
      (curves
        .map((c) => `${c.run} ${c.data} from ${short(c.y[0])} to ${short(c.y[c.n - 1])} at step ${whole(c.x[c.n - 1])}`)
        .join("; ") || "no values yet")
    );
  }

  showFindings() {
    const findings = this.model.get("findings");
    const rows = findings.map((f) =>
      element(
        "li",
        {},
        element("b", {}, f.run ? `${f.run}, ${f.name}` : capital(f.name)),
        `: ${f.evidence} `,
        element("em", {}, f.advice),
      ),
    );
    this.findingsBox.replaceChildren(
      element("b", { class: "cs-head" }, "Diagnosis"),
      findings.length ? element("ul", {}, ...rows) : element("span", {}, "Nothing unusual so far."),
    );
  }
}

export default () => {
  const curves = new Map(),
    views = new Set();
  let progress = null;
  const take = (head, points) => {
    let offset = 0,
      complete = true;
    const numbers = (count) =>
      new Float32Array(points.buffer.slice(points.byteOffset + offset, points.byteOffset + (offset += 4 * count)));
    for (const entry of head) {
      const key = `${entry[0]}\n${entry[1]}`,
        [start, count] = entry.slice(4);
      if (!curves.has(key)) curves.set(key, new Curve(entry));
      complete = curves.get(key).put(start, numbers(count), numbers(count)) && complete;
    }
    for (const view of views) {
      if (progress) view.onProgress(progress);
      view.schedule();
    }
    return complete;
  };
  return {
    initialize({ model }) {
      const { curves: head, points, progress: then } = model.get("snapshot");
      if (head?.length) {
        progress = then.elapsed ? then : null;
        take(head, points);
      }
      model.on("msg:custom", (message, buffers) => {
        if (message.kind === "points") {
          progress = message.progress;
          if (!take(message.curves, buffers[0])) model.send({ kind: "behind" });
        }
      });
    },
    render({ model, el }) {
      const view = new Dashboard(model, el, curves);
      const follow = {
        "change:panels": () => view.buildPanels(),
        "change:findings": () => view.showFindings(),
        "change:state": () => view.schedule(),
      };
      for (const [event, react] of Object.entries(follow)) model.on(event, react);
      views.add(view);
      if (progress) view.onProgress(progress);
      view.schedule();
      return () => {
        for (const [event, react] of Object.entries(follow)) model.off(event, react);
        views.delete(view);
        view.destroy();
      };
    },
  };
};
