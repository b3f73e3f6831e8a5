// The bias-variance dial: turn a model from stiff to loose, and watch bias, variance and noise
// add up to its error.  Models are linear in the observations, so one matrix fits every data set.
(function () {
  "use strict";

  const SLIDERS = {
    setting: { label: "degree", min: 0, max: 12, step: 1 },
    n: { label: "points", min: 14, max: 60, step: 2 },
    sigma: { label: "noise", min: 0, max: 0.8, step: 0.05 },
  };
  const MODELS = { polynomial: { label: "Polynomial", dial: "degree", first: 5 }, neighbors: { label: "Neighbors", dial: "neighbors k", first: 3 } };
  const RUNS = 100;
  const SHOWN = 25;
  const GRID = Array.from({ length: 61 }, (_, i) => -0.95 + (1.9 * i) / 60);
  const VIEW = { width: 320, height: 260, low: -2, high: 2 };
  const PARTS = ["bias2", "variance", "noise"];
  const NAMES = { bias2: "bias²", variance: "variance", noise: "noise" };
  const SVG = "http://www.w3.org/2000/svg";

  const truth = (x) => Math.sin(1.5 * Math.PI * x);
  const dot = (a, b) => a.reduce((sum, value, i) => sum + value * b[i], 0);
  const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const minus = (text) => text.replace("-", "−");
  const shown = (value) => minus(value.toFixed(3));
  const toPixels = (x, y) => [((x + 1) * VIEW.width) / 2, ((VIEW.high - y) * VIEW.height) / (VIEW.high - VIEW.low)];

  function make(tag, attributes = {}, ...children) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    element.append(...children);
    return element;
  }
  function draw(tag, attributes = {}) {
    const element = document.createElementNS(SVG, tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    return element;
  }

  // ---- chance ---------------------------------------------------------------------------

  // Mulberry32, and Box and Muller's normal numbers: the same seed, the same data in every browser.
  function normals(seed) {
    let state = seed >>> 0;
    const uniform = () => {
      state = (state + 0x6d2b79f5) >>> 0;
      let t = state;
      t = Math.imul(t ^ (t >>> 15), t | 1);
      t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
      return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
    };
    return () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
  }

  // ---- models: row g of the matrix says how much each observation counts at grid point g --------

  // Least squares: columns of powers made orthonormal at the points; the grid follows along.
  function polynomial(xs, degree) {
    const columns = [];
    for (let power = 0; power <= degree; power += 1) {
      const here = xs.map((x) => x ** power);
      const there = GRID.map((x) => x ** power);
      for (let pass = 0; pass < 2; pass += 1) { // twice, because once loses digits
        for (const [q, g] of columns) {
          const along = dot(q, here);
          here.forEach((_, i) => { here[i] -= along * q[i]; });
          there.forEach((_, i) => { there[i] -= along * g[i]; });
        }
      }
      const length = Math.sqrt(dot(here, here));
      columns.push([here.map((value) => value / length), there.map((value) => value / length)]);
    }
    return GRID.map((_, row) => xs.map((__, i) => columns.reduce((sum, [q, g]) => sum + g[row] * q[i], 0)));
  }

  function neighbors(xs, k) {
    return GRID.map((at) => {
      const near = xs.map((x, i) => [Math.abs(x - at), i]).sort((a, b) => a[0] - b[0] || a[1] - b[1]).slice(0, k);
      const row = xs.map(() => 0);
      for (const [, i] of near) row[i] = 1 / k;
      return row;
    });
  }

  // ---- the widget -----------------------------------------------------------------------

  class Dial {
    constructor(box) {
      this.box = box;
      this.state = { model: "polynomial", setting: MODELS.polynomial.first, n: 30, sigma: JSON.parse(box.dataset.numbers).noise, seed: 1 };
      this.build();
      this.show();
    }

    build() {
      const button = make("button", { type: "button", class: "button" }, "New data sets");
      button.addEventListener("click", () => this.set({ seed: this.state.seed + 1 }));
      const controls = make("div", { class: "widget-controls" }, this.buildModels(),
        ...Object.keys(SLIDERS).map((name) => this.buildSlider(name)), button);
      this.verdict = make("p", { class: "widget-verdict", role: "status" });
      this.rows = Object.fromEntries([...PARTS, "total", "error"].map((part) => [part, make("td")]));
      const key = (part) => (part in NAMES ? [make("span", { class: `dial-key dial-${part}` })] : []);
      const labels = { ...NAMES, total: "sum of the three", error: "error, measured on new data" };
      const table = make("table", {}, make("caption", { class: "visually-hidden" }, "Parts of the error"),
        make("tbody", {}, ...Object.entries(this.rows).map(([part, cell]) => make("tr", {}, make("th", { scope: "row" }, ...key(part), labels[part]), cell))));
      this.bar = make("div", { class: "dial-bar", "aria-hidden": "true" });
      this.pieces = Object.fromEntries(PARTS.map((part) => [part, make("span", { class: `dial-${part}` })]));
      this.bar.append(...Object.values(this.pieces));
      const plane = make("div", { class: "widget-plane" }, this.buildPlane(),
        make("p", { class: "widget-key" }, `Dashed: the truth. Thin: ${SHOWN} data sets, a curve each. Heavy: the mean of all ${RUNS}. Dots: one data set.`));
      this.box.append(make("div", { class: "widget-body" }, plane, controls,
        make("div", { class: "widget-readings" }, this.verdict, this.bar, table)));
      this.box.classList.add("widget-live");
    }

    buildModels() {
      const group = make("fieldset", { class: "widget-gates" }, make("legend", {}, "Model"));
      for (const [name, { label, first }] of Object.entries(MODELS)) {
        const id = `dial-model-${name}`;
        const radio = make("input", { type: "radio", name: "dial-model", id, value: name });
        radio.checked = name === this.state.model;
        radio.addEventListener("change", () => this.set({ model: name, setting: first }));
        group.append(radio, make("label", { for: id }, label));
      }
      return group;
    }

    buildSlider(name) {
      const { label, min, max, step } = SLIDERS[name];
      const id = `dial-${name}`;
      const slider = make("input", { type: "range", id, min, max, step });
      const value = make("output", { for: id });
      const text = make("label", { for: id }, label);
      slider.addEventListener("input", () => this.set({ [name]: Number(slider.value) }));
      this.sliders = { ...this.sliders, [name]: { slider, value, text } };
      return make("p", { class: "widget-row" }, text, slider, value);
    }

    buildPlane() {
      const { width, height } = VIEW;
      const svg = draw("svg", { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": "Curves fitted to many data sets, their mean, and the truth" });
      svg.append(draw("rect", { width, height, class: "plane-ground" }));
      this.fits = Array.from({ length: SHOWN }, () => draw("polyline", { class: "dial-fit" }));
      this.middle = draw("polyline", { class: "dial-mean" });
      this.dots = draw("g", { class: "dial-points" });
      const line = draw("polyline", { class: "dial-truth", points: this.path(GRID.map(truth)) });
      svg.append(...this.fits, line, this.middle, this.dots);
      return svg;
    }

    path(values) {
      return values.map((y, i) => toPixels(GRID[i], Math.max(-9, Math.min(9, y))).map((v) => v.toFixed(1)).join(",")).join(" ");
    }

    set(change) {
      Object.assign(this.state, change);
      this.show();
    }

    // Draw the data sets, fit them all, and split the error.
    measure() {
      const { model, setting, n, sigma, seed } = this.state;
      const normal = normals(seed);
      const x = Array.from({ length: n }, (_, i) => -1 + (2 * i + 1) / n);
      const y = Array.from({ length: RUNS }, () => x.map((at) => truth(at) + sigma * normal()));
      const noisy = Array.from({ length: RUNS }, () => GRID.map((at) => truth(at) + sigma * normal()));
      const matrix = model === "polynomial" ? polynomial(x, setting) : neighbors(x, setting);
      const predictions = y.map((values) => matrix.map((row) => dot(row, values)));
      const middle = GRID.map((_, i) => mean(predictions.map((f) => f[i])));
      const bias2 = mean(middle.map((f, i) => (f - truth(GRID[i])) ** 2));
      const variance = mean(predictions.map((f) => mean(f.map((v, i) => (v - middle[i]) ** 2))));
      const error = mean(predictions.map((f, r) => mean(f.map((v, i) => (v - noisy[r][i]) ** 2))));
      const noise = sigma ** 2;
      return { x, y, noisy, predictions, middle, grid: GRID, bias2, variance, noise, error, total: bias2 + variance + noise };
    }

    show() {
      const { state } = this;
      const most = state.model === "polynomial" ? SLIDERS.setting.max : state.n;
      const least = state.model === "polynomial" ? 0 : 1;
      state.setting = Math.max(least, Math.min(most, state.setting));
      Object.assign(this.sliders.setting.slider, { min: least, max: most });
      this.sliders.setting.text.textContent = MODELS[state.model].dial;
      for (const [name, { slider, value }] of Object.entries(this.sliders)) {
        slider.value = state[name];
        value.textContent = String(state[name]);
      }
      const found = this.measure();
      this.box.measured = found; // for whoever wants to check
      for (const [part, cell] of Object.entries(this.rows)) cell.textContent = shown(found[part]);
      for (const part of PARTS) {
        const share = found[part] / (found.total || 1);
        this.pieces[part].style.flexGrow = share;
        this.pieces[part].textContent = share > 0.25 ? NAMES[part] : ""; // a narrow piece has no room for its name
      }
      const largest = PARTS.reduce((a, b) => (found[b] > found[a] ? b : a));
      this.verdict.textContent = `bias² ${shown(found.bias2)} + variance ${shown(found.variance)} + noise ${shown(found.noise)} = ${shown(found.total)}. Most of it is ${NAMES[largest]}.`;
      const { bias2, variance, noise, error, total } = found;
      Object.assign(this.box.dataset, { ...state, runs: RUNS, bias2, variance, noise, error, total });
      this.fits.forEach((line, i) => line.setAttribute("points", this.path(found.predictions[i])));
      this.middle.setAttribute("points", this.path(found.middle));
      this.dots.replaceChildren(...found.x.map((at, i) => {
        const [cx, cy] = toPixels(at, found.y[0][i]);
        return draw("circle", { cx, cy, r: 2.6 });
      }));
    }
  }

  for (const box of document.querySelectorAll('[data-widget="dial"]')) new Dial(box);
})();
