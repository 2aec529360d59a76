import os from 'node:os';
import path from 'node:path';

/** A path as people type it: `~` alone, or before a separator, is the user's home folder, as in every shell. */
export function fromHome(typed: string): string {
  return /^~(?=$|[/\\])/.test(typed) ? path.join(os.homedir(), typed.slice(1)) : typed;
}
