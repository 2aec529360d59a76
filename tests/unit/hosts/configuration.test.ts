/** What keeps a page that went wrong from doing harm, read from where it is set: loosening any of it fails here. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { pageHeaders } from '../../../main/host/page';
import { root } from '../../../scripts/root.mjs';

const read = (file: string) => readFileSync(join(root, file), 'utf8');

it.each([
  ['runAsNode', 'false'],
  ['enableNodeOptionsEnvironmentVariable', 'false'],
  ['enableNodeCliInspectArguments', 'false'],
  ['enableEmbeddedAsarIntegrityValidation', 'true'],
  ['onlyLoadAppFromAsar', 'true'],
  ['grantFileProtocolExtraPrivileges', 'false'],
  ['enableCookieEncryption', 'true'],
])('packages have the fuse %s set to %s', (fuse, value) => {
  const builder = read('electron-builder.yml');
  const fuses = builder.slice(builder.indexOf('\nelectronFuses:'));
  expect(fuses.match(new RegExp(`^  ${fuse}: (\\w+)$`, 'm'))?.[1]).toBe(value);
});

it('the page runs its own scripts only, evaluates none, and talks to nothing but its host', () => {
  const policy = pageHeaders()['Content-Security-Policy'];
  const rules = Object.fromEntries(
    policy.split('; ').map((rule) => [rule.split(' ')[0], rule.split(' ').slice(1).join(' ')]),
  );
  expect(rules).toMatchObject({
    'default-src': "'none'",
    'script-src': "'self'",
    'style-src': "'self'",
    'connect-src': "'self'",
    'worker-src': "'self'",
    'base-uri': "'none'",
    'form-action': "'none'",
    'frame-ancestors': "'none'",
  });
  expect(policy).not.toMatch(/unsafe-eval|\*|https?:|'unsafe-inline'(?!; img-src)/);
});

it('the window has the sandbox, the isolation and nothing of Node', () => {
  const source = read('main/electron/window.ts');
  for (const setting of ['sandbox: true', 'contextIsolation: true', 'nodeIntegration: false', 'webviewTag: false']) {
    expect(source).toContain(setting);
  }
  for (const loosening of [
    'webSecurity: false',
    'allowRunningInsecureContent',
    'experimentalFeatures',
    'enableBlinkFeatures',
  ]) {
    expect(source).not.toContain(loosening);
  }
});

it('the host loads nothing over a network: only the updates that a user has allowed do', () => {
  for (const file of ['main', 'engine', 'window', 'menu', 'preload', 'model-files', 'words']) {
    expect(read(`main/electron/${file}.ts`), file).not.toMatch(/https?:|net\.|fetch\(|openExternal/);
  }
  expect(read('main/electron/engine.ts')).toContain("LATENTSCAPE_PATHS: 'vouched'");
});
