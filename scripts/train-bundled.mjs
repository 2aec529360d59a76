// Trains the models that ship with the app: an AE and a VAE on the same portraits, with the same network, seed and
// number of steps, so that what differs between them is the objective alone.
//
//   npm run train-bundled -- DIR      DIR: the folder of photographs (they stay where they are)
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { root } from './root.mjs';

const [folder] = process.argv.slice(2);
if (!folder) {
  console.error('Name the folder of photographs: npm run train-bundled -- DIR');
  process.exit(1);
}

const SHARED = ['--size', '64', '--latent', '64', '--batch', '16', '--epochs', '180', '--seed', '1'];
const MODELS = [
  { out: 'portraits-vae', name: 'Portraits VAE', options: ['--kind', 'vae', '--beta', '0.5'] },
  { out: 'portraits-ae', name: 'Portraits AE', options: ['--kind', 'ae'] },
];

for (const { out, name, options } of MODELS) {
  const target = join(root, 'models', out);
  const args = [join(root, 'scripts/cli.mjs'), 'train', folder, '--out', target, '--name', name, ...options, ...SHARED];
  const { status } = spawnSync(process.execPath, args, { stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}
