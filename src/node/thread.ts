import { parentPort } from 'node:worker_threads';
import * as ort from 'onnxruntime-web';
import { offer } from '../worker/serve.js';

// The whole program of the thread: what a page's worker does, on the build of onnxruntime-web for Node.
if (parentPort) offer(ort, parentPort as unknown as Parameters<typeof offer>[1]); // a port, typed apart from the DOM's
