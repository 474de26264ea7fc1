// Runs what a test sends, and answers in a line of JSON: {"script": "const a = 1;"} is run as a
// page runs a script, {"expression": "(x) => a + x", "argument": 2} is what page.evaluate makes of
// it.
import process from "node:process";
import { createInterface } from "node:readline";
import { Script } from "node:vm"; // later scripts see what one declares, as those of a page do

console.log = console.error; // the answers alone go to the standard output

const run = (code) => new Script(code).runInThisContext();

async function answer({ script, expression, argument }) {
  if (script !== undefined) return void run(script);
  const value = run(`(${expression}\n)`);
  return await (typeof value === "function" ? value(argument ?? undefined) : value);
}

/** What JSON would change in silence is refused. */
function exact(key, value) {
  if (typeof value === "number" && !Number.isFinite(value)) {
    throw new TypeError(`${value} at ${key} can't be sent to Python; send it as text`);
  }
  if (ArrayBuffer.isView(value)) {
    throw new TypeError(`the numbers at ${key} can't be sent to Python; send Array.from(them)`);
  }
  return value;
}

async function answered(line) {
  try {
    return JSON.stringify({ value: await answer(JSON.parse(line)) }, exact);
  } catch (error) {
    return JSON.stringify({ error: String(error?.stack ?? error) });
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(`${await answered(line)}\n`);
}
