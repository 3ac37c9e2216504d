export default {
  globs: ['packages/widgets/src/**/*.ts'],
  outdir: 'packages/widgets/dist',
  litelement: true,
  packagejson: false,
};
