import type { Catalog } from '../catalog/catalog.ts';
import { findProduct } from '../catalog/lookup.ts';
import type { CurrencyCode } from '../money/currency-code.ts';
import { checkAddOnRules } from './add-on-rules.ts';
import { checkPlanSelection, isProductSelection, priceRefusal, quantityRefusal, refuse } from './choose.ts';
import type { ProductSelection, Selection, SelectionResult } from './selection.ts';

/** The whole check, as the server does it: whether the catalog sells exactly this. */
export function checkSelection(catalog: Catalog, selection: Selection): SelectionResult<Selection> {
  if (isProductSelection(selection)) return checkProduct(catalog, selection);
  const checked = checkPlanSelection(catalog, selection);
  return checked.ok ? checkAddOnRules(catalog, selection, checked.dropped) : checked;
}

function checkProduct(catalog: Catalog, selection: ProductSelection): SelectionResult<ProductSelection> {
  const { productId, quantity, currency } = selection;
  const product = findProduct(catalog, productId);
  if (!product) return refuse('unknown_product', productId);
  const code = priceRefusal(product.price, currency) ?? quantityRefusal(product.quantity, quantity);
  return code ? refuse(code, productId) : { ok: true, selection, dropped: [] };
}

/** A product sold alone. */
export function selectProduct(
  catalog: Catalog,
  productId: string,
  quantity?: number,
  currency: CurrencyCode = catalog.defaultCurrency,
): SelectionResult<ProductSelection> {
  const usual = findProduct(catalog, productId)?.quantity.default || 1;
  return checkProduct(catalog, { productId, quantity: quantity ?? usual, currency });
}
