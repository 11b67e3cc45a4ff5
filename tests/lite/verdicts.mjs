// Run tests/lite/patient.py in a built site's Pyodide, without a browser.
// node verdicts.mjs PYODIDE_MJS SITE_LITE TESTS EVERY LESSON ONLY FOLDER..., and the last line is the verdicts as JSON.
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";

const [module, lite, tests, every, lesson, only, ...folders] = process.argv.slice(2);
const packages = path.join(lite, "static/packages");
const { loadPyodide } = await import(pathToFileURL(module).href);
const lock = JSON.parse(fs.readFileSync(path.join(packages, "pyodide-lock.json"), "utf-8"));
for (const entry of Object.values(lock.packages)) {
  if (!/^https?:/.test(entry.file_name)) entry.file_name = path.resolve(packages, entry.file_name);
}
const lockFile = path.join(fs.mkdtempSync(path.join(os.tmpdir(), "verdicts-")), "pyodide-lock.json");
fs.writeFileSync(lockFile, JSON.stringify(lock));
const pyodide = await loadPyodide({ lockFileURL: lockFile, env: { MPLBACKEND: "agg" } });
await pyodide.loadPackage("cs231n-lib", { messageCallback: () => {} });
pyodide.FS.mkdirTree("/tests");
pyodide.FS.mount(pyodide.FS.filesystems.NODEFS, { root: tests }, "/tests");
const data = fs.readFileSync(path.join(lite, "static/data/fashion_mnist.npz"));
pyodide.globals.set("data", pyodide.toPy(new Uint8Array(data)));
pyodide.globals.set("folders", pyodide.toPy(folders));
pyodide.globals.set("every", Number(every));
pyodide.globals.set("lesson", lesson);
pyodide.globals.set("only", pyodide.toPy(JSON.parse(only)));
const found = await pyodide.runPythonAsync(`
import sys
from pathlib import Path
import cs231n_lib
Path(cs231n_lib.__file__).parent.joinpath("datasets/fashion_mnist.npz").write_bytes(bytes(data))
sys.path.append("/tests/lite")
from patient import patient_verdicts
patient_verdicts(every, lesson, list(only), list(folders))
`);
console.log(found);
process.exit(0);
