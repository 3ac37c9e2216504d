import * as parser from '@babel/eslint-parser';
import litA11y from 'eslint-plugin-lit-a11y';

// oxlint does everything else; lit-a11y does not load there. Babel's parser, because typescript-eslint has none for TypeScript 7.
export default [
  { ignores: ['**/dist/**', 'storybook-static/**', 'coverage/**', 'test/public/**'] },
  {
    files: ['packages/widgets/src/**/*.ts', 'stories/**/*.ts'],
    languageOptions: {
      parser,
      parserOptions: {
        requireConfigFile: false,
        babelOptions: { babelrc: false, configFile: false, parserOpts: { plugins: ['typescript', 'decorators-legacy'] } },
      },
    },
    plugins: { 'lit-a11y': litA11y },
    rules: {
      ...litA11y.configs.recommended.rules,
      // Safari takes the role away from a list without bullets; role="list" gives it back
      'lit-a11y/no-redundant-role': 'off',
    },
  },
];
