// Runs the packaged extension outside VS Code: what it asks of the module "vscode" is answered by a stand-in that
// notes what is shown. Usage: node run.cjs out/extension.js FOLDER SETTINGS-AS-JSON; prints what was seen as JSON.
const Module = require("node:module");
const path = require("node:path");

const [bundle, folder, given] = process.argv.slice(2);
const settings = JSON.parse(given ?? "{}");
const seen = { commands: [], panels: [], messages: [], output: [] };
const handlers = new Map();

/** Something that can be called, built, read and disposed of, and gives more of its kind. */
function anything(name) {
  const known = new Map();
  return new Proxy(function () {}, {
    get(_, key) {
      if (key === "then" || key === "toJSON") return undefined;
      if (key === Symbol.iterator) return () => [][Symbol.iterator]();
      if (key === Symbol.toPrimitive || key === "toString") return () => name;
      if (key === "prototype") return {};
      if (key === "length" || key === "size") return 0;
      if (!known.has(key)) known.set(key, anything(`${name}.${String(key)}`));
      return known.get(key);
    },
    set(_, key, value) {
      known.set(key, value);
      return true;
    },
    apply: () => anything(`${name}()`),
    construct: () => anything(`new ${name}`),
  });
}

class Disposable {
  constructor(dispose) {
    this.dispose = dispose ?? (() => {});
  }
  static from(...all) {
    return new Disposable(() => all.forEach((one) => one.dispose()));
  }
}

class EventEmitter {
  listeners = new Set();
  event = (listener) => {
    this.listeners.add(listener);
    return new Disposable(() => this.listeners.delete(listener));
  };
  fire(value) {
    this.listeners.forEach((listener) => listener(value));
  }
  dispose() {
    this.listeners.clear();
  }
}

class CancellationTokenSource {
  token = { isCancellationRequested: false, onCancellationRequested: () => new Disposable() };
  cancel() {}
  dispose() {}
}

const uri = (file) => ({ scheme: "file", fsPath: file, path: file, toString: () => `file://${file}`, with: () => uri(file) });
const nothing = () => new Disposable();

function part(name, own) {
  const rest = anything(name);
  return new Proxy(own, { get: (target, key) => (key in target ? target[key] : rest[key]) });
}

const stand_in = part("vscode", {
  version: "1.100.0",
  ViewColumn: { One: 1, Beside: -2 },
  LanguageStatusSeverity: { Information: 0, Warning: 1, Error: 2 },
  languages: part("languages", { createLanguageStatusItem: (id) => ({ id, dispose() {} }) }),
  ColorThemeKind: { Light: 1, Dark: 2, HighContrast: 3, HighContrastLight: 4 },
  Disposable,
  EventEmitter,
  CancellationTokenSource,
  CancellationError: class extends Error {},
  Uri: Object.assign(class {}, { parse: (text) => uri(new URL(text).pathname), file: uri }),
  workspace: part("workspace", {
    isTrusted: true,
    workspaceFolders: [{ uri: uri(folder), name: path.basename(folder), index: 0 }],
    textDocuments: [],
    notebookDocuments: [],
    getConfiguration: (section) => ({
      get: (key, fallback) => settings[section ? `${section}.${key}` : key] ?? fallback,
      inspect: () => undefined,
      has: () => false,
    }),
    onDidChangeConfiguration: nothing,
  }),
  window: part("window", {
    createOutputChannel: () =>
      part("channel", {
        append: (text) => seen.output.push(text),
        appendLine: (text) => seen.output.push(text),
        error: (text) => seen.output.push(String(text)),
      }),
    createWebviewPanel: (sort, title) => {
      const panel = { sort, title, webview: { html: "", onDidReceiveMessage: nothing }, reveal() {}, onDidDispose: nothing };
      seen.panels.push(panel);
      return panel;
    },
    showErrorMessage: async (text) => void seen.messages.push(text),
    showInformationMessage: async (text) => void seen.messages.push(text),
    showWarningMessage: async (text) => void seen.messages.push(text),
    tabGroups: { all: [], onDidChangeTabs: nothing },
    activeTextEditor: undefined,
    activeColorTheme: { kind: 2 },
    onDidChangeActiveColorTheme: nothing,
  }),
  commands: part("commands", {
    registerCommand: (name, run) => {
      seen.commands.push(name);
      handlers.set(name, run);
      return new Disposable(() => handlers.delete(name));
    },
  }),
  env: part("env", { appName: "stand-in", language: "en" }),
});

const load = Module._load;
Module._load = (request, ...rest) => (request === "vscode" ? stand_in : load(request, ...rest));

async function main() {
  const extension = require(path.resolve(bundle));
  const context = { subscriptions: [], extensionPath: path.dirname(bundle) };
  await extension.activate(context);
  if (handlers.has("kubelens.openTopology")) await handlers.get("kubelens.openTopology")();
  const show = handlers.get("kubelens.showRollout");
  if (show) await show(path.join(folder, "app.yaml").slice(1), "Deployment", settings["test.name"]);
  const explain = handlers.get("kubelens.explain");
  if (explain) await explain("unknown-field");
  await extension.deactivate();
  const panels = seen.panels.map((panel) => ({ sort: panel.sort, title: panel.title, html: panel.webview.html }));
  process.stdout.write(JSON.stringify({ ...seen, panels }), () => process.exit(0));
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
