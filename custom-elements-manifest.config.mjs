/** `TillPlanPicker` → `till-plan-picker`: classes and tags are named alike, and definitions are made in one loop that the analyzer cannot read. */
const tagOf = (className) => className.replaceAll(/(?!^)[A-Z]/gu, '-$&').toLowerCase();

const tagNames = {
  name: 'till-tag-names',
  packageLinkPhase({ customElementsManifest }) {
    for (const { path, declarations, exports } of customElementsManifest.modules) {
      for (const declaration of declarations) {
        if (!declaration.customElement || !/^Till[A-Z]/u.test(declaration.name)) continue;
        declaration.tagName = tagOf(declaration.name);
        exports.push({ kind: 'custom-element-definition', name: declaration.tagName, declaration: { name: declaration.name, module: path } });
      }
    }
  },
};

export default {
  globs: ['packages/widgets/src/**/*.ts'],
  outdir: 'packages/widgets/dist',
  litelement: true,
  packagejson: false,
  plugins: [tagNames],
};
