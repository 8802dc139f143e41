import type { Activation, Dtype } from '../types.js';

/** A file on the Hub as far as it is known: its path, its size, and its hash where that is published. */
export interface KnownFile {
  /** Path within the repository. */
  path: string;
  /** Size in bytes, as the Hub shows it (rounded to a tenth of a megabyte); for choices, not for checks. */
  approximateBytes: number;
  /** sha256 of the content, in hex. */
  sha256?: string;
}

/** What helps to choose between the models that have a name here. */
export interface ModelTraits {
  /** Languages that it was trained for, as ISO 639-1 codes; any other language is ranked worse than by no model at all. */
  languages: readonly string[];
  /** Licence of the weights, as an SPDX identifier. */
  license: string;
  /** Most tokens in a pair that it can read; it opens at 512 unless the option `maxLength` says more. */
  maxLength: number;
}

/** A model that has a name of its own here. */
export type CatalogueEntry = ModelTraits &
  (
    | {
        /** On the Hub. */
        kind: 'hub';
        /** `owner/name`. */
        repository: string;
        /** Commit that the hashes belong to; without one it is the branch `main`, and no hash is known. */
        revision?: string;
        /** The weights by dtype. */
        files: Partial<Record<Dtype, KnownFile>>;
        /** sha256 of configuration and tokenizer by path, in hex, as far as it is published. */
        texts?: Readonly<Record<string, string>>;
        /** What `rank` does to logits, where it is known and need not be read from the model's files. */
        activation?: Activation;
      }
    | {
        /** Made by this project, in an npm package of its own. */
        kind: 'bundled';
        /** Folder below the models' folder. */
        folder: string;
      }
  );

/** The model that {@link createReranker} takes when none is named. */
export const DEFAULT_MODEL = 'ms-marco-MiniLM-L6-v2';

const ENGLISH: ModelTraits = { languages: ['en'], license: 'Apache-2.0', maxLength: 512 };

const megabytes = (size: number) => size * 1e6;

/** Revisions, sizes and hashes as the Hub lists them; a file without a hash has none published that we know. */
function msMarco(
  name: string,
  revision: string,
  [fp32, fp16, q8]: [number, number, number],
  sha256: Partial<Record<Dtype, string>> = {},
): CatalogueEntry {
  const file = (dtype: Dtype, path: string, size: number): KnownFile => ({
    path,
    approximateBytes: megabytes(size),
    ...(sha256[dtype] && { sha256: sha256[dtype] }),
  });
  return {
    ...ENGLISH,
    kind: 'hub',
    repository: `Xenova/ms-marco-${name}`,
    revision,
    activation: 'identity',
    files: {
      fp32: file('fp32', 'onnx/model.onnx', fp32),
      fp16: file('fp16', 'onnx/model_fp16.onnx', fp16),
      q8: file('q8', 'onnx/model_quantized.onnx', q8),
    },
  };
}

const MS_MARCO: Readonly<Record<string, CatalogueEntry>> = {
  'ms-marco-TinyBERT-L2-v2': msMarco(
    'TinyBERT-L-2-v2',
    '4e5107bf542eb7622fa286ab20f4b3bed2bfb6fb',
    [17.6, 8.84, 4.5],
  ),
  'ms-marco-MiniLM-L2-v2': msMarco(
    'MiniLM-L-2-v2',
    '0aaa54468ff92d61ab92df1845543a9bf5921846',
    [62.5, 31.3, 15.8],
    {
      fp16: 'f9e201fe2fb0fb599980df6d657f4b370705ab750f00add1c991ff23a204d55c',
    },
  ),
  'ms-marco-MiniLM-L4-v2': msMarco(
    'MiniLM-L-4-v2',
    'fe8d6077e59fdc76f7d67dcf6157c24cf43b652f',
    [76.8, 38.5, 19.5],
    {
      fp16: '9ed87a768b2d6d204674c2278199c8cd353a0fdacfb3bb1acad464c42cbdd576',
      q8: 'ff4b58e869a5c4ec0c6691caf045bc0e294b3cc34b9f015d8a5fc8d6aeb3b2d3',
    },
  ),
  'ms-marco-MiniLM-L6-v2': msMarco(
    'MiniLM-L-6-v2',
    'fec3517fe1016cfeee39338ef98ba76fc449dbcc',
    [91, 45.6, 23.1],
    {
      fp16: 'a8b79f5c22bc717c0082cb30424365f59d6689b86cfa0c4b293832acf158c66f',
      q8: 'e9d8ebf845c413e981c175bfe49a3bfa9b3dcce2a3ba54875ee5df5a58639fbe',
    },
  ),
  'ms-marco-MiniLM-L12-v2': msMarco(
    'MiniLM-L-12-v2',
    'e04b920da17733eae4f09d5a9395a8b15981a77e',
    [134, 67.1, 34.2],
    {
      q8: 'c5551b3e446396364913c5ad79e9c8411a76d26523b7d87232052ae6c0d0c7fd',
    },
  ),
};

