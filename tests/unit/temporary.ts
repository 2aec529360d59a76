import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, onTestFinished } from 'vitest';

function makeFolder() {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'latentscape-test-'));
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) };
}

/** A folder that is gone when the test is over. */
export async function temporaryFolder(): Promise<string> {
  const { folder, remove } = makeFolder();
  onTestFinished(remove);
  return folder;
}

/** A folder that all tests of a file share, gone when they are over. To be called outside of them. */
export function sharedFolder(): string {
  const { folder, remove } = makeFolder();
  afterAll(remove);
  return folder;
}
