// The screens that stand for each site: they fit a phone, and with ENTREPRINDER_SCREENSHOTS=docs/images they are saved for
// the front page.
import assert from 'node:assert/strict';
import path from 'node:path';

import { demoPassword } from './crush.mjs';
import { onEachDatabase } from './harness.mjs';

const screens = {
    crush: async (page, house) => {
        await page.goto(house.address('crush', '/en/events/'));
    },
    vinsdelux: async (page, house) => {
        await page.goto(house.address('vinsdelux', '/en/producers/'));
        await page.locator('main .card a').first().click();
        await page.waitForLoadState();
        assert.ok(await page.locator('main .card, main tr').count(), 'plots are listed');
    },
    powerup: async (page, house) => {
        await page.goto(house.address('powerup', '/accounts/login/?next=/en/matching/swipe/'));
        await page.fill('[name=email]', 'entrepreneur@demo.example');
        await page.fill('[name=password]', demoPassword);
        await page.click('form.form-card button');
        await page.waitForURL('**/en/matching/swipe/');
    },
};

onEachDatabase('screens', (house, test) => {
    for (const [site, open] of Object.entries(screens)) {
        test(`${site} on a desk and on a phone`, async () => {
            const visitor = await house.visitor({ viewport: { width: 1280, height: 800 } });
            const page = await visitor.newPage();
            await open(page, house);
            if (process.env.ENTREPRINDER_SCREENSHOTS)
                await page.screenshot({ path: path.join(process.env.ENTREPRINDER_SCREENSHOTS, `${site}.png`) });
            await page.setViewportSize({ width: 360, height: 740 });
            const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
            assert.ok(wide <= 0, `${page.url()} is ${wide} pixels wider than a phone`);
        });
    }
});
