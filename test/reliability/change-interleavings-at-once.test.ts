import { testChangesThatCross } from './change-interleavings.ts';

testChangesThatCross('at once');
