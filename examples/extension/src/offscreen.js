import { createReranker } from 'browser-reranker';

// Loaded at the first question. The model lies in the extension, beside this page.
let reranker;

chrome.runtime.onMessage.addListener((message, _sender, answer) => {
  if (message.to !== 'offscreen') return false;
  reranker ??= createReranker({ model: '/models/minilm-l6-rerank-en/' });
  reranker
    .then((ready) => ready.rank(message.query, message.documents, { topK: message.topK }))
    .then(
      (ranking) => answer({ ranking }),
      (error) => answer({ error: error.message, code: error.code }),
    );
  return true; // the answer comes later
});
