import { captureWorker } from '../../core/captures/worker.ts';
import { drawBuiltin } from './draw-builtin.ts';

export const handler = captureWorker('builtin', drawBuiltin);
