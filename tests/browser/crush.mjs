// Steps that tests of Crush.lu share.
import assert from 'node:assert/strict';

/** The password of everybody in the demo data (cli/demo/demo.hpp). */
export const demoPassword = 'moselle-demo-2586';

/** A visitor of their own, logged in: a page at their dashboard. */
export async function logIn(house, email) {
    const page = await house.open('crush', '/en/login/', { visitor: await house.visitor() });
    await page.fill('[name=email]', email);
    await page.fill('[name=password]', demoPassword);
    await page.click('form.form-card button');
    await page.waitForURL('**/en/dashboard/');
    return page;
}

/** Finds the event in the list, as a person would, and opens it. */
export async function openEvent(house, page, title) {
    await page.goto(house.address('crush', '/en/events/'));
    for (;;) {
        const link = page.getByRole('link', { name: title });
        if (await link.count()) {
            await link.first().click();
            break;
        }
        const later = page.locator('nav.pager a[rel=next]');
        assert.ok(await later.count(), `no event '${title}' in the list`);
        await later.click();
    }
    await page.waitForURL(/\/events\/\d+\/$/);
    assert.equal(await page.locator('h1').innerText(), title);
}

export async function followTo(page, label) {
    await page.getByRole('link', { name: label }).click();
    await page.waitForLoadState();
}
