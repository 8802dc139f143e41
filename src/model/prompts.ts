import { RerankError } from '../errors.js';
import type { PredictOptions, RerankerOptions } from '../types.js';
import { wrongField } from './json.js';
import { SAVED_FILES, type SavedSettings } from './sentence-transformers.js';

/** The prompts of a model, the caller's own among them. */
export type Prompts = Pick<SavedSettings, 'prompts' | 'defaultPromptName'>;

/**
 * Puts the caller's prompts over those of the model's files.
 * @throws RerankError `invalid-input` or, where the file says it, `invalid-data` for a default that names no prompt
 */
export function mergePrompts(
  saved: Prompts,
  options: Pick<RerankerOptions, 'prompts' | 'defaultPromptName'>,
): Prompts {
  const prompts = { ...saved.prompts, ...options.prompts };
  const { defaultPromptName = saved.defaultPromptName } = options;
  if (options.defaultPromptName !== undefined) {
    named(prompts, 'defaultPromptName', options.defaultPromptName);
  } else if (defaultPromptName !== undefined && !Object.hasOwn(prompts, defaultPromptName)) {
    throw wrongField(
      SAVED_FILES.model,
      'default_prompt_name',
      defaultPromptName,
      'the name of one of its prompts',
    );
  }
  return { prompts, defaultPromptName };
}

/**
 * The text to put in front of a call's queries: the call's own, else the one that it names, else the default one.
 * @returns an empty text where there is none
 * @throws RerankError `invalid-input` for a name that no prompt has
 */
export function choosePrompt(
  { prompts, defaultPromptName }: Prompts,
  { prompt, promptName }: Pick<PredictOptions, 'prompt' | 'promptName'>,
): string {
  if (prompt !== undefined) return prompt;
  if (promptName !== undefined) return named(prompts, 'promptName', promptName);
  return defaultPromptName === undefined ? '' : named(prompts, 'defaultPromptName', defaultPromptName);
}

function named(prompts: Prompts['prompts'], option: string, name: string): string {
  const text = Object.hasOwn(prompts, name) ? prompts[name] : undefined;
  if (text !== undefined) return text;
  const names = Object.keys(prompts).join(', ');
  throw new RerankError(
    'invalid-input',
    `${option} is "${name}", but this model has ${names ? `only these prompts: ${names}` : 'no prompts'}. Prompts come ` +
      `from ${SAVED_FILES.model} beside the model, and from the option prompts; the option prompt takes a text itself.`,
  );
}
