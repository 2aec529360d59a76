#!/usr/bin/env node
// `latentscape`: starts the app, and with a command it is the command line. It runs in this process, so that signals,
// exit code, stdin and stdout are its own.
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { isModelFile, launch, LaunchError } from './launch.mjs';

const [first = '', ...rest] = process.argv.slice(2);
const isStart = first === 'start';

if (isStart || first === '' || /^--(host|port|no-open|retry-electron)\b/.test(first) || isModelFile(first)) {
  try {
    await launch(isStart ? rest : process.argv.slice(2), 'latentscape start');
  } catch (error) {
    console.error(error instanceof LaunchError ? error.message : error);
    process.exitCode = 1;
  }
} else {
  const root = dirname(dirname(fileURLToPath(import.meta.url)));
  await import(pathToFileURL(join(root, 'dist/main/cli.js')).href);
}
