// Sums up vitest's JSON reports: `sum-up-tests.mjs FOLDER FAILED_STEPS`. A step that failed counts as a failure even
// when no report tells of it.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const [folder = '.', failedSteps = '0'] = process.argv.slice(2);
const counts = { passed: 0, failed: 0, skipped: 0 };
let reportedFailures = 0;

for (const name of ['test', 'services']) {
  const file = join(folder, `${name}.json`);
  if (!existsSync(file)) {
    console.log(`${name}: no report, so its tests did not run`);
    counts.failed += 1;
    reportedFailures += 1;
    continue;
  }
  const report = JSON.parse(readFileSync(file, 'utf8'));
  const tests = report.testResults.flatMap((result) => result.assertionResults);
  // A file that cannot be loaded has no tests, and still has failed.
  const brokenFiles = report.testResults.filter(
    (result) => result.status === 'failed' && !result.assertionResults.some(isFailed),
  );
  const failed = tests.filter(isFailed).length + brokenFiles.length;
  const passed = tests.filter((test) => test.status === 'passed').length;
  const skipped = tests.filter((test) => test.status !== 'passed' && !isFailed(test));
  console.log(`${name}: ${passed} passed, ${failed} failed, ${skipped.length} skipped`);
  for (const test of skipped) console.log(`  skipped: ${test.fullName}${reasonOf(test)}`);
  counts.passed += passed;
  counts.failed += failed;
  counts.skipped += skipped.length;
  if (failed > 0 || !report.success) reportedFailures += 1;
}

counts.failed += Math.max(0, Number(failedSteps) - reportedFailures);
console.log(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
process.exit(counts.failed === 0 && counts.passed > 0 ? 0 : 1);

function isFailed(test) {
  return test.status === 'failed';
}

function reasonOf(test) {
  const note = test.meta?.skipReason ?? test.meta?.note;
  return note === undefined ? ' (the test names what it needs)' : ` (${note})`;
}
