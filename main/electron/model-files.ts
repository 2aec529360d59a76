import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** What a model comes as, beside a folder. */
export const MODEL_EXTENSIONS = ['onnx', 'zip'];

/**
 * The models among command line arguments, absolute. Linux desktops pass files as addresses (`file:///…`).
 * @param cwd what relative ones are relative to
 */
export function modelFiles(argv: string[], cwd: string): string[] {
  return argv.slice(1).flatMap((argument) => {
    const path = argument.startsWith('file:') ? fromAddress(argument) : resolve(cwd, argument);
    const isModel = MODEL_EXTENSIONS.some((extension) => path?.toLowerCase().endsWith(`.${extension}`));
    return path && isModel && !argument.startsWith('-') ? [path] : [];
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
