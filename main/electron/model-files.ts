import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isModelFile } from '../contract';

/**
 * The models among command line arguments, absolute. Linux desktops pass files as addresses (`file:///…`).
 * @param cwd what relative ones are relative to
 */
export function modelFiles(argv: string[], cwd: string): string[] {
  return argv.slice(1).flatMap((argument) => {
    const path = argument.startsWith('file:') ? fromAddress(argument) : resolve(cwd, argument);
    return path && isModelFile(path) && !argument.startsWith('-') ? [path] : [];
  });
}

/** Null for an address that names no file of this machine. */
function fromAddress(address: string): string | null {
  try {
    return fileURLToPath(address);
  } catch {
    return null;
  }
}
