// Two distributions over four classes: drag the bars, and see entropy, cross-entropy and divergence.
// p is what happens, q what was expected; everywhere 0 log 0 = 0, as in dlcourse.information.
(function () {
  "use strict";

  const CLASSES = ["A", "B", "C", "D"];
  const UNITS = { bits: 2, nats: Math.E, bans: 10 };
  const NAMES = { p: "p, what happens", q: "q, what was expected" };
  const PLOT = { width: 320, height: 170, ground: 140, top: 24 };
  const STEP = 0.01;
  const SVG = "http://www.w3.org/2000/svg";
  const MEASURES = [
    ["hp", "entropy H(p)"],
    ["hpq", "cross-entropy H(p, q)"],
    ["dpq", "divergence D(p‖q)"],
    ["dqp", "divergence D(q‖p)"],
  ];

  const clamp = (value, low, high) => Math.min(high, Math.max(low, value));
  const shown = (value) => (value === Infinity ? "∞" : value.toFixed(3).replace("-0.000", "0.000").replace("-", "−"));

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

  // ---- numbers --------------------------------------------------------------------------

  // Mean of -log b over a; a class that never happens adds nothing.
  function crossEntropy(a, b, base) {
    const terms = a.map((share, index) => (share > 0 ? -share * Math.log(b[index]) : 0));
    return terms.reduce((sum, term) => sum + term, 0) / Math.log(base);
  }
  function divergence(a, b, base) {
    const terms = a.map((share, index) => (share > 0 ? share * Math.log(share / b[index]) : 0));
    return terms.reduce((sum, term) => sum + term, 0) / Math.log(base);
  }

  // Give one class a share; the others keep their proportions and fill the rest.
  function withShare(shares, index, wanted) {
    const share = Math.round(clamp(wanted, 0, 1) * 1000) / 1000;
    const others = 1 - shares[index];
    return shares.map((old, place) => {
      if (place === index) return share;
      const part = others > 1e-9 ? old / others : 1 / (shares.length - 1);
      return (1 - share) * part;
    });
  }

  // ---- the widget -----------------------------------------------------------------------

  class Distributions {
    constructor(box) {
      this.box = box;
      this.presets = JSON.parse(box.dataset.numbers).presets;
      this.state = { ...this.copy("start"), unit: "bits" };
      this.bars = { p: [], q: [] };
      this.build();
      this.show();
    }

    copy(name) {
      const { p, q } = this.presets[name];
      return { p: [...p], q: [...q] };
    }

    build() {
      const plots = make("div", { class: "widget-plane widget-bars" }, this.buildPlot("p"), this.buildPlot("q"),
        make("p", { class: "widget-key" }, "Drag the top of a bar, or choose it and press the arrow keys; the others make room."));
      const controls = make("div", { class: "widget-controls" }, this.buildUnits(), this.buildButtons());
      this.verdict = make("p", { class: "widget-verdict", role: "status" });
      const readings = make("div", { class: "widget-readings" }, this.buildSum(), this.verdict);
      controls.append(this.buildTable());
      this.box.append(make("div", { class: "widget-body" }, plots, controls, readings));
      this.box.classList.add("widget-live");
    }

    buildPlot(name) {
      const { width, height, ground } = PLOT;
      const svg = draw("svg", { viewBox: `0 0 ${width} ${height}`, role: "group", "aria-label": NAMES[name] });
      const title = draw("text", { x: 8, y: 16, class: "plane-text" });
      title.textContent = NAMES[name];
      svg.append(title);
      this.bars[name] = CLASSES.map((label, index) => this.buildBar(svg, name, label, index));
      svg.append(draw("line", { x1: 0, x2: width, y1: ground, y2: ground, class: "plane-axis" }));
      return svg;
    }

    buildBar(svg, name, label, index) {
      const slot = PLOT.width / CLASSES.length;
      const left = slot * index + slot * 0.2;
      const column = draw("rect", { x: left, width: slot * 0.6, class: `bar bar-${name}` });
      const value = draw("text", { x: left + slot * 0.3, class: "bar-value" });
      const foot = draw("text", { x: left + slot * 0.3, y: PLOT.ground + 20, class: "bar-value" });
      foot.textContent = label;
      const handle = draw("g", {
        class: "handle handle-bar", tabindex: 0, role: "slider", "aria-label": `share of ${label} in ${name}`,
        "aria-valuemin": 0, "aria-valuemax": 1,
      });
      handle.append(
        draw("rect", { x: -slot / 2, y: -16, width: slot, height: 32, class: "handle-reach" }),
        draw("rect", { x: -slot * 0.3, y: -4, width: slot * 0.6, height: 8, rx: 4 }));
      handle.addEventListener("keydown", (event) => this.press(name, index, event));
      handle.addEventListener("pointerdown", (event) => {
        handle.setPointerCapture(event.pointerId);
        event.preventDefault();
        handle.focus();
      });
      handle.addEventListener("pointermove", (event) => {
        if (handle.hasPointerCapture(event.pointerId)) this.drag(svg, name, index, event);
      });
      svg.append(column, value, foot, handle);
      return { column, value, handle, middle: left + slot * 0.3 };
    }

    buildUnits() {
      const group = make("fieldset", { class: "widget-gates" }, make("legend", {}, "Unit"));
      for (const unit of Object.keys(UNITS)) {
        const id = `distributions-${unit}`;
        const radio = make("input", { type: "radio", name: "distributions-unit", id, value: unit });
        radio.checked = unit === this.state.unit;
        radio.addEventListener("change", () => this.set({ unit }));
        group.append(radio, make("label", { for: id }, unit));
      }
      return group;
    }

    buildButtons() {
      const row = make("p", { class: "widget-buttons" });
      const actions = {
        "q = p": () => ({ q: [...this.state.p] }),
        "swap p and q": () => ({ p: this.state.q, q: this.state.p }),
        "p one-hot": () => ({ p: [0, 0, 1, 0] }),
        "start again": () => this.copy("start"),
      };
      for (const [label, change] of Object.entries(actions)) {
        const button = make("button", { type: "button", class: "widget-button" }, label);
        button.addEventListener("click", () => this.set(change()));
        row.append(button);
      }
      return row;
    }

    buildTable() {
      this.cells = {};
      const rows = MEASURES.map(([key, label]) => {
        this.cells[key] = make("td");
        return make("tr", { "data-measure": key }, make("th", { scope: "row" }, label), this.cells[key]);
      });
      return make("table", { class: "widget-table" }, make("caption", { class: "visually-hidden" }, "Measures of the two distributions"),
        make("tbody", {}, ...rows));
    }

    // One bar in two parts: H(p) and, on top of it, D(p||q).
    buildSum() {
      this.parts = [draw("rect", { x: 0, y: 2, height: 22, class: "bar bar-p" }), draw("rect", { y: 2, height: 22, class: "bar bar-q" })];
      const svg = draw("svg", { viewBox: "0 0 640 26", class: "widget-sum", role: "img", "aria-label": "H(p, q) as H(p) plus D(p‖q)" });
      svg.append(...this.parts);
      return svg;
    }

    // ---- change -------------------------------------------------------------------------

    set(change) {
      Object.assign(this.state, change);
      this.show();
    }

    move(name, index, share) {
      this.set({ [name]: withShare(this.state[name], index, share) });
    }

    press(name, index, event) {
      const steps = { ArrowUp: 1, ArrowRight: 1, ArrowDown: -1, ArrowLeft: -1, PageUp: 10, PageDown: -10 };
      const old = this.state[name][index];
      const goals = { Home: 0, End: 1 };
      const goal = event.key in goals ? goals[event.key] : old + STEP * (steps[event.key] ?? NaN);
      if (Number.isNaN(goal)) return;
      event.preventDefault();
      this.move(name, index, goal);
    }

    drag(svg, name, index, event) {
      const frame = svg.getBoundingClientRect();
      const y = ((event.clientY - frame.top) / frame.height) * PLOT.height;
      this.move(name, index, (PLOT.ground - y) / (PLOT.ground - PLOT.top));
    }

    // ---- show ---------------------------------------------------------------------------

    measures() {
      const { p, q, unit } = this.state;
      const base = UNITS[unit];
      return {
        hp: crossEntropy(p, p, base), hpq: crossEntropy(p, q, base),
        dpq: divergence(p, q, base), dqp: divergence(q, p, base),
      };
    }

    show() {
      const found = this.measures();
      for (const name of ["p", "q"]) this.bars[name].forEach((bar, index) => this.showBar(bar, this.state[name][index]));
      for (const [key] of MEASURES) this.cells[key].textContent = `${shown(found[key])} ${this.state.unit}`;
      const { unit } = this.state;
      Object.assign(this.box.dataset, { p: JSON.stringify(this.state.p), q: JSON.stringify(this.state.q), unit, ...found });
      this.showSum(found);
      const total = `${shown(found.hpq)} = ${shown(found.hp)} + ${shown(found.dpq)} ${unit}`;
      const text = found.hpq === Infinity
        ? "Something happens that q calls impossible: H(p, q) and D(p‖q) are infinite."
        : `H(p, q) = H(p) + D(p‖q): ${total}.`;
      if (this.verdict.textContent !== text) this.verdict.textContent = text;
    }

    showBar({ column, value, handle, middle }, share) {
      const top = PLOT.ground - share * (PLOT.ground - PLOT.top);
      column.setAttribute("y", top);
      column.setAttribute("height", PLOT.ground - top);
      value.setAttribute("y", share > 0.9 ? top + 24 : top - 12);
      value.textContent = share.toFixed(2);
      handle.setAttribute("transform", `translate(${middle} ${top})`);
      handle.setAttribute("aria-valuenow", share.toFixed(3));
    }

    showSum({ hp, dpq }) {
      const scale = 640 / (4 * Math.log(2) / Math.log(UNITS[this.state.unit]));
      const first = Math.min(640, hp * scale);
      const second = Math.min(640 - first, dpq * scale);
      this.parts[0].setAttribute("width", first);
      this.parts[1].setAttribute("x", first);
      this.parts[1].setAttribute("width", Math.max(0, second));
    }
  }

  for (const box of document.querySelectorAll('[data-widget="distributions"]')) new Distributions(box);
})();
