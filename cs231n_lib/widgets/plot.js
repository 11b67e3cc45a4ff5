// A plot on a canvas: axes, grid, curves, and the mapping between pixels and data for hovering and zooming.
//
//   const plot = new Plot(canvas);
//   plot.draw({ curves, window: [lo, hi] | null, log, fraction, usual, highest, xLabel, yLabel, theme });
//
// A curve is { x, y, n, color, dash, width, alpha, step, dots }. It consists of the first n numbers of x (ascending)
// and y. `dash` is in line widths, `step` holds each value until the next one, and `dots` marks the points. A value
// that is not finite leaves a gap.

const MARGIN = { left: 58, right: 14, top: 8, bottom: 38 };

const lowerBound = (x, n, value) => {
  let lo = 0,
    hi = n;
  while (lo < hi) {
    const mid = (lo + hi) >> 1;
    if (x[mid] < value) lo = mid + 1;
    else hi = mid;
  }
  return lo;
};

// About `count` ticks between lo and hi, spaced by 1, 2 or 5 times a power of ten.
function linearTicks(lo, hi, count) {
  const raw = (hi - lo) / Math.max(count, 1),
    power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].find((m) => m * power >= raw * 0.999) * power;
  const ticks = [];
  for (let i = Math.ceil(lo / step - 1e-6); i * step <= hi + step * 1e-6; i++) ticks.push(i * step);
  return { ticks, step };
}

// Ticks at powers of ten; if few are visible, also at 2 and 5 times these powers.
function logTicks(lo, hi) {
  const first = Math.floor(Math.log10(lo)),
    last = Math.ceil(Math.log10(hi)),
    ticks = [];
  const every = Math.max(1, Math.ceil((last - first) / 6));
  const factors = last - first > 3 ? [1] : [1, 2, 5];
  for (let e = first; e <= last; e += every)
    for (const m of factors) {
      const v = m * 10 ** e;
      if (v >= lo * 0.999 && v <= hi * 1.001) ticks.push(v);
    }
  return ticks;
}

