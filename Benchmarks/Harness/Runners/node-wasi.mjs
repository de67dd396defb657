// Runs a WASI command module in node:
//   node node-wasi.mjs FILE.wasm [--dir HOST::GUEST]... [-- ARGUMENT...]
import { readFileSync } from "node:fs";
import { WASI } from "node:wasi";

const [file, ...rest] = process.argv.slice(2);
const preopens = {};
while (rest[0] === "--dir") {
  const [host, guest] = rest[1].split("::");
  preopens[guest] = host;
  rest.splice(0, 2);
}
if (rest[0] === "--") rest.shift();
const wasi = new WASI({ version: "preview1", args: [file, ...rest], preopens, returnOnExit: true });
const module = new WebAssembly.Module(readFileSync(file));
const instance = new WebAssembly.Instance(module, wasi.getImportObject());
process.exitCode = wasi.start(instance);
