import { request, type IncomingHttpHeaders } from 'node:http';
import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { connect } from 'node:net';
import { WebSocket } from 'ws';
import { startBrowserHost, type BrowserHost } from '../../../main/browser/main';

const engine = join(import.meta.dirname, 'fixtures/echo-engine.mjs');

let root: string;
let host: BrowserHost;
let origin: string;

beforeEach(async () => {
  vi.spyOn(console, 'error').mockImplementation(() => {});
  root = await mkdtemp(join(tmpdir(), 'latentscape-host-'));
  await mkdir(join(root, 'dist/renderer/assets'), { recursive: true });
  await writeFile(join(root, 'dist/renderer/index.html'), '<title>the page</title>');
  await writeFile(join(root, 'dist/renderer/assets/app.js'), 'export {};');
  await writeFile(join(root, 'dist/secret.json'), '"secret"');
  host = await startBrowserHost({ root, port: 0, engine });
  origin = new URL(host.address).origin;
});

afterEach(async () => {
  await host.stop();
  await rm(root, { recursive: true });
  vi.restoreAllMocks();
});

/** A request with exactly the path and headers given: `fetch` would tidy both up. */
function get(path: string, headers: Record<string, string> = {}, method = 'GET') {
  return new Promise<{ status: number; headers: IncomingHttpHeaders; body: string }>((resolve, reject) => {
    const { hostname, port } = new URL(origin);
    const sent = request({ hostname, port, path, method, headers }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (text) => (body += text));
      response.on('end', () => resolve({ status: response.statusCode!, headers: response.headers, body }));
    });
    sent.on('error', reject).end();
  });
}

/** Exchanges the token for the session cookie. */
async function signIn(): Promise<string> {
  const { headers } = await get(new URL(host.address).pathname + new URL(host.address).search);
  return headers['set-cookie']![0].split(';')[0];
}

function open(headers: Record<string, string>): Promise<WebSocket> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(`${origin.replace('http', 'ws')}/engine`, { headers });
    socket.once('open', () => resolve(socket)).once('error', reject);
  });
}

function answer(socket: WebSocket, bytes: number[]): Promise<Buffer> {
  return new Promise((resolve) => {
    socket.once('message', resolve);
    socket.send(Uint8Array.from(bytes));
  });
}

const closeCode = (socket: WebSocket) => new Promise<number>((resolve) => socket.once('close', resolve));

describe('the session', () => {
  it('begins with the printed address, once', async () => {
    const { pathname, search } = new URL(host.address);
    const first = await get(pathname + search);
    expect(first.status).toBe(200);
    expect(first.headers['set-cookie']).toEqual([
      expect.stringMatching(/^latentscape-\d+=[\w-]{43}; HttpOnly; SameSite=Strict; Path=\/[\w-]{22}$/),
    ]);
    const second = await get(pathname + search);
    expect(second.status).toBe(403);
    expect(second.headers['set-cookie']).toBeUndefined();
    expect(second.body).toMatch(/used already/);
  });

  it('lets the same browser open the printed address again', async () => {
    const { pathname, search } = new URL(host.address);
    const cookie = await signIn();
    expect((await get(pathname + search, { cookie })).status).toBe(200);
    expect((await get('/', { cookie })).body).toBe('<title>the page</title>');
  });

  it('is needed for every file', async () => {
    for (const path of ['/', '/index.html', '/assets/app.js', '/nonsense']) expect((await get(path)).status).toBe(403);
    const cookie = await signIn();
    expect((await get('/assets/app.js', { cookie })).status).toBe(200);
    expect((await get('/nonsense', { cookie })).status).toBe(404);
  });

  it('cannot be guessed or begun with a wrong token', async () => {
    expect((await get('/?token=')).status).toBe(403);
    expect((await get(`/?token=${'A'.repeat(43)}`)).status).toBe(403);
    const name = (await signIn()).split('=')[0];
    expect((await get('/', { cookie: `${name}=` })).status).toBe(403);
    expect((await get('/', { cookie: `${name}=${'A'.repeat(43)}` })).status).toBe(403);
  });

  it('is not begun by a HEAD request, with which programs look at links', async () => {
    const { pathname, search } = new URL(host.address);
    expect((await get(pathname + search, {}, 'HEAD')).status).toBe(403);
    expect((await get(pathname + search)).status).toBe(200);
  });
});

