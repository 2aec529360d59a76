// `npm run -s bench -- <benchmark>`: measurements, as text or with --json as one JSON object on stdout.
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { root } from './root.mjs';
import { ensureBuild, ensureDependencies, runScript, SetupError } from './setup.mjs';

void runScript(async () => {
  const names = (await readdir(join(root, 'scripts'))).flatMap((file) => file.match(/^bench-(.+)\.mjs$/)?.[1] ?? []);
  const usage = `npm run -s bench -- <${names.join('|')}> [--json]`;
  let parsed;
  try {
    parsed = parseArgs({ options: { json: { type: 'boolean', default: false } }, allowPositionals: true });
  } catch (error) {
    throw new SetupError(`${/** @type {Error} */ (error).message.split('. ')[0]}. Usage: ${usage}`);
  }
  const [name, ...rest] = parsed.positionals;
  const file = join(root, 'scripts', `bench-${name}.mjs`);
  if (!name || rest.length || !names.includes(name)) throw new SetupError(`Usage: ${usage}`);
  await ensureDependencies();
  await ensureBuild();
  const result = await (await import(pathToFileURL(file).href)).bench();
  if (parsed.values.json) process.stdout.write(`${JSON.stringify(result)}\n`);
  else for (const [key, value] of Object.entries(result)) console.log(`${key}: ${show(value)}`);
});

/** @param {unknown} value */
function show(value) {
  if (typeof value === 'number') return Number(value.toPrecision(4)).toString();
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value);
}
