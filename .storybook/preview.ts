/// <reference types="vite/client" />
import { setCustomElementsManifest, type Decorator, type Preview } from '@storybook/web-components-vite';
import { mswLoader } from 'msw-storybook-addon/csf3';
import { setupWorker } from 'msw/browser';
import { configure } from 'storybook/test';
import './preview.css';

// a busy machine is not a fault
configure({ asyncUtilTimeout: 60_000 });

/** Written by `npm run build`; without it the stories work and only the tables of attributes are empty. */
const manifests = import.meta.glob<{ default: unknown }>('../packages/widgets/dist/custom-elements.json', { eager: true });
for (const { default: manifest } of Object.values(manifests)) setCustomElementsManifest(manifest);

const rightToLeft = new Set(['he', 'ar', 'fa']);

/**
 * Language, direction and theme as a page would have them: on the html element. A story pins them with
 * `parameters: { theme: 'dark', lang: 'he' }`; otherwise the toolbar chooses.
 */
const asPage: Decorator = (story, { globals, parameters }) => {
  const page = document.documentElement;
  // what one story chose is not the next one's
  for (const name of Object.keys(sessionStorage)) if (name.startsWith('till:choice:')) sessionStorage.removeItem(name);
  const lang = String(parameters.lang ?? globals.lang);
  page.lang = lang;
  page.dir = rightToLeft.has(lang) ? 'rtl' : 'ltr';
  page.style.colorScheme = String(parameters.theme ?? globals.theme);
  return story();
};

const preview: Preview = {
  decorators: [asPage],
  initialGlobals: { theme: 'light', lang: 'en' },
  globalTypes: {
    theme: {
      toolbar: {
        title: 'Theme',
        icon: 'contrast',
        dynamicTitle: true,
        items: [
          { value: 'light', title: 'Light' },
          { value: 'dark', title: 'Dark' },
        ],
      },
    },
    lang: {
      toolbar: {
        title: 'Language',
        icon: 'globe',
        dynamicTitle: true,
        items: [
          { value: 'en', title: 'English' },
          { value: 'he', title: 'Hebrew' },
        ],
      },
    },
  },
  loaders: [
    mswLoader(async () => {
      const worker = setupWorker();
      await worker.start({ quiet: true, onUnhandledFrame: 'bypass' });
      return worker;
    }),
  ],
  tags: ['autodocs'],
  parameters: {
    a11y: { test: 'error' },
    backgrounds: { disable: true },
    options: {
      storySort: {
        order: ['Plan picker', 'Add-on selector', 'Total', 'Checkout', 'Card form', 'Subscription panel', 'Provider', 'Journeys'],
      },
    },
  },
};
export default preview;
