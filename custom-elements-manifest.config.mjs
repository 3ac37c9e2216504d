/** `TillPlanPicker` in plan-picker/plan-picker.ts → `till-plan-picker`: definitions are made in one loop that the analyzer cannot read. */
const tagOf = (className) => className.replaceAll(/(?!^)[A-Z]/gu, '-$&').toLowerCase();

const tagNames = {
  name: 'till-tag-names',
  packageLinkPhase({ customElementsManifest }) {
    for (const { path, declarations, exports } of customElementsManifest.modules) {
      for (const declaration of declarations) {
        const tagName = tagOf(declaration.name);
        const name = tagName.replace('till-', '');
        if (declaration.kind !== 'class' || !path.endsWith(`/${name}/${name}.ts`)) continue;
        declaration.customElement = true;
        declaration.tagName = tagName;
        // the analyzer takes the first argument of any dispatched event for its name
        declaration.events = declaration.events?.filter((event) => event.name?.startsWith('till-'));
        exports.push({
          kind: 'custom-element-definition',
          name: declaration.tagName,
          declaration: { name: declaration.name, module: path },
        });
      }
    }
  },
};

/** The analyzer reads files side by side; what is published does not depend on which was read first. */
const inOrder = {
  name: 'till-in-order',
  packageLinkPhase({ customElementsManifest }) {
    customElementsManifest.modules.sort((a, b) => (a.path < b.path ? -1 : 1));
  },
};

export default {
  globs: ['packages/widgets/src/**/*.ts'],
  exclude: ['packages/widgets/src/lean/**'],
  outdir: 'packages/widgets/dist',
  litelement: true,
  packagejson: false,
  plugins: [tagNames, inOrder],
};
