/** @tillkit/server: the companion server as a library. */
export { createTillApp, type TillApp, type TillAppOptions } from './app.ts';
export { readConfig, type ConfigResult, type Environment, type TillConfig } from './config.ts';
export { createLog, type Log } from './ops/log.ts';
export { serve, type RunningServer } from './ops/serve.ts';
export type { ModuleParts, TillModule } from './module.ts';
export { readModules } from './modules.ts';
export { openStore, type Store } from './store/store.ts';
