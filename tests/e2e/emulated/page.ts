/** What runs in the page before its own scripts: the sandboxed preload script's `require('electron')`. */

export interface EmulatedPage {
  /** Something the main process sends; with a port, its far end is `take`. */
  send(channel: string, value: unknown, port?: number): void;
  /** What the main process posted to a port: bytes in base 64, or a word. */
  take(port: number, data: { bytes: string } | { word: unknown }): void;
  close(port: number): void;
}

declare global {
  var emulated: EmulatedPage;

  var emulatedRequire: (name: string) => unknown;
  function emulatedInvoke(name: string, args: unknown[]): Promise<unknown>;
  function emulatedPost(port: number, base64: string): Promise<void>;
}

/** Given to `addInitScript`, so it may use nothing from outside of itself. The preload script runs after it. */
export function beforePage(): void {
  const listeners = new Map<string, (event: { ports: MessagePort[] }, value: unknown) => void>();
  const ports = new Map<number, MessagePort>();

  const encode = (bytes: Uint8Array): string => {
    let text = '';
    for (let at = 0; at < bytes.length; at += 0x8000) text += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
    return btoa(text);
  };

  globalThis.emulated = {
    send(channel, value, id) {
      if (id === undefined) return listeners.get(channel)?.({ ports: [] }, value);
      const { port1, port2 } = new MessageChannel();
      ports.set(id, port2);
      port2.onmessage = ({ data }) => void globalThis.emulatedPost(id, encode(data as Uint8Array));
      listeners.get(channel)?.({ ports: [port1] }, value);
    },
    take(id, data) {
      const message = 'word' in data ? data.word : Uint8Array.from(atob(data.bytes), (char) => char.charCodeAt(0));
      ports.get(id)?.postMessage(message);
    },
    close(id) {
      ports.get(id)?.close();
      ports.delete(id);
    },
  };

  const electron = {
    contextBridge: {
      exposeInMainWorld: (name: string, api: unknown) => Object.defineProperty(globalThis, name, { value: api }),
    },
    ipcRenderer: {
      // values cross by structured clone
      invoke: async (name: string, ...args: unknown[]) => globalThis.emulatedInvoke(name, structuredClone(args)),
      on: (name: string, listener: (event: { ports: MessagePort[] }, value: unknown) => void) =>
        listeners.set(name, listener),
    },
    webUtils: { getPathForFile: (file: File) => (file as File & { path?: string }).path ?? '' },
  };
  globalThis.emulatedRequire = (name) => {
    if (name !== 'electron') throw new Error(`module not found: ${name}`); // as in a sandboxed preload script
    return electron;
  };
}
