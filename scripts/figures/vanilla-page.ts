import type { Catalog } from '@tillkit/core/catalog/catalog';
import { styles as addOns } from '@tillkit/widgets/add-on-selector/add-on-selector.styles';
import { styles as picker } from '@tillkit/widgets/plan-picker/plan-picker.styles';
import { stepperStyles } from '@tillkit/widgets/stepper/stepper';
import { base } from '@tillkit/widgets/style/base.styles';
import { receipt } from '@tillkit/widgets/style/receipt.styles';
import { styles as total } from '@tillkit/widgets/total/total.styles';
import { minifyHTMLLiterals } from 'minify-literals';
import { at } from '../paths.ts';
import { bundleSource } from './bundle-source.ts';

/** The hand-written page's module, with the same style sheets and the catalog in it, minified like the script tag. */
export async function vanillaPage(catalog: Catalog): Promise<string> {
  const sheets = {
    picker: [base, stepperStyles, picker],
    addOns: [base, stepperStyles, addOns],
    total: [base, receipt, total],
  };
  const literals = Object.entries(sheets).map(
    ([name, list]) => `${name}: css\`${list.map(({ cssText }) => cssText.replaceAll('\\', '\\\\')).join('')}\``,
  );
  const source = `export default { ${literals.join(', ')} };`;
  const code = (await minifyHTMLLiterals(source, { fileName: 'styles.js', sourceMap: false }))?.code ?? source;
  const script = await bundleSource(at('scripts/bench/vanilla/page.ts'), { 'bench:styles': code.replaceAll('css`', 'String.raw`') });
  return `const catalog=${JSON.stringify(catalog)};${script}`;
}
