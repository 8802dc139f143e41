import * as ort from 'onnxruntime-web/jspi';
import { serve } from '../../src/worker/serve.js';
import { countPipelines } from './count-pipelines.js';

countPipelines();
serve(ort);
