import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { diagnose } from './diagnose.js';
import { RerankError } from './errors.js';
import { VERSIONS } from './version.js';

const packageJson = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  version: string;
  dependencies: Record<string, string>;
};

describe('diagnose', () => {
  it('names the versions that package.json names', async () => {
    expect(VERSIONS).toEqual({
      package: packageJson.version,
      runtime: packageJson.dependencies['onnxruntime-web'],
    });
    expect(await diagnose()).toContain(`browser-reranker ${packageJson.version}, onnxruntime-web 1.30.0`);
  });

  it('tells where it runs, even where there is no page', async () => {
    const report = await diagnose();
    expect(report).toMatch(/WebGPU: none \(this browser has no WebGPU/);
    expect(report).toMatch(/Cache Storage is missing/);
    expect(report).toMatch(/cores: \d+/);
  });

  it('tells an error with its code and what is underneath, circles included', async () => {
    const cause = new TypeError('no socket');
    const report = await diagnose({ error: new RerankError('download-failed', 'It broke off.', { cause }) });
    expect(report).toContain('- RerankError (download-failed): It broke off.');
    expect(report).toContain('- because of TypeError: no socket');
    const circle = new Error('round');
    circle.cause = circle;
    expect((await diagnose({ error: circle })).match(/round/g)?.length).toBeLessThan(10);
    expect(await diagnose({ error: Symbol('odd') })).toContain('odd');
  });

  it('tells what was tried and read, and gives no query away', async () => {
    const report = await diagnose({
      reranker: {
        info: {
          model: 'tiny',
          revision: 'abc',
          device: 'wasm',
          dtype: 'q8',
          threads: 1,
          workers: 2,
          maxLength: 512,
          modelMaxLength: 512,
          stages: 1,
          attempts: [
            { device: 'webgpu', ok: false, reason: 'no adapter' },
            { device: 'wasm', dtype: 'q8', ok: true },
          ],
          files: [{ file: 'onnx/model_quantized.onnx', bytes: 12, fromCache: true }],
        },
      },
    });
    expect(report).toContain('- tried webgpu: no adapter');
    expect(report).toContain('- tried wasm (q8): in use');
    expect(report).toContain('- onnx/model_quantized.onnx: 12 bytes from the cache');
  });
});
