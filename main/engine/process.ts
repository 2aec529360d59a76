/**
 * The engine process: answers every window that its host lets in. Started by a host, which names in the environment
 * LATENTSCAPE_MODELS, the folder of the bundled models; LATENTSCAPE_HOME, the app's data folder (by default where the
 * operating system keeps them); and LATENTSCAPE_PATHS=vouched where windows may name only paths that the host vouches for.
 */
import path from 'node:path';
import { acceptChannels } from '../rpc/engine-channels';
import { serveEngine } from '../rpc/rpc';
import { createEngine } from './engine';
import { allWritten, appData } from './files';
import { forgetDeviceId } from './onnxruntime/device-id';
import { Vouched } from './vouched';

const { LATENTSCAPE_MODELS, LATENTSCAPE_PATHS } = process.env;
if (!LATENTSCAPE_MODELS) throw new Error('LATENTSCAPE_MODELS has to name the folder of the bundled models.');

/** For what is being written when the app ends; hosts wait a little longer. */
const PATIENCE_MS = 1500;

const places = {
  models: path.resolve(LATENTSCAPE_MODELS),
  home: appData(),
};
const engine = createEngine(places);
const vouched = new Vouched(places);
process.on('exit', () => engine.dispose());
acceptChannels(
  (channel) =>
    serveEngine(channel, (window) => {
      const whole = engine.connect(window);
      return LATENTSCAPE_PATHS === 'vouched' ? vouched.guard(whole) : whole;
    }),
  { onPath: (chosen) => vouched.add(chosen), beforeEnd: () => allWritten(PATIENCE_MS) },
);
void forgetDeviceId(places.home);
