import { RerankError } from '../errors.js';

/** One place of a pair: a special token, or one of the two texts. */
export type TemplatePiece =
  { kind: 'special'; id: number; typeId: number } | { kind: 'query' | 'passage'; typeId: number };

/** How a tokenizer puts a pair together, e.g. `[CLS] query [SEP] passage [SEP]`. */
export type PairTemplate = TemplatePiece[];

/** The parts of tokenizer.json that are read here; anything may be missing. */
interface PostProcessor {
  type?: string;
  processors?: PostProcessor[];
  pair?: { SpecialToken?: { id: string; type_id: number }; Sequence?: { id: string; type_id: number } }[];
  special_tokens?: Record<string, { ids: number[] }>;
  cls?: [string, number];
  sep?: [string, number];
}

/**
 * Reads the pair template out of a parsed tokenizer.json: `TemplateProcessing`, `BertProcessing` and
 * `RobertaProcessing`, alone or within a `Sequence` (Hugging Face tokenizers' post-processors).
 * @throws RerankError `unsupported-model` where there is none.
 */
export function readPairTemplate(tokenizerJson: { post_processor?: unknown }): PairTemplate {
  let template: PairTemplate | undefined;
  try {
    // JSON of unknown origin: a field of another type than the interface says either throws or ends below.
    template = findTemplate(tokenizerJson.post_processor ?? {});
  } catch (cause) {
    throw broken(String(cause));
  }
  const ids = template?.flatMap((piece) => [piece.typeId, ...(piece.kind === 'special' ? [piece.id] : [])]);
  const wrong = ids?.findIndex((id) => !(Number.isSafeInteger(id) && id >= 0)) ?? -1;
  if (wrong >= 0) throw broken(`an id is ${JSON.stringify(ids?.[wrong])}`);
  if (!template) {
    throw new RerankError(
      'unsupported-model',
      'tokenizer.json has no template for pairs (post_processor of type TemplateProcessing, BertProcessing or ' +
        'RobertaProcessing). Use the tokenizer.json of a cross-encoder.',
    );
  }
  return template;
}

function broken(why: string): RerankError {
  return new RerankError(
    'invalid-data',
    `tokenizer.json: the template for pairs (post_processor) cannot be read: ${why}. Its token ids and type ids are ` +
      'whole numbers. The file is broken.',
  );
}

function findTemplate(processor: PostProcessor): PairTemplate | undefined {
  switch (processor.type) {
    case 'Sequence':
      return processor.processors?.map(findTemplate).find((template) => template !== undefined);
    case 'TemplateProcessing':
      return fromTemplate(processor);
    case 'BertProcessing':
    case 'RobertaProcessing': {
      if (!processor.cls || !processor.sep) return undefined;
      const bert = processor.type === 'BertProcessing';
      const special = (id: number, typeId = 0): TemplatePiece => ({ kind: 'special', id, typeId });
      const [cls, sep] = [processor.cls[1], processor.sep[1]];
      const passageType = bert ? 1 : 0;
      return [
        special(cls),
        { kind: 'query', typeId: 0 },
        special(sep),
        ...(bert ? [] : [special(sep)]),
        { kind: 'passage', typeId: passageType },
        special(sep, passageType),
      ];
    }
    default:
      return undefined;
  }
}

function fromTemplate({
  pair = [],
  special_tokens: specialTokens = {},
}: PostProcessor): PairTemplate | undefined {
  const pieces = pair.flatMap((piece): TemplatePiece[] => {
    if (piece.SpecialToken) {
      const { id, type_id: typeId } = piece.SpecialToken;
      return (specialTokens[id]?.ids ?? []).map((tokenId) => ({ kind: 'special', id: tokenId, typeId }));
    }
    if (!piece.Sequence) return [];
    return [{ kind: piece.Sequence.id === 'A' ? 'query' : 'passage', typeId: piece.Sequence.type_id }];
  });
  const complete = ['query', 'passage'].every(
    (kind) => pieces.filter((piece) => piece.kind === kind).length === 1,
  );
  return complete ? pieces : undefined;
}
