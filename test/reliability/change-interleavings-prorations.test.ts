import { testChangesThatCross } from './change-interleavings.ts';

testChangesThatCross('prorations');