describe('the path', () => {
  it('is the only one for which browsers send the cookie, and the page works below it', async () => {
    const { pathname, search } = new URL(host.address);
    const first = await get(pathname + search);
    expect(first.body).toContain(`url=${pathname}"`);
    const [cookie] = first.headers['set-cookie']![0].split(';');
    expect(first.headers['set-cookie']![0]).toContain(`; Path=${pathname.slice(0, -1)}`);
    expect((await get(pathname, { cookie })).body).toBe('<title>the page</title>');
    expect((await get(`${pathname}assets/app.js`, { cookie })).status).toBe(200);
    expect((await get(`${pathname}../secret.json`, { cookie })).status).toBe(404);
    // another program on another port has thrown a cookie of that name in
    const name = cookie.split('=')[0];
    expect((await get(pathname, { cookie: `${name}=x; ${cookie}` })).status).toBe(200);
  });
});

describe('a connection', () => {
  const port = () => Number(new URL(origin).port);
  const UPGRADE =
    'GET /engine HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n';

  it('that is reset at any moment ends itself alone', async () => {
    for (let i = 0; i < 60; i++) {
      await new Promise<void>((resolve) => {
        const socket = connect(port(), '127.0.0.1', () => {
          socket.write([UPGRADE, 'GET / HTTP/1.1\r\n', '\x00\x01\x02\r\n\r\n'][i % 3], () => {
            if (i % 4 === 0) socket.resetAndDestroy();
            else setTimeout(() => socket.resetAndDestroy(), i % 4);
          });
        });
        socket.on('error', () => {}).on('close', () => resolve());
      });
    }
    expect((await get('/', { cookie: await signIn() })).status).toBe(200);
  });

  it('that was refused an upgrade is closed, though its other end stays open', async () => {
    const socket = connect({ port: port(), host: '127.0.0.1', allowHalfOpen: true });
    socket.write(UPGRADE);
    socket.on('error', () => {}).resume();
    const started = performance.now();
    await vi.waitFor(() => expect(socket.write('x') && !socket.destroyed).toBe(false), {
      timeout: 4000,
      interval: 100,
    });
    expect(performance.now() - started).toBeLessThan(4000);
  });

  it('that sends slowly is closed', { timeout: 15_000 }, async () => {
    const socket = connect(port(), '127.0.0.1');
    socket.write('GET / HTTP/1.1\r\n');
    const timer = setInterval(() => socket.write('X: y\r\n'), 500);
    await new Promise((resolve) =>
      socket
        .on('error', () => {})
        .once('close', resolve)
        .resume(),
    );
    clearInterval(timer);
  });
});

