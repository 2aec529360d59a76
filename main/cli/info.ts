import type { ModelCard } from '../contract';
import type { Output } from './output';
import { withModel } from './with-model';

/** `info M`: the model's card. Opening it verifies its files. */
export async function info(path: string, output: Output): Promise<void> {
  await withModel(path, async ({ card, codes }) => {
    const codeCount = (codes?.length ?? 0) / card.latentSize;
    output.event({ event: 'info', ...card, codes: codeCount });
    output.say(table([...rows(card), ['Codes', codeCount > 0 ? `${codeCount} of training images` : 'none']]));
  });
}

const KINDS: Record<ModelCard['kind'], string> = {
  ae: 'autoencoder (AE)',
  vae: 'variational autoencoder (VAE)',
  rae: 'regularised autoencoder (RAE)',
  decoder: 'decoder only',
};

function rows({ name, kind, latentSize, channels, canEncode, layout, facts }: ModelCard): [string, string][] {
  const { width, height, order, range, extraInputs } = layout;
  const extra = Object.entries(extraInputs).map(([input, value]) => `${input} = ${value}`);
  return [
    ['Name', name],
    ['Kind', KINDS[kind]],
    ['Latent size', String(latentSize)],
    ['Images', `${width}×${height}, ${channels === 1 ? 'grey' : 'RGB'}`],
    ['Can encode', canEncode ? 'yes' : 'no'],
    ['Decoder output', `${order}, ${range}`],
    ...(extra.length > 0 ? ([['Other inputs', extra.join(', ')]] satisfies [string, string][]) : []),
    ...facts.map(({ label, value }): [string, string] => [label, value]),
  ];
}

function table(rows: [string, string][]): string {
  const width = Math.max(...rows.map(([label]) => label.length));
  return rows.map(([label, value]) => `${label.padEnd(width)}  ${value}`).join('\n');
}
