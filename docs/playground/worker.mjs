// Python for browsers (Pyodide) with kubelens in it, apart from the page so that the page never waits for it.

const here = new URL("vendor/", import.meta.url);
const tell = (kind, more = {}) => postMessage({ kind, ...more });

async function started() {
  const { loadPyodide } = await import(new URL("pyodide/pyodide.mjs", here));
  tell("progress", { text: "Python starts" });
  const python = await loadPyodide({ indexURL: new URL("pyodide/", here).href });
  const wheels = await (await fetch(new URL("wheels.json", here))).json();
  tell("progress", { text: "kubelens is unpacked" });
  const place = python.runPython("import site; site.getsitepackages()[0]");
  const bodies = await Promise.all(wheels.map(async (name) => (await fetch(new URL(name, here))).arrayBuffer()));
  for (const body of bodies) python.unpackArchive(new Uint8Array(body), "zip", { extractDir: place });
  const source = await (await fetch(new URL("play.py", import.meta.url))).text();
  python.FS.writeFile(`${place}/play.py`, source);
  return python.pyimport("play");
}

const ready = started();
ready.then(
  () => tell("ready"),
  (error) => tell("failed", { text: String(error) }),
);

onmessage = async ({ data: { number, words, files } }) => {
  try {
    const { play } = await ready;
    tell("answer", { number, ...JSON.parse(play(words, new Map(Object.entries(files)))) });
  } catch (error) {
    tell("failed", { number, text: String(error) });
  }
};
