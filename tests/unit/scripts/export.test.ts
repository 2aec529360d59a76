/** scripts/export: what the recipes write is what the app opens. */
import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { openModel } from '../../../main/engine/models';
import { findTorch } from '../../../scripts/torch/find.mjs';
import { temporaryFolder } from '../temporary';

const run = promisify(execFile);
const recipe = (name: string) => path.resolve(import.meta.dirname, '../../../scripts/export', name);
const { python, reason } = findTorch();

const canImport = (modules: string) =>
  run(python!, ['-c', `import ${modules}`]).then(
    () => true,
    () => false,
  );

/** Codes are the first numbers of a picture, and the decoder puts them there again. */
const NETWORKS = `
import torch
from torch import nn

class Decoder(nn.Module):
    def __init__(self, latent):
        super().__init__()
        self.fc = nn.Linear(latent, 64)
    def forward(self, z):
        return torch.sigmoid(self.fc(z).view(z.size(0), 1, 8, 8))

class Encoder(nn.Module):
    def __init__(self, latent):
        super().__init__()
        self.fc = nn.Linear(64, latent)
    def forward(self, x):
        return self.fc(x.flatten(1))

class VAE(nn.Module):
    def __init__(self, latent):
        super().__init__()
        self.encoder = Encoder(latent)
        self.decoder = Decoder(latent)
    def forward(self, x):
        mean = self.encoder(x)
        return self.decoder(mean + torch.randn_like(mean))

if __name__ == '__main__':
    from safetensors.torch import save_file
    torch.manual_seed(1)
    vae = VAE(4)
    vae.encoder.fc.weight.data = vae.decoder.fc.weight.data.T.contiguous()
    save_file(vae.state_dict(), 'vae.safetensors')
    torch.save({'state_dict': {'module.' + name: value for name, value in vae.state_dict().items()}}, 'vae.pt')
`;

// Three exports of some seconds each: PyTorch traces and optimises every one.
it('a decoder, its encoder and a whole VAE from PyTorch', { timeout: 120_000 }, async (context) => {
  if (!python) return context.skip(reason ?? '');
  if (!(await canImport('onnx, onnxscript, safetensors'))) return context.skip('Python lacks what it imports');
  const folder = await temporaryFolder();
  await writeFile(path.join(folder, 'nets.py'), NETWORKS);
  await run(python, ['nets.py'], { cwd: folder });
  const write = (...args: string[]) =>
    run(python, [recipe('torch_decoder.py'), ...args, '--with', 'latent=4'], { cwd: folder });
  await Promise.all([
    write(
      'nets:Decoder',
      '--weights',
      'vae.safetensors',
      '--prefix',
      'decoder.',
      '--latent',
      '4',
      '--out',
      'decoder.onnx',
    ),
    write('nets:Encoder', '--weights', 'vae.pt', '--prefix', 'encoder.', '--image', '1x8x8', '--out', 'encoder.onnx'),
    write('nets:VAE', '--weights', 'vae.pt', '--image', '1x8x8', '--out', 'whole.onnx'),
  ]);
  for (const name of ['decoder.onnx', 'whole.onnx']) {
    const model = await openModel(path.join(folder, name));
    expect(model.card).toMatchObject({
      latentSize: 4,
      canEncode: true,
      layout: { width: 8, height: 8, channels: 1, range: '0..1' },
    });
    await model.release();
  }
  const wrong = await write(
    'nets:Decoder',
    '--weights',
    'vae.pt',
    '--prefix',
    'dec.',
    '--latent',
    '4',
    '--out',
    'x.onnx',
  ).catch((error: Error) => error.message);
  expect(wrong).toMatch(/No weights in vae\.pt begin with 'dec\.'; the first are encoder\.fc\.weight/);
});

/** A VAE of two levels with weights at random, in diffusers' format, and what it makes of some codes. */
const DIFFUSERS = `
import json, sys, torch
from diffusers import AutoencoderKL
torch.manual_seed(1)
down, up = ("DownEncoderBlock2D",) * 2, ("UpDecoderBlock2D",) * 2
vae = AutoencoderKL(block_out_channels=(8, 16), down_block_types=down, up_block_types=up, norm_num_groups=4, shift_factor=0.1)
vae.save_pretrained("model")
z = torch.linspace(-1, 1, 1024).view(1, 4, 16, 16)
with torch.no_grad():
    image = vae.eval().decode(z / vae.config.scaling_factor + vae.config.shift_factor).sample
json.dump((image.clamp(-1, 1) / 2 + 0.5).flatten().tolist(), open("image.json", "w"))
`;

it('a VAE of diffusers, which shifts and scales its codes', { timeout: 240_000 }, async (context) => {
  if (!python) return context.skip(reason ?? '');
  if (!(await canImport('onnx, onnxscript, diffusers'))) return context.skip('Python lacks what it imports');
  const folder = await temporaryFolder();
  await run(python, ['-c', DIFFUSERS], { cwd: folder });
  await run(python, [recipe('diffusers_vae.py'), 'model', '--pixels', '32', '--out', 'vae'], { cwd: folder });
  const model = await openModel(path.join(folder, 'vae', 'decoder.onnx'));
  expect(model.card).toMatchObject({
    latentSize: 1024,
    canEncode: true,
    layout: { width: 32, height: 32, channels: 3, range: '-1..1' },
  });
  const wanted = JSON.parse(await readFile(path.join(folder, 'image.json'), 'utf8')) as number[];
  const decoded = await model.decode(Float32Array.from({ length: 1024 }, (_, i) => (2 * i) / 1023 - 1));
  expect(decoded).toHaveLength(wanted.length);
  decoded.forEach((value, i) => expect(value).toBeCloseTo(wanted[i], 3));
  await model.release();
});
