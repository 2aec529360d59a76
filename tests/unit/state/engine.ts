import type { EngineApi } from '../../../main/contract';
import { EngineClient, type Engine } from '../../../renderer/state/window/engine-client';

/** An engine that answers some requests; the others reject. */
export function engineOf(answers: Partial<EngineApi>): Engine {
  return clientOf(answers).engine;
}

/** The same, for tests that connect again. */
export function clientOf(answers: Partial<EngineApi>): EngineClient {
  const client = new EngineClient();
  client.connected(answers as EngineApi);
  return client;
}
