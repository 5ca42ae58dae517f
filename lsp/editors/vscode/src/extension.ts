import { accessSync, constants } from "node:fs";
import * as path from "node:path";
import * as vscode from "vscode";
import {
  CodeLens,
  CodeLensRequest,
  ExecuteCommandRequest,
  LanguageClient,
  LanguageClientOptions,
  Location,
  Position,
  ReferencesRequest,
  ServerOptions,
  TransportKind,
} from "vscode-languageclient/node";

const SHOW_ROLLOUT = "kubelens.showRollout";
const ROLLOUT_PAGE = "kubelens.rolloutPage";
const TOPOLOGY_PAGE = "kubelens.topologyPage";
const SHOW_ROUTE = "kubelens.showRoute";
const REFERENCES = "kubelens.references";
const EXPLAIN = "kubelens.explain";
const SHOW_RENDERED = "kubelens.showRendered";
const PLAN_PAGE = "kubelens.planPage";
const PLAY_SCENARIO = "kubelens.playScenario";
const SCENARIO_PAGE = "kubelens.scenarioPage";
let client: LanguageClient | undefined;
type Sort = "rollout" | "topology" | "plan" | "scenario" | "text";
const panels = new Map<Sort, vscode.WebviewPanel>();
const pages = new Map<Sort, string>();
const SCRIPTED: ReadonlySet<Sort> = new Set<Sort>(["scenario", "topology"]);
const SELECTOR: vscode.DocumentSelector = [{ language: "yaml" }, { language: "helm" }];
/** The editor's own colours in a page; what it does to code is taken back. */
const COLOURS = `:root { --ink: var(--vscode-editor-foreground); --back: var(--vscode-editor-background);
  --card: var(--vscode-editorWidget-background); --line: var(--vscode-panel-border); }
  body { padding-top: 0.5rem; } code { background: none; }`;
let status: vscode.LanguageStatusItem | undefined;
interface Status {
  objects: number;
  release: string;
  profile: string;
  busy: boolean;
}

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  context.subscriptions.push(
    vscode.commands.registerCommand("kubelens.restart", restart),
    vscode.commands.registerCommand("kubelens.openRollout", openRollout),
    vscode.commands.registerCommand("kubelens.openTopology", openTopology),
    vscode.commands.registerCommand("kubelens.openPlan", openPlan),
    vscode.commands.registerCommand("kubelens.openRendered", openRendered),
    vscode.commands.registerCommand("kubelens.openPlay", openPlay),
    vscode.commands.registerCommand("kubelens.openPlace", openPlace),
    vscode.commands.registerCommand("kubelens.showLog", () => client?.outputChannel.show(true)),
    (status = vscode.languages.createLanguageStatusItem("kubelens", SELECTOR)),
    vscode.window.onDidChangeActiveColorTheme(repaint),
    vscode.workspace.onDidChangeConfiguration(async (event) => {
      if (event.affectsConfiguration("kubelens.path") || event.affectsConfiguration("kubelens.args")) {
        await restart();
      }
    }),
  );
  await start();
}

export async function deactivate(): Promise<void> {
  await client?.stop();
}

async function start(): Promise<void> {
  const [command, args] = program();
  const server: ServerOptions = { command, args, transport: TransportKind.stdio };
  const options: LanguageClientOptions = {
    documentSelector: [
      { scheme: "file", language: "yaml" },
      { scheme: "untitled", language: "yaml" },
      { scheme: "file", language: "helm" },
      { scheme: "file", pattern: "**/templates/**/*.tpl" },
      { scheme: "file", language: "json", pattern: "**/*.k8s.json" },
    ],
    synchronize: { configurationSection: "kubelens" },
    initializationOptions: { showsAnswers: true, showsStatus: true, settings: vscode.workspace.getConfiguration("kubelens") },
    middleware: {
      // Every command of the server is a command of the editor; the answers of these are there to be shown.
      executeCommand: async (name, given, next) => {
        if (name === SHOW_ROLLOUT) {
          const chart: unknown = await next(ROLLOUT_PAGE, given);
          showPage("rollout", `Rollout of ${String(given[1])}/${String(given[2])}`, chart);
          return chart;
        }
        if (name === REFERENCES && typeof given[2] === "string") {
          return peek(given[2], given[3] as Position);
        }
        const answer: unknown = await next(name, given);
        if (name === SHOW_ROUTE) {
          show(`Routes of Ingress ${String(given[1])}`, answer);
        } else if (name === REFERENCES) {
          show(`References to ${String(given[1])}`, answer);
        } else if (name === SHOW_RENDERED) {
          await beside(answer);
        } else if (name === PLAY_SCENARIO) {
          show("Scenario", answer);
        } else if (name === SCENARIO_PAGE) {
          showPage("scenario", "Scenario", answer);
        } else if (name === EXPLAIN) {
          show(`Rule ${String(given[0])}`, answer);
        }
        return answer;
      },
    },
  };
  client = new LanguageClient("kubelens", "kubelens", server, options);
  tell("starting", true);
  client.onNotification("kubelens/status", (told: Status) => {
    tell(`${told.objects} objects, Kubernetes ${told.release}, ${told.profile}`, told.busy);
  });
  try {
    await client.start();
  } catch (error) {
    client = undefined;
    tell("did not start", false, vscode.LanguageStatusSeverity.Error);
    const shown = [command, ...args].join(" ");
    void vscode.window.showErrorMessage(
      `kubelens: "${shown}" did not start (${String(error)}). Install it with "uv tool install kubelens" or set kubelens.path.`,
    );
  }
}

