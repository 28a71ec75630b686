// The debug panel of a development server: closed below the page, opens, leads to a plan, and breaks no content policy.
import assert from 'node:assert/strict';

import { onEachDatabase, sites } from './harness.mjs';

onEachDatabase('debug panel', (house, test) => {
    for (const site of sites) {
        test(`${site} tells its statements and a plan`, async () => {
            const visitor = await house.visitor();
            const page = await house.open(site, '/en/', { visitor });
            const panel = page.locator('details.debug-panel');
            assert.match(await panel.locator('summary').innerText(), /^\d+ statements?, [\d.]+ ms in the database/);
            assert.notEqual(await panel.evaluate((e) => getComputedStyle(e).backgroundColor), 'rgba(0, 0, 0, 0)', 'styled');
            await panel.locator('summary').click();
            const rows = panel.locator('tbody tr');
            assert.ok((await rows.count()) > 0, 'a home page reads something');
            assert.match(await rows.first().innerText(), /\.[ch]pp:\d+|events listed/);
            await rows.last().locator('a').click();
            assert.match(await page.locator('#plan').innerText(), /\S/);
            assert.deepEqual(visitor.problems, []);
        });
    }
});
