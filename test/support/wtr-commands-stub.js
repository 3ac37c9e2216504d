// @open-wc/semantic-dom-diff imports these only for `.matchSnapshot()`; they need @web/test-runner's server.
const no = () => {
  throw new Error('matchSnapshot() needs @web/test-runner; use expect(...).toMatchInlineSnapshot()');
};
export const getSnapshot = no;
export const getSnapshotConfig = no;
export const saveSnapshot = no;
