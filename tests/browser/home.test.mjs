// Every site answers: its home page in a browser, its health check to a probe.
import assert from 'node:assert/strict';

import { onEachDatabase, sites } from './harness.mjs';

onEachDatabase('home', (house, test) => {
    for (const site of sites) {
        test(`${site} shows its home page`, async () => {
            const page = await house.open(site, '/');
            assert.match(await page.title(), /\S/);
            assert.equal(await page.locator('h1').count(), 1, 'one main heading');
            assert.match(await page.locator('html').getAttribute('lang'), /^(en|de|fr)$/);
        });

        test(`${site} is healthy`, async () => {
            const answer = await house.request(site, '/healthz');
            assert.equal(answer.status, 200);
            assert.match(answer.headers['content-type'], /^text\/plain/);
            assert.equal(answer.body.trim(), 'OK');
        });
    }
});
