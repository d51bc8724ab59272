import { runTogether } from '../../runTogether';

runTogether(__dirname);
