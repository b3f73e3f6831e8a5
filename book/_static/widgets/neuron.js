// A neuron with two inputs: move its weights, bias and input, and see what it computes.
// z = w1 x1 + w2 x2 + b and a = g(z); the corners show which logic gate it is.
(function () {
  "use strict";

  const ACTIVATIONS = {
    step: (z) => (z > 0 ? 1 : 0),
    // Two branches, as in dlcourse.activations, so that exp never overflows.
    sigmoid: (z) => (z >= 0 ? 1 / (1 + Math.exp(-z)) : Math.exp(z) / (1 + Math.exp(z))),
    tanh: Math.tanh,
    ReLU: (z) => Math.max(0, z),
  };
  const CORNERS = [[0, 0], [0, 1], [1, 0], [1, 1]];
  const TARGETS = { and: [0, 0, 0, 1], or: [0, 1, 1, 1], nand: [1, 1, 1, 0], xor: [0, 1, 1, 0] };
  const BEST_XOR = 3; // no line does better: see the chapter
  const SLIDERS = {
    w1: { label: "weight w₁", min: -3, max: 3, step: 0.1 },
    w2: { label: "weight w₂", min: -3, max: 3, step: 0.1 },
    b: { label: "bias b", min: -4, max: 4, step: 0.1 },
    x1: { label: "input x₁", min: -0.5, max: 1.5, step: 0.05 },
    x2: { label: "input x₂", min: -0.5, max: 1.5, step: 0.05 },
  };
  const VIEW = { low: -0.5, high: 1.5, size: 320 };
  const ARROW = 0.16; // length on the plane of a weight of 1
  const SVG = "http://www.w3.org/2000/svg";

  const clamp = (value, low, high) => Math.min(high, Math.max(low, value));
  const tidy = (name, value) => {
    const { min, max } = SLIDERS[name];
    return Number(clamp(value, min, max).toFixed(2));
  };
  const minus = (text) => text.replace("-", "−");
  const plus = (value) => (value < 0 ? `− ${shown(-value)}` : `+ ${shown(value)}`);
  const shown = (value) => minus(value.toFixed(2).replace("-0.00", "0.00"));
  const toPixels = ([x1, x2]) => {
    const scale = VIEW.size / (VIEW.high - VIEW.low);
    return [(x1 - VIEW.low) * scale, (VIEW.high - x2) * scale];
  };

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

  // ---- geometry -------------------------------------------------------------------------

  // The part of the square where z > 0: the square cut by the line, corner by corner.
  function positiveSide({ w1, w2, b }) {
    const { low, high } = VIEW;
    const square = [[low, low], [high, low], [high, high], [low, high]];
    const z = ([x1, x2]) => w1 * x1 + w2 * x2 + b;
    const kept = [];
    square.forEach((here, index) => {
      const next = square[(index + 1) % 4];
      const [zHere, zNext] = [z(here), z(next)];
      if (zHere > 0) kept.push(here);
      if (zHere > 0 !== zNext > 0) {
        const t = zHere / (zHere - zNext);
        kept.push([here[0] + t * (next[0] - here[0]), here[1] + t * (next[1] - here[1])]);
      }
    });
    return kept;
  }

  // Where the line comes nearest to the middle of the square: the place of its handle.
  function foot({ w1, w2, b }) {
    const length = w1 * w1 + w2 * w2;
    if (length === 0) return null;
    const t = -(w1 * 0.5 + w2 * 0.5 + b) / length;
    return [0.5 + t * w1, 0.5 + t * w2];
  }

  // ---- the widget -----------------------------------------------------------------------

  class Neuron {
    constructor(box) {
      this.box = box;
      this.gates = JSON.parse(box.dataset.numbers).gates;
      this.gates.xor = this.gates.or; // gets three corners right, the most there is
      const [w1, w2, b] = this.gates.and;
      this.state = { w1, w2, b, x1: 1, x2: 0.75, gate: "and", activation: "step" };
      this.build();
      this.show();
    }

    build() {
      const controls = make("div", { class: "widget-controls" },
        this.buildGates(), this.buildActivations(),
        ...Object.keys(SLIDERS).map((name) => this.buildSlider(name)));
      this.formula = make("p", { class: "widget-formula" });
      this.verdict = make("p", { class: "widget-verdict", role: "status" });
      const plane = make("div", { class: "widget-plane" }, this.buildPlane(),
        make("p", { class: "widget-key" },
          make("span", { class: "key-zero" }), " wanted 0  ", make("span", { class: "key-one" }),
          " wanted 1. The neuron says 1 on the side that the arrow points to; ◆ is the input."));
      const readings = make("div", { class: "widget-readings" }, this.formula, this.verdict, this.buildTable());
      this.box.append(make("div", { class: "widget-body" }, plane, controls, readings));
      this.box.classList.add("widget-live");
    }

    buildGates() {
      const group = make("fieldset", { class: "widget-gates" }, make("legend", {}, "Gate to compute"));
      for (const gate of Object.keys(TARGETS)) {
        const id = `neuron-gate-${gate}`;
        const radio = make("input", { type: "radio", name: "neuron-gate", id, value: gate });
        radio.checked = gate === this.state.gate;
        radio.addEventListener("change", () => this.choose(gate));
        group.append(radio, make("label", { for: id }, gate.toUpperCase()));
      }
      return group;
    }

    buildActivations() {
      const select = make("select", { id: "neuron-activation" });
      for (const name of Object.keys(ACTIVATIONS)) select.append(make("option", { value: name }, name));
      select.value = this.state.activation;
      select.addEventListener("change", () => this.set({ activation: select.value }));
      return make("p", { class: "widget-row" }, make("label", { for: "neuron-activation" }, "activation g"), select);
    }

    buildSlider(name) {
      const { label, min, max, step } = SLIDERS[name];
      const id = `neuron-${name}`;
      const slider = make("input", { type: "range", id, min, max, step, "data-slider": name });
      const value = make("output", { for: id });
      slider.addEventListener("input", () => this.set({ [name]: tidy(name, Number(slider.value)) }));
      this.sliders = { ...this.sliders, [name]: { slider, value } };
      return make("p", { class: "widget-row" }, make("label", { for: id }, label), slider, value);
    }

    buildPlane() {
      const { size } = VIEW;
      const svg = draw("svg", { viewBox: `0 0 ${size} ${size}`, role: "group", "aria-label": "Plane of the two inputs" });
      this.ground = draw("rect", { width: size, height: size, class: "plane-ground" });
      this.side = draw("polygon", { class: "plane-side" });
      svg.append(this.ground, this.side, ...this.axes());
      this.line = draw("line", { class: "plane-line" });
      this.arrow = draw("line", { class: "plane-arrow" });
      svg.append(this.line, this.arrow);
      this.corners = CORNERS.map((corner) => this.buildCorner(svg, corner));
      this.handles = {
        line: this.buildHandle(svg, "line", "Move the line: changes the bias", draw("circle", { r: 9 })),
        turn: this.buildHandle(svg, "turn", "Turn the line: changes the weights", draw("path", { d: "M-9 8L11 0L-9 -8L-4 0Z" })),
        input: this.buildHandle(svg, "input", "Move the input", draw("path", { d: "M0 -10L10 0L0 10L-10 0Z" })),
      };
      this.svg = svg;
      return svg;
    }

    axes() {
      const [left, bottom] = toPixels([0, 0]);
      const lines = [
        draw("line", { x1: 0, x2: VIEW.size, y1: bottom, y2: bottom, class: "plane-axis" }),
        draw("line", { y1: 0, y2: VIEW.size, x1: left, x2: left, class: "plane-axis" }),
      ];
      const names = [["x₁", VIEW.size - 18, bottom + 17], ["x₂", left - 20, 16]].map(([name, x, y]) => {
        const text = draw("text", { x, y, class: "plane-text" });
        text.textContent = name;
        return text;
      });
      return [...lines, ...names];
    }

    buildCorner(svg, corner) {
      const [x, y] = toPixels(corner);
      const disk = draw("circle", { cx: x, cy: y, r: 8, class: "corner-zero" });
      const square = draw("rect", { x: x - 8, y: y - 8, width: 16, height: 16, class: "corner-one" });
      const mark = draw("text", { x: x + 13, y: y - 9, class: "corner-mark" });
      svg.append(disk, square, mark);
      return { disk, square, mark };
    }

    buildHandle(svg, name, label, shape) {
      const handle = draw("g", { class: `handle handle-${name}`, tabindex: 0, role: "slider", "aria-label": label });
      handle.append(draw("circle", { r: 22, class: "handle-reach" }), shape);
      handle.addEventListener("keydown", (event) => this.press(name, event));
      handle.addEventListener("pointerdown", (event) => {
        handle.setPointerCapture(event.pointerId);
        event.preventDefault();
        handle.focus();
      });
      handle.addEventListener("pointermove", (event) => {
        if (handle.hasPointerCapture(event.pointerId)) this.drag(name, this.planePoint(event));
      });
      svg.append(handle);
      return handle;
    }

    buildTable() {
      const head = make("tr", {}, ...["x₁", "x₂", "wanted", "z", "a = g(z)", "says", ""].map((name) => {
        const cell = make("th", { scope: "col" }, name);
        if (!name) cell.append(make("span", { class: "visually-hidden" }, "right?"));
        return cell;
      }));
      this.rows = CORNERS.map(() => make("tr"));
      return make("table", {}, make("caption", { class: "visually-hidden" }, "The neuron at the four corners"),
        make("thead", {}, head), make("tbody", {}, ...this.rows));
    }

    // ---- change -------------------------------------------------------------------------

    set(change) {
      Object.assign(this.state, change);
      this.show();
    }

    // Glide to a gate's weights, unless the reader asked for less motion.
    choose(gate) {
      this.state.gate = gate;
      const [w1, w2, b] = this.gates[gate];
      const goal = { w1, w2, b };
      if (matchMedia("(prefers-reduced-motion: reduce)").matches) return this.set(goal);
      const from = { ...this.state };
      const start = performance.now();
      const glide = (now) => {
        const t = clamp((now - start) / 300, 0, 1);
        const mix = (name) => tidy(name, from[name] + t * (goal[name] - from[name]));
        if (this.state.gate !== gate) return;
        this.set(t < 1 ? { w1: mix("w1"), w2: mix("w2"), b: mix("b") } : goal);
        if (t < 1) requestAnimationFrame(glide);
      };
      return requestAnimationFrame(glide);
    }

    planePoint(event) {
      const frame = this.svg.getBoundingClientRect();
      const span = VIEW.high - VIEW.low;
      return [
        VIEW.low + (span * (event.clientX - frame.left)) / frame.width,
        VIEW.high - (span * (event.clientY - frame.top)) / frame.height,
      ];
    }

    drag(name, point) {
      const { w1, w2 } = this.state;
      if (name === "input") this.set({ x1: tidy("x1", point[0]), x2: tidy("x2", point[1]) });
      if (name === "line") this.set({ b: tidy("b", -(w1 * point[0] + w2 * point[1])) });
      if (name === "turn") this.aim(point);
    }

    // Point the weights at a place, and keep the line through its handle.
    aim(point) {
      const from = foot(this.state) || [0.5, 0.5];
      const w1 = tidy("w1", (point[0] - from[0]) / ARROW);
      const w2 = tidy("w2", (point[1] - from[1]) / ARROW);
      if (w1 === 0 && w2 === 0) return;
      this.set({ w1, w2, b: tidy("b", -(w1 * from[0] + w2 * from[1])) });
    }

    press(name, event) {
      const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowDown: [0, -1], ArrowUp: [0, 1] }[event.key];
      if (!step) return;
      event.preventDefault();
      const { w1, w2, b, x1, x2 } = this.state;
      if (name === "input") this.drag(name, [x1 + 0.05 * step[0], x2 + 0.05 * step[1]]);
      if (name === "line") this.set({ b: tidy("b", b + 0.1 * (step[0] + step[1])) });
      if (name === "turn") {
        const angle = Math.atan2(w2, w1) + (Math.PI / 36) * (step[1] - step[0]);
        const length = Math.hypot(w1, w2);
        const from = foot(this.state) || [0.5, 0.5];
        this.aim([from[0] + ARROW * length * Math.cos(angle), from[1] + ARROW * length * Math.sin(angle)]);
      }
    }

    // ---- show ---------------------------------------------------------------------------

    neuron(x1, x2) {
      const { w1, w2, b, activation } = this.state;
      const z = w1 * x1 + w2 * x2 + b;
      return { z, a: ACTIVATIONS[activation](z) };
    }

    show() {
      const { state } = this;
      for (const [name, { slider, value }] of Object.entries(this.sliders)) {
        slider.value = state[name];
        value.textContent = shown(state[name]);
      }
      const { z, a } = this.neuron(state.x1, state.x2);
      const sum = `${shown(state.w1)} · ${shown(state.x1)} ${plus(state.w2)} · ${shown(state.x2)} ${plus(state.b)}`;
      this.formula.textContent = `z = ${sum} = ${shown(z)}, a = ${state.activation}(z) = ${minus(a.toFixed(3))}`;
      Object.assign(this.box.dataset, { ...state, z, a, right: this.showCorners() });
      this.showVerdict();
      this.showPlane();
    }

    showCorners() {
      let right = 0;
      CORNERS.forEach(([x1, x2], index) => {
        const wanted = TARGETS[this.state.gate][index];
        const { z, a } = this.neuron(x1, x2);
        const said = z > 0 ? 1 : 0;
        const good = said === wanted;
        right += good ? 1 : 0;
        const { disk, square, mark } = this.corners[index];
        disk.style.display = wanted ? "none" : "";
        square.style.display = wanted ? "" : "none";
        mark.textContent = good ? "✓" : "✗";
        mark.setAttribute("data-right", good);
        const cells = [x1, x2, wanted, shown(z), minus(a.toFixed(3)), said, good ? "✓ right" : "✗ wrong"];
        this.rows[index].replaceChildren(...cells.map((text) => make("td", {}, String(text))));
        Object.assign(this.rows[index].dataset, { z, a, right: good });
      });
      return right;
    }

    showVerdict() {
      const { gate } = this.state;
      const right = Number(this.box.dataset.right);
      let text = `${gate.toUpperCase()}: ${right} of 4 corners right.`;
      if (gate === "xor") text += ` No line gets all four: ${BEST_XOR} is the best that one neuron can do.`;
      if (this.verdict.textContent !== text) this.verdict.textContent = text;
    }

    showPlane() {
      const { state } = this;
      this.side.setAttribute("points", positiveSide(state).map((point) => toPixels(point).join(",")).join(" "));
      const at = foot(state);
      const { line, arrow, handles } = this;
      for (const part of [line, arrow, handles.line, handles.turn]) part.style.display = at ? "" : "none";
      const input = toPixels([state.x1, state.x2]);
      this.place(handles.input, input, 0, state.x1, [-0.5, 1.5], `x1 ${shown(state.x1)}, x2 ${shown(state.x2)}`);
      if (!at) return;
      // A handle must stay where it can be reached, even when the line has left the square.
      const seen = at.map((value) => clamp(value, VIEW.low + 0.08, VIEW.high - 0.08));
      const along = [-state.w2, state.w1];
      const far = 4 / Math.hypot(...along);
      const [p, q] = [-far, far].map((t) => toPixels([at[0] + t * along[0], at[1] + t * along[1]]));
      for (const [name, value] of Object.entries({ x1: p[0], y1: p[1], x2: q[0], y2: q[1] })) line.setAttribute(name, value);
      const tip = [at[0] + ARROW * state.w1, at[1] + ARROW * state.w2].map((value) => clamp(value, VIEW.low + 0.05, VIEW.high - 0.05));
      const [start, end] = [toPixels(seen), toPixels(tip)];
      for (const [name, value] of Object.entries({ x1: start[0], y1: start[1], x2: end[0], y2: end[1] })) arrow.setAttribute(name, value);
      const degrees = Math.round((Math.atan2(state.w2, state.w1) * 180) / Math.PI);
      this.place(handles.line, start, 0, state.b, [-4, 4], `bias ${shown(state.b)}`);
      this.place(handles.turn, end, -degrees, degrees, [-180, 180], `weights ${shown(state.w1)} and ${shown(state.w2)}`);
    }

    place(handle, [x, y], turn, value, [min, max], text) {
      handle.setAttribute("transform", `translate(${x} ${y}) rotate(${turn})`);
      for (const [name, setting] of Object.entries({ valuenow: value, valuemin: min, valuemax: max, valuetext: text })) {
        handle.setAttribute(`aria-${name}`, setting);
      }
    }
  }

  for (const box of document.querySelectorAll('[data-widget="neuron"]')) new Neuron(box);
})();
