/** Closes the run with the one line that continuous integration reads: "N passed, N failed". */
export default class PlainCount {
  onRunComplete(_contexts, { numPassedTests, numFailedTests, numPendingTests, numFailedTestSuites, testResults }) {
    // A suite that does not even load has no test to fail, and must not look like a success.
    const unloaded = testResults.filter(({ testExecError }) => testExecError).length;
    const failed = Math.max(numFailedTests + unloaded, numFailedTestSuites > 0 ? 1 : 0);
    const skipped = numPendingTests > 0 ? `, ${numPendingTests} skipped` : '';
    // jest's own summary comes after the last reporter; this has to be the last line.
    process.on('exit', () => process.stdout.write(`\n${numPassedTests} passed, ${failed} failed${skipped}\n`));
  }
}
