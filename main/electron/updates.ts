/** New versions are looked for only by those who have said yes, and only where the package says where. */
import { app, dialog, net, shell, type BrowserWindow } from 'electron';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import packageJson from '../../package.json';
import { words } from './words';

const DAY_MS = 24 * 60 * 60 * 1000;

/** What a person has said, and when was looked last (milliseconds since 1970). */
interface Kept {
  mayLook: boolean;
  looked: number;
}

/** The answer of the address in `updates` of package.json, which the release workflow fills in. */
interface Release {
  tag_name: string;
  html_url: string;
}

/**
 * Asks once whether to look for new versions, and looks at most once a day where the answer was yes.
 * @param address where to; the package's own by default, null where it names none
 */
export async function offerUpdates(window: BrowserWindow, address: string | null = packageJson.updates): Promise<void> {
  if (!address) return;
  const file = join(app.getPath('userData'), 'updates.json');
  try {
    const kept = (await read(file)) ?? (await ask(window, address));
    if (kept.mayLook && Date.now() - kept.looked > DAY_MS) {
      kept.looked = Date.now();
      await look(window, address);
    }
    await writeFile(file, JSON.stringify(kept));
  } catch (error) {
    console.warn(`New versions could not be looked for: ${(error as Error).message}`);
  }
}

async function read(file: string): Promise<Kept | null> {
  try {
    const { mayLook, looked } = JSON.parse(await readFile(file, 'utf8')) as Partial<Kept>;
    return { mayLook: mayLook === true, looked: Number(looked) || 0 };
  } catch {
    return null; // not asked yet
  }
}

async function ask(window: BrowserWindow, address: string): Promise<Kept> {
  const say = words();
  const { response } = await dialog.showMessageBox(window, {
    type: 'question',
    message: say.mayLook,
    detail: say.mayLookDetail.replace('{host}', new URL(address).host),
    buttons: [say.no, say.yes],
    defaultId: 0,
    cancelId: 0,
  });
  return { mayLook: response === 1, looked: 0 };
}

async function look(window: BrowserWindow, address: string): Promise<void> {
  const response = await net.fetch(address, { credentials: 'omit', headers: { 'User-Agent': 'Latentscape' } });
  if (!response.ok) throw new Error(`the answer was ${response.status}`);
  const { tag_name, html_url } = (await response.json()) as Release;
  const version = String(tag_name).replace(/^v/, '');
  if (!isNewer(version, app.getVersion()) || new URL(html_url).host !== 'github.com') return;
  const say = words();
  const choice = await dialog.showMessageBox(window, {
    type: 'info',
    message: say.newer.replace('{version}', version),
    detail: say.newerDetail.replace('{current}', app.getVersion()),
    buttons: [say.later, say.open],
    defaultId: 0,
    cancelId: 0,
  });
  if (choice.response === 1) await shell.openExternal(html_url);
}

/** Whether `a` comes after `b`; both are three numbers with dots. */
export function isNewer(a: string, b: string): boolean {
  const [left, right] = [a, b].map((version) => version.split('.').map(Number));
  if (left.length !== 3 || left.some(Number.isNaN)) return false;
  const index = left.findIndex((number, i) => number !== right[i]);
  return index >= 0 && left[index] > right[index];
}
