import * as ort from 'onnxruntime-web/webgpu';
import { serve } from '../../src/worker/serve.js';
import { countPipelines } from './count-pipelines.js';

countPipelines();
serve(ort);
