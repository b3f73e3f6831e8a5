// The network with three inputs, two hidden units and one output: one small step at a time,
// forward, backward, and downhill.  The letters are those of chapter 3.
(function () {
  "use strict";

  const SVG = "http://www.w3.org/2000/svg";
  const VIEW = { width: 640, height: 330 };
  const PLACES = { x1: [50, 60], x2: [50, 165], x3: [50, 270], h1: [300, 92], h2: [300, 238], out: [560, 165] };
  const HIDDEN = [0, 1];
  const INPUTS = [0, 1, 2];
  const sigmoid = (z) => (z >= 0 ? 1 / (1 + Math.exp(-z)) : Math.exp(z) / (1 + Math.exp(z)));
  const minus = (text) => text.replace("-", "−");
  const shown = (value, digits = 4) => minus(value.toFixed(digits).replace(/^-(0\.?0*)$/, "$1"));

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

  // Every number of one round: forward, loss, backward, new weights.  As in dlcourse.graphs.
  function round({ params, x, target, rate }) {
    const { W1, b1, W2, b2 } = params;
    const z1 = HIDDEN.map((j) => INPUTS.reduce((sum, i) => sum + x[i] * W1[i][j], b1[j]));
    const a1 = z1.map(sigmoid);
    const z2 = HIDDEN.reduce((sum, j) => sum + a1[j] * W2[j][0], b2[0]);
    const a2 = sigmoid(z2);
    const dA2 = a2 - target;
    const dZ2 = dA2 * a2 * (1 - a2);
    const dA1 = HIDDEN.map((j) => dZ2 * W2[j][0]);
    const dZ1 = HIDDEN.map((j) => dA1[j] * a1[j] * (1 - a1[j]));
    const grads = {
      W1: INPUTS.map((i) => HIDDEN.map((j) => x[i] * dZ1[j])), b1: dZ1,
      W2: HIDDEN.map((j) => [a1[j] * dZ2]), b2: [dZ2],
    };
    const moved = {
      W1: W1.map((row, i) => row.map((w, j) => w - rate * grads.W1[i][j])),
      b1: b1.map((b, j) => b - rate * dZ1[j]),
      W2: W2.map((row, j) => [row[0] - rate * grads.W2[j][0]]),
      b2: [b2[0] - rate * dZ2],
    };
    return { z1, a1, z2, a2, loss: 0.5 * (target - a2) ** 2, dA2, dZ2, dA1, dZ1, grads, moved };
  }

  // What each step shows: which units and arrows it is about, and one sentence.
  const STEPS = [
    { at: [], say: () => "The inputs and the weights are given. Press “Forward”." },
    { at: ["h1", "h2"], wires: "in", say: (n) => `Forward: each hidden unit adds up. z₄ = ${shown(n.z1[0])}, z₅ = ${shown(n.z1[1])}.` },
    { at: ["h1", "h2"], say: (n) => `Forward: it bends the sum. a₄ = σ(z₄) = ${shown(n.a1[0])}, a₅ = σ(z₅) = ${shown(n.a1[1])}.` },
    { at: ["out"], wires: "out", say: (n) => `Forward: the output unit adds up. z₆ = ${shown(n.z2)}.` },
    { at: ["out"], say: (n) => `Forward: it bends. The network says a₆ = σ(z₆) = ${shown(n.a2)}.` },
    { at: ["out"], say: (n, s) => `The loss is ½ (t − a₆)² = ½ (${shown(s.target, 0)} − ${shown(n.a2)})² = ${shown(n.loss)}.` },
    { at: ["out"], say: (n) => `Backward: dL/da₆ = a₆ − t = ${shown(n.dA2)}.` },
    { at: ["out"], say: (n) => `Backward through the sigmoid: dL/dz₆ = dL/da₆ · a₆ (1 − a₆) = ${shown(n.dZ2)}.` },
    { at: ["out"], wires: "out", say: (n) => `Each weight into unit 6 gets dL/dz₆ times what came along: ${shown(n.grads.W2[0][0])} and ${shown(n.grads.W2[1][0])}. The bias gets dL/dz₆.` },
    { at: ["h1", "h2"], wires: "out", say: (n) => `The blame goes back over the weights: dL/da₄ = ${shown(n.dA1[0])}, dL/da₅ = ${shown(n.dA1[1])}.` },
    { at: ["h1", "h2"], say: (n) => `Through the hidden sigmoids: dL/dz₄ = ${shown(n.dZ1[0])}, dL/dz₅ = ${shown(n.dZ1[1])}.` },
    { at: ["h1", "h2"], wires: "in", say: () => "Each weight into units 4 and 5 gets that, times its input. Where the input is 0, nothing." },
    { at: [], wires: "all", say: (n, s) => `Downhill: every weight moves by −${s.rate} times its slope. With the new weights the network says ${shown(n.after)}.` },
  ];
  const LAST = STEPS.length - 1;
  // The step at which a number is first known.
  const KNOWN = { z1: 1, a1: 2, z2: 3, a2: 4, loss: 5, dA2: 6, dZ2: 7, gOut: 8, dA1: 9, dZ1: 10, gIn: 11, moved: 12 };

  // ---- the widget -----------------------------------------------------------------------

  class Network {
    constructor(box) {
      this.box = box;
      this.given = JSON.parse(box.dataset.numbers);
      this.restart();
      this.build();
      this.show();
    }

    restart() {
      const { params, x, target, rate } = structuredClone(this.given);
      this.state = { params, x, target, rate, step: 0, rounds: 0 };
    }

    build() {
      this.said = make("p", { class: "widget-verdict", role: "status" });
      const plane = make("div", { class: "widget-plane" }, this.buildGraph());
      const readings = make("div", { class: "widget-readings" }, this.buildButtons(), this.said, this.buildTable());
      this.box.append(make("div", { class: "widget-body widget-wide" }, plane, this.buildControls(), readings));
      this.box.classList.add("widget-live");
    }

    buildButtons() {
      const row = make("p", { class: "widget-buttons" });
      const actions = {
        back: ["Back", () => this.go(-1)],
        forward: ["Forward", () => this.go(1)],
        round: ["Whole round", () => this.wholeRound()],
        reset: ["Start again", () => { this.restart(); this.show(); }],
      };
      this.buttons = {};
      for (const [name, [label, action]] of Object.entries(actions)) {
        this.buttons[name] = make("button", { type: "button", class: "widget-button", "data-action": name }, label);
        this.buttons[name].addEventListener("click", action);
        row.append(this.buttons[name]);
      }
      return row;
    }

    buildControls() {
      const box = make("div", { class: "widget-controls" });
      this.inputs = {};
      const sliders = {
        x1: ["input x₁", -2, 2, 0.5], x2: ["input x₂", -2, 2, 0.5], x3: ["input x₃", -2, 2, 0.5],
        target: ["target t", 0, 1, 1], rate: ["learning rate", 0.1, 10, 0.1],
      };
      for (const [name, [label, min, max, step]] of Object.entries(sliders)) {
        const id = `network321-${name}`;
        const slider = make("input", { type: "range", id, min, max, step });
        const value = make("output", { for: id });
        slider.addEventListener("input", () => this.change(name, Number(slider.value)));
        this.inputs[name] = { slider, value };
        box.append(make("p", { class: "widget-row" }, make("label", { for: id }, label), slider, value));
      }
      return box;
    }

    buildGraph() {
      const svg = draw("svg", { viewBox: `0 0 ${VIEW.width} ${VIEW.height}`, role: "img", "aria-label": "The network; the table below has its numbers" });
      this.wires = [];
      for (const i of INPUTS) for (const j of HIDDEN) this.wires.push(this.buildWire(`x${i + 1}`, `h${j + 1}`, "in", i, j));
      for (const j of HIDDEN) this.wires.push(this.buildWire(`h${j + 1}`, "out", "out", j, 0));
      // Labels come after all lines, so that no line crosses a number.
      svg.append(...this.wires.map(({ line }) => line), ...this.wires.map(({ label }) => label));
      this.units = {};
      for (const [name, [x, y]] of Object.entries(PLACES)) {
        const circle = draw("circle", { cx: x, cy: y, r: name.startsWith("x") ? 36 : 58, class: "unit" });
        const lines = [0, 1].map((row) => draw("text", { x, y: y - 3 + 22 * row, class: "unit-text" }));
        svg.append(circle, ...lines);
        this.units[name] = { circle, lines };
      }
      return svg;
    }

    buildWire(from, to, kind, i, j) {
      const [start, end] = [PLACES[from], PLACES[to]];
      const line = draw("line", { x1: start[0], y1: start[1], x2: end[0], y2: end[1], class: "wire" });
      const t = kind === "in" ? 0.29 : 0.5;
      const label = draw("text", { x: start[0] + t * (end[0] - start[0]), y: start[1] + t * (end[1] - start[1]) + 5, class: "wire-text" });
      return { line, label, kind, i, j };
    }

    buildTable() {
      this.body = make("tbody");
      const head = make("tr", {}, ...["weight", "now", "slope of L", "new"].map((name) => make("th", { scope: "col" }, name)));
      return make("table", {}, make("caption", { class: "visually-hidden" }, "Weights, their slopes, and the weights after the step"),
        make("thead", {}, head), this.body);
    }

    // ---- change -------------------------------------------------------------------------

    go(by) {
      const { step } = this.state;
      if (by > 0 && step === LAST) return this.nextRound();
      this.state.step = Math.min(LAST, Math.max(0, step + by));
      return this.show();
    }

    nextRound() {
      this.state.params = round(this.state).moved;
      this.state.rounds += 1;
      this.state.step = 0;
      this.show();
    }

    wholeRound() {
      this.state.params = round(this.state).moved;
      this.state.rounds += 1;
      this.show();
    }

    change(name, value) {
      if (name.startsWith("x")) this.state.x[Number(name[1]) - 1] = value;
      else this.state[name] = value;
      this.show();
    }

    // ---- show ---------------------------------------------------------------------------

    numbers() {
      const now = round(this.state);
      return { ...now, after: round({ ...this.state, params: now.moved }).a2 };
    }

    show() {
      const now = this.numbers();
      const { state } = this;
      const { at, wires, say } = STEPS[state.step];
      for (const [name, { slider, value }] of Object.entries(this.inputs)) {
        slider.value = name.startsWith("x") ? state.x[Number(name[1]) - 1] : state[name];
        value.textContent = minus(String(slider.value));
      }
      this.showUnits(now, at);
      this.showWires(now, wires);
      this.showTable(now);
      const text = `Round ${state.rounds + 1}, step ${state.step} of ${LAST}. ${say(now, state)}`;
      if (this.said.textContent !== text) this.said.textContent = text;
      this.buttons.back.setAttribute("aria-disabled", state.step === 0);
      this.buttons.forward.textContent = state.step === LAST ? "Next round" : "Forward";
      Object.assign(this.box.dataset, { step: state.step, rounds: state.rounds, state: JSON.stringify(state), found: JSON.stringify(now) });
    }

    showUnits(now, at) {
      const { x, step } = this.state;
      const knows = (name) => step >= KNOWN[name];
      const texts = { x1: ["x₁", shown(x[0], 1)], x2: ["x₂", shown(x[1], 1)], x3: ["x₃", shown(x[2], 1)] };
      HIDDEN.forEach((j) => {
        const k = j + 4;
        const lines = knows("a1") ? [`a${"₄₅"[j]} ${shown(now.a1[j], 3)}`, ""] : [`z${"₄₅"[j]} ${knows("z1") ? shown(now.z1[j], 3) : "?"}`, ""];
        if (knows("dA1")) lines[1] = knows("dZ1") ? `dz ${shown(now.dZ1[j])}` : `da ${shown(now.dA1[j])}`;
        texts[`h${k - 3}`] = lines;
      });
      const first = knows("a2") ? `a₆ ${shown(now.a2, 3)}` : `z₆ ${knows("z2") ? shown(now.z2, 3) : "?"}`;
      let second = knows("loss") ? `L ${shown(now.loss)}` : "";
      if (knows("dA2")) second = knows("dZ2") ? `dz ${shown(now.dZ2)}` : `da ${shown(now.dA2)}`;
      texts.out = [first, second];
      for (const [name, { circle, lines }] of Object.entries(this.units)) {
        circle.classList.toggle("unit-now", at.includes(name));
        circle.classList.toggle("unit-back", at.includes(name) && step >= KNOWN.dA2);
        lines.forEach((line, row) => { line.textContent = texts[name][row]; });
      }
    }

    showWires(now, active) {
      const { params, step } = this.state;
      for (const { line, label, kind, i, j } of this.wires) {
        const [values, grads, fresh] = kind === "in" ? [params.W1, now.grads.W1, now.moved.W1] : [params.W2, now.grads.W2, now.moved.W2];
        const graded = step >= (kind === "in" ? KNOWN.gIn : KNOWN.gOut) && step < KNOWN.moved;
        const lit = active === "all" || active === kind;
        line.classList.toggle("wire-now", lit);
        line.classList.toggle("wire-back", lit && step >= KNOWN.dA2);
        label.classList.toggle("wire-slope", graded);
        const value = step >= KNOWN.moved ? fresh[i][j] : values[i][j];
        label.textContent = graded ? shown(grads[i][j]) : shown(value, 3);
      }
    }

    showTable(now) {
      const { params, step } = this.state;
      const rows = [];
      const add = (name, group, value, slope, fresh) => rows.push([name, group, value, slope, fresh]);
      INPUTS.forEach((i) => HIDDEN.forEach((j) => add(`w${"₁₂₃"[i]}${"₄₅"[j]}`, "gIn", params.W1[i][j], now.grads.W1[i][j], now.moved.W1[i][j])));
      HIDDEN.forEach((j) => add(`w${"₄₅"[j]}₆`, "gOut", params.W2[j][0], now.grads.W2[j][0], now.moved.W2[j][0]));
      HIDDEN.forEach((j) => add(`b${"₄₅"[j]}`, "gIn", params.b1[j], now.grads.b1[j], now.moved.b1[j]));
      add("b₆", "gOut", params.b2[0], now.grads.b2[0], now.moved.b2[0]);
      this.body.replaceChildren(...rows.map(([name, group, value, slope, fresh]) => make("tr", {},
        make("th", { scope: "row" }, name), make("td", {}, shown(value)),
        make("td", {}, step >= KNOWN[group] ? shown(slope) : "·"), make("td", {}, step >= KNOWN.moved ? shown(fresh) : "·"))));
    }
  }

  for (const box of document.querySelectorAll('[data-widget="network321"]')) new Network(box);
})();
