/**
 * The engine process: answers every window that its host lets in. Started by a host, which names the places in the
 * environment: LATENTSCAPE_MODELS, the folder of the bundled models, and LATENTSCAPE_HOME, the app's data folder (by
 * default where the operating system keeps them).
 */
import envPaths from 'env-paths';
import { acceptChannels } from '../rpc/engine-channels';
import { serveEngine } from '../rpc/rpc';
import { createEngine } from './engine';
import { forgetDeviceId } from './onnxruntime/device-id';

const { LATENTSCAPE_MODELS, LATENTSCAPE_HOME } = process.env;
if (!LATENTSCAPE_MODELS) throw new Error('LATENTSCAPE_MODELS has to name the folder of the bundled models.');

const home = LATENTSCAPE_HOME ?? envPaths('latentscape').data;
const engine = createEngine({ models: LATENTSCAPE_MODELS, home });
process.on('exit', () => engine.dispose());
acceptChannels((channel) => serveEngine(channel, (window) => engine.connect(window)));
void forgetDeviceId(home);
