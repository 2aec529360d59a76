import { expect, it } from 'vitest';
import type { EngineApi, GraphicsCard } from '../../../../main/contract';
import { EngineClient } from '../../../../renderer/state/window/engine-client';

const answering = (speed: number) =>
  ({ graphicsCard: async (): Promise<GraphicsCard> => ({ problem: null, speed }) }) as unknown as EngineApi;

it('answers what was asked before the first connection, and by the newest engine from then on', async () => {
  const client = new EngineClient();
  const { engine } = client;
  const early = engine.graphicsCard();
  client.connected(answering(1));
  expect(await early).toMatchObject({ speed: 1 });
  client.connected(answering(2));
  expect(await engine.graphicsCard()).toMatchObject({ speed: 2 });
});

it('tells everyone who keeps something of the engine of each connection, and which is not the first', () => {
  const client = new EngineClient();
  const told: string[] = [];
  client.engine.onConnected((again) => told.push(`a ${again}`));
  client.engine.onConnected((again) => told.push(`b ${again}`));
  client.connected(answering(1));
  client.connected(answering(2));
  expect(told).toEqual(['a false', 'b false', 'a true', 'b true']);
});

it('passes failures on, and can be returned from async functions', async () => {
  const client = new EngineClient();
  client.connected({ graphicsCard: () => Promise.reject(new Error('gone')) } as unknown as EngineApi);
  const { engine } = await (async () => ({ engine: client.engine }))();
  expect(await (async () => engine)()).toBe(engine);
  await expect(engine.graphicsCard()).rejects.toThrow('gone');
});
