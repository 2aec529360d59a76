/** scripts/export: what the recipes write is what the app opens. */
import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { openModel } from '../../../main/engine/models';
import { findTorch } from '../../../scripts/torch/find.mjs';
import { temporaryFolder } from '../temporary';

const run = promisify(execFile);
const RECIPE = path.resolve(import.meta.dirname, '../../../scripts/export/torch_decoder.py');
const { python, reason } = findTorch();

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
  const missing = await run(python, ['-c', 'import onnx, onnxscript, safetensors']).catch(() => 'missing');
  if (missing === 'missing') return context.skip('Python has no onnx, onnxscript and safetensors');
  const folder = await temporaryFolder();
  await writeFile(path.join(folder, 'nets.py'), NETWORKS);
  await run(python, ['nets.py'], { cwd: folder });
  const recipe = (...args: string[]) => run(python, [RECIPE, ...args, '--with', 'latent=4'], { cwd: folder });
  await Promise.all([
    recipe(
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
    recipe('nets:Encoder', '--weights', 'vae.pt', '--prefix', 'encoder.', '--image', '1x8x8', '--out', 'encoder.onnx'),
    recipe('nets:VAE', '--weights', 'vae.pt', '--image', '1x8x8', '--out', 'whole.onnx'),
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
  const wrong = await recipe(
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