describe('requests from elsewhere', () => {
  it('are refused when addressed to another host name (DNS rebinding)', async () => {
    const cookie = await signIn();
    for (const name of ['evil.example', 'evil.example:80', '127.0.0.1.evil.example', 'localhost.evil.example:1']) {
      expect((await get('/', { cookie, host: name })).status, name).toBe(403);
      await expect(open({ cookie, host: name, origin: `http://${name}` }), name).rejects.toThrow('403');
    }
  });

  it('are let in through a forwarded port', async () => {
    const cookie = await signIn();
    expect((await get('/', { cookie, host: 'localhost:8080', origin: 'http://localhost:8080' })).status).toBe(200);
    (await open({ cookie, host: 'localhost:8080', origin: 'http://localhost:8080' })).close();
  });

  it('are refused when sent by another page', async () => {
    const cookie = await signIn();
    for (const other of ['http://evil.example', 'http://127.0.0.1:1', 'null', origin.replace('http', 'https')]) {
      expect((await get('/', { cookie, origin: other })).status, other).toBe(403);
      await expect(open({ cookie, origin: other }), other).rejects.toThrow('403');
    }
  });

  it('cannot open the engine without session, origin or the right path', async () => {
    await expect(open({ origin })).rejects.toThrow('403');
    const cookie = await signIn();
    await expect(open({ cookie })).rejects.toThrow('403');
    const socket = new WebSocket(`${origin.replace('http', 'ws')}/elsewhere`, { headers: { cookie, origin } });
    await expect(new Promise((_, reject) => socket.once('error', reject))).rejects.toThrow('403');
  });

  it('can neither post nor leave the folder of the page', async () => {
    const cookie = await signIn();
    expect((await get('/', { cookie, origin }, 'POST')).status).toBe(405);
    for (const path of [
      '/../secret.json',
      '/%2e%2e/secret.json',
      '/assets/../../secret.json',
      '/..%2fsecret.json',
      '/..%5csecret.json',
      '//etc/hostname.json',
      '/%00.js',
      '/%',
      '/assets',
      '/.',
    ]) {
      const { status, body } = await get(path, { cookie });
      expect(status, path).toBe(404);
      expect(body).not.toContain('secret"');
    }
  });
});

it('sends headers that let the page run nothing but its own code', async () => {
  const { headers } = await get('/', { cookie: await signIn() });
  const policy = headers['content-security-policy'] as string;
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain("script-src 'self';");
  expect(policy).toContain("frame-ancestors 'none'");
  expect(policy).toContain(`connect-src 'self' ${origin.replace('http', 'ws')};`);
  expect(headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer' });
});

describe('the engine', () => {
  it('gets every byte and answers each window by itself', async () => {
    const cookie = await signIn();
    const [one, two] = [await open({ cookie, origin }), await open({ cookie, origin })];
    const bytes = Array.from({ length: 100_000 }, (_, index) => 1 + (index % 250));
    const [a, b] = await Promise.all([answer(one, bytes), answer(two, [7, 8])]);
    expect(a.equals(Buffer.from(bytes))).toBe(true);
    expect([...b]).toEqual([7, 8]);
  });

  it('takes no text', async () => {
    const socket = await open({ cookie: await signIn(), origin });
    const closed = closeCode(socket);
    socket.send('hello');
    expect(await closed).toBe(1003);
  });

  it('is started again when it dies; when it dies again that is told, and it is started when a window asks', async () => {
    const cookie = await signIn();
    const first = await open({ cookie, origin });
    const pid = String(await answer(first, [0]));
    const closed = closeCode(first);
    first.send(Uint8Array.of(255));
    expect(await closed).toBe(4001);

    const second = await open({ cookie, origin });
    expect(String(await answer(second, [0]))).not.toBe(pid);
    const closedAgain = closeCode(second);
    second.send(Uint8Array.of(255));
    expect(await closedAgain).toBe(4002);

    expect(String(await answer(await open({ cookie, origin }), [0]))).not.toBe(pid);
    expect(vi.mocked(console.error).mock.calls.map(([line]) => line)).toEqual([
      'The engine stopped unexpectedly (SIGKILL). It has been started again.',
      expect.stringContaining('started when a window asks'),
    ]);
  });

  it('ends with the host, and so do the windows', async () => {
    const socket = await open({ cookie: await signIn(), origin });
    const pid = Number(String(await answer(socket, [0])));
    const closed = closeCode(socket);
    await host.stop();
    expect(await closed).toBe(1001);
    expect(() => process.kill(pid, 0)).toThrow('ESRCH');
    await expect(get('/')).rejects.toThrow('ECONNREFUSED');
  });
});

it('says which port is taken', async () => {
  const port = Number(new URL(origin).port);
  await expect(startBrowserHost({ root, port, engine })).rejects.toThrow(`Port ${port} is already in use.`);
});
