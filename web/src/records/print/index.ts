export { printTexts } from './texts';
