import type { QuantityRule } from '@tillkit/core/catalog/catalog';
import { nearestQuantity } from '@tillkit/core/selection/choose';
import { css, html, type TemplateResult } from 'lit';
import type { Texts } from '../text/texts.ts';

export interface Stepper {
  readonly words: Texts;
  /** What is counted, for its accessible name. */
  readonly name: string;
  readonly rule: QuantityRule;
  readonly quantity: number;
  /** Whether it may go to 0 below `rule.min`. */
  readonly optional?: boolean;
  /** Id of a text that explains it. */
  readonly describedBy: string;
  /** A quantity that the rule allows, or 0; `adjusted` when something else had been typed. */
  readonly onChoose: (quantity: number, adjusted: boolean) => void;
}

/** A real number input between two buttons; it moves in its step and snaps what is typed to what can be bought. */
export function stepper({ words, name, rule, quantity, optional, describedBy, onChoose }: Stepper): TemplateResult {
  const least = rule.min || rule.step;
  const lowest = optional ? 0 : least;
  const fewer = quantity > least ? quantity - rule.step : lowest;
  const more = quantity < least ? least : quantity + rule.step;
  /** While one types only what can be bought counts; at the end the nearest that can. */
  const typed = ({ target, type }: Event): void => {
    const input = target as HTMLInputElement;
    const wished = input.valueAsNumber;
    const allowed = optional && !(wished > 0) ? 0 : Math.max(least, nearestQuantity(rule, wished));
    if (type === 'change') input.value = String(allowed);
    else if (allowed !== wished) return;
    onChoose(allowed, allowed > 0 && allowed !== wished);
  };
  const button = (sign: string, label: string, off: boolean, to: number): TemplateResult =>
    html`<button aria-label=${label} ?disabled=${off} @click=${() => onChoose(to, false)}>${sign}</button>`;
  return html`<span class="stepper" part="stepper"
    >${button('−', words.fewer(name), quantity <= lowest, fewer)}<input
      type="number"
      aria-label=${name}
      aria-describedby=${describedBy}
      min=${lowest}
      max=${rule.max}
      .value=${String(quantity)}
      @input=${typed}
      @change=${typed}
    />${button('+', words.more(name), more > rule.max, more)}</span
  >`;
}

export const stepperStyles = css`
  .stepper {
    display: inline-grid;
    grid-template-columns: 2.75em 3.5em 2.75em;
    min-block-size: 44px;
    border: 1px solid var(--_border);
    border-radius: calc(var(--_radius) * 0.84);
  }
  .stepper > * {
    min-inline-size: 0;
    padding: 0;
    border: 0;
    background: none;
    text-align: center;
  }
  .stepper button {
    font-size: 1.2em;
  }
  .stepper :disabled {
    opacity: 0.35;
  }
  .stepper input {
    border-inline: 1px solid var(--_border);
    font-weight: 600;
    appearance: textfield;
  }
  ::-webkit-inner-spin-button {
    display: none;
  }
`;
