import { hashOfSources } from '../soak/source-hash.ts';
import type { MutantGroup } from './groups.ts';

/** Of the files of a group and of its tests: a score says nothing of others. */
export const hashOfGroup = ({ sources, tests }: MutantGroup): string => hashOfSources([...sources, ...tests]);