/** What the status item of YAML files says. */
function tell(text: string, busy: boolean, severity = vscode.LanguageStatusSeverity.Information): void {
  if (status) {
    status.name = "kubelens";
    status.text = text;
    status.detail = "kubelens";
    status.busy = busy;
    status.severity = severity;
    status.command = { command: "kubelens.showLog", title: "Log" };
  }
}

/** The references to what stands at a place, in the editor's own peek view. */
async function peek(uri: string, position: Position): Promise<void> {
  if (!client) {
    return;
  }
  const asked = { textDocument: { uri }, position, context: { includeDeclaration: false } };
  const found: Location[] = (await client.sendRequest(ReferencesRequest.type, asked)) ?? [];
  const convert = client.protocol2CodeConverter;
  const places = await convert.asReferences(found);
  await vscode.commands.executeCommand("editor.action.showReferences", convert.asUri(uri), convert.asPosition(position), places);
}

/** Open a place that a page names: an address, and the line after "#L". */
async function openPlace(place: unknown): Promise<void> {
  if (typeof place !== "string") {
    return;
  }
  const [address, line] = place.split("#L");
  const uri = vscode.Uri.parse(address, true);
  if (uri.scheme !== "file" || !vscode.workspace.getWorkspaceFolder(uri)) {
    return;
  }
  const start = new vscode.Position(Math.max(0, Number.parseInt(line ?? "1", 10) - 1 || 0), 0);
  const shown = { viewColumn: vscode.ViewColumn.One, selection: new vscode.Range(start, start) };
  await vscode.window.showTextDocument(uri, shown);
}

/** Play the scenario in hand; what it promises and does not keep is told where it stands. */
async function openPlay(): Promise<void> {
  const editor = vscode.window.activeTextEditor;
  if (client && editor) {
    const given = [editor.document.uri.toString()];
    show("Scenario", await client.sendRequest(ExecuteCommandRequest.type, { command: PLAY_SCENARIO, arguments: given }));
  }
}

async function restart(): Promise<void> {
  const old = client;
  client = undefined;
  await old?.dispose();
  await start();
}

/** What to run: the setting, a virtual environment of the workspace, PATH, and uvx at last. */
function program(): [string, string[]] {
  const settings = vscode.workspace.getConfiguration("kubelens");
  const args = settings.get<string[]>("args", ["lsp"]);
  const chosen = settings.get<string>("path", "").trim();
  if (chosen) {
    return [chosen, args];
  }
  const windows = process.platform === "win32";
  const name = windows ? "kubelens.exe" : "kubelens";
  const folders = vscode.workspace.isTrusted ? (vscode.workspace.workspaceFolders ?? []) : [];
  const local = folders.flatMap((folder) =>
    [".venv", "venv"].map((venv) => path.join(folder.uri.fsPath, venv, windows ? "Scripts" : "bin", name)),
  );
  const onPath = (process.env.PATH ?? "").split(path.delimiter).filter((p) => path.isAbsolute(p));
  const found = [...local, ...onPath.map((folder) => path.join(folder, name))].find(runnable);
  return found ? [found, args] : ["uvx", ["kubelens", ...args]];
}

function runnable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** The rollout of the workload the cursor is in: the last one that begins at or above it. */
async function openRollout(): Promise<void> {
  const editor = vscode.window.activeTextEditor;
  if (!client || !editor) {
    return;
  }
  const textDocument = client.code2ProtocolConverter.asTextDocumentIdentifier(editor.document);
  const lenses: CodeLens[] = (await client.sendRequest(CodeLensRequest.type, { textDocument })) ?? [];
  const above = lenses
    .filter((lens) => lens.command?.command === SHOW_ROLLOUT && lens.range.start.line <= editor.selection.active.line)
    .sort((a, b) => a.range.start.line - b.range.start.line);
  const given: unknown[] | undefined = above.at(-1)?.command?.arguments;
  if (!given) {
    void vscode.window.showInformationMessage("kubelens: no workload here that rolls out.");
    return;
  }
  const answer: unknown = await client.sendRequest(ExecuteCommandRequest.type, { command: ROLLOUT_PAGE, arguments: given });
  showPage("rollout", `Rollout of ${String(given[1])}/${String(given[2])}`, answer);
}

