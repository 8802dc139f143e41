import type { Dtype, Device } from '../types.js';
import type { Manifest } from './manifest.js';
import type { ModelSource } from './source.js';

/** What says which weights a folder has. */
interface Folder {
  manifest: Manifest | undefined;
  source: Pick<ModelSource, 'known'>;
}

/** Path of each dtype's graph in the Hub's layout, as Transformers.js names them. */
export const WEIGHT_PATHS: Readonly<Record<Dtype, string>> = {
  fp32: 'onnx/model.onnx',
  fp16: 'onnx/model_fp16.onnx',
  q8: 'onnx/model_quantized.onnx',
  w8: 'onnx/model_w8.onnx',
  q4: 'onnx/model_q4.onnx',
  q4f16: 'onnx/model_q4f16.onnx',
};

/** The weights that a folder has by its manifest or the catalogue, or that it may have where nothing says so. */
export function offeredWeights(
  { manifest, source }: Folder,
  wanted: Dtype | 'auto' = 'auto',
): { dtype: Dtype; devices?: readonly Device[] | undefined }[] {
  if (manifest)
    return Object.values(manifest.files).flatMap(({ dtype, devices }) => (dtype ? [{ dtype, devices }] : []));
  const known = (Object.keys(source.known) as Dtype[]).map((dtype) => ({ dtype }));
  if (known.length > 0 && (wanted === 'auto' || source.known[wanted])) return known;
  // A plain folder lists nothing: these three are usual, and a caller who names another knows that it is there.
  const usual = ['fp32', 'fp16', 'q8'] as const;
  return (wanted === 'auto' ? usual : [wanted]).map((dtype) => ({ dtype }));
}

/** The file that holds the weights of a dtype. */
export function weightPath({ manifest, source }: Folder, dtype: Dtype): string {
  const listed = Object.entries(manifest?.files ?? {}).find(([, file]) => file.dtype === dtype);
  return listed?.[0] ?? source.known[dtype]?.path ?? WEIGHT_PATHS[dtype];
}
