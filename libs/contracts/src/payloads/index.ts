export { dataConverter } from './data-converter.ts';
