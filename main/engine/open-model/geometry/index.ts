export { Geometry } from './geometry';