function tickText(value, step) {
  if (Math.abs(value) < step * 1e-6) return "0";
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-3 || size >= 1e6))
    return value
      .toExponential(step ? 1 : 0)
      .replace(".0e", "e")
      .replace("e+", "e");
  if (!step) return String(+value.toPrecision(2));
  const digits = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  return value.toLocaleString("en", { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

// The centre of a pixel, where a one-pixel line is sharp.
const crisp = (v) => Math.round(v) + 0.5;

class Plot {
  constructor(canvas) {
    this.canvas = canvas;
    this.context = canvas.getContext("2d");
  }

  resize() {
    const ratio = window.devicePixelRatio || 1,
      { clientWidth: w, clientHeight: h } = this.canvas;
    const width = Math.round(w * ratio),
      height = Math.round(h * ratio);
    if (this.canvas.width !== width || this.canvas.height !== height) {
      this.canvas.width = width;
      this.canvas.height = height;
    }
    this.context.setTransform(ratio, 0, 0, ratio, 0, 0);
    this.width = w;
    this.height = h;
    this.area = { x: MARGIN.left, y: MARGIN.top, w: w - MARGIN.left - MARGIN.right, h: h - MARGIN.top - MARGIN.bottom };
  }

  toPixel(x) {
    return this.area.x + ((x - this.x0) / (this.x1 - this.x0)) * this.area.w;
  }
  toData(pixel) {
    return this.x0 + ((pixel - this.area.x) / this.area.w) * (this.x1 - this.x0);
  }
  yPixel(y) {
    const t = this.log ? Math.log(y / this.y0) / Math.log(this.y1 / this.y0) : (y - this.y0) / (this.y1 - this.y0);
    return this.area.y + this.area.h * (1 - Math.max(-1, Math.min(2, t)));
  }

  draw(options) {
    this.resize();
    if (this.area.w < 20 || this.area.h < 20) return;
    this.log = options.log;
    this.setRange(options);
    const c = this.context;
    c.clearRect(0, 0, this.width, this.height);
    this.drawAxes(options);
    c.save();
    c.beginPath();
    c.rect(this.area.x, this.area.y - 2, this.area.w, this.area.h + 4);
    c.clip();
    if (options.usual) this.drawUsual(options.usual, options.theme);
    for (const curve of options.curves) this.drawCurve(curve);
    c.restore();
    for (const curve of options.curves) if (curve.mark) this.drawNotFinite(curve);
  }

  setRange({ curves, window: zoom, fraction, log, usual, highest }) {
    let last = 1;
    for (const { x, n } of curves) if (n) last = Math.max(last, x[n - 1]);
    [this.x0, this.x1] = zoom || [0, last];
    let lo = Infinity,
      hi = -Infinity;
    for (const { x, y, n } of curves) {
      const end = Math.min(n, lowerBound(x, n, this.x1) + 1);
      for (let i = Math.max(0, lowerBound(x, n, this.x0) - 1); i < end; i++) {
        const v = y[i];
        if (!Number.isFinite(v) || (log && v <= 0)) continue;
        if (v < lo) lo = v;
        if (v > hi) hi = v;
      }
    }
    if (highest && !log && lo < highest) hi = Math.min(hi, highest);
    if (lo > hi) [lo, hi] = fraction ? [0, 1] : log ? usual || [0.1, 10] : [0, 1];
    else if (log && usual) {
      lo = Math.min(lo, usual[0]);
      hi = Math.max(hi, usual[1]);
    }
    [this.y0, this.y1] = log ? this.logRange(lo, hi) : this.linearRange(lo, hi, fraction);
  }

  // The range ends on round numbers, so that the axis changes rarely and not with every point.
  linearRange(lo, hi, fraction) {
    if (hi - lo < 1e-12 + 1e-6 * Math.abs(hi)) {
      const pad = Math.abs(hi) * 0.5 || 0.5;
      lo = lo >= 0 ? Math.max(0, lo - pad) : lo - pad;
      hi += pad;
    }
    if (lo > 0 && lo < hi * 0.4) lo = 0;
    const { step } = linearTicks(lo, hi, Math.max(2, this.area.h / 34));
    let [y0, y1] = [Math.floor(lo / step + 1e-6) * step, Math.ceil(hi / step - 1e-6) * step];
    if (fraction) {
      y0 = Math.max(0, y0);
      y1 = Math.min(1, y1);
      if (y1 - y0 < 1e-9) y0 = Math.max(0, y1 - step);
    }
    return [y0, y1];
  }

  logRange(lo, hi) {
    const down = [5, 2, 1],
      base = 10 ** Math.floor(Math.log10(lo)),
      top = 10 ** Math.floor(Math.log10(hi));
    let y0 = base * down.find((m) => m * base <= lo * 1.0001),
      y1 = top * [1, 2, 5, 10].find((m) => m * top >= hi * 0.9999);
    if (y1 <= y0 * 1.01) {
      y0 /= 2;
      y1 *= 2;
    }
    return [y0, y1];
  }

  drawAxes({ xLabel, yLabel, theme }) {
    const c = this.context,
      { x, y, w, h } = this.area;
    c.font = `11px ${theme.font}`;
    c.lineWidth = 1;
    c.fillStyle = theme.ink;
    c.strokeStyle = theme.faint;
    const line = (x0, y0, x1, y1) => {
      c.beginPath();
      c.moveTo(x0, y0);
      c.lineTo(x1, y1);
      c.stroke();
    };
    const yTicks = this.log
      ? { ticks: logTicks(this.y0, this.y1), step: 0 }
      : linearTicks(this.y0, this.y1, Math.max(2, h / 34));
    c.textAlign = "right";
    c.textBaseline = "middle";
    for (const v of yTicks.ticks) {
      const p = crisp(this.yPixel(v));
      line(x, p, x + w, p);
      c.fillText(
        Math.abs(v) >= 1e4 ? v.toLocaleString("en", { notation: "compact" }) : tickText(v, yTicks.step),
        x - 7,
        p,
      );
    }
    const xTicks = linearTicks(this.x0, this.x1, Math.max(2, w / 70));
    c.textAlign = "center";
    c.textBaseline = "top";
    for (const v of xTicks.ticks) {
      const p = crisp(this.toPixel(v));
      line(p, y, p, y + h);
      c.fillText(tickText(v, xTicks.step), p, y + h + 6);
    }
    c.strokeStyle = theme.ink;
    line(crisp(x), y, crisp(x), y + h);
    line(x, crisp(y + h), x + w, crisp(y + h));
    c.fillStyle = theme.muted;
    c.fillText(xLabel, x + w / 2, y + h + 22);
    c.save();
    c.translate(11, y + h / 2);
    c.rotate(-Math.PI / 2);
    c.textBaseline = "middle";
    c.fillText(yLabel, 0, 0);
    c.restore();
  }

  drawUsual([low, high], theme) {
    const c = this.context,
      [top, bottom] = [this.yPixel(high), this.yPixel(low)];
    c.fillStyle = theme.muted;
    c.globalAlpha = 0.18;
    c.fillRect(this.area.x, top, this.area.w, bottom - top);
    c.globalAlpha = 1;
  }

  drawCurve(curve) {
    const { x, y, n, color, dash, width, alpha, dots } = curve,
      c = this.context;
    if (!n) return;
    const from = Math.max(0, lowerBound(x, n, this.x0) - 1),
      to = Math.min(n, lowerBound(x, n, this.x1) + 1);
    c.strokeStyle = c.fillStyle = color;
    c.globalAlpha = alpha ?? 1;
    c.lineWidth = width;
    c.lineJoin = "round";
    c.setLineDash((dash || []).map((d) => d * width));
    c.beginPath();
    if (to - from > 3 * this.area.w) this.traceColumns(x, y, from, to);
    else this.trace(curve, from, to);
    c.stroke();
    c.setLineDash([]);
    if (dots && to - from <= this.area.w / 6)
      for (let i = from; i < to; i++)
        if (this.visible(y[i])) {
          c.beginPath();
          c.arc(this.toPixel(x[i]), this.yPixel(y[i]), 2.6, 0, 7);
          c.fill();
        }
    c.globalAlpha = 1;
  }

  visible(v) {
    return Number.isFinite(v) && (!this.log || v > 0);
  }

  trace({ x, y, n, step }, from, to) {
    const c = this.context;
    let pen = false,
      before = 0;
    for (let i = from; i < to; i++) {
      if (!this.visible(y[i])) {
        pen = false;
        continue;
      }
      const px = this.toPixel(x[i]),
        py = this.yPixel(y[i]);
      if (!pen) c.moveTo(px, py);
      else {
        if (step) c.lineTo(px, before);
        c.lineTo(px, py);
      }
      pen = true;
      before = py;
    }
    if (step && pen && to === n) c.lineTo(this.toPixel(this.x1), before);
  }

  // With more points than pixels, draw the minimum and maximum of each pixel column, which looks the same.
  traceColumns(x, y, from, to) {
    const c = this.context;
    let column = -Infinity,
      lo = Infinity,
      hi = -Infinity,
      pen = false;
    const flush = () => {
      if (lo <= hi) {
        if (pen) c.lineTo(column, this.yPixel(hi));
        else c.moveTo(column, this.yPixel(hi));
        c.lineTo(column, this.yPixel(lo));
        pen = true;
      }
    };
    for (let i = from; i < to; i++) {
      const v = y[i];
      if (!this.visible(v)) {
        flush();
        lo = Infinity;
        hi = -Infinity;
        pen = false;
        continue;
      }
      const px = Math.round(this.toPixel(x[i]));
      if (px !== column) {
        flush();
        column = px;
        lo = hi = v;
      } else {
        if (v < lo) lo = v;
        if (v > hi) hi = v;
      }
    }
    flush();
  }

  // Mark the first value that is not finite with a cross and a label at the upper edge.
  drawNotFinite({ x, y, n, color }) {
    let i = 0;
    while (i < n && Number.isFinite(y[i])) i++;
    if (i === n || x[i] < this.x0 || x[i] > this.x1) return;
    const c = this.context,
      px = this.toPixel(x[i]),
      py = this.area.y + 9;
    c.strokeStyle = c.fillStyle = color;
    c.lineWidth = 2.2;
    c.beginPath();
    c.moveTo(px - 4, py - 4);
    c.lineTo(px + 4, py + 4);
    c.moveTo(px - 4, py + 4);
    c.lineTo(px + 4, py - 4);
    c.stroke();
    c.textBaseline = "middle";
    c.textAlign = px > this.area.x + this.area.w / 2 ? "right" : "left";
    c.fillText(
      `${Number.isNaN(y[i]) ? "NaN" : "infinite"} at step ${x[i].toLocaleString("en")}`,
      px + (c.textAlign === "left" ? 9 : -9),
      py,
    );
  }
}
