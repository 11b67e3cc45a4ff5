// A curve received from Python: its points, its smoothed version, and a search for the point nearest to a step.

class Curve {
  constructor([run, metric, panel, data]) {
    Object.assign(this, { run, metric, panel, data, n: 0, x: new Float32Array(512), y: new Float32Array(512) });
  }

  put(start, x, y) {
    if (start > this.n) return false;
    const n = start + x.length;
    if (n > this.x.length)
      for (const axis of ["x", "y"]) {
        const longer = new Float32Array(2 * n);
        longer.set(this[axis]);
        this[axis] = longer;
      }
    this.x.set(x, start);
    this.y.set(y, start);
    this.n = n;
    this.smoothed = null;
    return true;
  }

  // Mean with weights exp(-distance / steps) over both sides. A one-sided mean would show a falling curve too high.
  smooth(steps) {
    if (this.smoothed && this.smoothedBy === steps) return this.smoothed;
    const { n, x, y } = this,
      sums = new Float64Array(n),
      weights = new Float64Array(n);
    const sweep = (from, to, by, self) => {
      let sum = 0,
        weight = 0;
      for (let i = from; i !== to; i += by) {
        if (i !== from) {
          const keep = Math.exp(-Math.abs(x[i] - x[i - by]) / steps);
          sum *= keep;
          weight *= keep;
        }
        if (!self) {
          sums[i] += sum;
          weights[i] += weight;
        }
        if (Number.isFinite(y[i])) {
          sum += y[i];
          weight += 1;
        }
        if (self) {
          sums[i] += sum;
          weights[i] += weight;
        }
      }
    };
    sweep(0, n, 1, true);
    sweep(n - 1, -1, -1, false);
    this.smoothedBy = steps;
    return (this.smoothed = Float32Array.from(sums, (sum, i) => (Number.isFinite(y[i]) ? sum / weights[i] : NaN)));
  }

  nearest(x) {
    const i = lowerBound(this.x, this.n, x);
    return i > 0 && (i === this.n || x - this.x[i - 1] < this.x[i] - x) ? i - 1 : i;
  }
}
