export { FormPreview } from './FormPreview';
export { FormFields } from './FormFields';
export { startValues, missingFields, type FormSection } from './formState';
