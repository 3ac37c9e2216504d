/** Every widget, for bundlers: importing this module defines the elements. */
import { define } from './define.ts';
import { TillProvider } from './provider/provider.ts';
import { TillTotal } from './total/total.ts';

define({ 'till-provider': TillProvider, 'till-total': TillTotal });

export * from './events.ts';
export { TillProvider, TillTotal };
