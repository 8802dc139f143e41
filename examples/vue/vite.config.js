import vue from '@vitejs/plugin-vue';
import { browserReranker } from 'browser-reranker/vite';

export default { plugins: [vue(), browserReranker()] };
