/** The window's page as both hosts serve it: its files, their types and headers. */
import { readFile } from 'node:fs/promises';
import { extname, join, sep } from 'node:path';
import { contentSecurityPolicy } from './content-security-policy';

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.webp': 'image/webp',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
};

export interface PageFile {
  body: Uint8Array<ArrayBuffer>;
  type: string;
}

/**
 * The file of the built page behind a URL path (`/` is `index.html`), or null when there is none.
 * @param folder the built page, absolute; nothing outside it is ever read
 * @param path percent-encoded, starts with `/`
 */
export async function readPageFile(folder: string, path: string): Promise<PageFile | null> {
  let file: string;
  try {
    file = join(folder, decodeURIComponent(path === '/' ? '/index.html' : path));
  } catch {
    return null; // malformed percent-encoding
  }
  if (!file.startsWith(folder + sep) || file.includes('\0')) return null;
  const type = TYPES[extname(file)];
  if (!type) return null;
  try {
    return { body: await readFile(file), type };
  } catch (error) {
    if (['ENOENT', 'EISDIR', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return null;
    throw error;
  }
}

/**
 * Headers for every answer, the Content Security Policy among them.
 * @param connect CSP sources of the engine's channel, if it goes over the network
 */
export function pageHeaders(...connect: string[]): Record<string, string> {
  return {
    'Content-Security-Policy': contentSecurityPolicy(...connect),
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'no-referrer',
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Resource-Policy': 'same-origin',
    'Permissions-Policy': 'camera=(), microphone=(), geolocation=(), usb=(), serial=(), hid=()',
    'Cache-Control': 'no-store',
  };
}
