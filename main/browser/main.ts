/** Host 2: the same page and the same engine over loopback, for machines where Electron's runtime cannot be had. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { EngineProcess } from '../host/engine-process';
import { pageHeaders, readPageFile } from '../host/page';
import { CLOSE_CODES } from '../rpc/close-codes';
import { Guard } from './guard';

// Far above the largest message (a cloud of faces), far below what would exhaust the process.
const MAX_MESSAGE_BYTES = 512 * 1024 * 1024;

/** Whoever sends a request slower than this, in milliseconds, is not our page. */
const PATIENCE = {
  headersTimeout: 5000,
  requestTimeout: 10_000,
  keepAliveTimeout: 5000,
  connectionsCheckingInterval: 1000,
};

/** A page loads its files over six at a time. */
const MOST_CONNECTIONS = 512;

export interface BrowserHostOptions {
  /** Folder of the app: `dist` and `models` lie in it. */
  root: string;
  /** 0 picks a free one. */
  port: number;
  /** The engine's script; the default is the app's own. */
  engine?: string;
  /** Called with the number of connected windows whenever it changes. */
  onWindows?(count: number): void;
}

export interface BrowserHost {
  /** Opens the app once, in one browser; reloading works there as long as the app runs. */
  address: string;
  /** Ends the server, the engine and everything the engine started. */
  stop(): Promise<void>;
}

/**
 * Serves the built page and the engine's channel on 127.0.0.1.
 * @throws Error with a sentence for people when the port cannot be had
 */
export async function startBrowserHost(options: BrowserHostOptions): Promise<BrowserHost> {
  const server = createServer(PATIENCE);
  server.maxConnections = MOST_CONNECTIONS;
  // A reset is an error of the socket, wherever it happens: without a listener it would end the app.
  server.on('connection', (socket) => socket.on('error', () => socket.destroy()));
  server.on('clientError', (_, socket) => socket.destroy());
  const port = await listen(server, options.port);
  const guard = new Guard(port);
  const engine = new EngineProcess({
    node: process.execPath,
    entry: options.engine ?? join(options.root, 'dist/main/engine/process.js'),
    env: { ...process.env, LATENTSCAPE_MODELS: process.env.LATENTSCAPE_MODELS ?? join(options.root, 'models') },
    onWindows: options.onWindows,
  });
  const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false, maxPayload: MAX_MESSAGE_BYTES });
  const page = join(options.root, 'dist/renderer');

  server.on('request', (request, response) => {
    answer(request, response, guard, page).catch((error: unknown) => {
      console.error('The page could not be served:', error);
      refuse(response, 500, 'Latentscape could not read its own files. The terminal has the details.');
    });
  });
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const { headers } = request;
    const ours =
      guard.below(request.url ?? '') === '/engine' &&
      guard.isOurHost(headers) &&
      headers.origin !== undefined && // browsers always send it here
      guard.isOurOrigin(headers) &&
      guard.hasCookie(headers);
    if (!ours) return turnAway(socket);
    sockets.handleUpgrade(request, socket, head, (webSocket) => connect(engine, webSocket));
  });

  return {
    address: `http://127.0.0.1:${port}${guard.path}/?token=${guard.token}`,
    async stop() {
      server.close();
      await engine.stop();
      for (const client of sockets.clients) client.terminate();
      server.closeAllConnections();
    },
  };
}

function connect(engine: EngineProcess, socket: WebSocket): void {
  // a frame against the protocol or over the size limit, or a reset: from its first moment on
  socket.on('error', () => socket.terminate());
  const connection = engine.connect({
    send: (data) => socket.send(data),
    close: (reason) => socket.close(CLOSE_CODES[reason]),
  });
  if (!connection) return;
  socket.on('message', (data: Buffer, isBinary) => {
    if (!isBinary) return socket.close(1003, 'Only binary messages are understood.');
    connection.send(data);
  });
  socket.on('close', () => connection.close());
}

/** Refuses an upgrade, and lets go of the connection even if the other side keeps its half open. */
function turnAway(socket: Duplex): void {
  socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\n');
  setTimeout(() => socket.destroy(), 1000).unref();
}

async function answer(request: IncomingMessage, response: ServerResponse, guard: Guard, page: string): Promise<void> {
  const { headers } = request;
  if (!guard.isOurHost(headers)) return refuse(response, 403, 'Open Latentscape by the address it printed.');
  for (const [name, value] of Object.entries(pageHeaders(`ws://${headers.host}`))) response.setHeader(name, value);
  if (!guard.isOurOrigin(headers)) return refuse(response, 403, 'Other pages may not talk to Latentscape.');
  if (request.method !== 'GET' && request.method !== 'HEAD') return refuse(response, 405, 'Only GET is understood.');

  // Not `new URL(…).pathname`: it would resolve `..` before the check for it.
  const [path, query = ''] = guard.below(request.url ?? '/').split('?', 2);
  const token = path === '/' ? new URLSearchParams(query).get('token') : null;
  const cookie = token !== null && request.method === 'GET' ? guard.redeem(token) : null;
  if (cookie) response.setHeader('Set-Cookie', cookie);
  else if (!guard.hasCookie(headers)) {
    return refuse(
      response,
      403,
      'This address has been used already or is from an earlier start. Stop Latentscape, start it again and open the address it prints.',
    );
  }
  // A page of our own that moves on, not a redirect: after one, browsers withhold a SameSite=Strict cookie
  // when the address was clicked in another page (a web terminal). It also takes the token out of the address.
  if (token !== null)
    return send(
      response,
      200,
      'text/html',
      `<link rel="icon" href="data:,"><meta http-equiv="refresh" content="0; url=${guard.path}/">`,
    );

  const file = await readPageFile(page, path);
  if (!file) return refuse(response, 404, 'There is nothing at this address.');
  send(response, 200, file.type, file.body);
}

function send(response: ServerResponse, status: number, type: string, body: string | Uint8Array): void {
  // For HEAD, node leaves the body out by itself.
  response.writeHead(status, { 'Content-Type': type, 'Content-Length': Buffer.byteLength(body) }).end(body);
}

function refuse(response: ServerResponse, status: number, sentence: string): void {
  if (response.headersSent) response.destroy();
  else send(response, status, 'text/plain; charset=utf-8', `${sentence}\n`);
}

function listen(server: ReturnType<typeof createServer>, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const why = error.code === 'EADDRINUSE' ? 'is already in use' : `cannot be opened (${error.message})`;
      reject(
        new Error(`Port ${port} ${why}. Choose another one with --port, or leave --port out to take any free one.`),
      );
    });
    server.listen(port, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });
}
