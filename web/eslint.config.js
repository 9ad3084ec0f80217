import js from '@eslint/js';
import globals from 'globals';
import reactHooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';

/**
 * The rooms of the web application and what each may not import.
 * `ui` knows no data; `fields` knows data but no feature; features meet only through their `index.ts`.
 */
const FEATURES = ['app', 'session', 'home', 'records/list', 'records/kanban', 'records/record', 'records/form', 'imports', 'settings', 'people', 'notifications', 'activities'];

const inner = (feature) => `@/${feature}/*`;

const zone = (folder, forbidden, message) => ({
  files: [`src/${folder}/**/*.{ts,tsx}`],
  rules: { 'no-restricted-imports': ['error', { patterns: [{ group: forbidden, message }] }] },
});

const featureZone = (folder) =>
  zone(
    folder,
    FEATURES.filter((other) => other !== folder).map(inner),
    'Features meet only through their index.ts.',
  );

export default tseslint.config(
  { ignores: ['dist', 'node_modules'] },
  js.configs.recommended,
  ...tseslint.configs.strict,
  {
    files: ['**/*.{ts,tsx}'],
    languageOptions: { globals: globals.browser },
    plugins: { 'react-hooks': reactHooks },
    rules: {
      ...reactHooks.configs.recommended.rules,
      'max-lines': ['error', { max: 250, skipBlankLines: true, skipComments: true }],
      'no-restricted-globals': [
        'error',
        { name: 'fetch', message: 'Only src/api/client.ts speaks HTTP.' },
        { name: 'EventSource', message: 'Only src/api/client.ts speaks HTTP.' },
        { name: 'XMLHttpRequest', message: 'Only src/api/client.ts speaks HTTP.' },
      ],
      'no-restricted-syntax': [
        'error',
        { selector: "ImportDeclaration[source.value='@tanstack/react-query'] ImportSpecifier[imported.name='useMutation']", message: 'Use api/mutation: the one of the library forgets who asked.' },
        { selector: "JSXAttribute[name.name='dangerouslySetInnerHTML']", message: 'HTML is drawn only by ui/RichText, which sanitises it.' },
        { selector: "CallExpression[callee.name='parseFloat']", message: 'Money and decimals are strings: use fields/decimal.' },
      ],
      eqeqeq: 'error',
      'no-console': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
    },
  },
  {
    files: ['src/ui/**/*.{ts,tsx}'],
    rules: {
      'no-restricted-imports': [
        'error',
        { patterns: [{ regex: '^@/(api(?!/errors$)|fields|app|session|home|records|imports)(/|$)', message: 'ui is pure: no data, no features.' }] },
      ],
    },
  },
  zone('api', ['@/fields', '@/fields/*', '@/ui/*', ...FEATURES.flatMap((f) => [`@/${f}`, inner(f)])], 'api draws nothing.'),
  zone('i18n', ['@/api/*', '@/fields/*', '@/ui/*', ...FEATURES.flatMap((f) => [`@/${f}`, inner(f)])], 'i18n is a leaf.'),
  zone('fields', FEATURES.flatMap((f) => [`@/${f}`, inner(f)]), 'fields knows no feature.'),
  ...FEATURES.filter((f) => f !== 'app').map(featureZone),
  { files: ['src/api/client.ts'], rules: { 'no-restricted-globals': 'off' } },
  { files: ['src/api/mutation.ts'], rules: { 'no-restricted-syntax': 'off' } },
  { files: ['src/ui/RichText.tsx'], rules: { 'no-restricted-syntax': 'off' } },
);
