/** What this tab of a browser keeps over a reload; other tabs have their own. An app's window is a tab of its own. */

const PREFIX = 'latentscape-';

/** What was kept, or null; also null where nothing can be kept (private windows may refuse). */
export function recallInTab(name: string): string | null {
  try {
    return sessionStorage.getItem(PREFIX + name);
  } catch {
    return null;
  }
}

/** @returns whether it could be kept: a tab holds about 5 MB */
export function keepInTab(name: string, value: string): boolean {
  try {
    sessionStorage.setItem(PREFIX + name, value);
    return true;
  } catch {
    return false;
  }
}
