// The page: texts and questions on one side, what kubelens prints on the other. Nothing leaves the browser.

import { coloured } from "./coloured.mjs";
import { examples } from "./examples.mjs";

const root = document.querySelector("#kubelens");
const part = (name) => root.querySelector(`[name="${name}"]`);
const [now, before, answer, status] = ["now", "before", "answer", "status"].map(part);
const PATIENCE = 120_000;
const PAUSE = 400;

let worker;
let asked = 0;
let timer;
let patience;

function start() {
  worker?.terminate();
  status.textContent = "Python is fetched";
  worker = new Worker(new URL("worker.mjs", import.meta.url), { type: "module" });
  worker.onmessage = ({ data }) => told(data);
  worker.onerror = (error) => told({ kind: "failed", text: error.message ?? "the page's Python did not start" });
}

function told({ kind, number, text, code }) {
  if (kind === "progress") status.textContent = text;
  if (kind === "ready") status.textContent = "ready";
  if (kind === "failed" || (kind === "answer" && number === asked)) {
    clearTimeout(patience);
    root.dataset.state = kind === "failed" ? "failed" : "done";
    status.textContent = kind === "failed" ? "failed" : `exit code ${code}`;
    answer.replaceChildren(...coloured(text));
  }
}

function question() {
  const value = (name) => part(name).value.trim();
  const release = ["--kubernetes-version", value("release")];
  const was = before.value.trim() ? { "before.yaml": before.value } : {};
  const old = before.value.trim() ? ["--against", "before.yaml"] : [];
  switch (root.querySelector('[name="question"]:checked').value) {
    case "check":
      return [["check", "--isolated", "--no-cache", "--jobs", "1", ...release, "--", "now.yaml"], {}];
    case "route":
      return [["predict", "route", "--isolated", ...release, "--", value("url"), "now.yaml"], {}];
    case "rollout":
      return [["predict", "rollout", "--isolated", ...release, ...old, "--", "now.yaml"], was];
    default: {
      const nodes = value("nodes").split(/[\s;]+/).filter(Boolean).flatMap((one) => ["--nodes", one]);
      const zones = value("zones") ? ["--zones", value("zones")] : [];
      return [["predict", "schedule", "--isolated", ...release, ...nodes, ...zones, "--", "now.yaml"], {}];
    }
  }
}

function ask() {
  const [words, beside] = question();
  root.querySelectorAll("[data-for]").forEach((one) => {
    one.hidden = !one.dataset.for.split(" ").includes(root.querySelector('[name="question"]:checked').value);
  });
  part("command").textContent = `kubelens ${words.filter((one) => !["--isolated", "--no-cache", "--"].includes(one)).join(" ").replace(" --jobs 1", "")}`;
  root.dataset.state = "asked";
  clearTimeout(patience);
  patience = setTimeout(() => {
    start();
    told({ kind: "failed", text: "no answer within two minutes: Python starts anew" });
  }, PATIENCE);
  worker.postMessage({ number: ++asked, words, files: { "now.yaml": now.value, ...beside } });
}

const soon = () => {
  root.dataset.state = "asked";
  clearTimeout(timer);
  timer = setTimeout(ask, PAUSE);
};

const fields = () => [...root.querySelectorAll("textarea, input, select")].filter((one) => one.name !== "example");

function said() {
  return Object.fromEntries(
    fields()
      .filter((one) => one.type !== "radio" || one.checked)
      .map((one) => [one.name, one.value]),
  );
}

function say(values) {
  for (const one of fields()) {
    if (!(one.name in values)) continue;
    if (one.type === "radio") one.checked = one.value === values[one.name];
    else one.value = values[one.name];
  }
}

const packed = async (text) => {
  const stream = new Blob([text]).stream().pipeThrough(new CompressionStream("deflate-raw"));
  const bytes = new Uint8Array(await new Response(stream).arrayBuffer());
  return btoa(Array.from(bytes, (one) => String.fromCharCode(one)).join("")).replaceAll("+", "-").replaceAll("/", "_");
};

const unpacked = async (text) => {
  const bytes = Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (one) => one.charCodeAt(0));
  return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw"))).text();
};

part("example").append(...Object.keys(examples).map((name) => new Option(name)));
part("example").onchange = ({ target }) => {
  say({ before: "", ...examples[target.value] });
  ask();
};
part("link").onclick = async () => {
  history.replaceState(null, "", `#${await packed(JSON.stringify(said()))}`);
  await navigator.clipboard?.writeText(location.href).catch(() => {});
  status.textContent = "the address of this page holds it all";
};
root.addEventListener("input", ({ target }) => target.name !== "example" && soon());

say(Object.values(examples)[0]);
if (location.hash.length > 1) {
  await unpacked(location.hash.slice(1)).then((text) => say(JSON.parse(text)), () => {});
}
start();
ask();
