import { MessageChannelMain, type WebContents } from 'electron';
import { join } from 'node:path';
import { EngineProcess } from '../host/engine-process';

/**
 * Starts the engine. It runs under a Node of its own, not under Electron: Electron's allocator and its limit of 2 GiB an
 * array end large training runs, and on Linux its GLib takes over the one that image files are read with.
 * @param root folder of the app; a package brings its Node there
 * @param models folder of the bundled models
 */
export function startEngine(root: string, isPackaged: boolean, home: string | undefined): EngineProcess {
  const own = join(root, process.platform === 'win32' ? 'node.exe' : 'node');
  return new EngineProcess({
    node: process.env.LATENTSCAPE_NODE ?? (isPackaged ? own : 'node'),
    entry: join(root, 'dist/main/engine/process.js'),
    env: {
      ...process.env,
      LATENTSCAPE_MODELS: process.env.LATENTSCAPE_MODELS ?? join(root, 'models'),
      LATENTSCAPE_PATHS: 'vouched',
      ...(home && { LATENTSCAPE_HOME: home }),
    },
  });
}

/** Sends the page one end of a new channel to the engine. False when the engine is down for now. */
export function introduce(page: WebContents, engine: EngineProcess): boolean {
  const { port1, port2 } = new MessageChannelMain();
  const connection = engine.connect({
    send: (data) => port1.postMessage(data),
    close: (reason) => {
      port1.postMessage(reason);
      port1.close();
    },
  });
  if (!connection) return false;
  port1.on('message', ({ data }) => connection.send(data as Uint8Array));
  port1.on('close', () => connection.close());
  port1.start();
  page.postMessage('engine:port', null, [port2]);
  return true;
}
