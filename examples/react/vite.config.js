import { browserReranker } from 'browser-reranker/vite';

export default { plugins: [browserReranker()], oxc: { jsx: { runtime: 'automatic' } } };