/** How the objects of the workspace hang together; asked for on a folder, those below it. */
async function openTopology(folder?: vscode.Uri): Promise<void> {
  if (!client) {
    return;
  }
  const within = folder ? folder.toString() : "";
  const answer: unknown = await client.sendRequest(ExecuteCommandRequest.type, { command: TOPOLOGY_PAGE, arguments: [within] });
  showPage("topology", "Topology", answer);
}

/** What the change of the working tree does, seen from the last commit; asked for on a folder, that of the folder. */
async function openPlan(folder?: vscode.Uri): Promise<void> {
  if (!client) {
    return;
  }
  const running = client;
  await vscode.window.withProgress({ location: vscode.ProgressLocation.Window, title: "kubelens plan" }, async () => {
    const within = folder ? folder.toString() : "";
    try {
      const answer: unknown = await running.sendRequest(ExecuteCommandRequest.type, { command: PLAN_PAGE, arguments: [within] });
      showPage("plan", "Plan", answer);
    } catch (error) {
      void vscode.window.showInformationMessage(`kubelens: ${error instanceof Error ? error.message : String(error)}`);
    }
  });
}

/** What the template, values file or kustomization in hand comes to. */
async function openRendered(): Promise<void> {
  const editor = vscode.window.activeTextEditor;
  if (!client || !editor) {
    return;
  }
  const given = [editor.document.uri.toString()];
  await beside(await client.sendRequest(ExecuteCommandRequest.type, { command: SHOW_RENDERED, arguments: given }));
}

/** Text of manifests in an editor beside the one in hand. */
async function beside(text: unknown): Promise<void> {
  if (typeof text !== "string" || text === "") {
    void vscode.window.showInformationMessage("kubelens: nothing is rendered from this file.");
    return;
  }
  const document = await vscode.workspace.openTextDocument({ content: text, language: "yaml" });
  await vscode.window.showTextDocument(document, { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true, preview: true });
}

function show(title: string, answer: unknown): void {
  showPage("text", title, typeof answer === "string" && answer !== "" ? page(title, answer) : "");
}

/** A page of the server's own: it stands alone; only those that play a scenario or are searched have a script. One panel a sort. */
function showPage(sort: Sort, title: string, html: unknown): void {
  if (typeof html !== "string" || html === "") {
    void vscode.window.showInformationMessage("kubelens: nothing to show here.");
    return;
  }
  let panel = panels.get(sort);
  if (!panel) {
    const beside = { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true };
    panel = vscode.window.createWebviewPanel(`kubelens.${sort}`, title, beside, {
      enableScripts: SCRIPTED.has(sort),
      enableCommandUris: ["kubelens.openPlace"],
      enableFindWidget: true,
      localResourceRoots: [],
    });
    panel.onDidDispose(() => panels.delete(sort));
    panel.webview.onDidReceiveMessage((message: { open?: unknown }) => openPlace(message.open));
    panels.set(sort, panel);
  }
  panel.title = title;
  pages.set(sort, html);
  panel.webview.html = themed(html);
  panel.reveal(undefined, true);
}

/** A page in the editor's theme, which may be another than the system's. */
function themed(html: string): string {
  const kind = vscode.window.activeColorTheme.kind;
  const dark = kind === vscode.ColorThemeKind.Dark || kind === vscode.ColorThemeKind.HighContrast;
  const chosen = html
    .replace(/@media \(prefers-color-scheme: dark\)/g, dark ? "@media all" : "@media not all")
    .replace(/color-scheme: light dark/g, `color-scheme: ${dark ? "dark" : "light"}`);
  return chosen.replace("</head>", `<style>${COLOURS}</style></head>`);
}

function repaint(): void {
  for (const [sort, panel] of panels) {
    panel.webview.html = themed(pages.get(sort) ?? "");
  }
}

function page(title: string, text: string): string {
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${escaped(title)}</title>
<style>
  body { color: var(--vscode-editor-foreground); background: var(--vscode-editor-background); }
  pre { font-family: var(--vscode-editor-font-family, monospace); font-size: var(--vscode-editor-font-size); }
</style>
</head>
<body><pre>${linked(escaped(text))}</pre></body>
</html>`;
}

/** Places in a text (FILE:LINE:COLUMN) as links that open them. */
function linked(text: string): string {
  return text.replace(/(\/[^\s:()]+\.ya?ml):(\d+)(:\d+)?/g, (place: string, file: string, line: string) => {
    const address = encodeURIComponent(JSON.stringify([`${vscode.Uri.file(file).toString()}#L${line}`]));
    return `<a href="command:kubelens.openPlace?${address}">${place}</a>`;
  });
}

function escaped(text: string): string {
  return text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;").replace(/"/g, "&quot;");
}
