/** onnxruntime. Import it from here, never from its package: its telemetry is off before it loads. */
import './telemetry';

export { env, InferenceSession, Tensor } from 'onnxruntime-node';
