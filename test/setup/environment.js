/** Node's environment, with what test/setup/yaml.js has read, which outlives the test file that read it. */
import { TestEnvironment } from 'jest-environment-node';

const read = new Map();

export default class Environment extends TestEnvironment {
  async setup() {
    await super.setup();
    this.global[Symbol.for('stepwise.yaml-read')] = read;
  }
}