/** The tokenizer that both jina rerankers share. */
const JINA_TOKENIZER = {
  'tokenizer.json': '0046da43cc8c424b317f56b092b0512aaaa65c4f925d2f16af9d9eeb4d0ef902',
  'tokenizer_config.json': 'd291c6652d96d56ffdbcf1ea19d9bae5ed79003f7648c627e725a619227ce8fa',
};

/** Commits, sizes and hashes as projects record them that pin these files; at least two of them agree on each commit. */
const OTHERS: Readonly<Record<string, CatalogueEntry>> = {
  'mmarco-mMiniLMv2-L12-H384-v1': {
    kind: 'hub',
    repository: 'cross-encoder/mmarco-mMiniLMv2-L12-H384-v1',
    revision: '1427fd652930e4ba29e8149678df786c240d8825',
    // Those of mMARCO, into which the training data was translated.
    languages: ['ar', 'de', 'en', 'es', 'fr', 'hi', 'id', 'it', 'ja', 'nl', 'pt', 'ru', 'vi', 'zh'],
    license: 'Apache-2.0',
    maxLength: 512,
    files: {
      fp32: {
        path: 'onnx/model.onnx',
        approximateBytes: megabytes(470.9),
        sha256: '3e9a03ed1e966f7c5288dd4230e3d6a9bf5e3a170a06f1f4241c5bca12c6487c',
      },
      q8: {
        // The kernels are the same everywhere; the name says whom the exporter had in mind.
        path: 'onnx/model_qint8_arm64.onnx',
        approximateBytes: megabytes(118.6),
        sha256: '1825907d6c1a9001ff78124780bbde20a614a8c3df3b63409cf3c72c6fe5c8b4',
      },
    },
    texts: {
      'config.json': 'cc2cfe51aa3fd759d21d21acf5dfd6994aa67a3c9210636d22e143699d336c77',
      'tokenizer.json': '62c24cdc13d4c9952d63718d6c9fa4c287974249e16b7ade6d5a85e7bbb75626',
      'tokenizer_config.json': 'e7fbfbfa6347b4e414c1cee50d142e2c2f9a895dad68b068ae83a8b564c3837e',
    },
  },
  'mxbai-rerank-xsmall-v1': {
    ...ENGLISH,
    kind: 'hub',
    repository: 'mixedbread-ai/mxbai-rerank-xsmall-v1',
    revision: 'b5c6e9da73abc3711f593f705371cdbe9e0fe422',
    files: {
      // 70.8 million weights in 32 bits; the file's own size is not published where we could look.
      fp32: { path: 'onnx/model.onnx', approximateBytes: megabytes(284) },
      q8: {
        path: 'onnx/model_quantized.onnx',
        approximateBytes: megabytes(87.2),
        sha256: '15ef19a6de90be7d52b627f2c784107bd806e64826450f41fb75fa4f0179ab30',
      },
    },
    texts: {
      'config.json': '470a53befc79da411cc04e466770d9f219f3c14adb276bfa0a58df28774ceade',
      'tokenizer.json': '305674b4d785287feecfb5f73f24aa75e9b57c87c579cfe24fbd207987d4b4c4',
      'tokenizer_config.json': 'aafc9f36a056307bf0cbfcbd42fe00d9df89083d23db6114466c8bfaedb09ce5',
    },
  },
  'jina-reranker-v1-tiny-en': {
    ...ENGLISH,
    kind: 'hub',
    repository: 'jinaai/jina-reranker-v1-tiny-en',
    revision: 'aca45de6945b5dc6399abcd2a9c55ded5dc9111f',
    maxLength: 8192,
    files: {
      fp32: {
        path: 'onnx/model.onnx',
        approximateBytes: megabytes(132.4),
        sha256: 'e0e743251c7566e2b1e4f5ad091c681a700d7d7a3d85541ea56ca3acf43d1afa',
      },
      q8: {
        path: 'onnx/model_int8.onnx',
        approximateBytes: megabytes(33.4),
        sha256: '5fa8508528828b4ad9bc97c97b6e020984e3b745fbcb53f0a907e68704f8a18a',
      },
    },
    texts: {
      ...JINA_TOKENIZER,
      'config.json': 'dc70646aa6c9e75e3c513cc9c037f35ad54308001c3961d45c0f69749bcfb022',
    },
  },
  'jina-reranker-v1-turbo-en': {
    ...ENGLISH,
    kind: 'hub',
    repository: 'jinaai/jina-reranker-v1-turbo-en',
    revision: 'b8c14f4e723d9e0aab4732a7b7b93741eeeb77c2',
    maxLength: 8192,
    files: {
      fp32: {
        path: 'onnx/model.onnx',
        approximateBytes: megabytes(151.3),
        sha256: 'c1296c66c119de645fa9cdee536d8637740efe85224cfa270281e50f213aa565',
      },
      q8: {
        path: 'onnx/model_quantized.onnx',
        approximateBytes: megabytes(38.3),
        sha256: '3defdef1ae34e119bd704216087743e79665934c96aebabcb6077c239dc3ae66',
      },
    },
    texts: {
      ...JINA_TOKENIZER,
      'config.json': 'e050ff6a15ae9295e84882fa0e98051bd8754856cd5201395ebf00ce9f2d609b',
    },
  },
  'gte-reranker-modernbert-base': {
    ...ENGLISH,
    kind: 'hub',
    repository: 'Alibaba-NLP/gte-reranker-modernbert-base',
    revision: 'f7481e6055501a30fb19d090657df9ec1f79ab2c',
    maxLength: 8192,
    files: {
      fp32: {
        path: 'onnx/model.onnx',
        approximateBytes: megabytes(598.8),
        sha256: 'c6d3226502addbcd4d2cf273802957ebf8a2a6bf94037dcb9b1d95bfc01e5d93',
      },
      fp16: {
        path: 'onnx/model_fp16.onnx',
        approximateBytes: megabytes(300),
        sha256: '18acede2913b05211687cfd627d8b3d85bbb91ad36b44252263322760eb68d7b',
      },
      q8: {
        path: 'onnx/model_quantized.onnx',
        approximateBytes: megabytes(150.9),
        sha256: 'ecc6a0ae67cee3d898167802383112d9185ca9250e07bd5d1fa65019b050179d',
      },
    },
    texts: {
      'config.json': 'c9316ff715158502dad782f35454eee18de984160618dc30afe7508feb46b7ce',
      'tokenizer.json': '2aea6ff4701d063e7e029b6be695a1659f2caaa2ae4fb0e8b18285818271becd',
      'tokenizer_config.json': '626c86908d7c711f93b0feffd8657b782cc2727b391f9be190240e8cafb626d5',
    },
  },
  'bge-reranker-base': {
    kind: 'hub',
    repository: 'Xenova/bge-reranker-base',
    revision: '280bcc27a84e0b898c251e06fddb25171bd9b101',
    languages: ['en', 'zh'],
    license: 'MIT',
    maxLength: 512,
    files: {
      fp32: {
        path: 'onnx/model.onnx',
        approximateBytes: megabytes(1112.5),
        sha256: '15b9a8c3da82eddf263df571281166e00e9308fe19d077084b642ebfcaf06d2b',
      },
      q8: {
        path: 'onnx/model_quantized.onnx',
        approximateBytes: megabytes(279.3),
        sha256: 'dd98f3e67837d23210a6b7550c08cced4f61845b940ac45be3565840a10f3244',
      },
    },
    texts: {
      'config.json': 'b6575b9d5be20d6747417c8e20c5a0db1636356e0b6d422d7244c628423c4d4c',
      'tokenizer.json': '48564c5c7d3fa64d85d95e65414a542385f88b0f128fd8d4163fd7a57f2be05c',
      'tokenizer_config.json': 'a1d6bc8734a6f635dc158508bef000f8e2e5a759c7d92f984b2c86e5ff53425b',
    },
  },
};

const BUNDLED: Readonly<Record<string, CatalogueEntry>> = {
  'minilm-l6-rerank-en': {
    ...ENGLISH,
    kind: 'bundled',
    folder: 'minilm-l6-rerank-en',
  },
  'minilm-l3-rerank-en': {
    ...ENGLISH,
    kind: 'bundled',
    folder: 'minilm-l3-rerank-en',
  },
};

/** Every name that {@link RerankerOptions.model} knows beside Hub ids and URLs. */
export const CATALOGUE: Readonly<Record<string, CatalogueEntry>> = { ...MS_MARCO, ...OTHERS, ...BUNDLED };
