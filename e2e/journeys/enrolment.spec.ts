import { testIds } from '@gondola/edge-app/renderer/test-ids.ts';
import { expect, test } from '../fixtures/test.ts';

const REFUSED = 'The code was not accepted: it is mistyped, used or too old. Ask for a new one.';

test('a wrong code, a used code and an absent centre are told apart, and the right code still works', async ({
  central,
  cable,
  openTill,
}) => {
  const first = await openTill();
  const code = await central.newCode();
  await first.enrol('WRONG-CODE-0000', 'Till 1');
  await expect(first.at(testIds.enrolProblem)).toHaveText(REFUSED);
  await cable.cut();
  await first.enrol(code, 'Till 1');
  await expect(first.at(testIds.enrolProblem)).toContainText('The centre does not answer.');
  await cable.mend();
  await first.setUp(code, 'Till 1');

  const second = await openTill();
  await second.enrol(code, 'Till 2');
  await expect(second.at(testIds.enrolProblem)).toHaveText(REFUSED);
  await second.setUp(await central.newCode(), 'Till 2');
});
