// A race: six optimizers run down a landscape from a start that the reader can move.
// The equations are those of dlcourse.descent and dlcourse.adaptive, for a point of the plane.
(function () {
  "use strict";

  const LANDSCAPES = {
    bowl: {
      value: (x, y) => (x * x + 20 * y * y) / 2,
      slope: (x, y) => [x, 20 * y],
    },
    valley: {
      value: (x, y) => 0.1 * (1 - x) ** 2 + (y - x * x) ** 2,
      slope: (x, y) => [-0.2 * (1 - x) - 4 * x * (y - x * x), 2 * (y - x * x)],
    },
    saddle: {
      value: (x, y) => (x * x) / 2 - (y * y) / 2 + y ** 4 / 4 + 0.25,
      slope: (x, y) => [x, y ** 3 - y],
    },
    bumps: {
      value: (x, y) => 0.15 * (x * x + y * y) + 0.2 * (2 - Math.cos(4 * x) - Math.cos(4 * y)),
      slope: (x, y) => [0.3 * x + 0.8 * Math.sin(4 * x), 0.3 * y + 0.8 * Math.sin(4 * y)],
    },
  };

  // Each rule changes one coordinate: (w, g, memory, rate, t) -> w; the memory starts empty.
  const RULES = {
    SGD: (w, g, memory, rate) => w - rate * g,
    momentum: (w, g, memory, rate) => {
      memory.v = 0.9 * (memory.v ?? 0) + g;
      return w - rate * memory.v;
    },
    Nesterov: (w, g, memory, rate) => {
      memory.v = 0.9 * (memory.v ?? 0) + g;
      return w - rate * (g + 0.9 * memory.v);
    },
    AdaGrad: (w, g, memory, rate) => {
      memory.s = (memory.s ?? 0) + g * g;
      return w - (rate * g) / (Math.sqrt(memory.s) + 1e-10);
    },
    RMSProp: (w, g, memory, rate) => {
      memory.s = 0.99 * (memory.s ?? 0) + 0.01 * g * g;
      return w - (rate * g) / (Math.sqrt(memory.s) + 1e-8);
    },
    Adam: (w, g, memory, rate, t) => {
      memory.m = 0.9 * (memory.m ?? 0) + 0.1 * g;
      memory.v = 0.999 * (memory.v ?? 0) + 0.001 * g * g;
      const root = Math.sqrt(memory.v / (1 - 0.999 ** t));
      return w - (rate * memory.m) / (1 - 0.9 ** t) / (root + 1e-8);
    },
  };
  const HEADS = {
    SGD: "M-5 0A5 5 0 1 1 5 0A5 5 0 1 1 -5 0Z",
    momentum: "M-4.5 -4.5H4.5V4.5H-4.5Z",
    Nesterov: "M-2 -5.5H2V-2H5.5V2H2V5.5H-2V2H-5.5V-2H-2Z",
    AdaGrad: "M0 -6L5.5 4.5H-5.5Z",
    RMSProp: "M0 6L5.5 -4.5H-5.5Z",
    Adam: "M0 -6L6 0L0 6L-6 0Z",
  };
  const NAMES = Object.keys(RULES);
  const SIZE = { width: 360, height: 270 };
  const STEPS = 200; // of a whole race
  const PACE = 40; // milliseconds for a step
  const CLOSE = 0.01; // a height this low counts as arrived: every lowest point has height 0
  const LOST = 1e6;
  const GRID = 72;
  const SVG = "http://www.w3.org/2000/svg";

  const clamp = (value, low, high) => Math.min(high, Math.max(low, value));
  const minus = (text) => text.replace("-", "−");

  function make(tag, attributes = {}, ...children) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    element.append(...children);
    return element;
  }
  function draw(tag, attributes = {}, ...children) {
    const element = document.createElementNS(SVG, tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    element.append(...children);
    return element;
  }

  // ---- lines of equal height ------------------------------------------------------------

  // Marching squares: in every cell, join the points where the level crosses two of its edges.
  function contour(heights, level, toPixels) {
    const parts = [];
    const corners = [[0, 0], [1, 0], [1, 1], [0, 1]];
    for (let row = 0; row < GRID; row += 1) {
      for (let column = 0; column < GRID; column += 1) {
        const crossings = [];
        corners.forEach(([i, j], index) => {
          const [k, l] = corners[(index + 1) % 4];
          const [from, to] = [heights[row + j][column + i] - level, heights[row + l][column + k] - level];
          if (from > 0 === to > 0) return;
          const t = from / (from - to);
          crossings.push(toPixels(column + i + t * (k - i), row + j + t * (l - j)));
        });
        for (let pair = 0; pair + 1 < crossings.length; pair += 2) {
          parts.push(`M${crossings[pair].join(" ")}L${crossings[pair + 1].join(" ")}`);
        }
      }
    }
    return parts.join("");
  }

  // ---- the widget -----------------------------------------------------------------------

  class Race {
    constructor(box) {
      this.box = box;
      this.lands = JSON.parse(box.dataset.numbers);
      this.land = "bowl";
      this.power = 0; // learning rates are multiplied by ten to this
      this.start = [...this.lands.bowl.start];
      this.running = null;
      this.step = 0;
      this.build();
      this.choose("bowl");
    }

    build() {
      const controls = make("div", { class: "widget-controls" },
        this.buildLands(), this.buildField(), this.buildRate(), this.buildButtons());
      this.verdict = make("p", { class: "widget-verdict", role: "status" });
      const plane = make("div", { class: "widget-plane" }, this.buildMap(),
        make("p", { class: "widget-key" }, "★ lowest points. The ring is the start: drag it, or use the arrow keys."));
      const readings = make("div", { class: "widget-readings" }, this.verdict, this.buildTable());
      this.box.append(make("div", { class: "widget-body" }, plane, controls, readings));
      this.box.classList.add("widget-live");
    }

    buildLands() {
      const group = make("fieldset", { class: "widget-gates" }, make("legend", {}, "Landscape"));
      for (const [name, { title }] of Object.entries(this.lands)) {
        const id = `race-land-${name}`;
        const radio = make("input", { type: "radio", name: "race-land", id, value: name });
        radio.checked = name === this.land;
        radio.addEventListener("change", () => this.choose(name));
        group.append(radio, make("label", { for: id }, title));
      }
      return group;
    }

    buildField() {
      const group = make("fieldset", { class: "widget-gates" }, make("legend", {}, "Who runs"));
      this.boxes = NAMES.map((name) => {
        const id = `race-racer-${name}`;
        const box = make("input", { type: "checkbox", id, value: name });
        box.checked = true;
        box.addEventListener("change", () => this.show());
        group.append(box, make("label", { for: id }, name));
        return box;
      });
      return group;
    }

    buildRate() {
      const slider = make("input", { type: "range", id: "race-rate", min: -10, max: 10, step: 1, value: 0 });
      const value = make("output", { for: "race-rate" });
      slider.addEventListener("input", () => {
        this.power = Number(slider.value) / 10;
        this.reset();
      });
      this.rate = { slider, value };
      return make("p", { class: "widget-row" }, make("label", { for: "race-rate" }, "all rates"), slider, value);
    }

    buildButtons() {
      const button = (text, act) => {
        const made = make("button", { type: "button", class: "button" }, text);
        made.addEventListener("click", act);
        return made;
      };
      this.go = button("Start", () => this.toggle());
      return make("p", { class: "widget-row widget-buttons" }, this.go,
        button("One step", () => { this.halt(); this.advance(); }), button("Back to start", () => this.reset()));
    }

    buildMap() {
      const svg = draw("svg", { viewBox: `0 0 ${SIZE.width} ${SIZE.height}`, role: "group", "aria-label": "Map of the landscape", class: "race-map" });
      this.lines = draw("path", { class: "race-contour" });
      this.goals = draw("g", { class: "race-goal" });
      svg.append(this.lines, this.goals);
      this.marks = NAMES.map((name, index) => {
        const path = draw("path", { class: `race-path racer-${index}` });
        const head = draw("path", { class: `race-head racer-${index}`, d: HEADS[name] });
        svg.append(path, head);
        return { path, head };
      });
      this.handle = draw("g", { class: "handle handle-start", tabindex: 0, role: "slider", "aria-label": "Start of the race" },
        draw("circle", { r: 20, class: "handle-reach" }), draw("circle", { r: 8 }));
      this.handle.addEventListener("keydown", (event) => this.press(event));
      this.handle.addEventListener("pointerdown", (event) => {
        this.handle.setPointerCapture(event.pointerId);
        event.preventDefault();
        this.handle.focus();
      });
      this.handle.addEventListener("pointermove", (event) => {
        if (this.handle.hasPointerCapture(event.pointerId)) this.drag(event);
      });
      svg.append(this.handle);
      this.svg = svg;
      return svg;
    }

    buildTable() {
      const head = make("tr", {}, ...["racer", "learning rate", "height", "steps until 0.01"].map((name) => make("th", { scope: "col" }, name)));
      this.rows = NAMES.map((name, index) => {
        const key = draw("svg", { viewBox: "-7 -7 14 14", class: "race-key", "aria-hidden": "true" }, draw("path", { class: `race-head racer-${index}`, d: HEADS[name] }));
        const cells = [1, 2, 3].map(() => make("td"));
        return { row: make("tr", {}, make("th", { scope: "row" }, key, name), ...cells), cells };
      });
      return make("table", {}, make("caption", { class: "visually-hidden" }, "Where each optimizer stands"),
        make("thead", {}, head), make("tbody", {}, ...this.rows.map(({ row }) => row)));
    }

    // ---- places -------------------------------------------------------------------------

    toPixels([x, y]) {
      const [left, right, bottom, top] = this.lands[this.land].window;
      const far = (value) => Number(clamp(value, -2000, 2000).toFixed(2));
      return [far((SIZE.width * (x - left)) / (right - left)), far((SIZE.height * (top - y)) / (top - bottom))];
    }

    move(place) {
      const [left, right, bottom, top] = this.lands[this.land].window;
      this.start = [clamp(place[0], left, right), clamp(place[1], bottom, top)].map((value) => Number(value.toFixed(3)));
      this.reset();
    }

    drag(event) {
      const [left, right, bottom, top] = this.lands[this.land].window;
      const frame = this.svg.getBoundingClientRect();
      this.move([
        left + ((right - left) * (event.clientX - frame.left)) / frame.width,
        top - ((top - bottom) * (event.clientY - frame.top)) / frame.height,
      ]);
    }

    press(event) {
      const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowDown: [0, -1], ArrowUp: [0, 1] }[event.key];
      if (!step) return;
      event.preventDefault();
      this.move([this.start[0] + 0.1 * step[0], this.start[1] + 0.1 * step[1]]);
    }

    // ---- the race -----------------------------------------------------------------------

    choose(name) {
      this.land = name;
      this.start = [...this.lands[name].start];
      this.drawMap();
      this.reset();
    }

    reset() {
      this.halt();
      this.step = 0;
      this.racers = NAMES.map((name) => ({ name, path: [[...this.start]], memories: [{}, {}], arrived: null, lost: false }));
      this.go.textContent = "Start";
      this.show();
      this.showVerdict();
    }

    toggle() {
      if (this.running !== null) return this.halt();
      if (this.step >= STEPS) this.reset();
      this.go.textContent = "Pause";
      this.verdict.textContent = "Running.";
      if (matchMedia("(prefers-reduced-motion: reduce)").matches) {
        while (this.step < STEPS) this.advance(false);
        this.show();
        return this.halt();
      }
      let last = performance.now();
      const tick = (now) => {
        const due = Math.min(5, Math.floor((now - last) / PACE)); // a page in the background must not jump
        if (due > 0) last = now;
        for (let k = 0; k < due && this.step < STEPS; k += 1) this.advance();
        if (this.step >= STEPS) return this.halt();
        this.running = requestAnimationFrame(tick);
        return undefined;
      };
      this.running = requestAnimationFrame(tick);
      return undefined;
    }

    halt() {
      if (this.running !== null) cancelAnimationFrame(this.running);
      this.running = null;
      this.go.textContent = this.step && this.step < STEPS ? "Go on" : "Start";
      if (this.step) this.showVerdict();
    }

    rateOf(name) {
      return this.lands[this.land].rates[name] * 10 ** this.power;
    }

    advance(shown = true) {
      this.step += 1;
      const { value, slope } = LANDSCAPES[this.land];
      for (const racer of this.racers) {
        if (racer.lost) continue;
        const w = racer.path[racer.path.length - 1];
        const g = slope(...w);
        const next = w.map((old, axis) => RULES[racer.name](old, g[axis], racer.memories[axis], this.rateOf(racer.name), this.step));
        racer.lost = !next.every((coordinate) => Math.abs(coordinate) < LOST);
        racer.path.push(next);
        if (racer.arrived === null && value(...next) < CLOSE) racer.arrived = this.step;
      }
      if (shown) this.show();
    }

    // ---- show ---------------------------------------------------------------------------

    drawMap() {
      const [left, right, bottom, top] = this.lands[this.land].window;
      const { value } = LANDSCAPES[this.land];
      const heights = Array.from({ length: GRID + 1 }, (_, row) => Array.from({ length: GRID + 1 }, (__, column) =>
        value(left + ((right - left) * column) / GRID, bottom + ((top - bottom) * row) / GRID)));
      const all = heights.flat();
      const [low, high] = [Math.min(...all), Math.max(...all)];
      const toPixels = (column, row) => [((SIZE.width * column) / GRID).toFixed(1), (SIZE.height * (1 - row / GRID)).toFixed(1)];
      const levels = Array.from({ length: 13 }, (_, k) => low + (high - low) * (0.02 + (0.93 * k) / 12) ** 2.2);
      this.lines.setAttribute("d", levels.map((level) => contour(heights, level, toPixels)).join(""));
      this.goals.replaceChildren(...this.lands[this.land].goals.map((goal) => {
        const [x, y] = this.toPixels(goal);
        return draw("path", { d: "M0 -8L2 -2.6H7.8L3.2 1L5 6.8L0 3.4L-5 6.8L-3.2 1L-7.8 -2.6H-2Z", transform: `translate(${x} ${y})` });
      }));
    }

    show() {
      this.rate.value.textContent = `× ${(10 ** this.power).toPrecision(2)}`;
      this.rate.slider.setAttribute("aria-valuetext", `times ${(10 ** this.power).toPrecision(2)}`);
      const [x, y] = this.toPixels(this.start);
      this.handle.setAttribute("transform", `translate(${x} ${y})`);
      for (const [name, setting] of Object.entries({
        valuenow: this.start[0], valuemin: this.lands[this.land].window[0], valuemax: this.lands[this.land].window[1],
        valuetext: minus(`x ${this.start[0].toFixed(2)}, `) + minus(`y ${this.start[1].toFixed(2)}`),
      })) this.handle.setAttribute(`aria-${name}`, setting);
      this.racers.forEach((racer, index) => this.showRacer(racer, index));
      this.box.dataset.state = JSON.stringify({
        land: this.land, start: this.start, factor: 10 ** this.power, step: this.step,
        racers: this.racers.map(({ name, path, arrived, lost }) => ({ name, w: path[path.length - 1], arrived, lost })),
      });
    }

    showRacer({ name, path, arrived, lost }, index) {
      const { path: line, head } = this.marks[index];
      const { row, cells } = this.rows[index];
      const runs = this.boxes[index].checked;
      for (const part of [line, head, row]) part.style.display = runs ? "" : "none";
      const points = path.map((place) => this.toPixels(place).join(" "));
      line.setAttribute("d", `M${points.join("L")}`);
      head.setAttribute("transform", `translate(${points[points.length - 1]})`);
      const height = LANDSCAPES[this.land].value(...path[path.length - 1]);
      const texts = [this.rateOf(name).toPrecision(2), lost ? "lost" : height.toFixed(3), arrived === null ? "–" : String(arrived)];
      texts.forEach((text, column) => { cells[column].textContent = text; });
    }

    // Said when the race stops, so that a screen reader is not flooded while it runs.
    showVerdict() {
      const runners = this.racers.filter((_, index) => this.boxes[index].checked);
      const arrived = runners.filter((racer) => racer.arrived !== null).sort((a, b) => a.arrived - b.arrived);
      const lost = runners.filter((racer) => racer.lost).map(({ name }) => name);
      let text = this.step === 0 ? "Ready." : `After ${this.step} steps: `;
      if (this.step) text += arrived.length ? `${arrived.map(({ name, arrived: at }) => `${name} (${at})`).join(", ")} arrived.` : "nobody has arrived.";
      if (lost.length) text += ` Lost: ${lost.join(", ")}.`;
      if (this.verdict.textContent !== text) this.verdict.textContent = text;
    }
  }

  for (const box of document.querySelectorAll('[data-widget="race"]')) new Race(box);
})();
