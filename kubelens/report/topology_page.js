"use strict";
(() => {
  const $ = (id) => document.getElementById(id);
  const drawing = document.querySelector("svg");
  const nodes = [...drawing.querySelectorAll("g[data-node]")];
  const edges = [...drawing.querySelectorAll("path[data-from]")];
  const labels = [...drawing.querySelectorAll("text[data-from]")];
  const frame = $("frame");
  const editor = typeof acquireVsCodeApi === "function" ? acquireVsCodeApi() : null;
  const [, , width, height] = drawing.getAttribute("viewBox").split(" ").map(Number);
  const beside = new Map(nodes.map((node) => [node.dataset.node, new Set([node.dataset.node])]));
  for (const edge of edges) {
    beside.get(edge.dataset.from).add(edge.dataset.to);
    beside.get(edge.dataset.to).add(edge.dataset.from);
  }
  let scale = 1;
  let chosen = null;

  const fitting = () => Math.min(1, (frame.clientWidth - 8) / width);

  // The point of the drawing under (x, y) of the frame stays where it is.
  function zoom(to, x = frame.clientWidth / 2, y = frame.clientHeight / 2) {
    const next = Math.max(0.05, Math.min(4, to));
    const left = (frame.scrollLeft + x) / scale;
    const top = (frame.scrollTop + y) / scale;
    scale = next;
    drawing.setAttribute("width", width * scale);
    drawing.setAttribute("height", height * scale);
    frame.scrollLeft = left * scale - x;
    frame.scrollTop = top * scale - y;
    $("scale").textContent = Math.round(scale * 100) + " %";
  }

  function shown() {
    const words = $("search").value.toLowerCase().split(/\s+/).filter(Boolean);
    const found = nodes.filter((node) => words.every((word) => node.dataset.title.toLowerCase().includes(word)));
    let lit = words.length ? new Set(found.map((node) => node.dataset.node)) : null;
    if (chosen !== null) lit = beside.get(chosen);
    else if (lit) for (const number of [...lit]) for (const other of beside.get(number)) lit.add(other);
    for (const node of nodes) {
      node.classList.toggle("faded", lit !== null && !lit.has(node.dataset.node));
      node.classList.toggle("found", words.length > 0 && found.includes(node));
      node.classList.toggle("chosen", node.dataset.node === chosen);
    }
    const ends = (line) => [line.dataset.from, line.dataset.to];
    const meant = (line) => (chosen !== null ? ends(line).includes(chosen) : lit === null || ends(line).every((end) => lit.has(end)));
    for (const line of [...edges, ...labels]) line.classList.toggle("faded", !meant(line));
    $("count").textContent = words.length ? found.length + " of " + nodes.length : "";
    return found;
  }

  function into(node) {
    const box = node.querySelector("rect");
    frame.scrollTo({
      left: (Number(box.getAttribute("x")) + Number(box.getAttribute("width")) / 2) * scale - frame.clientWidth / 2,
      top: Number(box.getAttribute("y")) * scale - frame.clientHeight / 2,
    });
  }

  let turn = 0;
  $("search").addEventListener("input", () => {
    chosen = null;
    turn = 0;
    const found = shown();
    if ($("search").value && found.length) into(found[0]);
  });
  $("search").addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    const found = shown();
    if (found.length) into(found[(turn = (turn + (event.shiftKey ? found.length - 1 : 1)) % found.length)]);
  });
  $("in").addEventListener("click", () => zoom(scale * 1.25));
  $("out").addEventListener("click", () => zoom(scale / 1.25));
  $("fit").addEventListener("click", () => zoom(fitting()));
  $("whole").addEventListener("click", () => zoom(1));
  frame.addEventListener(
    "wheel",
    (event) => {
      if (!event.ctrlKey && !event.metaKey) return;
      event.preventDefault();
      const box = frame.getBoundingClientRect();
      zoom(scale * Math.exp(-event.deltaY / 300), event.clientX - box.left, event.clientY - box.top);
    },
    { passive: false },
  );
  let held = null;
  frame.addEventListener("pointerdown", (event) => {
    if (event.button === 0) held = { x: event.clientX + frame.scrollLeft, y: event.clientY + frame.scrollTop, moved: false, at: event };
  });
  addEventListener("pointermove", (event) => {
    if (!held) return;
    if (Math.hypot(event.clientX - held.at.clientX, event.clientY - held.at.clientY) > 4) held.moved = true;
    if (held.moved) frame.scrollTo(held.x - event.clientX, held.y - event.clientY);
  });
  addEventListener("pointerup", (event) => {
    const was = held;
    held = null;
    if (!was || was.moved) return;
    const node = event.target.closest && event.target.closest("g[data-node]");
    if (!node && !frame.contains(event.target)) return;
    pick(node);
  });
  function pick(node) {
    chosen = node && node.dataset.node !== chosen ? node.dataset.node : null;
    shown();
  }
  const open = (node) => editor && node && node.dataset.place && editor.postMessage({ open: node.dataset.place });
  drawing.addEventListener("dblclick", (event) => open(event.target.closest("g[data-node]")));
  for (const node of nodes) {
    node.setAttribute("tabindex", "0");
    node.addEventListener("keydown", (event) => {
      if (event.key === "Enter") (event.shiftKey ? pick : open)(node);
      if (event.key === " ") {
        event.preventDefault();
        pick(node);
      }
    });
  }
  addEventListener("keydown", (event) => {
    if (event.target === $("search") && event.key !== "Escape") return;
    if (event.key === "+") zoom(scale * 1.25);
    else if (event.key === "-") zoom(scale / 1.25);
    else if (event.key === "0") zoom(1);
    else if (event.key === "/") {
      event.preventDefault();
      $("search").focus();
    } else if (event.key === "Escape") {
      chosen = null;
      $("search").value = "";
      shown();
    }
  });
  $("controls").hidden = false;
  $("opens").hidden = !editor;
  zoom(Math.max(fitting(), 0.4));
  frame.scrollTo(0, 0);
})();
