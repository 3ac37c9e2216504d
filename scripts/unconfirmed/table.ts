import { readFileSync } from 'node:fs';
import { at } from '../paths.ts';

/** Where each side keeps them; they are written apart, so a rule may stand in both. */
const files = [
  ['our engine', 'packages/core/src/money/unconfirmed.ts'],
  ['the sandbox', 'packages/sandbox/src/unconfirmed.ts'],
  ['the sandbox’s Stripe.js', 'packages/sandbox/src/stripe-js/unconfirmed.ts'],
] as const;

interface Rule {
  readonly name: string;
  readonly text: string;
}

/** Every exported constant with the sentence above it. */
export function rulesOf(source: string): Rule[] {
  const found = source.matchAll(/\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*export const (\w+)/gu);
  return [...found].map(([, comment = '', name = '']) => ({
    name,
    text: comment
      .replaceAll(/\s*\n\s*\*\s?/gu, ' ')
      .replaceAll('|', '\\|')
      .trim(),
  }));
}

/** The page as it must be. */
export function unconfirmedTable(): string {
  const sections = files.map(([who, path]) => {
    const rules = rulesOf(readFileSync(at(path), 'utf8')).map(({ name, text }) => `| \`${name}\` | ${text} |`);
    return `## In ${who}\n\n[${path}](../${path})\n\n| constant | rule |\n| --- | --- |\n${rules.join('\n')}\n`;
  });
  return `# Rules that nobody has confirmed

Stripe's documentation leaves some rules open. Where we had to choose, the choice stands behind one named constant, and in this
table (written by \`scripts/unconfirmed.ts\`, held to the sources by a test). Agreement between our engine and the sandbox proves
nothing about them: both may believe the same wrong thing. \`npm run test:live\` asks Stripe.

${sections.join('\n')}`;
}
