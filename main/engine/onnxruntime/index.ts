/** onnxruntime, imported by everyone from here and by nobody from its package: its telemetry is off before it loads. */
import './telemetry';

export { env, InferenceSession, Tensor } from 'onnxruntime-node';
