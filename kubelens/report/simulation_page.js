"use strict";
(() => {
  const told = JSON.parse(document.getElementById("told").textContent);
  const $ = (id) => document.getElementById(id);
  const make = (tag, kind, text) => {
    const made = document.createElement(tag);
    if (kind) made.className = kind;
    if (text !== undefined) made.textContent = text;
    return made;
  };
  const svg = (tag, attributes) => {
    const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
    return made;
  };
  const clock = (second) => Math.floor(second / 60) + ":" + String(second % 60).padStart(2, "0");
  const frames = told.frames;
  const MARKS = { ready: "", running: "½", bound: "·", pending: "?", succeeded: "✓", failed: "!" };
  const NAMES = { running: "not ready", bound: "starting" };
  let at = 0;
  let timer = null;
  let chosen = null;

  // Pods of each frame: every frame holds what has changed since the one before; each 50th is kept whole.
  const kept = new Map();
  function podsAt(number) {
    let from = number;
    while (from > 0 && !kept.has(from)) from -= 1;
    const pods = new Map(kept.get(from) || []);
    for (let n = kept.has(from) ? from + 1 : 0; n <= number; n += 1) {
      for (const index of frames[n].gone) pods.delete(index);
      for (const [index, node, state, going, message] of frames[n].pods) pods.set(index, { node, state, going, message });
      if (n % 50 === 0) kept.set(n, new Map(pods));
    }
    return pods;
  }

  function podMark(index, pod) {
    const [name, owner] = told.pods[index];
    const mark = make("span", "pod " + pod.state + (pod.going ? " going" : ""), MARKS[pod.state]);
    if (chosen !== null) mark.classList.add(owner === chosen ? "picked" : "faded");
    mark.title = name + " (" + told.owners[owner] + "): " + (NAMES[pod.state] || pod.state) +
      (pod.going ? ", terminating" : "") + (pod.message ? "\n" + pod.message : "");
    return mark;
  }

  function drawNodes() {
    const frame = frames[at];
    const here = new Map(told.nodes.map((_, n) => [n, []]));
    const waiting = [];
    for (const [index, pod] of podsAt(at)) (pod.node < 0 ? waiting : here.get(pod.node)).push([index, pod]);
    const boxes = told.nodes.map((name, n) => {
      const known = frame.nodes[n];
      const box = make("section", "node" + (known ? (known.ready ? "" : " lost") : " absent"));
      const head = make("h3", "", name);
      const words = known ? [...(known.ready ? [] : ["not heard from"]), ...(known.unschedulable ? ["cordoned"] : [])]
        : ["not there"];
      if (words.length) head.append(" ", make("em", "", words.join(", ")));
      box.append(head);
      if (known) {
        const bar = make("div", "bar");
        bar.title = "requested: CPU " + known.cpu + " %, memory " + known.memory + " %, " + known.pods + " Pods" +
          (known.taints.length ? "\n" + known.taints.join("\n") : "");
        for (const [kind, share] of [["cpu", known.cpu], ["memory", known.memory]]) {
          const line = make("i", kind);
          line.style.width = Math.min(100, share) + "%";
          bar.append(line);
        }
        box.append(bar);
      }
      const pods = make("div", "pods");
      pods.append(...here.get(n).map(([index, pod]) => podMark(index, pod)));
      box.append(pods);
      return known || here.get(n).length ? box : null;
    });
    $("nodes").replaceChildren(...boxes.filter((box) => box !== null));
    $("waiting").replaceChildren(...waiting.map(([index, pod]) => podMark(index, pod)));
    $("waiting-for").hidden = waiting.length === 0;
  }

  function drawEvents() {
    const frame = frames[at];
    const lines = frame.steps.map((title) => make("li", "step", "→ " + title));
    for (const broken of told.promises.filter((p) => p.second === frame.second)) {
      lines.push(make("li", "broken", "BROKEN " + broken.name + ": " + broken.why));
    }
    for (const [warning, reason, about, message] of frame.events) {
      const line = make("li", warning ? "warning" : "");
      line.append(make("b", "", reason), " ", make("span", "about", about), " ", message);
      lines.push(line);
    }
    $("events").replaceChildren(...(lines.length ? lines : [make("li", "about", "nothing is told of")]));
    $("now").textContent = clock(frame.second);
    $("counts").textContent = frame.standing;
  }

  // One line a Service: ready endpoints over time.
  const WIDE = 600;
  const HIGH = 34;
  const last = Math.max(1, frames[frames.length - 1].second);
  const cursors = [];
  function drawServices() {
    for (const [name, values] of Object.entries(told.services)) {
      const most = Math.max(1, ...values);
      const figure = make("figure", "service");
      figure.append(make("figcaption", "", name));
      const drawing = svg("svg", { viewBox: `0 0 ${WIDE} ${HIGH}`, preserveAspectRatio: "none", role: "img" });
      drawing.setAttribute("aria-label", name + ": ready endpoints over time, at least " + Math.min(...values));
      let path = "";
      frames.forEach((frame, n) => {
        const x = (frame.second / last) * WIDE;
        const y = HIGH - 3 - (values[n] / most) * (HIGH - 6);
        path += n === 0 ? `M${x} ${y}` : `H${x}V${y}`;
      });
      drawing.append(svg("path", { d: path + `H${WIDE}`, class: "line" }));
      for (const broken of told.promises) {
        if (broken.second === null) continue;
        const x = (broken.second / last) * WIDE;
        drawing.append(svg("line", { x1: x, x2: x, y1: 0, y2: HIGH, class: "break" }));
      }
      const cursor = svg("line", { x1: 0, x2: 0, y1: 0, y2: HIGH, class: "cursor" });
      drawing.append(cursor);
      cursors.push(cursor);
      drawing.addEventListener("click", (event) => {
        const second = (event.offsetX / drawing.clientWidth) * last;
        let best = 0;
        frames.forEach((frame, n) => { if (frame.second <= second) best = n; });
        show(best);
      });
      const count = make("output");
      figure.append(drawing, count);
      figure.dataset.values = name;
      $("services").append(figure);
    }
    $("services-part").hidden = Object.keys(told.services).length === 0;
  }

  function drawCursors() {
    const x = (frames[at].second / last) * WIDE;
    for (const cursor of cursors) {
      cursor.setAttribute("x1", x);
      cursor.setAttribute("x2", x);
    }
    for (const figure of $("services").children) {
      figure.lastChild.textContent = told.services[figure.dataset.values][at] + " ready";
    }
  }

  function drawOwners() {
    told.owners.forEach((name, n) => {
      const button = make("button", "owner", name);
      button.type = "button";
      button.setAttribute("aria-pressed", "false");
      button.addEventListener("click", () => {
        chosen = chosen === n ? null : n;
        for (const [m, other] of [...$("owners").children].entries()) {
          other.setAttribute("aria-pressed", String(chosen === m));
        }
        drawNodes();
      });
      $("owners").append(button);
    });
  }

  function show(number) {
    at = Math.max(0, Math.min(frames.length - 1, number));
    const slider = $("slider");
    slider.value = at;
    slider.setAttribute("aria-valuetext", clock(frames[at].second));
    drawNodes();
    drawEvents();
    drawCursors();
    if (at === frames.length - 1) pause();
  }

  function pause() {
    if (timer !== null) clearInterval(timer);
    timer = null;
    $("play").textContent = "Play";
  }

  function play() {
    if (timer !== null) return pause();
    if (at === frames.length - 1) show(0);
    timer = setInterval(() => show(at + 1), Number($("speed").value));
    $("play").textContent = "Pause";
  }

  function next(way) {
    for (let n = at + way; n >= 0 && n < frames.length; n += way) {
      if (frames[n].steps.length || frames[n].events.length) return show(n);
    }
    show(way > 0 ? frames.length - 1 : 0);
  }

  const breaks = [...new Set(told.promises.filter((p) => p.second !== null).map((p) => p.second))].sort((a, b) => a - b);
  function jump() {
    const second = breaks.find((one) => one > frames[at].second);
    const wanted = second === undefined ? breaks[0] : second;
    show(frames.findIndex((frame) => frame.second >= wanted));
  }

  const deeds = {
    " ": play, ArrowRight: () => show(at + 1), ArrowLeft: () => show(at - 1), Home: () => show(0),
    End: () => show(frames.length - 1), n: () => next(1), p: () => next(-1), b: () => { if (breaks.length) jump(); },
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || ["SELECT", "TEXTAREA"].includes(event.target.tagName)) return;
    const own = event.target.tagName === "BUTTON" && event.key === " ";
    if (deeds[event.key] && !own) {
      event.preventDefault();
      deeds[event.key]();
    }
  });
  $("slider").max = frames.length - 1;
  $("slider").addEventListener("input", () => { pause(); show(Number($("slider").value)); });
  $("play").addEventListener("click", play);
  $("back").addEventListener("click", () => show(at - 1));
  $("forward").addEventListener("click", () => show(at + 1));
  $("event").addEventListener("click", () => next(1));
  $("jump").addEventListener("click", jump);
  $("jump").hidden = breaks.length === 0;
  $("speed").addEventListener("change", () => { if (timer !== null) { pause(); play(); } });
  $("controls").hidden = false;
  drawServices();
  drawOwners();
  const asked = Number(new URLSearchParams(location.hash.slice(1)).get("t"));
  show(asked ? frames.findIndex((frame) => frame.second >= asked) : 0);
})();
