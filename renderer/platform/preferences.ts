/** Small choices that outlive the window: language, what is folded, whether the hint was seen. */
export type Remembered =
  'language' | 'face' | 'hint' | 'where' | 'lattice' | 'minimap' | 'motion' | 'typicality' | 'theme';

const PREFIX = 'latentscape-';
const YEAR = 365 * 24 * 3600;

// The browser host serves each start from another port. localStorage would forget everything with it; cookies belong to
// the address alone. Electron's app:// has no cookies, and always the same origin.
const inCookies = location.protocol.startsWith('http');

/** What was remembered, or null; also null where nothing can be kept (private windows may refuse). */
export function recall(name: Remembered): string | null {
  try {
    if (!inCookies) return localStorage.getItem(PREFIX + name);
    const start = `${PREFIX}${name}=`;
    const cookie = document.cookie.split('; ').find((entry) => entry.startsWith(start));
    return cookie === undefined ? null : decodeURIComponent(cookie.slice(start.length));
  } catch {
    return null;
  }
}

/** @param value short: a cookie holds about 4 KB */
export function remember(name: Remembered, value: string): void {
  try {
    if (!inCookies) localStorage.setItem(PREFIX + name, value);
    else document.cookie = `${PREFIX}${name}=${encodeURIComponent(value)}; max-age=${YEAR}; samesite=strict; path=/`;
  } catch {
    // a choice that cannot be kept is made again next time: nothing is lost
  }
}
