import { panelEn } from './panel-en.ts';
import { panelHe } from './panel-he.ts';
import type { PanelTexts } from './panel-texts.ts';

/** The panel's words in a language; English where there are none. */
export const panelTexts = (language: string): PanelTexts => (language === 'he' ? panelHe : panelEn);
