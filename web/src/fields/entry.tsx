/** Everything that takes values: inputs and filters of all field types, in one chunk that is loaded with the first of them. */
export * from './compositeInputs';
export * from './DateFilter';
export * from './filters';
export * from './inputs';
export * from './linkInputs';
export * from './RichTextInput';
