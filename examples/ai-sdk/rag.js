import { generateText, rerank } from 'ai';
import { createReranker } from 'browser-reranker';
import { aiSdkReranker } from 'browser-reranker/ai-sdk';

// Retrieve many passages, let the reranker choose, and answer from the best ones only.

const question = process.argv[2] ?? 'How many people live in Berlin?';
const retrieved = [
  'Berlin has some 170 museums, and many people visit them.',
  'Many people come to Berlin for its festivals.',
  'Berlin had a population of 3,520,031 registered inhabitants in 2016.',
  'The airport south of Berlin opened in 2020.',
];

const reranker = await createReranker({ model: 'minilm-l3-rerank-en' });
const { rerankedDocuments } = await rerank({
  model: aiSdkReranker(reranker),
  query: question,
  documents: retrieved,
  topN: 2,
});
await reranker.dispose();

const prompt = `Answer from these passages only:\n${rerankedDocuments.map((text) => `- ${text}`).join('\n')}\n\n${question}`;
console.log(prompt);

// A model of the AI Gateway, such as AI_MODEL=openai/gpt-5-mini with AI_GATEWAY_API_KEY.
const { AI_MODEL } = process.env;
if (AI_MODEL) console.log((await generateText({ model: AI_MODEL, prompt })).text);
