import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, it, vi } from 'vitest';
import { temporaryFolder } from '../temporary';
import { fakeElectron } from './fixtures/fake-electron';

const ADDRESS = 'https://api.example.org/latest';
const window = {} as Electron.BrowserWindow;
let fake: ReturnType<typeof fakeElectron>;
let kept: string;
let offerUpdates: (window: Electron.BrowserWindow, address: string | null) => Promise<void>;

beforeEach(async () => {
  vi.resetModules();
  vi.spyOn(console, 'warn').mockImplementation(() => {});
  fake = fakeElectron();
  vi.doMock('electron', () => fake.electron);
  const folder = await temporaryFolder();
  kept = join(folder, 'updates.json');
  fake.app.getPath = () => folder;
  ({ offerUpdates } = await import('../../../main/electron/updates'));
});

const answer = (tag_name: string, html_url = 'https://github.com/a/b/releases/1') =>
  fake.electron.net.fetch.mockImplementation(async () => Response.json({ tag_name, html_url }));

it('is asked once, the answer is no unless yes was said, and no means that nothing is ever asked of the network', async () => {
  await offerUpdates(window, ADDRESS);
  await offerUpdates(window, ADDRESS);
  const { showMessageBox } = fake.electron.dialog;
  expect(showMessageBox).toHaveBeenCalledOnce();
  const [, options] = showMessageBox.mock.calls[0] as unknown as [unknown, Electron.MessageBoxOptions];
  expect(options).toMatchObject({ defaultId: 0, cancelId: 0, buttons: ['No', 'Yes'] });
  expect(options.detail).toContain('api.example.org');
  expect(fake.electron.net.fetch).not.toHaveBeenCalled();
});

it('looks at most once a day, and says where a newer version is', async () => {
  fake.electron.dialog.showMessageBox.mockResolvedValue({ response: 1 });
  answer('v1.10.0');
  await offerUpdates(window, ADDRESS);
  expect(fake.electron.shell.openExternal).toHaveBeenCalledWith('https://github.com/a/b/releases/1');
  await offerUpdates(window, ADDRESS);
  expect(fake.electron.net.fetch).toHaveBeenCalledOnce();
  const said = JSON.parse(await readFile(kept, 'utf8')) as { looked: number };
  await writeFile(kept, JSON.stringify({ ...said, looked: said.looked - 25 * 60 * 60 * 1000 }));
  await offerUpdates(window, ADDRESS);
  expect(fake.electron.net.fetch).toHaveBeenCalledTimes(2);
});

it.each([
  ['v1.2.3', undefined],
  ['v1.2.2', undefined],
  ['v0.9.9', undefined],
  ['nonsense', undefined],
  ['v9.0.0', 'https://elsewhere.example/'],
])('offers nothing for %s %s', async (tag, page) => {
  await writeFile(kept, JSON.stringify({ mayLook: true, looked: 0 }));
  answer(tag, page);
  await offerUpdates(window, ADDRESS);
  expect(fake.electron.dialog.showMessageBox).not.toHaveBeenCalled();
});

it('a network that refuses disturbs nobody, and a package that names no address never asks', async () => {
  await writeFile(kept, JSON.stringify({ mayLook: true, looked: 0 }));
  fake.electron.net.fetch.mockRejectedValue(new Error('ERR_NAME_NOT_RESOLVED'));
  await offerUpdates(window, ADDRESS);
  expect(fake.electron.dialog.showMessageBox).not.toHaveBeenCalled();
  await offerUpdates(window, null);
  expect(fake.electron.net.fetch).toHaveBeenCalledOnce();
});
