import { testOperations } from './testing/each-operation';

testOperations('applications');
